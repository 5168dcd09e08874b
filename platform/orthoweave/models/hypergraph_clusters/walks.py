"""Sample walks over cells: from a cell to a gene to a cell, two draws for a step.

Every walk has its own stream of random numbers, so the result depends on the seed alone, not on
the number of threads. Many walks are advanced side by side, as each step waits for memory.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import UsageError
from orthoweave.models.hypergraph_clusters.alias import (
    AliasTable,
    alias_table,
    draw,
    first_state,
    next_state,
    random_bits,
)
from orthoweave.models.hypergraph_clusters.transitions import Steps, row_moments
from orthoweave.numerics.compiled import compiled

# walks that are advanced side by side
_TOGETHER: Final = 32
# walks in one unit of work
_PIECE: Final = 4096
# proposals of a step before the last one is accepted unconditionally
_PROPOSALS: Final = 10_000
_UNIT: Final = 2.0**-53
_11 = np.uint64(11)


@dataclass(frozen=True, slots=True)
class Walks:
    """Walks from every cell."""

    cells: np.ndarray
    """Cells in the order of visits, shape ``(n_walks, steps + 1)``, int32, the start included;
    walk ``i`` starts in cell ``i % n_cells``."""
    gave_up: int
    """Steps of a walk with cell memory that took a cell after 10,000 proposals were refused."""


def sampled_walks(
    steps: Steps, by_cell: sp.csr_matrix, *, n_walks: int = 30, length: int = 30, seed: int = 0
) -> Walks:
    """Sample `n_walks` walks of `length` steps from each cell.

    Parameters
    ----------
    by_cell
        Values of genes in cells, shape ``(n_cells, n_genes)``; read by walks with cell memory,
        whose proposals are accepted with the absolute correlation of the two cells.
    """
    to_gene, to_cell = alias_table(steps.to_gene), alias_table(steps.to_cell)
    cells = _starts(by_cell.shape[0], n_walks, length)
    if not steps.cell_memory:
        _in_threads(
            len(cells),
            lambda part: _walk(
                to_gene.start,
                to_gene.entries,
                to_cell.start,
                to_cell.entries,
                seed,
                part.start,
                cells[part],
            ),
        )
        return Walks(cells, 0)
    mean, deviation = row_moments(by_cell)
    values = by_cell.data.astype(np.float32)
    lost = np.zeros(-(-len(cells) // _PIECE), np.int64)

    def work(part: slice) -> None:
        lost[part.start // _PIECE] = _walk_remembering(
            to_gene.start,
            to_gene.entries,
            to_cell.start,
            to_cell.entries,
            by_cell.indptr,
            by_cell.indices,
            values,
            mean,
            deviation,
            by_cell.shape[1],
            seed,
            part.start,
            cells[part],
        )

    _in_threads(len(cells), work)
    return Walks(cells, int(lost.sum()))


def dense_walks(
    transitions: np.ndarray, *, n_walks: int = 30, length: int = 30, seed: int = 0
) -> Walks:
    """Sample walks by a transition matrix, shape ``(n_cells, n_cells)``, rows sum to 1."""
    table: AliasTable = alias_table(sp.csr_matrix(transitions))
    cells = _starts(len(transitions), n_walks, length)
    _in_threads(
        len(cells),
        lambda part: _walk_dense(table.start, table.entries, seed, part.start, cells[part]),
    )
    return Walks(cells, 0)


def _starts(n_cells: int, n_walks: int, length: int) -> np.ndarray:
    if n_walks < 1 or length < 1:
        message = (
            f"{n_walks!r} walks of {length!r} steps from each cell: expected at least 1 of each"
        )
        raise UsageError(message)
    cells = np.empty((n_walks * n_cells, length + 1), np.int32)
    cells[:, 0] = np.tile(np.arange(n_cells, dtype=np.int32), n_walks)
    return cells


def _in_threads(n_walks: int, work: Callable[[slice], None]) -> None:
    parts = [slice(start, min(start + _PIECE, n_walks)) for start in range(0, n_walks, _PIECE)]
    if len(parts) == 1:
        work(parts[0])
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(work, parts))


@compiled
def _walk(  # noqa: PLR0917 - compiled: arrays in order
    gene_start: Any,
    gene_entries: Any,
    cell_start: Any,
    cell_entries: Any,
    seed: Any,
    first: Any,
    cells: Any,
) -> None:
    states = np.empty(_TOGETHER, np.uint64)
    genes = np.empty(_TOGETHER, np.int64)
    for group in range(0, len(cells), _TOGETHER):
        size = min(_TOGETHER, len(cells) - group)
        for walk in range(size):
            states[walk] = first_state(seed, first + group + walk)
        for step in range(cells.shape[1] - 1):
            for walk in range(size):
                bits = random_bits(states[walk])
                genes[walk] = draw(gene_start, gene_entries, cells[group + walk, step], bits)
                states[walk] = next_state(states[walk])
            for walk in range(size):
                bits = random_bits(states[walk])
                cells[group + walk, step + 1] = draw(cell_start, cell_entries, genes[walk], bits)
                states[walk] = next_state(states[walk])


@compiled
def _walk_dense(start: Any, entries: Any, seed: Any, first: Any, cells: Any) -> None:
    for walk in range(len(cells)):
        state = first_state(seed, first + walk)
        for step in range(cells.shape[1] - 1):
            cells[walk, step + 1] = draw(start, entries, cells[walk, step], random_bits(state))
            state = next_state(state)


@compiled
def _walk_remembering(  # noqa: PLR0917 - see _walk
    gene_start: Any,
    gene_entries: Any,
    cell_start: Any,
    cell_entries: Any,
    indptr: Any,
    indices: Any,
    values: Any,
    mean: Any,
    deviation: Any,
    n_genes: Any,
    seed: Any,
    first: Any,
    cells: Any,
) -> int:
    """Walk with proposals accepted by correlation; return the number of steps that gave up."""
    left = np.zeros(n_genes, np.float32)
    gave_up = 0
    for walk in range(len(cells)):
        state = first_state(seed, first + walk)
        for step in range(cells.shape[1] - 1):
            here = np.int64(cells[walk, step])
            for place in range(indptr[here], indptr[here + 1]):
                left[indices[place]] = values[place]
            # a refused proposal starts again from the cell, with a new gene: drawing only the cell
            # again would favour genes whose cells are seldom accepted
            there, accepted = here, False
            for _ in range(_PROPOSALS):
                gene = draw(gene_start, gene_entries, here, random_bits(state))
                state = next_state(state)
                proposal = draw(cell_start, cell_entries, gene, random_bits(state))
                state = next_state(state)
                if proposal == here:
                    continue
                there = proposal
                product = 0.0
                for place in range(indptr[there], indptr[there + 1]):
                    product += left[indices[place]] * values[place]
                covariance = product / n_genes - mean[here] * mean[there]
                chance = np.float64(random_bits(state) >> _11) * _UNIT
                state = next_state(state)
                if chance * deviation[here] * deviation[there] < abs(covariance):
                    accepted = True
                    break
            gave_up += not accepted
            cells[walk, step + 1] = there
            for place in range(indptr[here], indptr[here + 1]):
                left[indices[place]] = 0
    return gave_up
