"""Search for cells: by what their genes and their type say, or by likeness to a cell.

A cell's score for a text is the sum of two similarities, both shown: of the text with the cell's
vector, made of the texts of its genes (``gene_score``), and with the name and synonyms of its cell
type (``type_score``). Cells of a type that the text names come first. ``docs/search.md`` gives the
measured precision, with and without type names.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.ontology import CellTypeMatch
from orthoweave.questions.session import Session
from orthoweave.questions.untyped_cells import filter_notes
from orthoweave.search.by_name import BY_MEANING, BY_NAME, Match
from orthoweave.search.cell_rows import FoundCell, describe_cells
from orthoweave.search.filters import allowed_groups
from orthoweave.search.genes import require_text
from orthoweave.search.spaces import CELL_TEXT, Spaces, open_spaces
from orthoweave.species import Species
from orthoweave.vectors.base import Part

CELLS: Final = pa.schema(
    [
        ("rank", pa.int64()),
        ("cell", pa.string()),
        ("dataset", pa.string()),
        ("species", pa.string()),
        ("cell_type", pa.string()),
        ("cell_type_name", pa.string()),
        ("score", pa.float64()),
        ("gene_score", pa.float64()),
        ("type_score", pa.float64()),
        ("match", pa.string()),
        ("top_genes", pa.list_(pa.string())),
        ("top_gene_parts", pa.list_(pa.float64())),
    ]
)

_Query: TypeAlias = npt.NDArray[np.float32]
_Groups: TypeAlias = npt.NDArray[np.bool_]


def search_cells(
    session: Session,
    text: str | None = None,
    *,
    like: str | None = None,
    k: int = 10,
    species: Species | None = None,
    dataset: str | None = None,
    cell_type: str | None = None,
    space: str = CELL_TEXT,
) -> Answer:
    """Return the cells nearest in meaning to `text`, or nearest to the cell `like`.

    Parameters
    ----------
    like
        Key of a cell, ``DATASET:BARCODE``; it is not among its own hits.
    species, dataset, cell_type
        Search only among these; a cell type by id or name, with all types below it.
    space
        Space of cells; that of a run is searched by `like` alone.

    Returns
    -------
    Answer
        ``rank``, ``cell``, ``dataset``, ``species``, ``cell_type``, ``cell_type_name``, ``score``,
        ``gene_score``, ``type_score`` (null for `like` and without a type), ``match`` (``by name``
        for a cell of a type that the text names, else ``by meaning``; null for `like`), and the
        genes that add most to ``gene_score``: ``top_genes`` with ``top_gene_parts``. In the space
        of a run ``gene_score`` and these two are null.

    Raises
    ------
    UsageError
        Unless exactly one of `text` and `like` is given, k is at least 1, and the space is one of
        cells, for a text not of a run.
    UnknownNameError, AmbiguousNameError
        For a cell, dataset, type or space that is not known, or a type with several meanings.
    """
    _require_one(text, like, k)
    spaces = open_spaces(session)
    spaces.index(space, of="Cell")
    match = session.cell_types.understand(cell_type) if cell_type is not None else None
    key = match.key if match else None
    groups = allowed_groups(session, spaces, species, dataset, key, space=space)
    if text is not None:
        spaces.encode(space, text)
        query, hits, notes = _by_text(session, spaces, text, k, groups)
    else:
        query, notes = _vector_of_cell(spaces, str(like), space), []
        hits = cells_by_likeness(spaces, query, str(like), k=k, groups=groups, space=space)
    rows, unexplained = describe_cells(session, spaces, query, hits, space)
    asked = {"text": text, "like": like, "k": k, "dataset": dataset, "space": space}
    asked |= {"species": species.key if species else None, "cell_type": cell_type}
    title = f"cells nearest to {like if text is None else repr(text)}"
    title += "" if space == CELL_TEXT else f" in {space}"
    notes = [*_filter_notes(session, match, str(cell_type), dataset, species), *notes, *unexplained]
    said = [note for note in notes if note]
    return session.answer(table_of(rows, CELLS), title, "search_cells", asked, said)


def _filter_notes(
    session: Session,
    match: CellTypeMatch | None,
    text: str,
    dataset: str | None,
    species: Species | None,
) -> list[str | None]:
    """Say what a filter by cell type was taken for, and which datasets it leaves out."""
    if match is None:
        return []
    of = species.key if species else None
    return [match.note(text), *filter_notes(session, [dataset] if dataset else [], of)]


def _require_one(text: str | None, like: str | None, k: int) -> None:
    if (text is None) == (like is None):
        message = f"expected a text or like=DATASET:BARCODE, found text={text!r} and like={like!r}"
        raise UsageError(message)
    require_text(text if text is not None else str(like), k)


def _by_text(
    session: Session, spaces: Spaces, text: str, k: int, groups: _Groups
) -> tuple[_Query, list[FoundCell], list[str | None]]:
    """Return the vector of a text, the cells that it finds, and notes on the types it names."""
    query = spaces.encode("cell_text", text)[0]
    named = session.cell_types.matches(text)
    types = {key for match in named for key in session.cell_types.below(match.key)}
    hits = cells_by_text(spaces, query, text, k=k, groups=groups, types=types)
    return query, hits, _named_notes(session, spaces, text, named, hits)


def _named_notes(
    session: Session,
    spaces: Spaces,
    text: str,
    named: Sequence[CellTypeMatch],
    hits: Sequence[FoundCell],
) -> list[str | None]:
    """Say which types a text was taken for, and which of them were found."""
    if not named:
        return []
    notes = [match.note(text) for match in named]
    if len(named) > 1:
        listed = ", ".join(f"{match.name} ({match.key})" for match in named)
        notes = [f"{text!r} names several cell types: {listed}"]
    groups = [
        spaces.cells().groups[spaces.cells().group[hit.row]] for hit in hits if hit.match == BY_NAME
    ]
    found = {key for group in groups for key in group.types}
    if not found:
        notes.append(f"no cell that passes the filters has the type {text!r}: all are by meaning")
    elif found.isdisjoint(match.key for match in named):
        names = sorted(session.cell_types.names.get(key, key) for key in found)
        notes.append(f"cells called {text!r} are of types below it: {', '.join(names)}")
    return notes


def cells_by_text(
    spaces: Spaces, query: _Query, text: str, *, k: int, groups: _Groups, types: Iterable[str] = ()
) -> list[FoundCell]:
    """Return the k best cells of some groups by the sum of both scores.

    Parameters
    ----------
    query
        Vector of the text, shape ``(dimension,)``.
    groups
        Whether each group may be found, shape ``(n_groups,)``.
    types
        Keys of cell types whose cells come first.
    """
    scores = _type_scores(spaces, text)
    named = set(types)
    if not named:
        return _best(spaces, query, k, groups, type_scores=scores, match=BY_MEANING)
    has_name = np.array([not named.isdisjoint(group.types) for group in spaces.cells().groups])
    hits = _best(spaces, query, k, groups & has_name, type_scores=scores, match=BY_NAME)
    if len(hits) < k:
        rest = groups & ~has_name
        more = k - len(hits)
        hits += _best(spaces, query, more, rest, type_scores=scores, match=BY_MEANING)
    return hits


def cells_by_likeness(
    spaces: Spaces, query: _Query, like: str, *, k: int, groups: _Groups, space: str = CELL_TEXT
) -> list[FoundCell]:
    """Return the k cells of some groups nearest to a cell in a space, without itself."""
    itself = spaces.index(space).rows[like]
    hits = _best(spaces, query, k + 1, groups, type_scores=None, match=None, space=space)
    return [hit for hit in hits if hit.row != itself][:k]


def _best(
    spaces: Spaces,
    query: _Query,
    k: int,
    groups: _Groups,
    *,
    type_scores: npt.NDArray[np.float32] | None,
    match: Match | None,
    space: str = CELL_TEXT,
) -> list[FoundCell]:
    """Return the k best cells of some groups: each type is a part with its score as bonus."""
    if type_scores is None:
        levels: list[float | None] = [None]
        parts = [Part(spaces.subset(groups, space))]
    else:
        levels = [*type_scores.tolist(), None]
        parts = [
            Part(spaces.subset(has & groups), level or 0.0)
            for has, level in zip(spaces.members, levels, strict=True)
        ]
    hits = spaces.index(space).best(query, k, parts)
    return [FoundCell(hit.row, hit.score, levels[hit.part], match) for hit in hits]


def _type_scores(spaces: Spaces, text: str) -> npt.NDArray[np.float32]:
    """Return the similarity of the text with each cell type that has a vector."""
    keys, vectors = spaces.type_vectors
    if not keys:
        return np.zeros(0, np.float32)
    scores: npt.NDArray[np.float32] = vectors @ spaces.encode("cell_type_text", text)[0]
    return scores


def _vector_of_cell(spaces: Spaces, cell: str, space: str) -> _Query:
    index = spaces.index(space)
    if cell not in index.rows:
        there = sorted({group.dataset for group in spaces.cells(space).groups if group.dataset})
        message = (
            f"no cell {cell!r} with a vector in {space}: expected DATASET:BARCODE, such as "
            f"{index.ids[0]!r}; datasets: {', '.join(there)}"
        )
        raise UnknownNameError(message)
    vector: _Query = index.vectors_of([cell])[0]
    return vector
