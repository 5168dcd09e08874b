"""Answers to saved queries computed by pandas, and the order of their rows."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

import pandas as pd
from tests.support.analyst.question import Answer, Parameters, plain
from tests.support.analyst.world import World

from orthoweave.testing.conformance_rows import PlainRows, difference


class Key(Enum):
    """Direction in which a column is sorted."""

    UP = True
    DOWN = False


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """The answer to a saved query, computed by pandas."""

    answer: Answer
    order: tuple[tuple[str, Key], ...]
    """Columns that the rows are sorted by; null is the largest value."""

    def difference(self, found: PlainRows, world: World, given: Parameters) -> str | None:
        """Return the first difference between all rows, in any order; None if there is none."""
        return difference(found, plain(self.answer(world, given)))

    def misplaced(
        self, found: PlainRows, world: World, given: Parameters, limit: int
    ) -> str | None:
        """Return the first difference in the sort columns of the first rows; None if there is none.

        Also None if the rows are not sorted by columns.
        """
        if not self.order:
            return None
        names = [name for name, _ in self.order]
        whole = self.answer(world, given)
        for name, key in reversed(self.order):
            ascending = key is Key.UP
            whole = whole.sort_values(
                name,
                ascending=ascending,
                kind="stable",
                na_position="last" if ascending else "first",
            )
        places = [found.columns.index(name) for name in names]
        rows = tuple(tuple(row[place] for place in places) for row in found.rows)
        expected = plain(whole[names].head(limit))
        return difference(PlainRows(tuple(names), rows), expected, ordered=True)


SAVED: Final[dict[str, SavedAnswer]] = {}
"""Answers by name of the saved query."""


def saved(*order: tuple[str, Key]) -> Callable[[Callable[..., pd.DataFrame]], Answer]:
    """Return a decorator that registers a function as the answer to the saved query of its name."""

    def note(answer: Answer) -> Answer:
        SAVED[answer.__name__] = SavedAnswer(answer, order)
        return answer

    return note
