"""Kill -9 at random moments of ingest, build and publish, on the bundled demo or the toy world.

    python -m benchmarks.kill [--kills 100] [--world demo|toy] [--seed 0] [--longest SECONDS]
                              [--readers 2]

The writer ingests, builds, goes back to the build before, builds again and collects; readers open
the knowledge base and ask all the while. After every kill the knowledge base is opened and compared
with what its writer had been told: nothing lost, nothing half-visible, nothing unreadable. An
answer to a reader is wrong if the same build gave another one to the same question. Results:
results/kill.json, or results/kill_readers.json with readers.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.support.crash import Step, kill_repeatedly, toy_steps

from orthoweave.recipes.recipe import find_recipe


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--world", choices=["demo", "toy"], default="demo")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--longest", type=float, default=None)
    arguments.add_argument("--readers", type=int, default=0)
    given = arguments.parse_args()
    longest = given.longest or {"demo": 20.0, "toy": 8.0}[given.world]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        steps = _demo_steps() if given.world == "demo" else toy_steps(root / "raw")
        started = time.perf_counter()
        damage = kill_repeatedly(
            root, steps, kills=given.kills, longest_s=longest, seed=given.seed, asking=given.readers
        )
    result = {
        "world": given.world,
        "seed": given.seed,
        "longest_s": longest,
        "readers": given.readers,
        **asdict(damage),
        "seconds": round(time.perf_counter() - started, 1),
    }
    name = "kill_readers.json" if given.readers else "kill.json"
    target = Path(__file__).parent / "results" / name
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(
        "| world | kills | lost | half-visible | unreadable | answers | wrong | failed | goal |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    print(
        f"| {given.world} | {damage.kills} | {damage.lost} | {damage.half_visible} "
        f"| {damage.unreadable} | {damage.answers} | {damage.wrong} | {damage.failed} | all 0 |"
    )
    for problem in damage.problems:
        print(problem)


def _demo_steps() -> list[Step]:
    return [(step.job, list(step.files), dict(step.options)) for step in find_recipe("demo").steps]


if __name__ == "__main__":
    main()
