"""Requests of models for parts of a published build, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from orthoweave.errors import UnknownNameError
from orthoweave.views.columns import CellColumnsView
from orthoweave.views.expression import ExpressionView, Scale
from orthoweave.views.hypergraph import HypergraphView
from orthoweave.views.network import NetworkView
from orthoweave.views.ontology import OntologyView
from orthoweave.views.orthology import OrthologyView
from orthoweave.views.vector import VectorView


@dataclass(frozen=True, slots=True)
class ExpressionRequest:
    """Expression of a dataset."""

    dataset: str
    scale: Scale = "counts"
    top_genes: int = 0
    """Number of genes to keep, the most variable ones (see the views); 0 for all."""
    min_cells: int = 1
    """Only genes that at least this many cells express."""


@dataclass(frozen=True, slots=True)
class HypergraphRequest:
    """The cell-gene hypergraph of a dataset; as for `ExpressionRequest`."""

    dataset: str
    scale: Scale = "log1p_cp10k"
    top_genes: int = 0
    min_cells: int = 1


@dataclass(frozen=True, slots=True)
class OrthologyRequest:
    """Consensus orthology of two or more species."""

    species: tuple[str, ...]
    """Species by key or name; or datasets, which stand for their species."""
    min_sources: int = 1
    """Smallest number of resources that support a pair."""
    sources: tuple[str, ...] = ()
    """Resources or ingested sources that count; all if empty."""
    cardinality: tuple[str, ...] = ()
    """Kinds of pairs to keep, such as ``("1:1",)``, read from either end; empty for all."""


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """The co-expression network of a dataset."""

    dataset: str
    min_abs: float = 0.0
    """Only pairs whose absolute coefficient is at least this."""
    source: str = ""
    """Ingested source that made it; needed where there are several for the dataset."""


@dataclass(frozen=True, slots=True)
class VectorRequest:
    """All vectors of a space, such as ``gene_text``."""

    space: str


@dataclass(frozen=True, slots=True)
class OntologyRequest:
    """The cell types of the build, and which is a kind of which."""


ViewRequest = (
    ExpressionRequest
    | HypergraphRequest
    | OrthologyRequest
    | NetworkRequest
    | VectorRequest
    | OntologyRequest
)
View = (
    ExpressionView
    | HypergraphView
    | OrthologyView
    | NetworkView
    | VectorView
    | OntologyView
    | CellColumnsView
)
_V = TypeVar(
    "_V",
    ExpressionView,
    HypergraphView,
    OrthologyView,
    NetworkView,
    VectorView,
    OntologyView,
    CellColumnsView,
)


@dataclass(frozen=True, slots=True)
class Views:
    """The views that a model requested, by the names it gave them."""

    by_name: Mapping[str, View]

    def expression(self, name: str) -> ExpressionView:
        """Return the expression view of that name."""
        return self._get(name, ExpressionView)

    def hypergraph(self, name: str) -> HypergraphView:
        """Return the hypergraph view of that name."""
        return self._get(name, HypergraphView)

    def orthology(self, name: str) -> OrthologyView:
        """Return the orthology view of that name."""
        return self._get(name, OrthologyView)

    def network(self, name: str) -> NetworkView:
        """Return the network view of that name."""
        return self._get(name, NetworkView)

    def vectors(self, name: str) -> VectorView:
        """Return the vector view of that name."""
        return self._get(name, VectorView)

    def ontology(self, name: str) -> OntologyView:
        """Return the ontology of that name."""
        return self._get(name, OntologyView)

    def columns(self, name: str) -> CellColumnsView:
        """Return the columns about cells of that name."""
        return self._get(name, CellColumnsView)

    def _get(self, name: str, kind: type[_V]) -> _V:
        found = self.by_name.get(name)
        if not isinstance(found, kind):
            there = {key: type(view).__name__ for key, view in self.by_name.items()}
            message = f"expected a view {name!r} of kind {kind.__name__}, found {there!r}"
            raise UnknownNameError(message)
        return found
