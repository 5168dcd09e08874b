"""Recipes: knowledge bases that one command sets up, from public originals to a build."""
