"""Wall times of runs, which only the ledger holds."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.storage.ledger import Entry


def run_times(entries: Sequence[Entry]) -> dict[str, float | None]:
    """Return the wall time of each run in seconds, by key of its source."""
    return {
        entry.key: next((item["seconds"] for item in entry.inputs if "seconds" in item), None)
        for entry in entries
    }


def with_run_times(path: Path, seconds: Mapping[str, float | None]) -> None:
    """Put the wall time of each run into its Run node.

    A run's own tables leave it out, so that the same run yields the same bytes.
    """
    rows = pq.read_table(path)
    times = pa.array([seconds.get(key) for key in rows["source"].to_pylist()], pa.float64())
    rows = rows.set_column(rows.column_names.index("seconds"), "seconds", times).sort_by("id")
    pq.write_table(rows, path, compression="zstd")
