"""Answers at a size above the engine's units of work equal those of pandas on the same tables."""

from pathlib import Path

import pytest
from tests.support.analyst import QUESTIONS, Question, World
from tests.support.large_world import FULL, build_large_kb

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.testing.conformance_rows import difference, plain_rows

_LIMIT = 1_000_000


def _differs(kb: KnowledgeBase, world: World, question: Question) -> str | None:
    given = question.given(world)
    rows = kb.gateway.ask(question.cypher, given, row_limit=_LIMIT)
    expected = question.expected(world, given)
    assert expected.rows, "a question that finds nothing proves nothing"
    return difference(plain_rows(rows.table), expected, ordered=question.ordered)


def test_three_tables_are_above_a_row_group(large: KnowledgeBase) -> None:
    """Three tables of the graph have more than 150,000 rows."""
    counts = large.store.counts()
    assert sum(rows > 150_000 for rows in counts.values()) == 3


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_analyst_is_answered(large: KnowledgeBase, world: World, name: str) -> None:
    """The gateway's answer to a question of an analyst is that of pandas."""
    assert _differs(large, world, QUESTIONS[name]) is None


@pytest.mark.parametrize("name", QUESTIONS)
def test_sql_by_hand_is_right(large: KnowledgeBase, world: World, name: str) -> None:
    """The SQL that the benchmark compares with gives the answer of pandas too."""
    question = QUESTIONS[name]
    given = question.given(world)
    assert large.store.language == "sql"
    rows = large.store.sql(question.sql, given, timeout_s=60, row_limit=_LIMIT)
    expected = question.expected(world, given)
    assert difference(plain_rows(rows.table), expected, ordered=question.ordered) is None


def test_there_are_forty_three() -> None:
    """The questions are as many as the table of measurements has."""
    assert len(QUESTIONS) == 43


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_analyst_is_answered_at_full_size(tmp_path: Path) -> None:
    """On 100,000 nodes and 1.6 million edges all questions are answered as by pandas."""
    with open_knowledge_base(build_large_kb(tmp_path, FULL), store="") as kb:
        world = World(kb.layout, kb.manifest)
        differing = {
            name: found
            for name, question in QUESTIONS.items()
            if (found := _differs(kb, world, question))
        }
    assert differing == {}
