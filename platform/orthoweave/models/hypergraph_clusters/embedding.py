"""Vectors of cells from walks on their hypergraph: the law of the walk, walks, skip-gram."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters.closed_form import closed_form
from orthoweave.models.hypergraph_clusters.exponent import solve_exponent
from orthoweave.models.hypergraph_clusters.landmarks import LANDMARKS, landmark_form
from orthoweave.models.hypergraph_clusters.transitions import (
    DENSE_LIMIT,
    REMEMBERING,
    SHARPENED,
    WALKS,
    dense_transitions,
    walk_steps,
)

if TYPE_CHECKING:
    from orthoweave.models.hypergraph_clusters.walks import Walks

METHODS: Final = ("auto", "closed_form", "landmarks", "skip_gram")
UNFACTORED: Final = REMEMBERING | {"node2vec"}
"""Walks whose step is not one from cell to gene and one from gene to cell."""
# most cells for which walks with cell correlations are drawn from the transition matrix
_DENSE_WALKS: Final = 5000


@dataclass(frozen=True, slots=True)
class WalkConfig:
    """Parameters of walks and embedding; the defaults are the paper's."""

    walk: str = "diphw"
    exponent: float | None = None
    """Preference exponent; None to solve for it."""
    method: str = "auto"
    """``auto`` is the closed form up to 10,000 cells, and `many` above."""
    n_walks: int = 30
    steps: int = 30
    dimension: int = 30
    window: int = 5
    negatives: int = 5
    epochs: int = 5
    landmarks: int = LANDMARKS
    many: str = "skip_gram"
    """Method of ``auto`` above 10,000 cells; landmarks only for walks without cell memory."""

    def __post_init__(self) -> None:
        for name, value, choices in (("walk", self.walk, WALKS), ("method", self.method, METHODS)):
            if value not in choices:
                message = f"{name}: expected one of {', '.join(choices)}, found {value!r}"
                raise UsageError(message)
        for name in ("n_walks", "steps", "dimension", "window", "negatives", "epochs", "landmarks"):
            if getattr(self, name) < 1:
                message = f"{name}: expected at least 1, found {getattr(self, name)!r}"
                raise UsageError(message)


@dataclass(frozen=True, slots=True)
class Embedding:
    """Vectors and visits of cells."""

    vectors: np.ndarray
    """Shape ``(n_cells, dimension)``, float32."""
    occupancy: np.ndarray
    """Share of the walks' visits that each cell gets, shape ``(n_cells,)``, sums to 1."""
    method: str
    """``closed_form``, ``landmarks`` or ``skip_gram``."""
    gave_up: int
    """Steps that took a cell after 10,000 proposals were refused."""


def method_for(config: WalkConfig, n_cells: int) -> str:
    """Return the method that is used for so many cells."""
    if config.method == "landmarks" and config.walk in UNFACTORED:
        message = (
            f"embedding=landmarks: expected a walk without cell memory, found {config.walk!r}; "
            "use embedding=skip_gram"
        )
        raise UsageError(message)
    if config.method != "auto":
        return config.method
    if n_cells <= DENSE_LIMIT:
        return "closed_form"
    return "skip_gram" if config.walk in UNFACTORED else config.many


def exponent_for(by_cell: sp.csr_matrix, config: WalkConfig) -> float | None:
    """Return the preference exponent, given or solved; None for walks without one."""
    if config.walk not in SHARPENED:
        return None
    return solve_exponent(by_cell) if config.exponent is None else config.exponent


def embed(
    by_cell: sp.csr_matrix, config: WalkConfig, exponent: float | None, seed: int = 0
) -> Embedding:
    """Embed cells as vectors.

    Parameters
    ----------
    by_cell
        Values of genes in cells, checked, shape ``(n_cells, n_genes)``.
    exponent
        Preference exponent, as `exponent_for` returns it.
    """
    n_cells, method = by_cell.shape[0], method_for(config, by_cell.shape[0])
    sharpness = 1.0 if exponent is None else exponent
    if method == "closed_form":
        found = closed_form(
            dense_transitions(by_cell, config.walk, sharpness),
            dimension=config.dimension,
            window=config.window,
            steps=config.steps,
        )
        return Embedding(found.vectors, found.occupancy, method, 0)
    if method == "landmarks":
        found = landmark_form(
            walk_steps(by_cell, config.walk, sharpness),
            landmarks=config.landmarks,
            dimension=config.dimension,
            window=config.window,
            length=config.steps,
            seed=seed,
        )
        return Embedding(found.vectors, found.occupancy, method, 0)
    # numba takes half a second to import, so only sampled walks should wait for it
    from orthoweave.models.hypergraph_clusters.skip_gram import SkipGramConfig, skip_gram

    walks = _walks(by_cell, config, sharpness, seed)
    vectors = skip_gram(
        walks.cells,
        n_cells,
        SkipGramConfig(config.dimension, config.window, config.negatives, config.epochs, seed=seed),
    )
    visits = np.bincount(walks.cells.ravel(), minlength=n_cells).astype(np.float64)
    return Embedding(vectors, visits / visits.sum(), method, walks.gave_up)


def gene_step(by_cell: sp.csr_matrix, walk: str, exponent: float | None) -> sp.csr_matrix:
    """Return the chance of each gene of a cell, ``(n_cells, n_genes)``; node2vec has none."""
    return walk_steps(by_cell, walk, 1.0 if exponent is None else exponent).to_gene


def _walks(by_cell: sp.csr_matrix, config: WalkConfig, exponent: float, seed: int) -> "Walks":
    from orthoweave.models.hypergraph_clusters.walks import dense_walks, sampled_walks

    few = by_cell.shape[0] <= _DENSE_WALKS
    if config.walk == "node2vec" or (few and config.walk in {"comem", "comem_diphw"}):
        transitions = dense_transitions(by_cell, config.walk, exponent)
        return dense_walks(transitions, n_walks=config.n_walks, length=config.steps, seed=seed)
    steps = walk_steps(by_cell, config.walk, exponent)
    return sampled_walks(steps, by_cell, n_walks=config.n_walks, length=config.steps, seed=seed)
