"""Cost of the query gateway on top of a direct connection to the embedded engine.

100,000 rows of five columns are read from a graph of 200,000 cells, as free text: checked, handed
to the sandboxed process, and brought back by its pipe. And a single row by its key, with that
process warm. Both ways take turns in one run; the direct connection hands over the same Arrow
table, as the engine returns it. Usage: ``python -m benchmarks.gateway``.
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from benchmarks.synthetic import RESULTS, WORK

from orthoweave.gateway.gateway import Gateway, Limits
from orthoweave.schema import read_schema
from orthoweave.schema.model import ARROW
from orthoweave.stores.duckdb.store import DuckdbStore

CELLS, ROWS = 200_000, 100_000
LARGE = (
    "MATCH (c:Cell) RETURN c.id AS id, c.dataset AS dataset, c.donor AS donor, "
    f"c.total_count AS total, c.n_genes AS genes LIMIT {ROWS}"
)
LARGE_SQL = (
    f'SELECT id, dataset, donor, total_count AS total, n_genes AS genes FROM "Cell" LIMIT {ROWS}'
)
SMALL_SQL = 'SELECT donor, n_genes AS genes FROM "Cell" WHERE id = $id'
SMALL = "MATCH (c:Cell {id: $id}) RETURN c.donor AS donor, c.n_genes AS genes"
LARGE_TURNS, SMALL_TURNS, WARM_UP = 31, 400, 20
GOAL_RATIO, GOAL_MS = 1.3, 15.0
Ways = tuple[Callable[[], object], Callable[[], object]]


def main() -> None:
    """Ask both ways, print a table and write the JSON."""
    path = _graph()
    connection = duckdb.connect(str(path), read_only=True, config={"memory_limit": "1GB"})
    store = DuckdbStore.open_read_only(path, memory_mb=1024)
    gateway = Gateway(store, path, Limits(row_limit=1_000_000))
    ids = [f"d:{number:08d}" for number in np.random.default_rng(0).integers(0, CELLS, SMALL_TURNS)]

    def direct(text: str, **parameters: object) -> pa.Table:
        return connection.sql(text, params=parameters or None).to_arrow_table()

    if not gateway.ask_freely(LARGE).table.num_rows == direct(LARGE_SQL).num_rows == ROWS:
        raise SystemExit("the two ways do not give the same rows")
    ask = gateway.ask_freely
    large = _turns([(partial(direct, LARGE_SQL), partial(ask, LARGE))] * LARGE_TURNS)
    small = [(partial(direct, SMALL_SQL, id=key), partial(ask, SMALL, {"id": key})) for key in ids]
    warm = _turns(small)[WARM_UP:]
    gateway.close()
    store.close()
    _report(large, warm)


def _turns(pairs: Sequence[Ways]) -> list[tuple[float, float]]:
    """Return the milliseconds of both ways, one after the other."""
    taken = []
    for pair in pairs:
        times = []
        for way in pair:
            started = time.perf_counter()
            way()
            times.append((time.perf_counter() - started) * 1000)
        taken.append((times[0], times[1]))
    return taken


def _report(large: list[tuple[float, float]], small: list[tuple[float, float]]) -> None:
    direct, ours = (statistics.median(way) for way in zip(*large, strict=True))
    above = [gateway - plain for plain, gateway in small]
    result = {
        "benchmark": "gateway",
        "rows": ROWS,
        "direct_ms": round(direct, 1),
        "gateway_ms": round(ours, 1),
        "ratio": round(statistics.median(gateway / plain for plain, gateway in large), 2),
        "goal_ratio": GOAL_RATIO,
        "small_direct_p50_ms": round(statistics.median(plain for plain, _ in small), 2),
        "small_gateway_p50_ms": round(statistics.median(gateway for _, gateway in small), 2),
        "small_above_p50_ms": round(statistics.median(above), 2),
        "small_above_p95_ms": round(float(np.percentile(above, 95)), 2),
        "goal_above_p95_ms": GOAL_MS,
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
    }
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / "gateway.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:>22}  {value}")


def _graph() -> Path:
    """Make a graph of cells alone, once."""
    path = WORK / f"gateway-{CELLS}.duckdb"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    pending = path.with_suffix(".pending")
    pending.unlink(missing_ok=True)
    generator = np.random.default_rng(0)
    columns = {}
    for column in read_schema().nodes["Cell"].columns:
        if column.name == "id":
            values: list[str] | np.ndarray = [f"d:{number:08d}" for number in range(CELLS)]
        elif column.kind == "string":
            values = [f"{column.name} {number % 50}" for number in range(CELLS)]
        elif column.kind == "int64":
            values = generator.integers(0, 5000, CELLS)
        else:
            values = generator.random(CELLS)
        columns[column.name] = pa.array(values, ARROW[column.kind])
    with DuckdbStore.create(pending, read_schema()) as store:
        store.write("Cell", pa.table(columns))
    pending.rename(path)
    return path


if __name__ == "__main__":
    main()
