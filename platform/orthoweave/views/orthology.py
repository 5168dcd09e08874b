"""Orthology as models read it: consensus pairs of genes of two or more species, by number."""

from dataclasses import dataclass

import numpy as np

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.numerics.cardinality import reverse_cardinality
from orthoweave.views.digests import digest_of
from orthoweave.views.keys import is_among


@dataclass(frozen=True, slots=True)
class Bipartite:
    """Orthologs of two species: edges between numbered source and target genes."""

    source: str
    """Key of the source species."""
    target: str
    """Key of the target species."""
    source_genes: np.ndarray
    """Keys of the source genes with an edge, shape ``(n_source_genes,)``, sorted."""
    target_genes: np.ndarray
    """Keys of the target genes with an edge, shape ``(n_target_genes,)``, sorted."""
    source_index: np.ndarray
    """Number of each edge's source gene, shape ``(n_edges,)``, int64."""
    target_index: np.ndarray
    """Number of each edge's target gene, shape ``(n_edges,)``, int64."""
    cardinality: np.ndarray
    """``1:1``, ``1:many``, ``many:1`` or ``many:many``, read from the source gene."""
    support: np.ndarray
    """Number of resources that support each edge, shape ``(n_edges,)``, int64."""

    @property
    def n_edges(self) -> int:
        """Number of ortholog pairs."""
        return len(self.source_index)

    @property
    def digest(self) -> str:
        """SHA-256 of the content; computed again at each call."""
        return digest_of(self)

    def select(self, edges: np.ndarray) -> "Bipartite":
        """Return only these edges (numbers or a mask) and their genes; cardinality is kept."""
        sources, source_index = np.unique(self.source_index[edges], return_inverse=True)
        targets, target_index = np.unique(self.target_index[edges], return_inverse=True)
        return Bipartite(
            self.source,
            self.target,
            self.source_genes[sources],
            self.target_genes[targets],
            source_index,
            target_index,
            self.cardinality[edges],
            self.support[edges],
        )

    def among(self, source_genes: np.ndarray, target_genes: np.ndarray) -> "Bipartite":
        """Return the edges with both ends among these keys; cardinality stays that of all edges."""
        there = is_among(self.source_genes, source_genes)[self.source_index]
        there &= is_among(self.target_genes, target_genes)[self.target_index]
        return self.select(there)


@dataclass(frozen=True, slots=True)
class OrthologyView:
    """Consensus orthology of some species. Made by `orthology_view`."""

    species: tuple[str, ...]
    """Keys of the species, sorted."""
    genes: np.ndarray
    """Keys of the genes with an ortholog, shape ``(n_genes,)``, sorted."""
    species_of: np.ndarray
    """Number of each gene's species in `species`, shape ``(n_genes,)``, int64."""
    left: np.ndarray
    """Number of the gene at one end of each pair, shape ``(n_edges,)``, int64."""
    right: np.ndarray
    """Number of the gene at the other end, shape ``(n_edges,)``, int64."""
    cardinality: np.ndarray
    """``1:1``, ``1:many``, ``many:1`` or ``many:many``, read from the left end; ``(n_edges,)``."""
    support: np.ndarray
    """Number of resources that support each pair, shape ``(n_edges,)``, int64."""
    covering: np.ndarray
    """Number of resources that cover the pair's two species, shape ``(n_edges,)``, int64."""

    @property
    def n_edges(self) -> int:
        """Number of ortholog pairs."""
        return len(self.left)

    @property
    def digest(self) -> str:
        """SHA-256 of the content; computed again at each call."""
        return digest_of(self)

    def between(self, source: str, target: str) -> Bipartite:
        """Return pairs of two species as sorted edges from `source` to `target` (species keys)."""
        first, second = self._number(source), self._number(target)
        left, right = self.species_of[self.left], self.species_of[self.right]
        forward = (left == first) & (right == second)
        backward = (left == second) & (right == first)
        sources = np.concatenate([self.left[forward], self.right[backward]])
        targets = np.concatenate([self.right[forward], self.left[backward]])
        turned = [reverse_cardinality(text) for text in self.cardinality[backward]]
        kinds = np.concatenate([self.cardinality[forward], np.array(turned, object)])
        support = np.concatenate([self.support[forward], self.support[backward]])
        order = np.lexsort((targets, sources))
        source_numbers, source_index = np.unique(sources[order], return_inverse=True)
        target_numbers, target_index = np.unique(targets[order], return_inverse=True)
        return Bipartite(
            source,
            target,
            self.genes[source_numbers],
            self.genes[target_numbers],
            source_index,
            target_index,
            kinds[order],
            support[order],
        )

    def _number(self, species: str) -> int:
        if species not in self.species:
            message = f"no species {species!r} in this orthology: expected one of "
            raise UnknownNameError(message + ", ".join(self.species))
        return self.species.index(species)


def orthology_view(
    left: np.ndarray,
    right: np.ndarray,
    left_species: np.ndarray,
    right_species: np.ndarray,
    *,
    cardinality: np.ndarray,
    support: np.ndarray,
    covering: np.ndarray,
) -> OrthologyView:
    """Return an orthology view of consensus pairs as texts, all arrays ``(n_edges,)``.

    Parameters
    ----------
    left, right
        Keys of the genes.
    left_species, right_species
        Keys of their species.
    cardinality
        As read from the left gene, such as `orthoweave.numerics.orthology.cardinality` returns it.

    Raises
    ------
    InputError
        If a pair occurs twice or lies within one species.
    """
    if (left_species == right_species).any():
        message = "orthology: a pair lies within one species; expected genes of two species"
        raise InputError(message)
    keys = np.concatenate([left, right]).astype(object)
    genes, first, number = np.unique(keys, return_index=True, return_inverse=True)
    named = np.concatenate([left_species, right_species]).astype(object)
    species, of = np.unique(named, return_inverse=True)
    ends = np.sort(number.reshape(2, -1), axis=0)
    if len(np.unique(ends, axis=1).T) != len(left):
        message = "orthology: a pair of genes stands twice; expected each pair once"
        raise InputError(message)
    return OrthologyView(
        tuple(str(name) for name in species),
        genes,
        of[first],
        number[: len(left)],
        number[len(left) :],
        np.asarray(cardinality).astype(object),
        np.asarray(support, np.int64),
        np.asarray(covering, np.int64),
    )
