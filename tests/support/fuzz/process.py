"""The process that reads damaged files: it may crash, hang or want too much memory."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Self

ROOT: Final = Path(__file__).parents[3]
# far more than any of these small files needs, even on a busy machine
LIMIT_S: Final = 120.0


class Reader:
    """A process that reads files, one at a time; it is started again after it died."""

    def __init__(self, kb: Path) -> None:
        self._kb = kb
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def check(self, kind: str, path: Path, **more: Any) -> str:
        """Read a file; return ``read`` or ``refused``, if the process did either as it should.

        Raises
        ------
        AssertionError
            If it died, hung, raised another error, read other values than an independent reader,
            or did not name the file in its refusal.
        """
        outcome = self._ask({"kind": kind, "path": str(path), **more})
        assert outcome["outcome"] in ("read", "refused"), outcome["said"]
        if outcome["outcome"] == "refused":
            named = more.get("named", path.name)
            assert named in outcome["said"], f"no file is named: {outcome['said']}"
        found: str = outcome["outcome"]
        return found

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(question).encode() + b"\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], LIMIT_S)
        line = process.stdout.readline() if ready else b""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        process.kill()
        code = process.wait()
        self._end()
        return {"outcome": "died", "said": f"{question}: " + (f"exit {code}" if ready else "hung")}

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.support.fuzz.worker", str(self._kb)]
        paths = os.pathsep.join([str(ROOT / "platform"), str(ROOT)])
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            for stream in (process.stdin, process.stdout):
                assert stream is not None
                stream.close()
            process.kill()
            process.wait()
