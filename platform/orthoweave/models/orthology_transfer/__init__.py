"""Orthology transfer: use a source species' network behind a layer wired by orthology."""
