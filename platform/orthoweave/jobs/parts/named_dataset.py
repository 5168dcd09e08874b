"""The name of a dataset, and its cells and genes as one description, for jobs on datasets."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.ids import cell_key, check_name, name_of_file
from orthoweave.jobs.job import JobContext
from orthoweave.jobs.parts.cell_columns import CellColumns
from orthoweave.jobs.parts.cell_dataset import CellDataset
from orthoweave.jobs.parts.gene_columns import map_gene_columns
from orthoweave.jobs.parts.gene_floor import check_matched
from orthoweave.species import Species


def dataset_name(inputs: Sequence[Path], options: Mapping[str, Any]) -> str:
    """Return the name of a dataset: as said, or by its file.

    Raises
    ------
    InputError
        If the name is not usable.
    """
    return check_name(options["dataset"] or name_of_file(inputs[0]), "dataset name")


def describe_dataset(
    context: JobContext, name: str, species: Species, cells: CellColumns, source: MatrixSource
) -> CellDataset:
    """Return a dataset with the gene of each of its columns, and report the genes that were lost.

    Raises
    ------
    InputError
        If too few columns name a gene.
    """
    options, out, var = context.options, context.out, source.var
    genes = map_gene_columns(context, var, species, options["gene_id_column"])
    check_matched(genes, context.catalogue, var, species, options["min_matched"])
    out.write_report("coverage", genes.report())
    lost = zip(genes.original_id, genes.status, genes.curie, strict=True)
    out.write_lines("genes-lost", [f"{text}\t{why}" for text, why, key in lost if not key])
    for note in (*cells.notes, *genes.notes, genes.summary()):
        context.progress.note(f"{name}: {note}")
    keys = pa.array([cell_key(name, code) for code in cells.barcode], pa.string())
    return CellDataset(name, species, cells, genes, source.obs, var, keys)
