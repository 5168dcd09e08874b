"""Network views against the edges that were ingested."""

import shutil
from pathlib import Path

import pytest

from orthoweave.builds.build import build
from orthoweave.errors import AmbiguousNameError, InputError, UnknownNameError
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.views.reading.coexpression import read_network
from orthoweave.views.requests import NetworkRequest


@pytest.fixture(scope="module")
def published(toy_kb: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The toy world with two networks of the human dataset, one of them of all cells."""
    layout = Layout(Path(shutil.copytree(toy_kb, tmp_path_factory.mktemp("networks") / "kb")))
    job = find_job(Settings(), "coexpression")
    for source, options in (("first", {}), ("second", {"min_abs": "0.3"})):
        given = {"dataset": "toy_human", "method": "cells", "source": source, **options}
        ingest(layout, job, [], given, Quiet())
    build(layout, Quiet())
    return open_published(layout)


def test_weights_are_the_edges(published: Published) -> None:
    """The matrix holds the coefficient of every edge of that source, both ways."""
    view = read_network(published, NetworkRequest("toy_human", source="second"))
    rows = published.table(
        "COEXPRESSED_WITH",
        ["from", "to", "coefficient", "source", "dataset"],
        [("dataset", "=", "toy_human")],
    ).to_pylist()
    mine = [row for row in rows if row["source"].startswith("source:second@")]
    place = {key: number for number, key in enumerate(view.genes)}
    dense = view.weights.toarray()
    assert mine
    for row in mine:
        assert dense[place[row["from"]], place[row["to"]]] == row["coefficient"]
    assert view.weights.nnz == 2 * len(mine)
    assert (dense == dense.T).all()
    assert "Pearson" in view.method
    assert "INS" in view.symbols or "GCG" in view.symbols


def test_weak_pairs_can_be_left_out(published: Published) -> None:
    """Only pairs of the least strength asked for are edges."""
    view = read_network(published, NetworkRequest("toy_human", min_abs=0.5, source="first"))
    assert abs(view.weights.data).min() >= 0.5


def test_ambiguous_and_missing_networks_are_refused(published: Published) -> None:
    """Two networks need a choice; a dataset without one, and an unknown dataset, are refused."""
    with pytest.raises(AmbiguousNameError, match="first, second, toy_human_coexpression"):
        read_network(published, NetworkRequest("toy_human"))
    with pytest.raises(InputError, match="no co-expression of 'toy_mouse'"):
        read_network(published, NetworkRequest("toy_mouse", source="x"))
    with pytest.raises(UnknownNameError, match="no dataset 'pbmc'"):
        read_network(published, NetworkRequest("pbmc"))
