"""Search by meaning: genes by their texts, cells by what their genes and their type say.

A cell's score for a text is the sum of two similarities, both shown: of the text with the cell's
vector, made of the texts of its genes (``gene_score``), and with the name and synonyms of its
cell type (``type_score``). What that finds, measured with and without type names, is written in
``docs/search.md``.
"""

import heapq
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.ids import Species, find_species
from orthoweave.queries.answer import Answer, table_of
from orthoweave.queries.search_explain import SHOWN, Explainer, open_explainer
from orthoweave.queries.search_filters import allowed_cells
from orthoweave.queries.search_spaces import Spaces, open_spaces
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import Manifest

GENES: Final = pa.schema(
    [("rank", pa.int64()), ("gene", pa.string()), ("symbol", pa.string()), ("name", pa.string()),
     ("species", pa.string()), ("score", pa.float64())]
)  # fmt: skip
CELLS: Final = pa.schema(
    [("rank", pa.int64()), ("cell", pa.string()), ("dataset", pa.string()),
     ("species", pa.string()), ("cell_type", pa.string()), ("cell_type_name", pa.string()),
     ("score", pa.float64()), ("gene_score", pa.float64()), ("type_score", pa.float64()),
     ("top_genes", pa.list_(pa.string())), ("top_gene_parts", pa.list_(pa.float64()))]
)  # fmt: skip

# a part of the score that is not explained: more than rounding and 8-bit vectors make
_UNEXPLAINED: Final = 0.02
_Rows = npt.NDArray[np.int64]
_Query = npt.NDArray[np.float32]


class Searchable(Protocol):
    """What a search needs of a knowledge base."""

    @property
    def layout(self) -> Layout:
        """Where it is."""

    @property
    def manifest(self) -> Manifest:
        """Its published build."""


def search_genes(
    kb: Searchable, text: str, *, k: int = 10, species: str | Species | None = None
) -> Answer:
    """Genes whose symbol, name and summary are nearest in meaning to `text`.

    Returns
    -------
    Answer
        ``rank``, ``gene``, ``symbol``, ``name``, ``species`` (key), ``score`` (cosine).

    Raises
    ------
    UsageError
        If the text is empty or k is below 1.
    UnknownNameError
        If the species is not known, or the build holds no gene vectors.
    """
    _check(text, k)
    spaces = open_spaces(kb.layout, kb.manifest.build)
    index = spaces.index("gene_text")
    wanted = _species(species)
    allowed = None
    if wanted is not None:
        keep = [spaces.genes.get(key, {}).get("species") == wanted.key for key in index.ids]
        allowed = np.flatnonzero(keep)
    found = index.search(spaces.encode("gene_text", text), k, allowed)
    rows = [
        {"rank": rank, "gene": key, **spaces.genes.get(key, {}), "score": float(score)}
        for rank, (key, score) in enumerate(zip(found.ids[0], found.scores[0], strict=True), 1)
    ]
    asked = {"text": text, "k": k, "species": wanted.key if wanted else None}
    return _answer(spaces, table_of(_trim(rows, GENES), GENES), f"genes nearest to {text!r}", asked)


def search_cells(
    kb: Searchable, text: str | None = None, *, like: str | None = None, k: int = 10,
    species: str | Species | None = None, dataset: str | None = None, cell_type: str | None = None,
) -> Answer:  # fmt: skip
    """Cells nearest in meaning to `text`, or nearest to the cell `like`.

    Parameters
    ----------
    like
        Key of a cell, ``DATASET:BARCODE``; it is not among its own hits.
    species, dataset, cell_type
        Search only among these; a cell type by key or name, with all its subtypes.

    Returns
    -------
    Answer
        ``rank``, ``cell``, ``dataset``, ``species``, ``cell_type``, ``cell_type_name``, ``score``,
        ``gene_score``, ``type_score`` (null for `like` and without a type), and the genes that
        add most to ``gene_score``: ``top_genes`` with ``top_gene_parts``.

    Raises
    ------
    UsageError
        Unless exactly one of `text` and `like` is given, and k is at least 1.
    UnknownNameError
        For a cell, species, dataset or cell type that is not known, or without cell vectors.
    """
    if (text is None) == (like is None):
        message = f"expected a text or like=DATASET:BARCODE, found text={text!r} and like={like!r}"
        raise UsageError(message)
    _check(text if text is not None else str(like), k)
    spaces = open_spaces(kb.layout, kb.manifest.build)
    allowed = allowed_cells(spaces, _species(species), dataset, cell_type)
    if text is not None:
        query = spaces.encode("cell_text", text)
        hits = _by_text(spaces, query, text, k, allowed)
    else:
        query = _vector_of_cell(spaces, str(like))
        hits = _by_cell(spaces, query, str(like), k, allowed)
    rows, notes = _describe(spaces, query, hits)
    asked = {"text": text, "like": like, "k": k, "species": str(species) if species else None,
             "dataset": dataset, "cell_type": cell_type}  # fmt: skip
    title = f"cells nearest to {text!r}" if text is not None else f"cells nearest to {like}"
    return _answer(spaces, table_of(rows, CELLS), title, asked, notes)


def _check(text: str, k: int) -> None:
    if not text.strip() or k < 1:
        message = f"expected a text that is not empty and k of at least 1, found {text!r} and {k!r}"
        raise UsageError(message)


def _species(given: str | Species | None) -> Species | None:
    return given if given is None or isinstance(given, Species) else find_species(given)


_Hit = tuple[int, float, float | None]
"""Row in the index, gene score, type score."""


def _by_text(spaces: Spaces, query: _Query, text: str, k: int, allowed: _Rows) -> list[_Hit]:
    """Find the k best by the sum of both scores.

    Within cells of one type score the order is that of the gene score, so the best k of each
    such group are enough; groups that cannot reach the k-th best any more are not searched.
    """
    index = spaces.index("cell_text")
    best = index.search(query, 1, allowed)
    ceiling = float(best.scores[0][0]) if len(best.scores[0]) else 0.0
    found: list[tuple[float, int, float, float | None]] = []
    for type_score, rows in _groups(spaces, text, allowed):
        if len(found) >= k:
            worst = heapq.nlargest(k, (total for total, *_ in found))[-1]
            if (type_score or 0.0) + ceiling < worst:
                break
        hits = index.search(query, k, rows)
        for key, score in zip(hits.ids[0], hits.scores[0], strict=True):
            total = float(score) + (type_score or 0.0)
            found.append((total, index.rows[key], float(score), type_score))
    found.sort(key=lambda hit: (-hit[0], hit[1]))
    return [(row, gene, kind) for _, row, gene, kind in found[:k]]


def _groups(spaces: Spaces, text: str, allowed: _Rows) -> Iterator[tuple[float | None, _Rows]]:
    """Rows by the score of their best type, best first; rows without any come where 0 would."""
    cells, types = spaces.cells, {}
    if spaces.has("cell_type_text"):
        index = spaces.index("cell_type_text")
        query = spaces.encode("cell_type_text", text)[0]
        named = [(code, key) for code, key in enumerate(cells.types) if key in index.rows]
        scores = index.vectors_of([key for _, key in named]) @ query
        types = {code: float(score) for (code, _), score in zip(named, scores, strict=True)}
    best = np.full(len(spaces.index("cell_text")), -np.inf)
    score_of = np.array([types.get(code, -np.inf) for code in range(len(cells.types))])
    np.maximum.at(best, cells.has_type[:, 0], score_of[cells.has_type[:, 1]])
    inside = best[allowed]
    levels = sorted(set(inside.tolist()), key=lambda level: -level if level > -np.inf else 0.0)
    for level in levels:
        yield (None if level == -np.inf else level), allowed[inside == level]


def _vector_of_cell(spaces: Spaces, cell: str) -> _Query:
    index = spaces.index("cell_text")
    if cell not in index.rows:
        message = (
            f"no cell {cell!r} with a vector: expected DATASET:BARCODE, such as "
            f"{index.ids[0]!r}; datasets: {', '.join(spaces.cells.datasets)}"
        )
        raise UnknownNameError(message)
    return index.vectors_of([cell])


def _by_cell(spaces: Spaces, query: _Query, like: str, k: int, allowed: _Rows) -> list[_Hit]:
    index = spaces.index("cell_text")
    others = allowed[allowed != index.rows[like]]
    hits = index.search(query, k, others)
    pairs = zip(hits.ids[0], hits.scores[0], strict=True)
    return [(index.rows[key], float(score), None) for key, score in pairs]


def _describe(
    spaces: Spaces, query: _Query, hits: list[_Hit]
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    cells, index = spaces.cells, spaces.index("cell_text")
    rows: list[dict[str, Any]] = []
    notes: set[str] = set()
    for rank, (row, gene_score, type_score) in enumerate(hits, 1):
        code = int(cells.dataset[row])
        dataset = cells.datasets[code] if code >= 0 else None
        types = cells.has_type[cells.has_type[:, 0] == row, 1].tolist()
        symbols, parts, note = _reasons(spaces, dataset, index.ids[row], query, gene_score)
        notes |= {note} if note else set()
        rows.append(
            {
                "rank": rank,
                "cell": index.ids[row],
                "dataset": dataset,
                "species": cells.species[code] if code >= 0 else None,
                "cell_type": "|".join(cells.types[one] for one in types) or None,
                "cell_type_name": "|".join(cells.type_names[one] for one in types) or None,
                "score": gene_score + (type_score or 0.0),
                "gene_score": gene_score,
                "type_score": type_score,
                "top_genes": symbols,
                "top_gene_parts": parts,
            }
        )
    return rows, tuple(sorted(notes))


def _reasons(
    spaces: Spaces, dataset: str | None, cell: str, query: _Query, score: float
) -> tuple[list[str] | None, list[float] | None, str | None]:
    explainer = _explainer(spaces, dataset) if dataset is not None else None
    if explainer is None or dataset is None:
        return (
            None,
            None,
            "hits are not explained: the build has no gene vectors or matrix for them",
        )
    parts, total = explainer.reasons(cell.removeprefix(f"{dataset}:"), query[0])
    if abs(total - score) > _UNEXPLAINED:
        return None, None, "hits are not explained: gene and cell vectors are of different versions"
    shown = [(key, part) for key, part in parts[:SHOWN] if part > 0]
    symbols = [spaces.genes.get(key, {}).get("symbol") or key for key, _ in shown]
    return symbols, [round(part, 6) for _, part in shown], None


@lru_cache(maxsize=8)
def _explainer(spaces: Spaces, dataset: str) -> Explainer | None:
    return open_explainer(spaces, dataset)


def _trim(rows: list[dict[str, Any]], schema: pa.Schema) -> list[dict[str, Any]]:
    return [{name: row.get(name) for name in schema.names} for row in rows]


def _answer(
    spaces: Spaces, table: pa.Table, title: str, asked: dict[str, Any], notes: tuple[str, ...] = ()
) -> Answer:
    provenance = {
        "build": spaces.manifest.build,
        "query": title,
        "parameters": json.dumps(asked, sort_keys=True),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return Answer(table, title, notes=notes, provenance=provenance)
