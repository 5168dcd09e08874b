"""Time of a trivial question, alone and beside five bombs, through the gateway.

The bombs are statements of `testing/bombs.py` that take all the time they may, asked again and
again by five threads. The trivial question is free text as well, asked by a sixth thread with a
short pause between two. Both run in one go on one knowledge base, the bombs from a cold start of
their own: how much worse the trivial question is while they get their places is in the figures.
Usage: ``python -m benchmarks.askers [KB]``, by default the demo, which is made once.
"""

import json
import os
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from benchmarks.synthetic import RESULTS, WORK
from tests.support.bombs import bombs

from orthoweave.cli.demo import build_demo
from orthoweave.errors import OrthoweaveError
from orthoweave.gateway.gateway import Gateway
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.settings import Settings

TRIVIAL = "MATCH (g:Gene {id: $id}) RETURN g.symbol AS symbol"
BOMBS = (
    "product_of_nodes",
    "all_trails_of_any_type",
    "count_to_ten_billion",
    "unwinds_of_ten",
    "regular_expression",
)
ALONE_S, BESIDE_S, PAUSE_S = 10.0, 60.0, 0.02
TIMEOUT_S = 15.0
GOAL_P95_MS = 100.0


def main() -> None:
    """Ask, print a table and write the JSON."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _demo()
    settings = replace(Settings(), query_timeout_s=TIMEOUT_S)
    with open_knowledge_base(folder, settings, store="") as kb:
        [row] = kb.gateway.ask("MATCH (g:Gene) RETURN g.id AS id LIMIT 1").table.to_pylist()
        kb.gateway.ask_freely(TRIVIAL, {"id": row["id"]})
        alone = _ask_for(kb.gateway, row["id"], ALONE_S)
        beside, ended = _beside_bombs(kb.gateway, row["id"])
    result = {
        "benchmark": "askers",
        "bombs_at_a_time": len(BOMBS),
        "bombs_ended": dict(sorted(ended.items())),
        **_figures("alone", alone),
        **_figures("beside", beside),
        "goal_beside_p95_ms": GOAL_P95_MS,
        "cores": os.cpu_count(),
        "load": [round(value, 1) for value in os.getloadavg()],
    }
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / "askers.json"
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:>20}  {value}")


def _beside_bombs(gateway: Gateway, key: str) -> tuple[list[float], Counter[str]]:
    """Return milliseconds of the trivial question beside bombs, and how the bombs ended."""
    texts, over, ended = bombs(), threading.Event(), Counter[str]()

    def throw(name: str) -> None:
        while not over.is_set():
            try:
                gateway.ask_freely(texts[name])
                ended["answered"] += 1
            except OrthoweaveError as error:
                ended[type(error).__name__] += 1

    threads = [threading.Thread(target=throw, args=(name,), daemon=True) for name in BOMBS]
    for thread in threads:
        thread.start()
    times = _ask_for(gateway, key, BESIDE_S)
    over.set()
    return times, ended


def _ask_for(gateway: Gateway, key: str, seconds: float) -> list[float]:
    end, times = time.monotonic() + seconds, []
    while time.monotonic() < end:
        started = time.perf_counter()
        gateway.ask_freely(TRIVIAL, {"id": key})
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(PAUSE_S)
    return times


def _figures(name: str, times: list[float]) -> dict[str, float]:
    found = {f"{name}_p{at}_ms": round(float(np.percentile(times, at)), 1) for at in (50, 95, 99)}
    return {f"{name}_asked": len(times)} | found | {f"{name}_worst_ms": round(max(times), 1)}


def _demo() -> Path:
    folder = WORK / "askers-demo"
    if not (folder / "CURRENT").exists():
        build_demo(folder, Quiet())
    return folder


if __name__ == "__main__":
    main()
