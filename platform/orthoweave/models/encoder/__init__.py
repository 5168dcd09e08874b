"""The encoder of expression profiles that several models share."""
