"""Procedures and SHOW describe the graph from its tables."""

from typing import Any

import pytest

from orthoweave.cypher.procedures import answer_procedure, with_rows
from orthoweave.cypher.syntax.parser import parse
from orthoweave.cypher.syntax.tree import CallProcedure, Unwind, With
from orthoweave.cypher.syntax.walk import nodes
from orthoweave.errors import QueryRefusedError
from orthoweave.gateway.guard import check_statement
from orthoweave.stores.base import Catalogue, Column, Table

ID = Column("string", has_null=False, has_nan=False)
MEAN = Column("float64", has_null=True, has_nan=False)
WORLD = Catalogue(
    {
        "Cell": Table("Cell", 0, 0, {"id": ID}),
        "Gene": Table("Gene", 1, 3, {"id": ID, "names": Column("string[]", True, False)}),
        "Species": Table("Species", 2, 1, {"id": ID}),
    },
    {
        "FROM": Table("FROM", 0, 0, {}, "Cell", "Gene"),
        "IN_TAXON": Table("IN_TAXON", 1, 3, {"mean": MEAN}, "Gene", "Species"),
    },
)


def _rows(text: str, **parameters: object) -> list[dict[str, Any]]:
    found = answer_procedure(check_statement(text).query, WORLD, parameters)
    assert found is not None
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def _column(text: str) -> list[object]:
    return [value for row in _rows(text) for value in row.values()]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("CALL db.labels()", ["Gene", "Species"]),
        ("CALL db.labels", ["Gene", "Species"]),
        ("CALL `db`.`labels`() YIELD label", ["Gene", "Species"]),
        ("CALL db.relationshipTypes()", ["IN_TAXON"]),
        ("CALL db.propertyKeys()", ["id", "mean", "names"]),
        ("CALL db.labels() YIELD label AS l WHERE l STARTS WITH 'S' RETURN l", ["Species"]),
        ("CALL db.labels() YIELD label RETURN label ORDER BY label DESC LIMIT 1", ["Species"]),
        ("CALL db.labels() YIELD label WITH count(*) AS n RETURN n + 1 AS n", [3]),
        ("SHOW INDEXES YIELD name", ["cell_id", "gene_id", "species_id"]),
        ("SHOW INDEXES YIELD name ORDER BY name DESC SKIP 1 LIMIT 1", ["gene_id"]),
        ("SHOW INDEXES YIELD name, state WHERE name > 'g' RETURN count(*) AS n", [2]),
        ("SHOW INDEX YIELD name ORDER BY name LIMIT 2 WHERE name > 'd' RETURN name", ["gene_id"]),
        ("SHOW TEXT INDEXES YIELD name", []),
        ("SHOW CONSTRAINTS YIELD labelsOrTypes AS l RETURN l[0] AS l", ["Cell", "Gene", "Species"]),
        ("SHOW FUNCTIONS YIELD name WHERE name = 'toLower' RETURN name", ["toLower"]),
        ("SHOW USER DEFINED FUNCTIONS", []),
        ("SHOW PROCEDURES YIELD name RETURN count(*) AS n", [6]),
    ],
)
def test_one_column_or_number(text: str, values: list[object]) -> None:
    """Labels and types of which there is something, names, and what follows on them."""
    assert _column(text) == values


def test_properties_with_their_types() -> None:
    """Each property of what is there, as Neo4j says it."""
    assert _rows("CALL db.schema.nodeTypeProperties()")[1] == {
        "nodeType": ":`Gene`",
        "nodeLabels": ["Gene"],
        "propertyName": "names",
        "propertyTypes": ["StringArray"],
        "mandatory": False,
    }
    assert _rows("CALL db.schema.relTypeProperties()") == [
        {
            "relType": ":`IN_TAXON`",
            "propertyName": "mean",
            "propertyTypes": ["Double"],
            "mandatory": False,
        }
    ]


def test_the_schema_as_a_graph() -> None:
    """A node for each label, a relationship for each type."""
    [row] = _rows("CALL db.schema.visualization()")
    assert [node["name"] for node in row["nodes"]] == ["Gene", "Species"]
    assert [edge["name"] for edge in row["relationships"]] == ["IN_TAXON"]


def test_indexes_have_the_columns_of_neo4j() -> None:
    """Columns come in Neo4j's order; a condition may use all of them."""
    [one] = _rows("SHOW INDEXES WHERE labelsOrTypes = ['Gene']")
    assert list(one)[:5] == ["id", "name", "state", "populationPercent", "type"]
    assert (one["name"], one["owningConstraint"]) == ("gene_id", "gene_id")


def test_other_statements_are_left_alone() -> None:
    """Statements without a procedure, or that read the graph as well, are not answered here."""
    for text in (
        "MATCH (n) RETURN n",
        "RETURN 1 AS x",
        "CALL db.labels() YIELD label MATCH (n) WHERE label IN labels(n) RETURN n",
        "CALL db.labels() YIELD label RETURN label UNION CALL db.labels() YIELD label RETURN label",
        "CALL db.labels() YIELD label RETURN COUNT { (n) WHERE label IN labels(n) } AS n",
    ):
        assert answer_procedure(parse(text).query, WORLD) is None


def test_rows_are_written_into_a_longer_question() -> None:
    """If a statement reads the graph as well, a procedure becomes a list; names stay the same."""
    text = (
        "MATCH (n) CALL db.schema.nodeTypeProperties() YIELD propertyName AS p, mandatory "
        "WHERE mandatory CALL { CALL db.labels() YIELD label RETURN label } RETURN n, p, label"
    )
    changed = with_rows(parse(text).query, WORLD)
    assert not any(isinstance(node, CallProcedure) for node in nodes(changed))
    assert sum(isinstance(node, Unwind) for node in nodes(changed)) == 2
    [second] = [c for c in changed.parts[0] if isinstance(c, With) and c.projection.items]
    assert [item.name for item in second.projection.items] == ["n", "p", "mandatory"]


def test_nodes_of_no_graph_cannot_be_written_into_a_question() -> None:
    """The schema as a graph stands alone."""
    text = "MATCH (n) CALL db.schema.visualization() YIELD nodes RETURN n, nodes"
    with pytest.raises(QueryRefusedError, match="call it alone"):
        with_rows(parse(text).query, WORLD)


def test_parameters_reach_the_conditions() -> None:
    """A standalone call with RETURN takes parameters as any question does."""
    text = "CALL db.labels() YIELD label WHERE label = $name RETURN label"
    assert _rows(text, name="Gene") == [{"label": "Gene"}]


def test_the_mode_is_taken_from_the_beginning() -> None:
    """EXPLAIN and PROFILE are told apart, and places in the text stay."""
    found = parse("EXPLAIN MATCH (n) RETURN n.x")
    assert (found.mode, found.text) == ("explain", " " * 8 + "MATCH (n) RETURN n.x")
    assert parse("/* a */ profile RETURN 1 AS x").mode == "profile"
    assert parse("RETURN 1 AS explain").mode == "run"
    with pytest.raises(QueryRefusedError, match="character 26"):
        check_statement("EXPLAIN MATCH (n) RETURN m")
