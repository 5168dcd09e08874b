"""Builds: tables become a graph with vector indexes, which is verified and published."""
