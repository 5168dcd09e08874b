"""Random faults in the files of a knowledge base, and the outcome of questions afterwards."""

import hashlib
import multiprocessing
import random
import tempfile
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import orthoweave as ow
from orthoweave.errors import OrthoweaveError
from orthoweave.knowledge_base import KnowledgeBase

FAULTS: Final = ("flip", "zero", "cut", "delete", "other")
REFUSED: Final = "refused"
CRASHED: Final = "crashed"
TRACEBACK: Final = "traceback"

Ask = Callable[[KnowledgeBase], object]


def inflict(path: Path, fault: str, draw: random.Random) -> None:
    """Damage a file in place: flip a bit, zero a page, cut it, delete it, write another file."""
    found = bytearray(path.read_bytes())
    at = draw.randrange(max(len(found), 1))
    if fault == "delete" or not found:
        path.unlink()
        return
    if fault == "flip":
        found[at] ^= 1 << draw.randrange(8)
    elif fault == "zero":
        # half of a DuckDB file is zero already, which would be no fault
        at = draw.choice([place for place, value in enumerate(found) if value] or [at])
        found[at : at + 4096] = bytes(len(found[at : at + 4096]))
    elif fault == "cut":
        del found[at:]
    else:
        found = bytearray(b"another file\n")
    path.write_bytes(found)


def ask_all(folder: Path, dataset: str) -> dict[str, str]:
    """Ask one question of each kind in a process of its own; return the outcome of each.

    The outcome is a digest of the answer, or ``refused``, ``traceback`` or ``crashed``, with what
    was said.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(target=_ask, args=(folder, dataset, theirs))
    worker.start()
    theirs.close()
    outcomes: dict[str, str] = {}
    try:
        while True:
            name, outcome = ours.recv()
            outcomes[name] = outcome
    except EOFError:
        worker.join()
    if worker.exitcode != 0:
        outcomes[f"after {list(outcomes)[-1:]}"] = f"{CRASHED}: exit code {worker.exitcode}"
    return outcomes


def _ask(folder: Path, dataset: str, out: Connection) -> None:
    try:
        with ow.open(folder) as kb:
            for name, ask in _questions(kb, dataset).items():
                out.send((name, _outcome(kb, ask)))
    except OrthoweaveError as error:
        out.send(("open", f"{REFUSED}: {error}"))
    except Exception:
        out.send(("open", f"{TRACEBACK}: {traceback.format_exc()}"))


def _outcome(kb: KnowledgeBase, ask: Ask) -> str:
    try:
        return hashlib.sha256(repr(ask(kb)).encode()).hexdigest()
    except OrthoweaveError as error:
        return f"{REFUSED}: {error}"
    except Exception:
        return f"{TRACEBACK}: {traceback.format_exc()}"


def _questions(kb: KnowledgeBase, dataset: str) -> dict[str, Ask]:
    rows = {f"rows of {name}": _rows(name) for name, count in kb.manifest.counts.items() if count}
    return {
        "resolve": lambda k: k.resolve(["INS", "insulin", "IDDM2"]).table.to_pylist(),
        "orthologs": lambda k: k.orthologs(["INS"]).table.to_pylist(),
        "expression": lambda k: k.expression(["INS"], across=("human", "mouse")).table.to_pylist(),
        "genes by text": lambda k: k.search_genes("glucose transport").table.to_pylist(),
        "cells by text": lambda k: k.search_cells("insulin secreting cell").table.to_pylist(),
        "sources": lambda k: k.sources().table.to_pylist(),
        "counts": lambda k: _matrix(k, dataset),
        "export": _export,
        **rows,
    }


def _rows(name: str) -> Ask:
    """Return a question for all rows of a table, with all their properties."""

    def ask(kb: KnowledgeBase) -> object:
        schema = kb.session.published.schema
        table = schema.table(name)
        columns = [column.name for column in table.columns if column.name not in ("from", "to")]
        node = name in schema.nodes
        pattern = f"(n:{name})" if node else f"(a)-[n:{name}]->(b)"
        ends = "" if node else "a.id AS start, b.id AS stop, "
        text = f"MATCH {pattern} RETURN {ends}" + ", ".join(f"n.{one} AS {one}" for one in columns)
        return sorted(repr(row) for row in kb.cypher(text).table.to_pylist())

    return ask


def _matrix(kb: KnowledgeBase, dataset: str) -> object:
    data = kb.anndata(dataset, counts=True)
    return data.X.sum(axis=0).tolist(), data.obs.to_dict(), list(data.var_names)


def _export(kb: KnowledgeBase) -> object:
    with tempfile.TemporaryDirectory() as folder:
        kb.export("kgx", Path(folder) / "out")
        files = sorted((Path(folder) / "out").glob("*.tsv*"))
        return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
