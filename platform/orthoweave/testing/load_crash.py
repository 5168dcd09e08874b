"""Kills a load into Neo4j at random moments, takes it up again and compares with undisturbed ones.

A worker process loads one of two builds in turn, into a database that holds the other one or
nothing, and is killed by SIGKILL. Some of the loads that follow are killed too. The one that is let
finish must leave exactly what an undisturbed load of that build leaves.
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
from orthoweave.stores.neo4j_access import Access, open_driver
from orthoweave.stores.neo4j_load import marker_at
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import current_build


@dataclass(frozen=True, slots=True)
class LoadDamage:
    """What kills did to loads; none differing is good."""

    kills: int
    """Loads that were killed while they ran."""
    missed: int
    """Loads that had finished before the kill came; not counted among the kills."""
    half_done: int
    """Kills that left the database saying that it is being loaded."""
    equal: int
    """Kills after which the load that was taken up gave what an undisturbed one gives."""
    problems: tuple[str, ...]


def two_builds(kb: Path, without: str) -> tuple[str, str]:
    """Builds of a knowledge base with all its sources and with one less, the latter published."""
    layout = Layout(kb)
    whole = current_build(layout)
    remove_source(layout, without)
    return whole, build(layout, Quiet()).manifest.build


def kill_loads(
    kb: Path, builds: Sequence[str], access: Access, *, kills: int, seed: int = 0
) -> LoadDamage:
    """Load `builds` in turn into the database at `access`, killed `kills` times in all.

    Everything in that database is removed. A kill comes at a random moment of the time that an
    undisturbed load takes.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    moments = random.Random(seed)  # noqa: S311 - which moments is no secret
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
    """Load the published build of `kb`; what a worker runs."""
    load(Layout(kb), access, Quiet())


def wipe(access: Access) -> None:
    """Remove all nodes, edges and constraints from a database."""
    with open_driver(access) as driver, driver.session() as session:
        session.run(
            "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"
        ).consume()
        for (name,) in session.run("SHOW CONSTRAINTS YIELD name").values():
            session.run(f"DROP CONSTRAINT `{name}`").consume()


def _difference(layout: Layout, access: Access, expected: dict[str, Content]) -> str:
    """Take the load up and let it finish; how the database then differs, empty if it does not."""
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
