"""10x Genomics files, h5 of two versions and text, give cells × genes."""

import gzip
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import HostileFileError, InputError
from orthoweave.files import tenx
from orthoweave.files.features import genes_only
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.files.tenx import is_tenx_h5, open_mtx, open_tenx_h5

# barcodes × features; the last feature is an antibody
COUNTS = np.random.default_rng(3).poisson(1.0, (6, 5)).astype(np.int32)
KINDS = ["Gene Expression"] * 4 + ["Antibody Capture"]


def write_h5(path: Path, version: int, genomes: tuple[str, ...] = ("GRCh38",)) -> None:
    """Write a file as Cell Ranger does."""
    matrix = sp.csr_matrix(COUNTS)
    ids = [f"ENSG{number:011d}".encode() for number in range(5)]
    with h5py.File(path, "w") as file:
        for genome in genomes if version == 2 else ("matrix",):
            group = file.create_group(genome)
            group["data"], group["indices"] = matrix.data, matrix.indices.astype(np.int64)
            group["indptr"] = matrix.indptr.astype(np.int64)
            group["shape"] = np.array([5, 6], np.int32)
            group["barcodes"] = np.array([f"AAAC-{number}".encode() for number in range(6)])
            if version == 2:
                group["genes"], group["gene_names"] = ids, [b"A", b"B", b"A", b"C", b"D"]
            else:
                features = group.create_group("features")
                features["id"], features["name"] = ids, [b"A", b"B", b"A", b"C", b"D"]
                features["feature_type"] = [kind.encode() for kind in KINDS]
                names = (*(genomes * 5)[:4], "")
                features["genome"] = [name.encode() for name in names]


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


def test_version_3_gives_genes_only(tmp_path: Path) -> None:
    """Antibodies are left out, with a note; symbols may repeat, ids are the index."""
    write_h5(tmp_path / "a.h5", 3)
    with genes_only(open_tenx_h5(tmp_path / "a.h5")) as source:
        assert (values(source) == COUNTS[:, :4]).all()
        assert list(source.var["feature_name"]) == ["A", "B", "A", "C"]
        assert list(source.obs.index) == [f"AAAC-{number}" for number in range(6)]
        assert "1 features that are not genes (Antibody Capture)" in source.notes[0]


def test_version_2_gives_all_genes(tmp_path: Path) -> None:
    """The older form has no kinds of features."""
    write_h5(tmp_path / "a.h5", 2)
    assert is_tenx_h5(tmp_path / "a.h5")
    with open_tenx_h5(tmp_path / "a.h5") as source:
        assert (values(source) == COUNTS).all()


@pytest.mark.parametrize("version", [2, 3])
def test_two_genomes_are_refused(tmp_path: Path, version: int) -> None:
    """A mixture of two species is refused politely."""
    write_h5(tmp_path / "a.h5", version, ("GRCh38", "mm10"))
    with pytest.raises(InputError, match="mm10"):
        open_tenx_h5(tmp_path / "a.h5")


@pytest.mark.parametrize("gone", ["data", "indptr", "barcodes", "features", "features/id"])
def test_missing_part_is_an_input_error(tmp_path: Path, gone: str) -> None:
    """A 10x file without one of its parts is damaged."""
    write_h5(tmp_path / "a.h5", 3)
    with h5py.File(tmp_path / "a.h5", "a") as file:
        del file[f"matrix/{gone}"]
    with pytest.raises(InputError, match="damaged"):
        open_tenx_h5(tmp_path / "a.h5")


def test_index_out_of_range_is_refused(tmp_path: Path) -> None:
    """A feature beyond the list is refused before scipy uses it."""
    write_h5(tmp_path / "a.h5", 3)
    with h5py.File(tmp_path / "a.h5", "a") as file:
        file["matrix/indices"][0] = 99
    with open_tenx_h5(tmp_path / "a.h5") as source, pytest.raises(HostileFileError):
        values(source)


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
    """The header must fit the values and the files beside it."""
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
        ("1 1 x", "two numbers", InputError),
        ("1 1", "two numbers|promises", InputError),
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
    monkeypatch.setattr(tenx, "MAXIMUM_TEXT_VALUES", 3)
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
