"""Rows of an expression table: genes by cell types, joined and pooled as arrays.

A gene has a row for each cell type of each dataset of its species, so 100 genes have tens of
thousands of rows. Names are joined by position, and numbers are computed for all genes at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

State = Literal["measured", "measured zero", "not measured", "no ortholog"]

SCHEMA: Final = pa.schema(
    [
        ("query", pa.string()),
        ("species", pa.string()),
        ("gene", pa.string()),
        ("symbol", pa.string()),
        ("cardinality", pa.string()),
        ("dataset", pa.string()),
        ("cell_type", pa.string()),
        ("name", pa.string()),
        ("mean", pa.float64()),
        ("fraction", pa.float64()),
        ("n_cells", pa.int64()),
        ("state", pa.string()),
        ("scale", pa.string()),
    ]
)
_STATES: Final[tuple[State, ...]] = get_args(State)
_MEASURED, _ZERO, _NOT_MEASURED, _NO_ORTHOLOG = range(4)

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shown:
    """A gene in one species that a query shows."""

    query: str
    species: str
    """Its common name."""
    gene: str | None
    symbol: str | None
    cardinality: str | None


@dataclass(frozen=True, slots=True)
class Pool:
    """The cells of a row: a type in a dataset, several types as one, or cells without a type."""

    species: str
    """Its common name."""
    dataset: str
    cell_type: str | None
    """None for the cells of the dataset that no other pool has."""
    name: str | None
    n_cells: int
    members: tuple[tuple[str, int], ...]
    """The cell types in it, each with its number of cells."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of one species: a row of arrays for each gene, its pools ordered by falling mean."""

    shown: Places
    pools: Places
    mean: Numbers
    fraction: Numbers
    measured: Truths


def expression_rows(
    shown: Sequence[Shown],
    pools: Sequence[Pool],
    measured: pa.Table,
    expressed: pa.Table,
    scales: Mapping[str, str],
) -> pa.Table:
    """Return the rows in the order of `shown`, then by dataset, the highest means first.

    Parameters
    ----------
    pools
        In the order of dataset; where means are equal, they stay in theirs.
    measured
        Columns `gene`, `dataset`, and `mean` and `fraction` over all cells of the dataset.
    expressed
        Columns `gene`, `dataset`, `cell_type`, `mean` and `fraction`; what is measured and not
        listed is zero. A fraction is null where it is not known, on scales without a zero.
    scales
        Scale of the values, by dataset.
    """
    blocks = [
        block
        for species in dict.fromkeys(one.species for one in shown)
        if (block := _block(species, shown, pools, measured, expressed)) is not None
    ]
    counts = np.ones(len(shown), np.int64)
    for block in blocks:
        counts[block.shown] = block.pools.shape[1]
    starts = np.cumsum(counts) - counts
    absent = np.array([one.gene is None for one in shown], np.bool_)
    state = np.repeat(np.where(absent, _NO_ORTHOLOG, _NOT_MEASURED), counts)
    about = np.full(len(state), -1)
    mean, fraction = np.zeros(len(state)), np.zeros(len(state))
    for block in blocks:
        at = starts[block.shown][:, None] + np.arange(block.pools.shape[1])
        about[at], mean[at], fraction[at] = block.pools, block.mean, block.fraction
        seen = np.where(block.fraction == 0, _ZERO, _MEASURED)
        state[at] = np.where(block.measured, seen, _NOT_MEASURED)
    unmeasured = state > _ZERO
    unknown = unmeasured | np.isnan(fraction)
    numbers = pa.array(mean, mask=unmeasured), pa.array(fraction, mask=unknown)
    asked, place = np.repeat(np.arange(len(shown)), counts), pa.array(about, mask=about < 0)
    columns = [
        *_texts(shown, ("query", "species", "gene", "symbol", "cardinality"), pa.array(asked)),
        *_texts(pools, ("dataset", "cell_type", "name"), place),
        *numbers,
        pa.array([pool.n_cells for pool in pools], pa.int64()).take(place),
        pa.array(_STATES, pa.string()).take(pa.array(state)),
        pa.array([scales[pool.dataset] for pool in pools], pa.string()).take(place),
    ]
    return pa.table(columns, schema=SCHEMA)


def _block(
    species: str,
    shown: Sequence[Shown],
    pools: Sequence[Pool],
    measured: pa.Table,
    expressed: pa.Table,
) -> _Block | None:
    lines = [i for i, one in enumerate(shown) if one.species == species and one.gene is not None]
    own = [i for i, pool in enumerate(pools) if pool.species == species]
    if not lines or not own:
        return None
    keys = list(dict.fromkeys(shown[i].gene for i in lines))
    datasets = list(dict.fromkeys(pools[i].dataset for i in own))
    place = {dataset: i for i, dataset in enumerate(datasets)}
    dataset_of = np.array([place[pools[i].dataset] for i in own])
    gene = _places(measured["gene"], keys)
    dataset = _places(measured["dataset"], datasets)
    known = (gene >= 0) & (dataset >= 0)
    seen = np.zeros((len(keys), len(datasets)), np.bool_)
    seen[gene[known], dataset[known]] = True
    has = seen[:, dataset_of]
    here = [pools[i] for i in own]
    mean, fraction = _pooled(here, keys, datasets, expressed)
    for number, column in _untyped(here, dataset_of):
        whole = np.zeros((2, len(keys)))
        at = known & (dataset == number)
        whole[:, gene[at]] = [measured[name].to_numpy()[at] for name in ("mean", "fraction")]
        typed = np.flatnonzero((dataset_of == number) & (np.arange(len(here)) != column))
        n_cells = np.array([pool.n_cells for pool in here])
        mean[:, column], fraction[:, column] = _remainder(
            whole, mean[:, typed], fraction[:, typed], n_cells[typed], int(n_cells[column])
        )
    order = np.lexsort((np.where(has, -mean, 0.0), np.broadcast_to(dataset_of, has.shape)))
    row = {key: i for i, key in enumerate(keys)}
    line = np.array([row[shown[i].gene] for i in lines])[:, None]
    along = order[line[:, 0]]
    return _Block(
        np.array(lines),
        np.array(own)[along],
        mean[line, along],
        fraction[line, along],
        has[line, along],
    )


def _untyped(pools: Sequence[Pool], dataset_of: Places) -> list[tuple[int, int]]:
    """Return the place of each dataset that has cells without a type, and of their pool."""
    return [(int(dataset_of[i]), i) for i, pool in enumerate(pools) if pool.cell_type is None]


def _remainder(
    whole: Numbers, mean: Numbers, fraction: Numbers, n_typed: Places, n_cells: int
) -> tuple[Numbers, Numbers]:
    """Mean and fraction of each gene over the cells that are of no type.

    Parameters
    ----------
    whole
        Mean and fraction over all cells of the dataset, shape ``(2, n_genes)``.
    mean, fraction
        Those of its types, shape ``(n_genes, n_types)``.
    n_typed
        Number of cells of each type, shape ``(n_types,)``.
    n_cells
        Number of cells without a type.
    """
    if not len(n_typed):
        return whole[0], whole[1]
    total = n_cells + int(n_typed.sum())
    # numbers of cells are whole, so that a gene that is zero in these cells is exactly so
    above = np.rint(whole[1] * total) - np.rint(fraction * n_typed).sum(axis=1)
    rest = (whole[0] * total - mean @ n_typed) / n_cells
    return np.where(above == 0, 0.0, rest), above / n_cells


def _pooled(
    pools: Sequence[Pool], keys: Sequence[str | None], datasets: Sequence[str], expressed: pa.Table
) -> tuple[Numbers, Numbers]:
    """Return mean and fraction of each gene over the cells of all types in each pool."""
    types = list(dict.fromkeys(kind for pool in pools for kind, _ in pool.members))
    kind_at = {kind: i for i, kind in enumerate(types)}
    dataset_at = {dataset: i for i, dataset in enumerate(datasets)}
    gene = _places(expressed["gene"], keys)
    dataset = _places(expressed["dataset"], datasets)
    kind = _places(expressed["cell_type"], types)
    known = (gene >= 0) & (dataset >= 0) & (kind >= 0)
    total = np.array([sum(n for _, n in pool.members) for pool in pools])
    found = []
    for name in ("mean", "fraction"):
        own = np.zeros((len(keys), len(datasets), len(types)))
        own[gene[known], dataset[known], kind[known]] = expressed[name].to_numpy()[known]
        pooled = np.zeros((len(keys), len(pools)))
        # a member of each pool after the other: the order of addition is that of the members
        for step in range(max((len(pool.members) for pool in pools), default=0)):
            at = [i for i, pool in enumerate(pools) if step < len(pool.members)]
            members = [pools[i].members[step] for i in at]
            datasets_at = [dataset_at[pools[i].dataset] for i in at]
            values = own[:, datasets_at, [kind_at[kind] for kind, _ in members]]
            pooled[:, at] += values * np.array([n for _, n in members]) / total[at]
        found.append(pooled)
    return found[0], found[1]


def _places(column: pa.ChunkedArray, values: Sequence[str | None]) -> Places:
    """Return the place of each text in a list, -1 for those that are not in it."""
    # a column without rows may have no type
    found = pc.index_in(column.cast(pa.string()), value_set=pa.array(values, pa.string()))
    places: Places = pc.fill_null(found, -1).to_numpy()
    return places


def _texts(
    things: Sequence[Shown | Pool], names: Sequence[str], places: pa.Array
) -> list[pa.Array]:
    """Return the texts of the objects at these places, a column for each name."""
    return [
        pa.array([getattr(one, name) for one in things], pa.string()).take(places) for name in names
    ]
