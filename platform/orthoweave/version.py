"""The version of the installed code, which builds and sources record."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final


def _installed() -> str:
    try:
        return version("orthoweave")
    except PackageNotFoundError:  # run from the source tree without an installation
        return "0.0.0"


VERSION: Final = _installed()
__version__: Final = VERSION
