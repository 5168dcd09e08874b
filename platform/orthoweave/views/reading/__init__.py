"""Views read from a published build."""
