"""Random faults anywhere in a knowledge base: answers meanwhile, and repair afterwards.

    python -m benchmarks.damage [--faults 300] [--seed 0]

For each fault a copy of the toy world is damaged in one file (a flipped bit, a page of zeros, a
cut, a deletion, another file). Every kind of question is then asked in a process of its own and
compared with its answer before: it must be equal or refused. Then the copy is verified, repaired
and its content compared. Results: results/damage.json.
"""

import argparse
import json
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from tests.support.damage import CRASHED, FAULTS, REFUSED, TRACEBACK, ask_all, inflict

from orthoweave.builds.repair import repair
from orthoweave.builds.verify import verify
from orthoweave.errors import OrthoweaveError
from orthoweave.jobs.discover import discover_jobs
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build, read_manifest
from orthoweave.testing.toy import build_toy_kb

DATASET = "toy_human"


def main() -> None:
    """Inflict the faults, count the outcomes, and write and print them."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--faults", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    counts: Counter[str] = Counter()
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build_toy_kb(folder, vectors=True)
        whole = folder / "kb"
        answers = ask_all(whole, DATASET)
        content = content_of(Layout(whole))
        files = [item.path for item in verify(Layout(whole), Quiet(), deep=False)]
        draw = random.Random(given.seed)
        for number in range(given.faults):
            copy = Path(shutil.copytree(whole, folder / f"copy{number}"))
            path, fault = draw.choice(files), draw.choice(FAULTS)
            inflict(copy / path, fault, draw)
            found = compare(answers, ask_all(copy, DATASET))
            found += mend(Layout(copy), content)
            counts.update(found)
            problems += [f"{fault} of {path}: {one}" for one in found if one in BAD]
            print(
                f"{number + 1:4} {fault:6} {path[:70]:70} {', '.join(sorted(set(found)))}",
                flush=True,
            )
            shutil.rmtree(copy)
    result = {"faults": given.faults, "seed": given.seed, **dict(counts), "problems": problems}
    target = Path(__file__).parent / "results" / "damage.json"
    target.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for outcome, count in sorted(counts.items()):
        print(f"| {outcome} | {count} |")


WRONG, EQUAL, UNFOUND = "silently wrong", "equal", "not found by verify"
REPAIRED, NAMED, UNREPAIRED = "repaired", "not repaired, and named", "not repaired, and not named"
BAD = {WRONG, CRASHED, TRACEBACK, UNFOUND, UNREPAIRED}


def compare(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the outcome of each question after a fault."""
    kinds = (REFUSED, TRACEBACK, CRASHED)
    return [
        next((kind for kind in kinds if said.startswith(f"{kind}:")), None)
        or (EQUAL if said == before[name] else WRONG)
        for name, said in after.items()
    ]


def mend(layout: Layout, content: str) -> list[str]:
    """Return whether verification finds the damage, and whether repair brings the content back."""
    damaged = any(item.state != "whole" for item in verify(layout, Quiet(), deep=True))
    try:
        left = repair(layout, discover_jobs(Settings(kb=layout.root)), Quiet()).left
        whole = all(item.state == "whole" for item in verify(layout, Quiet(), deep=True))
        same = whole and content_of(layout) == content
    except OrthoweaveError as error:
        left, same = [str(error)], False
    outcome = REPAIRED if same else NAMED if left else UNREPAIRED
    return [outcome] if damaged else [UNFOUND, outcome]


def content_of(layout: Layout) -> str:
    """Return the digest of the content of the published build."""
    return read_manifest(layout, current_build(layout)).content_digest


if __name__ == "__main__":
    main()
