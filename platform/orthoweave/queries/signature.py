"""Cells by a gene signature: genes that should be high, and genes that should be low.

A cell's score is the mean of the up genes' values less that of the down genes'. A gene's value in
a cell is its log1p of counts per 10 000, standardised over the dataset's cells; so each gene
counts alike, and a score of 1 reads as "a standard deviation above the dataset's mean". In a
dataset of another species a gene is stood in for by its orthologs, all of them, averaged.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import numpy as np
import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.ids import Species, cell_key
from orthoweave.queries.answer import Answer, table_of
from orthoweave.queries.cell_sample import CellSample, open_sample
from orthoweave.queries.gateway import Gateway
from orthoweave.queries.genes import Meant, species_name, understand
from orthoweave.queries.orthologs import Orthology
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import Manifest

Direction = Literal["up", "down"]

HITS: Final = pa.schema(
    [("rank", pa.int64()), ("cell", pa.string()), ("dataset", pa.string()),
     ("species", pa.string()), ("cell_type_name", pa.string()), ("score", pa.float64()),
     ("top_genes", pa.list_(pa.string())), ("top_gene_parts", pa.list_(pa.float64()))]
)  # fmt: skip
USED: Final = pa.schema(
    [("query", pa.string()), ("direction", pa.string()), ("gene", pa.string()),
     ("dataset", pa.string()), ("species", pa.string()), ("used", pa.list_(pa.string())),
     ("status", pa.string())]
)  # fmt: skip
_DATASETS: Final = "MATCH (d:Dataset) RETURN d.id AS dataset, d.species AS species"
_SHOWN: Final = 5


class SignatureBase(Protocol):
    """What a signature search needs of a knowledge base."""

    @property
    def layout(self) -> Layout:
        """Where it is."""

    @property
    def manifest(self) -> Manifest:
        """Its published build."""

    @property
    def gateway(self) -> Gateway:
        """The way to its graph."""

    @property
    def genes(self) -> GeneCatalogue:
        """Its genes."""


@dataclass(frozen=True, slots=True)
class SignatureAnswer:
    """The cells found, and what became of each gene asked for."""

    hits: Answer
    used: Answer


@dataclass(frozen=True, slots=True)
class _Part:
    """A gene of the signature in one dataset."""

    label: str
    direction: Direction
    values: np.ndarray
    """Standardised, shape ``(n_cells,)``."""


def search_signature(
    kb: SignatureBase, up: Sequence[str], down: Sequence[str] = (), *, k: int = 10,
    species: Species | None = None, among: Sequence[str] = (), cell_type: str | None = None,
) -> SignatureAnswer:  # fmt: skip
    """Cells with the highest scores for a signature, over all datasets or those in `among`.

    Parameters
    ----------
    up, down
        Symbols, synonyms or ids of genes.
    species
        Species of those names; None for any, where nothing is ambiguous.
    among
        Datasets to search.
    cell_type
        Search only among the cells of this label; standardisation is over all cells still.

    Raises
    ------
    UsageError
        If no gene or unknown datasets are given, or k is below 1.
    """
    if (not up and not down) or k < 1:
        message = f"expected at least one gene up or down and k from 1, found k={k!r}"
        raise UsageError(message)
    datasets = _datasets(kb, among)
    meant: list[tuple[Direction, Meant]] = [("up", understand(kb.genes, t, species)) for t in up]
    meant += [("down", understand(kb.genes, text, species)) for text in down]
    rows: list[dict[str, Any]] = []
    used: list[dict[str, Any]] = []
    notes: list[str] = []
    for dataset, of in datasets:
        sample = dataset_sample(kb, dataset)
        stand_ins = _stand_ins(kb, meant, of)
        parts = _parts(sample, meant, stand_ins, of, used)
        rows += _best(sample, parts, of, k, cell_type)
        notes += [note] if (note := sample.note()) else []
    rows.sort(key=lambda row: (-row["score"], row["cell"]))
    ranked = [{**row, "rank": rank} for rank, row in enumerate(rows[:k], 1)]
    asked = {"up": list(up), "down": list(down), "k": k, "among": list(among),
             "species": species.key if species else None, "cell_type": cell_type}  # fmt: skip
    title = f"cells with the signature {' '.join(['+' + g for g in up] + ['-' + g for g in down])}"
    return SignatureAnswer(
        _answer(kb, table_of(ranked, HITS), title[:200], asked, notes),
        _answer(kb, table_of(used, USED), f"genes used of: {title[:180]}", asked, ()),
    )


def dataset_sample(kb: SignatureBase, dataset: str) -> CellSample:
    """Open the cells of a dataset of the published build, gene by gene.

    Raises
    ------
    UsageError
        If there is no such dataset; the message lists those there are.
    """
    return open_sample(kb.layout.cache, matrix_folder(kb, dataset), dataset)


def matrix_folder(kb: SignatureBase, dataset: str) -> Path:
    """Folder of the matrix of a dataset of the published build."""
    name = kb.manifest.matrices.get(dataset)
    if name is None:
        known = ", ".join(sorted(kb.manifest.matrices)) or "none"
        message = f"no dataset {dataset!r}: expected one of {known}"
        raise UsageError(message)
    found = kb.layout.root / name
    return found if found.is_dir() else kb.layout.matrices / name


def _datasets(kb: SignatureBase, among: Sequence[str]) -> list[tuple[str, str]]:
    for name in among:
        matrix_folder(kb, name)
    rows = kb.gateway.ask(_DATASETS).table.to_pylist()
    return sorted(
        (row["dataset"], row["species"])
        for row in rows
        if row["dataset"] in (among or kb.manifest.matrices)
    )


def _stand_ins(
    kb: SignatureBase, meant: Sequence[tuple[Direction, Meant]], species: str
) -> dict[str, list[tuple[str, str]]]:
    """Keys and symbols of the genes of a species that stand in for each gene asked for."""
    found: dict[str, list[tuple[str, str]]] = {}
    foreign = []
    for _, item in meant:
        if item.gene is None:
            continue
        if item.candidates[0].species == species:
            found[item.gene] = [(item.gene, item.symbol or item.gene)]
        else:
            foreign.append(item.gene)
    for pair in Orthology(kb.gateway).partners(foreign, [species]) if foreign else ():
        symbol = pair["symbol"] or pair["ortholog"]
        found.setdefault(pair["gene"], []).append((pair["ortholog"], symbol))
    return found


def _parts(
    sample: CellSample, meant: Sequence[tuple[Direction, Meant]],
    stand_ins: Mapping[str, list[tuple[str, str]]], species: str, used: list[dict[str, Any]],
) -> list[_Part]:  # fmt: skip
    """Values of the genes that can be used; what became of each is added to `used`."""
    parts = []
    for direction, item in meant:
        genes = stand_ins.get(item.gene or "", [])
        columns = [(symbol, sample.values(gene)) for gene, symbol in genes]
        measured = [(symbol, values) for symbol, values in columns if values is not None]
        status: str = item.status if item.gene is None else "used"
        if status == "used" and not genes:
            status = "no ortholog"
        elif status == "used" and not measured:
            status = "not measured"
        elif status == "used" and not any(values.any() for _, values in measured):
            status = "measured zero"
        symbols = [symbol for symbol, _ in measured] if status == "used" else []
        if status == "used":
            values = np.mean([_standard(values) for _, values in measured], axis=0)
            parts.append(_Part("+".join(symbols), direction, values))
        used.append({"query": item.query, "direction": direction, "gene": item.gene,
                     "dataset": sample.dataset, "species": species_name(species),
                     "used": symbols, "status": status})  # fmt: skip
    return parts


def _standard(values: np.ndarray) -> np.ndarray:
    deviation = float(values.std())
    centred: np.ndarray = values.astype(np.float64) - float(values.mean())
    return centred / deviation if deviation > 0 else centred


def _best(
    sample: CellSample, parts: Sequence[_Part], species: str, k: int, cell_type: str | None
) -> list[dict[str, Any]]:
    if not parts:
        return []
    score = np.zeros(len(sample.cells))
    weights = {
        direction: (1 if direction == "up" else -1) / sum(p.direction == direction for p in parts)
        for direction in {part.direction for part in parts}
    }
    for part in parts:
        score += weights[part.direction] * part.values
    labels = cell_labels(sample)
    allowed = np.array([cell_type is None or label == cell_type for label in labels])
    order = np.argsort(-np.where(allowed, score, -np.inf), kind="stable")[: min(k, allowed.sum())]
    rows = []
    for row in order:
        shares = [(weights[p.direction] * p.values[row], p) for p in parts]
        shares.sort(key=lambda share: -share[0])
        top = [(value, part) for value, part in shares[:_SHOWN] if value > 0]
        rows.append({
            "cell": cell_key(sample.dataset, sample.barcodes[row]), "dataset": sample.dataset,
            "species": species_name(species), "cell_type_name": labels[row],
            "score": float(score[row]),
            "top_genes": [("low " if p.direction == "down" else "") + p.label for _, p in top],
            "top_gene_parts": [round(float(value), 4) for value, _ in top],
        })  # fmt: skip
    return rows


def cell_labels(sample: CellSample) -> list[str | None]:
    """Cell type of each cell as its authors call it, or None."""
    for name in ("cell_type", "author_label"):
        if name in sample.cells.columns:
            return [None if value is None else str(value) for value in sample.cells[name]]
    return [None] * len(sample.cells)


def _answer(
    kb: SignatureBase, table: pa.Table, title: str, asked: Mapping[str, object],
    notes: Sequence[str],
) -> Answer:  # fmt: skip
    provenance = {
        "build": kb.manifest.build,
        "query": title,
        "parameters": json.dumps(asked, sort_keys=True),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return Answer(table, title, notes=tuple(notes), provenance=provenance)
