"""A tissue section: counts of spots, their places, and the stained image that they lie on.

A spot is a cell of kind ``spot``, so that whatever reads datasets of cells reads it too. Its place
is in the coordinates of the source; the image lies beside the matrix, with the transformation from
one to the other.
"""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from orthoweave.errors import InputError
from orthoweave.files.expression_files import Choices, open_expression
from orthoweave.files.spatial_folders import ranger_matrix
from orthoweave.jobs import JobContext, Option, SourceInfo, job
from orthoweave.jobs.parts.cell_columns import find_dataset_species, read_cell_columns
from orthoweave.jobs.parts.cell_tables import cell_tables, dataset_tables, expression_tables
from orthoweave.jobs.parts.cell_values import write_values
from orthoweave.jobs.parts.named_dataset import dataset_name, describe_dataset
from orthoweave.jobs.parts.repeated_columns import DUPLICATES, tell_apart
from orthoweave.jobs.parts.scaled_values import open_values
from orthoweave.jobs.parts.section import read_section


def _name_dataset(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    name = dataset_name(inputs, options)
    return SourceInfo(
        name=name,
        knowledge_level="observation",
        agent_type="data_analysis_pipeline",
        title=f"tissue section {name}",
    )


@job(
    name="tissue_section",
    help="spots of a tissue section with their counts, places and stained image",
    inputs="output folder of Space Ranger, .h5ad with uns['spatial'], or counts (spots=, image=)",
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
        Option("species", "species of the section; needed where the file does not say it"),
        Option("dataset", "name of the dataset (default: the file's name)"),
        Option("spots", "table of barcodes with places x and y (to the right, down)", file=True),
        Option("image", "stained image: PNG, JPEG or TIFF of 8 bits", file=True),
        Option("pixel_size", "µm for one unit of the coordinates", float),
        Option("spot_diameter", "diameter of a spot in µm", float),
        Option(
            "image_scale",
            "pixels of the image for one unit of the coordinates (default: as the file says, or 1)",
            float,
        ),
        Option(
            "empty_spots",
            "spots without counts: refuse them or drop them",
            str,
            "error",
            ("error", "drop"),
        ),
        Option("layer", "matrix with the counts of an AnnData file (default: the first)"),
        Option("cell_type_column", "column with the authors' types (default: the usual names)"),
        Option("label_map", "TSV of label and cl_id that maps labels to terms", file=True),
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
        Option("top_genes", "genes of each spot that become EXPRESSES edges; 0 for all", int, 50),
        Option("assay", "how the spots were measured, in words", str, "tissue section"),
    ),
    uses=frozenset({"genes"}),
    identify=_name_dataset,
)
def tissue_section(context: JobContext) -> None:
    """Write the tables, the matrix and the image of one section."""
    if len(context.inputs) != 1:
        message = f"expected one file or folder for one section, found {len(context.inputs)}"
        raise InputError(message)
    path, options = context.inputs[0], context.options
    name = dataset_name(context.inputs, options)
    matrix_path = ranger_matrix(path) if (path / "spatial").is_dir() else path
    with open_expression(matrix_path, Choices(options["layer"])) as opened:
        section = read_section(path, opened, options)
        source = tell_apart(section.source, options["gene_id_column"], options["duplicates"])
        for note in (*source.notes, *section.notes):
            context.progress.note(f"{name}: {note}")
        species = find_dataset_species(options["species"], source.about, source.obs)
        plain = {**options, "x_column": None, "y_column": None}
        spots = read_cell_columns(name, source.obs, plain, section.places)
        dataset = describe_dataset(context, name, species, spots, source)
        values = open_values(source, None, round_values=False, layer=options["layer"])
        frames = dataset.cell_frame(), dataset.gene_frame()
        with context.out.write_matrix(name, *frames, scale=values.scale) as matrix:
            sums = write_values(context, values, dataset, matrix)
            matrix.write_image(section.pixels, section.about)
    for table, rows in chain(
        dataset_tables(dataset, matrix.written, options, sums.scale),
        cell_tables(dataset, sums, "spot"),
        expression_tables(dataset, sums),
    ):
        context.out.write(table, rows)
