"""Joins what several rows and files say of a gene under one key, and refuses contradictions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from orthoweave.errors import InputError
from orthoweave.genes.formats import Description
from orthoweave.genes.names import fold
from orthoweave.ids import Species

# contradictions that an error lists before it only counts them
_LISTED: Final = 8
_SCALARS: Final = ("symbol", "name", "summary", "biotype")
_LISTS: Final = ("synonyms", "previous_symbols", "retired_ids")


@dataclass(slots=True)
class Gene:
    """A gene while it is put together."""

    species: Species
    scalars: dict[str, str] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in _LISTS})
    ids: set[str] = field(default_factory=set)

    def add(self, said: Description) -> None:
        """Take over what a row says; what was said before wins, another symbol is a synonym."""
        for name in _SCALARS:
            value = getattr(said, name)
            if value:
                self.scalars.setdefault(name, value)
        for name in _LISTS:
            self.lists[name].update(getattr(said, name))
        if said.symbol and said.symbol != self.scalars["symbol"]:
            self.lists["synonyms"].add(said.symbol)
        self.ids.update(said.ids)


@dataclass(slots=True)
class Combined:
    """Genes by key, and what became of the rows."""

    genes: dict[str, Gene] = field(default_factory=dict)
    n_rows: int = 0
    """Rows that describe a gene each."""
    without_id: list[str] = field(default_factory=list)
    """Symbols of rows without any usable id."""
    merged: list[str] = field(default_factory=list)
    """Keys that several agreeing rows of one file have."""
    disputed: list[str] = field(default_factory=list)
    """Ids that rows of different symbols claim, which therefore are nobody's key."""
    unused: int = 0
    """Rows that add to a gene which no file describes."""


def gene_key(ids: Iterable[str], species: Species) -> str | None:
    """Key of a gene: its NCBI id, else its species authority's, else Ensembl's; None without.

    Examples
    --------
    >>> from orthoweave.ids import find_species
    >>> gene_key(["ENSEMBL:ENSMUSG00000059552", "MGI:98834"], find_species("mouse"))
    'MGI:98834'
    """
    for prefix in ("NCBIGene:", f"{species.authority}:", "ENSEMBL:"):
        fitting = [one for one in ids if one.startswith(prefix)] if len(prefix) > 1 else []
        if fitting:
            return min(fitting, key=lambda one: (len(one), one))
    return None


def add_genes(
    combined: Combined, file: str, rows: Iterable[Description], *, separate: bool
) -> None:
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
    grouped: dict[str, list[Description]] = {}
    for row in rows:
        combined.n_rows += 1
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
            _add(combined, file, key, row)


def add_details(combined: Combined, file: str, rows: Iterable[Description]) -> None:
    """Add a file whose rows say more of genes: of those that are there, if any are."""
    known = bool(combined.genes)
    rows = list(rows)
    moved = {
        retired: row.ids[0] for row in rows for retired in row.retired_ids if retired != row.ids[0]
    }
    for row in rows:
        key = _last(moved, row.ids[0])
        if known and key not in combined.genes:
            combined.unused += 1
        else:
            ids = row.ids if key == row.ids[0] else (key,)
            said = Description(row.species, ids, row.symbol, row.name, row.summary, row.biotype,
                               row.synonyms, row.previous_symbols, row.retired_ids)  # fmt: skip
            _add(combined, file, key, said)


def gene_rows(genes: dict[str, Gene]) -> pa.Table:
    """Gene table, by key."""
    keys = sorted(genes)
    columns: dict[str, pa.Array] = {"id": pa.array(keys, pa.string())}
    for name in _SCALARS:
        columns[name] = pa.array([genes[key].scalars.get(name) for key in keys], pa.string())
    columns["species"] = pa.array([genes[key].species.key for key in keys], pa.string())
    lists = {
        name: [sorted(genes[key].lists[name] - {genes[key].scalars.get("symbol")}) for key in keys]
        for name in _LISTS
    }
    lists["xrefs"] = [sorted(genes[key].ids - {key}) for key in keys]
    for name, values in lists.items():
        columns[name] = pa.array(values, pa.list_(pa.string()))
    return pa.table(columns)


def _place(
    combined: Combined, grouped: dict[str, list[Description]], row: Description,
    disputed: frozenset[str],
) -> None:  # fmt: skip
    key = gene_key([one for one in row.ids if one not in disputed], row.species)
    if key is None:
        combined.without_id.append(row.symbol)
    else:
        grouped.setdefault(key, []).append(row)


def _contradict(group: Sequence[Description]) -> bool:
    """Whether rows cannot be of one gene: another species or, but for its case, another symbol."""
    symbols = {fold(row.symbol) for row in group if row.symbol}
    return len(symbols) > 1 or len({row.species.taxon for row in group}) > 1


def _add(combined: Combined, file: str, key: str, row: Description) -> None:
    gene = combined.genes.setdefault(key, Gene(row.species))
    if gene.species != row.species:
        message = (
            f"{file}: {key} is a {row.species.common} gene, but an earlier file says "
            f"{gene.species.common}: check which file is wrong"
        )
        raise InputError(message)
    gene.add(row)


def _last(moved: dict[str, str], key: str) -> str:
    """Where a chain of retired ids ends; a circle ends where it was entered."""
    seen = {key}
    while key in moved and moved[key] not in seen:
        key = moved[key]
        seen.add(key)
    return key


def _duplicates(file: str, clashing: dict[str, list[Description]]) -> str:
    listed = [
        f"{key}: " + ", ".join(sorted({f"{row.symbol} ({row.species.common})" for row in rows}))
        for key, rows in list(clashing.items())[:_LISTED]
    ]
    more = len(clashing) - len(listed)
    return (
        f"{file}: {len(clashing):,} gene ids have rows that contradict each other, expected one "
        "gene each:\n  " + "\n  ".join(listed) + (f"\n  and {more:,} more" if more else "")
        + "\nMend the file, or let such rows go by their other ids with --set on_duplicate=separate"
    )  # fmt: skip
