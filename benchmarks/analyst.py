"""Cost of 43 questions of an analyst: the gateway, hand-written DuckDB SQL, and Neo4j.

All three run on one world of about 100,000 nodes and 1.6 million edges, in one run and in
turns, warm. Counted is processor time: of this process for the gateway and for the SQL, over all
threads, and of the server's for Neo4j, so its driver is left out. A question is asked as often as
it takes to be measured. Usage: ``python -m benchmarks.analyst [--without-neo4j]``; the questions
and their answers are those of ``tests.support.analyst``.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.synthetic import RESULTS, WORK
from tests.support.analyst import QUESTIONS, Question, World
from tests.support.large_world import FULL, MIDDLE, build_large_kb

from orthoweave.builds.load import load
from orthoweave.errors import OrthoweaveError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.stores.base import Rows
from orthoweave.stores.neo4j.local_server import ServerOptions, start_server
from orthoweave.stores.neo4j.store import Neo4jStore
from orthoweave.testing.conformance_rows import difference, plain_rows

SIZES = {"full": FULL, "middle": MIDDLE}
LIMIT, TIMEOUT_S = 1_000_000, 60.0
TURNS, WARM_UP, LONG_ENOUGH_S, MOST = 3, 2, 0.3, 40
GOAL_NEO4J, GOAL_PATHS, GOAL_MEDIAN, GOAL_SQL, GOAL_SQL_MS = 1.0, 3.0, 0.25, 1.5, 3.0
PATHS = {"shortest_path"}
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to an answer, and the clock of the process that works for it."""

    ask: Callable[[], Rows]
    clock: Clock


def main() -> None:
    """Ask all questions in all ways, print a table and write the JSON."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--size", choices=SIZES, default="full")
    arguments.add_argument("--without-neo4j", action="store_true")
    given = arguments.parse_args()
    folder = WORK / f"analyst-{given.size}"
    root = folder / "kb"
    if not (root / "CURRENT").is_file():
        build_large_kb(folder, SIZES[given.size])
    with (
        open_knowledge_base(root, store="") as kb,
        _neo4j(root, left_out=given.without_neo4j) as server,
    ):
        world = World(kb.layout, kb.manifest)
        rows = [_measured(kb, world, question, server) for question in QUESTIONS.values()]
    _report(given.size, rows)


@contextmanager
def _neo4j(root: Path, *, left_out: bool) -> Iterator[tuple[Neo4jStore, Clock] | None]:
    """Load the world into its own server; yield the store and a clock of the server."""
    if left_out:
        yield None
        return
    options = ServerOptions(
        heap_mb=3072,
        page_cache_mb=1024,
        transaction_mb=1024,
        further={"db.transaction.timeout": "60s"},
    )
    with tempfile.TemporaryDirectory() as home, start_server(Path(home), options) as server:
        load(Layout(root), server.access, Quiet())
        store = Neo4jStore.connect(server.access)
        yield store, partial(_processor_seconds, server.process_id)
        store.close()


def _processor_seconds(process: int) -> float:
    """Return the processor seconds of a process and all its children."""
    parents = {}
    ticks = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        parents[int(path.parent.name)] = int(fields[1])
        ticks[int(path.parent.name)] = int(fields[11]) + int(fields[12])
    family = {process}
    while below := {child for child, parent in parents.items() if parent in family} - family:
        family |= below
    return sum(ticks.get(one, 0) for one in family) / os.sysconf("SC_CLK_TCK")


def _measured(
    kb: KnowledgeBase, world: World, question: Question, server: tuple[Neo4jStore, Clock] | None
) -> dict[str, object]:
    given = dict(question.given(world))
    gateway = partial(kb.gateway.ask, question.cypher, given, row_limit=LIMIT)
    ways = {"gateway": Way(gateway, time.process_time)}
    if kb.store.language == "sql":
        sql = partial(kb.store.sql, question.sql, given, timeout_s=TIMEOUT_S, row_limit=LIMIT)
        ways["sql"] = Way(sql, time.process_time)
    if server is not None:
        store, clock = server
        cypher = partial(store.query, question.cypher, given, timeout_s=TIMEOUT_S, row_limit=LIMIT)
        ways["neo4j"] = Way(cypher, clock)
    row: dict[str, object] = {"question": question.name}
    expected = question.expected(world, given)
    times: dict[str, list[float]] = {}
    for name, way in ways.items():
        try:
            answer = way.ask()
            differs = difference(plain_rows(answer.table), expected, ordered=question.ordered)
            row[f"{name}_equal"] = differs is None
            times[name] = []
        except OrthoweaveError as error:
            row[f"{name}_error"] = f"{type(error).__name__}: {error}"[:120]
    often = {name: _often(ways[name]) for name in times}
    for _ in range(TURNS):
        for name, taken in times.items():
            taken.append(_milliseconds(ways[name], often[name]))
    row |= {f"{name}_ms": round(statistics.median(taken), 2) for name, taken in times.items()}
    print(" ".join(f"{name}={value}" for name, value in row.items()), flush=True)
    return row


def _often(way: Way) -> int:
    """Return how often to ask so that the clock's steps do not matter; warm up on the way."""
    for _ in range(WARM_UP):
        started = time.perf_counter()
        way.ask()
        once = time.perf_counter() - started
    return max(1, min(MOST, round(LONG_ENOUGH_S / once)))


def _milliseconds(way: Way, often: int) -> float:
    started = way.clock()
    for _ in range(often):
        way.ask()
    return (way.clock() - started) * 1000 / often


def _ratios(rows: list[dict[str, object]], of: str) -> dict[str, float]:
    """Return the gateway's processor time as a multiple of another way's, by question."""
    return {
        str(row["question"]): float(str(row["gateway_ms"])) / max(float(str(row[f"{of}_ms"])), 0.1)
        for row in rows
        if "gateway_ms" in row and f"{of}_ms" in row
    }


def _report(size: str, rows: list[dict[str, object]]) -> None:
    to_sql, to_neo4j = _ratios(rows, "sql"), _ratios(rows, "neo4j")
    above = [
        float(str(row["gateway_ms"])) - float(str(row["sql_ms"]))
        for row in rows
        if "gateway_ms" in row and "sql_ms" in row
    ]
    result: dict[str, object] = {
        "benchmark": "analyst",
        "size": size,
        "questions": len(rows),
        "failed": [row["question"] for row in rows if "gateway_error" in row],
        "different": [row["question"] for row in rows if row.get("gateway_equal") is False],
        "sql_ratio_median": round(statistics.median(to_sql.values()), 2),
        "goal_sql_ratio": GOAL_SQL,
        "sql_above_median_ms": round(statistics.median(above), 2),
        "goal_sql_above_ms": GOAL_SQL_MS,
    }
    if to_neo4j:
        result |= {
            "neo4j_ratio_median": round(statistics.median(to_neo4j.values()), 3),
            "goal_neo4j_ratio_median": GOAL_MEDIAN,
            "above_neo4j": {
                name: round(ratio, 2)
                for name, ratio in to_neo4j.items()
                if ratio > (GOAL_PATHS if name in PATHS else GOAL_NEO4J)
            },
            "neo4j_failed": [row["question"] for row in rows if "neo4j_error" in row],
        }
    result |= {
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
        "rows": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1) + "\n"
    name = "analyst.json" if size == "full" else f"analyst_{size}.json"
    (RESULTS / name).write_text(text, encoding="utf-8")
    for label, value in result.items():
        if label != "rows":
            print(f"{label:>26}  {value}")


if __name__ == "__main__":
    main()
