"""Folders of weights: read back as written, and refused where anything was changed."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from orthoweave.errors import FormatError, IntegrityError, SchemaError
from orthoweave.storage.durable import text_digest
from orthoweave.storage.integrity import FORMAT, sealed
from orthoweave.storage.weights import WEIGHTS_FILE, Weights, is_whole, read_weights, write_weights
from orthoweave.storage.weights_file import ARRAYS_FILE, Declared, read_arrays, write_arrays

GENES = ["NCBIGene:1", "NCBIGene:2"]
ARRAYS = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b": np.array([1, 2]),
    "c": np.array([True]),
}
ABOUT: dict[str, Any] = {
    "model": "m",
    "config": {},
    "seed": 0,
    "code": "c",
    "code_version": "1",
    "input_digest": "d",
    "license": "CC0-1.0",
    "vocabulary": {
        "species": "NCBITaxon:9606",
        "namespace": "NCBIGene",
        "sha256": hashlib.sha256("\n".join(["NCBITaxon:9606", *GENES]).encode()).hexdigest(),
        "genes": GENES,
    },
    "preprocessing": {"scale": "counts", "transformation": "none"},
    "values": {},
    "views": {},
    "sources": [],
    "metrics": [],
    "measures": {},
    "notes": [],
}


def write_toy(folder: Path, **changed: Any) -> Weights:
    """Write weights to the folder that their digest names."""
    pending = folder / "pending"
    pending.mkdir(parents=True)
    digest = write_weights(pending, ARRAYS, ABOUT | changed)
    return read_weights(pending.rename(folder / digest))


def _forge(folder: Path, content: dict[str, Any]) -> Path:
    """Write a description with a seal and a name that fit it."""
    text = sealed(content)
    forged = folder / text_digest(text)
    forged.mkdir()
    (forged / WEIGHTS_FILE).write_text(text)
    return forged


def test_weights_are_read_as_they_were_written(tmp_path: Path) -> None:
    """Arrays have their values and types, and the folder the digest of its description."""
    weights = write_toy(tmp_path)
    assert weights.digest == weights.folder.name
    for name, array in weights.arrays().items():
        assert array.dtype == ARRAYS[name].dtype
        np.testing.assert_array_equal(array, ARRAYS[name])
    assert is_whole(weights.folder)
    again = write_toy(tmp_path / "again")
    assert again.digest == weights.digest


@settings(max_examples=25, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(0, 3), st.integers(0, 3)), elements=st.floats()))
def test_any_finite_array_comes_back_and_no_other(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray
) -> None:
    """Finite values come back byte by byte; others are refused when they are written."""
    folder = tmp_path_factory.mktemp("w")
    if not np.isfinite(array).all():
        with pytest.raises(SchemaError, match="expected finite values"):
            write_arrays(folder, {"x": array})
        return
    declared = Declared.of(write_arrays(folder, {"x": array}))
    assert read_arrays(folder, declared)["x"].tobytes() == array.tobytes()


def _file(header: dict[str, Any], data: bytes) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


F64 = {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}
DECLARED = {"x": {"dtype": "float64", "shape": [1]}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_file({"x": F64}, np.array([np.nan]).tobytes()), "not finite"),
        (_file({"x": F64 | {"dtype": "I64"}}, bytes(8)), "declares other arrays"),
        (_file({"x": F64 | {"shape": [2]}}, bytes(8)), "declares other arrays"),
        (_file({"x": F64, "y": F64}, bytes(8)), "declares other arrays"),
        (_file({"x": F64 | {"data_offsets": [0, 2**60]}}, bytes(8)), "is damaged"),
        (_file({"x": F64}, b""), "is damaged"),
        ((2**62).to_bytes(8, "little") + b"{}", "its header has"),
        (_file({"x": "not an array"}, bytes(8)), "its header cannot be read"),
        (b"[" * 100_000, "its header has"),
        ((99_000).to_bytes(8, "little") + b"[" * 99_000, "its header cannot be read"),
        (b"", "its header has"),
    ],
)
def test_hostile_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """Also with a digest that fits, only the declared arrays of finite values are read."""
    (tmp_path / ARRAYS_FILE).write_bytes(content)
    about = {
        "arrays": DECLARED,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
    }
    with pytest.raises(IntegrityError, match=message):
        read_arrays(tmp_path, Declared.of(about))


def test_swapped_and_cut_files_are_refused(tmp_path: Path) -> None:
    """The file of other weights, one that was cut and one that is missing are no longer these."""
    weights, other = write_toy(tmp_path), write_toy(tmp_path / "other", seed=1)
    path = weights.folder / ARRAYS_FILE
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(IntegrityError, match=r"bytes, expected"):
        weights.arrays()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(IntegrityError, match="SHA-256"):
        weights.arrays()
    path.unlink()
    assert not is_whole(weights.folder)
    (weights.folder / WEIGHTS_FILE).write_bytes((other.folder / WEIGHTS_FILE).read_bytes())
    with pytest.raises(IntegrityError, match="bears the digest of another"):
        read_weights(weights.folder)


@pytest.mark.parametrize(
    "changed",
    [
        {"vocabulary": ABOUT["vocabulary"] | {"genes": GENES[::-1]}},
        {"vocabulary": ABOUT["vocabulary"] | {"genes": []}},
        {"vocabulary": ABOUT["vocabulary"] | {"genes": [1, 2]}},
        {"vocabulary": []},
        {"seed": "0"},
        {"seed": 2**70},
        {"model": 3},
        {"metrics": {}},
        {"file": {"arrays": {"x": {"dtype": "object", "shape": [1]}}, "sha256": "", "bytes": 0}},
        {"file": {"arrays": {"x": {"dtype": "int64", "shape": [-1]}}, "sha256": "", "bytes": 0}},
        {"measures": {"share": float("nan")}},
    ],
)
def test_descriptions_of_another_form_are_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    """A sealed description whose fields or whose vocabulary do not fit is refused."""
    content = dict(write_toy(tmp_path / "whole").content) | changed
    with pytest.raises(IntegrityError, match="it does not describe weights"):
        read_weights(_forge(tmp_path, content))


def test_a_newer_format_is_refused_by_name(tmp_path: Path) -> None:
    """Weights of a newer orthoweave name the version that reads them."""
    content = json.loads((write_toy(tmp_path / "whole").folder / WEIGHTS_FILE).read_text())
    content |= {"format": FORMAT + 1, "read_by": "9.9"}
    del content["sha256"]
    content["sha256"] = text_digest(json.dumps(content, sort_keys=True))
    text = json.dumps(content)
    folder = tmp_path / text_digest(text)
    folder.mkdir()
    (folder / WEIGHTS_FILE).write_text(text)
    with pytest.raises(FormatError, match=r"which orthoweave 9\.9 reads"):
        read_weights(folder)
