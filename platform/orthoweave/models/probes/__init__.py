"""Probes: plain classifiers and regressions that every model and embedding is compared with."""
