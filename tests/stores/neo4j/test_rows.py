"""Plain rows come out of Arrow as they went in."""

import datetime as dt
import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import QueryError
from orthoweave.stores.neo4j.rows import table_of_rows

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "id"]), inner, max_size=3)
    ),
    max_leaves=12,
)


def _typed(value: object) -> object:
    """A value that is equal only to one of the same types throughout."""
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {name: _typed(item) for name, item in value.items()}
    return (type(value).__name__, value)


@given(st.lists(st.tuples(_VALUES, _VALUES), max_size=6))
def test_values_are_kept_with_their_types(rows: list[tuple[object, object]]) -> None:
    """Whatever is mixed, each value comes back equal and of its own type, and Arrow is sound."""
    table = table_of_rows(["x", "y"], rows)
    table.validate(full=True)
    found = [(row["x"], row["y"]) for row in table.to_pylist()]
    assert [tuple(map(_typed, row)) for row in found] == [tuple(map(_typed, row)) for row in rows]


@given(st.lists(_VALUES, min_size=1, max_size=5))
def test_tables_survive_the_way_between_processes(values: list[object]) -> None:
    """A table is the same after being written as an Arrow stream and read again."""
    table = table_of_rows(["x"], [[value] for value in values])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    again = pa.ipc.open_stream(sink.getvalue()).read_all()
    again.validate(full=True)
    assert again.to_pylist() == table.to_pylist()


def test_columns_of_one_kind_have_the_plain_type() -> None:
    """Numbers, text, lists and graph values have the types that other tools read."""
    gene = {"_LABEL": "Gene", "id": "g", "symbol": "INS"}
    other = {"_LABEL": "Cell", "id": "c", "n": 1}
    columns = ["int", "float", "text", "bool", "list", "node", "null"]
    rows: list[list[object]] = [
        [1, 1.0, "a", True, ["x"], gene, None],
        [None, None, None, None, None, other, None],
    ]
    table = table_of_rows(columns, rows)
    assert table.schema.types == [
        pa.int64(),
        pa.float64(),
        pa.string(),
        pa.bool_(),
        pa.list_(pa.string()),
        pa.struct(
            [
                ("_LABEL", pa.string()),
                ("id", pa.string()),
                ("n", pa.int64()),
                ("symbol", pa.string()),
            ]
        ),
        pa.null(),
    ]


def test_no_rows_have_columns_all_the_same() -> None:
    """Without rows the columns are there; without columns there is nothing."""
    assert table_of_rows(["a", "b"], []).column_names == ["a", "b"]
    assert table_of_rows([], []).num_columns == 0


def test_not_a_number_is_kept() -> None:
    """NaN and infinity are numbers like others."""
    found = table_of_rows(["x"], [[math.nan], [math.inf]])["x"].to_pylist()
    assert math.isnan(found[0])
    assert found[1] == math.inf


@pytest.mark.parametrize(
    "value", [dt.date(2026, 1, 1), b"x", {1, 2}, 2**63, "\ud800", [[object()]], {"a": 1j}]
)
def test_other_kinds_are_refused(value: object) -> None:
    """Values that an answer cannot hold are refused, with the column and a remedy."""
    with pytest.raises(QueryError, match=r"column 'found' contains a .* toString"):
        table_of_rows(["found"], [[value]])
