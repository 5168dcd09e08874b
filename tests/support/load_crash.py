"""Crash test of loads into Neo4j: kills loads, resumes them, and compares with undisturbed loads.

A worker process loads two builds in turn, into a database that has the other build or is empty, and
is killed by SIGKILL. Some of the following loads are killed too. A load that finishes must leave
exactly what an undisturbed load of that build leaves.
"""

import multiprocessing
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from orthoweave.builds.build import build
from orthoweave.builds.content import Content
from orthoweave.builds.history import remove_source, rollback
from orthoweave.builds.load import content_at, load
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build
from orthoweave.stores.neo4j.access import Access, open_driver
from orthoweave.stores.neo4j.load import marker_at


@dataclass(frozen=True, slots=True)
class LoadDamage:
    """Results of killed loads; all of them should be equal."""

    kills: int
    """Loads that were killed while they ran."""
    missed: int
    """Loads that finished before the kill; not counted as kills."""
    half_done: int
    """Kills that left the database marked as loading."""
    equal: int
    """Kills after which the resumed load gave the same graph as an undisturbed one."""
    problems: tuple[str, ...]


def two_builds(kb: Path, without: str) -> tuple[str, str]:
    """Return two builds, with all sources and with one source less; the latter is published."""
    layout = Layout(kb)
    whole = current_build(layout)
    remove_source(layout, without)
    return whole, build(layout, Quiet()).manifest.build


def kill_loads(
    kb: Path, builds: Sequence[str], access: Access, *, kills: int, seed: int = 0
) -> LoadDamage:
    """Load `builds` in turn into a database, and kill `kills` loads at random moments.

    Everything in that database is deleted. The moments are within the time of an undisturbed load.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    moments = random.Random(seed)
    layout = Layout(kb)
    undisturbed, longest = {}, 0.0
    for name in builds:
        rollback(layout, name)
        started = time.monotonic()
        _finish(context.Process(target=work, args=(kb, access)))
        longest = max(longest, time.monotonic() - started)
        undisturbed[name] = content_at(access, layout)
    done = missed = half_done = equal = turn = waiting = 0
    problems: list[str] = []
    while done < kills:
        target = builds[turn % len(builds)]
        rollback(layout, target)
        if turn % 3 == 0:
            wipe(access)
        worker = context.Process(target=work, args=(kb, access))
        worker.start()
        worker.join(moments.uniform(0, longest))
        worker.kill()
        worker.join()
        if worker.exitcode == -signal.SIGKILL:
            done, waiting = done + 1, waiting + 1
            half_done += marker_at(access).state == "loading"
        else:
            missed += 1
        if done < kills and moments.random() < 1 / 3:
            continue
        problem = _difference(layout, access, undisturbed[target])
        problems += [f"after kill {done}: {problem}"] if problem else []
        equal, waiting, turn = equal + (0 if problem else waiting), 0, turn + 1
    return LoadDamage(done, missed, half_done, equal, tuple(problems))


def work(kb: Path, access: Access) -> None:
    """Load the published build of `kb`, in a worker."""
    load(Layout(kb), access, Quiet())


def wipe(access: Access) -> None:
    """Delete all nodes, edges, constraints and indexes of a database."""
    with open_driver(access) as driver, driver.session() as session:
        session.run(
            "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
        ).consume()
        for (name,) in session.run("SHOW CONSTRAINTS YIELD name").values():
            session.run(f"DROP CONSTRAINT `{name}`").consume()
        kept = "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"
        for (name,) in session.run(kept).values():
            session.run(f"DROP INDEX `{name}`").consume()


def _difference(layout: Layout, access: Access, expected: dict[str, Content]) -> str:
    """Resume the load until it is done, and return the difference; empty if there is none."""
    load(layout, access, Quiet())
    marker, found = marker_at(access), content_at(access, layout)
    if marker.state != "loaded" or marker.build != current_build(layout):
        return f"the database says {marker}"
    wrong = [name for name in expected | found if expected.get(name) != found.get(name)]
    return f"other content in {', '.join(wrong)}" if wrong else ""


def _finish(worker: BaseProcess) -> None:
    worker.start()
    worker.join()
    if worker.exitcode:
        message = f"an undisturbed load failed with exit code {worker.exitcode}"
        raise RuntimeError(message)
