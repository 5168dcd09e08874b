"""Reads MatrixMarket files with their features and barcodes, as many programs write them."""

import gzip
import io
import re
import zlib
from functools import partial
from pathlib import Path
from typing import IO, Final

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError, UsageError
from orthoweave.files.alevin import read_parted
from orthoweave.files.delimited import read_delimited
from orthoweave.files.matrix_sources import MatrixSource, memory_blocks, read_values
from orthoweave.files.mtx_parts import ALEVIN, MtxParts, find_mtx
from orthoweave.files.plain_files import check_plain
from orthoweave.files.tenx import check_one_genome

# a text matrix is held whole while it is read: 12 bytes a value, twice while it is turned
MAXIMUM_TEXT_VALUES: Final = 100_000_000
# the longest sensible line is two numbers of ten digits and a value of twenty
_LINE_BYTES: Final = 64
_HEADER_BYTES: Final = 2**20
_BANNER: Final = re.compile(r"%%matrixmarket matrix coordinate (integer|real|double) general")
# white space other than one blank between numbers
_SPACES: Final = (b"\t", b"  ", b" \n", b"\n ", b" \r")
# of decimal numbers; Arrow would take 0x1f too
_LETTERS: Final = b"0123456789+-.eE \t\r\n"


def open_mtx(path: Path, layer: str | None = None) -> MatrixSource:
    """Open a MatrixMarket file with its features and barcodes, or the folder with the three.

    Read are ``matrix.mtx`` with ``features.tsv`` (or ``genes.tsv``) and ``barcodes.tsv`` of Cell
    Ranger and STARsolo, ``cells_x_genes.mtx`` of kb-python, ``DGE.mtx`` with ``all_genes.csv`` and
    ``cell_metadata.csv`` of Parse Biosciences, and ``quants_mat.mtx`` of alevin-fry, with any
    prefix as in GEO. Each may be gzipped.

    Parameters
    ----------
    layer
        Which counts of alevin-fry's USA mode to sum, see `orthoweave.files.alevin`; no other
        form has this choice.

    Raises
    ------
    InputError
        If a file is missing, truncated or does not fit the others, or a value repeats.
    HostileFileError
        If the text is out of proportion to its file, or an index out of range.
    """
    parts = find_mtx(path)
    var, obs = _features(parts), _cells(parts)
    parted = read_parted(parts.matrix, list(var.index)) if parts.kind == ALEVIN else None
    if layer is not None and parted is None:
        message = f"layer={layer!r}: {path} has no such choice; leave the option out"
        raise UsageError(message)
    turned = _read_mtx(parts, len(var) if parted is None else parted.n_columns, len(obs))
    notes = (parts.note,) if parts.note else ()
    where = parts.matrix.name
    if parted is not None:
        taken = layer or parted.default
        var, turned = var.iloc[: parted.n_genes], parted.summed(turned, taken)
        notes, where = (*notes, parted.note(layer)), f"{where} ({taken})"
    read = partial(memory_blocks, parts.matrix, turned)
    return MatrixSource(parts.kind, where, obs, var, read, turned.nnz, notes=notes)


def _features(parts: MtxParts) -> pd.DataFrame:
    if parts.features.name.removesuffix(".gz").endswith(".csv"):
        var = read_delimited(parts.features, columns=["gene_id", "gene_name"]).to_pandas()
        var = var.rename(columns={"gene_id": "gene_ids", "gene_name": "feature_name"})
        check_one_genome(parts.features, var)
    else:
        columns = {0: "gene_ids", 1: "feature_name", 2: "feature_type"}
        var = _table(parts.features).rename(columns=columns)
    if parts.names is not None and len(names := _table(parts.names)[0]) == len(var):
        var["feature_name"] = names.to_numpy()
    var.index = pd.Index(list(var["gene_ids"]), dtype=object)
    return var


def _cells(parts: MtxParts) -> pd.DataFrame:
    if parts.barcodes.name.removesuffix(".gz").endswith(".csv"):
        cells = read_delimited(parts.barcodes).to_pandas()
        barcodes = cells.pop(cells.columns[0])
        return cells.set_axis(pd.Index(list(barcodes), dtype=object))
    return pd.DataFrame(index=pd.Index(list(_table(parts.barcodes)[0]), dtype=object))


def _open_text(path: Path) -> IO[bytes]:
    with check_plain(path).open("rb") as raw:
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
    values = read_values(path, entries["value"].to_numpy())
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
    if len(fields) != 3 or not all(part.isascii() and part.isdigit() for part in fields):
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
    if content[:1] == b" " or any(space in content for space in _SPACES):
        # MatrixMarket separates by any white space
        content = re.sub(rb"[ \t]+", b" ", content)
        content = re.sub(rb" ?\r?\n ?", b"\n", content).strip()
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
