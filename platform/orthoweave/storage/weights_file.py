"""The file of a weights folder: arrays by name as safetensors, guarded before they are read.

Nothing in it can be executed. Its header must agree with what WEIGHTS.json declares, so that a file
that was swapped, cut or forged is refused before its content is looked at.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from orthoweave.errors import IntegrityError, SchemaError
from orthoweave.printable import printable

ARRAYS_FILE: Final = "weights.safetensors"

# names of the format by those of NumPy
_KINDS: Final = {"float32": "F32", "float64": "F64", "int32": "I32", "int64": "I64", "bool": "BOOL"}
_MOST_HEADER: Final = 1 << 20
_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Declared:
    """A file of arrays as its description declares it."""

    arrays: Mapping[str, tuple[str, tuple[int, ...]]]
    """NumPy's name of the type, and the shape, by name of the array."""
    sha256: str
    size: int
    """In bytes."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Declared":
        """Return the declaration in a description.

        Raises
        ------
        ValueError
            If it is not of the form that `declaration` returns.
        """
        arrays = {}
        for name, about in raw["arrays"].items():
            kind, shape = about["dtype"], tuple(about["shape"])
            if kind not in _KINDS or not all(type(n) is int and 0 <= n < 2**40 for n in shape):
                message = f"array {printable(name)!r}: {kind!r} of shape {shape!r}"
                raise ValueError(message)
            arrays[name] = (kind, shape)
        sha256, size = raw["sha256"], raw["bytes"]
        if not isinstance(sha256, str) or type(size) is not int:
            message = f"sha256={sha256!r}, bytes={size!r}"
            raise ValueError(message)
        return cls(arrays, sha256, size)


def write_arrays(folder: Path, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Write arrays to their file below a folder; return its declaration as values for JSON.

    Raises
    ------
    SchemaError
        If an array is of a type that is not kept, or holds a value that is not finite.
    """
    from safetensors.numpy import save

    for name, array in arrays.items():
        if array.dtype.name not in _KINDS or not np.isfinite(array).all():
            message = (
                f"array {name!r} of weights: expected finite values of {', '.join(_KINDS)}, found "
                f"{array.dtype} with {'finite' if array.dtype.name in _KINDS else 'other'} values"
            )
            raise SchemaError(message)
    content = save({name: np.ascontiguousarray(value) for name, value in sorted(arrays.items())})
    (folder / ARRAYS_FILE).write_bytes(content)
    return {
        "arrays": {
            name: {"dtype": value.dtype.name, "shape": list(value.shape)}
            for name, value in sorted(arrays.items())
        },
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }


def read_arrays(folder: Path, declared: Declared) -> dict[str, np.ndarray]:
    """Return the arrays of a file that is exactly what its description declares.

    Raises
    ------
    IntegrityError
        If the file is missing, or has another size, digest, header or type than declared, or
        holds a value that is not finite.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    path = folder / ARRAYS_FILE
    try:
        size = path.stat().st_size
        if size != declared.size:
            raise damaged(path, f"{size:,} bytes, expected {declared.size:,}")
        content = path.read_bytes()
    except OSError as error:
        raise damaged(path, str(error)) from error
    found = hashlib.sha256(content).hexdigest()
    if found != declared.sha256:
        raise damaged(path, f"SHA-256 {found[:12]}…, expected {declared.sha256[:12]}…")
    _check_header(path, content, declared)
    try:
        arrays: dict[str, np.ndarray] = load(content)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise damaged(path, str(error)) from error
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise damaged(path, f"array {name!r} holds values that are not finite")
    return arrays


def damaged(path: Path, why: str) -> IntegrityError:
    """Return the error of a file of weights that is not what it should be."""
    message = (
        f"{str(path)!r} is damaged: {printable(why)}. `orthoweave verify` lists what is damaged; "
        "`orthoweave train` or `orthoweave weights --import FILE` make these weights again"
    )
    return IntegrityError(message)


def _check_header(path: Path, content: bytes, declared: Declared) -> None:
    """Compare the header with the declaration: names, types and shapes, and nothing else."""
    length = int.from_bytes(content[:_LENGTH], "little") if len(content) >= _LENGTH else -1
    if not 0 < length <= min(_MOST_HEADER, len(content) - _LENGTH):
        raise damaged(path, f"its header has {length:,} bytes, expected up to {_MOST_HEADER:,}")
    try:
        header = json.loads(content[_LENGTH : _LENGTH + length])
        found = {
            name: (about["dtype"], tuple(about["shape"]))
            for name, about in header.items()
            if name != "__metadata__"
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise damaged(path, f"its header cannot be read ({error})") from error
    wanted = {name: (_KINDS[kind], shape) for name, (kind, shape) in declared.arrays.items()}
    if found != wanted:
        odd = sorted(str(n) for n in wanted.keys() | found.keys() if found.get(n) != wanted.get(n))
        raise damaged(path, f"its header declares other arrays than WEIGHTS.json: {odd[0]!r}")
