"""MatrixMarket files of many programs give cells × genes, and damage is named."""

import gzip
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files import mtx
from orthoweave.files.features import genes_only
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.files.mtx import open_mtx

# barcodes × features; the last feature is an antibody
COUNTS = np.random.default_rng(3).poisson(1.0, (6, 5)).astype(np.int32)
KINDS = ["Gene Expression"] * 4 + ["Antibody Capture"]


def write_mtx(folder: Path, *, zipped: bool = False, name: str = "features.tsv") -> Path:
    """Write a folder as Cell Ranger does."""
    folder.mkdir(exist_ok=True)
    turned = sp.coo_matrix(COUNTS.T)
    lines = [
        f"{row + 1} {column + 1} {value}"
        for row, column, value in zip(turned.row, turned.col, turned.data, strict=True)
    ]
    banner = "%%MatrixMarket matrix coordinate integer general\n%made\n"
    texts = {
        "matrix.mtx": banner + f"5 6 {turned.nnz}\n" + "\n".join(lines) + "\n",
        name: "".join(f"ENSG{number:011d}\tG{number}\t{KINDS[number]}\n" for number in range(5)),
        "barcodes.tsv": "".join(f"AAAC-{number}\n" for number in range(6)),
    }
    for filename, text in texts.items():
        if zipped:
            (folder / f"{filename}.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / filename).write_text(text)
    return folder


def values(source: MatrixSource) -> np.ndarray:
    """Return all values of a source as a dense matrix."""
    return np.vstack([block.toarray() for _, block in source.blocks(4)])


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", ["features.tsv", "genes.tsv"])
def test_mtx_gives_genes_only(tmp_path: Path, zipped: bool, name: str) -> None:
    """Text files, zipped or not, with either name of the features, give the same counts."""
    with genes_only(open_mtx(write_mtx(tmp_path / "m", zipped=zipped, name=name))) as source:
        assert (values(source) == COUNTS[:, :4]).all()
        assert list(source.var["gene_ids"]) == list(source.var.index)


@pytest.mark.parametrize("name", ["matrix.mtx", "features.tsv", "barcodes.tsv"])
def test_missing_file_is_an_input_error(tmp_path: Path, name: str) -> None:
    """The folder needs all three files."""
    folder = write_mtx(tmp_path / "m")
    (folder / name).unlink()
    with pytest.raises(InputError, match=name):
        open_mtx(folder)


@pytest.mark.parametrize("name", ["matrix.mtx.gz", "features.tsv.gz", "barcodes.tsv.gz"])
def test_truncated_gzip_is_an_input_error(tmp_path: Path, name: str) -> None:
    """A gzip stream that ends early is reported for each file."""
    folder = write_mtx(tmp_path / "m", zipped=True)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="truncated"):
        open_mtx(folder)


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("5 6 ", "5 7 ", "5 × 7"),
        ("5 6 ", "x 6 ", "line of features"),
        ("coordinate integer general", "array real general", "MatrixMarket"),
        ("coordinate integer general", "coordinate integer symmetric", "MatrixMarket"),
        ("5 6 ", "5 6 1", "promises"),
    ],
)
def test_wrong_header_is_an_input_error(tmp_path: Path, old: str, new: str, wrong: str) -> None:
    """What the header says must fit the values and the files beside it."""
    folder = write_mtx(tmp_path / "m")
    text = (folder / "matrix.mtx").read_text()
    (folder / "matrix.mtx").write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=wrong):
        open_mtx(folder)


@pytest.mark.parametrize(
    ("line", "wrong", "error"),
    [
        ("9 1 4", "out of range", HostileFileError),
        ("0 1 4", "out of range", HostileFileError),
        ("1 1 x", "whole numbers", InputError),
        ("1 1", "whole numbers|promises", InputError),
    ],
)
def test_wrong_line_is_refused(tmp_path: Path, line: str, wrong: str, error: type) -> None:
    """Indices start at one and end at the number of features; lines have three numbers."""
    folder = write_mtx(tmp_path / "m")
    lines = (folder / "matrix.mtx").read_text().splitlines()
    (folder / "matrix.mtx").write_text("\n".join([*lines[:3], line, *lines[4:]]) + "\n")
    with pytest.raises(error, match=wrong):
        open_mtx(folder)


def test_repeated_value_is_an_input_error(tmp_path: Path) -> None:
    """A place that is given twice is neither summed nor overwritten."""
    folder = write_mtx(tmp_path / "m")
    lines = (folder / "matrix.mtx").read_text().splitlines()
    (folder / "matrix.mtx").write_text("\n".join([*lines[:4], lines[3], *lines[5:]]) + "\n")
    with pytest.raises(InputError, match="twice"):
        open_mtx(folder)


def test_gzip_bomb_is_refused(tmp_path: Path) -> None:
    """Text out of proportion to the promised values is refused while it is read."""
    folder = write_mtx(tmp_path / "m", zipped=True)
    text = gzip.decompress((folder / "matrix.mtx.gz").read_bytes())
    (folder / "matrix.mtx.gz").write_bytes(gzip.compress(text + b" " * (4 << 20)))
    with pytest.raises(HostileFileError, match="more than"):
        open_mtx(folder)


def test_too_many_values_for_text_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A promise of more values than fit in memory is refused, with another form named."""
    monkeypatch.setattr(mtx, "MAXIMUM_TEXT_VALUES", 3)
    with pytest.raises(InputError, match="h5ad"):
        open_mtx(write_mtx(tmp_path / "m"))


def test_any_white_space_separates(tmp_path: Path) -> None:
    """Tabs, several spaces and spaces at the ends of lines give the same counts."""
    path = write_mtx(tmp_path / "m", zipped=False) / "matrix.mtx"
    lines = path.read_text().splitlines()
    spaced = [line if line.startswith("%") else line.replace(" ", " \t ") + " " for line in lines]
    path.write_text("\n".join(spaced) + "\n")
    with genes_only(open_mtx(path.parent)) as source:
        assert (values(source) == COUNTS[:, :4]).all()


def test_cells_by_genes_is_turned(tmp_path: Path) -> None:
    """kb-python writes cells × genes, which its numbers of rows and columns tell."""
    folder = write_mtx(tmp_path / "m", zipped=False)
    head, *lines = (folder / "matrix.mtx").read_text().splitlines()
    turned = [
        line
        if line.startswith("%")
        else " ".join((line.split()[1], line.split()[0], line.split()[2]))
        for line in lines
    ]
    (folder / "matrix.mtx").write_text("\n".join([head, *turned]) + "\n")
    with genes_only(open_mtx(folder)) as source:
        assert (values(source) == COUNTS[:, :4]).all()


def test_empty_lines_are_named(tmp_path: Path) -> None:
    """An empty first line is named with its file, and its removal mends it."""
    path = write_mtx(tmp_path / "m", zipped=False) / "features.tsv"
    text = path.read_text()
    path.write_text("\n" + text)
    with pytest.raises(InputError, match="empty line 1 among"):
        open_mtx(path.parent)
    path.write_text(text)
    open_mtx(path.parent)


def write_parse(folder: Path, *, by_cells: bool = True, genome: str = "hg38") -> Path:
    """Write a folder as Parse Biosciences' pipeline does."""
    folder.mkdir()
    matrix = sp.coo_matrix(COUNTS if by_cells else COUNTS.T)
    scipy.io.mmwrite(folder / "DGE.mtx", matrix, field="integer")
    genes = [f"ENSG{number:011d},G{number},hg38" for number in range(4)]
    genes.append(f'ENSG{4:011d},"G,4",{genome}')
    (folder / "all_genes.csv").write_text("gene_id,gene_name,genome\n" + "\n".join(genes) + "\n")
    cells = [f"{number:02d}_01_01,s{number % 2},hg38" for number in range(6)]
    table = "bc_wells,sample,species\n" + "\n".join(cells) + "\n"
    (folder / "cell_metadata.csv").write_text(table)
    return folder


@pytest.mark.parametrize("by_cells", [True, False])
def test_parse_gives_counts_and_cells(tmp_path: Path, by_cells: bool) -> None:
    """Cells × genes, or turned: counts, symbols and what is known of the cells."""
    with open_mtx(write_parse(tmp_path / "DGE_filtered", by_cells=by_cells)) as source:
        assert (values(source) == COUNTS).all()
        assert list(source.var["feature_name"]) == ["G0", "G1", "G2", "G3", "G,4"]
        assert list(source.var.index) == [f"ENSG{number:011d}" for number in range(5)]
        assert list(source.obs["sample"]) == ["s0", "s1"] * 3
        assert source.obs.index[0] == "00_01_01"


def test_parse_of_two_species_is_refused(tmp_path: Path) -> None:
    """A mixture is told by the column of genomes."""
    with pytest.raises(InputError, match=r"several genomes \(hg38, mm10\)"):
        open_mtx(write_parse(tmp_path / "m", genome="mm10"))


def test_square_parse_is_cells_by_genes(tmp_path: Path) -> None:
    """Where both sides are as long, the file's name tells that rows are cells."""
    folder = write_parse(tmp_path / "m")
    scipy.io.mmwrite(folder / "DGE.mtx", sp.coo_matrix(COUNTS[:5]), field="integer")
    lines = (folder / "cell_metadata.csv").read_text().splitlines()[:6]
    (folder / "cell_metadata.csv").write_text("\n".join(lines) + "\n")
    with open_mtx(folder) as source:
        assert (values(source) == COUNTS[:5]).all()


def test_kb_names_are_symbols(tmp_path: Path) -> None:
    """kb-python's file of names gives the symbols beside the ids; each count matrix is read."""
    for name in ("cells_x_genes.mature", "cells_x_genes.nascent"):
        counts = COUNTS if name.endswith("mature") else COUNTS + 1
        scipy.io.mmwrite(tmp_path / f"{name}.mtx", sp.coo_matrix(counts), field="integer")
    ids = "".join(f"ENSG{number:011d}.3\n" for number in range(5))
    (tmp_path / "cells_x_genes.genes.txt").write_text(ids)
    (tmp_path / "cells_x_genes.genes.names.txt").write_text("A\nB\nC\nD\nE\n")
    (tmp_path / "cells_x_genes.barcodes.txt").write_text("".join(f"A{n}\n" for n in range(6)))
    with open_mtx(tmp_path / "cells_x_genes.nascent.mtx") as source:
        assert (values(source) == COUNTS + 1).all()
        assert list(source.var["feature_name"]) == list("ABCDE")


def test_starsolo_em_gives_its_decimals(tmp_path: Path) -> None:
    """The matrix of multi-mapped reads is read as scipy reads it, decimals included."""
    write_mtx(tmp_path / "raw")
    decimals = sp.coo_matrix(COUNTS.T + 0.25)
    scipy.io.mmwrite(tmp_path / "raw" / "UniqueAndMult-EM.mtx", decimals)
    with open_mtx(tmp_path / "raw" / "UniqueAndMult-EM.mtx") as source:
        witness = sp.coo_matrix(scipy.io.mmread(tmp_path / "raw" / "UniqueAndMult-EM.mtx"))
        assert np.allclose(values(source), witness.toarray().T)


@pytest.mark.parametrize("space", ["\t", "   ", " \t "])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n", "\t\r\n"])
def test_white_space_of_any_kind(tmp_path: Path, space: str, end: str) -> None:
    """Fields and lines are separated by any white space, in the header and in the body."""
    folder = write_mtx(tmp_path / "m")
    banner, *lines = (folder / "matrix.mtx").read_text().splitlines()
    body = end.join(space + line.replace(" ", space) for line in lines[1:])
    (folder / "matrix.mtx").write_bytes(f"{banner}{end}{body}{end}".encode())
    with genes_only(open_mtx(folder)) as source:
        assert (values(source) == COUNTS[:, :4]).all()
