"""Entry point of a sandboxed process; skips packages that it never needs, to start faster."""

import sys
from typing import Final

_NEVER: Final = frozenset({"pandas", "cloudpickle"})
"""Packages that pyarrow imports if they are installed, for values that do not occur in graphs."""


class Without:
    """An import finder that hides some packages."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Hide the packages; leave all others to the next finder."""
        if name.partition(".")[0] in _NEVER:
            raise ModuleNotFoundError(name)


def main(arguments: list[str]) -> None:
    """Run a sandboxed process."""
    sys.meta_path.insert(0, Without)
    from orthoweave.gateway.worker import main as work

    work(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
