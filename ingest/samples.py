"""Bulk samples of one dataset: expression, groups of patients, and how long they were followed.

A sample is a cell of kind ``sample``, so that whatever reads datasets of cells reads it too. It has
no cell type. What is known of its patient stays with it: the group as its label, all columns as
metadata, and time and event as a row of FOLLOWED_IN.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import InputError
from orthoweave.files.expression_files import Choices, open_expression
from orthoweave.files.matrix_sources import MatrixSource
from orthoweave.jobs import JobContext, Option, SourceInfo, job
from orthoweave.jobs.parts.cell_columns import find_dataset_species
from orthoweave.jobs.parts.cell_dataset import CellDataset
from orthoweave.jobs.parts.cell_origins import USUAL_NAMES
from orthoweave.jobs.parts.cell_tables import cell_tables, dataset_tables, expression_tables
from orthoweave.jobs.parts.cell_values import write_values
from orthoweave.jobs.parts.clinical_table import join_clinical
from orthoweave.jobs.parts.follow_up import MONTHS, follow_up_columns, read_follow_up
from orthoweave.jobs.parts.gene_floor import known_share
from orthoweave.jobs.parts.log_offsets import with_offset_one
from orthoweave.jobs.parts.named_dataset import dataset_name, describe_dataset
from orthoweave.jobs.parts.obs_columns import find_column
from orthoweave.jobs.parts.one_per_patient import PATIENTS, one_per_patient
from orthoweave.jobs.parts.probe_map import map_probes, probe_share
from orthoweave.jobs.parts.repeated_columns import DUPLICATES, check_joining, tell_apart
from orthoweave.jobs.parts.sample_tables import follow_up_tables, read_sample_columns
from orthoweave.jobs.parts.scaled_values import open_values
from orthoweave.scales import DECLARED
from orthoweave.species import find_species

# readers of tables call a row that is not a gene a cell
_ROWS: Final = {None: None, "genes": "genes", "samples": "cells", "cells": "cells"}


def _name_dataset(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    name = dataset_name(inputs, options)
    return SourceInfo(
        name=name,
        knowledge_level="observation",
        agent_type="data_analysis_pipeline",
        title=f"samples of {name}",
    )


@job(
    name="samples",
    help="bulk samples with their expression, groups and follow-up, of one dataset of one species",
    inputs="samples and genes as .csv, .tsv, .gct, .parquet, .h5ad or another matrix of cell_gene",
    writes=(
        "Cell",
        "Dataset",
        "Species",
        "Gene",
        "FROM",
        "FOLLOWED_IN",
        "EXPRESSES",
        "MEASURED_IN",
        "IN_TAXON",
    ),
    options=(
        Option("species", "species of all samples; needed where the file does not say it"),
        Option("dataset", "name of the dataset (default: the file's name)"),
        Option("scale", "scale of values other than raw counts", choices=tuple(DECLARED)),
        Option(
            "offset",
            "number that was added before the logarithm (default: found by the floor of zeros, "
            "else 1)",
            float,
        ),
        Option("round", "round the decimals of expected counts", bool, default=False),
        Option("layer", "matrix of an AnnData file (default: the first that holds counts, else X)"),
        Option(
            "rows",
            "what the rows of a table are (default: found by their names)",
            choices=("genes", "samples", "cells"),
        ),
        Option("gene_map", "table of probes and their genes", file=True),
        Option("gene_id_column", "column of the genes to resolve first (default: the usual names)"),
        Option("min_matched", "smallest share of the columns that must name a gene", float, 0.2),
        Option(
            "duplicates",
            "columns with the same id: refuse, sum or average them",
            str,
            "error",
            DUPLICATES,
        ),
        Option("clinical", "table of facts on samples or patients, joined to them", file=True),
        Option("id_column", "column of the clinical table with their names (default: the usual)"),
        Option(
            "patients",
            "several samples of a patient: refuse them, average them, or keep them separate",
            str,
            "error",
            PATIENTS,
        ),
        Option("group_column", "column with the main group (default: the usual names)"),
        Option("time_column", "column with the time that was followed (default: the usual names)"),
        Option("event_column", "column that says if the event came (default: the usual names)"),
        Option(
            "time_unit",
            "unit of the time; needed where the column's name does not say it",
            choices=tuple(MONTHS),
        ),
        Option("event_value", "value that means an event (default: 1, true, dead and the like)"),
        Option("endpoint", "what the event is, in words, such as death"),
        Option("donor_column", "column with the donor or animal (default: the usual names)"),
        Option("patient_column", "column with the patient (default: the usual names)"),
        Option("sample_column", "column with the sample (default: the usual names)"),
        Option("top_genes", "genes of each sample that become EXPRESSES edges; 0 for all", int, 50),
        Option("assay", "how the samples were measured, in words"),
    ),
    uses=frozenset({"genes"}),
    identify=_name_dataset,
)
def samples(context: JobContext) -> None:
    """Write the tables and the matrix of one dataset."""
    if len(context.inputs) != 1:
        message = f"expected one file or folder for one dataset, found {len(context.inputs)}"
        raise InputError(message)
    name, options = dataset_name(context.inputs, context.options), context.options
    check_joining(options["duplicates"], options["scale"])
    with open_expression(context.inputs[0], _choices(context)) as opened:
        source = _prepared(opened, options)
        followed = read_follow_up(source.obs, options)
        for note in (*source.notes, *followed.notes):
            context.progress.note(f"{name}: {note}")
        dataset = _describe(context, name, source)
        values = open_values(
            source, options["scale"], round_values=options["round"], layer=options["layer"]
        )
        frames = dataset.cell_frame(), dataset.gene_frame()
        with context.out.write_matrix(name, *frames, scale=values.scale) as matrix:
            sums = write_values(context, values, dataset, matrix)
    for table, rows in chain(
        dataset_tables(dataset, matrix.written, options, sums.scale),
        cell_tables(dataset, sums, "sample"),
        expression_tables(dataset, sums),
        follow_up_tables(dataset, followed, options["endpoint"]),
    ):
        if rows.num_rows:
            context.out.write(table, rows)


def _choices(context: JobContext) -> Choices:
    """Return what of the file to take; names of genes are known where they are, or their probes."""
    said, catalogue = context.options, context.catalogue
    species = None if said["species"] is None else find_species(said["species"])
    share = None if catalogue is None else partial(known_share, catalogue, species)
    if said["gene_map"] is not None:
        share = partial(probe_share, said["gene_map"])
    return Choices(said["layer"], None, _ROWS[said["rows"]], share)


def _prepared(opened: MatrixSource, options: Mapping[str, Any]) -> MatrixSource:
    """Return samples with their clinical facts, one for each patient, and columns by gene."""
    scale = options["scale"]
    obs, notes = join_clinical(opened.obs, options["clinical"], options["id_column"])
    source = replace(opened, obs=obs, notes=(*opened.notes, *notes))
    source = with_offset_one(source, scale, options["offset"])
    source = map_probes(source, options["gene_map"])
    source = tell_apart(source, options["gene_id_column"], options["duplicates"])
    return one_per_patient(
        source,
        find_column(obs, options["patient_column"], USUAL_NAMES["patient"]),
        options["patients"],
        counts=scale is None,
        must_agree=follow_up_columns(obs, options),
    )


def _describe(context: JobContext, name: str, source: MatrixSource) -> CellDataset:
    """Return the samples and genes of a file, and report the genes that were lost."""
    options, obs = context.options, source.obs
    species = find_dataset_species(options["species"], source.about, obs)
    found = read_sample_columns(name, obs, options)
    return describe_dataset(context, name, species, found, source)
