"""The corpus is broad and on record, and the judge sees every kind of outcome."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from orthoweave.errors import QueryError, QueryRefusedError
from orthoweave.questions.saved import saved_queries
from orthoweave.stores.base import Rows
from orthoweave.testing.conformance_corpus import (
    Case,
    Outcome,
    judge,
    read_answers,
    read_corpus,
    tally,
    write_answers,
)
from orthoweave.testing.conformance_rows import PlainRows

CASE = Case("toy.one", "RETURN 1 AS x", {}, ordered=False, lists_ordered=True)
EXPECTED = PlainRows(("x",), ((1,),))


def test_the_corpus_reaches_the_whole_language() -> None:
    """There are over 500 queries of thirteen topics, each with an answer, most not empty."""
    cases, answers = read_corpus(), read_answers()
    assert len(cases) == len({case.name for case in cases}) > 500
    assert len({case.name.split(".")[0] for case in cases}) == 14
    wanted = {case.name for case in cases} | {f"saved.{name}" for name in saved_queries()}
    assert wanted == answers.keys()
    assert sum(bool(found.rows) for found in answers.values()) > 0.9 * len(answers)


def test_written_answers_are_read_back(tmp_path: Path) -> None:
    """Answers come back as they were, kinds of numbers and infinity included."""
    answers = {
        "a": PlainRows(("x", "y"), ((1, 1.0), (None, "é'\n"))),
        "b": PlainRows(("l",), (([{"k": True}, float("inf")],),)),
        "c": PlainRows((), ()),
    }
    write_answers(answers, tmp_path)
    assert read_answers(tmp_path) == answers


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (pa.table({"x": [1]}), "equal"),
        (pa.table({"x": [2]}), "different"),
        (pa.table({"x": [1.0]}), "different"),
        (pa.table({"y": [1]}), "different"),
        (QueryRefusedError("no: do that"), "refused"),
        (QueryError("engine"), "failed"),
    ],
)
def test_the_judge(outcome: pa.Table | QueryError, kind: str) -> None:
    """A refusal is one, any other error is a failure, and what is not the same is different."""

    def ask(text: str, parameters: Mapping[str, object]) -> Rows:
        if isinstance(outcome, QueryError):
            raise outcome
        return Rows(outcome, truncated=False)

    found = judge(CASE, ask, EXPECTED)
    assert found.kind == kind
    assert tally([found, Outcome("b", "refused")])[kind] >= 1


def test_rows_that_were_cut_are_different() -> None:
    """An answer that a limit has cut is never equal."""
    cut = Rows(pa.table({"x": [1]}), truncated=True)
    assert judge(CASE, lambda *_: cut, EXPECTED).kind == "different"
