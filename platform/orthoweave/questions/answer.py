"""The answer to a question: a table with its title, notes and provenance."""

import json
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


def plain_columns(table: pa.Table) -> pa.Table:
    """Return a table whose columns of mixed types are text, for libraries that know no others.

    A text stays as it is; any other value is written as JSON. A map without keys is of this kind
    too, since no file holds a structure without fields.
    """
    for at, field_ in enumerate(table.schema):
        if _is_mixed(field_.type):
            texts = [_as_text(value) for value in table.column(at).to_pylist()]
            table = table.set_column(at, field_.name, pa.array(texts, pa.string()))
    return table


def _is_mixed(kind: pa.DataType) -> bool:
    inner = [kind.field(at).type for at in range(kind.num_fields)]
    empty = pa.types.is_struct(kind) and not inner
    return pa.types.is_union(kind) or empty or any(map(_is_mixed, inner))


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def table_of(rows: Sequence[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table of exactly `schema`, even if there are none."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
