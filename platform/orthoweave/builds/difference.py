"""Differences between two builds: sources, and rows of every table, by key."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import duckdb

from orthoweave.schema import NodeType, read_schema
from orthoweave.schema.model import EdgeType
from orthoweave.storage.engine import parquet, table_engine
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.stores.duckdb.tables import KINDS

_EXAMPLES: Final = 5
# sources are compared by name alone: a new version does not count as a change of each row
_SOURCE: Final = "split_part(source, '@', 1)"


@dataclass(frozen=True, slots=True)
class TableDiff:
    """Differences of one table. The key of an edge is its two ends and its source."""

    table: str
    n_added: int
    """Keys that are only in the newer build."""
    n_removed: int
    """Keys that are only in the older build."""
    n_changed: int
    """Keys in both whose rows differ."""
    added: tuple[str, ...]
    """Some of those keys."""
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """Differences of the build `newer` from the build `older`."""

    older: str
    newer: str
    sources_added: tuple[str, ...]
    """Source names."""
    sources_removed: tuple[str, ...]
    sources_changed: tuple[str, ...]
    """Source names with both versions."""
    tables: tuple[TableDiff, ...]
    """Tables that differ, in the order of the schema."""


def diff(layout: Layout, older: str, newer: str, *, examples: int = _EXAMPLES) -> Diff:
    """Return the differences between two builds, by source and by table.

    Parameters
    ----------
    examples
        Number of keys to give for each kind of difference.

    Raises
    ------
    UnknownNameError
        If one of the builds does not exist; the message lists those that do.
    """
    schema = read_schema()
    with ExitStack() as stack:
        builds = [stack.enter_context(open_published(layout, name)) for name in (older, newer)]
        one, two = (build.manifest for build in builds)
        engine = stack.enter_context(table_engine(layout.scratch()))
        tables = [
            _table_diff(engine, builds, name, examples)
            for name in (*schema.nodes, *schema.edges)
            if one.content.get(name) != two.content.get(name)
        ]
    before = {source.name: source for source in one.sources}
    after = {source.name: source for source in two.sources}
    changed = (
        f"{name} {before[name].version} → {after[name].version}"
        for name in sorted(before.keys() & after.keys())
        if before[name].tables_digest != after[name].tables_digest
    )
    return Diff(
        older,
        newer,
        _only(after, before),
        _only(before, after),
        tuple(changed),
        tuple(table for table in tables if table.n_added or table.n_removed or table.n_changed),
    )


def _only(these: Mapping[str, object], those: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted(these.keys() - those.keys()))


def _table_diff(
    engine: duckdb.DuckDBPyConnection, builds: Sequence[Published], name: str, examples: int
) -> TableDiff:
    table = builds[0].schema.table(name)
    for side, build in zip(("older", "newer"), builds, strict=True):
        paths = build.paths(name)
        rows = parquet(paths) if paths else _no_rows(table)
        engine.execute(f"CREATE OR REPLACE TEMP VIEW {side} AS {_keyed(table, rows)}")
    # rows may repeat within a key, so whole rows are compared first, then the keys of the rest
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE differing AS "
        "SELECT key, bool_or(side = 'older') AS lost, bool_or(side = 'newer') AS won FROM ("
        "SELECT 'older' AS side, * FROM (FROM older EXCEPT ALL FROM newer) UNION ALL "
        "SELECT 'newer' AS side, * FROM (FROM newer EXCEPT ALL FROM older)) GROUP BY key"
    )
    kinds = {
        "added": "key NOT IN (SELECT key FROM older)",
        "removed": "key NOT IN (SELECT key FROM newer)",
        "changed": "key IN (SELECT key FROM older) AND key IN (SELECT key FROM newer)",
    }
    counts, keys = {}, {}
    for kind, condition in kinds.items():
        found = f"FROM differing WHERE {condition}"
        counts[kind] = engine.sql(f"SELECT count(*) {found}").fetchall()[0][0]
        some = engine.sql(f"SELECT key {found} ORDER BY key LIMIT {int(examples)}").fetchall()
        keys[kind] = tuple(key for (key,) in some)
    return TableDiff(
        table.name,
        counts["added"],
        counts["removed"],
        counts["changed"],
        keys["added"],
        keys["removed"],
        keys["changed"],
    )


def _keyed(table: NodeType | EdgeType, rows: str) -> str:
    """Return a query of rows with one text as their key and all compared columns."""
    ends = "\"from\" || ' → ' || \"to\" || ' by ' || " + f"replace({_SOURCE}, 'source:', '')"
    key = "id" if isinstance(table, NodeType) else ends
    named = {"source", "source_version"}
    columns = ", ".join(f'"{c.name}"' for c in table.columns if c.name not in named)
    return f"SELECT {key} AS key, {columns}, {_SOURCE} AS source FROM {rows}"


def _no_rows(table: NodeType | EdgeType) -> str:
    columns = ", ".join(f'NULL::{KINDS[c.kind]} AS "{c.name}"' for c in table.columns)
    return f"(SELECT {columns} WHERE false)"
