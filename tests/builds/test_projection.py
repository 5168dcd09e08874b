"""Files of tables: a look-up reads only the row groups that hold what it asks for."""

from pathlib import Path

from orthoweave.builds.projection import attach_new, detach
from orthoweave.storage.engine import table_engine


def test_a_lookup_leaves_out_most_row_groups(tmp_path: Path) -> None:
    """One key of a sorted table of 100,000 rows is found in a fifth of its row groups at most."""
    with table_engine(tmp_path) as engine:
        path = tmp_path / "some.duckdb"
        attach_new(engine, path, "made", 100_000)
        engine.execute("CREATE TABLE made.sorted AS SELECT i AS number FROM range(100000) AS r(i)")
        detach(engine, path, "made")
        engine.execute(f"ATTACH '{path}' AS made (READ_ONLY)")
        [(groups,)] = engine.execute(
            "SELECT count(DISTINCT row_group_id) FROM pragma_storage_info('made.sorted')"
        ).fetchall()
        plan = engine.execute("EXPLAIN ANALYZE SELECT * FROM made.sorted WHERE number = 55555")
        [(_, text)] = plan.fetchall()
    assert groups >= 5
    assert f"Row Groups Scanned: 1 / {groups}" in text
