"""Makes Arrow tables of the embedded engine sound and plain.

The engine writes the first offset of strings and lists only with their first value, so that the
offsets of a list column without a single value are whatever lay in memory; and it narrows and
widens integers as it goes along.
"""

import pyarrow as pa
import pyarrow.compute as pc


def sound(table: pa.Table) -> pa.Table:
    """`table` with empty arrays made anew, at any depth; all that has values is kept as it is."""
    columns = [
        pa.chunked_array([_sound(chunk) for chunk in column.chunks], column.type)
        if pa.types.is_nested(column.type) or not len(column)
        else column
        for column in table.columns
    ]
    return pa.Table.from_arrays(columns, schema=table.schema)


def plain_numbers(table: pa.Table) -> pa.Table:
    """`table` with integers of any width as int64: the engine sums into 128 bits.

    Whole numbers beyond 64 bits are kept exact, as decimals.
    """
    for number, column in enumerate(table.schema):
        whole = pa.types.is_decimal(column.type) and column.type.scale == 0
        if whole or (pa.types.is_integer(column.type) and column.type != pa.int64()):
            try:
                values = pc.cast(table[column.name], pa.int64())
            except pa.ArrowInvalid:
                continue
            table = table.set_column(number, column.name, values)
    return table


def _sound(array: pa.Array) -> pa.Array:
    kind = array.type
    if not len(array):
        # pa.array would load pandas, which a locked-up process may not
        return pa.nulls(0, kind)
    if pa.types.is_list(kind):
        return _with_children(array, [array.values], 2)
    if pa.types.is_struct(kind):
        return _with_children(array, [array.field(n) for n in range(kind.num_fields)], 1)
    return array


def _with_children(array: pa.Array, children: list[pa.Array], own_buffers: int) -> pa.Array:
    mended = [_sound(child) for child in children]
    if all(new is old for new, old in zip(mended, children, strict=True)):
        return array
    return pa.Array.from_buffers(
        array.type, len(array), array.buffers()[:own_buffers], offset=array.offset, children=mended
    )
