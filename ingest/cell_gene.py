"""Cells and the genes they express, of one dataset: a hypergraph in which a gene joins its cells.

The complete incidence goes into the dataset's matrix; into the graph go each cell's top genes,
each gene's mean by cell type, and which genes were measured at all. The values of the file are
read once, in blocks: checked, summed, ranked, compressed and written as they pass.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import InputError
from orthoweave.files.expression_files import Choices, open_expression
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.jobs import JobContext, Option, SourceInfo, job
from orthoweave.jobs.job import Uses
from orthoweave.jobs.parts.cell_columns import find_dataset_species, read_cell_columns
from orthoweave.jobs.parts.cell_dataset import CellDataset
from orthoweave.jobs.parts.cell_table import join_cells
from orthoweave.jobs.parts.cell_tables import cell_tables, dataset_tables, expression_tables
from orthoweave.jobs.parts.cell_values import write_values
from orthoweave.jobs.parts.gene_floor import known_share
from orthoweave.jobs.parts.named_dataset import dataset_name, describe_dataset
from orthoweave.jobs.parts.repeated_columns import DUPLICATES, check_joining, tell_apart
from orthoweave.jobs.parts.scaled_values import open_values
from orthoweave.jobs.parts.term_names import NO_NAMES, read_term_names
from orthoweave.scales import DECLARED
from orthoweave.species import find_species

KINDS: Final = ("cell", "spot", "sample")


def _name_dataset(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    name = dataset_name(inputs, options)
    return SourceInfo(
        name=name,
        knowledge_level="observation",
        agent_type="data_analysis_pipeline",
        title=f"cells of {name}",
    )


def _also_uses(_: tuple[Path, ...], options: Mapping[str, Any]) -> frozenset[Uses]:
    return frozenset({"ontology"}) if options["match_labels"] else frozenset()


@job(
    name="cell_gene",
    help="cells, their types and the genes they express, of one dataset of one species",
    inputs="raw counts as .h5ad, .h5mu, .loom, .zarr, 10x .h5, matrix.mtx, .csv, .gct, .parquet",
    writes=(
        "Cell",
        "Dataset",
        "Species",
        "CellType",
        "Gene",
        "FROM",
        "HAS_TYPE",
        "OBSERVED_IN",
        "EXPRESSES",
        "EXPRESSED_IN",
        "MEASURED_IN",
        "IN_TAXON",
    ),
    options=(
        Option("species", "species of all cells; needed where the file does not say it"),
        Option("dataset", "name of the dataset (default: the file's name)"),
        Option(
            "layer",
            "matrix with the counts (default: of X, counts, raw.X the first that holds them); of "
            "alevin-fry the counts to sum, such as U+S+A",
        ),
        Option("modality", "part of a MuData or h5Seurat file (default: rna or gex)"),
        Option(
            "rows",
            "what the rows of a table of counts are (default: found by their names)",
            choices=("genes", "cells"),
        ),
        Option("top_genes", "genes of each cell that become EXPRESSES edges; 0 for all", int, 50),
        Option("cell_type_column", "column with the authors' types (default: the usual names)"),
        Option(
            "label_map", "TSV of label and cl_id (and dataset) that maps labels to terms", file=True
        ),
        Option(
            "match_labels",
            "give labels equal to a name or exact synonym of the Cell Ontology their term",
            bool,
            default=True,
        ),
        Option(
            "cells",
            "table of barcodes with types, donors and the like, joined to the cells",
            file=True,
        ),
        Option("donor_column", "column with the donor or animal (default: the usual names)"),
        Option("patient_column", "column with the patient (default: the usual names)"),
        Option("sample_column", "column with the sample (default: the usual names)"),
        Option("gene_id_column", "column of the genes to resolve first (default: the usual names)"),
        Option("min_matched", "smallest share of the columns that must name a gene", float, 0.2),
        Option(
            "duplicates",
            "columns with the same id: refuse, sum or average them",
            str,
            "error",
            DUPLICATES,
        ),
        Option(
            "scale",
            "scale of values that were normalised before, where there are no counts",
            choices=tuple(DECLARED),
        ),
        Option("round", "round the decimals of corrected counts", bool, default=False),
        Option("assay", "how the cells were measured, in words"),
        Option("kind", "what a row is", str, "cell", KINDS),
        Option("x_column", "column with the horizontal position (default: obsm spatial)"),
        Option("y_column", "column with the vertical position"),
    ),
    uses=frozenset({"genes"}),
    identify=_name_dataset,
    also_uses=_also_uses,
)
def cell_gene(context: JobContext) -> None:
    """Write the tables and the matrix of one dataset."""
    if len(context.inputs) != 1:
        message = f"expected one file or folder for one dataset, found {len(context.inputs)}"
        raise InputError(message)
    name, options = dataset_name(context.inputs, context.options), context.options
    with open_expression(context.inputs[0], _choices(context)) as opened:
        check_joining(options["duplicates"], options["scale"])
        source = tell_apart(opened, options["gene_id_column"], options["duplicates"])
        for note in source.notes:
            context.progress.note(f"{name}: {note}")
        dataset = _describe(context, name, source)
        values = open_values(
            source, options["scale"], round_values=options["round"], layer=options["layer"]
        )
        frames = dataset.cell_frame(), dataset.gene_frame()
        with context.out.write_matrix(name, *frames, scale=values.scale) as matrix:
            sums = write_values(context, values, dataset, matrix)
    for tables in (
        dataset_tables(dataset, matrix.written, options, sums.scale),
        cell_tables(dataset, sums, options["kind"]),
        expression_tables(dataset, sums),
    ):
        for table, rows in tables:
            context.out.write(table, rows)


def _choices(context: JobContext) -> Choices:
    """Return what of the file to take; names of genes are known where the genes are."""
    said = context.options
    catalogue = context.catalogue
    species = None if said["species"] is None else find_species(said["species"])
    share = None if catalogue is None else partial(known_share, catalogue, species)
    return Choices(said["layer"], said["modality"], said["rows"], share)


def _describe(context: JobContext, name: str, source: MatrixSource) -> CellDataset:
    """Return the cells and genes of a file, and report the genes that were lost."""
    options = context.options
    obs, notes = join_cells(source.obs, options["cells"])
    species = find_dataset_species(options["species"], source.about, obs)
    names = read_term_names(context.upstream) if options["match_labels"] else NO_NAMES
    cells = read_cell_columns(name, obs, options, source.coordinates, names)
    for note in notes:
        context.progress.note(f"{name}: {note}")
    return describe_dataset(context, name, species, cells, replace(source, obs=obs))
