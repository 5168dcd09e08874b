"""Cost of the browser app: a warm screen on the server, and the first page after its start.

    python -m benchmarks.ui [--screens] [--start] [--genes 60] [--starts 5]

Screens: the gene page and the across-species plot on a made-up build of a million cells and
150,000 genes (`synthetic_build`). Each is shown once for each of many genes that nobody asked for
before, after a warm-up with others; the time is that of the whole script on the server, from its
first line to the last element handed to the browser, run by Streamlit's own tester but without
what the tester itself does before and after. What a browser then does with it is not in it, but
the bytes that it is sent are counted.

Start: `orthoweave ui` on the demo, from the start of the process to the page with the build's
name at its foot in Chromium, which is running already and asks as soon as the port answers. The
processor time is that of the app alone. Both want a quiet machine: the load is in the results.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.synthetic_build import N_TYPES, gene_key, symbol, synthetic_build

ROOT = Path(__file__).parents[1]
WORK = ROOT / "benchmarks" / "work"
GOAL_MS, GOAL_START_S, WARM_UP, MEASURED = 300.0, 3.0, 12, 8_000


def main() -> None:
    """Run the chosen measurements, both by default; print and keep the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--screens", action="store_true", help="only the screens")
    parser.add_argument("--start", action="store_true", help="only the start")
    parser.add_argument("--genes", type=int, default=60)
    parser.add_argument("--starts", type=int, default=5)
    given = parser.parse_args()
    target = ROOT / "benchmarks" / "results" / "ui.json"
    result = json.loads(target.read_text(encoding="utf-8")) if target.is_file() else {}
    result["benchmark"] = "ui"
    if given.screens or not given.start:
        result["screens"] = measure_screens(given.genes)
    if given.start or not given.screens:
        result["start"] = measure_start(given.starts)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


# a page may end early, by an exception of Streamlit's own, and run again: all runs count
_TIMED = """
import time
import streamlit
from parts.frame import run
before = dict(streamlit.session_state.get("spent", {{"taken": 0.0, "worked": 0.0, "runs": 0}}))
began, worked = time.perf_counter(), time.process_time()
try:
    run({screen!r})
finally:
    streamlit.session_state["spent"] = {{
        "taken": before["taken"] + time.perf_counter() - began,
        "worked": before["worked"] + time.process_time() - worked,
        "runs": before["runs"] + 1,
    }}
"""


def measure_screens(n_genes: int) -> dict[str, Any]:
    """Measure the server time of both screens for genes that were not shown before."""
    os.environ["ORTHOWEAVE_KB"] = str(synthetic_build())
    sys.path.insert(0, str(ROOT / "ui"))
    warnings.simplefilter("ignore")
    from parts.base import base

    chosen = np.random.default_rng(0).choice(MEASURED, 5 * (n_genes + WARM_UP), replace=False)
    alone = [gene_key("human", int(n)) for n in chosen[: n_genes + WARM_UP]]
    lists = [symbol("human", int(n)) for n in chosen[n_genes + WARM_UP :]]
    counts = base().manifest.counts
    return {
        "genes": counts["Gene"],
        "cells": counts["Cell"],
        "expressed_in": counts["EXPRESSED_IN"],
        "orthologous_to": counts["ORTHOLOGOUS_TO"],
        "cell_types": N_TYPES,
        "goal_p95_ms": GOAL_MS,
        "gene_page": _show("gene", [{"gene": gene} for gene in alone]),
        "across_one_gene": _show("across", [{"genes": gene} for gene in reversed(alone)]),
        "across_four_genes": _show(
            "across", [{"genes": ",".join(lists[n : n + 4])} for n in range(0, len(lists), 4)]
        ),
        **_machine(),
    }


def measure_start(starts: int) -> dict[str, Any]:
    """Measure the time from `orthoweave ui` to an answer, and to the first page in Chromium."""
    from playwright.sync_api import sync_playwright

    kb = _demo()
    healthy, ready, processor = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for _ in range(starts):
            page = browser.new_context().new_page()
            started = time.perf_counter()
            with _served(kb) as (address, process):
                healthy.append(time.perf_counter() - started)
                page.goto(address, wait_until="commit")
                page.wait_for_selector("text=/^Build [0-9a-f]{12}$/", timeout=60_000)
                ready.append(time.perf_counter() - started)
                processor.append(_processor_seconds(process.pid))
            page.context.close()
        browser.close()
    return {
        "goal_s": GOAL_START_S,
        "port_answers_s": _rounded(healthy),
        "first_page_s": _rounded(ready),
        "first_page_median_s": round(statistics.median(ready), 2),
        "processor_s": _rounded(processor),
        **_machine(),
    }


def _show(screen: str, states: Sequence[dict[str, str]]) -> dict[str, float]:
    from streamlit import config
    from streamlit.testing.v1 import AppTest

    config.set_option("server.address", "127.0.0.1")
    taken, processor, sizes, runs = [], [], [], []
    for state in states:
        app = AppTest.from_string(_TIMED.format(screen=screen), default_timeout=300)
        for name, value in state.items():
            app.query_params[name] = value
        app.run()
        spent = app.session_state["spent"]
        taken.append(spent["taken"] * 1000)
        processor.append(spent["worked"] * 1000)
        runs.append(spent["runs"])
        if app.exception or app.warning or not app.dataframe:
            message = f"{screen} failed for {state}: {app.exception} {app.warning}"
            raise RuntimeError(message)
        sizes.append(
            sum(
                len(one.proto.SerializeToString())
                for one in app.main
                if hasattr(one, "proto") and one.proto is not None
            )
        )
    taken, processor = taken[WARM_UP:], processor[WARM_UP:]
    return {
        "shown": len(taken),
        "script_runs_of_one": max(runs),
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(float(np.percentile(taken, 95)), 1),
        "max_ms": round(max(taken), 1),
        "processor_p50_ms": round(statistics.median(processor), 1),
        "processor_p95_ms": round(float(np.percentile(processor, 95)), 1),
        "largest_bytes": max(sizes),
    }


@contextmanager
def _served(kb: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "orthoweave", "ui", "--kb", str(kb), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                    break
            except OSError:
                if process.poll() is not None:
                    message = "orthoweave ui ended before it answered"
                    raise RuntimeError(message) from None
                time.sleep(0.02)
        yield address, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _processor_seconds(pid: int) -> float:
    """Return the processor time of a process and all its children, from Linux's /proc."""
    ticks = os.sysconf("SC_CLK_TCK")
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / ticks
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return own + sum(_processor_seconds(int(child)) for child in children)


def _demo() -> Path:
    folder = WORK / "demo" / "kb"
    if not (folder / "CURRENT").is_file():
        from orthoweave.cli.demo import build_demo
        from orthoweave.progress import Quiet

        build_demo(folder, Quiet())
    return folder


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "load": [round(value, 1) for value in os.getloadavg()]}


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 2) for value in values]


if __name__ == "__main__":
    main()
