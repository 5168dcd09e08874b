"""Run every benchmark one after another and print one table of the results.

Each benchmark is a module that runs by itself, prints its table and writes
``benchmarks/results/<name>.json``; they compare in one run, so that a noisy machine cancels out.
Usage, in the root of the checkout: ``python -m benchmarks.run_all [NAME …]``.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run the benchmarks named on the command line, or all; return the number that failed."""
    wanted = sys.argv[1:] or [path.stem for path in sorted(HERE.glob("*.py")) if _runs(path)]
    failed = 0
    for name in wanted:
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        failed += subprocess.run(command, check=False, cwd=HERE.parent).returncode != 0
    for path in sorted((HERE / "results").glob("*.json")):
        print(path.stem, json.dumps(json.loads(path.read_text(encoding="utf-8")))[:400])
    return failed


def _runs(path: Path) -> bool:
    """Return whether a module is a benchmark that needs no argument; the others are their parts."""
    needs_more = {"run_all", "search_phrases"}
    return path.stem not in needs_more and "\nif __name__ ==" in path.read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
