"""Files that hold cells in a form that is not read: named by their first bytes, with the way on.

The lines that convert a file are given with its name in them, so that they run as they stand.
"""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from orthoweave.files.plain_files import check_plain

FORMS: Final = (
    "an AnnData .h5ad or .zarr, a .h5mu, a .loom, an .h5seurat, a 10x .h5, a folder with "
    "matrix.mtx, or a table of counts (.csv, .tsv, .txt, .gct, .parquet)"
)
START: Final = 600
"""Number of first bytes by which a file is recognised."""
_GZIP: Final = b"\x1f\x8b"
_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_PACKED: Final[Mapping[bytes, Callable[[Path], Any]]] = {
    _GZIP: gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lzma.open,
}
# first bytes of what R writes: .rds in its three encodings, .RData. RDX, CRAMP1 and PAR1 are genes,
# so what follows tells a file from a table
_R: Final = (
    *(b"X\n\x00\x00\x00", b"B\n\x02\x00", b"B\n\x03\x00", b"A\n2\n", b"A\n3\n"),
    *(b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n"),
)
_READS: Final = (b"BAM\x01", b"CRAM\x02", b"CRAM\x03", b"@HD\t", b"@SQ\t", b">")
_FEATHER: Final = b"ARROW1\x00"
_ARCHIVES: Final = {
    b"Rar!": "unpack it with `unrar x`",
    b"7z\xbc\xaf": "unpack it with `7z x`",
    b"\x28\xb5\x2f\xfd": "unpack it with `zstd -d`",
    b"BZh": "unpack it with `bunzip2`",
    b"\xfd7zXZ": "unpack it with `unxz`",
}
_GEF: Final = {"cellBin": "bin_type='cell_bins'", "geneExp": "bin_size=100"}
"""Argument with which stereo reads a GEF file, by its group: cells, or bins of the chip."""
_OTHERS: Final = {
    b"%PDF": "a PDF document",
    b"{": "JSON",
    b"[": "JSON",
    b"\x0b\x0e\x0a\xc1": "an object of R's package qs",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls); save it as .csv",
    b"MATLAB": "a MATLAB file",
}


def first_bytes(path: Path) -> bytes:
    """Return the first bytes of a file, unpacked if it is gzipped or packed by bzip2 or xz."""
    with check_plain(path).open("rb") as stream:
        start = stream.read(START)
    opened = next((how for mark, how in _PACKED.items() if start.startswith(mark)), None)
    if opened is None:
        return start
    try:
        with opened(path) as stream:
            return bytes(stream.read(START))
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        return start


def is_hdf5(start: bytes) -> bool:
    """Return whether a file with these first bytes is HDF5; MATLAB's are left out.

    MuData writes a block of 512 bytes of its own before the file.
    """
    return _HDF5 in (start[:8], start[512:520]) and not start.startswith(b"MATLAB")


def foreign_file(path: Path) -> str | None:
    r"""Return what a file is and how to convert it, if it has a form that is known and not read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "a.bin").write_bytes(b"BAM\1")
    ...     "aligned" in foreign_file(Path(folder) / "a.bin")
    True
    """
    start = first_bytes(path)
    forms = (_zip, _r_object, _reads, _no_data, _array, _packed)
    return next((what for form in forms if (what := form(path, start)) is not None), None)


def foreign_hdf5(path: Path, group: Any) -> str | None:
    """Return what an HDF5 file is and how to convert it, if it has a form that is not read."""
    if "barcode_idx" in group and "umi" in group:
        return (
            "is Cell Ranger's molecule_info.h5, which has no matrix: give "
            "filtered_feature_bc_matrix.h5 of the same folder"
        )
    kind = next((kind for name, kind in _GEF.items() if name in group), None)
    if kind is not None:
        return (
            "is a GEF file of Stereo-seq, which is not read. Write an h5ad of it in Python:\n"
            "import stereo\n"
            f"data = stereo.io.read_gef({str(path)!r}, {kind})\n"
            "data.tl.raw_checkpoint()\n"
            f"stereo.io.stereo_to_anndata(data, output={_other(path, '.h5ad')!r})"
        )
    return None


def foreign_folder(path: Path) -> str | None:
    """Return what a folder is and how to convert it, if it has a form that is not read."""
    if any((path / name).exists() for name in ("__tiledb_group.tdb", "__group")):
        return (
            "is a TileDB-SOMA experiment, which is not read. Write an h5ad of it in Python:\n"
            "import tiledbsoma, tiledbsoma.io\n"
            f"with tiledbsoma.Experiment.open({str(path)!r}) as experiment:\n"
            "    made = tiledbsoma.io.to_anndata(experiment, measurement_name='RNA')\n"
            f"made.write_h5ad({path.name + '.h5ad'!r})"
        )
    if (path / "storage_order").is_file() and (path / "version").is_file():
        return _bpcells(path)
    return None


def _bpcells(path: Path) -> str:
    """Return lines of R for both orders of storage; whole numbers are BPCells' default."""
    order, version = (
        (path / name).read_bytes()[:START].decode(errors="replace")
        for name in ("storage_order", "version")
    )
    kind = "" if "uint" in version else ', type = "double"'
    target = f'"{path.name}.h5"{kind}'
    opened = f'BPCells::open_matrix_dir("{path}")'
    head = "is a BPCells matrix, which is not read. Write a file with its counts in R:\n"
    if not order.startswith("row"):
        return f"{head}BPCells::write_matrix_10x_hdf5({opened}, {target})"
    return (
        f"{head}x <- {opened}\n"
        f"BPCells::write_matrix_10x_hdf5(BPCells::transpose_storage_order(x), {target})\n"
        f"(if the rows of x are cells: BPCells::write_matrix_10x_hdf5(t(x), {target}))"
    )


def _reads(_: Path, start: bytes) -> str | None:
    if not start.startswith(_READS) and not _is_fastq(start):
        return None
    return (
        "holds sequencing reads, aligned or not: count them first with Cell Ranger, STARsolo, "
        "alevin-fry or kb-python, and give the folder with the counts"
    )


def _no_data(_: Path, start: bytes) -> str | None:
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        return "is a web page, no data: the download failed or gave an error. Fetch the file again"
    if start.startswith(b"version https://git-lfs"):
        return "is a pointer of Git LFS, not the file: fetch it with `git lfs pull`"
    if start.startswith(b"%%MatrixMarket"):
        return "is a MatrixMarket file of another name: rename it to end in .mtx"
    what = next((name for mark, name in _OTHERS.items() if start.startswith(mark)), None)
    return None if what is None else f"is {what}, which is not read: expected {FORMS}"


def _packed(path: Path, start: bytes) -> str | None:
    if start[257:262] == b"ustar":
        return f"is a tar archive: unpack it with `tar xf {path}` and give the folder or file in it"
    with path.open("rb") as stream:
        raw = stream.read(START)
    remedy = next((how for mark, how in _ARCHIVES.items() if raw.startswith(mark)), None)
    return None if remedy is None else f"is packed: {remedy} and give the file or folder in it"


def _r_object(path: Path, start: bytes) -> str | None:
    """Return lines of R that write what we read, by packages that come with R and Seurat."""
    if not start.startswith(_R):
        return None
    name = _stem(path)
    read = f'x <- readRDS("{path}")'
    if start.startswith(b"RD"):
        read = f'x <- get(load("{path}")[1])'
    return f"""is an object of R, which is not read. Write a folder with its counts in R:
{read}
counts <- tryCatch(SeuratObject::LayerData(x, layer = "counts"), error = function(e)
  SeuratObject::GetAssayData(x, slot = "counts"))
cells <- x[[]]
dir.create("{name}")
Matrix::writeMM(counts, "{name}/matrix.mtx")
writeLines(rownames(counts), "{name}/genes.tsv")
writeLines(colnames(counts), "{name}/barcodes.tsv")
cells <- cbind(barcode = rownames(cells), cells)
write.table(cells, "{name}_cells.tsv", sep = "\\t", quote = FALSE, row.names = FALSE)
and give both: orthoweave ingest cell_gene {name} --set cells={name}_cells.tsv
(of a SingleCellExperiment: counts <- SingleCellExperiment::counts(x), \
cells <- as.data.frame(SummarizedExperiment::colData(x)))"""


def _zip(path: Path, start: bytes) -> str | None:
    if not start.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return f"is a damaged zip archive: fetch it again (expected {FORMS})"
    if "xl/workbook.xml" in names:
        return (
            "is an Excel workbook, which is not read (Excel turns gene names into dates). Write a "
            "table of it in Python, and look at the names:\nimport pandas\n"
            f"pandas.read_excel({str(path)!r}, index_col=0).to_csv({_other(path, '.csv')!r})"
        )
    if names and all(name.endswith(".npy") for name in names):
        return _arrays(path, f"scipy.sparse.load_npz({str(path)!r}).tocsr()", "scipy.sparse")
    return f"is a zip archive: unpack it and give the folder or file in it (expected {FORMS})"


def _array(path: Path, start: bytes) -> str | None:
    """Return how tables and arrays of Python become what is read."""
    if start.startswith(_FEATHER):
        return (
            "is a feather file, which is not read. Write a table of it in Python:\nimport pandas\n"
            f"table = pandas.read_feather({str(path)!r})\n"
            "table = table.set_index(table.columns[0]) if table.index.dtype.kind in 'iu' else table"
            f"\ntable.to_csv({_other(path, '.csv')!r})"
        )
    if start.startswith(b"\x93NUMPY"):
        return _arrays(path, f"numpy.load({str(path)!r})", "numpy")
    if start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05":
        return (
            "is a pickle, which is never read, since reading one runs the code in it. Open it "
            "where it was made, and write the object with write_h5ad"
        )
    return None


def _arrays(path: Path, read: str, module: str) -> str:
    return (
        "is an array without names of cells and genes. Write an h5ad of it in Python, with a file "
        f"of names for each:\nimport anndata, {module}\nmade = anndata.AnnData({read})\n"
        "made.obs_names = open('barcodes.txt').read().split()\n"
        "made.var_names = open('genes.txt').read().split()\n"
        f"made.write_h5ad({_other(path, '.h5ad')!r})"
    )


def _is_fastq(start: bytes) -> bool:
    lines = start.split(b"\n")
    return len(lines) > 2 and lines[0].startswith(b"@") and lines[2].startswith(b"+")


def _stem(path: Path) -> str:
    return path.name.split(".")[0] or "made"


def _other(path: Path, suffix: str) -> str:
    return _stem(path) + suffix
