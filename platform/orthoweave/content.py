"""Finds the content folders: ``graph_schema/``, ``ingest/`` and ``ui/``.

They are read, run and shown by the library but are not part of the package. In a source tree
they lie beside ``platform/``; in a wheel under ``orthoweave/_bundled/``.
"""

from pathlib import Path
from typing import Literal

ContentFolder = Literal["graph_schema", "ingest", "ui"]


def folder(name: ContentFolder) -> Path:
    """Return the path of a content folder, in the source tree or in the installed wheel.

    Raises
    ------
    FileNotFoundError
        If the folder is in neither place: the installation is broken.

    Examples
    --------
    >>> folder("graph_schema").name
    'graph_schema'
    """
    package = Path(__file__).resolve().parent
    root = package.parent.parent
    in_tree = package.parent.name == "platform" and (root / "pyproject.toml").is_file()
    found = (root if in_tree else package / "_bundled") / name
    if not found.is_dir():
        message = f"content folder {name!r} expected at {found}, but absent: reinstall orthoweave"
        raise FileNotFoundError(message)
    return found
