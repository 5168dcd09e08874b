"""A question of an analyst: its Cypher, hand-written SQL, and an answer by pandas.

The answer is computed from the Parquet tables of a build, by pandas, networkx or plain Python. So
two independent witnesses check the answer of the gateway.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from tests.support.analyst.world import World

from orthoweave.errors import UsageError
from orthoweave.testing.conformance_rows import PlainRows

Parameters = Mapping[str, Any]
Given = Callable[[World], Parameters]
Answer = Callable[[World, Parameters], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its Cypher, SQL and expected answer."""

    name: str
    about: str
    """The question in words."""
    cypher: str
    sql: str
    """Hand-written SQL over the tables of the embedded store."""
    given: Given
    """Function from the tables to parameters for which the answer is not empty."""
    answer: Answer
    ordered: bool
    """Whether the order of the rows is checked."""

    def expected(self, world: World, parameters: Parameters) -> PlainRows:
        """Return the answer computed from the tables."""
        return plain(self.answer(world, parameters))


QUESTIONS: Final[dict[str, Question]] = {}
"""Questions by name, topic by topic."""


def question(
    cypher: str, sql: str, *, given: Given | None = None, ordered: bool = False
) -> Callable[[Answer], Answer]:
    """Return a decorator that registers a function as the answer to a question of its name.

    Raises
    ------
    UsageError
        If a question of that name exists already.
    """

    def note(answer: Answer) -> Answer:
        name = answer.__name__
        if name in QUESTIONS:
            message = f"two questions have the name {name!r}: rename one of them"
            raise UsageError(message)
        about = (answer.__doc__ or "").strip().splitlines()[0]
        QUESTIONS[name] = Question(
            name, about, cypher.strip(), sql.strip(), given or (lambda _: {}), answer, ordered
        )
        return answer

    return note


def plain(frame: pd.DataFrame) -> PlainRows:
    """Return the rows of a frame in the plain form, with missing values as null."""
    columns = [[_value(value) for value in frame[name].tolist()] for name in frame.columns]
    return PlainRows(tuple(map(str, frame.columns)), tuple(zip(*columns, strict=True)))


def _value(value: object) -> object:
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, float) and value != value:
        return None
    return value
