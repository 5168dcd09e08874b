"""Expression of a tissue section predicted from its stained image."""
