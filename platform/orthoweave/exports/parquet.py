"""Export as Parquet: one file for each node and edge table, exactly as in the graph."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.exports.source import ExportSource
from orthoweave.schema.model import ARROW


def write_parquet(source: ExportSource, folder: Path) -> None:
    """Write ``<Table>.parquet`` for each chosen table, also for one without rows."""
    for table in source.tables:
        schema = pa.schema(
            [(column.name, ARROW[column.kind]) for column in table.columns],
            metadata={"orthoweave.build": source.published.manifest.build},
        )
        with pq.ParquetWriter(folder / f"{table.name}.parquet", schema, compression="zstd") as out:
            for block in source.blocks(table):
                out.write_table(block.cast(schema))
