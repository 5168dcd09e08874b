"""Cell types at one depth: datasets name cells at different depths of the Cell Ontology.

One names naive CD4 T cells where another names T cells. A level is a set of types of which none is
a kind of another; finer types are pooled into them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError
from orthoweave.views.ontology import OntologyView


@dataclass(frozen=True, slots=True)
class Level:
    """Types that cells of several datasets are pooled into."""

    types: tuple[str, ...]
    """Keys of the types, sorted."""
    pools: Mapping[str, str]
    """Type of the level of each observed type that is one of its kinds."""
    notes: tuple[str, ...]
    """Notes on the types that were pooled and those left out, in sentences."""

    def of(self, cell_types: np.ndarray) -> np.ndarray:
        """Return the type of the level of each cell, None for cells of no such type."""
        return np.array([self.pools.get(key) for key in cell_types], object)


def common_level(
    datasets: Mapping[str, np.ndarray], ontology: OntologyView, level: Sequence[str] = ()
) -> Level:
    """Return a level that is given, or the finest that the datasets have in common.

    The common level consists of types that some dataset names, and of which every dataset has
    cells, of the type itself or of its kinds. The narrowest of them are taken first. A type that
    holds exactly one of them takes its place if some dataset names more cells by it than by what it
    holds, so that these cells are not lost. Types that are of no kind that another dataset names
    are left out: what they would share with others is too general.

    Parameters
    ----------
    datasets
        Key of each cell's type or None, by dataset.
    ontology
        The kinds of the types.
    level
        Keys of the types to pool into; the finest common level if empty.

    Raises
    ------
    InputError
        If a given type is a kind of another, or no dataset has cells of it.
    """
    counts = {
        name: Counter(str(key) for key in types if key is not None)
        for name, types in datasets.items()
    }
    observed = sorted(set().union(*counts.values()))
    above = ontology.above({*observed, *level})
    members = {
        kind: frozenset(key for key in observed if kind in above[key])
        for kind in (level or observed)
    }
    chosen = _given(level, members, above) if level else _finest(members, counts)
    pools = {key: kind for kind in chosen for key in members[kind]}
    return Level(tuple(sorted(chosen)), pools, _notes(chosen, members, counts, ontology))


def _given(
    level: Sequence[str], members: Mapping[str, frozenset[str]], above: Mapping[str, frozenset[str]]
) -> list[str]:
    for kind in level:
        others = above[kind] & (set(level) - {kind})
        if others:
            message = (
                f"level: {kind} is a kind of {min(others)}; expected types of which none is a "
                "kind of another: leave out one of the two"
            )
            raise InputError(message)
        if not members[kind]:
            message = (
                f"level: no dataset has cells of {kind} or of its kinds; expected types such as "
                "`orthoweave ask shared_cell_types` lists"
            )
            raise InputError(message)
    shared = [key for kind in level for key in members[kind]]
    twice = [key for key, times in Counter(shared).items() if times > 1]
    if twice:
        message = f"level: {min(twice)} is a kind of two of the types given; leave out one of them"
        raise InputError(message)
    return list(level)


def _finest(
    members: Mapping[str, frozenset[str]], counts: Mapping[str, Mapping[str, int]]
) -> list[str]:
    """Return the narrowest types of which every dataset has cells; none holds another."""
    there = [
        kind
        for kind, keys in members.items()
        if all(any(key in found for key in keys) for found in counts.values())
    ]
    order = sorted(there, key=lambda kind: (len(members[kind]), kind))
    chosen: list[str] = []
    for kind in order:
        if all(members[kind].isdisjoint(members[other]) for other in chosen):
            chosen.append(kind)
    for kind in order:
        inside = [other for other in chosen if not members[kind].isdisjoint(members[other])]
        if kind in chosen or len(inside) != 1:
            continue
        held = members[inside[0]]
        if any(
            found.get(kind, 0) > sum(found.get(k, 0) for k in held) for found in counts.values()
        ):
            chosen[chosen.index(inside[0])] = kind
    return chosen


def _notes(
    chosen: Sequence[str],
    members: Mapping[str, frozenset[str]],
    counts: Mapping[str, Mapping[str, int]],
    ontology: OntologyView,
) -> tuple[str, ...]:
    notes = []
    for name, found in counts.items():
        for kind in sorted(chosen):
            finer = sorted(key for key in members[kind] if key in found and key != kind)
            if finer:
                listed = ", ".join(_named(ontology, key, found[key]) for key in finer)
                notes.append(f"{name}: pooled into {ontology.name(kind)} ({kind}): {listed}.")
        pooled = set().union(*(members[kind] for kind in chosen))
        lost = sorted(key for key in found if key not in pooled)
        if lost:
            listed = ", ".join(_named(ontology, key, found[key]) for key in lost)
            notes.append(f"{name}: of no type of the common level, left out: {listed}.")
    return tuple(notes)


def _named(ontology: OntologyView, key: str, n_cells: int) -> str:
    name = ontology.name(key)
    return f"{key} ({n_cells} cells)" if name == key else f"{name} ({key}, {n_cells} cells)"
