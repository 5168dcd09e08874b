"""Orthology transfer: a source species' network read through a layer wired by orthology."""
