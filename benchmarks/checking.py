"""Cost of comparing files with their checksums: at opening, in questions, in a whole verification.

    python -m benchmarks.checking [KB]

The knowledge base, by default the demo, is opened in new processes in turn with checks and without
them (every file counts as whole), and asked the same questions, first and again. `verify --deep` is
compared with `sha256sum` on the same files. Results: results/checking.json.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.synthetic import RESULTS, WORK

from orthoweave.builds.verify import verify
from orthoweave.cli.demo import build_demo
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.storage.integrity import Checks
from orthoweave.storage.layout import Layout

RUNS, REPEATS = 9, 40
GENES = ("INS", "GCG", "SST", "PPY", "GHRL")
GOALS = {"open_added_ms": 20.0, "questions_ratio": 1.05, "verify_against_sha256sum": 0.8}


def main() -> None:
    """Measure in turn, print a table and write the JSON."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(_child(Path(sys.argv[2]), checked=sys.argv[3] == "checked")))
        return
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _demo()
    with_checks, without = [], []
    for _ in range(RUNS):
        with_checks.append(_in_child(folder, "checked"))
        without.append(_in_child(folder, "unchecked"))
    result: dict[str, object] = {"benchmark": "checking", "runs": RUNS, "goals": GOALS}
    for name in ("open_ms", "first_ms", "again_ms"):
        one, other = (
            statistics.median(run[name] for run in runs) for runs in (with_checks, without)
        )
        result[name] = {"checked": round(one, 2), "unchecked": round(other, 2)}
        result[f"{name}_ratio"] = round(one / other, 3)
    result |= _verification(folder)
    result["load"] = [round(value, 1) for value in os.getloadavg()]
    (RESULTS / "checking.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:28} {value}")


def _in_child(folder: Path, how: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.checking", "--child", str(folder), how]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {name: float(value) for name, value in json.loads(done.stdout).items()}


def _child(folder: Path, *, checked: bool) -> dict[str, float]:
    """Open and ask in this process; times in milliseconds of CPU, of this process alone."""
    if not checked:
        Checks.require = _trust  # type: ignore[assignment, method-assign]
    start = time.process_time()
    with open_knowledge_base(folder, store="") as kb:
        opened = time.process_time()
        kb.expression(GENES)
        kb.orthologs(GENES, to_species="mouse")
        kb.search_cells("insulin secreting cell")
        first = time.process_time()
        for _ in range(REPEATS):
            kb.expression(GENES)
            kb.orthologs(GENES, to_species="mouse")
        done = time.process_time()
    again = (done - first) / REPEATS
    parts = {"open_ms": opened - start, "first_ms": first - opened, "again_ms": again}
    return {name: seconds * 1000 for name, seconds in parts.items()}


def _trust(_: Checks, path: Path, sha256: str) -> Path:
    """Return the path of a file whose content nobody looks at."""
    return path


def _verification(folder: Path) -> dict[str, object]:
    """Times of `verify --deep` and of `sha256sum` on the files that it read, in turn."""
    layout = Layout(folder)
    names = [layout.root / item.path for item in verify(layout, Quiet(), deep=False)]
    # builds and projections share files, of which verification reads each once
    files = [str(path) for path in {path.stat().st_ino: path for path in names}.values()]
    ours, plain = [], []
    for _ in range(5):
        start = time.perf_counter()
        verify(layout, Quiet(), deep=True)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        subprocess.run(["sha256sum", *files], check=True, capture_output=True)
        plain.append(time.perf_counter() - start)
    one, other = statistics.median(ours), statistics.median(plain)
    n_bytes = sum(Path(path).stat().st_size for path in files)
    return {
        "files": len(files),
        "megabytes": round(n_bytes / 1e6, 1),
        "verify_s": round(one, 3),
        "sha256sum_s": round(other, 3),
        "verify_against_sha256sum": round(other / one, 2),
    }


def _demo() -> Path:
    folder = WORK / "demo" / "kb"
    if not folder.is_dir():
        build_demo(folder, Quiet())
    return folder


if __name__ == "__main__":
    main()
