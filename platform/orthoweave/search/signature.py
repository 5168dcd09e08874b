"""Cells by a gene signature: genes that should be high, and genes that should be low.

A cell's score is the mean value of the up genes minus the mean value of the down genes. A gene's
value in a cell is log1p of counts per 10 000, standardised over the cells of the dataset. So every
gene counts alike, and a score of 1 means one standard deviation above the dataset's mean. In a
dataset of another species the mean of all its orthologs replaces a gene.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.ids import cell_key
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.genes import Meant, species_name, understand_each
from orthoweave.questions.session import Session
from orthoweave.questions.untyped_cells import filter_notes
from orthoweave.search.cell_sample import CellSample, open_sample
from orthoweave.species import Species

Direction = Literal["up", "down"]

HITS: Final = pa.schema(
    [
        ("rank", pa.int64()),
        ("cell", pa.string()),
        ("dataset", pa.string()),
        ("species", pa.string()),
        ("cell_type_name", pa.string()),
        ("score", pa.float64()),
        ("top_genes", pa.list_(pa.string())),
        ("top_gene_parts", pa.list_(pa.float64())),
    ]
)
USED: Final = pa.schema(
    [
        ("query", pa.string()),
        ("direction", pa.string()),
        ("gene", pa.string()),
        ("dataset", pa.string()),
        ("species", pa.string()),
        ("used", pa.list_(pa.string())),
        ("status", pa.string()),
    ]
)
_DATASETS: Final = "MATCH (d:Dataset) RETURN d.id AS dataset, d.species AS species"
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class SignatureAnswer:
    """The cells that were found, and how each gene of the signature was used."""

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
    session: Session,
    up: Sequence[str],
    down: Sequence[str] = (),
    *,
    k: int = 10,
    species: Species | None = None,
    among: Sequence[str] = (),
    cell_type: str | None = None,
) -> SignatureAnswer:
    """Return the cells with the highest scores for a signature.

    Parameters
    ----------
    up, down
        Symbols, synonyms or ids of genes.
    species
        Species of those names; None for any.
    among
        Datasets to search; all if there are none.
    cell_type
        Return only cells of this type, by an author's label or any of its names, and of all types
        below it. Genes are still standardised over all cells.

    Raises
    ------
    UsageError
        If no gene is given, or k is below 1.
    UnknownNameError
        For a dataset or cell type that the build does not have.
    AmbiguousNameError
        If several cell types have that name.
    """
    if (not up and not down) or k < 1:
        message = f"expected at least one gene up or down and k from 1, found k={k!r}"
        raise UsageError(message)
    meant = _meant(session, up, down, species)
    samples = [(dataset_sample(session, name), of) for name, of in _datasets(session, among)]
    wanted, notes = _labels(session, [sample for sample, _ in samples], cell_type)
    notes += [note for sample, _ in samples if (note := sample.note())]
    rows: list[dict[str, Any]] = []
    used: list[dict[str, Any]] = []
    for sample, of in samples:
        parts = _parts(sample, meant, _stand_ins(session, meant, of), of, used)
        rows += _best(sample, parts, of, k, wanted.get(sample.dataset))
    rows.sort(key=lambda row: (-row["score"], row["cell"]))
    ranked = [{**row, "rank": rank} for rank, row in enumerate(rows[:k], 1)]
    asked = {
        "up": list(up),
        "down": list(down),
        "k": k,
        "among": list(among),
        "species": species.key if species else None,
        "cell_type": cell_type,
    }
    title = f"cells with the signature {' '.join(['+' + g for g in up] + ['-' + g for g in down])}"
    return SignatureAnswer(
        session.answer(table_of(ranked, HITS), title[:200], "signature", asked, notes),
        session.answer(table_of(used, USED), f"genes used of: {title[:180]}", "signature", asked),
    )


def _meant(
    session: Session, up: Sequence[str], down: Sequence[str], species: Species | None
) -> list[tuple[Direction, Meant]]:
    return [
        *(("up", item) for item in understand_each(session.genes, up, species)),
        *(("down", item) for item in understand_each(session.genes, down, species)),
    ]


def _labels(
    session: Session, samples: Sequence[CellSample], cell_type: str | None
) -> tuple[dict[str, set[str]], list[str]]:
    """Return the labels of a type's cells by dataset, none if all may be found, and notes."""
    if cell_type is None:
        return {}, []
    untyped = filter_notes(session, [sample.dataset for sample in samples], None)
    if any(cell_type in cell_labels(sample) for sample in samples):
        return {sample.dataset: {cell_type} for sample in samples}, untyped
    types = session.cell_types
    match = types.understand(cell_type)
    keys = types.below(match.key)
    names = {types.names.get(key, key) for key in keys}
    note = match.note(cell_type)
    labels = {sample.dataset: names | types.labels(sample.dataset, keys) for sample in samples}
    return labels, [*([note] if note else []), *untyped]


def dataset_sample(session: Session, dataset: str) -> CellSample:
    """Open the cells of a dataset of the published build, gene by gene.

    Raises
    ------
    UnknownNameError
        If there is no such dataset; the message lists those that exist.
    """
    return open_sample(session.layout.scratch(), matrix_folder(session, dataset), dataset)


def matrix_folder(session: Session, dataset: str) -> Path:
    """Return the folder of the matrix of a dataset of the published build."""
    return session.published.matrix(dataset)


def _datasets(session: Session, among: Sequence[str]) -> list[tuple[str, str]]:
    for name in among:
        session.published.require_dataset(name)
    rows = session.gateway.whole(_DATASETS).to_pylist()
    return sorted(
        (row["dataset"], row["species"])
        for row in rows
        if row["dataset"] in (among or session.manifest.matrices)
    )


def _stand_ins(
    session: Session, meant: Sequence[tuple[Direction, Meant]], species: str
) -> dict[str, list[tuple[str, str]]]:
    """Return keys and symbols of the genes of a species that replace each gene, by gene."""
    genes: dict[str, list[tuple[str, str]]] = {}
    foreign = []
    for _, item in meant:
        if item.gene is None:
            continue
        if item.candidates[0].species == species:
            genes[item.gene] = [(item.gene, item.symbol or item.gene)]
        else:
            foreign.append(item.gene)
    for pair in session.orthology.partners(foreign, [species]) if foreign else ():
        symbol = pair["symbol"] or pair["ortholog"]
        genes.setdefault(pair["gene"], []).append((pair["ortholog"], symbol))
    return genes


def _parts(
    sample: CellSample,
    meant: Sequence[tuple[Direction, Meant]],
    stand_ins: Mapping[str, list[tuple[str, str]]],
    species: str,
    used: list[dict[str, Any]],
) -> list[_Part]:
    """Return the values of the genes that can be used; add to `used` how each was used."""
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
        used.append(
            {
                "query": item.query,
                "direction": direction,
                "gene": item.gene,
                "dataset": sample.dataset,
                "species": species_name(species),
                "used": symbols,
                "status": status,
            }
        )
    return parts


def _standard(values: np.ndarray) -> np.ndarray:
    """Return values with mean 0 and standard deviation 1; constant values become 0."""
    deviation = float(values.std())
    centred: np.ndarray = values.astype(np.float64) - float(values.mean())
    return centred / deviation if deviation > 0 else centred


def _best(
    sample: CellSample, parts: Sequence[_Part], species: str, k: int, wanted: set[str] | None
) -> list[dict[str, Any]]:
    """Return the k cells with the highest scores, those with a wanted label only."""
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
    allowed = np.array([wanted is None or label in wanted for label in labels])
    order = np.argsort(-np.where(allowed, score, -np.inf), kind="stable")[: min(k, allowed.sum())]
    rows = []
    for row in order:
        shares = [(weights[p.direction] * p.values[row], p) for p in parts]
        shares.sort(key=lambda share: -share[0])
        top = [(value, part) for value, part in shares[:_SHOWN] if value > 0]
        rows.append(
            {
                "cell": cell_key(sample.dataset, sample.barcodes[row]),
                "dataset": sample.dataset,
                "species": species_name(species),
                "cell_type_name": labels[row],
                "score": float(score[row]),
                "top_genes": [("low " if p.direction == "down" else "") + p.label for _, p in top],
                "top_gene_parts": [round(float(value), 4) for value, _ in top],
            }
        )
    return rows


def cell_labels(sample: CellSample) -> list[str | None]:
    """Return the cell type of each cell as its authors call it, or None."""
    for name in ("cell_type", "author_label"):
        if name in sample.cells.columns:
            return [None if value is None else str(value) for value in sample.cells[name]]
    return [None] * len(sample.cells)
