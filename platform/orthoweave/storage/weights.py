"""Weights: what a model learnt, in a folder that the digest of its content names.

``weights/<digest>/`` holds ``WEIGHTS.json``, a sealed description whose SHA-256 is the digest, and
the file of arrays that it declares. A folder appears whole or not at all, and never changes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from orthoweave.errors import IntegrityError
from orthoweave.storage.durable import publish_folder, text_digest
from orthoweave.storage.integrity import read_sealed, sealed
from orthoweave.storage.weights_file import (
    ARRAYS_FILE,
    Declared,
    damaged,
    read_arrays,
    write_arrays,
)

WEIGHTS_FILE: Final = "WEIGHTS.json"
WEIGHTS_FILES: Final = (WEIGHTS_FILE, ARRAYS_FILE)
MOST_DESCRIPTION: Final = 64 << 20
"""Bytes that a description may have: millions of genes, and not more."""

_TEXTS: Final = ("model", "license", "code", "code_version", "input_digest")
_OBJECTS: Final = ("config", "vocabulary", "preprocessing", "values", "views", "measures", "file")
_LISTS: Final = ("sources", "metrics", "notes")


@dataclass(frozen=True, slots=True)
class Weights:
    """Kept weights: their description, which was checked; arrays are read when asked for."""

    folder: Path
    digest: str
    content: Mapping[str, Any]
    """The description, as its fields in docs/models/README.md."""
    declared: Declared

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by name; see `read_arrays` for what it raises."""
        return read_arrays(self.folder, self.declared)


def write_weights(pending: Path, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> str:
    """Write arrays and their description to a pending folder; return the digest of the whole.

    Parameters
    ----------
    about
        The description without its `file`.
    """
    text = sealed({**about, "file": write_arrays(pending, arrays)})
    (pending / WEIGHTS_FILE).write_text(text, encoding="utf-8")
    return text_digest(text)


def publish_weights(pending: Path, parent: Path, digest: str) -> Weights:
    """Rename a pending folder to its digest below `parent`, and read it back."""
    publish_folder(pending, parent / digest, what="weights")
    return read_weights(parent / digest)


def read_weights(folder: Path, *, named: bool = True) -> Weights:
    """Return the weights in a folder; the arrays are not read yet.

    Parameters
    ----------
    named
        Require that the folder bears the digest of its description.

    Raises
    ------
    IntegrityError
        If the description is missing or damaged, or is not that of weights.
    FormatError
        If a newer orthoweave wrote it.
    """
    path = folder / WEIGHTS_FILE
    try:
        if path.stat().st_size > MOST_DESCRIPTION:
            raise damaged(path, f"it has more than {MOST_DESCRIPTION:,} bytes")
        digest = text_digest(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise damaged(path, str(error)) from error
    content = read_sealed(path)
    if named and digest != folder.name:
        raise damaged(path, "its folder bears the digest of another")
    try:
        _check(content)
        declared = Declared.of(content["file"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(path, f"it does not describe weights ({error})") from error
    return Weights(folder, digest, content, declared)


def _check(content: Mapping[str, Any]) -> None:
    """Check the kinds of all fields, and the digest of the vocabulary."""
    for names, kind in ((_TEXTS, str), (_OBJECTS, dict), (_LISTS, list)):
        for name in names:
            if not isinstance(content[name], kind):
                message = f"{name}: expected {kind.__name__}"
                raise TypeError(message)
    if type(content["seed"]) is not int or not -(2**63) <= content["seed"] < 2**63:
        message = "seed: expected a whole number of 64 bits"
        raise TypeError(message)
    vocabulary, scale = content["vocabulary"], content["preprocessing"]
    genes = vocabulary["genes"]
    texts = (vocabulary["species"], vocabulary["namespace"], scale["scale"])
    if not all(isinstance(text, str) for text in (*texts, scale["transformation"], *genes)):
        message = "vocabulary and preprocessing: expected texts"
        raise TypeError(message)
    if not genes or len(set(genes)) != len(genes):
        message = "vocabulary: expected genes, each once"
        raise ValueError(message)
    found = sha256("\n".join([vocabulary["species"], *genes]).encode()).hexdigest()
    if found != vocabulary["sha256"]:
        message = "its vocabulary is not the one that its digest is of"
        raise ValueError(message)
    parts = [one[name] for one in content["sources"] for name in ("name", "version", "license")]
    if not all(
        isinstance(text, str) for text in (*parts, *content["notes"], *content["views"].values())
    ):
        message = "sources, notes and views: expected texts"
        raise TypeError(message)
    # values that JSON has and no model keeps
    json.dumps(content, allow_nan=False)


def is_whole(folder: Path) -> bool:
    """Return whether a folder holds weights of which nothing is damaged."""
    try:
        read_weights(folder).arrays()
    except IntegrityError:
        return False
    return True
