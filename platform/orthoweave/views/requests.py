"""Requests of models for parts of a published build, as plain data.

Each names its kind, by which `orthoweave.views.reading.kinds` finds its reader: other packages
declare kinds of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

from orthoweave.errors import UnknownNameError
from orthoweave.views.columns import CellColumnsView
from orthoweave.views.expression import ExpressionView, Scale
from orthoweave.views.hypergraph import HypergraphView
from orthoweave.views.network import NetworkView
from orthoweave.views.ontology import OntologyView
from orthoweave.views.orthology import OrthologyView
from orthoweave.views.samples import Panel, SamplesView
from orthoweave.views.section import SectionView
from orthoweave.views.vector import VectorView


class ViewRequest:
    """Base of all requests; derived classes are frozen dataclasses."""

    __slots__ = ()
    kind: ClassVar[str]
    """Name of the kind of view, as it is declared in the group ``orthoweave.views``."""


class View(Protocol):
    """The answer to a request: plain arrays with keys."""

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""


@dataclass(frozen=True, slots=True)
class ExpressionRequest(ViewRequest):
    """Expression of a dataset."""

    kind: ClassVar[str] = "expression"
    dataset: str
    scale: Scale = "counts"
    top_genes: int = 0
    """Number of genes to keep, the most variable ones (see the views); 0 for all."""
    min_cells: int = 1
    """Only genes that at least this many cells express."""


@dataclass(frozen=True, slots=True)
class HypergraphRequest(ViewRequest):
    """The cell-gene hypergraph of a dataset; as for `ExpressionRequest`."""

    kind: ClassVar[str] = "hypergraph"
    dataset: str
    scale: Scale = "log1p_cp10k"
    top_genes: int = 0
    min_cells: int = 1


@dataclass(frozen=True, slots=True)
class OrthologyRequest(ViewRequest):
    """Consensus orthology of two or more species."""

    kind: ClassVar[str] = "orthology"
    species: tuple[str, ...]
    """Species by key or name; or datasets, which stand for their species."""
    min_sources: int = 1
    """Smallest number of resources that support a pair."""
    sources: tuple[str, ...] = ()
    """Resources or ingested sources that count; all if empty."""
    cardinality: tuple[str, ...] = ()
    """Kinds of pairs to keep, such as ``("1:1",)``, read from either end; empty for all."""


@dataclass(frozen=True, slots=True)
class NetworkRequest(ViewRequest):
    """The co-expression network of a dataset."""

    kind: ClassVar[str] = "network"
    dataset: str
    min_abs: float = 0.0
    """Only pairs whose absolute coefficient is at least this."""
    source: str = ""
    """Ingested source that made it; needed where there are several for the dataset."""


@dataclass(frozen=True, slots=True)
class VectorRequest(ViewRequest):
    """All vectors of a space, such as ``gene_text``."""

    kind: ClassVar[str] = "vectors"
    space: str


@dataclass(frozen=True, slots=True)
class OntologyRequest(ViewRequest):
    """The cell types of the build, and which is a kind of which."""

    kind: ClassVar[str] = "ontology"


@dataclass(frozen=True, slots=True)
class BatchesRequest(ViewRequest):
    """Batches of random cells of some datasets, read while they are used."""

    kind: ClassVar[str] = "batches"
    datasets: tuple[str, ...]
    genes: tuple[str, ...] = ()
    """Keys of the genes of each batch, in this order; all genes of the datasets if empty."""
    scale: Scale = "log1p_cp10k"


@dataclass(frozen=True, slots=True)
class SamplesRequest(ViewRequest):
    """Bulk samples of a dataset with phenotype and survival."""

    kind: ClassVar[str] = "samples"
    dataset: str
    panels: tuple[Panel, ...] = ()
    """Sets of genes to mark, by key or symbol, each with a name of its own."""
    genes: tuple[str, ...] = ()
    """Keys of the genes to read, of those that were measured; all if empty."""


@dataclass(frozen=True, slots=True)
class SectionRequest(ViewRequest):
    """Spots of a tissue section, with patches of its image."""

    kind: ClassVar[str] = "section"
    dataset: str
    patch: int = 64
    """Side of a patch in its own pixels."""
    width: float = 150.0
    """Side of the square around a spot that a patch shows, in µm."""


_V = TypeVar("_V")


@dataclass(frozen=True, slots=True)
class Views:
    """The views that a model requested, by the names it gave them."""

    by_name: Mapping[str, View]

    def expression(self, name: str) -> ExpressionView:
        """Return the expression view of that name."""
        return self.get(name, ExpressionView)

    def hypergraph(self, name: str) -> HypergraphView:
        """Return the hypergraph view of that name."""
        return self.get(name, HypergraphView)

    def orthology(self, name: str) -> OrthologyView:
        """Return the orthology view of that name."""
        return self.get(name, OrthologyView)

    def network(self, name: str) -> NetworkView:
        """Return the network view of that name."""
        return self.get(name, NetworkView)

    def vectors(self, name: str) -> VectorView:
        """Return the vector view of that name."""
        return self.get(name, VectorView)

    def ontology(self, name: str) -> OntologyView:
        """Return the ontology of that name."""
        return self.get(name, OntologyView)

    def samples(self, name: str) -> SamplesView:
        """Return the bulk samples of that name."""
        return self.get(name, SamplesView)

    def section(self, name: str) -> SectionView:
        """Return the tissue section of that name."""
        return self.get(name, SectionView)

    def columns(self, name: str) -> CellColumnsView:
        """Return the columns about cells of that name."""
        return self.get(name, CellColumnsView)

    def get(self, name: str, kind: type[_V]) -> _V:
        """Return the view of that name, which is of the class `kind`.

        Raises
        ------
        UnknownNameError
            If no view has that name and class; the message lists the others.
        """
        found = self.by_name.get(name)
        if not isinstance(found, kind):
            there = {key: type(view).__name__ for key, view in self.by_name.items()}
            message = f"expected a view {name!r} of kind {kind.__name__}, found {there!r}"
            raise UnknownNameError(message)
        return found
