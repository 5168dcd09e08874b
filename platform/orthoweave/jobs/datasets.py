"""Ingested datasets: their matrix and their tables."""

from dataclasses import dataclass
from pathlib import Path

from orthoweave.storage.tableset import TableSet


@dataclass(frozen=True, slots=True)
class DatasetFiles:
    """An ingested dataset on disk."""

    name: str
    matrix: Path
    """Folder of the zarr matrix, cells × genes, counts."""
    tables: TableSet
