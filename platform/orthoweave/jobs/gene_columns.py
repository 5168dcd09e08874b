"""Which gene each column of a matrix is: by stable id first, then by symbol, never by a guess."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.genes.names import is_mangled
from orthoweave.genes.records import RANK
from orthoweave.ids import SPECIES, Species, strip_ensembl_version
from orthoweave.jobs.job import JobContext

# names of columns that files in use give, tried in this order, in any case of letters
_ID_COLUMNS: Final = ("ensembl_id", "gene_ids", "feature_id", "gene_id", "ensembl", "ensemblid")
_NCBI_COLUMNS: Final = ("ncbi_gene_id", "entrez_id", "entrezid", "ncbi_id", "geneid")
_SYMBOL_COLUMNS: Final = ("feature_name", "symbol", "gene_symbols", "gene_symbol", "gene_name",
                          "gene_short_name")  # fmt: skip
_ENSEMBL: Final = re.compile(r"^(ENS[A-Z]*G)\d{6,}$")
_MISSING: Final = {"", "nan", "none", "na", "<na>", "-"}
# ids of other species beyond this share mean another species or a mixture, not a stray entry
_FOREIGN_SHARE: Final = 0.01
_LISTED: Final = 20


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

    def frame(self) -> pd.DataFrame:
        """Columns `gene_curie`, `ncbi_gene_id`, `symbol`, `original_id`, `mapping_status`."""
        ncbi = [
            key.removeprefix("NCBIGene:") if key and key.startswith("NCBIGene:") else None
            for key in self.curie
        ]
        columns: dict[str, Sequence[object]] = {
            "gene_curie": self.curie, "ncbi_gene_id": ncbi, "symbol": self.symbol,
            "original_id": self.original_id, "mapping_status": self.status,
        }  # fmt: skip
        return pd.DataFrame(columns, index=pd.Index(self.original_id, dtype=object), dtype=object)

    def report(self) -> dict[str, Any]:
        """How many columns were matched, how, and which were not."""
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
        """Report in a line."""
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


def map_gene_columns(
    context: JobContext, var: pd.DataFrame, species: Species, id_column: str | None
) -> GeneColumns:
    """Gene of each row of `var`, by the catalogue and by stable ids of their own.

    Parameters
    ----------
    id_column
        Column of `var` to look at first; by default the usual names of id columns.

    Raises
    ------
    UnknownNameError
        If there is no such column.
    InputError
        If the ids are of another species, or of several.
    UsageError
        If most columns can be known by symbol only, and the knowledge base names no genes.
    """
    originals = [str(name) for name in var.index]
    texts = _columns_of_texts(var, id_column)
    _check_species(texts, species)
    stable = [_stable_key(column, species) for column in texts]
    keys = [next((key for key in row if key), None) for row in zip(*stable, strict=True)]
    catalogue = context.catalogue
    if catalogue is None and 2 * sum(key is not None for key in keys) < len(keys):
        catalogue = context.genes()
    found = _resolve(catalogue, texts, species, len(originals))
    return _settle(originals, found, keys, _symbols(var))


@dataclass(slots=True)
class _Found:
    """What the catalogue says of each column of the matrix."""

    key: list[str | None]
    symbol: list[str | None]
    status: list[str]


def _columns_of_texts(var: pd.DataFrame, id_column: str | None) -> list[list[str]]:
    """Texts of each column that may name genes, the most reliable column first."""
    if id_column is not None and id_column not in var.columns:
        known = ", ".join(str(name) for name in var.columns) or "none"
        message = f"no column {id_column!r} in var: expected gene_id_column= one of {known}"
        raise UnknownNameError(message)
    chosen = [id_column] if id_column is not None else []
    chosen += [name for name in _present(var, _ID_COLUMNS) if name not in chosen]
    texts = [_texts(var[name]) for name in chosen]
    texts += [
        [f"NCBIGene:{text}" if text.isdigit() else text for text in _texts(var[name])]
        for name in _present(var, _NCBI_COLUMNS)
    ]
    texts.append(_texts(var.index.to_series()))
    texts += [_texts(var[name]) for name in _present(var, _SYMBOL_COLUMNS)]
    return texts


def _present(var: pd.DataFrame, names: Sequence[str]) -> list[str]:
    by_name = {str(column).lower(): str(column) for column in var.columns}
    return [by_name[name] for name in names if name in by_name]


def _texts(column: "pd.Series[Any]") -> list[str]:
    found = []
    for value in column:
        # whole numbers that a missing one has turned into 7157.0
        text = str(int(value)) if isinstance(value, float) and value == value // 1 else str(value)
        found.append("" if text.strip().lower() in _MISSING else text.strip())
    return found


def _stable_key(texts: list[str], species: Species) -> list[str | None]:
    """Node keys of texts that are stable ids by their form."""
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
    known = {other.ensembl: other for other in SPECIES if other.ensembl.startswith("ENS")}
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


def _resolve(
    catalogue: GeneCatalogue | None, texts: list[list[str]], species: Species, n_genes: int
) -> _Found:
    found = _Found([None] * n_genes, [None] * n_genes, ["lost"] * n_genes)
    if catalogue is None:
        return found
    for column in texts:
        open_ = [
            number for number in range(n_genes) if found.key[number] is None and column[number]
        ]
        asked = list(dict.fromkeys(column[number] for number in open_))
        resolution = catalogue.resolve_many(asked, species, on_ambiguous="best")
        keys = resolution.unique()
        rows = {row["query"]: row for row in resolution.rows.to_pylist()}
        for number in open_:
            text = column[number]
            if text in keys:
                found.key[number] = keys[text]
                found.symbol[number] = rows[text]["symbol"]
                found.status[number] = rows[text]["reason"]
            elif rows[text]["status"] == "ambiguous":
                found.status[number] = "ambiguous"
    return found


def _symbols(var: pd.DataFrame) -> list[str | None]:
    """Symbols as the file gives them."""
    for name in _present(var, _SYMBOL_COLUMNS):
        return [text or None for text in _texts(var[name])]
    return [None] * len(var)


def _settle(
    originals: list[str], found: _Found, stable: list[str | None], symbols: list[str | None]
) -> GeneColumns:
    """One column for each gene: the one with the best reason, and of equals the first."""
    curie, symbol, status = list(found.key), list(found.symbol), list(found.status)
    for number, key in enumerate(stable):
        if curie[number] is None and key is not None:
            curie[number], symbol[number], status[number] = key, symbols[number], "unlisted"
    best: dict[str, tuple[int, int]] = {}
    for number, key in enumerate(curie):
        if key is not None:
            place = (RANK.get(status[number], len(RANK)), number)  # type: ignore[call-overload]
            best[key] = min(best.get(key, place), place)
    for number, key in enumerate(curie):
        if key is not None and best[key][1] != number:
            curie[number], status[number] = None, "duplicate"
    return GeneColumns(originals, curie, symbol, status)
