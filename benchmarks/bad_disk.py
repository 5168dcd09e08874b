"""A full disk, a read-only one and a clock set back, while the command line works on them.

    python -m benchmarks.bad_disk [--turns 30] [--seed 0]

Needs root, for file systems of its own in memory. In each turn a file fills the disk up to a random
rest, then the command line ingests and builds. It may succeed or must fail with one sentence; the
published build must answer as before meanwhile; with the space back, the same commands must bring
the content that an undisturbed run brings. Then the disk is remounted read-only: everything that
only reads must work. Where `faketime` is installed, a build is made a year in the past.
Results: results/bad_disk.json.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.damage import content_of
from benchmarks.synthetic import RESULTS
from tests.support.crash import toy_steps
from tests.support.damage import ask_all

from orthoweave.storage.layout import Layout

DATASET = "toy_human"
SIZE_MB = 256
READS = (
    ["status"],
    ["verify", "--deep"],
    ["genes", "show", "INS"],
    ["orthologs", "INS"],
    ["expression", "INS"],
    ["cypher", "-e", "MATCH (g:Gene) RETURN count(g) AS n"],
)


@dataclass(frozen=True, slots=True)
class Said:
    """The error that a command printed, and how it ended."""

    code: int
    error: str

    @property
    def is_sentence(self) -> bool:
        """Return whether a failure was explained without a traceback."""
        return self.code > 0 and bool(self.error.strip()) and "Traceback" not in self.error


def main() -> None:
    """Run all turns, count the outcomes, and write and print them."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--turns", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    draw, counts, problems = random.Random(given.seed), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        steps = [_command(*step) for step in toy_steps(folder / "raw")]
        first, second = [*steps[:3], ["build"]], [*steps[3:], ["build"]]
        expected, size = _undisturbed(folder, first, second)
        with _disk(folder / "disk") as disk:
            kb = disk / "kb"
            for turn in range(given.turns):
                shutil.rmtree(kb, ignore_errors=True)
                _all(kb, first)
                left = draw.randrange(size)
                found = _turn(disk, second, expected, left)
                counts.update(found)
                problems += [f"{left:,} bytes left: {one}" for one in found if ":" in one]
                print(f"{turn + 1:4} {left:>11,} bytes left: {', '.join(found)}", flush=True)
            counts.update(found := _read_only(disk))
            problems += found if found != ["read-only: all reads work"] else []
            counts.update(_clock_back(kb, steps))
    result = {"turns": given.turns, "seed": given.seed, **counts, "problems": problems}
    text = json.dumps(result, indent=1, sort_keys=True)
    (RESULTS / "bad_disk.json").write_text(text + "\n", encoding="utf-8")
    for outcome, count in sorted(counts.items()):
        print(f"| {outcome} | {count} |")


def _turn(disk: Path, commands: Sequence[list[str]], expected: str, left: int) -> list[str]:
    """Fill the disk up to `left` bytes, work, look, give the space back, work again, compare."""
    kb, filler = disk / "kb", disk / "filler"
    before, answers = content_of(Layout(kb)), ask_all(kb, DATASET)
    with filler.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, max(shutil.disk_usage(disk).free - left, 1))
    found = []
    for command in commands:
        said = _orthoweave(kb, command)
        if said.code == 0:
            continue
        found.append("a sentence" if said.is_sentence else f"no sentence: {said.error[-300:]}")
        break
    now = content_of(Layout(kb))
    if now == before:
        same = ask_all(kb, DATASET) == answers
        found.append("answers as before" if same else "other answers: of the same content")
    elif now != expected:
        found.append("lost: the published content is neither the old nor the new one")
    filler.unlink()
    _all(kb, commands)
    whole = content_of(Layout(kb)) == expected
    found.append("completed afterwards" if whole else "not completed: another content afterwards")
    return found


def _read_only(disk: Path) -> list[str]:
    """Ask, verify and export with the disk remounted read-only; then ingest, which must refuse."""
    kb = disk / "kb"
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        with tempfile.TemporaryDirectory() as target:
            reads = [*READS, ["export", "--format", "kgx", "--output", f"{target}/out"]]
            said = [(command, _orthoweave(kb, command)) for command in reads]
        refused = _orthoweave(kb, ["build", "--force"])
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    failed = [f"read-only: {one[0]}: {about.error[-300:]}" for one, about in said if about.code]
    if not refused.is_sentence:
        failed.append(f"read-only: a build ended with {refused.code}: {refused.error[-300:]}")
    return failed or ["read-only: all reads work"]


def _clock_back(kb: Path, steps: Sequence[list[str]]) -> list[str]:
    """Ingest and build a year in the past: the new version must be the one that is published."""
    if shutil.which("faketime") is None:
        return ["clock back: not run, there is no `faketime`"]
    fake = ["faketime", "-f", "-365d"]
    for command in ([*steps[3], "--set", "version=past"], ["build"]):
        said = _orthoweave(kb, command, prefix=fake)
        if said.code:
            return [f"clock back: {said.error[-300:]}"]
    said = _orthoweave(kb, ["verify", "--deep"])
    return ["clock back: published and whole" if said.code == 0 else f"clock back: {said.error}"]


def _undisturbed(
    folder: Path, first: Sequence[list[str]], second: Sequence[list[str]]
) -> tuple[str, int]:
    """Return the content of a run with enough space, and the bytes that its second half takes."""
    kb = folder / "undisturbed"
    _all(kb, first)
    before = _used(kb)
    _all(kb, second)
    return content_of(Layout(kb)), int((_used(kb) - before) * 1.5)


def _used(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _all(kb: Path, commands: Sequence[list[str]]) -> None:
    for command in commands:
        said = _orthoweave(kb, command)
        if said.code:
            message = f"{command} failed with enough space: {said.error}"
            raise RuntimeError(message)


def _orthoweave(kb: Path, command: list[str], prefix: Sequence[str] = ()) -> Said:
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "orthoweave", *command, "--kb", str(kb)],
        capture_output=True,
        text=True,
        check=False,
    )
    return Said(done.returncode, done.stderr)


def _command(job: str, inputs: Sequence[Path], options: Mapping[str, str]) -> list[str]:
    given = [part for name, value in options.items() for part in ("--set", f"{name}={value}")]
    return ["ingest", job, *map(str, inputs), *given]


@contextmanager
def _disk(folder: Path) -> Iterator[Path]:
    """Mount a file system in memory, and unmount it."""
    folder.mkdir()
    options = f"size={SIZE_MB}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


if __name__ == "__main__":
    main()
