"""Refuse a matrix whose columns name few genes, or the genes of another species."""

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

from orthoweave.errors import InputError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.jobs.parts.gene_columns import GeneColumns
from orthoweave.species import Species, known_species

# number of names that are looked up among the genes of other species
_SAMPLE: Final = 400
_LISTED: Final = 5
# share of the matches that differ in case, and of the names that another species has exactly
_OTHER_CASE: Final = 0.5
_CASES: Final = {"symbol_case", "synonym_case", "previous_symbol_case"}
_LIKE_ROWS: Final = re.compile(r"^(row|gene|feature|g|v)?[_-]?\d+\Z", re.IGNORECASE)
_LIKE_PREFIX: Final = re.compile(r"^([^_:|]{2,20}[_:|]+)\S")


def check_matched(
    genes: GeneColumns,
    catalogue: GeneCatalogue | None,
    var: pd.DataFrame,
    species: Species,
    min_matched: float,
) -> None:
    """Refuse columns of which too few name genes of the species.

    Parameters
    ----------
    min_matched
        Smallest share of the columns that must name a gene, from 0 to 1.

    Raises
    ------
    InputError
        With the numbers, some of the lost names, and their likely form.
    """
    if not 0 <= min_matched <= 1:
        message = f"min_matched={min_matched}: expected a share from 0 to 1"
        raise InputError(message)
    if catalogue is not None and min_matched > 0:
        _check_case(genes, catalogue, species)
    if genes.matched_share >= min_matched:
        return
    n = len(genes.status)
    n_matched = round(genes.matched_share * n)
    lost = [
        text
        for text, status in zip(genes.original_id, genes.status, strict=True)
        if status in ("lost", "ambiguous")
    ]
    message = (
        f"{n_matched:,} of {n:,} columns name a gene of {species.common}, expected at least "
        f"{min_matched:.0%}. Not known are {', '.join(repr(text) for text in lost[:_LISTED])}: "
        f"{_describe(lost, catalogue, species)}. Name the column of var that holds the genes "
        f"with --set gene_id_column= (var has {_listed_columns(var)}), or accept this share with "
        "--set min_matched=0"
    )
    raise InputError(message)


def known_share(catalogue: GeneCatalogue, species: Species | None, names: Sequence[str]) -> float:
    """Return the share of some names that name genes, in any case of letters; of a sample."""
    asked = names[:: max(1, len(names) // _SAMPLE)]
    report = catalogue.resolve_many(asked, species, on_ambiguous="best").report
    return 1 - report.n_lost / max(report.n_in, 1)


def _check_case(genes: GeneColumns, catalogue: GeneCatalogue, species: Species) -> None:
    """Refuse names that fit the species only in another case, and another species exactly."""
    pairs = list(zip(genes.original_id, genes.status, strict=True))
    matched = [status for _, status in pairs if status not in ("lost", "ambiguous", "unlisted")]
    other_case = sum(status in _CASES for status in matched)
    if not matched or other_case <= _OTHER_CASE * len(matched):
        return
    names = [text for text, status in pairs if status in _CASES]
    other, share = _exact_species(names, catalogue, species)
    if other is None:
        genes.notes.append(
            f"{other_case:,} of {len(matched):,} genes match in another case of letters only, "
            f"such as {names[0]!r}: is the species {species.common}?"
        )
        return
    message = (
        f"{other_case:,} of {len(matched):,} names fit genes of {species.common} only in another "
        f"case of letters, such as {names[0]!r}, while {share:.0%} are exact symbols of "
        f"{other.common}: expected names of {species.common}. Give --set "
        f"species={other.common}, or accept them with --set min_matched=0"
    )
    raise InputError(message)


def _exact_species(
    names: Sequence[str], catalogue: GeneCatalogue, species: Species
) -> tuple[Species | None, float]:
    """Return the species with most of some names as exact symbols, and their share.

    None where no species has half of them.
    """
    step = max(1, len(names) // _SAMPLE)
    asked = list(dict.fromkeys(names[::step]))
    best: tuple[Species | None, float] = (None, 0.0)
    for other in known_species():
        if other == species:
            continue
        rows = catalogue.resolve_many(asked, other, on_ambiguous="best").rows
        exact = sum(reason in ("symbol", "id", "xref") for reason in rows["reason"].to_pylist())
        if exact / max(len(asked), 1) > max(best[1], _OTHER_CASE):
            best = (other, exact / len(asked))
    return best


def _describe(lost: Sequence[str], catalogue: GeneCatalogue | None, species: Species) -> str:
    """Return a description of unknown names."""
    half = len(lost) / 2
    if sum(bool(_LIKE_ROWS.match(text)) for text in lost) > half:
        return "they look like row numbers"
    if catalogue is not None:
        other, share = _exact_species(lost, catalogue, species)
        if other is not None:
            return f"{share:.0%} of them are genes of {other.common}"
    for other in known_species():
        if (
            other != species
            and other.ensembl
            and sum(t.startswith(other.ensembl) for t in lost) > half
        ):
            return f"they look like ids of {other.common}"
    heads = [match[1] for text in lost if (match := _LIKE_PREFIX.match(text))]
    if heads and heads.count(heads[0]) > half:
        return f"they start with {heads[0]!r}, which looks like a prefix: take it off"
    return "they are neither ids nor symbols of any species in the gene tables"


def _listed_columns(var: pd.DataFrame) -> str:
    return ", ".join(str(name) for name in var.columns) or "no columns"
