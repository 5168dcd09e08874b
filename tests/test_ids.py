"""Identifiers and species."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import UsageError
from orthoweave.ids import cell_key, check_name, curie, name_of_file, strip_ensembl_version


@pytest.mark.parametrize(
    ("prefix", "local", "expected"),
    [
        ("ncbigene", 7157, "NCBIGene:7157"),
        ("HGNC", "HGNC:1100", "HGNC:1100"),
        ("mgi", "MGI:MGI:96572", "MGI:96572"),
        ("flybase", "FBgn0000008", "FB:FBgn0000008"),
    ],
)
def test_curies_have_biolink_casing(prefix: str, local: str | int, expected: str) -> None:
    """Prefixes get Biolink's casing and a doubled prefix is taken once."""
    assert curie(prefix, local) == expected


@pytest.mark.parametrize(("prefix", "local"), [("nowhere", "1"), ("HGNC", ""), ("HGNC", "HGNC:")])
def test_bad_curies_are_refused(prefix: str, local: str) -> None:
    """An unknown prefix or an empty id is an error."""
    with pytest.raises(UsageError):
        curie(prefix, local)


@given(st.integers(0, 10**11), st.integers(1, 99))
def test_ensembl_versions_are_stripped(number: int, version: int) -> None:
    """Any Ensembl gene id loses its version and nothing else."""
    plain = f"ENSMUSG{number:011d}"
    assert strip_ensembl_version(f"{plain}.{version}") == plain == strip_ensembl_version(plain)


@pytest.mark.parametrize("text", ["Y105E8A.7", "FBgn0000008", "RP11-34P13.7", "ENSG.1"])
def test_other_dots_are_kept(text: str) -> None:
    """An id that is not Ensembl's keeps its dot."""
    assert strip_ensembl_version(text) == text


def test_cells_are_dataset_and_barcode() -> None:
    """A cell's key is its dataset and barcode."""
    assert cell_key("baron_human", "AAAC-1") == "baron_human:AAAC-1"


@pytest.mark.parametrize("text", ["", "../x", "a b", ".hidden", "x" * 101, "a/b"])
def test_names_for_paths_are_checked(text: str) -> None:
    """A valid name of a source or dataset cannot leave its folder."""
    with pytest.raises(UsageError):
        check_name(text, "dataset name")


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("baron_human.h5ad", "baron_human"),
        ("my data (1).h5ad", "my_data_1"),
        ("Größe é.csv.gz", "Grosse_e"),
        ("-a b-.h5", "a_b"),
        ("β-cells 2.h5ad", "cells_2"),
        ("x" * 300 + " y", "x" * 100),
    ],
)
def test_names_are_made_of_file_names(name: str, made: str) -> None:
    """The part before the first dot, with what a name may not hold taken out."""
    assert check_name(name_of_file(Path("folder") / name), "dataset name") == made


@pytest.mark.parametrize("name", ["细胞.h5ad", "β.h5ad", ".h5ad"])
def test_a_file_name_without_letters_is_refused(name: str) -> None:
    """Where nothing is left, the user has to say a name."""
    with pytest.raises(UsageError, match="is not usable"):
        check_name(name_of_file(Path(name)), "dataset name")


@pytest.mark.parametrize("text", ["a\n", "a.b\n", "a\r", "\na", "١"])
def test_names_end_where_their_letters_end(text: str) -> None:
    """A line end after a name is not overlooked, and digits are those of ASCII."""
    with pytest.raises(UsageError, match="not usable"):
        check_name(text, "source")
