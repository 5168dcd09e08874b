"""The entry point of the browser app."""

from parts.frame import run

run()
