"""The Cell Ontology of a build as models read it: each cell type with its direct kinds."""

from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError
from orthoweave.numerics.reachable import reachable
from orthoweave.views.digests import digest_of


@dataclass(frozen=True, slots=True)
class OntologyView:
    """Cell types, and which is directly a kind of which.

    Raises
    ------
    InputError
        If shapes do not fit.
    """

    keys: np.ndarray
    """Keys of the cell types, shape ``(n_types,)``, texts."""
    names: np.ndarray
    """Name of each, its key where it has none, shape ``(n_types,)``."""
    lower: np.ndarray
    """Key of the narrower type of each edge, shape ``(n_edges,)``."""
    upper: np.ndarray
    """Key of the type that it is a kind of, shape ``(n_edges,)``."""

    def __post_init__(self) -> None:
        if len(self.keys) != len(self.names) or len(self.lower) != len(self.upper):
            message = "ontology: expected a name for each key, and two ends for each edge"
            raise InputError(message)

    @property
    def digest(self) -> str:
        """SHA-256 of the content, computed anew at each access."""
        return digest_of(self)

    def above(self, keys: set[str]) -> dict[str, frozenset[str]]:
        """Return for each key itself and all types that it is a kind of."""
        parents: dict[str, set[str]] = {}
        for lower, upper in zip(self.lower, self.upper, strict=True):
            parents.setdefault(lower, set()).add(upper)
        return {key: frozenset(reachable([key], parents)) for key in keys}

    def name(self, key: str) -> str:
        """Return the name of a cell type, the key itself if it is not known."""
        [places] = np.nonzero(self.keys == key)
        return str(self.names[places[0]]) if len(places) else key


def no_ontology() -> OntologyView:
    """Return an ontology that knows no type: each is a kind of itself alone."""
    nothing = np.array([], object)
    return OntologyView(nothing, nothing, nothing, nothing)
