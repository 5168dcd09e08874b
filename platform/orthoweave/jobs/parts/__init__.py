"""Parts that the bundled jobs share."""
