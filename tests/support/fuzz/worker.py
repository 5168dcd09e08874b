"""Reads damaged files as the platform reads them, and says how each ended: a JSON line for each."""

import json
import os
import resource
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.support.fuzz import independent

from orthoweave.errors import OrthoweaveError
from orthoweave.files.expression_files import Choices, open_expression
from orthoweave.files.gene_lists import read_gene_list
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.questions.script import read_script
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout

# more than a reader of such small files may want
MEMORY: Final = 8 * 2**30
_OPTIONS: Final = {
    "cell_gene": {"species": "human", "min_matched": "0", "source": "fuzzed"},
    "gene_descriptions": {"source": "fuzzed"},
    "orthology": {"source": "fuzzed"},
    "cell_ontology": {"source": "fuzzed"},
}


def main(kb: Path) -> None:
    """Read what the lines of standard input name, until it ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "Numcodecs codecs are not in the Zarr version 3")
    # nothing here has to survive a power failure
    os.fsync = lambda fd: None
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with answers:
        for line in sys.stdin:
            answers.write(json.dumps(_outcome(kb, json.loads(line))) + "\n")
            answers.flush()


def _outcome(kb: Path, question: Mapping[str, Any]) -> dict[str, str]:
    try:
        _KINDS[question["kind"]](kb, Path(question["path"]), question)
    except OrthoweaveError as error:
        return {"outcome": "refused", "said": str(error)}
    except BaseException:
        return {"outcome": "traceback", "said": f"{dict(question)}: {traceback.format_exc()}"}
    return {"outcome": "read", "said": ""}


def _matrix(kb: Path, path: Path, question: Mapping[str, Any]) -> None:
    # what the rows of a table are is found by the names of genes, as the job does
    rows = Choices(rows="genes") if path.suffix in (".csv", ".tsv") else None
    with open_expression(path, rows) as source:
        blocks = [block.toarray() for _, block in source.blocks()]
        names = [str(name) for name in source.obs.index], [str(name) for name in source.var.index]
        independent.compare_matrix(path, source.kind, source.where, blocks, names)
    if question["ingest"]:
        _ingest(kb, "cell_gene", path)


def _ingest(kb: Path, job: str, path: Path) -> Path:
    layout = Layout(kb)
    found = find_job(Settings(kb=kb), job)
    done = ingest(layout, found, [path], _OPTIONS[job], Quiet(), replace_changed=True, remake=True)
    return done.tables.folder


def _table(job: str) -> Callable[[Path, Path, Mapping[str, Any]], None]:
    def read(kb: Path, path: Path, _: Mapping[str, Any]) -> None:
        folder = _ingest(kb, job, path)
        independent.compare_table(job, path, folder)

    return read


def _genes(_: Path, path: Path, __: Mapping[str, Any]) -> None:
    content = path.read_bytes()
    found = read_gene_list(content, path.name)
    independent.compare_names(content, found.all_names)


def _script(_: Path, path: Path, __: Mapping[str, Any]) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    try:
        statements = read_script(text)
    except OrthoweaveError as error:
        # the command line names the file
        error.args = (f"{path}: {error}",)
        raise
    for one in statements:
        assert one.text in text


def _base(_: Path, path: Path, question: Mapping[str, Any]) -> None:
    found, expected = independent.ask_base(path), question["expected"]
    assert not expected or found == independent.ask_base(Path(expected)), "another answer"


_KINDS: Final[Mapping[str, Callable[[Path, Path, Mapping[str, Any]], None]]] = {
    "matrix": _matrix,
    "gene_descriptions": _table("gene_descriptions"),
    "orthology": _table("orthology"),
    "cell_ontology": _table("cell_ontology"),
    "gene list": _genes,
    "script": _script,
    "base": _base,
}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
