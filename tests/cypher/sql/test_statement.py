"""A statement compiled to SQL returns the same rows as evaluation row by row."""

from collections.abc import Mapping

import pytest

from orthoweave.cypher.answer import answer
from orthoweave.cypher.evaluation.context import Context
from orthoweave.cypher.rows.engine import Engine
from orthoweave.cypher.rows.exposure import exposed
from orthoweave.cypher.rows.results import to_table
from orthoweave.cypher.rows.steps import run
from orthoweave.cypher.rows.subqueries import subquery
from orthoweave.cypher.sql.statement import compile_beginning, compile_query
from orthoweave.cypher.sql.types import NotCompiledError
from orthoweave.cypher.syntax.parser import parse
from orthoweave.gateway.guard import check_statement
from orthoweave.stores.duckdb.store import DuckdbStore
from orthoweave.testing.conformance_rows import PlainRows, difference, plain_rows

COMPILED = [
    "MATCH (t:CellType) RETURN count(*) AS n",
    "MATCH (t) RETURN labels(t)[0] AS label, count(*) AS n",
    "MATCH (t:CellType|Gene) WHERE t.id IN ['a', 'A', null] RETURN t.id AS id, t.name AS name",
    "MATCH (a)-[r]->(b) RETURN type(r) AS type, labels(a) AS one, labels(b) AS other, "
    "count(*) AS n",
    "MATCH (a:CellType)-[r:SUBCLASS_OF]-(b:CellType) RETURN a.id AS a, b.id AS b, count(r) AS n",
    "MATCH (a:CellType)-[r:SUBCLASS_OF]-(a) RETURN a.id AS a",
    "MATCH (a)-[r:ORTHOLOGOUS_TO|IN_TAXON]-(b) RETURN a.id AS a, b.id AS b, r.support_count AS n",
    "MATCH (a:Gene)-[x:ORTHOLOGOUS_TO]-(b:Gene)-[y:ORTHOLOGOUS_TO]-(c:Gene) RETURN count(*) AS n",
    "MATCH (a:Gene)-[x:ORTHOLOGOUS_TO]-(b) MATCH (b)-[y:ORTHOLOGOUS_TO]-(c) RETURN count(*) AS n",
    "MATCH (a:Gene)-[:ORTHOLOGOUS_TO]-(b)-[:ORTHOLOGOUS_TO]-(a) RETURN a.id AS a, b.id AS b",
    "MATCH (a:Gene), (b:Gene) WHERE a.id < b.id AND a <> b RETURN a.id AS a, b.id AS b",
    "OPTIONAL MATCH (g:Gene {id: 'none'}) RETURN g, g.id AS id, labels(g) AS l, g:Gene AS is",
    "MATCH (g:Gene) OPTIONAL MATCH (g)-[r:ORTHOLOGOUS_TO]->(h) WHERE r.support_count > 2 "
    "RETURN g.id AS g, h.id AS h, type(r) AS t",
    "MATCH (g:Gene) OPTIONAL MATCH (g)-[:ORTHOLOGOUS_TO]->(h) OPTIONAL MATCH (h)-[:IN_TAXON]->(s) "
    "RETURN g.id AS g, h.id AS h, s.id AS s",
    "OPTIONAL MATCH (g:Gene {id: 'none'}) MATCH (g)-[:IN_TAXON]->(s) RETURN s.id AS s",
    "MATCH (a:CellType)-[:SUBCLASS_OF*]->(b) RETURN a.id AS a, b.id AS b",
    "MATCH (a:CellType)-[:SUBCLASS_OF*0..2]->(b) RETURN a.id AS a, b.id AS b",
    "MATCH (a:CellType {id: 'a'})<-[r:SUBCLASS_OF*1..]-(b) RETURN b.id AS b, size(r) AS n",
    "MATCH (a:CellType)-[r:SUBCLASS_OF*2..3]-(b:CellType {id: 'x'}) RETURN a.id AS a, size(r) AS n",
    "MATCH p = (a:CellType {id: 'e'})-[:SUBCLASS_OF*]->(b) "
    "RETURN [n IN nodes(p) | n.id] AS ids, length(p) AS n",
    "MATCH p = (a)-[:SUBCLASS_OF*0..1]->(b) RETURN size(nodes(p)) AS n, a.id AS a",
    "MATCH (a:CellType)-[:SUBCLASS_OF]->(b)-[rs:SUBCLASS_OF*1..2]->(c) "
    "RETURN a.id AS a, c.id AS c, [r IN rs | r.source] AS s",
    "MATCH (a:CellType) ((x)-[r:SUBCLASS_OF]->(y) WHERE x.id <> 'z'){1,3} (b) "
    "RETURN a.id AS a, b.id AS b, [n IN x | n.id] AS xs",
    "MATCH (g:Gene) WHERE EXISTS { (g)-[r:ORTHOLOGOUS_TO]-(h) WHERE h.species = 's3' } "
    "RETURN g.id AS g",
    "MATCH (g:Gene) RETURN g.id AS g, COUNT { (g)-[:ORTHOLOGOUS_TO]-() } AS n",
    "MATCH (g:Gene) RETURN g.id AS g, COLLECT { MATCH (g)-[r:ORTHOLOGOUS_TO]-(h) "
    "RETURN h.id ORDER BY r.support_count DESC LIMIT 2 } AS top",
    "MATCH (g:Gene) CALL (g) { MATCH (g)-[r:ORTHOLOGOUS_TO]-(h) RETURN h.id AS h, r.support_count "
    "AS n ORDER BY n DESC, h LIMIT 1 } RETURN g.id AS g, h, n",
    "MATCH (s:Species) CALL (s) { MATCH (g:Gene) WHERE g.species = s.id RETURN count(g) AS n "
    "UNION ALL MATCH (t:CellType) RETURN count(t) AS n } RETURN s.id AS s, n",
    "MATCH (s:Species) WHERE EXISTS { MATCH (g:Gene)-[:IN_TAXON]->(s) WHERE "
    "COUNT { (g)-[:ORTHOLOGOUS_TO]-(:Gene {species: s.id}) } = 0 } RETURN s.id AS s",
    "MATCH (g:Gene) RETURN g.species AS s, count(*) AS n, collect(g.id) AS ids ORDER BY s",
    "MATCH (g:Gene) RETURN count(DISTINCT g.species) + size(collect(g)) AS n",
    "MATCH (g:Gene) OPTIONAL MATCH (g)-[r:ORTHOLOGOUS_TO]->() WITH g, sum(r.support_count) AS n, "
    "avg(r.support_count) AS m WHERE n > 0 RETURN g.id AS g, n, round(m, 1) AS m",
    "MATCH ()-[r:ORTHOLOGOUS_TO]->() RETURN min(r.support_count) AS lo, max(r.support_count) "
    "AS hi, "
    "stDev(r.support_count) AS sd, percentileCont(r.support_count, 0.25) AS q, "
    "percentileDisc(r.support_count, 0.75) AS d",
    "MATCH (g:Gene {id: 'none'}) RETURN count(g) AS n, sum(1) AS s, collect(g.id) AS l, "
    "min(g.id) AS m",
    "MATCH (g:Gene {id: 'none'}) RETURN 1 AS one, count(*) AS n",
    "MATCH (g:Gene) WITH g ORDER BY g.id DESC WITH collect(g.id) AS ids RETURN ids, ids[..2] "
    "AS two, "
    "ids[-1] AS last, head(ids) AS first, reverse(ids) AS back",
    "MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY s DESC SKIP 1 LIMIT 1",
    "MATCH (g:Gene) RETURN g.id AS id SKIP 100",
    "MATCH (g:Gene) WITH collect(g) AS gs UNWIND gs AS h RETURN h.id AS id, h.symbol AS symbol",
    "MATCH (g:Gene) WITH collect(g) AS gs RETURN [x IN gs WHERE x.species = 's2' | x.id] AS l, "
    "any(x IN gs WHERE x.name = 'alpha') AS some, all(x IN gs WHERE x.name IS NOT NULL) AS every",
    "UNWIND [3, 1, null, 2] AS x RETURN x ORDER BY x DESC",
    "UNWIND [1, 2] AS x UNWIND [x, x * 10] AS y RETURN x, y, x + y AS s, y / x AS q, y % 3 AS r",
    "UNWIND [] AS x RETURN x",
    "UNWIND [{a: 1, b: 'x'}, {a: null, b: 'y'}] AS row RETURN row.a AS a, row.b AS b, row.c AS c",
    "MATCH (g:Gene) RETURN g.id AS id UNION MATCH (t:CellType) RETURN t.id AS id",
    "MATCH (g:Gene) RETURN g.species AS x UNION ALL MATCH (s:Species) RETURN s.id AS x",
    "MATCH (g:Gene) RETURN g {.id, .symbol, n: size(g.synonyms)} AS m, {id: g.id, l: [g.id]} AS x",
    "MATCH (g:Gene) RETURN g.id AS id, CASE WHEN g.name IS NULL THEN 'no' ELSE g.name END AS name, "
    "CASE g.species WHEN 's1' THEN 1 WHEN 's2' THEN 2.5 END AS number, coalesce(g.name, g.id) AS c",
    "MATCH (g:Gene) WHERE g.id STARTS WITH 'A' OR g.name CONTAINS 'x' OR g.id =~ '[bB]' "
    "RETURN g.id AS id, toLower(g.id) AS low, substring(g.symbol, 0, 1) AS s, size(g.id) AS n",
    "MATCH (g:Gene) WHERE NOT g.name = 'alpha' RETURN g.id AS id",
    "MATCH (g:Gene) WHERE g.name = 'alpha' XOR g.species = 's1' RETURN g.id AS id",
    "MATCH (g:Gene) WHERE g.id = 1 OR g.id < 2 OR g.name IN [] RETURN g.id AS id",
    "MATCH ()-[r:ORTHOLOGOUS_TO]->() RETURN startNode(r).id AS a, endNode(r).symbol AS b",
    "MATCH p = (a:Gene)-[:IN_TAXON]->(s) RETURN nodes(p)[0].id AS a, relationships(p) AS r",
    "MATCH (g:Gene) RETURN g",
    "MATCH (g:Gene)-[r:ORTHOLOGOUS_TO]->(h) RETURN r, h",
    "MATCH p = (:CellType {id: 'd'})-[:SUBCLASS_OF*1..2]->() RETURN p",
    "MATCH (a:CellType) WHERE (a)-[:SUBCLASS_OF]->() AND NOT (a)<-[:SUBCLASS_OF]-() RETURN "
    "a.id AS a",
    "MATCH (a:CellType) RETURN a.id AS a, [(a)-[:SUBCLASS_OF]->(b) WHERE b.id <> 'a' | b.id] AS up",
    "MATCH (a:Gene)-[r:IN_TAXON]->(s) WITH s, a, count(r) AS n WITH s.id AS s, collect(a.id) "
    "AS l, n "
    "RETURN s, size(l) AS k, n ORDER BY s",
    "MATCH (n) WHERE n:Gene OR n:Species RETURN n.id AS id, n:Gene AS g",
    "MATCH (g:Gene) CALL (g) { OPTIONAL MATCH (g)-[:MEMBER_OF]->(o) RETURN count(g) AS n, "
    "collect(g.id) AS l } RETURN g.id AS id, n, l",
    "MATCH (g:Gene) WITH g, COLLECT { MATCH (g)-[:IN_TAXON]->() RETURN g.symbol AS w } AS v, "
    "count(*) AS k RETURN g.id AS id, v, k",
    "MATCH (g:Gene) WHERE none(q IN COLLECT { MATCH (g)-[:IN_TAXON]->() RETURN g.symbol AS w } "
    "WHERE q = 'A') RETURN g.id AS id",
    "MATCH (a:Gene)-[r:ORTHOLOGOUS_TO]->(b) MATCH (x)-[r]-(y) "
    "RETURN a.id AS a, x.id AS x, y.id AS y",
    "MATCH (a:Gene)-[r]->(b) WITH r MATCH (x)<-[r:ORTHOLOGOUS_TO|IN_TAXON]-(y:Gene) "
    "RETURN type(r) AS t, x.id AS x, y.id AS y",
    "MATCH (a:Gene) OPTIONAL MATCH (a)-[r:ORTHOLOGOUS_TO]->() MATCH (x)-[r]->() RETURN x.id AS x",
    "MATCH (g:Nothing) RETURN g.id AS id",
    "MATCH (g:Gene) RETURN g.nothing AS x, count(*) AS n",
    "MATCH (g:Gene) RETURN properties(g) AS p, g.id AS id",
    "MATCH (a:CellType {id: 'none'})<-[:SUBCLASS_OF*0..]-(b) RETURN b.id AS b",
    "MATCH (a:CellType {id: 'none'}) ((x)-[:SUBCLASS_OF]->(y)){0,1} (b) RETURN b.id AS b",
    "MATCH (a:Gene {id: 'none'}) OPTIONAL MATCH (a)-[:IN_TAXON]->(s) RETURN a.id AS a, s.id AS s",
    "MATCH (a:Gene {id: 'A'}) OPTIONAL MATCH (a)-[:IN_TAXON]->(s) RETURN a.id AS a, s.id AS s",
    "MATCH (g:Gene {id: 'A'})-[:ORTHOLOGOUS_TO]-(h:Gene) WHERE h.id <> g.id "
    "RETURN g.id AS g, h.id AS h, h.name AS name, count(*) AS n",
    "MATCH (g:Gene) OPTIONAL MATCH (g)-[:ORTHOLOGOUS_TO]->(h:Gene) "
    "RETURN DISTINCT h.id AS h, h.symbol AS s",
    "MATCH (a:Gene)-[:ORTHOLOGOUS_TO]-(b:Gene) RETURN a.id AS a, a.name AS name, b.species AS s, "
    "count(*) + size(a.id) AS n ORDER BY n DESC, a, s",
    "MATCH (a:Gene {id: 'A'})-[:ORTHOLOGOUS_TO]-(b) WITH DISTINCT b.id AS id, b.species AS s "
    "WHERE s <> 's1' RETURN *",
    "MATCH ()-[r]-(s:Species {id: 's1'}) RETURN type(r) AS t, count(*) AS n",
    "MATCH p = (a:Gene {id: 'A'})-[:ORTHOLOGOUS_TO]-(b) RETURN a, b.id AS b, length(p) AS n",
    "MATCH p = (a:CellType {id: 'e'})-[:SUBCLASS_OF*]->(b) "
    "RETURN [r IN relationships(p) | type(r)] AS types, [r IN relationships(p) | r.source] AS s",
    "UNWIND ['a,b', '', ',', null] AS x RETURN split(x, ',') AS l",
    "MATCH (g:Gene)-[r:ORTHOLOGOUS_TO]-(h:Gene) WHERE 'A' = g.id AND r.support_count > 0 "
    "AND h.species <> 's1' RETURN g.id AS g, h.id AS h",
    "MATCH (g:Gene)-[:IN_TAXON]->(s) WHERE g.id = 'A' AND g.id = 'B' RETURN s.id AS s",
    "MATCH (g:Gene) OPTIONAL MATCH (g)-[:ORTHOLOGOUS_TO]-(h:Gene) WHERE h.id = 'B' "
    "RETURN g.id AS g, h.id AS h",
    "MATCH (g:Gene)-[:IN_TAXON]->(s) WHERE g.id = 1 OR NOT s.id = 's1' RETURN g.id AS g",
]


def by_rows(store: DuckdbStore, text: str, parameters: Mapping[str, object]) -> PlainRows:
    """Answer a statement clause by clause: the engine lays patterns, all else is plain values."""
    query = parse(text).query
    context = Context(parameters, 30.0, subquery, *exposed(query))
    context.engine = Engine(store, context.left_s)
    return plain_rows(to_table(*run(query, context)))


@pytest.mark.parametrize("text", COMPILED)
def test_sql_gives_the_same_rows(store: DuckdbStore, text: str) -> None:
    """Both ways agree; rows have an order only where the statement says so."""
    check_statement(text)
    compile_query(parse(text).query, store.catalogue, {}, 100)
    found = plain_rows(answer(store, text, {}, timeout_s=30, row_limit=10_000).table)
    expected = by_rows(store, text, {})
    ordered = "ORDER BY" in text.rpartition("RETURN")[2]
    assert difference(found, expected, ordered=ordered, lists_ordered=False) is None


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("MATCH (g:Gene) WHERE g.id IN $ids RETURN g.id AS id", {"ids": ["A", "B"] * 30}),
        ("MATCH (g:Gene) WHERE NOT g.id IN $ids RETURN g.id AS id", {"ids": ["A", None] * 30}),
        (
            "MATCH (g:Gene {id: $row.id}) RETURN g.id AS id, $row.n + 1 AS n",
            {"row": {"id": "A", "n": 2}},
        ),
        (
            "UNWIND $rows AS row MATCH (g:Gene {id: row.id}) RETURN g.id AS id, row.w AS w",
            {"rows": [{"id": "A", "w": 0.5}, {"id": "C", "w": None}]},
        ),
        ("MATCH (g:Gene) WHERE $x IS NULL OR g.id = $x RETURN count(*) AS n", {"x": None}),
        ("MATCH (g:Gene) RETURN g.id AS id ORDER BY id SKIP $s LIMIT $k", {"s": 1, "k": 2}),
        ("RETURN $x AS x, size($x) AS n", {"x": [1, "a", None, [2]]}),
    ],
)
def test_parameters_are_values(
    store: DuckdbStore, text: str, parameters: Mapping[str, object]
) -> None:
    """They are handed to the engine as values, whatever their shape."""
    found = plain_rows(answer(store, text, parameters, timeout_s=30, row_limit=100).table)
    assert difference(found, by_rows(store, text, parameters), ordered="ORDER" in text) is None


@pytest.mark.parametrize(
    "text",
    [
        "UNWIND [1, 'a'] AS x RETURN x",
        "MATCH p = shortestPath((a:CellType {id: 'e'})-[:SUBCLASS_OF*]->(b:CellType {id: 'a'})) "
        "RETURN length(p) AS n",
        "MATCH (g:Gene) RETURN CASE g.id WHEN 'A' THEN 1 ELSE 'x' END AS x",
    ],
)
def test_conditions_known_only_by_row_are_not_compiled(store: DuckdbStore, text: str) -> None:
    """It is worked out row by row, with the same answer."""
    with pytest.raises(NotCompiledError):
        compile_query(parse(text).query, store.catalogue, {}, 100)
    found = plain_rows(answer(store, text, {}, timeout_s=30, row_limit=100).table)
    assert difference(found, by_rows(store, text, {})) is None


def test_as_many_clauses_as_can_be_are_compiled(store: DuckdbStore) -> None:
    """Only the last two clauses of these go row by row."""
    text = "MATCH (g:Gene) WITH g.species AS s, count(*) AS n UNWIND [s, n] AS x RETURN x, s"
    begun = compile_beginning(parse(text).query.parts[0], store.catalogue, {}, 100)
    assert begun is not None
    assert begun[1] == 2
    assert begun[0].names == ("n", "s")


def test_only_what_is_used_is_handed_over(store: DuckdbStore) -> None:
    """A value that no SQL mentions any more is not passed to the engine."""
    query = parse("MATCH (g:Gene) WHERE g.nothing = 'x' AND g.id = 'A' RETURN g.id AS id").query
    assert set(compile_query(query, store.catalogue, {}, 9).given.values()) == {"A"}
