"""The values of a file as a reader finds them that shares no code with the platform."""

import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp

import orthoweave as ow


def compare_matrix(
    path: Path, kind: str, where: str, blocks: list[np.ndarray], names: tuple[list[str], list[str]]
) -> None:
    """Compare the values and names of a matrix that was read with those of the file."""
    read = np.concatenate(blocks) if blocks else np.zeros((0, len(names[1])))
    assert read.shape == (len(names[0]), len(names[1]))
    if kind == "h5ad":
        with h5py.File(path) as file:
            expected = _stored(file, where)
    elif kind == "zarr":
        import zarr

        expected = _stored(zarr.open_group(path, mode="r", use_consolidated=False), where)
    elif kind == "10x h5":
        with h5py.File(path) as file:
            expected = _of_tenx(file["matrix"], read.shape[1])
    elif kind == "10x mtx":
        matrix = path / "matrix.mtx" if path.is_dir() else path
        content = io.BytesIO(_unpacked(matrix.read_bytes()))
        expected = sp.coo_matrix(scipy.io.mmread(content)).toarray()
        if expected.shape != read.shape or not np.array_equal(expected.astype("f4"), read):
            expected = expected.T
    else:
        total = _sum_of_table(path)
        assert total is None or np.isclose(total, float(read.sum()), equal_nan=True), (total, read)
        return
    assert np.array_equal(np.asarray(expected, dtype=np.float32), read), (expected, read)


def _stored(file: Any, where: str) -> np.ndarray:
    place = {"X": "X", "raw.X": "raw/X"}.get(where) or "layers/" + re.findall(r"'(.*)'", where)[0]
    item = file[place]
    if not hasattr(item, "keys"):
        return np.asarray(item[:])
    parts = _parts(item)
    kind = str(item.attrs.get("encoding-type", "csr_matrix"))
    n_rows, n_columns = (int(edge) for edge in item.attrs["shape"])
    make = sp.csc_matrix if kind.startswith("csc") else sp.csr_matrix
    return make(parts, shape=(n_rows, n_columns)).toarray()


def _sum_of_table(path: Path) -> float | None:
    """Return the sum of all numbers in a plain table; None if it is not plain."""
    import csv

    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter="," if path.suffix == ".csv" else "\t"))
        return sum(float(field) for row in rows[1:] for field in row[1:])
    except (UnicodeDecodeError, ValueError, csv.Error):
        return None


def _of_tenx(group: Any, n_columns: int) -> np.ndarray:
    parts = _parts(group)
    shape = tuple(np.asarray(group["shape"][:]).astype(np.int64))
    values = sp.csc_matrix(parts, shape=shape).toarray().T
    if values.shape[1] != n_columns:
        kinds = np.asarray(group["features/feature_type"][:]).astype(str)
        values = values[:, kinds == "Gene Expression"]
    return values


def _parts(group: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return values, columns and pointers; half precision, which scipy cannot spread, as double."""
    data = np.asarray(group["data"][:])
    data = data.astype(np.float64) if data.dtype == np.float16 else data
    columns, pointers = (
        np.asarray(group[name][:]).astype(np.int64) for name in ("indices", "indptr")
    )
    return data, columns, pointers


def compare_table(job: str, path: Path, folder: Path) -> None:
    """Check that every name that a job took from a text stands in that text."""
    raw = _unpacked(path.read_bytes())
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    columns = {
        "gene_descriptions": ("Gene", ("symbol", "name")),
        "orthology": ("ORTHOLOGOUS_TO", ("original_subject", "original_object")),
        "cell_ontology": ("CellType", ("id",)),
    }
    table, names = columns[job]
    found = folder / f"{table}.parquet"
    rows = pd.read_parquet(found) if found.is_file() else pd.DataFrame()
    plain = json.dumps(text, ensure_ascii=False)
    for name in names:
        for value in rows.get(name, ()):
            assert value is None or str(value).split(":")[-1] in text or str(value) in plain, value


def compare_names(content: bytes, names: tuple[str, ...]) -> None:
    """Check that every name of a list stands in its file."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = content.decode(encoding, "replace")
    for name in names:
        assert name in text or name in text.replace('""', '"')


def ask_base(folder: Path) -> str:
    """Open a knowledge base, ask what reads each kind of its files, and return the answers."""
    with ow.open(folder) as kb:
        answers = (
            kb.sources(),
            kb.resolve(["INS", "IDDM2"]),
            kb.orthologs(["INS"]),
            kb.ask("datasets"),
            kb.expression(["INS"], across=("human", "mouse")),
        )
        return repr([answer.rows() for answer in answers])


def _unpacked(content: bytes) -> bytes:
    """Return a file's content without gzip, by its first bytes and not by its name."""
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
