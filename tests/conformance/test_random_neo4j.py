"""Longer random questions: Neo4j, the gateway and the naive path agree on one graph."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from tests.support.analyst import QUESTIONS, World
from tests.support.large_world import SMALL, build_large_kb
from tests.support.naive import Graph, NaiveError, NotNaiveError, answer
from tests.support.random_statements import statements

from orthoweave.builds.load import load
from orthoweave.errors import QueryError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.stores.neo4j.access import Access
from orthoweave.stores.neo4j.store import Neo4jStore
from orthoweave.testing.conformance_corpus import Case, judge
from orthoweave.testing.conformance_rows import difference, plain_rows

All = tuple[KnowledgeBase, Neo4jStore, Graph]


@pytest.fixture(scope="module")
def three(neo4j_fresh: Access, tmp_path_factory: pytest.TempPathFactory) -> Iterator[All]:
    """The large world at its small size: embedded, in a real Neo4j, and in dictionaries."""
    root = build_large_kb(tmp_path_factory.mktemp("three"), SMALL)
    load(Layout(root), neo4j_fresh, Quiet())
    store = Neo4jStore.connect(neo4j_fresh)
    with open_knowledge_base(root, store="") as opened:
        yield opened, store, Graph.of_build(opened.layout)
    store.close()


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(
    text=statements(
        {"Gene": ["NCBIGene:1000003", "NCBIGene:2000050"], "CellType": ["CL:0000004", "CL:0000011"]}
    )
)
def test_all_three_agree(three: All, text: str) -> None:
    """The gateway agrees with Neo4j or refuses; the naive path agrees if it knows the statement."""
    kb, neo4j, graph = three
    try:
        expected = plain_rows(neo4j.query(text, timeout_s=30, row_limit=1_000_000).table)
    except QueryError:
        return  # no question to Neo4j, such as a number beyond 64 bits
    ordered = "ORDER BY" in text.splitlines()[-1]
    outcome = judge(Case("random", text, {}, ordered, lists_ordered=True), kb.gateway.ask, expected)
    assert outcome.kind in {"equal", "refused"}, f"{outcome.message}\n{text}"
    try:
        found = answer(graph, text)
    except (NotNaiveError, NaiveError):
        return
    assert difference(found, expected, ordered=ordered) is None, text


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_analyst_is_answered_alike(three: All, name: str) -> None:
    """Neo4j's answer to a question of an analyst is that of pandas, too."""
    kb, neo4j, _ = three
    world = World(kb.layout, kb.manifest)
    question = QUESTIONS[name]
    given = dict(question.given(world))
    found = plain_rows(neo4j.query(question.cypher, given, timeout_s=60, row_limit=1_000_000).table)
    assert difference(found, question.expected(world, given), ordered=question.ordered) is None


def test_the_world_was_loaded_whole(three: All) -> None:
    """Both stores count the same."""
    kb, neo4j, _ = three
    counts = {name: n for name, n in kb.store.counts().items() if n}
    assert {name: n for name, n in neo4j.counts().items() if n} == counts
