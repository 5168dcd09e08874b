"""Names that the graph has not, and what can never be found, are noted, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from orthoweave.cypher.semantics.notes import notes
from orthoweave.cypher.syntax.parser import parse
from orthoweave.errors import QueryRefusedError
from orthoweave.questions.saved import saved_queries
from orthoweave.schema import read_schema
from orthoweave.stores.base import Catalogue, Column, Table
from orthoweave.testing.conformance_corpus import read_corpus

Ask = Callable[..., list[dict[str, Any]]]


def _table(name: str, *columns: str, ends: tuple[str, str] = ("", "")) -> Table:
    return Table(name, 0, 1, dict.fromkeys(columns, Column("string", False, False)), *ends)


WORLD = Catalogue(
    {
        name: _table(name, *columns.split())
        for name, columns in {
            "Cell": "id donor",
            "CellType": "id name",
            "Dataset": "id title",
            "Gene": "id symbol name",
            "Species": "id scientific_name",
            "Run": "id model",
        }.items()
    },
    {
        "EXPRESSED_IN": _table("EXPRESSED_IN", "mean", "dataset", ends=("Gene", "CellType")),
        "FROM": _table("FROM", "source", ends=("Cell", "Dataset")),
    },
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MATCH (g:Gene) RETURN g.symbl", ["no property `symbl` on Gene: did you mean symbol?"]),
        ("MATCH (g:Gen) RETURN g.symbl", ["no label `Gen`: did you mean Gene?"]),
        ("MATCH (g:gene) RETURN g", ["no label `gene`: did you mean Gene?"]),
        ("MATCH (g:Xyz) RETURN g", ["no label `Xyz`"]),
        ("MATCH (g:Gene|Sell) RETURN g", ["no label `Sell`: did you mean Cell?"]),
        (
            "MATCH ()-[r:EXPRESED_IN]->() RETURN r",
            ["no relationship type `EXPRESED_IN`: did you mean EXPRESSED_IN?"],
        ),
        ("MATCH ()-[r:FROM]->() RETURN r.mean", ["no property `mean` on FROM"]),
        (
            "MATCH (a)-[r]->() RETURN a.symbol, r.meen, a.colour",
            [
                "no property `meen` on EXPRESSED_IN or FROM: did you mean mean?",
                "no property `colour` on any node",
            ],
        ),
        (
            "MATCH (g:Gene {symbl: 'INS'}) RETURN g",
            ["no property `symbl` on Gene: did you mean symbol?"],
        ),
        (
            "MATCH (:Gene {Symbol: 'INS'})-->(c:Cell) WHERE c.doner = 'a' RETURN c",
            [
                "no property `Symbol` on Gene: did you mean symbol?",
                "no property `doner` on Cell: did you mean donor?",
            ],
        ),
        (
            "MATCH (g:Gene) WITH g AS h RETURN h.symbl, h {.id, .nam}",
            [
                "no property `symbl` on Gene: did you mean symbol?",
                "no property `nam` on Gene: did you mean name?",
            ],
        ),
        ("MATCH (g:Gene) RETURN g['symbl']", ["no property `symbl` on Gene: did you mean symbol?"]),
        ("MATCH (g) WHERE g:Gen RETURN g", ["no label or type `Gen`: did you mean Gene?"]),
        (
            "MATCH (g:Gene) RETURN EXISTS { (g)-[:FORM]->() WHERE g.symbl = 'a' } AS x",
            [
                "no relationship type `FORM`: did you mean FROM?",
                "no property `symbl` on Gene: did you mean symbol?",
            ],
        ),
        (
            "MATCH (g:Gene) RETURN [(g)-->(c:Cell) WHERE c.doner = 'a' | c.id] AS x",
            ["no property `doner` on Cell: did you mean donor?"],
        ),
        (
            "MATCH (g:Gene) CALL (g) { MATCH (g)-->(c:Cell) RETURN c.doner AS d } RETURN d",
            ["no property `doner` on Cell: did you mean donor?"],
        ),
        (
            "MATCH (g:Gene) WITH g ORDER BY g.symbl RETURN g.symbl AS s",
            ["no property `symbl` on Gene: did you mean symbol?"],
        ),
        (
            "MATCH (g:Gene)-[:FROM]->(d:Dataset) RETURN g",
            ["`FROM` never connects these nodes: it goes from Cell to Dataset"],
        ),
        (
            "MATCH (c:Cell)<-[:FROM]-(d) RETURN c",
            ["`FROM` never connects these nodes: it goes from Cell to Dataset"],
        ),
        (
            "MATCH (g:Gene) MATCH (g)-[:FROM]-(d) RETURN g",
            ["`FROM` never connects these nodes: it goes from Cell to Dataset"],
        ),
        (
            "MATCH (g:Gene|Cell) RETURN g.symbol, g.donor, g.title",
            ["no property `title` on Cell or Gene"],
        ),
    ],
)
def test_missing_names_are_noted_once_in_order(text: str, said: list[str]) -> None:
    """Labels, types and properties, wherever they stand."""
    assert notes(parse(text).query, WORLD) == said


def _schema() -> Catalogue:
    schema = read_schema()
    return Catalogue(
        {
            name: _table(name, *(one.name for one in table.columns))
            for name, table in schema.nodes.items()
        },
        {
            name: _table(name, *(one.name for one in table.columns), ends=(table.start, table.end))
            for name, table in schema.edges.items()
        },
    )


SCHEMA = _schema()
_TWICE = "`r` occurs twice in one pattern, which uses each relationship only once: nothing matches"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MATCH (a)-[r]->(b), (c)-[r]->(d) RETURN a.id AS x", _TWICE),
        ("MATCH (a)-[r]->(b)-[r]->(c) RETURN a.id AS x", _TWICE),
        ("MATCH (a)-[r]->(b) MATCH (c)-[r]->(d), (e)-[r]->(f) RETURN a.id AS x", _TWICE),
        ("MATCH (a) WHERE EXISTS { (a)-[r]->(b), (c)-[r]->(d) } RETURN a.id AS x", _TWICE),
        ("MATCH (a)-[r]->() WHERE (a)-[r]->()-[r]->() RETURN a.id AS x", _TWICE),
        ("MATCH (n:Gene&Cell) RETURN n.id AS x", "no node is `Gene&Cell`: each node has one label"),
        ("MATCH (n:Gene:Cell) RETURN n.id AS x", "no node is `Gene&Cell`: each node has one label"),
        ("MATCH (n:(Gene|Cell)&!%) RETURN n.id AS x", "no node is `(Gene|Cell)&!%`: each node has"),
        (
            "MATCH ()-[r:SUBCLASS_OF&IN_TAXON]->() RETURN r.source AS x",
            "no relationship is `SUBCLASS_OF&IN_TAXON`: each relationship has one type",
        ),
        (
            "MATCH (n:Gene) WHERE n.symbol = null RETURN n.id AS x",
            "`= null` is never true: write IS NULL",
        ),
        (
            "MATCH (n:Gene) WHERE null <> n.symbol RETURN n.id AS x",
            "`<> null` is never true: write IS NOT NULL",
        ),
        ("MATCH (n:Gene) WHERE null < n.symbol RETURN n.id AS x", "`> null` is never true"),
        (
            "MATCH (n:Gene {symbol: null}) RETURN n.id AS x",
            "`{symbol: null}` is never true: write WHERE … IS NULL",
        ),
    ],
)
def test_impossible_patterns_have_no_rows_and_a_note(ask: Ask, text: str, said: str) -> None:
    """The answer has no rows, as in Neo4j, and the note says why."""
    assert ask(text) == []
    [note] = notes(parse(text).query, SCHEMA)
    assert note.startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (g:Gene) RETURN g.symbol, g.name, g {.*}",
        "MATCH (g:Gene) WITH {symbl: 1} AS g RETURN g.symbl",
        "MATCH (g:Gene) UNWIND [{symbl: 1}] AS m RETURN m.symbl",
        "MATCH (g:Gene) RETURN [g IN [{symbl: 1}] | g.symbl] AS x",
        "MATCH (g:Gene) RETURN reduce(g = {a: 1}, x IN [1] | {a: g.a}) AS x",
        "MATCH (a)-[r*1..2]->(b) RETURN [x IN r | x.nothing] AS l",
        "MATCH (a:Gene) ((x)-->(y)){1,2} (b) RETURN [n IN x | n.nothing] AS l",
        "MATCH (g:Gene) CALL { RETURN {symbl: 1} AS m } RETURN m.symbl",
        "MATCH (g:Gene) RETURN g.id AS i UNION MATCH (g:Cell) RETURN g.donor AS i",
        "MATCH (n:!Gene) RETURN n.donor",
        "MATCH (g:Gene)-->(x) WITH x RETURN x.donor, x.model",
        "RETURN $props.symbl AS x",
        "MATCH (c:Cell)-[:FROM]-(d:Dataset)-[:FROM]-(e) RETURN e",
        "MATCH (c)<-[:FROM]-(d), (c)-[:FROM*1..2]->(d) RETURN c",
        "MATCH (g:Gene)-[:FROM|EXPRESSED_IN]->(t) RETURN g",
        "MATCH (a)-[r]->(b) MATCH (c)-[r]->(d) RETURN a",
        "MATCH (a)-[r]->(b) WHERE EXISTS { (c)-[r]->(d) } RETURN a",
        "MATCH (n:Gene|Cell&!Gene) WHERE n.id IS NULL RETURN n",
        "MATCH (n:Gene) RETURN n.id IN [null], coalesce(n.id, null), n.id = $x",
    ],
)
def test_possible_names_are_not_noted(text: str) -> None:
    """A name that may exist is not noted."""
    assert notes(parse(text).query, WORLD) == []


def test_the_corpus_and_saved_queries_have_few_notes() -> None:
    """On the tables of the schema nothing of a saved query is noted, and little of the corpus."""
    for query in saved_queries().values():
        assert notes(parse(query.text).query, SCHEMA) == []
    noted = 0
    for case in read_corpus():
        try:
            noted += bool(notes(parse(case.text).query, SCHEMA))
        except QueryRefusedError:
            continue
    assert noted < 30
