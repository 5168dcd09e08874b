"""Restoration of genes of bulk samples from a small visible subset, by ridge and what it leaves."""
