"""Join the rows of several files about a gene under one key; refuse contradictions."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from orthoweave.errors import InputError
from orthoweave.files.damage import is_missing_word
from orthoweave.genes.formats import Description
from orthoweave.genes.gene_set import GeneSet
from orthoweave.genes.names import fold
from orthoweave.genes.plain_rows import description
from orthoweave.genes.reading import GeneRows
from orthoweave.species import Species

# number of contradictions that an error lists; the rest is counted
_LISTED: Final = 8


@dataclass(slots=True)
class Combined:
    """Genes by key, and counts of the rows."""

    genes: GeneSet = field(default_factory=GeneSet)
    n_rows: int = 0
    """Rows that each describe a gene."""
    without_id: list[str] = field(default_factory=list)
    """Symbols of rows without any usable id."""
    merged: list[str] = field(default_factory=list)
    """Keys shared by several agreeing rows of one file."""
    disputed: list[str] = field(default_factory=list)
    """Ids that rows of different symbols claim, so that none has them as key."""
    unused: int = 0
    """Rows of details about a gene that is not known."""
    alone: int = 0
    """Rows of details about species without known genes, which stand for genes of their own."""
    joined: int = 0
    """Rows of details that belong to a known gene by its symbol, since it lacks the id."""
    damaged_ids: list[str] = field(default_factory=list)
    """Texts in columns of NCBI ids that are not such ids; they were not used."""


def gene_key(ids: Iterable[str], species: Species) -> str | None:
    """Return the key of a gene: its NCBI id, else its authority's, else Ensembl's; None if none.

    Examples
    --------
    >>> from orthoweave.species import find_species
    >>> gene_key(["ENSEMBL:ENSMUSG00000059552", "MGI:98834"], find_species("mouse"))
    'MGI:98834'
    """
    for prefix in ("NCBIGene:", f"{species.authority}:", "ENSEMBL:"):
        fitting = [one for one in ids if one.startswith(prefix)] if len(prefix) > 1 else []
        if fitting:
            return min(fitting, key=lambda one: (len(one), one))
    return None


def add_genes(combined: Combined, file: str, read: GeneRows, *, separate: bool) -> None:
    """Add a file whose rows are genes.

    Parameters
    ----------
    separate
        What to do with an id that rows of different symbols claim: False is an error; True
        gives none of them that key, so that each goes by its next id.

    Raises
    ------
    InputError
        If rows with one key contradict each other.
    """
    alone, rows = _parted(read, combined.genes)
    combined.n_rows += len(alone)
    grouped: dict[str, list[Description]] = {}
    for row in _without_missing_symbols(rows):
        combined.n_rows += 1
        combined.damaged_ids += row.damaged_ids
        _place(combined, grouped, row, frozenset())
    disputed: set[str] = set()
    while clashing := sorted(key for key, group in grouped.items() if _contradict(group)):
        if not separate:
            raise InputError(_duplicates(file, {key: grouped[key] for key in clashing}))
        disputed.update(clashing)
        for row in [row for key in clashing for row in grouped.pop(key)]:
            _place(combined, grouped, row, frozenset(disputed))
    combined.disputed += sorted(disputed)
    combined.merged += sorted(key for key, group in grouped.items() if len(group) > 1)
    for key, group in grouped.items():
        for row in group:
            add_row(combined, file, key, row)
    combined.genes.add_columns(alone)


def _parted(read: GeneRows, genes: GeneSet) -> tuple[pl.DataFrame, list[Description]]:
    """Return the rows that stay in columns, and the others in the order of the file.

    A row stays if it alone can have its key: no other row and no earlier gene has it, and no id of
    a row that may have to go by another of its ids is that key.
    """
    plain = read.plain
    known = (
        plain["key"].is_in([key for key in plain["key"] if key in genes]) if len(genes) else False
    )
    single = plain.filter(pl.col("key").is_duplicated() | known)
    alone = plain.filter(~(pl.col("key").is_duplicated() | known))
    ids = pl.Series([one for _, row in read.others for one in row.ids], dtype=pl.String)
    while len(ids := pl.concat([ids, single["ids"].explode().drop_nulls()])):
        claimed = pl.col("key").is_in(ids.unique().implode())
        more = alone.filter(claimed)
        if not len(more):
            break
        single, alone = pl.concat([single, more]), alone.filter(~claimed)
    others = [
        *read.others,
        *(
            (row["row"], description(row, read.species[row["taxon"]]))
            for row in single.iter_rows(named=True)
        ),
    ]
    return alone, [row for _, row in sorted(others, key=lambda item: item[0])]


def _without_missing_symbols(rows: Sequence[Description]) -> Iterator[Description]:
    """Yield rows; a word for "missing" is the symbol of one gene of a species at the most."""
    symbols = Counter(
        (row.species.taxon, row.symbol) for row in rows if is_missing_word(row.symbol)
    )
    for row in rows:
        repeated = bool(symbols) and symbols[row.species.taxon, row.symbol] > 1
        yield replace(row, symbol="") if repeated else row


def _place(
    combined: Combined,
    grouped: dict[str, list[Description]],
    row: Description,
    disputed: frozenset[str],
) -> None:
    key = gene_key([one for one in row.ids if one not in disputed], row.species)
    if key is None:
        combined.without_id.append(row.symbol)
    else:
        grouped.setdefault(key, []).append(row)


def _contradict(group: Sequence[Description]) -> bool:
    """Return whether rows differ in species or, apart from case, in symbol."""
    if len(group) == 1:
        return False
    symbols = {fold(row.symbol) for row in group if row.symbol}
    return len(symbols) > 1 or len({row.species.taxon for row in group}) > 1


def add_row(combined: Combined, file: str, key: str, row: Description) -> None:
    """Add a row to the gene with a key.

    Raises
    ------
    InputError
        If an earlier row gives the gene another species.
    """
    gene = combined.genes.gene(key, row.species)
    if gene.species != row.species:
        message = (
            f"{file}: {key} is a {row.species.common} gene, but an earlier file says "
            f"{gene.species.common}: check which file is wrong"
        )
        raise InputError(message)
    gene.add(row)


def _duplicates(file: str, clashing: dict[str, list[Description]]) -> str:
    listed = [
        f"{key}: " + ", ".join(sorted({f"{row.symbol} ({row.species.common})" for row in rows}))
        for key, rows in list(clashing.items())[:_LISTED]
    ]
    more = len(clashing) - len(listed)
    return (
        f"{file}: {len(clashing):,} gene ids have rows that contradict each other, expected one "
        "gene each:\n  "
        + "\n  ".join(listed)
        + (f"\n  and {more:,} more" if more else "")
        + "\nMend the file, or let such rows go by their other ids with --set on_duplicate=separate"
    )
