"""Predictions of a run beside the authors' types, at one level of the Cell Ontology.

Authors and a model may name a cell at different depths. Both are pooled to the finest types that
they have in common, or to a level that is given; a type that neither is part of stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.models.levels import common_level
from orthoweave.questions.run_outputs import predictions
from orthoweave.questions.session import Session
from orthoweave.views.reading.ontology import read_ontology
from orthoweave.views.requests import OntologyRequest


@dataclass(frozen=True, slots=True)
class Compared:
    """Predictions and authors' types at one level, all of shape ``(n_cells,)``."""

    run: str
    """Name of the run's source."""
    author: np.ndarray
    """Key or label; empty where the authors say nothing."""
    predicted: np.ndarray
    """The most probable type, also where the model abstained; empty for none."""
    abstained: np.ndarray
    probability: np.ndarray
    """NaN where the model gives none."""
    verdict: np.ndarray
    """Empty where none was measured."""
    names: dict[str, str]
    """Names of cell types by key."""
    notes: tuple[str, ...]

    @property
    def compared(self) -> np.ndarray:
        """Mask of the cells that have an author's label and a prediction."""
        return np.asarray((self.author != "") & (self.predicted != ""))

    @property
    def right(self) -> np.ndarray:
        """Mask of the cells whose prediction is what the authors say."""
        return np.asarray(self.compared & (self.author == self.predicted))

    def name(self, key: str, none: str) -> str:
        """Return the name of a type, or `none` for the empty key."""
        return self.names.get(key, key) or none


def compare(session: Session, run: str, level: Sequence[str] = ()) -> Compared:
    """Return the predictions of a run beside the authors' types, at a level.

    Parameters
    ----------
    run
        The run, as `find_run` takes it.
    level
        Cell types, by key or name, that their kinds are pooled into; the finest that authors and
        model have in common if empty.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        If there is no such run or cell type, or several, or the run has no predictions.
    UsageError
        If the run predicts numbers only.
    InputError
        If a given type is a kind of another, or no cell is of it.
    """
    found = predictions(session, run)
    table, name = found.table, str(found.title).removeprefix("Predictions of ")
    predicted = _texts(table["label"])
    if not predicted.any():
        message = f"run {name!r} predicts no labels, only numbers: `orthoweave runs {name} --show "
        raise UsageError(message + "predictions` lists them")
    names = session.cell_types.names
    by_type = any(label in names for label in set(predicted))
    author = _texts(table["author_type" if by_type else "author_label"])
    notes: list[str] = []
    if by_type:
        wanted = [session.cell_types.find(text) for text in level]
        pools = _pools(session, author, predicted, wanted)
        author, predicted = (_pooled(column, pools) for column in (author, predicted))
        notes += _pooling_notes(pools, names)
    elif level:
        message = f"run {name!r} predicts labels other than cell types: leave the level out"
        raise UsageError(message)
    unlabelled = int((author == "").sum())
    if unlabelled:
        notes.append(f"{unlabelled:,} of {len(author):,} cells have no label of their authors")
    probability = table["probability"].to_numpy().astype(float)
    abstained = np.asarray(table["abstained"].to_pylist(), bool)
    verdict = _texts(table["verdict"])
    return Compared(name, author, predicted, abstained, probability, verdict, names, tuple(notes))


def _pools(
    session: Session, author: np.ndarray, predicted: np.ndarray, level: Sequence[str]
) -> dict[str, str]:
    """Return the type that each observed type is pooled into, where that is another."""
    ontology = read_ontology(session.published, OntologyRequest())
    if not (level or author.any()):
        return {}
    sides = {
        name: np.array([key or None for key in keys], object)
        for name, keys in (("authors", author), ("model", predicted))
    }
    pools = common_level(sides, ontology, level).pools
    return {key: kind for key, kind in pools.items() if key != kind}


def _pooled(keys: np.ndarray, pools: dict[str, str]) -> np.ndarray:
    return np.array([pools.get(key, key) for key in keys], object)


def _pooling_notes(pools: dict[str, str], names: dict[str, str]) -> list[str]:
    finer: dict[str, list[str]] = {}
    for key in sorted(pools):
        finer.setdefault(pools[key], []).append(names.get(key, key))
    return [
        f"pooled into {names.get(kind, kind)}: {', '.join(parts)}"
        for kind, parts in sorted(finer.items())
    ]


def _texts(column: pa.ChunkedArray) -> np.ndarray:
    """Return texts, the empty one for null, shape ``(n,)``."""
    return np.array([text or "" for text in column.to_pylist()], object)
