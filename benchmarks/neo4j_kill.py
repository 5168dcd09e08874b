"""Kill -9 of a load into Neo4j at random moments, on the toy world.

    python -m benchmarks.neo4j_kill [--kills 50] [--seed 0]

Two builds, with and without one dataset, are loaded in turn into a local server, on top of each
other and into an empty database; some loads are killed several times. After each load that was
taken up and finished, the content of all tables, read back, is compared with that of an undisturbed
load. Results: results/neo4j_kill.json.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.synthetic import RESULTS
from tests.support.load_crash import kill_loads, two_builds

from orthoweave.stores.neo4j.local_server import ServerOptions, start_server
from orthoweave.testing.toy import build_toy_kb


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        kb = build_toy_kb(root / "toy")
        builds = two_builds(kb, "toy_mouse")
        with start_server(root / "server", ServerOptions(quick_start=True)) as server:
            started = time.perf_counter()
            damage = kill_loads(kb, builds, server.access, kills=given.kills, seed=given.seed)
            seconds = time.perf_counter() - started
    result = {"world": "toy", "seed": given.seed, **asdict(damage), "seconds": round(seconds, 1)}
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=1) + "\n"
    (RESULTS / "neo4j_kill.json").write_text(text, encoding="utf-8")
    print("| kills | left half done | equal after resuming | goal |\n|---|---|---|---|")
    print(f"| {damage.kills} | {damage.half_done} | {damage.equal} | {given.kills} |")
    for problem in damage.problems:
        print(problem)


if __name__ == "__main__":
    main()
