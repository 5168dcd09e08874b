"""DuckDB over Parquet files: out of core, offline, with paths as literals."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from orthoweave.storage.durable import pending_folder

MEMORY_MB: Final = 1024
# rows of a row group, as in the tables that jobs write
ROW_GROUP: Final = 1 << 20


@contextmanager
def table_engine(spill: Path, *, memory_mb: int = MEMORY_MB) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a DuckDB connection that spills to the folder `spill` and loads no extensions."""
    with pending_folder(spill, "spill") as temporary:
        connection = duckdb.connect(
            config={
                "memory_limit": f"{memory_mb}MiB",
                "temp_directory": str(temporary),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        try:
            yield connection
        finally:
            connection.close()


def parquet(paths: Sequence[Path]) -> str:
    """Return the Parquet files of one kind of table as an SQL table function."""
    listed = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{listed}])"


def literal(text: str) -> str:
    """Return `text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def write_rows(
    connection: duckdb.DuckDBPyConnection, query: str, target: Path, schema: pa.Schema
) -> int:
    """Write the rows of `query` to a Parquet file, block by block; return their number."""
    # imported late: code that only reads a graph starts sooner without it
    import pyarrow.parquet as pq

    reader = connection.sql(query).to_arrow_reader(ROW_GROUP)
    rows = 0
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as writer:
        for batch in reader:
            block = pa.Table.from_batches([batch]).cast(schema)
            writer.write_table(block, row_group_size=ROW_GROUP)
            rows += block.num_rows
    return rows


def content_digest(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> str:
    """Return a digest of the rows of Parquet files, whatever their order."""
    rows, total = connection.sql(counted_and_hashed(parquet(paths))).fetchall()[0]
    return f"{rows}:{int(total):x}"


def counted_and_hashed(source: str) -> str:
    """Return a query of the number of rows of an SQL source and the sum of their hashes."""
    total = "CAST(coalesce(sum(hash(t)::HUGEINT), 0) AS VARCHAR)"
    return f"SELECT count(*) AS rows, {total} AS total FROM {source} AS t"
