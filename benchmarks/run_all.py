"""Run every benchmark one after another and print one table of the results.

Each benchmark is a script of its own that prints its table and writes
``benchmarks/results/<name>.json``; they compare in one run, so that a noisy machine cancels out.
"""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run the benchmarks named on the command line, or all; return the number that failed."""
    helpers = {"run_all", "synthetic", "synthetic_build", "search_phrases"}
    scripts = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in helpers)
    wanted = sys.argv[1:] or scripts
    failed = 0
    for name in wanted:
        print(f"== {name}", flush=True)
        command = [sys.executable, str(HERE / f"{name}.py")]
        failed += subprocess.run(command, check=False).returncode != 0
    for path in sorted((HERE / "results").glob("*.json")):
        print(path.stem, json.dumps(json.loads(path.read_text(encoding="utf-8")))[:400])
    return failed


if __name__ == "__main__":
    sys.exit(main())
