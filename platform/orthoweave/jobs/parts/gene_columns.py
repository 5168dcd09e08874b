"""Find the gene of each column of a matrix: by stable id, then by symbol, never by a guess."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from orthoweave.errors import InputError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.genes.names import is_mangled
from orthoweave.genes.records import RANK
from orthoweave.ids import strip_ensembl_version
from orthoweave.jobs.job import JobContext
from orthoweave.jobs.parts.gene_texts import (
    GeneTexts,
    check_genomes,
    gene_texts,
    given_symbols,
    is_row_numbers,
    locus_ids,
    may_be_row_numbers,
    other_texts,
)
from orthoweave.species import Species, known_species

_ENSEMBL: Final = re.compile(r"^(ENS[A-Z]*G)\d{6,}\Z", re.ASCII)
# above this share, ids of other species mean another species or a mixture, not a stray entry
_FOREIGN_SHARE: Final = 0.01
_LISTED: Final = 20
# a column with an unusual name is used if this share of its texts are genes
_NAMES_GENES: Final = 0.5
# numbers are NCBI ids if this share of them agrees with the names beside them, or, where there
# are no names, is in the catalogue
_AGREE: Final = 0.5
_KNOWN: Final = 0.8


@dataclass(frozen=True, slots=True)
class GeneColumns:
    """The gene of each column of a matrix."""

    original_id: list[str]
    curie: list[str | None]
    """Node key; None if the column is not used as a gene. No key appears twice."""
    symbol: list[str | None]
    status: list[str]
    """Reason of the match, ``unlisted`` (a stable id that the catalogue does not have),
    ``ambiguous``, ``duplicate`` (another column is this gene) or ``lost``."""
    notes: list[str] = field(default_factory=list)
    """Notes on how the names were read."""

    def frame(self) -> pd.DataFrame:
        """Return `gene_curie`, `ncbi_gene_id`, `symbol`, `original_id` and `mapping_status`."""
        ncbi = [
            key.removeprefix("NCBIGene:") if key and key.startswith("NCBIGene:") else None
            for key in self.curie
        ]
        columns: dict[str, Sequence[object]] = {
            "gene_curie": self.curie,
            "ncbi_gene_id": ncbi,
            "symbol": self.symbol,
            "original_id": self.original_id,
            "mapping_status": self.status,
        }
        return pd.DataFrame(columns, index=pd.Index(self.original_id, dtype=object), dtype=object)

    def report(self) -> dict[str, Any]:
        """Return how many columns were matched, how, and which were not."""
        counts = Counter(self.status)
        unused = [name for name, key in zip(self.original_id, self.curie, strict=True) if not key]
        named = {status: counts[status] for status in sorted(counts)}
        return {
            "n_in": len(self.status),
            "n_matched": len(self.status) - len(unused),
            "n_ambiguous": counts["ambiguous"],
            "n_redirected": counts["retired_id"],
            "n_duplicate": counts["duplicate"],
            "n_unlisted": counts["unlisted"],
            "n_lost": counts["lost"],
            "reasons": named,
            "lost": unused[:_LISTED],
            "mangled": [name for name in unused if is_mangled(name)],
        }

    def summary(self) -> str:
        """Return the report as one line."""
        report = self.report()
        line = (
            f"{report['n_in']:,} columns: {report['n_matched']:,} genes "
            f"({report['n_unlisted']:,} by an id that the catalogue does not have), "
            f"{report['n_duplicate']:,} duplicate, {report['n_ambiguous']:,} ambiguous, "
            f"{report['n_lost']:,} lost"
        )
        mangled = report["mangled"]
        if mangled:
            line += f"; {len(mangled):,} look like a spreadsheet's work, such as {mangled[0]!r}"
        return line

    @property
    def matched_share(self) -> float:
        """Return the share of the columns that name a gene, duplicates included."""
        matched = sum(status not in ("lost", "ambiguous") for status in self.status)
        return matched / max(len(self.status), 1)


def map_gene_columns(
    context: JobContext, var: pd.DataFrame, species: Species, id_column: str | None
) -> GeneColumns:
    """Return the gene of each row of `var`, by the catalogue and by stable ids of their own.

    Where the usual columns name few genes, the column of another name that names most is taken.

    Parameters
    ----------
    id_column
        Column of `var` to look at first; by default the usual names of id columns.

    Raises
    ------
    UnknownNameError
        If there is no such column.
    InputError
        If the names are of another species, or of several.
    UsageError
        If most columns have only symbols, and the knowledge base names no genes.
    """
    columns = gene_texts(var, id_column)
    genes = _map(context, var, columns, species)
    if genes.matched_share >= _NAMES_GENES or id_column is not None:
        return genes
    shares = {
        column.name: mapped.matched_share
        for column in other_texts(var)
        if (mapped := _map(context, var, [column], species)).matched_share >= _NAMES_GENES
    }
    if not shares:
        return genes
    best = max(shares, key=lambda name: shares[name])
    genes = _map(context, var, gene_texts(var, best), species)
    genes.notes.insert(0, f"took the names of the genes from var[{best!r}]")
    return genes


def _map(
    context: JobContext, var: pd.DataFrame, columns: Sequence[GeneTexts], species: Species
) -> GeneColumns:
    check_genomes(columns, species)
    _check_species([column.ids for column in columns], species)
    catalogue, notes = context.catalogue, _describe_decoration(columns)
    names = [column.names for column in columns]
    ids = []
    for column in columns:
        doubt = _doubt(catalogue, column, names, species) if column.numeric else None
        if doubt is not None:
            notes.append(f"{column.name} holds {doubt}: not used as gene ids")
        else:
            ids.append(column.ids)
    ids += [locus_ids(texts) for texts in names if any(text.startswith("LOC") for text in texts)]
    stable = [_stable_key(texts, species) for texts in (*ids, *names)]
    keys = [next((key for key in row if key), None) for row in zip(*stable, strict=True)]
    if catalogue is None and 2 * sum(key is not None for key in keys) < len(keys):
        catalogue = context.genes()
    matches = _Matches(len(var))
    if catalogue is not None:
        for texts in ids:
            matches.resolve(catalogue, texts, species)
        for texts in names:
            matches.resolve(catalogue, texts, species, keys)
    originals = [str(name) for name in var.index]
    genes = _settle(originals, matches, keys, given_symbols(var))
    genes.notes.extend(notes)
    return genes


def _describe_decoration(columns: Sequence[GeneTexts]) -> list[str]:
    notes = []
    for column in columns:
        for prefix, count in column.prefixes.items():
            notes.append(f"took the prefix {prefix} off {count:,} names in {column.name}")
        if column.n_taken_apart:
            notes.append(f"took {column.n_taken_apart:,} decorated names in {column.name} apart")
    return notes


def _doubt(
    catalogue: GeneCatalogue | None, column: GeneTexts, names: Sequence[list[str]], species: Species
) -> str | None:
    """Return the reason why the numbers of a column are not NCBI ids; None if they are."""
    if is_row_numbers(column.ids):
        return "row numbers"
    if catalogue is None:
        return "numbers like those of rows" if may_be_row_numbers(column.ids) else None
    by_number = catalogue.resolve_many(
        list(dict.fromkeys(filter(None, column.ids))), species, on_ambiguous="best"
    ).unique()
    pairs = [
        (by_number.get(number), name)
        for texts in names
        for number, name in zip(column.ids, texts, strict=True)
        if number and name
    ]
    by_name = catalogue.resolve_many(
        list(dict.fromkeys(name for _, name in pairs)), species, on_ambiguous="best"
    ).unique()
    agree = [key == by_name[name] for key, name in pairs if name in by_name]
    if agree:
        share = sum(agree) / len(agree)
        return None if share >= _AGREE else "numbers that contradict the names beside them"
    if may_be_row_numbers(column.ids):
        return "numbers like those of rows"
    known = sum(key in by_number for key in column.ids if key)
    return None if known >= _KNOWN * sum(map(bool, column.ids)) else "numbers that are few genes"


class _Matches:
    """The match of each column of the matrix with the catalogue."""

    def __init__(self, n_genes: int) -> None:
        self.key: list[str | None] = [None] * n_genes
        self.symbol: list[str | None] = [None] * n_genes
        self.status = ["lost"] * n_genes

    def resolve(
        self,
        catalogue: GeneCatalogue,
        texts: list[str],
        species: Species,
        stable: Sequence[str | None] = (),
    ) -> None:
        """Match the columns that have no gene yet by one text each.

        Parameters
        ----------
        stable
            Stable id of each column. A name does not override it: the gene that has the name
            must have no other id of the same kind.
        """
        waiting = [n for n, text in enumerate(texts) if self.key[n] is None and text]
        asked = list(dict.fromkeys(texts[number] for number in waiting))
        resolution = catalogue.resolve_many(asked, species, on_ambiguous="best")
        keys = resolution.unique()
        rows = {row["query"]: row for row in resolution.rows.to_pylist()}
        for number in waiting:
            text = texts[number]
            if text in keys:
                own = stable[number] if stable else None
                if own is not None and _has_other_id(catalogue, keys[text], own):
                    continue
                self.key[number] = keys[text]
                self.symbol[number] = rows[text]["symbol"]
                self.status[number] = rows[text]["reason"]
            elif rows[text]["status"] == "ambiguous":
                self.status[number] = "ambiguous"


def _has_other_id(catalogue: GeneCatalogue, gene: str, stable: str) -> bool:
    """Return whether a gene has an id of the kind of `stable`, which is then not its own."""
    kind = stable.partition(":")[0]
    record = catalogue.gene(gene)
    if record is None:
        return False
    return any(key.startswith(f"{kind}:") for key in (record.id, *record.xrefs))


def _stable_key(texts: list[str], species: Species) -> list[str | None]:
    """Return the node keys of texts that are stable ids by their form."""
    keys: list[str | None] = []
    for text in texts:
        bare = strip_ensembl_version(text.removeprefix("ENSEMBL:"))
        if _ENSEMBL.match(bare):
            keys.append(f"ENSEMBL:{bare}")
        elif text.startswith("NCBIGene:"):
            keys.append(text)
        elif species.authority in {"FB", "WB"} and text.startswith(species.ensembl):
            keys.append(f"{species.authority}:{text}")
        else:
            keys.append(None)
    return keys


def _check_species(texts: list[list[str]], species: Species) -> None:
    known = {other.ensembl: other for other in known_species() if other.ensembl.startswith("ENS")}
    prefixes: Counter[str] = Counter()
    for column in texts:
        for text in column:
            match = _ENSEMBL.match(strip_ensembl_version(text))
            if match:
                prefixes[match[1]] += 1
    foreign = {
        known[prefix].common: count
        for prefix, count in prefixes.items()
        if prefix in known and known[prefix] != species
    }
    if sum(foreign.values()) > _FOREIGN_SHARE * sum(prefixes.values()):
        listed = ", ".join(f"{count:,} of {name}" for name, count in sorted(foreign.items()))
        message = (
            f"the species is said to be {species.common}, but there are Ensembl ids {listed}. One "
            "dataset holds one species: name the right one, or split the file by species first"
        )
        raise InputError(message)


def _settle(
    originals: list[str], matches: _Matches, stable: list[str | None], symbols: list[str | None]
) -> GeneColumns:
    """Keep one column for each gene: the one with the best reason, and of equals the first."""
    curie, symbol, status = list(matches.key), list(matches.symbol), list(matches.status)
    for number, key in enumerate(stable):
        if curie[number] is None and key is not None:
            curie[number], symbol[number], status[number] = key, symbols[number], "unlisted"
    order = {str(reason): rank for reason, rank in RANK.items()}
    best: dict[str, tuple[int, int]] = {}
    for number, key in enumerate(curie):
        if key is not None:
            place = (order.get(status[number], len(order)), number)
            best[key] = min(best.get(key, place), place)
    for number, key in enumerate(curie):
        if key is not None and best[key][1] != number:
            curie[number], status[number] = None, "duplicate"
    return GeneColumns(originals, curie, symbol, status)
