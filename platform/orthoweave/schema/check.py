"""Check a table against the schema and report all problems at once."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.errors import SchemaError
from orthoweave.schema.model import ARROW, EdgeType, NodeType, Schema


def check_table(schema: Schema, name: str, rows: pa.Table) -> pa.Table:
    """Return `rows` with the columns of table `name`, in order and cast to their types.

    Missing optional columns are added as null. A column that is dictionary-encoded, with 32-bit
    indices and values of the right type, stays so.

    Raises
    ------
    SchemaError
        For unknown or missing columns, values that do not fit, forbidden nulls, keys
        with an unknown prefix and unsorted ends of symmetric edges: all in one message.
    """
    table = schema.table(name)
    problems: list[str] = []
    known = {column.name for column in table.columns}
    problems += [
        f"unknown column {column!r}" for column in rows.column_names if column not in known
    ]
    arrays = []
    for column in table.columns:
        kind = ARROW[column.kind]
        if column.name not in rows.column_names:
            if column.required:
                problems.append(f"missing column {column.name!r} ({column.about})")
            arrays.append(pa.nulls(rows.num_rows, kind))
            continue
        array = rows[column.name]
        if array.type != kind and not _is_encoded(array, kind):
            try:
                array = array.cast(kind)
            except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
                problems.append(f"column {column.name!r} is not {column.kind}: {error}")
                continue
        if column.required and array.null_count:
            problems.append(f"column {column.name!r} has {array.null_count:,} nulls; expected none")
        arrays.append(array)
    if not problems:
        checked = pa.table(arrays, names=[column.name for column in table.columns])
        problems += _key_problems(table, checked)
    if problems:
        message = f"table {name} does not fit graph_schema/:\n  " + "\n  ".join(problems)
        raise SchemaError(message)
    return checked


def _is_encoded(array: pa.ChunkedArray, kind: pa.DataType) -> bool:
    """Return whether the values are dictionary-encoded, of that kind and with countable nulls."""
    return array.type == pa.dictionary(pa.int32(), kind) and not any(
        chunk.dictionary.null_count for chunk in array.chunks
    )


def _key_problems(table: NodeType | EdgeType, rows: pa.Table) -> Iterator[str]:
    if isinstance(table, EdgeType):
        if table.symmetric:
            start, end = rows["from"].cast(pa.string()), rows["to"].cast(pa.string())
            unsorted = rows.filter(pc.greater_equal(start, end))
            if unsorted.num_rows:
                pair = (unsorted["from"][0].as_py(), unsorted["to"][0].as_py())
                yield (
                    f"{unsorted.num_rows:,} edges with from >= to, such as {pair}: "
                    "symmetric edges are stored once with sorted ends"
                )
        return
    if table.prefixes:
        pattern = "^(" + "|".join(table.prefixes) + "):."
        keys = rows["id"].cast(pa.string())
        wrong = rows.filter(pc.invert(pc.match_substring_regex(keys, pattern)))
        if wrong.num_rows:
            found = wrong["id"][0].as_py()
            expected = ", ".join(table.prefixes)
            yield f"{wrong.num_rows:,} keys such as {found!r}: expected a CURIE of {expected}"
