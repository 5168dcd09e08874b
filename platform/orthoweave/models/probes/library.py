"""The home of scikit-learn's import: an extra, needed only where something is fitted."""

from importlib import import_module
from typing import Any

from orthoweave.errors import MissingExtraError


def scikit_learn(part: str) -> Any:
    """Return a module of scikit-learn, such as ``cluster``.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    """
    try:
        import sklearn

        return import_module(f"{sklearn.__name__}.{part}")
    except ImportError as error:
        message = (
            "this needs scikit-learn, which is not installed: pip install 'orthoweave[models]'"
        )
        raise MissingExtraError(message) from error
