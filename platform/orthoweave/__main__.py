"""Runs the command line: ``python -m orthoweave``."""

import sys

from orthoweave.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
