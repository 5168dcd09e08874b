"""Cell types by name: a key, a name or a synonym, in any case, and nothing is guessed."""

from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pyarrow as pa
import pytest

from orthoweave.errors import AmbiguousNameError, UnknownNameError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.questions.ontology import CellTypes


@pytest.fixture(scope="module")
def kb(toy_kb_with_vectors: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world."""
    with open_knowledge_base(toy_kb_with_vectors, store="") as opened:
        yield opened


@pytest.mark.parametrize("text", ["CL:0000169", "cl:0000169", "type B pancreatic cell"])
def test_by_key_and_name(kb: KnowledgeBase, text: str) -> None:
    """A key or a name finds the type, in any case."""
    assert kb.session.cell_types.find(text.upper()) == "CL:0000169"
    assert kb.session.cell_types.find(text) == "CL:0000169"


def test_every_way_in_finds_the_same(kb: KnowledgeBase) -> None:
    """A synonym means one type in a saved query, in a roll-up and in a search."""
    synonym = next(
        (row["id"], row["synonyms"][0])
        for row in kb.session.published.table("CellType", ["id", "synonyms"]).to_pylist()
        if row["id"] == "CL:0000169" and row["synonyms"]
    )[1]
    by_key = kb.search_cells("cell", cell_type="CL:0000169").rows()
    assert kb.search_cells("cell", cell_type=synonym.upper()).rows() == by_key
    rolled = kb.expression(["INS"], roll_up=[synonym])
    assert set(rolled.column("cell_type")) == {"CL:0000169"}
    assert (
        kb.ask("markers", {"cell_type": synonym}).rows()
        == kb.ask("markers", {"cell_type": "CL:0000169"}).rows()
    )


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("CL:0000169", None),
        ("Type B pancreatic cell", None),
        ("pancreatic beta cell", "its synonym 'pancreatic beta cell'"),
        ("type B pancreatic cells", "its name 'type B pancreatic cell'"),
        ("pancreatic β-cells", "its synonym 'pancreatic beta cell'"),
        ("beta", "the authors' label 'beta'"),
        ("beta cell", "the authors' label 'beta'"),
        ("β-cells", "the authors' label 'beta'"),
    ],
)
def test_the_note_says_by_which_name(kb: KnowledgeBase, text: str, note: str | None) -> None:
    """An id or a name needs no note; a synonym, a spelling and an author's label do."""
    match = kb.session.cell_types.understand(text)
    assert match.key == "CL:0000169"
    said = f"{text!r} was taken for type B pancreatic cell (CL:0000169), by {note}"
    assert match.note(text) == (said if note else None)


def test_every_answer_has_the_note(kb: KnowledgeBase) -> None:
    """A saved query, a roll-up and a search say what 'beta cell' was taken for."""
    said = "'beta cell' was taken for type B pancreatic cell (CL:0000169)"
    for answer in (
        kb.ask("markers", {"cell_type": "beta cell"}),
        kb.expression(["INS"], roll_up=["beta cell"]),
        kb.search_cells("cell", cell_type="beta cell"),
        kb.search_cells("beta cell"),
        kb.signature(["INS"], cell_type="beta cell").hits,
    ):
        assert any(note.startswith(said) for note in answer.notes), answer.title


@pytest.mark.parametrize("text", ["pancreatic", "cell of", "B", "secreting", "", "  "])
def test_part_of_a_name_is_not_a_name(kb: KnowledgeBase, text: str) -> None:
    """Part of a name names nothing; the message offers names that contain it."""
    with pytest.raises(UnknownNameError, match="no cell type"):
        kb.session.cell_types.find(text)
    with pytest.raises(
        UnknownNameError, match=r"contain it: .*pancreatic beta cell \(CL:0000169\)"
    ):
        kb.session.cell_types.find("pancreatic beta")


def test_a_label_of_two_types_is_ambiguous(kb: KnowledgeBase) -> None:
    """A label that datasets gave to different types is refused with both ids."""
    types = CellTypes(kb.session.published)
    types.__dict__["_observed"] = pa.Table.from_pylist(
        [
            {"from": "CL:0000169", "to": "a", "author_labels": ["islet"]},
            {"from": "CL:0000171", "to": "b", "author_labels": ["islet"]},
        ]
    )
    with pytest.raises(AmbiguousNameError, match="CL:0000169, CL:0000171"):
        types.find("islet cells")
    assert types.labels("a", {"CL:0000169", "CL:0000171"}) == {"islet"}
    assert types.labels("a", {"CL:0000171"}) == set()


def test_an_unknown_type_is_reported(kb: KnowledgeBase) -> None:
    """Each way in has the same message."""
    with pytest.raises(UnknownNameError, match="no cell type 'nope' here"):
        kb.search_cells("x", cell_type="nope")
    with pytest.raises(UnknownNameError, match="no cell type 'nope' here"):
        kb.expression(["INS"], roll_up=["nope"])
    with pytest.raises(UnknownNameError, match="no cell type 'nope' here"):
        kb.ask("markers", {"cell_type": "nope"})


def test_a_name_of_several_types_is_never_guessed(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two types of one name are an error that lists both."""
    types = CellTypes(kb.session.published)
    types.__dict__["names"] = {"CL:1": "twin", "CL:2": "Twin"}
    with pytest.raises(AmbiguousNameError, match="CL:1, CL:2"):
        types.find("twin")


def test_kinds_are_those_of_the_whole_graph(kb: KnowledgeBase) -> None:
    """The types above and below a type are those that networkx finds, even in a cycle."""
    edges = kb.session.published.table("SUBCLASS_OF", ["from", "to"]).to_pylist()
    graph = nx.DiGraph([(row["from"], row["to"]) for row in edges])
    types = kb.session.cell_types
    for key in graph:
        assert types.above(key) == nx.descendants(graph, key) | {key}
        assert types.below(key) == nx.ancestors(graph, key) | {key}
    types = CellTypes(kb.session.published)
    types.__dict__["parents"] = {"a": {"b"}, "b": {"a"}}
    assert types.above("a") == {"a", "b"}
