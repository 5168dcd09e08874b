"""Predictions and arrays of a run, asked of an open knowledge base."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.output_model import RUN

from orthoweave.errors import UnknownNameError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base


@pytest.fixture(scope="module")
def kb(outputs_kb: Path) -> Iterator[KnowledgeBase]:
    """The toy world with the outputs of a run."""
    with open_knowledge_base(outputs_kb) as opened:
        yield opened


def test_predictions_are_listed_with_the_cells_without_a_name(kb: KnowledgeBase) -> None:
    """All cells are there, and a note counts those on which the model abstained."""
    found = kb.predictions(RUN)
    assert len(found) == 40
    assert found.notes == ("10 of 40 cells are without a name: the model abstained",)
    assert found.table.column_names == [
        "cell",
        "label",
        "name",
        "probability",
        "verdict",
        "abstained",
        "value",
        "author_label",
        "author_type",
        "author_name",
        "dataset",
    ]
    assert found.column("label").count(None) == 0


def test_predictions_stand_beside_what_the_authors_say(kb: KnowledgeBase) -> None:
    """Label, type and its name are those of the graph, cell by cell."""
    told = kb.cypher(
        "MATCH (c:Cell)-[h:HAS_TYPE]->(t:CellType) WHERE h.by = 'author' "
        "RETURN c.id AS cell, c.author_label AS author_label, t.id AS author_type, "
        "t.name AS author_name, c.dataset AS dataset"
    )
    of_graph = {row["cell"]: row for row in told.rows()}
    for row in kb.predictions(RUN).rows():
        graph = of_graph[row["cell"]]
        assert {name: row[name] for name in graph} == graph
        assert row["name"] == (graph["author_name"] if row["label"] else None)


def test_arrays_are_read_by_name(kb: KnowledgeBase) -> None:
    """An array has the keys of its rows and the names of its columns."""
    places = kb.array(RUN, "places")
    assert places.columns.tolist() == ["x", "y"]
    assert places.values.shape == (40, 2)
    assert set(places.rows) == set(kb.predictions(RUN).column("cell"))


def test_an_unknown_run_or_array_is_answered_with_those_of_the_build(kb: KnowledgeBase) -> None:
    """An unknown run or array is answered with those of the build."""
    with pytest.raises(UnknownNameError, match=f"no run 'nobody' .* {RUN}"):
        kb.predictions("nobody")
    with pytest.raises(UnknownNameError, match="no array 'x': expected one of imputed, places"):
        kb.array(RUN, "x")
