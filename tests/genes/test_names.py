"""Spellings of gene names: folded, read as ids, recognised as a spreadsheet's work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.genes.names import (
    certainly_mangled,
    clean,
    describe_mangled,
    ensembl_curie,
    fold,
    is_mangled,
    mangled_from,
    read_curies,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7157", "NCBIGene:7157"),
        ("NCBIGene:7157", "NCBIGene:7157"),
        ("ncbigene:7157", "NCBIGene:7157"),
        ("GeneID:7157", "NCBIGene:7157"),
        ("entrez: 7157", "NCBIGene:7157"),
        ("ENSG00000141510", "ENSEMBL:ENSG00000141510"),
        ("ensg00000141510.18", "ENSEMBL:ENSG00000141510"),
        ("ENSEMBL:ENSMUSG00000059552.14", "ENSEMBL:ENSMUSG00000059552"),
        ("HGNC:11998", "HGNC:11998"),
        ("HGNC:HGNC:11998", "HGNC:11998"),
        ("MGI:MGI:98834", "MGI:98834"),
        ("RGD:3889", "RGD:3889"),
        ("ZDB-GENE-990415-270", "ZFIN:ZDB-GENE-990415-270"),
        ("ZFIN:ZDB-GENE-990415-270", "ZFIN:ZDB-GENE-990415-270"),
        ("FBgn0039044", "FB:FBgn0039044"),
        ("FlyBase:FBgn0039044", "FB:FBgn0039044"),
        ("WBGene00000467", "WB:WBGene00000467"),
        (" 7157\n", "NCBIGene:7157"),
    ],
)
def test_ids_are_read_with_and_without_prefix(text: str, expected: str) -> None:
    """Each way to write an id gives its one CURIE."""
    assert read_curies(text) == (expected,)


@pytest.mark.parametrize(
    "text", ["TP53", "si:ch73-25f10.6", "7SLRNA:CR32864", "Y105E8A.7", "FB:", "HLA.A", "", "ENSG1"]
)
def test_symbols_are_not_ids(text: str) -> None:
    """A colon or a dot alone makes no id."""
    assert read_curies(text) == ()


def test_fly_and_worm_ids_keep_their_authority() -> None:
    """Ensembl gives fly, worm and yeast genes their authority's ids; dots there mean something."""
    assert ensembl_curie("FBgn0000008") == "FB:FBgn0000008"
    assert ensembl_curie("WBGene00000001") == "WB:WBGene00000001"
    assert ensembl_curie("ENSDARG00000000001.2") == "ENSEMBL:ENSDARG00000000001"
    assert ensembl_curie("YAL001C.1") == "ENSEMBL:YAL001C.1"


@given(st.text(max_size=12))
def test_folding_is_stable(text: str) -> None:
    """Folding a folded or cleaned text changes nothing."""
    assert fold(fold(text)) == fold(text)
    assert fold(clean(text)) == fold(text)
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("1-Sep", ("SEPT1", "SEPTIN1")),
        ("9-SEP-2021", ("SEPT9", "SEPTIN9")),
        ("2021-09-07", ("SEPT7", "SEPTIN7")),
        ("Mar-01", ("MARCH1", "MARCHF1", "MARC1", "MTARC1")),
        ("1-Dec", ("DEC1",)),
        ("2.31E+13", ()),
        ("3/1/2020", ()),
        ("2021-99-01", ()),
    ],
)
def test_origins_of_dates(text: str, origins: tuple[str, ...]) -> None:
    """A date tells which symbols it may have been; a float or an unclear date tells none."""
    assert is_mangled(text)
    assert mangled_from(text) == origins
    assert ("/".join(origins) or "a symbol") in describe_mangled(text)


def test_month_first_may_be_a_name() -> None:
    """Oct-11 is a synonym of real genes, 11-Oct of none."""
    assert is_mangled("Oct-11")
    assert not certainly_mangled("Oct-11")
    assert certainly_mangled("11-Oct")
    assert not is_mangled("Oct-4")
    assert mangled_from("TP53") == ()
