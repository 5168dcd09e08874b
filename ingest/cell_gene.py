"""Cells and the genes they express, of one dataset: a hypergraph in which a gene joins its cells.

The complete incidence goes into the dataset's matrix; into the graph go each cell's top genes,
each gene's mean by cell type, and which genes were measured at all. The values of the file are
read once, in blocks: checked, summed, ranked, compressed and written as they pass.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import scipy.sparse as sp

from orthoweave.data.expression import NORMALISED, TypeSums, cell_totals, top_genes
from orthoweave.errors import InputError
from orthoweave.files.expression_files import open_expression
from orthoweave.files.matrix import MatrixWriter
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.ids import Species, cell_key, check_name
from orthoweave.jobs import JobContext, Option, SourceInfo, job
from orthoweave.jobs.cell_columns import CellColumns, find_dataset_species, read_cell_columns
from orthoweave.jobs.gene_columns import GeneColumns, map_gene_columns
from orthoweave.jobs.stages import Stages
from orthoweave.tables.durable import pending_folder, publish_folder

KINDS: Final = ("cell", "spot", "sample")
# rows of a table that are handed over at a time
_ROWS: Final = 200_000


def _name_dataset(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    return SourceInfo(
        name=_dataset_name(inputs, options),
        knowledge_level="observation",
        agent_type="data_analysis_pipeline",
        title=f"cells of {_dataset_name(inputs, options)}",
    )


@job(
    name="cell_gene",
    help="cells, their types and the genes they express, of one dataset of one species",
    inputs="raw counts as AnnData .h5ad or .zarr, 10x .h5, or a folder with matrix.mtx",
    writes=("Cell", "Dataset", "Species", "CellType", "Gene", "FROM", "HAS_TYPE", "OBSERVED_IN",
            "EXPRESSES", "EXPRESSED_IN", "MEASURED_IN", "IN_TAXON"),
    options=(
        Option("species", "species of all cells; needed where the file does not say it"),
        Option("dataset", "name of the dataset (default: the file's name)"),
        Option("layer", "matrix with the counts (default: of X, counts, raw.X the first that has)"),
        Option("top_genes", "genes of each cell that become EXPRESSES edges; 0 for all", int, 50),
        Option("cell_type_column", "column with the authors' types (default: the usual names)"),
        Option("label_map", "TSV of label and cl_id (and dataset) that maps labels to terms"),
        Option("donor_column", "column with the donor or animal (default: the usual names)"),
        Option("gene_id_column", "column of the genes to resolve first (default: the usual names)"),
        Option("duplicates", "columns with one id: refuse them, or sum them", str, "error",
               ("error", "sum")),
        Option("assay", "how the cells were measured, in words"),
        Option("kind", "what a row is", str, "cell", KINDS),
        Option("x_column", "column with the horizontal position (default: obsm spatial)"),
        Option("y_column", "column with the vertical position"),
    ),
    uses=frozenset({"genes"}),
    identify=_name_dataset,
)  # fmt: skip
def cell_gene(context: JobContext) -> None:
    """Tables and matrix of one dataset."""
    if len(context.inputs) != 1:
        message = f"expected one file or folder for one dataset, found {len(context.inputs)}"
        raise InputError(message)
    name = _dataset_name(context.inputs, context.options)
    with open_expression(context.inputs[0], context.options["layer"]) as source:
        for note in source.notes:
            context.progress.note(f"{name}: {note}")
        sum_columns = _unique_columns(source.var, context.options["duplicates"])
        var = source.var if sum_columns is None else source.var[~source.var.index.duplicated()]
        species = find_dataset_species(context.options["species"], source.about, source.obs)
        cells = read_cell_columns(name, source.obs, context.options, source.coordinates)
        columns = map_gene_columns(context, var, species, context.options["gene_id_column"])
        _report(context, name, columns)
        keys = pa.array([cell_key(name, code) for code in cells.barcode], pa.string())
        plan = _Plan(name, species, cells, columns, source.obs, var, sum_columns, keys)
        with pending_folder(context.layout.matrices, name) as folder:
            passed = _pass(context, source, plan, folder)
            published = f"{name}-{passed.digest[:12]}"
            publish_folder(folder, context.layout.matrices / published)
    context.out.note_matrix(name, published)
    _write_nodes(context, plan, passed, published)
    _write_sums(context, plan, passed)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of the dataset before its values are read."""

    name: str
    species: Species
    cells: CellColumns
    genes: GeneColumns
    obs: pd.DataFrame
    var: pd.DataFrame
    sum_columns: sp.csr_matrix | None
    """Columns of the file × columns of the matrix, where equal ids are summed."""
    keys: pa.Array
    """Node keys of the cells."""


@dataclass(frozen=True, slots=True)
class _Passed:
    """What the pass over the values gave."""

    sums: TypeSums
    total: np.ndarray
    detected: np.ndarray
    digest: str


def _dataset_name(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> str:
    return check_name(options["dataset"] or inputs[0].name.split(".")[0], "dataset name")


def _unique_columns(var: pd.DataFrame, duplicates: str) -> sp.csr_matrix | None:
    """None where every column has an id of its own; else the matrix that sums equal ones."""
    codes, ids = pd.factorize(var.index)
    if len(ids) == len(codes):
        return None
    if duplicates == "error":
        counts = np.bincount(codes)
        repeated = [str(ids[int(number)]) for number in np.flatnonzero(counts > 1)]
        message = (
            f"{len(repeated):,} gene ids stand for several columns, such as "
            f"{', '.join(repr(text) for text in repeated[:5])}: expected each once. Use stable ids "
            "as index, or sum them with --set duplicates=sum"
        )
        raise InputError(message)
    ones = np.ones(len(codes), np.float32)
    return sp.csr_matrix((ones, (np.arange(len(codes)), codes)), shape=(len(codes), len(ids)))


def _report(context: JobContext, name: str, columns: GeneColumns) -> None:
    context.out.write_report("coverage", columns.report())
    lost = zip(columns.original_id, columns.status, columns.curie, strict=True)
    context.out.write_lines("genes-lost", [f"{text}\t{why}" for text, why, key in lost if not key])
    context.progress.note(f"{name}: {columns.summary()}")


def _pass(context: JobContext, source: MatrixSource, plan: _Plan, folder: Path) -> _Passed:
    """Read every value once; the matrix and the EXPRESSES edges are on disk afterwards."""
    n_cells, n_genes = len(plan.obs), len(plan.var)
    types, _ = pd.factorize(np.array(plan.cells.type_key, dtype=object))
    sums = TypeSums(int(types.max(initial=-1)) + 1, n_genes)
    total, detected = np.zeros(n_cells), np.zeros(n_cells, np.int64)
    edges = _Edges(context, plan)
    writer = MatrixWriter(folder)
    try:
        writer.write_frames(_cell_frame(plan), _gene_frame(plan))
        with (
            context.progress.task(f"{plan.name}: cells", n_cells) as task,
            Stages() as stages,
        ):
            for start, raw in source.blocks():
                block = raw if plan.sum_columns is None else sp.csr_matrix(raw @ plan.sum_columns)
                block.sort_indices()
                rows = slice(start, start + block.shape[0])
                totals = cell_totals(block, start, source.where)
                total[rows], detected[rows] = totals.total, totals.detected
                stages.run("sums", partial(sums.add, block, totals.total, types[rows]))
                stages.run("edges", partial(edges.write, block, totals.total, start))
                stages.run("matrix", partial(writer.append, block))
                stages.next_block()
                task.advance(block.shape[0])
        digest = writer.finish()
    finally:
        writer.abandon()
    return _Passed(sums, total, detected, digest)


class _Edges:
    """EXPRESSES edges of the top genes of each cell."""

    def __init__(self, context: JobContext, plan: _Plan) -> None:
        self._out = context.out
        self._limit = context.options["top_genes"]
        if self._limit < 0:
            message = f"top_genes={self._limit}: expected 0 (all genes) or more"
            raise InputError(message)
        self._keep = np.array([key is not None for key in plan.genes.curie])
        self._genes = pa.array([key for key in plan.genes.curie if key is not None], pa.string())
        # of each column, the place of its gene among those that have a key
        self._place = (np.cumsum(self._keep) - 1).astype(np.int32)
        self._cells = plan.keys

    def write(self, block: sp.csr_matrix, total: np.ndarray, start: int) -> None:
        """Rows of one block of cells."""
        top = top_genes(block, total, self._keep, self._limit)
        rows = {
            "from": _encoded(top.cell, self._cells.slice(start, block.shape[0])),
            "to": _encoded(self._place[top.column], self._genes),
            "count": pa.array(top.count),
            "value": pa.array(top.value),
            "rank": pa.array(top.rank.astype(np.int64)),
        }
        self._out.write("EXPRESSES", pa.table(rows))


def _encoded(indices: np.ndarray, values: pa.Array) -> pa.DictionaryArray:
    """Column of few different values, which are stored once."""
    return pa.DictionaryArray.from_arrays(pa.array(indices.astype(np.int32, copy=False)), values)


def _repeated(value: str, n_rows: int) -> pa.DictionaryArray:
    return _encoded(np.zeros(n_rows, np.int32), pa.array([value]))


def _cell_frame(plan: _Plan) -> pd.DataFrame:
    frame = plan.obs.copy()
    frame["cell_type"] = pd.Categorical(plan.cells.label)
    keys = [key if key and key.startswith("CL:") else None for key in plan.cells.type_key]
    frame["cell_type_ontology_term_id"] = pd.Categorical(keys)
    return frame


def _gene_frame(plan: _Plan) -> pd.DataFrame:
    ours = plan.genes.frame()
    others = [name for name in plan.var.columns if name not in ours.columns]
    return pd.concat([ours, plan.var[others].set_axis(ours.index)], axis=1)


def _write_nodes(context: JobContext, plan: _Plan, passed: _Passed, matrix: str) -> None:
    """Species, dataset, cells and genes, and the edges between them."""
    out, species, dataset, cells = context.out, plan.species, plan.name, plan.cells
    out.write("Species", pa.table({"id": [species.key], "scientific_name": [species.scientific],
                                   "common_name": [species.common]}))  # fmt: skip
    about = {
        "id": dataset, "title": context.options["title"] or f"{dataset}, {species.common}",
        "species": species.key, "assay": context.options["assay"], "n_cells": len(plan.obs),
        "n_genes": sum(key is not None for key in plan.genes.curie), "matrix": matrix,
        "matrix_digest": passed.digest, "scale": "counts", "normalised": NORMALISED,
    }  # fmt: skip
    out.write("Dataset", pa.Table.from_pylist([about]))
    keys = plan.keys
    for start in range(0, len(keys), _ROWS):
        part = slice(start, start + _ROWS)
        out.write("Cell", _cell_rows(context, plan, passed, keys, part))
        from_ = keys[part]
        out.write("FROM", pa.table({"from": from_, "to": pa.repeat(dataset, len(from_))}))
        typed = pa.table({"from": from_, "to": pa.array(cells.type_key[part], pa.string()),
                          "by": pa.repeat("author", len(from_))})  # fmt: skip
        out.write("HAS_TYPE", typed.filter(typed["to"].is_valid()))
    _write_genes(context, plan)


def _cell_rows(
    context: JobContext, plan: _Plan, passed: _Passed, keys: pa.Array, part: slice
) -> pa.Table:
    cells = plan.cells
    rows = {
        "id": keys[part],
        "dataset": pa.repeat(plan.name, len(keys[part])),
        "barcode": pa.array(cells.barcode[part], pa.string()),
        "kind": pa.repeat(context.options["kind"], len(keys[part])),
        "author_label": pa.array(cells.label[part], pa.string()),
        "donor": pa.array(cells.donor[part], pa.string()),
        "total_count": pa.array(passed.total[part]),
        "n_genes": pa.array(passed.detected[part]),
        "metadata": pa.array(cells.metadata[part], pa.string()),
    }
    if cells.x is not None and cells.y is not None:
        rows |= {"x": pa.array(cells.x[part]), "y": pa.array(cells.y[part])}
    return pa.table(rows)


def _write_genes(context: JobContext, plan: _Plan) -> None:
    found = [
        (key, symbol)
        for key, symbol in zip(plan.genes.curie, plan.genes.symbol, strict=True)
        if key is not None
    ]
    keys = pa.array([key for key, _ in found], pa.string())
    species = pa.repeat(plan.species.key, len(found))
    symbols = pa.array([symbol for _, symbol in found], pa.string())
    context.out.write("Gene", pa.table({"id": keys, "symbol": symbols, "species": species}))
    context.out.write("IN_TAXON", pa.table({"from": keys, "to": species}))


def _write_sums(context: JobContext, plan: _Plan, passed: _Passed) -> None:
    """Cell types, and how each gene is expressed in each of them and over all cells."""
    used = np.array([key is not None for key in plan.genes.curie])
    genes = pa.array(plan.genes.curie, pa.string())
    names = plan.cells.type_names
    out, dataset, sums = context.out, plan.name, passed.sums
    keys = list(dict.fromkeys(key for key in plan.cells.type_key if key is not None))
    out.write(
        "CellType",
        pa.table(
            {
                "id": pa.array(keys, pa.string()),
                "name": pa.array([names[key] for key in keys], pa.string()),
            }
        ),
    )
    labels = _labels_by_type(plan)
    out.write("OBSERVED_IN", pa.table({
        "from": pa.array(keys, pa.string()), "to": pa.repeat(dataset, len(keys)),
        "n_cells": pa.array(sums.n_cells[: len(keys)]),
        "author_labels": pa.array([labels[key] for key in keys], pa.list_(pa.string())),
    }))  # fmt: skip
    for number, key in enumerate(keys):
        n_cells = int(sums.n_cells[number])
        columns = np.flatnonzero(used & (sums.above_zero[number] > 0))
        out.write("EXPRESSED_IN", pa.table({
            "from": genes.take(pa.array(columns)), "to": _repeated(key, len(columns)),
            "dataset": _repeated(dataset, len(columns)),
            "mean": pa.array(sums.sums[number, columns] / n_cells),
            "fraction": pa.array(sums.above_zero[number, columns] / n_cells),
            "n_cells": pa.repeat(n_cells, len(columns)),
        }))  # fmt: skip
    columns = np.flatnonzero(used)
    total, above_zero = sums.all_cells
    out.write("MEASURED_IN", pa.table({
        "from": genes.take(pa.array(columns)), "to": pa.repeat(dataset, len(columns)),
        "mean": pa.array(total[columns] / max(len(plan.obs), 1)),
        "fraction": pa.array(above_zero[columns] / max(len(plan.obs), 1)),
        "column": pa.array(columns.astype(np.int64)),
    }))  # fmt: skip


def _labels_by_type(plan: _Plan) -> dict[str, list[str]]:
    labels: dict[str, set[str]] = {}
    for key, label in dict.fromkeys(zip(plan.cells.type_key, plan.cells.label, strict=True)):
        if key is not None:
            labels.setdefault(key, set()).update([label] if label is not None else [])
    return {key: sorted(found) for key, found in labels.items()}
