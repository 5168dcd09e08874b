"""Builds: tables assembled into a graph with vector indexes, verified and published."""
