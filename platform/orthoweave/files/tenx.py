"""Reads 10x Genomics matrices: Cell Ranger's h5 files (versions 2 and 3) and mtx folders."""

import gzip
import io
import re
import zlib
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files.h5ad_guard import check_hdf5
from orthoweave.files.matrix_sources import (
    MatrixSource,
    compressed_blocks,
    memory_blocks,
    read_pointers,
    read_texts,
)
from orthoweave.files.mtx_parts import MtxParts, find_mtx

GENES: Final = "Gene Expression"
# a text matrix is held whole while it is read: 12 bytes a value, twice while it is turned
MAXIMUM_TEXT_VALUES: Final = 100_000_000
# the longest sensible line is two numbers of ten digits and a value of twenty
_LINE_BYTES: Final = 64
_HEADER_BYTES: Final = 2**20
_BANNER: Final = re.compile(r"%%matrixmarket matrix coordinate (integer|real|double) general")
# of decimal numbers; Arrow would take 0x1f too
_LETTERS: Final = b"0123456789+-.eE \t\r\n"


def open_tenx_h5(path: Path) -> MatrixSource:
    """Cell Ranger's h5 file: all features; see `genes_only`.

    Raises
    ------
    InputError
        If it is of another form, damaged, or holds several genomes.
    HostileFileError
        If it would read elsewhere, explode in memory or crash a reader.
    """
    check_hdf5(path)
    file = h5py.File(path, "r")
    try:
        return _read_tenx(path, file)
    except BaseException:
        file.close()
        raise


def is_tenx_h5(path: Path) -> bool:
    """Return whether an HDF5 file is Cell Ranger's (an AnnData file has obs and var)."""
    check_hdf5(path)
    with h5py.File(path, "r") as file:
        return "obs" not in file and any(
            isinstance(item, h5py.Group) and "barcodes" in item for item in file.values()
        )


def open_mtx(path: Path) -> MatrixSource:
    """Open a MatrixMarket file with its features and barcodes, or the folder with the three.

    Read are ``matrix.mtx`` with ``features.tsv`` (or ``genes.tsv``) and ``barcodes.tsv`` of Cell
    Ranger and STARsolo, with any prefix as in GEO, and ``cells_x_genes.mtx`` of kb-python. Each
    may be gzipped.

    Raises
    ------
    InputError
        If a file is missing, truncated or does not fit the others, or a value repeats.
    HostileFileError
        If the text is out of proportion to its file, or an index out of range.
    """
    parts = find_mtx(path)
    features, barcodes = _table(parts.features), _table(parts.barcodes)[0]
    columns = {0: "gene_ids", 1: "feature_name", 2: "feature_type"}
    var = features.rename(columns=columns).set_index("gene_ids", drop=False)
    var.index.name = None
    turned = _read_mtx(parts, len(var), len(barcodes))
    obs = pd.DataFrame(index=pd.Index(list(barcodes), dtype=object))
    read = partial(memory_blocks, parts.matrix, turned)
    return MatrixSource("10x mtx", parts.matrix.name, obs, var, read, turned.nnz)


def _read_tenx(path: Path, file: h5py.File) -> MatrixSource:
    group, var = _tenx_genes(path, file)
    missing = {"data", "indices", "indptr", "barcodes", "shape"} - set(group)
    if missing:
        message = f"{path}: 10x h5 file without {', '.join(sorted(missing))}: it is damaged"
        raise InputError(message)
    barcodes = read_texts(group["barcodes"][:])
    shape = [int(edge) for edge in group["shape"][:]]
    indptr = read_pointers(path, group["indptr"])
    if shape != [len(var), len(barcodes)] or len(indptr) != len(barcodes) + 1:
        message = (
            f"{path}: expected {len(var):,} features × {len(barcodes):,} barcodes, found "
            f"shape {shape} and {len(indptr):,} row pointers"
        )
        raise InputError(message)
    # by barcode: what 10x calls the columns of features × barcodes are our rows
    read = partial(compressed_blocks, path, group["data"], group["indices"], indptr, len(var))
    obs = pd.DataFrame(index=pd.Index(barcodes, dtype=object))
    nnz = int(group["data"].shape[0])
    return MatrixSource("10x h5", "matrix", obs, var, read, nnz, release=file.close)


def _tenx_genes(path: Path, file: h5py.File) -> tuple[Any, pd.DataFrame]:
    if "matrix" in file:
        group = file["matrix"]
        features = group.get("features")
        if features is None or "id" not in features:
            message = f"{path}: 10x h5 file without matrix/features/id: it is damaged"
            raise InputError(message)
        names = {"id": "gene_ids", "name": "feature_name", "feature_type": "feature_type"}
        names |= {"genome": "genome"}
        columns = {
            new: read_texts(features[old][:]) for old, new in names.items() if old in features
        }
    else:
        genomes = [name for name, item in file.items() if "barcodes" in item]
        if len(genomes) != 1:
            message = (
                f"{path} holds {len(genomes)} genomes ({', '.join(genomes)}): expected one. "
                "Split it by species first"
            )
            raise InputError(message)
        group = file[genomes[0]]
        columns = {
            "gene_ids": read_texts(group["genes"][:]),
            "feature_name": read_texts(group["gene_names"][:]),
        }
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        message = f"{path}: the feature columns differ in length: {sorted(lengths)}"
        raise InputError(message)
    var = pd.DataFrame(columns, index=pd.Index(columns["gene_ids"], dtype=object))
    genes = var[var["feature_type"] == GENES] if "feature_type" in var else var
    if "genome" in var and len(set(genes["genome"])) > 1:
        message = (
            f"{path} holds genes of several genomes "
            f"({', '.join(sorted(genes['genome'].unique()))}): expected one species. Split it first"
        )
        raise InputError(message)
    return group, var


def _open_text(path: Path) -> IO[bytes]:
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if zipped else path.open("rb")  # type: ignore[return-value]


def _read_bounded(stream: IO[bytes], path: Path, limit: int) -> bytes:
    try:
        content = stream.read(limit + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = f"{path}: the gzip stream is truncated or damaged ({error}): fetch it again"
        raise InputError(message) from error
    if len(content) > limit:
        message = f"{path} holds more than {limit:,} bytes of text where less is due: refused"
        raise HostileFileError(message)
    return content


def _table(path: Path) -> pd.DataFrame:
    # 10 million barcodes or genes of 50 letters
    with _open_text(path) as stream:
        content = _read_bounded(stream, path, 512 * 2**20)
    try:
        lines = content.decode("utf-8").replace("\r\n", "\n").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8 text (byte {error.start:,})"
        raise InputError(message) from error
    rows = [line.split("\t") for line in lines]
    width = len(rows[0])
    for number, row in enumerate(rows, 1):
        if row == [""]:
            message = (
                f"{path} has an empty line {number} among {len(lines):,} lines: expected one line "
                "for each feature or barcode. Delete it if the others are as many as the matrix has"
            )
            raise InputError(message)
        if len(row) != width or not row[0]:
            message = (
                f"{path}, line {number}: expected {width} tab-separated columns, found "
                f"{len(row)}: {lines[number - 1][:80]!r}"
            )
            raise InputError(message)
    return pd.DataFrame(rows, dtype=object)


def _read_mtx(parts: MtxParts, n_features: int, n_barcodes: int) -> sp.csr_matrix:
    """Return barcodes × features of a MatrixMarket coordinate file of either orientation."""
    path = parts.matrix
    with _open_text(path) as stream:
        nnz, by_cells = _mtx_header(parts, stream, n_features, n_barcodes)
        content = _read_bounded(stream, path, nnz * _LINE_BYTES + _HEADER_BYTES)
    entries = _mtx_entries(path, content)
    if entries.num_rows != nnz:
        message = (
            f"{path}: the header promises {nnz:,} values, found {entries.num_rows:,}: is the file "
            "truncated?"
        )
        raise InputError(message)
    features, barcodes = (entries[name].to_numpy() - 1 for name in ("feature", "barcode"))
    if by_cells:
        features, barcodes = barcodes, features
    for what, found, size in (("feature", features, n_features), ("barcode", barcodes, n_barcodes)):
        if nnz and (found.min() < 0 or found.max() >= size):
            message = f"{path}: a {what} index is out of range: expected 1 to {size:,}"
            raise HostileFileError(message)
    values = entries["value"].to_numpy().astype(np.float32)
    matrix = sp.csr_matrix((values, (barcodes, features)), shape=(n_barcodes, n_features))
    if matrix.nnz != nnz:
        message = f"{path}: {nnz - matrix.nnz:,} values are given twice: expected each place once"
        raise InputError(message)
    return matrix


def _mtx_header(
    parts: MtxParts, stream: IO[bytes], n_features: int, n_barcodes: int
) -> tuple[int, bool]:
    """Return the number of values, and whether the rows are cells."""
    path = parts.matrix
    banner = _line(path, stream).lower().split()
    if not _BANNER.fullmatch(" ".join(banner)):
        message = (
            f"{path}: expected the first line '%%MatrixMarket matrix coordinate integer general' "
            f"(or real), found {' '.join(banner)[:80]!r}. Write the matrix as sparse numbers, in "
            "Python with scipy.io.mmwrite"
        )
        raise InputError(message)
    line = _line(path, stream)
    while line.startswith("%"):
        line = _line(path, stream)
    fields = line.split()
    if len(fields) != 3 or not all(part.isdigit() for part in fields):
        message = f"{path}: expected a line of features, barcodes and values, found {line[:80]!r}"
        raise InputError(message)
    rows, columns, nnz = (int(part) for part in fields)
    by_cells = (rows, columns) == (n_barcodes, n_features) and (
        n_barcodes != n_features or parts.by_cells
    )
    if not by_cells and (rows, columns) != (n_features, n_barcodes):
        message = (
            f"{path} is {rows:,} × {columns:,}, but there are {n_features:,} features and "
            f"{n_barcodes:,} barcodes beside it"
        )
        raise InputError(message)
    if nnz > MAXIMUM_TEXT_VALUES:
        message = (
            f"{path} promises {nnz:,} values, more than {MAXIMUM_TEXT_VALUES:,} for a text file: "
            "give Cell Ranger's .h5 or an .h5ad instead"
        )
        raise InputError(message)
    return nnz, by_cells


def _line(path: Path, stream: IO[bytes]) -> str:
    try:
        line = stream.readline(_HEADER_BYTES)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = f"{path}: the gzip stream is truncated or damaged ({error}): fetch it again"
        raise InputError(message) from error
    if not line:
        message = f"{path} ends within its header: is it truncated?"
        raise InputError(message)
    return line.decode("ascii", errors="replace").strip()


def _mtx_entries(path: Path, content: bytes) -> pa.Table:
    names = ["feature", "barcode", "value"]
    if not content.strip():
        return pa.table({name: pa.array([], pa.float64()) for name in names})
    if b"\t" in content or b"  " in content or b" \n" in content:
        # MatrixMarket separates by any white space
        content = re.sub(rb"[ \t]*\n[ \t]*", b"\n", re.sub(rb"[ \t]+", b" ", content)).strip()
    if strange := content.translate(None, _LETTERS)[:1]:
        at = content.index(strange)
        line = content[content.rfind(b"\n", 0, at) + 1 :][:80].split(b"\n")[0]
        message = (
            f"{path}: expected lines of two whole numbers and a value, found "
            f"{line.decode(errors='replace')!r}: write the matrix again with plain numbers"
        )
        raise InputError(message)
    try:
        return pyarrow.csv.read_csv(
            io.BytesIO(content),
            read_options=pyarrow.csv.ReadOptions(column_names=names),
            parse_options=pyarrow.csv.ParseOptions(delimiter=" "),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={"feature": pa.int64(), "barcode": pa.int64(), "value": pa.float64()},
                null_values=[],
            ),
        )
    except pa.ArrowInvalid as error:
        message = (
            f"{path}: expected lines of two whole numbers and a value: {error}. Is the file "
            "damaged? Fetch it again"
        )
        raise InputError(message) from error
