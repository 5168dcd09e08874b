"""Readers of foreign files, which check everything, and the download of public originals."""
