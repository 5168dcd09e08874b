"""The mates of a MatrixMarket file are found by its name."""

from pathlib import Path

import pytest

from orthoweave.errors import InputError
from orthoweave.files.mtx_parts import find_mtx


def folder(path: Path, *names: str) -> Path:
    """Make a folder of empty files."""
    for name in names:
        (path / name).touch()
    return path


@pytest.mark.parametrize(
    "names",
    [
        ("matrix.mtx", "features.tsv", "barcodes.tsv"),
        ("matrix.mtx.gz", "genes.tsv.gz", "barcodes.tsv"),
        ("GSM1_s1_matrix.mtx.gz", "GSM1_s1_features.tsv.gz", "GSM1_s1_barcodes.tsv.gz"),
        ("my sample matrix.mtx", "my sample genes.tsv", "my sample barcodes.tsv"),
        ("cells_x_genes.mtx", "cells_x_genes.genes.txt", "cells_x_genes.barcodes.txt"),
        ("cells_x_genes.mature.mtx", "cells_x_genes.genes.txt", "cells_x_genes.barcodes.txt"),
        ("UniqueAndMult-EM.mtx", "features.tsv", "barcodes.tsv"),
        ("DGE.mtx", "all_genes.csv", "cell_metadata.csv"),
        ("count_matrix.mtx", "all_genes.csv", "cell_metadata.csv"),
        ("GSM2_DGE.mtx.gz", "GSM2_genes.csv.gz", "GSM2_cell_metadata.csv.gz"),
        ("größe β_matrix.mtx", "größe β_features.tsv", "größe β_barcodes.tsv"),
    ],
)
def test_mates_are_found(tmp_path: Path, names: tuple[str, str, str]) -> None:
    """Features and barcodes have the prefix of their matrix, or none."""
    parts = find_mtx(folder(tmp_path, *names))
    assert (parts.matrix.name, parts.features.name, parts.barcodes.name) == names
    assert parts.by_cells is any(word in names[0] for word in ("cells_x", "DGE", "count"))


def test_one_of_several_matrices_is_chosen_by_its_file(tmp_path: Path) -> None:
    """A folder of several samples is refused; the remedy, one of its files, is read."""
    samples = [f"s{n}_{name}" for n in (1, 2) for name in ("matrix.mtx", "genes.tsv")]
    folder(tmp_path, *samples, "s1_barcodes.tsv", "s2_barcodes.tsv")
    with pytest.raises(InputError, match=r"2 matrices \(s1_matrix.mtx, s2_matrix.mtx\)"):
        find_mtx(tmp_path)
    assert find_mtx(tmp_path / "s2_matrix.mtx").features.name == "s2_genes.tsv"


def test_missing_mates_list_the_files(tmp_path: Path) -> None:
    """The message names what is expected and what is there."""
    folder(tmp_path, "matrix.mtx", "my_genes.csv", "barcodes.tsv")
    with pytest.raises(InputError, match=r"features.tsv or genes.tsv.*my_genes.csv"):
        find_mtx(tmp_path)


STARSOLO = tuple(
    f"Solo.out/{kind}/{name}"
    for kind in ("Gene/raw", "Gene/filtered", "GeneFull/raw", "GeneFull/filtered")
    for name in ("matrix.mtx", "features.tsv", "barcodes.tsv")
)


def nested(path: Path, *names: str) -> Path:
    """Make empty files below a folder."""
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).touch()
    return path


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (STARSOLO[:6], "Solo.out/Gene/filtered/matrix.mtx"),
        (STARSOLO[:3], "Solo.out/Gene/raw/matrix.mtx"),
        (
            tuple(
                f"{kind}_feature_bc_matrix/{name}.gz"
                for kind in ("raw", "filtered")
                for name in ("matrix.mtx", "features.tsv", "barcodes.tsv")
            ),
            "filtered_feature_bc_matrix/matrix.mtx.gz",
        ),
        (
            tuple(
                f"{kind}/{name}"
                for kind in ("DGE_filtered", "DGE_unfiltered")
                for name in ("DGE.mtx", "all_genes.csv", "cell_metadata.csv")
            ),
            "DGE_filtered/DGE.mtx",
        ),
    ],
)
def test_filtered_cells_below_a_folder_are_taken(
    tmp_path: Path, names: tuple[str, ...], taken: str
) -> None:
    """The folder that a program made is enough, and a note names the file that was read."""
    parts = find_mtx(nested(tmp_path, *names))
    assert parts.matrix == tmp_path / taken
    assert f"took {taken} of" in parts.note


def test_several_matrices_below_are_asked(tmp_path: Path) -> None:
    """Two ways of counting are not chosen between; each folder named is read."""
    nested(tmp_path, *STARSOLO)
    with pytest.raises(InputError, match="2 matrices below it") as caught:
        find_mtx(tmp_path)
    for place in ("Gene/filtered", "GeneFull/filtered"):
        assert str(tmp_path / "Solo.out" / place) in str(caught.value)
        assert find_mtx(tmp_path / "Solo.out" / place).note == ""


def test_another_matrix_beside_is_named(tmp_path: Path) -> None:
    """STARsolo's counts of reads that map to several genes are taken by their file."""
    names = ("matrix.mtx", "UniqueAndMult-EM.mtx", "features.tsv", "barcodes.tsv")
    parts = find_mtx(folder(tmp_path, *names))
    assert parts.matrix.name == "matrix.mtx"
    assert "give its file (UniqueAndMult-EM.mtx)" in parts.note
    assert find_mtx(tmp_path / "UniqueAndMult-EM.mtx").note == ""
