"""Conversion of the embedded engine's integers to 64 bits."""

import pyarrow as pa
import pyarrow.compute as pc


def plain_numbers(table: pa.Table) -> pa.Table:
    """Return a table with integers of any width as int64.

    The engine sums into 128 bits, which arrive as decimals; those beyond 64 bits stay decimals.
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
