"""Kill -9 at random moments of ingest, build and publish, on the bundled demo or the toy world.

    python -m benchmarks.kill [--kills 100] [--world demo|toy] [--seed 0] [--longest SECONDS]

After every kill the knowledge base is opened and compared with what its writer had been told:
nothing lost, nothing half-visible, nothing unreadable. Results: results/kill.json.
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
    given = arguments.parse_args()
    longest = given.longest or {"demo": 20.0, "toy": 8.0}[given.world]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        steps = _demo_steps() if given.world == "demo" else toy_steps(root / "raw")
        started = time.perf_counter()
        damage = kill_repeatedly(root, steps, kills=given.kills, longest_s=longest, seed=given.seed)
    result = {
        "world": given.world,
        "seed": given.seed,
        "longest_s": longest,
        **asdict(damage),
        "seconds": round(time.perf_counter() - started, 1),
    }
    target = Path(__file__).parent / "results" / "kill.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print("| world | kills | lost | half-visible | unreadable | goal |\n|---|---|---|---|---|---|")
    print(
        f"| {given.world} | {damage.kills} | {damage.lost} | {damage.half_visible} "
        f"| {damage.unreadable} | 0, 0, 0 |"
    )
    for problem in damage.problems:
        print(problem)


def _demo_steps() -> list[Step]:
    return [(step.job, list(step.files), dict(step.options)) for step in find_recipe("demo").steps]


if __name__ == "__main__":
    main()
