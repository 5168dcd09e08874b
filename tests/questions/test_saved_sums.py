"""Sums and means of the saved queries do not depend on the order of addition."""

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from orthoweave.cypher.syntax.parser import parse
from orthoweave.cypher.syntax.tree import Call, Property
from orthoweave.cypher.syntax.walk import nodes
from orthoweave.cypher.values.aggregates import AGGREGATES
from orthoweave.gateway.gateway import Gateway
from orthoweave.questions.saved import find_query, saved_queries
from orthoweave.schema import read_schema
from orthoweave.stores.duckdb.store import DuckdbStore

CELLS, GENES = 3_000, 120
# what does not add
_ORDERLESS = {"count", "collect", "min", "max"}


@pytest.mark.parametrize("name", saved_queries())
def test_only_whole_numbers_are_added(name: str) -> None:
    """A saved query sums up n_cells, or what it made whole before, and asks for no mean."""
    found = [node for node in nodes(parse(find_query(name).text).query) if isinstance(node, Call)]
    for call in found:
        if call.name in AGGREGATES and call.name not in _ORDERLESS:
            [value] = call.arguments
            assert call.name == "sum"
            assert (isinstance(value, Property) and value.key == "n_cells") or (
                isinstance(value, Call) and value.name == "tointeger"
            )


def _filled(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    schema, rows = read_schema().arrow(name), len(next(iter(columns.values())))
    return pa.table(
        [columns.get(field.name, pa.nulls(rows, field.type)) for field in schema], schema=schema
    )


def test_a_mean_is_the_same_every_time_and_right(tmp_path: Path) -> None:
    """Over 360,000 values of which a plain sum has other last digits each time."""
    draw = np.random.default_rng(0)
    cells = pa.array([f"c{number}" for number in range(CELLS)])
    genes = pa.array([f"g{number:03}" for number in range(GENES)])
    values = np.exp(draw.uniform(-20, 2, (CELLS, GENES))).astype("f4")
    path = tmp_path / "graph.duckdb"
    with DuckdbStore.create(path, read_schema(), memory_mb=512) as graph:
        graph.write("Cell", _filled("Cell", {"id": cells}))
        graph.write("Gene", _filled("Gene", {"id": genes}))
        graph.write(
            "EXPRESSES",
            _filled(
                "EXPRESSES",
                {
                    "from": cells.take(pa.array(np.repeat(np.arange(CELLS), GENES))),
                    "to": genes.take(pa.array(np.tile(np.arange(GENES), CELLS))),
                    "value": pa.array(values.ravel()),
                },
            ),
        )
    text = find_query("genes_in_the_same_cells").text
    with DuckdbStore.open_read_only(path, memory_mb=512, threads=8) as store:
        gateway = Gateway(store, path)
        tables = [gateway.ask(text, {"gene": "g000", "limit": 200}).table for _ in range(20)]
    assert len({repr(table.to_pylist()) for table in tables}) == 1
    means = {row["gene"]: row["mean_value"] for row in tables[0].to_pylist()}
    exact = {
        f"g{number:03}": math.fsum(values[:, number].tolist()) / CELLS for number in range(1, GENES)
    }
    assert means == pytest.approx(exact, abs=1e-9)
