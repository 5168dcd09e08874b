"""What every graph store gives: rows for a statement, with limits that cannot be overlooked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import pyarrow as pa

CLOSED: Final = "this knowledge base is closed: open it again"
"""What asking says after closing."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that a statement gave."""

    table: pa.Table
    truncated: bool
    """Whether there are more rows than the limit allowed; `table` has the first of them."""


class GraphStore(Protocol):
    """A published graph, open for reading from any number of threads."""

    def query(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        *,
        timeout_s: float,
        row_limit: int,
    ) -> Rows:
        """Rows of one Cypher statement, at most `row_limit` of them.

        Raises
        ------
        MissingParameterError
            If the text uses a parameter that is not given.
        QueryTimeoutError
            If it runs longer than `timeout_s` seconds.
        QueryError
            If the engine refuses the statement or fails.
        UsageError
            If the graph was closed.
        """

    def counts(self) -> dict[str, int]:
        """Rows by node and edge table."""

    def close(self) -> None:
        """Let go of the graph; queries from here on fail."""
