"""Crash test of a knowledge base: kills a writer at random moments and checks what is left.

A worker process ingests and builds, and logs what was acknowledged to it. A driver kills it by
SIGKILL; then everything that was acknowledged must exist, nothing may exist in part, and all of it
must be readable. The next worker continues from there.
"""

import itertools
import json
import multiprocessing
import os
import random
import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.readers import Asked, readers

from orthoweave.builds.build import build
from orthoweave.builds.content import graph_content
from orthoweave.builds.history import collect_garbage, rollback
from orthoweave.builds.kept import KEPT_FILE
from orthoweave.errors import OrthoweaveError
from orthoweave.jobs.discover import discover_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.schema import read_schema
from orthoweave.settings import Settings
from orthoweave.storage.durable import PENDING
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import (
    GRAPH_FILE,
    MANIFEST_FILE,
    current_build,
    published,
    read_manifest,
    verify_files,
)
from orthoweave.storage.tableset import SOURCE_FILE, read_tableset, verify_tableset
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.testing.toy import write_toy_sources

Step = tuple[str, Sequence[Path], Mapping[str, str]]
"""Job, inputs and options."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Damage to a knowledge base by kills; all counts of damage should be zero."""

    kills: int
    ingests: int
    """Acknowledged ingests."""
    builds: int
    """Acknowledged builds."""
    lost: int
    half_visible: int
    unreadable: int
    problems: tuple[str, ...]
    answers: int = 0
    """Answers that readers got meanwhile."""
    wrong: int = 0
    """Answers that differ from another one of the same build to the same question."""
    failed: int = 0
    """Questions of readers that were not answered."""


def toy_steps(folder: Path) -> list[Step]:
    """Write the toy world's raw files below `folder`, and return steps that ingest some of them."""
    raw = write_toy_sources(folder)
    return [
        ("gene_descriptions", [raw["genes_human"]], {"source": "genes_human"}),
        ("gene_descriptions", [raw["genes_mouse"]], {"source": "genes_mouse"}),
        ("cell_ontology", [raw["cell_ontology"]], {}),
        ("orthology", [raw["hcop_human_mouse"]], {}),
        ("cell_gene", [raw["toy_human"]], {}),
        ("embeddings", [], {"what": "genes", "model": "hashed-ngrams"}),
    ]


def kill_repeatedly(
    folder: Path,
    steps: Sequence[Step],
    *,
    kills: int,
    longest_s: float,
    seed: int = 0,
    asking: int = 0,
) -> Damage:
    """Run `steps` and a build in a worker that is killed `kills` times, with a check after each.

    Parameters
    ----------
    folder
        Empty folder for the knowledge base and the log.
    longest_s
        Longest time in seconds from the start of a worker to its kill.
    asking
        Number of processes that ask all the while.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    moments = random.Random(seed)
    kb, log = folder / "kb", folder / "acknowledged.jsonl"
    found: dict[str, list[str]] = {"lost": [], "half_visible": [], "unreadable": []}
    asked = Asked()
    with ExitStack() as stack:
        for number in range(kills + 1):
            # the first worker finishes a round, so that there is something to damage
            worker = context.Process(target=work, args=(kb, log, steps, 1 if number == 0 else None))
            worker.start()
            if number:
                worker.join(moments.uniform(0, longest_s))
                worker.kill()
            worker.join()
            for kind, problems in check(kb, log).items():
                found[kind] += problems
            if worker.exitcode != (-signal.SIGKILL if number else 0):
                found["unreadable"].append(f"the worker ended by itself with {worker.exitcode}")
            if number == 0:
                asked = stack.enter_context(readers(kb, folder, asking))
    found |= {"wrong": asked.wrong, "failed": asked.failed}
    acknowledged = _read_log(log)
    return Damage(
        kills,
        sum("ingested" in line for line in acknowledged),
        sum("built" in line for line in acknowledged),
        len(found["lost"]),
        len(found["half_visible"]),
        len(found["unreadable"]),
        tuple(text for problems in found.values() for text in problems),
        asked.answers,
        len(asked.wrong),
        len(asked.failed),
    )


def work(kb: Path, log: Path, steps: Sequence[Step], rounds: int | None = None) -> None:
    """Ingest all steps with a build after every third, round after round, and log what was done.

    Every round is a new version of each source; an interrupted round starts again.
    """
    layout = Layout(kb)
    jobs = discover_jobs(Settings(kb=kb))
    first = sum("round" in line for line in _read_log(log))
    for turn in itertools.count(first) if rounds is None else range(first, first + rounds):
        for number, (job, inputs, options) in enumerate(steps):
            given = {**options, "version": f"r{turn}"}
            entry = ingest(layout, jobs[job], inputs, given, Quiet()).entry
            _acknowledge(log, {"ingested": entry.name, "digest": entry.tables_digest})
            if number % 3 == 2 or number == len(steps) - 1:
                old = layout.current.read_text().strip() if layout.current.is_file() else ""
                _acknowledge(log, {"built": build(layout, Quiet()).manifest.build})
                if old in published(layout):
                    _acknowledge(log, {"going back to": old})
                    _acknowledge(log, {"built": rollback(layout, old).build})
                    _acknowledge(log, {"built": build(layout, Quiet()).manifest.build})
                collect_garbage(layout, 1)
        _acknowledge(log, {"round": turn})


def check(kb: Path, log: Path) -> dict[str, list[str]]:
    """Return the problems of a knowledge base whose writer was killed, by kind."""
    found: dict[str, list[str]] = {"lost": [], "half_visible": [], "unreadable": []}
    acknowledged = _read_log(log)
    layout = Layout(kb)
    if not acknowledged and not layout.ledger.is_file():
        return found
    try:
        found["lost"] += _lost(layout, acknowledged)
        found["half_visible"] += _half_visible(layout)
    except (OrthoweaveError, OSError, ValueError) as error:
        found["unreadable"].append(f"{type(error).__name__}: {error}")
    return found


def _lost(layout: Layout, acknowledged: list[dict[str, Any]]) -> list[str]:
    ledger = Ledger(layout.ledger)
    active = {entry.name: entry.tables_digest for entry in ledger.active()}
    recorded: dict[str, list[str]] = {}
    for event in ledger.events():
        if event["action"] == "ingest":
            recorded.setdefault(event["name"], []).append(event["detail"])
    newest = {line["ingested"]: line["digest"] for line in acknowledged if "ingested" in line}
    # a worker may be killed between the ledger's entry and its acknowledgement, so the active
    # version may be a later one than the newest acknowledged
    lost = [
        f"ingest of {name}"
        for name, digest in newest.items()
        if digest not in recorded.get(name, []) or active.get(name) != recorded[name][-1]
    ]
    for digest in active.values():
        verify_tableset(read_tableset(layout.tables / digest))
    # a build that was published but not acknowledged is newer than all acknowledged ones
    builds = [line["built"] for line in acknowledged if "built" in line]
    expected = set(builds[-1:])
    for line in reversed(acknowledged):
        if "built" in line:
            break
        expected |= {line["going back to"]} if "going back to" in line else set()
    if builds and current_build(layout) in set(builds) - expected:
        lost.append(f"build {builds[-1]}: an older one is current")
    return lost


def _half_visible(layout: Layout) -> list[str]:
    half = []
    signs = (
        (layout.tables, SOURCE_FILE),
        (layout.builds, MANIFEST_FILE),
        (layout.projections, KEPT_FILE),
    )
    for parent, sign in signs:
        half += [
            f"{path} has no {sign}"
            for path in parent.iterdir()
            if not path.name.startswith(PENDING) and not (path / sign).is_file()
        ]
    if layout.current.is_file():
        manifest = read_manifest(layout, current_build(layout))
        verify_files(layout, manifest, content=True)
        graph = manifest.folder(layout) / GRAPH_FILE
        with DuckdbStore.open_read_only(graph, memory_mb=256) as store:
            found = graph_content(store, read_schema(), layout.cache)
        in_graph = {name: str(content) for name, content in found.items()}
        if in_graph != manifest.content:
            half.append(f"the graph has {in_graph}, its manifest {manifest.content}")
    return half


def _acknowledge(log: Path, line: dict[str, Any]) -> None:
    with log.open("a", encoding="utf-8") as stream:
        stream.write("\n" + json.dumps(line) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def _read_log(log: Path) -> list[dict[str, Any]]:
    if not log.is_file():
        return []
    # a line that was cut off by a kill does not acknowledge anything
    lines = log.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
