"""What goes to the engine, and that it gives what our own means give."""

from collections import Counter
from collections.abc import Mapping

import pytest

from orthoweave.queries.cypher import answer as answer_module
from orthoweave.queries.cypher.answer import answer
from orthoweave.queries.cypher.catalogue import catalogue, facts
from orthoweave.queries.cypher.parser import parse
from orthoweave.queries.cypher.pushdown import Pushed, push
from orthoweave.stores.ladybug import LadybugStore

WHOLE = [
    "MATCH (g:Gene {id: $id}) RETURN g.symbol AS symbol",
    "MATCH (g:Gene)-[o:ORTHOLOGOUS_TO]-(h:Gene) WHERE o.support_count >= 2 "
    "RETURN g.id AS g, h.id AS h, o.support_count AS n ORDER BY n DESC, g, h LIMIT 3",
    "MATCH (g:Gene)-[:ORTHOLOGOUS_TO]-(h)-[:ORTHOLOGOUS_TO]-(k) RETURN g.id, count(*) AS n",
    "MATCH (g:Gene) OPTIONAL MATCH (g)-[o:ORTHOLOGOUS_TO]->(h) RETURN g.id AS g, h.id AS h",
    "MATCH (g:Gene)-[:IN_TAXON]->(s) WITH s, count(g) AS n WHERE n > 1 RETURN s.id AS s, n",
    "MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY s SKIP 1",
    "MATCH (g:Gene) WHERE g.id IN ['A', 'B'] AND NOT g.name = 'x' RETURN count(*) AS n",
    "MATCH (g:Gene) RETURN CASE WHEN g.id < 'C' THEN 'low' ELSE 'high' END AS k, count(g) AS n",
    "UNWIND $ids AS id MATCH (g:Gene {id: id}) RETURN g.symbol AS symbol",
    "MATCH (g:Gene)-[o:ORTHOLOGOUS_TO]->() RETURN g.id AS g, sum(o.support_count) AS s, "
    "avg(o.support_count) AS m, max(o.support_count) AS x",
    "MATCH (n) RETURN labels(n) AS l, count(*) AS n",
    "MATCH ()-[r]->() RETURN type(r) AS t, count(*) AS n",
    "MATCH (g:Gene) WHERE coalesce($none, g.species) = g.species RETURN g.id AS id",
    "MATCH (g:Gene {id: 'A'}) RETURN g",
]
IN_PART = [
    ("MATCH (g:Gene) WHERE toLower(g.symbol) = 'a' AND g.species = 's1' RETURN g.id AS id", 1),
    ("MATCH (g:Gene)-[o:ORTHOLOGOUS_TO]->(h) RETURN g.id + h.id AS k, o.support_count / 2 AS n", 1),
    (
        "MATCH (g:Gene) OPTIONAL MATCH (g)-[:ORTHOLOGOUS_TO]->(h) "
        "RETURN g.id, size(collect(h)) AS n",
        2,
    ),
    ("MATCH (g:Gene) WHERE g.nope IS NULL RETURN g.id AS id", 1),
    ("MATCH (g:Gene) WITH g ORDER BY g.id RETURN collect(g.symbol) AS l", 1),
    ("MATCH (g:Gene) RETURN sum(size(g.name)) AS n, stDev(size(g.synonyms)) AS s", 1),
    ("MATCH (g:Gene) WHERE NOT EXISTS { (g)-[:ORTHOLOGOUS_TO]->() } RETURN g.id AS id", 1),
    ("MATCH (n) UNWIND labels(n) AS l RETURN DISTINCT l", 1),
    ("MATCH ()-[o:ORTHOLOGOUS_TO]->() RETURN DISTINCT o.support_count * 0.0 / 0.0 > 1 AS x", 1),
    ("MATCH ()-[o:ORTHOLOGOUS_TO]->() WHERE 1.0 / o.support_count <= 2 RETURN count(*) AS n", 1),
]
NOT_AT_ALL = [
    "MATCH (a:CellType)-[:SUBCLASS_OF]-(b) RETURN a.id AS a, b.id AS b",
    "MATCH (a:CellType)-[:SUBCLASS_OF*1..2]->(b) RETURN a.id AS a, b.id AS b",
    "MATCH (a:Gene|Species) RETURN a.id AS id",
    "MATCH (n) WHERE n.symbol = 'A' RETURN n.id AS id",
    "MATCH p = (a:Gene)-[:IN_TAXON]->(s) RETURN length(p) AS n",
    "RETURN 1 AS x",
]
PARAMETERS: dict[str, object] = {"id": "A", "ids": ["A", "C", "nope", "A"], "none": None}


def _given(text: str) -> dict[str, object]:
    return {name: PARAMETERS[name] for name in parse(text).parameters}


def _pushed(store: LadybugStore, text: str) -> Pushed:
    return push(parse(text).query.parts[0], catalogue(store), _given(text), facts(store))


@pytest.mark.parametrize("text", WHOLE)
def test_shared_statements_go_to_the_engine_whole(store: LadybugStore, text: str) -> None:
    """Questions over whole tables are answered by the engine alone."""
    assert _pushed(store, text).columns is not None


@pytest.mark.parametrize(("text", "clauses"), IN_PART)
def test_the_longest_beginning_goes_to_the_engine(
    store: LadybugStore, text: str, clauses: int
) -> None:
    """Where the engine has no exact counterpart, it gives the rows up to there."""
    pushed = _pushed(store, text)
    assert pushed.columns is None
    assert pushed.clauses == clauses


@pytest.mark.parametrize("text", NOT_AT_ALL)
def test_what_the_engine_might_answer_otherwise_does_not_go_there(
    store: LadybugStore, text: str
) -> None:
    """Loops over undirected hops, trails, several labels: not one clause."""
    pushed = _pushed(store, text)
    assert pushed.columns is None
    rest_of_any = pushed.clauses == 1 and pushed.rest and not any(
        typed.table for typed in pushed.names.values()
    )  # fmt: skip
    assert pushed.clauses == 0 or rest_of_any


@pytest.mark.parametrize("text", [*WHOLE, *(text for text, _ in IN_PART), *NOT_AT_ALL])
def test_both_ways_give_the_same(
    store: LadybugStore, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's rows are those that our own means find, kinds of numbers included."""
    with_engine = answer(store, text, _given(text), timeout_s=20, row_limit=1000).table
    nothing = Pushed((), {}, {}, 0)
    monkeypatch.setattr(answer_module, "push", lambda *_: nothing)
    alone = answer(store, text, _given(text), timeout_s=20, row_limit=1000).table
    assert with_engine.column_names == alone.column_names
    if "ORDER BY" in text:
        assert _plain(with_engine.to_pylist()) == _plain(alone.to_pylist())
    one, other = (Counter(map(repr, _plain(t.to_pylist()))) for t in (with_engine, alone))
    assert one == other


def _plain(rows: list[dict[str, object]]) -> list[object]:
    return [_bare(row) for row in rows]


def _bare(value: object) -> object:
    if isinstance(value, Mapping):
        own = {"_ID", "_SRC", "_DST"}
        shown = {k: v for k, v in value.items() if k not in own}
        if "_LABEL" in shown:
            shown = {k: v for k, v in shown.items() if v is not None}
        return sorted((k, repr(_bare(v))) for k, v in shown.items())
    return value


def test_facts_are_those_of_the_graph(store: LadybugStore) -> None:
    """Whether a table has loops or nulls is looked up in the graph itself."""
    known = facts(store)
    assert known.has_loops("SUBCLASS_OF")
    assert not known.has_loops("ORTHOLOGOUS_TO")
    assert known.without_nulls("ORTHOLOGOUS_TO", "support_count")
    assert not known.without_nulls("Gene", "name")
