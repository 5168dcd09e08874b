"""Dependencies of a run, by the views that it requested."""

import shutil
from pathlib import Path

import pytest

from orthoweave.jobs.depends import changed_dependencies
from orthoweave.runs.reads import reads_of
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.published import open_published
from orthoweave.views.requests import (
    ExpressionRequest,
    NetworkRequest,
    OntologyRequest,
    OrthologyRequest,
    VectorRequest,
    ViewRequest,
)


@pytest.mark.parametrize(
    ("requests", "depends"),
    [
        ([ExpressionRequest("toy_human")], {"dataset toy_human"}),
        (
            [ExpressionRequest("toy_human"), OrthologyRequest(("human", "mouse"))],
            {"dataset toy_human", "orthology"},
        ),
        ([NetworkRequest("toy_mouse")], {"dataset toy_mouse", "coexpression"}),
        ([VectorRequest("gene_text")], {"vectors gene_text"}),
        ([OntologyRequest()], set()),
    ],
)
def test_dependencies_follow_the_requests(
    toy_kb: Path, requests: list[ViewRequest], depends: set[str]
) -> None:
    """A run depends on the sources of what it asked for, and on today's state."""
    layout = Layout(toy_kb)
    reads = reads_of(open_published(layout), requests)
    assert set(reads.depends) == depends
    entry = Entry("mine", "1", "run mine", "x", reads.depends, {}, [], "x", {}, reads.license)
    assert changed_dependencies(layout, Ledger(layout.ledger), entry) == []


def test_licences_are_those_of_the_sources_that_were_read(toy_kb: Path) -> None:
    """The licence names every source's once; a run that read nothing known states none."""
    layout = Layout(toy_kb)
    published = open_published(layout)
    entries = {entry.name: entry.license for entry in Ledger(layout.ledger).active()}
    orthology = {
        entries[name] for name in entries if name.startswith(("hcop", "mgi_h", "ensembl_h"))
    }
    expected = " AND ".join(sorted({entries["toy_human"], *orthology}))
    requests: list[ViewRequest] = [
        ExpressionRequest("toy_human"),
        OrthologyRequest(("human", "mouse")),
    ]
    assert reads_of(published, requests).license == expected
    assert reads_of(published, []).license == "not stated"


def test_a_run_goes_stale_with_its_vectors(toy_kb_with_vectors: Path, tmp_path: Path) -> None:
    """Vectors that were there when a run read them and are gone now make it out of date."""
    layout = Layout(Path(shutil.copytree(toy_kb_with_vectors, tmp_path / "kb")))
    with open_published(layout) as published:
        reads = reads_of(published, [VectorRequest("gene_text")])
    [source] = reads.sources
    entry = Entry("mine", "1", "run mine", "x", reads.depends, {}, [], "x", {}, reads.license)
    ledger = Ledger(layout.ledger)
    assert changed_dependencies(layout, ledger, entry) == []
    ledger.remove(source.name)
    assert changed_dependencies(layout, ledger, entry) == ["vectors gene_text have gone"]
