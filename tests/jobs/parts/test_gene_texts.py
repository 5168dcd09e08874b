"""Texts that may name genes: prefixes, decorations and row numbers."""

import pandas as pd
import pytest

from orthoweave.errors import InputError
from orthoweave.jobs.parts.gene_texts import (
    check_genomes,
    gene_texts,
    is_row_numbers,
    locus_ids,
    may_be_row_numbers,
    split_text,
    take_apart,
)
from orthoweave.species import find_species


@pytest.mark.parametrize(
    ("text", "stable", "name"),
    [
        ("ENSG00000141510.18", "ENSG00000141510", ""),
        ("ENSG00000141510.18_2", "ENSG00000141510", ""),
        ("ENSG00000002586.20_PAR_Y", "ENSG00000002586", ""),
        ("ENSG00000141510|TP53", "ENSG00000141510", "TP53"),
        ("TP53_ENSG00000141510", "ENSG00000141510", "TP53"),
        ("ENSEMBL:ENSG00000141510", "ENSG00000141510", ""),
        ("DEPRECATED_ENSG00000141510|TP53|8eab823", "ENSG00000141510", "TP53"),
        ("gene:ENSG00000141510", "ENSG00000141510", ""),
        ("gene-TP53", "", "TP53"),
        ("TP53|7157", "", "TP53"),
        ("?|100130426", "NCBIGene:100130426", ""),
        ("TP53 (7157)", "", "TP53"),
        ("HLA-A", "", "HLA-A"),
        ("Y105E8A.7", "", "Y105E8A.7"),
    ],
)
def test_decorated_texts_are_split(text: str, stable: str, name: str) -> None:
    """A text is split into a stable id and a name; a plain symbol is left as it is."""
    assert split_text(text) == (stable, name)


def test_genome_prefixes_are_taken_off() -> None:
    """The prefix of a genome build is counted and taken off."""
    texts = take_apart("index", ["GRCh38_TP53", "GRCh38_ENSG00000141510", "hg19-INS"])
    assert texts.names == ["TP53", "", "INS"]
    assert texts.ids == ["", "ENSG00000141510", ""]
    assert texts.prefixes == {"GRCh38_": 2, "hg19-": 1}


def test_quotes_are_taken_off() -> None:
    """Quotes around a text are not part of the name."""
    assert gene_texts(pd.DataFrame(index=['"TP53"', "'INS'"]), None)[0].names == ["TP53", "INS"]


def test_two_genomes_are_refused() -> None:
    """A matrix of two genomes names both with their numbers of columns."""
    texts = take_apart("index", ["GRCh38_TP53"] * 3 + ["mm10___Trp53"] * 2)
    with pytest.raises(InputError, match=r"3 with GRCh38_ \(human\), 2 with mm10___ \(mouse\)"):
        check_genomes([texts], find_species("human"))


@pytest.mark.parametrize(("first", "expected"), [(0, True), (1, True), (2, False)])
def test_row_numbers_count_from_0_or_1(first: int, expected: bool) -> None:
    """Numbers 0 to n-1 and 1 to n are those of rows, in any order."""
    ids = [f"NCBIGene:{number}" for number in range(first + 4, first - 1, -1)]
    assert is_row_numbers(ids) is expected


def test_filtered_row_numbers_are_suspected() -> None:
    """Row numbers of a filtered matrix rise and stay small."""
    assert may_be_row_numbers(["NCBIGene:2", "NCBIGene:5", "NCBIGene:7"])
    assert not may_be_row_numbers(["NCBIGene:7157", "NCBIGene:3630", "NCBIGene:2641"])


def test_locus_symbols_hold_ncbi_ids() -> None:
    """LOC and a number is the NCBI id."""
    assert locus_ids(["LOC7157", "LOCAL"]) == ["NCBIGene:7157", ""]
