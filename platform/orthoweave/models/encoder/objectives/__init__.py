"""Objectives: what is hidden from an encoder, and the loss of what it makes of the rest."""
