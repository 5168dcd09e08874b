"""An answer: what every question gives back, with its build and the question itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Answer:
    """A table of rows, and what has to be known to use them."""

    table: pa.Table
    """The rows; lists stay lists."""
    title: str
    """What was asked, in a line."""
    truncated: bool = False
    """Whether a limit cut rows off. Rows are never cut silently."""
    notes: tuple[str, ...] = ()
    """What the reader should know beside the rows, a sentence each."""
    provenance: Mapping[str, str] = field(default_factory=dict)
    """``build`` id, ``query``, its ``parameters`` as JSON, ``time`` in UTC and ISO 8601."""

    def __len__(self) -> int:
        """Give the number of rows."""
        return int(self.table.num_rows)

    def rows(self) -> list[dict[str, object]]:
        """Give the rows as dictionaries, in order.

        Examples
        --------
        >>> Answer(pa.table({"symbol": ["INS"]}), "genes").rows()
        [{'symbol': 'INS'}]
        """
        found: list[dict[str, object]] = self.table.to_pylist()
        return found

    def column(self, name: str) -> list[object]:
        """Give one column as a list."""
        found: list[object] = self.table[name].to_pylist()
        return found


def table_of(rows: Sequence[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    """Make a table of exactly `schema` from rows; also when there are none."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
