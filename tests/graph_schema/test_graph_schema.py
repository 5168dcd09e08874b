"""The content of graph_schema/: sound tables, documented tables, portable queries."""

import re
from pathlib import Path

import pytest

from orthoweave import content
from orthoweave.cypher.syntax.tree import CallProcedure, Return
from orthoweave.cypher.syntax.walk import nodes
from orthoweave.gateway.guard import check_statement
from orthoweave.questions.saved import read_query, saved_queries
from orthoweave.schema import read_schema

FOLDER = content.folder("graph_schema")
FILES = sorted((FOLDER / "queries").glob("*.cypher"))
SCHEMA = read_schema()
TABLES = [*SCHEMA.nodes, *SCHEMA.edges, *SCHEMA.vectors]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_on_the_page(name: str) -> None:
    """README.md has a row for each node table, edge table and vector space, as it is now."""
    about = (SCHEMA.nodes | SCHEMA.edges | SCHEMA.vectors)[name].about
    rows = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    assert any(row.startswith(f"| `{name}` |") and about in row for row in rows)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_queries_name_only_what_the_schema_has(path: Path) -> None:
    """Labels, types and properties of each query are those of the schema."""
    text = "\n".join(
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("//")
    )
    labels = set(re.findall(r"[(\[]\w*:(\w+)", text))
    assert labels <= {*SCHEMA.nodes, *SCHEMA.edges}
    columns = {
        column.name
        for name in (*SCHEMA.nodes, *SCHEMA.edges)
        for column in SCHEMA.table(name).columns
    }
    assert set(re.findall(r"\b[a-z]\w*\.(\w+)", text)) <= columns


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_queries_use_what_both_engines_share(path: Path) -> None:
    """Each query passes the check, ends in RETURN, and calls no procedure of one engine."""
    [part] = check_statement(path.read_text(encoding="utf-8")).query.parts
    assert isinstance(part[-1], Return)
    assert not any(isinstance(node, CallProcedure) for node in nodes(part))


def test_the_readmes_example_is_a_saved_query(tmp_path: Path) -> None:
    """The example of README.md reads as a saved query, with the form that it describes."""
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```cypher\n(.*?)```", page, flags=re.DOTALL)
    path = tmp_path / "example.cypher"
    path.write_text(example, encoding="utf-8")
    query = read_query(path)
    assert [parameter.kind for parameter in query.parameters] == ["cell_type", "dataset", "int"]
    assert len(saved_queries()) == len(FILES)
