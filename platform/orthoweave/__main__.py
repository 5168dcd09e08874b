"""Runs the command line: ``orthoweave``, or ``python -m orthoweave``."""

import sys

from orthoweave.failures.endings import guarded


def run() -> int:
    """Run the command line on the arguments of this process; return its exit code."""
    return guarded(_main)


def _main() -> int:
    # within the guard: a broken installation and Ctrl-C while loading end with a sentence too
    from orthoweave.cli.main import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
