"""Processes that ask a knowledge base all the while that others change it."""

import hashlib
import json
import multiprocessing
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path

import orthoweave as ow
from orthoweave.knowledge_base import KnowledgeBase

Ask = Callable[[KnowledgeBase], object]

_MOST_ASKED = 25
_EVERY_GENE = "MATCH (g:Gene) RETURN g.id AS id, g.symbol AS symbol ORDER BY id"


@dataclass(slots=True)
class Asked:
    """The outcome of all questions of all readers."""

    answers: int = 0
    opened: int = 0
    """Times that a reader opened the knowledge base."""
    builds: int = 0
    """Builds that were asked."""
    failed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Questions to which one build gave several answers."""


def questions(kb: KnowledgeBase) -> dict[str, Ask]:
    """Return a question of each kind that a build can answer; many open files late."""
    found: dict[str, Ask] = {
        "resolve": lambda k: k.resolve(["INS", "insulin"]).table.to_pylist(),
        "orthologs": lambda k: k.orthologs(["INS", "GCG"]).table.to_pylist(),
        "cell types": lambda k: k.observed_types().table.to_pylist(),
        "sources": lambda k: k.sources().table.to_pylist(),
        "cypher": lambda k: k.cypher(_EVERY_GENE).table.to_pylist(),
        "export": _export,
    }
    if "gene_text" in kb.manifest.vectors:
        found["genes by text"] = lambda k: k.search_genes("glucose transport").table.to_pylist()
    if "cell_text" in kb.manifest.vectors:
        found["cells by text"] = lambda k: k.search_cells("insulin").table.to_pylist()
    for dataset in kb.manifest.matrices:
        found[f"counts of {dataset}"] = partial(_counts, dataset=dataset)
        found[f"sample of {dataset}"] = partial(_sample, dataset=dataset)
        found[f"signature in {dataset}"] = partial(_signature, dataset=dataset)
    return found


def answers(kb: KnowledgeBase) -> dict[str, str]:
    """Return a digest of the answer to each question."""
    return {name: digest(ask(kb)) for name, ask in questions(kb).items()}


def digest(answer: object) -> str:
    """Return some digits that are equal for equal answers."""
    return hashlib.sha256(repr(answer).encode()).hexdigest()[:16]


@contextmanager
def readers(kb: Path, folder: Path, number: int) -> Iterator[Asked]:
    """Let processes ask until the block ends; then the result is filled in.

    Each opens the published build, asks some questions in a random order, and begins again.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    stop, asked = context.Event(), Asked()
    logs = [folder / f"reader-{one}.jsonl" for one in range(number)]
    workers = [
        context.Process(target=_read, args=(kb, log, stop, seed)) for seed, log in enumerate(logs)
    ]
    for worker in workers:
        worker.start()
    try:
        yield asked
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    asked.failed += [f"a reader ended by {w.exitcode}" for w in workers if w.exitcode]
    _sum_up(asked, [json.loads(line) for log in logs for line in log.read_text().splitlines()])


def _sum_up(asked: Asked, lines: list[dict[str, str]]) -> None:
    known: dict[tuple[str, str], str] = {}
    for line in lines:
        if "failed" in line:
            asked.failed.append(f"{line['build']}: {line['question']}: {line['failed']}")
        elif line["question"] == "open":
            asked.opened += 1
        else:
            asked.answers += 1
            key = (line["build"], line["question"])
            if known.setdefault(key, line["digest"]) != line["digest"]:
                asked.wrong.append(": ".join(key))
    asked.builds = len({build for build, _ in known})


def _read(kb: Path, log: Path, stop: Event, seed: int) -> None:
    draw = random.Random(seed)
    with log.open("w", encoding="utf-8") as out:

        def say(**line: str) -> None:
            out.write(json.dumps(line) + "\n")
            out.flush()

        while not stop.is_set():
            build, name = "", "open"
            try:
                with ow.open(kb) as opened:
                    build = opened.manifest.build
                    say(build=build, question="open")
                    known = questions(opened)
                    for _ in range(draw.randint(1, _MOST_ASKED)):
                        if stop.is_set():
                            break
                        name = draw.choice(sorted(known))
                        say(build=build, question=name, digest=digest(known[name](opened)))
            except Exception as error:
                say(build=build, question=name, failed=f"{type(error).__name__}: {error}")


def _counts(kb: KnowledgeBase, dataset: str) -> object:
    data = kb.anndata(dataset, counts=True)
    return data.X.sum(axis=0).tolist(), data.obs_names.tolist(), data.var_names.tolist()


def _sample(kb: KnowledgeBase, dataset: str) -> object:
    return kb.cells(dataset).totals.tolist()


def _signature(kb: KnowledgeBase, dataset: str) -> object:
    return kb.signature(["INS"], among=[dataset]).hits.table.to_pylist()


def _export(kb: KnowledgeBase) -> object:
    with tempfile.TemporaryDirectory() as folder:
        kb.export("kgx", Path(folder) / "out", tables=["Gene", "ORTHOLOGOUS_TO"])
        files = sorted((Path(folder) / "out").glob("*.tsv"))
        return [(path.name, digest(path.read_bytes())) for path in files]
