"""The answer to a question: a table with its title, notes and provenance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from orthoweave.gateway.limits import rows_cut


@dataclass(frozen=True, slots=True)
class Answer:
    """A table with title, notes and provenance."""

    table: pa.Table
    """The rows; lists stay lists."""
    title: str
    """The question, in one line."""
    truncated: bool = False
    """Whether a limit cut rows off. Rows are never cut silently."""
    notes: tuple[str, ...] = ()
    """Sentences that the reader of the rows should know."""
    provenance: Mapping[str, str] = field(default_factory=dict)
    """``build`` id, ``query``, its ``parameters`` as JSON, ``time`` in UTC and ISO 8601."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.table.num_rows)

    def rows(self) -> list[dict[str, object]]:
        """Return the rows as dictionaries, in order.

        Examples
        --------
        >>> Answer(pa.table({"symbol": ["INS"]}), "genes").rows()
        [{'symbol': 'INS'}]
        """
        rows: list[dict[str, object]] = self.table.to_pylist()
        return rows

    @property
    def cut(self) -> str:
        """Sentence that says how a limit cut the rows off; empty for a complete answer."""
        return rows_cut(len(self)) if self.truncated else ""

    def column(self, name: str) -> list[object]:
        """Return one column as a list."""
        values: list[object] = self.table[name].to_pylist()
        return values


def table_of(rows: Sequence[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table of exactly `schema`, even if there are none."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
