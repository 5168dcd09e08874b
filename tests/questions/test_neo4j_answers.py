"""Every question of the library has the same answer from a Neo4j server as from the file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pytest

from orthoweave.errors import (
    IntegrityError,
    MissingParameterError,
    QueryError,
    QueryRefusedError,
    QueryTimeoutError,
    StoreUnavailableError,
    UnknownNameError,
)
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.questions.answer import Answer
from orthoweave.questions.saved import saved_queries
from orthoweave.settings import Settings
from orthoweave.stores.neo4j.access import PASSWORD, Access, open_driver
from orthoweave.stores.neo4j.marker import LOAD_LABEL
from orthoweave.testing.conformance_rows import difference, plain_rows

Both = tuple[KnowledgeBase, KnowledgeBase]


def _map(kb: KnowledgeBase) -> Answer:
    sample = kb.cells("toy_human")
    places = kb.cell_map(sample, "pca")
    values = sample.values("NCBIGene:3630")
    return kb.cell_map_table(sample, places, "INS", [] if values is None else values)


_QUESTIONS: Final[dict[str, Callable[[KnowledgeBase], Answer]]] = {
    "resolve": lambda kb: kb.resolve(["insulin", "INS", "p53", "no such gene"]),
    "gene": lambda kb: kb.gene("INS", "human"),
    "gene of another species": lambda kb: kb.gene("gcga", "zebrafish"),
    "orthologs": lambda kb: kb.orthologs(["INS", "GCG", "PRSS1", "LYZ"], "human", "mouse"),
    "orthologs by source": lambda kb: kb.orthologs(["PRSS1"], sources=["mgi_human_mouse"]),
    "orthologs in fish": lambda kb: kb.orthologs(["INS", "TTR"], "human", "zebrafish"),
    "expression": lambda kb: kb.expression(["INS", "PPY", "TP53"], ("human", "mouse")),
    "expression, rolled up": lambda kb: kb.expression(["INS"], roll_up=["CL:0008024"]),
    "search genes": lambda kb: kb.search_genes("insulin secretion", k=5),
    "search cells": lambda kb: kb.search_cells("beta cell", k=5, species="mouse"),
    "search cells of a type": lambda kb: kb.search_cells("cell", cell_type="CL:0000169"),
    "cells like a cell": lambda kb: kb.search_cells(like="toy_human:human-001", k=4),
    "search by signature": lambda kb: kb.signature(["INS", "IAPP"], k=5).hits,
    "nearest genes": lambda kb: kb.nearest_genes("NCBIGene:3630", k=4),
    "around a gene": lambda kb: kb.neighbourhood("NCBIGene:3630"),
    "around a cell type": lambda kb: kb.neighbourhood("CL:0000169"),
    "around a dataset": lambda kb: kb.neighbourhood("toy_mouse"),
    "around a group": lambda kb: kb.neighbourhood(
        str(kb.cypher("MATCH (o:OrthologGroup) RETURN min(o.id) AS id").column("id")[0])
    ),
    "observed types": KnowledgeBase.observed_types,
    "kinds of cell": KnowledgeBase.kinds,
    "runs": KnowledgeBase.runs,
    "map": _map,
    "overview": lambda kb: kb.overview(),
    "sources": lambda kb: kb.sources(),
    "cypher": lambda kb: kb.cypher(
        "MATCH (g:Gene)-[r:IN_TAXON]->(s) RETURN g, r, s.id AS s, [g.symbol, 'x'] AS texts "
        "ORDER BY g.id"
    ),
    "cypher, names of parameters": lambda kb: kb.cypher(
        "MATCH (g:Gene {symbol: $`a b`}) RETURN g.id, $`a b`, $é + 1, $数, $1.x AS x",
        {"a b": "INS", "é": 1, "数": ["a"], "1": {"x": 2}},
    ),
    "cypher, no rows": lambda kb: kb.cypher("MATCH (g:Gene {id: 'none'}) RETURN g.symbol AS s"),
}


@pytest.fixture(scope="module")
def both(neo4j_toy: Access, toy_kb_with_vectors: Path) -> Iterator[Both]:
    """The toy world opened twice: with the graph of its file, and with that of the server."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(PASSWORD, neo4j_toy.password)
        with (
            open_knowledge_base(toy_kb_with_vectors, store="") as embedded,
            open_knowledge_base(toy_kb_with_vectors, store=neo4j_toy.uri) as served,
        ):
            yield embedded, served


@pytest.mark.parametrize("name", _QUESTIONS)
def test_questions_of_the_library_have_one_answer(both: Both, name: str) -> None:
    """Rows in order, columns, notes and the mark of a cut are the same from both stores."""
    embedded, served = (_QUESTIONS[name](kb) for kb in both)
    assert difference(plain_rows(served.table), plain_rows(embedded.table), ordered=True) is None
    assert (served.notes, served.truncated) == (embedded.notes, embedded.truncated)


@pytest.mark.parametrize(
    "text",
    [
        "CALL db.labels()",
        "CALL db.labels() YIELD label WHERE label > 'D' RETURN label",
        "CALL db.relationshipTypes()",
        "CALL db.propertyKeys()",
        "CALL db.schema.visualization()",
        "CALL db.schema.nodeTypeProperties()",
        "CALL db.schema.relTypeProperties() YIELD relType, mandatory RETURN relType, mandatory",
        "SHOW INDEXES",
        "SHOW CONSTRAINTS",
        "SHOW FUNCTIONS",
        "SHOW PROCEDURES",
        "MATCH (s:Species) CALL db.labels() YIELD label RETURN s.id AS id, label",
        "CALL { CALL db.labels() YIELD label RETURN label } RETURN count(label) AS n",
    ],
)
def test_the_graph_is_described_alike(both: Both, text: str) -> None:
    """Procedures describe the graph rather than the server, for the library's own text as well."""
    embedded, served = (kb.cypher(text) for kb in both)
    assert len(embedded)
    assert difference(plain_rows(served.table), plain_rows(embedded.table)) is None
    own = [kb.gateway.ask(text).table for kb in both]
    assert own[0].equals(own[1])


@pytest.mark.parametrize("name", saved_queries())
def test_saved_queries_have_one_answer(both: Both, name: str) -> None:
    """Every saved query that ships gives the same rows to the last digit, and there are some."""
    example = dict(saved_queries()[name].example)
    if "dataset" in example:
        example["dataset"] = "toy_mouse"
    embedded, served = (kb.ask(name, example) for kb in both)
    assert len(embedded)
    assert repr(served.rows()) == repr(embedded.rows())


def test_the_graph_has_as_many_rows_in_both(both: Both) -> None:
    """Each table has as many rows in the server as in the file, and as the manifest says."""
    embedded, served = both
    assert served.store.counts() == embedded.store.counts()
    counts = {name: n for name, n in served.store.counts().items() if n}
    assert counts == {name: n for name, n in served.manifest.counts.items() if n}


def test_types_are_the_same_where_there_are_values(both: Both) -> None:
    """Columns of whole nodes aside, columns with values have one Arrow type in both stores."""
    text = (
        "MATCH (g:Gene)-[o:ORTHOLOGOUS_TO]->(h) RETURN g.symbol AS text, o.support_count AS whole, "
        "o.resources AS texts, 0.5 * o.support_count AS number, g.symbol = 'INS' AS truth"
    )
    embedded, served = (kb.cypher(text).table.schema for kb in both)
    assert served == embedded
    assert served.types == [
        pa.string(),
        pa.int64(),
        pa.list_(pa.string()),
        pa.float64(),
        pa.bool_(),
    ]


@pytest.mark.parametrize(
    ("text", "parameters", "kind"),
    [
        ("CREATE (n:Gene {id: 'x'}) RETURN n", {}, QueryRefusedError),
        ("MATCH (n) SET n.id = 'x' RETURN n", {}, QueryRefusedError),
        ("LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", {}, QueryRefusedError),
        ("CALL dbms.listConfig() YIELD name RETURN name", {}, QueryRefusedError),
        ("RETURN 1 AS a; RETURN 2 AS b", {}, QueryRefusedError),
        ("MATCH (g:Gene {id: $gene}) RETURN g.id", {}, MissingParameterError),
        ("RETURN 1 AS one", {"extra": 1}, ValueError),
        ("MATCH (g:Gene) RETURN", {}, QueryError),
    ],
)
def test_both_stores_refuse_the_same_statements(
    both: Both, text: str, parameters: dict[str, object], kind: type[Exception]
) -> None:
    """The gateway refuses the same things, with the same words, whatever the store."""
    messages = []
    for kb in both:
        with pytest.raises(kind) as caught:
            kb.cypher(text, parameters)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def test_both_stores_mark_a_cut(both: Both) -> None:
    """A limit of rows cuts both answers, and both say so."""
    for kb in both:
        answer = kb.cypher("MATCH (g:Gene) RETURN g.id AS id ORDER BY id", limit=3)
        assert (len(answer), answer.truncated) == (3, True)


def test_a_time_bomb_ends_at_the_limit(neo4j_toy: Access, toy_kb_with_vectors: Path) -> None:
    """A question that would take for ever ends, and the next one is answered."""
    bomb = "MATCH (a)-[r]-(b)-[s]-(c)-[t]-(d)-[u]-(e) RETURN count(*) AS n"
    settings = Settings(query_timeout_s=1.0)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(PASSWORD, neo4j_toy.password)
        with open_knowledge_base(toy_kb_with_vectors, settings, store=neo4j_toy.uri) as kb:
            with pytest.raises(QueryTimeoutError):
                kb.cypher(bomb)
            assert kb.cypher("MATCH (g:Gene) RETURN count(g) AS n").column("n") != [0]


def test_another_build_than_the_published_one_is_refused(
    neo4j_toy: Access, toy_kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that holds another build cannot be taken for this knowledge base's graph."""
    monkeypatch.setenv(PASSWORD, neo4j_toy.password)
    with pytest.raises(IntegrityError, match="is published: run `orthoweave build --store"):
        open_knowledge_base(toy_kb, store=neo4j_toy.uri)


def test_no_question_is_answered_during_a_load(
    neo4j_toy: Access, toy_kb_with_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a load is under way no question is answered with half of it."""
    monkeypatch.setenv(PASSWORD, neo4j_toy.password)
    with open_knowledge_base(toy_kb_with_vectors, store=neo4j_toy.uri) as kb:
        with open_driver(neo4j_toy) as driver:
            driver.execute_query(f"CREATE (:{LOAD_LABEL})")
            try:
                with pytest.raises(IntegrityError, match="is being loaded"):
                    kb.gene("INS", "human")
                with pytest.raises(IntegrityError, match="running or was interrupted"):
                    open_knowledge_base(toy_kb_with_vectors, store=neo4j_toy.uri)
            finally:
                driver.execute_query(f"MATCH (n:{LOAD_LABEL}) DELETE n")
        assert len(kb.gene("INS", "human"))


def test_the_store_comes_from_the_settings(
    toy_kb: Path, neo4j_server: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ORTHOWEAVE_STORE names the server; a wrong password is reported before any graph is read."""
    monkeypatch.setenv("ORTHOWEAVE_STORE", neo4j_server.uri)
    monkeypatch.setenv(PASSWORD, "not the password")
    with pytest.raises(StoreUnavailableError, match="refuses the login"):
        open_knowledge_base(toy_kb)
    with open_knowledge_base(toy_kb, store="") as kb, pytest.raises(UnknownNameError):
        kb.gene("no such gene")
