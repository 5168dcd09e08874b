"""Questions that have a name, each answered with its provenance."""
