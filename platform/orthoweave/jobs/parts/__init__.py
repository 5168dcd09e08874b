"""Pieces that the bundled jobs share."""
