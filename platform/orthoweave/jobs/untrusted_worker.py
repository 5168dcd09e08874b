"""The child's side of a job on files that may be hostile: it sandboxes itself, then reads them."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from orthoweave import content
from orthoweave.errors import InputError, OrthoweaveError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.jobs.depends import find_dataset
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.job import Job, JobContext
from orthoweave.sandbox.files import confine_to
from orthoweave.sandbox.limits import forbid_looking, limit_memory
from orthoweave.schema import read_schema
from orthoweave.storage.layout import Layout
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableWriter, read_tableset

STAGED_TABLES, STAGED_MATRICES = "tables", "matrices"
# programs and libraries of the system, which hold no secrets
_SYSTEM: Final = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")


def main() -> None:
    """Read what to do from the input, sandbox this process, and do it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # keeps anything that a library prints out of the answers
    about = json.loads(sys.stdin.buffer.readline())
    try:
        _work(about, _Sent(answers))
    except OrthoweaveError as error:
        _say(answers, {"error": type(error).__name__, "message": str(error)})
    except MemoryError:
        _say(answers, {"error": "HostileFileError", "message": _too_much(about)})
    except Exception as error:  # noqa: BLE001 - handed to the parent, whatever it is
        if "bad_alloc" in str(error) or "allocate" in str(error).lower():
            _say(answers, {"error": "HostileFileError", "message": _too_much(about)})
            return
        files = ", ".join(about["inputs"])
        message = (
            f"{files} is damaged, or its reader fails in a sandboxed process "
            f"({type(error).__name__}: {error}): expected {about['job']} to read it"
        )
        _say(answers, {"error": InputError.__name__, "message": message})


def _work(about: dict[str, Any], sent: "_Sent") -> None:
    job = _load(about)
    paths, options = (
        tuple(Path(text) for text in about["inputs"]),
        job.parse_options(about["given"]),
    )
    staging, layout = Path(about["staging"]), Layout(Path(about["layout"]))
    schema = read_schema()
    _sandbox(about, job, options, (staging, layout))
    tempfile.tempdir = str(staging)
    uses = job.uses | job.also_uses(paths, options)
    source = job.identify(paths, options)
    sent.answer({"uses": sorted(uses), "source": asdict(source)})
    given = json.loads(sys.stdin.buffer.readline())
    upstream = tuple(read_tableset(layout.tables / digest) for digest in given["upstream"])
    dataset = find_dataset(layout, upstream, options) if "dataset" in uses else None
    with ExitStack() as opened:
        catalogue = None
        if given["catalogue"] is not None:
            catalogue = opened.enter_context(GeneCatalogue.open(Path(given["catalogue"])))
        out = opened.enter_context(
            TableWriter(
                staging / STAGED_TABLES,
                schema,
                SourceInfo(**given["source"]),
                matrices=staging / STAGED_MATRICES,
            )
        )
        job = replace(job, uses=uses)
        job.run(JobContext(paths, options, out, schema, layout, sent, upstream, catalogue, dataset))
        out.finish()
        sent.answer({"counts": out.counts})


def _load(about: Mapping[str, Any]) -> Job:
    return next(job for job in load_jobs(Path(about["path"])) if job.name == about["job"])


def _sandbox(
    about: Mapping[str, Any], job: Job, options: Mapping[str, Any], folders: tuple[Path, Layout]
) -> None:
    staging, layout = folders
    named = [Path(options[o.name]) for o in job.options if o.file and options[o.name]]
    code = [Path(text) for text in (sys.prefix, sys.base_prefix, *sys.path, *_SYSTEM)]
    own = [content.folder("ingest"), content.folder("graph_schema"), Path(about["path"]).parent]
    known = [layout.tables, layout.matrices, layout.cache]
    readable = [*map(Path, about["inputs"]), *named, *code, *own, *known]
    for name in (STAGED_TABLES, STAGED_MATRICES):
        (staging / name).mkdir()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    forbid_looking()
    limit_memory(pages * os.sysconf("SC_PAGE_SIZE") + about["memory_mb"] * 2**20)
    confine_to([path for path in readable if path.exists()], [staging])


def _too_much(about: Mapping[str, Any]) -> str:
    return (
        f"{', '.join(about['inputs'])} needs more than the {about['memory_mb']:,} MiB of memory "
        "that a sandboxed reader may have: refused. If the file is sound and so large, raise "
        "ORTHOWEAVE_UNTRUSTED_MEMORY_MB"
    )


class _Sent:
    """Progress and answers, sent to the parent."""

    def __init__(self, answers: BinaryIO) -> None:
        self._answers = answers

    def answer(self, answer: Mapping[str, object]) -> None:
        """Send an answer."""
        _say(self._answers, {"answer": answer})

    def note(self, text: str) -> None:
        """Send a line."""
        _say(self._answers, {"note": text})

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator["_Sent"]:
        """Send the begin and the end of a piece of work."""
        _say(self._answers, {"task": label, "total": total})
        yield self
        _say(self._answers, {"end": label})

    def advance(self, steps: int = 1) -> None:
        """Send that steps are done."""
        _say(self._answers, {"advance": int(steps)})


def _say(answers: BinaryIO, message: Mapping[str, object]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
