"""Co-expression of the genes of an ingested dataset: the strongest partners of each gene."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.sparse as sp

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.jobs import JobContext, Option, SourceInfo, job
from orthoweave.jobs.datasets import DatasetFiles
from orthoweave.numerics.coexpression import (
    Pairs,
    dense_correlations,
    group_cells,
    random_directions,
    sparse_correlations,
    strongest_pairs,
)
from orthoweave.numerics.expression import NORMALISED, cell_totals, log_normalise
from orthoweave.storage.matrix import MatrixReader, open_matrix
from orthoweave.views.untyped import no_types

# metacells × genes are held densely: 4,000 × 20,000 values are 320 MB
MAXIMUM_METACELLS: Final = 4_000
# cells × genes are held sparsely: 12 bytes a value, three times while they are turned
MAXIMUM_VALUES: Final = 100_000_000
# a correlation over fewer observations is noise
MINIMUM_OBSERVATIONS: Final = 10


def _name(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    limited = re.sub(r"[^A-Za-z0-9_.-]", "_", options["cell_type"] or "")
    name = "_".join(part for part in (options["dataset"], "coexpression", limited) if part)
    return SourceInfo(
        name=name[:100],
        knowledge_level="statistical_association",
        agent_type="data_analysis_pipeline",
        title=f"co-expression in {options['dataset']}",
    )


@job(
    name="coexpression",
    help="which genes go up and down together over the cells of an ingested dataset",
    inputs="no file: the dataset named by --set dataset=",
    writes=("COEXPRESSED_WITH",),
    options=(
        Option("dataset", "name of an ingested dataset", required=True),
        Option(
            "method",
            "metacell: over means of similar cells; cells: over single cells, exact",
            str,
            "metacell",
            ("metacell", "cells"),
        ),
        Option("top_k", "strongest partners kept of each gene", int, 20),
        Option("min_fraction", "only genes above zero in this share of the cells", float, 0.05),
        Option("min_abs", "leave out weaker correlations", float, 0.1),
        Option("cell_type", "only cells of this type, by its key such as CL:0000169"),
        Option("metacell_size", "cells of a metacell, about", int, 50),
        Option("seed", "seed of the random directions that group cells", int, 0),
    ),
    uses=frozenset({"dataset"}),
    identify=_name,
    needs_input=False,
)
def coexpression(context: JobContext) -> None:
    """Write the COEXPRESSED_WITH edges of one dataset."""
    options = context.options
    _check(options)
    dataset = context.dataset
    if dataset is None:
        message = "coexpression needs --set dataset= an ingested dataset"
        raise UsageError(message)
    matrix = open_matrix(dataset.matrix)
    matrix.require_counts(dataset.name, "coexpression")
    cells = _choose_cells(dataset, matrix, options["cell_type"])
    genes = _choose_genes(matrix, cells, options["min_fraction"])
    if options["method"] == "metacell":
        pairs, n, method = _by_metacells(context, matrix, cells, genes)
    else:
        pairs, n, method = _by_cells(context, matrix, cells, genes)
    _write(context, [matrix.gene_keys[column] or "" for column in genes], pairs, n, method)
    report = {
        "method": method,
        "n": n,
        "n_cells": int(cells.used.sum()),
        "n_genes": len(genes),
        "n_pairs": len(pairs.first),
    }
    context.out.write_report("coexpression", report)
    context.progress.note(
        f"{dataset.name}: {len(pairs.first):,} pairs of {len(genes):,} genes over {n:,} {method}"
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells by row of the matrix."""

    used: np.ndarray
    """True for cells that are used, shape ``(n_cells,)``."""
    within: list[str]
    """Cell type and donor: only cells that share them are averaged."""


def _check(options: Mapping[str, Any]) -> None:
    wrong = [
        name
        for name, sound in (
            ("top_k", options["top_k"] >= 1),
            ("min_fraction", 0 <= options["min_fraction"] <= 1),
            ("min_abs", 0 <= options["min_abs"] <= 1),
            ("metacell_size", options["metacell_size"] >= 1),
        )
        if not sound
    ]
    if wrong:
        listed = ", ".join(f"{name}={options[name]!r}" for name in wrong)
        message = f"{listed}: expected top_k, metacell_size from 1; min_fraction, min_abs 0 to 1"
        raise UsageError(message)


def _choose_cells(dataset: DatasetFiles, matrix: MatrixReader, wanted: str | None) -> _Cells:
    cells = pq.read_table(dataset.tables.folder / "Cell.parquet", columns=["id", "donor"])
    keys = cells["id"].to_pylist()
    types: dict[str, str] = {}
    path = dataset.tables.checked_table("HAS_TYPE")
    if path is not None:
        typed = pq.read_table(path, columns=["from", "to"])
        types = dict(zip(typed["from"].to_pylist(), typed["to"].to_pylist(), strict=True))
    if wanted is not None and not types:
        raise no_types(dataset.name, f"cell_type={wanted} needs")
    if wanted is not None and wanted not in types.values():
        known = ", ".join(sorted(set(types.values())))
        message = (
            f"no cell of type {wanted!r} in {dataset.name}: expected cell_type= one of {known}"
        )
        raise UnknownNameError(message)
    found = [types.get(key, "") for key in keys]
    used = np.array([wanted is None or kind == wanted for kind in found], bool)
    donors = cells["donor"].to_pylist()
    within = [f"{kind}\t{donor}" for kind, donor in zip(found, donors, strict=True)]
    if len(keys) != matrix.n_cells or int(used.sum()) < MINIMUM_OBSERVATIONS:
        message = (
            f"{dataset.name}: {int(used.sum()):,} cells to correlate over, expected at least "
            f"{MINIMUM_OBSERVATIONS} (the matrix has {matrix.n_cells:,}, the tables {len(keys):,})"
        )
        raise InputError(message)
    return _Cells(used, within)


def _choose_genes(matrix: MatrixReader, cells: _Cells, min_fraction: float) -> np.ndarray:
    """Return the columns of the genes to correlate: known, and above zero in enough cells."""
    above_zero = np.zeros(matrix.n_genes, np.int64)
    for start, block in matrix.blocks():
        chosen = block[cells.used[start : start + block.shape[0]]]
        above_zero += np.bincount(chosen.indices[chosen.data > 0], minlength=matrix.n_genes)
    known = np.array([key is not None for key in matrix.gene_keys])
    enough = above_zero >= max(min_fraction * cells.used.sum(), 2)
    genes = np.flatnonzero(known & enough)
    if len(genes) < 2:
        message = (
            f"{len(genes)} genes are above zero in {min_fraction:.0%} of the cells: lower "
            "min_fraction"
        )
        raise InputError(message)
    return genes


def _normalised_blocks(matrix: MatrixReader, cells: _Cells) -> Any:
    """Yield row numbers and log1p of counts per 10 000 of the cells that are used."""
    for start, block in matrix.blocks():
        rows = np.flatnonzero(cells.used[start : start + block.shape[0]])
        chosen = block[rows]
        yield start + rows, log_normalise(chosen, cell_totals(chosen, start).total)


def _by_metacells(
    context: JobContext, matrix: MatrixReader, cells: _Cells, genes: np.ndarray
) -> tuple[Pairs, int, str]:
    options = context.options
    n_cells = int(cells.used.sum())
    size = max(options["metacell_size"], -(-n_cells // MAXIMUM_METACELLS))
    directions = random_directions(len(genes), options["seed"])
    places = [values[:, genes] @ directions for _, values in _normalised_blocks(matrix, cells)]
    within = [cells.within[row] for row in np.flatnonzero(cells.used)]
    group = group_cells(np.concatenate(places), within, size)
    n_groups = int(group.max()) + 1
    if n_groups < MINIMUM_OBSERVATIONS:
        message = (
            f"{n_cells:,} cells make {n_groups} metacells of about {size}, expected at least "
            f"{MINIMUM_OBSERVATIONS}: lower metacell_size, or take method=cells"
        )
        raise InputError(message)
    sums = np.zeros((n_groups, len(genes)), np.float32)
    done = 0
    for rows, values in _normalised_blocks(matrix, cells):
        part = group[done : done + len(rows)]
        ones = np.ones(len(rows), np.float32)
        joined = sp.csr_matrix((ones, (part, np.arange(len(rows)))), shape=(n_groups, len(rows)))
        sums += (joined @ values[:, genes]).toarray()
        done += len(rows)
    means = sums / np.bincount(group, minlength=n_groups)[:, None]
    pairs = _strongest(context, dense_correlations(means), len(genes))
    method = (
        f"metacells: Pearson over means of about {size} cells ({NORMALISED}), grouped within cell "
        f"type and donor by halving along random directions, seed {options['seed']}"
    )
    return pairs, n_groups, method


def _by_cells(
    context: JobContext, matrix: MatrixReader, cells: _Cells, genes: np.ndarray
) -> tuple[Pairs, int, str]:
    parts, n_values = [], 0
    for _, values in _normalised_blocks(matrix, cells):
        parts.append(values[:, genes])
        n_values += parts[-1].nnz
        if n_values > MAXIMUM_VALUES:
            message = (
                f"method=cells holds all values, here more than {MAXIMUM_VALUES:,}: take "
                "method=metacell, limit it to a cell_type, or raise min_fraction"
            )
            raise InputError(message)
    pairs = _strongest(context, sparse_correlations(sp.csc_matrix(sp.vstack(parts))), len(genes))
    return pairs, int(cells.used.sum()), f"cells: Pearson over single cells ({NORMALISED})"


def _strongest(context: JobContext, blocks: Any, n_genes: int) -> Pairs:
    def watched() -> Any:
        with context.progress.task("correlations: genes", n_genes) as task:
            for start, block in blocks:
                yield start, block
                task.advance(len(block))

    return strongest_pairs(watched(), context.options["top_k"], context.options["min_abs"])


def _write(context: JobContext, keys: list[str], pairs: Pairs, n: int, method: str) -> None:
    names = np.array(keys, dtype=object)
    left, right = names[pairs.first], names[pairs.second]
    swap = left > right
    first, second = np.where(swap, right, left), np.where(swap, left, right)
    rows = {
        "from": pa.array(first, pa.string()),
        "to": pa.array(second, pa.string()),
        "dataset": pa.repeat(context.options["dataset"], len(first)),
        "cell_type": pa.array([context.options["cell_type"]] * len(first), pa.string()),
        "method": pa.repeat(method, len(first)),
        "coefficient": pa.array(pairs.coefficient),
        "n": pa.repeat(n, len(first)),
    }
    context.out.write("COEXPRESSED_WITH", pa.table(rows))
