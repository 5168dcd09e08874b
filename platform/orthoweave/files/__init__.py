"""Readers of foreign files that trust nothing, and the one place that touches the network."""
