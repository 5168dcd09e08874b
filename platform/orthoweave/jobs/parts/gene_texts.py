"""Texts of a matrix's columns that may name genes, freed of prefixes and decoration.

A row number is not a gene id. Genome prefixes, quotes, versions and joined forms such as
``ENSG00000141510|TP53`` are taken apart into a stable id and a name.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.files.damage import is_missing_word
from orthoweave.species import Species, find_species

# usual names of columns, tried in this order, in any case of letters
_ID_COLUMNS: Final = (
    *("ensembl_id", "gene_ids", "feature_id", "gene_id", "ensembl", "ensemblid", "ensembl_ids"),
    *("ensembl_gene_id", "ensembl_gene", "ensembl_geneid", "gene_stable_id", "accession", "id"),
)
_NCBI_COLUMNS: Final = ("ncbi_gene_id", "entrez_id", "entrezid", "ncbi_id", "geneid", "entrez")
_SYMBOL_COLUMNS: Final = (
    *("feature_name", "symbol", "gene_symbols", "gene_symbol", "gene_name", "gene_names"),
    *("gene_short_name", "hgnc_symbol", "mgi_symbol", "external_gene_name", "symbols", "features"),
    *("gene", "genes"),
)
_QUOTES: Final = "'\"`"
# genome builds that aligners write before a name, by species
_GENOMES: Final = {
    "human": ("GRCh38", "GRCh37", "hg38", "hg19", "hg18", "human", "homo_sapiens", "hsapiens"),
    "mouse": ("GRCm39", "GRCm38", "mm39", "mm10", "mm9", "mouse", "mus_musculus", "mmusculus"),
    "rat": ("mRatBN7.2", "mRatBN7", "Rnor_6.0", "Rnor6", "rn7", "rn6", "rat"),
    "zebrafish": ("GRCz11", "GRCz10", "danRer11", "danRer10", "zebrafish"),
    "fly": ("BDGP6", "dm6", "dm3"),
    "worm": ("WBcel235", "ce11", "ce10"),
}
_SPECIES_OF: Final = {
    genome.lower(): species for species, genomes in _GENOMES.items() for genome in genomes
}
_PREFIX: Final = re.compile(
    rf"^({'|'.join(sorted(map(re.escape, _SPECIES_OF), key=len, reverse=True))})[_:|-]+(?=\S)",
    re.IGNORECASE,
)
_DECORATION: Final = re.compile(r"^(DEPRECATED_|gene[:-])(?=\S)", re.IGNORECASE)
_STABLE: Final = re.compile(
    r"(?<![A-Za-z0-9])(ENS[A-Z]*G\d{11}|FBgn\d{7}|WBGene\d{8})(\.\d+)?(?![A-Za-z0-9])"
)
_SEPARATORS: Final = " |_:;,.()[]-/"
_NCBI_IN_BRACKETS: Final = re.compile(r"^(\S+) \((\d+)\)\Z", re.ASCII)
_LOCUS: Final = re.compile(r"^LOC(\d+)\Z", re.ASCII)
# share of numbers from which a column counts as numeric
_NUMERIC_SHARE: Final = 0.5
# row numbers of a matrix that lost most columns stay below this many times its width
_SPARSEST: Final = 4
_FOREIGN_SHARE: Final = 0.01


@dataclass(frozen=True, slots=True)
class GeneTexts:
    """One column of `var`, or its index, taken apart."""

    name: str
    """Name of the column; ``index``."""
    ids: list[str]
    """Stable id of each row, ``""`` where there is none."""
    names: list[str]
    """Symbol or other name of each row, ``""`` where there is none."""
    prefixes: dict[str, int]
    """Number of rows by the genome prefix that was removed."""
    n_taken_apart: int
    """Number of rows whose text held an id and a name, or other decoration."""
    numeric: bool
    """Whether the ids are bare numbers, which may be NCBI ids or row numbers."""


def gene_texts(var: pd.DataFrame, id_column: str | None) -> list[GeneTexts]:
    """Return the columns of `var` that usually name genes, the most reliable first.

    Parameters
    ----------
    id_column
        Column to put first, whatever its name.

    Raises
    ------
    UnknownNameError
        If there is no such column.
    """
    if id_column is not None and id_column not in var.columns:
        known = ", ".join(str(name) for name in var.columns) or "none"
        message = f"no column {id_column!r} in var: expected gene_id_column= one of {known}"
        raise UnknownNameError(message)
    first = [id_column] if id_column is not None else []
    names = list(dict.fromkeys(first + present(var, (*_ID_COLUMNS, *_NCBI_COLUMNS))))
    columns = [take_apart(name, column_texts(var[name])) for name in names]
    columns.append(take_apart("index", column_texts(var.index.to_series())))
    symbols = [name for name in present(var, _SYMBOL_COLUMNS) if name not in names]
    return columns + [take_apart(name, column_texts(var[name])) for name in symbols]


def other_texts(var: pd.DataFrame) -> list[GeneTexts]:
    """Return the columns of `var` that hold texts but do not usually name genes."""
    usual = set(present(var, (*_ID_COLUMNS, *_NCBI_COLUMNS, *_SYMBOL_COLUMNS)))
    columns = []
    for name in var.columns:
        if str(name) in usual or var[name].dtype.kind in "iufbc":
            continue
        texts = column_texts(var[name])
        # chromosomes and biotypes do not name genes
        if len(set(texts)) > len(texts) / 2:
            columns.append(take_apart(str(name), texts))
    return columns


def present(var: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Return the columns of `var` with one of some names, in any case of letters."""
    by_name = {str(column).lower(): str(column) for column in var.columns}
    return [by_name[name] for name in names if name in by_name]


def given_symbols(var: pd.DataFrame) -> list[str | None]:
    """Return the symbols of a file, None where it has none."""
    for name in present(var, _SYMBOL_COLUMNS):
        texts = take_apart(name, column_texts(var[name])).names
        return [None if is_missing_word(text) else text or None for text in texts]
    return [None] * len(var)


def column_texts(column: "pd.Series[Any]") -> list[str]:
    """Return the texts of a column without quotes and white space, ``""`` for missing values."""
    texts = []
    for value in column:
        # a missing value turns whole numbers into floats such as 7157.0
        text = str(int(value)) if isinstance(value, float) and value == value // 1 else str(value)
        text = text.strip().strip(_QUOTES).strip()
        # a word for "missing" stays: the catalogue knows whether it is a gene, such as fly's nan
        texts.append("" if pd.isna(value) else text)
    return texts


def take_apart(name: str, texts: Sequence[str]) -> GeneTexts:
    """Split each text of a column into a stable id and a name."""
    prefixes: Counter[str] = Counter()
    ids, names, n_taken_apart = [], [], 0
    for text in texts:
        bare = text
        if match := _PREFIX.match(bare):
            prefixes[match[0]] += 1
            bare = bare[match.end() :]
        stable, called = split_text(bare)
        n_taken_apart += bool(stable and called) or (stable or called) != bare
        ids.append(stable)
        names.append(called)
    n_numbers = sum(text.isdigit() for text in names)
    numeric = n_numbers > _NUMERIC_SHARE * max(sum(bool(text) for text in names), 1)
    if numeric:
        ids = [
            f"NCBIGene:{text}" if text.isdigit() else key
            for text, key in zip(names, ids, strict=True)
        ]
    # a bare number among names is never an id
    names = ["" if text.isdigit() else text for text in names]
    return GeneTexts(name, ids, names, dict(prefixes), n_taken_apart, numeric)


def split_text(text: str) -> tuple[str, str]:
    """Return the stable id and the name in a string, ``""`` for a part that it lacks.

    Examples
    --------
    >>> split_text("ENSG00000141510.18|TP53"), split_text("TP53")
    (('ENSG00000141510', 'TP53'), ('', 'TP53'))
    >>> split_text("TP53_ENSG00000141510"), split_text("LOC123456")
    (('ENSG00000141510', 'TP53'), ('', 'LOC123456'))
    """
    text = _DECORATION.sub("", text)
    spelled = (
        text.replace("_", "|") if "ENS" in text or "FBgn" in text or "WBGene" in text else text
    )
    if match := _STABLE.search(spelled):
        rest = (text[: match.start()] + "|" + text[match.end() :]).strip(_SEPARATORS)
        rest = rest.removeprefix("ENSEMBL").strip(_SEPARATORS)
        called = re.split(r"[|;]", rest)[0].strip(_SEPARATORS)
        # PAR_Y and the second number of a lifted annotation are not names
        return match[1], "" if called.isdigit() or called == "PAR_Y" else called
    if text.lower().startswith("ncbigene:"):
        return f"NCBIGene:{text[9:]}", ""
    if match := _NCBI_IN_BRACKETS.match(text):
        return "", match[1]
    if "|" in text:
        called, *others = (part.strip() for part in text.split("|"))
        if called in ("", "?") and others and others[0].isdigit():
            return f"NCBIGene:{others[0]}", ""
        return "", called
    return "", text


def locus_ids(texts: Sequence[str]) -> list[str]:
    """Return the NCBI id in each symbol of the form ``LOC123456``, ``""`` for other texts."""
    return [f"NCBIGene:{match[1]}" if (match := _LOCUS.match(text)) else "" for text in texts]


def is_row_numbers(ids: Sequence[str]) -> bool:
    """Return whether NCBI ids are in fact the numbers of the rows, counted from 0 or 1."""
    numbers = sorted(int(key.removeprefix("NCBIGene:")) for key in ids if key)
    n = len(ids)
    return numbers in (list(range(n)), list(range(1, n + 1)))


def may_be_row_numbers(ids: Sequence[str]) -> bool:
    """Return whether NCBI ids rise from row to row and stay small, as filtered row numbers do."""
    numbers = [int(key.removeprefix("NCBIGene:")) for key in ids if key]
    rising = all(first < second for first, second in pairwise(numbers))
    return rising and max(numbers, default=0) < _SPARSEST * len(ids)


def check_genomes(columns: Sequence[GeneTexts], species: Species) -> None:
    """Refuse names that carry the prefix of another genome, or of several.

    Raises
    ------
    InputError
        With each prefix, its species and its number of columns.
    """
    for column in columns:
        by_species: Counter[str] = Counter()
        for prefix, count in column.prefixes.items():
            by_species[_SPECIES_OF[prefix.rstrip("_:|-").lower()]] += count
        foreign = {name: n for name, n in by_species.items() if find_species(name) != species}
        if sum(foreign.values()) <= _FOREIGN_SHARE * len(column.ids):
            continue
        listed = ", ".join(
            f"{count:,} with {prefix} ({_SPECIES_OF[prefix.rstrip('_:|-').lower()]})"
            for prefix, count in column.prefixes.items()
        )
        message = (
            f"the species is said to be {species.common}, but {column.name} has names {listed}: "
            "one dataset holds one genome. Split the file by genome and ingest each part with its "
            "species"
        )
        raise InputError(message)
