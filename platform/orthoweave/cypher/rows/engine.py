"""Reads from the store during one statement: bounded results, and each entity only once."""

from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa

from orthoweave.cypher.evaluation.context import Rows
from orthoweave.cypher.sql.entities import Entities
from orthoweave.cypher.sql.failures import explained
from orthoweave.cypher.sql.output import rows_of
from orthoweave.cypher.sql.statement import Compiled
from orthoweave.errors import QueryError
from orthoweave.stores.base import Rows as Answer
from orthoweave.stores.base import SqlStore

MOST_ROWS: Final = 200_000
"""Maximum number of nodes, relationships or rows held outside the engine at once."""
MOST_NUMBERS: Final = 5_000_000
"""The same for nodes and relationships of which only the number is read."""


class Engine:
    """The store as one statement uses it, with the nodes and relationships read so far."""

    def __init__(self, store: SqlStore, left_s: Callable[[], float]) -> None:
        self.catalogue = store.catalogue
        self._store = store
        self._left_s = left_s
        self.entities = Entities(self.read, store.catalogue)

    def ask(self, compiled: Compiled, row_limit: int) -> Answer:
        """Return the store's answer to a compiled statement, at most `row_limit` rows."""
        with explained():
            return self._store.sql(
                compiled.sql,
                compiled.given,
                functions=compiled.functions,
                timeout_s=self._left_s(),
                row_limit=row_limit,
            )

    def rows(self, compiled: Compiled) -> Rows:
        """Return the rows of a compiled statement, with whole nodes, relationships and paths.

        Raises
        ------
        QueryError
            If there are more rows than may be processed outside the engine.
        """
        return rows_of(compiled, self._all(compiled, MOST_ROWS), self.entities)

    def numbers(self, compiled: Compiled) -> pa.Table:
        """Return the rows of a compiled statement whose columns are plain numbers."""
        return self._all(compiled, MOST_NUMBERS)

    def read(self, sql: str, given: Mapping[str, object]) -> pa.Table:
        """Return the rows of a lookup by number."""
        return self._store.sql(sql, given, timeout_s=self._left_s(), row_limit=MOST_NUMBERS).table

    def _all(self, compiled: Compiled, most: int) -> pa.Table:
        answer = self.ask(compiled, most)
        if answer.truncated:
            raise _too_many(most)
        return answer.table


def _too_many(most: int) -> QueryError:
    return QueryError(
        "a part of the statement runs row by row, for instance since the type of a value depends "
        f"on the row, and covers more than {most:,} nodes, relationships or rows: "
        "narrow it down with labels, keys and conditions, or fix the type with toString(…), "
        "toFloat(…) or toInteger(…)"
    )
