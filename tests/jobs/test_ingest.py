"""Running a job: all or nothing, once, and again only when something has changed."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from orthoweave.errors import (
    InputError,
    OrthoweaveError,
    RowFloorError,
    SchemaError,
    SourceChangedError,
    UnknownNameError,
    UsageError,
)
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.jobs.job import Job, JobContext, job
from orthoweave.options import Option
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.testing.sources import GENES, HUMAN, record_source


@job(
    name="lines",
    help="one gene a line",
    inputs="a text file",
    writes=("Gene",),
    options=(Option("prefix", "of every symbol", default=""),),
    uses=frozenset({"genes"}),
)
def LINES(context: JobContext) -> None:
    """Write a gene for each line; a line `boom` fails halfway."""
    for number, line in enumerate(context.inputs[0].read_text().split(), 1):
        if line == "boom":
            message = "expected a gene, found 'boom'"
            raise InputError(message)
        symbol = context.options["prefix"] + line
        row = {"id": f"{line}:{number}", "symbol": symbol, "species": HUMAN}
        context.out.write("Gene", pa.Table.from_pylist([row]))


def run(
    kb: Path, text: str, *, replacing: bool = False, given: dict[str, str] | None = None
) -> Ingested:
    source = kb.parent / "raw.txt"
    source.write_text(text)
    return ingest(Layout(kb), LINES, [source], given or {}, Quiet(), replace_changed=replacing)


def state(kb: Path) -> tuple[list[str], list[tuple[str, str, str]]]:
    entries = Ledger(Layout(kb).ledger).entries()
    folders = sorted(path.name for path in (kb / "tables").iterdir())
    return folders, [(entry.name, entry.version, entry.state) for entry in entries]


def test_an_ingest_is_recorded_with_its_tables(tmp_path: Path) -> None:
    """Named after its file, with counts, options and the file's checksum."""
    done = run(tmp_path / "kb", "NCBIGene NCBIGene", given={"prefix": "x"})
    assert (done.entry.name, done.entry.counts, done.entry.options) == (
        "raw",
        {"Gene": 2},
        {"prefix": "x"},
    )
    assert done.entry.inputs[0]["bytes"] == 17
    assert state(tmp_path / "kb")[0] == [done.entry.tables_digest]


def test_an_error_names_the_file(tmp_path: Path) -> None:
    """A message of a job that does not say which file it is about begins with the input."""
    with pytest.raises(InputError, match=r"^\S*/raw.txt: expected a gene, found 'boom'"):
        run(tmp_path / "kb", "NCBIGene boom")


@pytest.mark.parametrize("address", ["https://example.org/a.h5ad", "s3://bucket/a.h5ad"])
def test_addresses_are_downloaded_first(tmp_path: Path, address: str) -> None:
    """An address in place of a file is named with the command that fetches it."""
    with pytest.raises(InputError, match=f"{address} is an address.*curl -L -O {address}"):
        ingest(Layout(tmp_path / "kb"), LINES, [Path(address)], {}, Quiet())


def test_pipes_are_refused(tmp_path: Path) -> None:
    """A pipe cannot be read twice, and a checksum of a device has no end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="pipe or device"):
        ingest(Layout(tmp_path / "kb"), LINES, [tmp_path / "pipe"], {}, Quiet())


def test_a_refused_first_ingest_leaves_no_folder(tmp_path: Path) -> None:
    """Its folder is removed, other files stay, and the next ingest works."""
    for kb, left in ((tmp_path / "new" / "kb", tmp_path / "new"), (tmp_path / "old", None)):
        if left is None:
            (kb / "sources").mkdir(parents=True)
        raw = tmp_path / "raw.txt"
        raw.write_text("boom")
        with pytest.raises(InputError):
            ingest(Layout(kb), LINES, [raw], {}, Quiet())
        assert not (left or kb / "tables").exists()
        assert (kb / "sources").exists() == (left is None)
        raw.write_text("NCBIGene")
        assert ingest(Layout(kb), LINES, [raw], {}, Quiet()).entry.name
        raw.write_text("boom")
        with pytest.raises(InputError):
            ingest(Layout(kb), LINES, [raw], {"version": "2"}, Quiet())
        assert (kb / "ledger.sqlite").is_file()


def test_the_same_again_is_a_no_op(tmp_path: Path) -> None:
    """Also from another place; nothing is written."""
    first = run(tmp_path / "kb", "NCBIGene")
    again = run(tmp_path / "kb", "NCBIGene")
    assert (first.unchanged, again.unchanged) == (False, True)
    assert again.entry.inputs[0]["sha256"] == hashlib.sha256(b"NCBIGene").hexdigest()
    assert again.tables == first.tables


@pytest.mark.parametrize(
    ("text", "given"), [("NCBIGene NCBIGene", {}), ("NCBIGene", {"prefix": "y"})]
)
def test_another_content_under_one_version(
    tmp_path: Path, text: str, given: dict[str, str]
) -> None:
    """Another file or option is refused, unless it is said to replace; the old stays."""
    first = run(tmp_path / "kb", "NCBIGene")
    before = state(tmp_path / "kb")
    with pytest.raises(SourceChangedError):
        run(tmp_path / "kb", text, given=given)
    assert state(tmp_path / "kb") == before
    second = run(tmp_path / "kb", text, replacing=True, given=given)
    assert second.entry.tables_digest != first.entry.tables_digest
    assert run(tmp_path / "kb", text, given={"version": "2", **given}).entry.version == "2"


@pytest.mark.parametrize(
    ("text", "given", "error"),
    [
        ("NCBIGene boom", {}, InputError),
        ("NCBIGene Wrong", {}, SchemaError),
        ("", {}, RowFloorError),
        ("NCBIGene", {"min_rows": "2"}, RowFloorError),
        ("NCBIGene", {"nope": "1"}, UnknownNameError),
        ("NCBIGene", {"min_rows": "many"}, UsageError),
        ("NCBIGene", {"source": "../x"}, UsageError),
    ],
)
def test_a_failure_leaves_nothing(
    tmp_path: Path, text: str, given: dict[str, str], error: type[OrthoweaveError]
) -> None:
    """No tables, no pending folder and no entry, whatever was written before it failed."""
    run(tmp_path / "kb", "NCBIGene", given={"source": "first"})
    before = state(tmp_path / "kb")
    with pytest.raises(error):
        run(tmp_path / "kb", text, given=given)
    assert state(tmp_path / "kb") == before


def test_a_missing_file_and_a_missing_input(tmp_path: Path) -> None:
    """The message on both says what the job reads."""
    with pytest.raises(InputError, match="a text file"):
        ingest(Layout(tmp_path), LINES, [tmp_path / "nope"], {}, Quiet())
    with pytest.raises(UsageError, match="needs an input"):
        ingest(Layout(tmp_path), LINES, [], {}, Quiet())
    without: Job = replace(LINES, needs_input=False)
    with pytest.raises(UsageError, match="reads no files"):
        ingest(Layout(tmp_path), without, [tmp_path], {}, Quiet())


def test_other_gene_names_make_it_run_again(tmp_path: Path) -> None:
    """The same input is taken in anew after the genes it resolves by have changed."""
    first = run(tmp_path / "kb", "NCBIGene")
    record_source(tmp_path / "kb", "genes", GENES)
    again = run(tmp_path / "kb", "NCBIGene")
    assert not again.unchanged
    assert again.entry.depends["genes"] != first.entry.depends["genes"] == "none"
    assert run(tmp_path / "kb", "NCBIGene").unchanged
