"""Cypher that the engines answer differently is refused with the way to write it."""

import pytest

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.guard import check_statement

REFUSED = [
    ("MATCH (a)-[:ORTHOLOGOUS_TO*1..3]-(b) RETURN a.id", "TRAIL"),
    ("MATCH (a)-[:SUBCLASS_OF*]->(b) RETURN a.id", "TRAIL"),
    ("MATCH (a)-[:SUBCLASS_OF*2]->(b) RETURN a.id", "TRAIL"),
    ("MATCH (a)-[:ORTHOLOGOUS_TO]-(b)-[:ORTHOLOGOUS_TO]-(c) RETURN a.id", "MATCH of its own"),
    ("MATCH (c)-[:EXPRESSES]->(g)<-[:EXPRESSES]-(d) RETURN c.id", "MATCH of its own"),
    ("MATCH (c)-[:EXPRESSES]->(g), (c)-[:EXPRESSES]->(h) RETURN c.id", "MATCH of its own"),
    ("MATCH (a)--(b)--(c) RETURN a.id", "MATCH of its own"),
    ("MATCH (a)-[r]-(b)-[:IN_TAXON]->(c) RETURN a.id", "MATCH of its own"),
    ("MATCH (a)-[:A|B]-(b)-[:B|C]-(c) RETURN a.id", "MATCH of its own"),
    ("MATCH (n) RETURN labels(n) AS x", "label"),
    ("MATCH (n) RETURN id(n) AS x", r"n\.id"),
    ("RETURN substring('abc', 1) AS x", "left"),
    ("RETURN log(2.0) AS x", "log10"),
    ("MATCH (n) RETURN keys(n) AS x", "null"),
    ("MATCH (n) RETURN properties(n) AS x", "null"),
    ("RETURN round(2.5) AS x", "halves"),
    ("RETURN [1, 2][0] AS x", "list positions"),
    ("MATCH (n:Gene) RETURN n.synonyms[1..2] AS x", "list positions"),
    ("RETURN $list[0] AS x", "list positions"),
    ("RETURN [x IN [1, 2] WHERE x > 1 | x] AS y", "comprehension"),
    ("MATCH (n:Gene) RETURN n {.id} AS m", "projection"),
    ("MATCH p = shortestPath((a)-[:SUBCLASS_OF*1..5]->(b)) RETURN p", "SHORTEST"),
    ("RETURN COLLECT { MATCH (n) RETURN n } AS x", "collect"),
    ("MATCH (g:gene) RETURN g.id", "write Gene"),
    ("MATCH (a)-[:in_taxon]->(b) RETURN a.id", "write IN_TAXON"),
    ("MATCH (g:Gene) RETURN g.Symbol", "write symbol"),
    ("MATCH (g:Gene {ID: 'x'}) RETURN g.symbol", "write id"),
    ("MATCH (a:Gene) MATCH (A:Gene) RETURN a.id", "differ in more than case"),
    (
        "MATCH (a)-[:ORTHOLOGOUS_TO]-(b) MATCH (b)-[:EXPRESSED_IN]->(t) "
        "MATCH (a)-[:EXPRESSED_IN]->(t) RETURN t.id",
        "comes back to 't'",
    ),
    (
        "MATCH (a)-[:COEXPRESSED_WITH]-()-[:IN_TAXON]->(s) MATCH (a)-[:IN_TAXON]->(s) RETURN s.id",
        "comes back to 's'",
    ),
]
ALIKE = [
    "MATCH (c)-[:FROM]->(d) MATCH (c)-[:HAS_TYPE]->(t) MATCH (t)-[:OBSERVED_IN]->(d) RETURN c.id",
    "MATCH (a)-[:ORTHOLOGOUS_TO]-(b) RETURN b.id UNION MATCH (b)-[:ORTHOLOGOUS_TO]-(a) RETURN b.id",
    "MATCH (a)-[:SUBCLASS_OF]->(b)-[:SUBCLASS_OF]->(c) RETURN a.id",
    "MATCH (a)<-[:SUBCLASS_OF]-(b)<-[:SUBCLASS_OF]-(c) RETURN a.id",
    "MATCH (a)-[:SUBCLASS_OF*0..1]->(b {id: 'x'})-[:SUBCLASS_OF*0..1]->(c) RETURN a.id",
    "MATCH (a)-[:SUBCLASS_OF* TRAIL 1..3]->(b) RETURN a.id",
    "MATCH (a)-[:ORTHOLOGOUS_TO]-(b) MATCH (b)-[:ORTHOLOGOUS_TO]-(c) WHERE a <> c RETURN c.id",
    "MATCH (c)-[:EXPRESSES]->(g)-[:IN_TAXON]->(s), (c)-[:FROM]->(d) RETURN c.id",
    "MATCH (g:Gene) WHERE (g)-[:MEMBER_OF]->() OR NOT (g)-[:MEMBER_OF]->() RETURN g.id",
    "MATCH (gene:Gene) RETURN {Gene: gene.id} AS x, [gene.id] AS list, 2 - (1) AS y",
    "MATCH (a:Gene) WHERE a.id IN ['x'] RETURN head(a.synonyms) AS x",
]


@pytest.mark.parametrize(("statement", "way_out"), REFUSED)
def test_what_differs_is_refused_with_the_way_out(statement: str, way_out: str) -> None:
    """Each construct with two meanings is refused, and the message says how to write it."""
    with pytest.raises(QueryRefusedError, match=way_out):
        check_statement(statement)


@pytest.mark.parametrize("statement", ALIKE)
def test_what_is_alike_passes(statement: str) -> None:
    """Questions with one meaning on both engines pass, also those that look similar."""
    assert check_statement(statement).text == statement
