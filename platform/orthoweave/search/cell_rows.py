"""The rows of an answer on cells: what is known of each hit, and why it was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from orthoweave.questions.session import Session
from orthoweave.search.by_name import Match
from orthoweave.search.explain import SHOWN, Explainer, open_explainer
from orthoweave.search.genes import described
from orthoweave.search.spaces import CELL_TEXT, Spaces

# a part of the score that is not explained: more than rounding and 8-bit vectors cause
_UNEXPLAINED: Final = 0.02


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell that a search found."""

    row: int
    """Row in the index of cells."""
    gene_score: float
    """Similarity to the query in the space of the search."""
    type_score: float | None
    match: Match | None


@dataclass(frozen=True, slots=True)
class _Reasons:
    """The genes that add most to a gene score and what they add, or why that is not known."""

    genes: list[str] | None = None
    parts: list[float] | None = None
    note: str | None = None


def describe_cells(
    session: Session,
    spaces: Spaces,
    query: npt.NDArray[np.float32],
    hits: Sequence[FoundCell],
    space: str = CELL_TEXT,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the rows of an answer, and notes on hits that are not explained.

    Parameters
    ----------
    query
        Shape ``(dimension,)``.
    space
        Space in which they were found; the vectors of a run are not made of those of genes.
    """
    cells, index = spaces.cells(space), spaces.index(space)
    by_genes = not spaces.of_run(space)
    rows: list[dict[str, Any]] = []
    notes: set[str] = set()
    for rank, hit in enumerate(hits, 1):
        group = cells.groups[cells.group[hit.row]]
        reasons = _Reasons()
        if by_genes:
            reasons = _reasons(session, spaces, group.dataset, query, (index.ids[hit.row], hit))
        notes |= {reasons.note} if reasons.note else set()
        rows.append(
            {
                "rank": rank,
                "cell": index.ids[hit.row],
                "dataset": group.dataset,
                "species": cells.species.get(group.dataset or ""),
                "cell_type": "|".join(group.types) or None,
                "cell_type_name": "|".join(_name(session, key) for key in group.types) or None,
                "score": hit.gene_score + (hit.type_score or 0.0),
                "gene_score": hit.gene_score if by_genes else None,
                "type_score": hit.type_score,
                "match": hit.match,
                "top_genes": reasons.genes,
                "top_gene_parts": reasons.parts,
            }
        )
    return rows, sorted(notes)


def _name(session: Session, key: str) -> str:
    """Return the name of a cell type; the label itself for an author's label."""
    name = session.cell_types.names.get(key, key)
    return name if name != key else key.rpartition("/")[2]


def _reasons(
    session: Session,
    spaces: Spaces,
    dataset: str | None,
    query: npt.NDArray[np.float32],
    found: tuple[str, FoundCell],
) -> _Reasons:
    explainer = _explainer(spaces, dataset) if dataset is not None else None
    if explainer is None:
        note = "hits are not explained: the build has no gene vectors or matrix for them"
        return _Reasons(note=note)
    cell, hit = found
    parts, total = explainer.reasons(cell.removeprefix(f"{dataset}:"), query)
    if abs(total - hit.gene_score) > _UNEXPLAINED:
        note = "hits are not explained: gene and cell vectors are of different versions"
        return _Reasons(note=note)
    shown = [(key, part) for key, part in parts[:SHOWN] if part > 0]
    symbols = [described(session, key).get("symbol") or key for key, _ in shown]
    return _Reasons(symbols, [round(part, 6) for _, part in shown])


def _explainer(spaces: Spaces, dataset: str) -> Explainer | None:
    if dataset not in spaces.explainers:
        spaces.explainers[dataset] = open_explainer(spaces, dataset)
    explainer = spaces.explainers[dataset]
    return explainer if isinstance(explainer, Explainer) else None
