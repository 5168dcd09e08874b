"""Content of tables and graphs, compared without regard to order."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orthoweave.builds.content import (
    Content,
    content_by_source,
    content_of_rows,
    graph_content,
    tables_content,
)
from orthoweave.schema import read_schema
from orthoweave.storage.engine import table_engine
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build, read_manifest
from orthoweave.stores.duckdb.store import DuckdbStore

KIND = pa.schema(
    [
        ("id", pa.string()),
        ("n", pa.int64()),
        ("x", pa.float32()),
        ("list", pa.list_(pa.string())),
        ("source", pa.string()),
    ]
)
ROWS = st.lists(
    st.tuples(
        st.text(max_size=5),
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(width=32, allow_nan=False),
        st.none() | st.lists(st.text(max_size=3), max_size=3),
        st.sampled_from("ab"),
    ),
    max_size=8,
)
Row = tuple[object, ...]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with table_engine(tmp_path_factory.mktemp("engine")) as connection:
        yield connection


def table(rows: list[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(KIND)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, KIND, strict=True)], schema=KIND)


def test_the_embedded_graph_holds_the_tables(toy_kb: Path, tmp_path: Path) -> None:
    """Rows read back from the graph by queries have the content of the Parquet files."""
    layout = Layout(toy_kb)
    manifest = read_manifest(layout, current_build(layout))
    paths = {name: manifest.table_paths(layout, name) for name in manifest.tables}
    graph = manifest.folder(layout) / "graph.duckdb"
    with DuckdbStore.open_read_only(graph, memory_mb=256) as store:
        found = graph_content(store, read_schema(), tmp_path)
    assert found == tables_content(paths, tmp_path)
    assert {name: content.rows for name, content in found.items()} == manifest.counts
    assert {name: str(content) for name, content in found.items()} == manifest.content


@settings(max_examples=30, deadline=None)
@given(rows=ROWS, data=st.data())
def test_order_and_division_do_not_matter(
    engine: duckdb.DuckDBPyConnection, rows: list[Row], data: st.DataObject
) -> None:
    """Rows in another order, and in two parts, have the same content."""
    other = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    whole = content_of_rows(engine, [table(rows)])
    parts = content_of_rows(engine, [table(other[:cut]), table(other[cut:])])
    assert whole == parts
    assert whole.rows == len(rows)


@settings(max_examples=30, deadline=None)
@given(rows=ROWS.filter(bool), data=st.data())
def test_every_row_matters(
    engine: duckdb.DuckDBPyConnection, rows: list[Row], data: st.DataObject
) -> None:
    """A row less, a row twice and a row changed are each another content."""
    which = data.draw(st.integers(0, len(rows) - 1))
    changed = (*rows[which][:1], 5 if rows[which][1] != 5 else None, *rows[which][2:])
    variants = [
        rows,
        rows[:which] + rows[which + 1 :],
        [*rows, rows[which]],
        [*rows[:which], changed, *rows[which + 1 :]],
    ]
    found = {content_of_rows(engine, [table(variant)]) for variant in variants}
    assert len(found) == 4


def test_files_are_told_apart_by_source(engine: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Content by source adds up to that of all, and names the files that have rows of it."""
    rows: list[Row] = [
        ("1", 1, 1.0, [], "a"),
        ("2", None, None, None, "b"),
        ("3", 3, 0.5, ["x"], "a"),
    ]
    for name, part in (("one", rows[:1]), ("two", rows[1:])):
        pq.write_table(table(part), tmp_path / f"{name}.parquet")
    one, two = tmp_path / "one.parquet", tmp_path / "two.parquet"
    found = content_by_source(engine, [one, two])
    alone = {s: content_of_rows(engine, [table([r for r in rows if r[4] == s])]) for s in "ab"}
    whole = content_of_rows(engine, [table(rows)])
    assert {source: content for source, (content, _) in found.items()} == alone
    assert {source: files for source, (_, files) in found.items()} == {"a": [one, two], "b": [two]}
    assert sum(alone.values(), Content()) == whole
