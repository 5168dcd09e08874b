"""The browser app: who may look, the screens, and nothing else."""

from parts.frame import run

run()
