"""EXPLAIN and PROFILE: the SQL, the plan, and what follows after the engine."""

from orthoweave.cypher.answer import answer
from orthoweave.cypher.syntax.parser import Mode
from orthoweave.stores.duckdb.store import DuckdbStore


def parts(store: DuckdbStore, text: str, mode: Mode = "explain", **given: object) -> dict[str, str]:
    rows = answer(store, text, given, timeout_s=20, row_limit=100, mode=mode)
    found: dict[str, str] = {}
    name = ""
    for row in rows.table.to_pylist():
        name = row["part"] or name
        found[name] = f"{found[name]}\n{row['text']}" if name in found else row["text"]
    return found


def test_sql_and_plan(store: DuckdbStore) -> None:
    """A statement that the engine answers whole."""
    found = parts(store, "MATCH (g:Gene {id: $id}) RETURN g.symbol AS s", id="A")
    assert list(found) == ["SQL", "parameters", "plan, with estimated rows", "after the engine"]
    assert 'FROM "Gene"' in found["SQL"]
    assert found["parameters"] == '{"p0": "A"}'
    assert "Table: graph.main.Gene" in found["plan, with estimated rows"]
    assert found["after the engine"].startswith("nothing")


def test_profile_has_the_rows_that_came(store: DuckdbStore) -> None:
    """All four genes are read."""
    found = parts(store, "MATCH (g:Gene) RETURN g.symbol AS s", "profile")
    assert "4 rows" in found["plan, with actual rows and times"]


def test_look_ups_after_the_engine(store: DuckdbStore) -> None:
    """Whole nodes come by their numbers, some columns from the rows of the answer."""
    found = parts(store, "MATCH (g:Gene) RETURN g, properties(g) AS p")["after the engine"]
    assert "read by their numbers" in found
    assert "p: computed on the rows of the answer" in found


def test_clauses_row_by_row(store: DuckdbStore) -> None:
    """The SQL is that of the beginning."""
    text = "MATCH (g:Gene) WITH g.id AS id UNWIND [id, 1] AS x RETURN x"
    found = parts(store, text)
    assert found["after the engine"] == "clauses 3 to 4 of 4, row by row on the SQL's rows"
    assert "Gene" in found["SQL"]


def test_a_whole_statement_row_by_row(store: DuckdbStore) -> None:
    """There is no SQL to show."""
    found = parts(store, "UNWIND [1, 'a'] AS x RETURN x")
    assert list(found) == ["after the engine"]
    assert "row by row" in found["after the engine"]
