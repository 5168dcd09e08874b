"""The error for a dataset whose cells have no types."""

from typing import Final

from orthoweave.errors import InputError

REMEDY: Final = (
    "to give it types, ingest it again with --set cells=TABLE (barcodes and types) or "
    "--set cell_type_column=COLUMN"
)


def no_types(dataset: str, needed_for: str) -> InputError:
    """Return the error for a dataset without cell types, where they are needed."""
    return InputError(f"{dataset} has no cell types, which {needed_for}: {REMEDY}")
