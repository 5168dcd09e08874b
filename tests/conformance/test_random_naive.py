"""Random questions: the gateway answers as nested loops in plain Python do, or refuses by name."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from tests.support.large_world import SMALL, build_large_kb
from tests.support.naive import Graph, NaiveError, NotNaiveError, answer
from tests.support.random_graphs import build_random_kb
from tests.support.random_questions import questions
from tests.support.random_statements import statements

from orthoweave.errors import OrthoweaveError, QueryRefusedError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.testing.conformance_rows import PlainRows, difference, plain_rows

Opened = tuple[KnowledgeBase, Graph]
_LIMIT = 1_000_000


def _known(graph: Graph, text: str) -> PlainRows | str:
    """Return the naive path's result: rows, an error, or None if it does not know."""
    try:
        return answer(graph, text)
    except NotNaiveError:
        return "not known"
    except NaiveError:
        return "an error"


def _outcome(opened: Opened, text: str) -> str:
    """Kind of an outcome, or what is wrong."""
    kb, graph = opened
    expected = _known(graph, text)
    if expected == "not known":
        return "not known"
    try:
        found = plain_rows(kb.gateway.ask(text, row_limit=_LIMIT).table)
    except QueryRefusedError:
        return "refused"
    except OrthoweaveError as error:
        if isinstance(expected, str):
            return "error"
        # a limit that is named is no answer, and so no different one
        return "beyond a limit" if "ORTHOWEAVE_" in str(error) else f"{error}\n{text}"
    if isinstance(expected, str):
        # an engine may leave out what no row needs; a naive path works out everything
        return "not known"
    ordered = "ORDER BY" in text.splitlines()[-1]
    differs = difference(found, expected, ordered=ordered)
    return f"{differs}\n{text}" if differs else "equal"


def _ask_many(
    opened: Opened, drawn: st.SearchStrategy[str], examples: int, number: int
) -> Counter[str]:
    """Outcomes of many questions; one that is wrong is made as short as it can be."""
    outcomes: Counter[str] = Counter()

    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(text=drawn)
    def ask(text: str) -> None:
        found = _outcome(opened, text)
        assert found in {"equal", "refused", "error", "beyond a limit", "not known"}, found
        outcomes[found] += 1

    ask()
    return outcomes


def _require_answers(outcomes: Counter[str]) -> None:
    """Nearly all that the naive path knows is answered, and it knows a good part."""
    known = sum(outcomes.values()) - outcomes["not known"]
    assert outcomes["equal"] > 0.95 * known, outcomes
    assert known > 0.4 * sum(outcomes.values()), outcomes


@pytest.fixture(scope="module", params=[10, "large"])
def small(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """Graphs of some tens and some thousands of rows."""
    folder = tmp_path_factory.mktemp("small")
    large = request.param == "large"
    kb = build_large_kb(folder, SMALL) if large else build_random_kb(folder, request.param)
    with open_knowledge_base(kb, store="") as opened:
        yield opened, Graph.of_build(opened.layout)


@pytest.fixture(scope="module")
def middle(large: KnowledgeBase) -> Opened:
    """The large world at its middle size, from which questions begin at a key."""
    return large, Graph.of_build(large.layout, lean=True)


def _keys(graph: Graph) -> dict[str, list[str]]:
    """Keys of some nodes; those of types and datasets with an edge to every gene are left out."""
    wanted = {"Gene": slice(5, None, 997), "CellType": slice(3, None, 17)}
    return {
        label: [str(node.properties["id"]) for node in graph.nodes[label][part]]
        for label, part in wanted.items()
    }


_FORMS: list[Callable[[], st.SearchStrategy[str]]] = [questions, statements]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("form", _FORMS)
def test_small_graphs(small: Opened, form: Callable[[], st.SearchStrategy[str]]) -> None:
    """Of many questions none is answered differently, and nearly all are answered."""
    outcomes = _ask_many(small, form(), 60, 1)
    _require_answers(outcomes)


def test_at_size(middle: Opened) -> None:
    """Above vectors and row groups none is answered differently either."""
    outcomes = _ask_many(middle, statements(_keys(middle[1])), 40, 1)
    _require_answers(outcomes)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("form", _FORMS)
def test_thousands(small: Opened, form: Callable[[], st.SearchStrategy[str]], number: int) -> None:
    """Of thousands of questions none is answered differently."""
    outcomes = _ask_many(small, form(), 500, number)
    _require_answers(outcomes)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_hundreds_at_size(middle: Opened) -> None:
    """Of hundreds of questions of a large graph none is answered differently."""
    outcomes = _ask_many(middle, statements(_keys(middle[1])), 400, 2)
    _require_answers(outcomes)


def test_statements_reach_the_language() -> None:
    """Among a few hundred statements every form is to be found."""
    seen: set[str] = set()

    @settings(
        max_examples=150,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(text=statements())
    def collect(text: str) -> None:
        seen.update(text.replace("(", " ").replace("[", " ").replace("{", " ").split())

    collect()
    wanted = "MATCH OPTIONAL WITH WHERE DISTINCT ORDER SKIP LIMIT UNION ALL CALL EXISTS COUNT NOT"
    wanted += " collect count sum size length"
    assert set(wanted.split()) - seen == set()


def test_the_small_large_world_is_a_few_thousand_rows(tmp_path: Path) -> None:
    """The graph for thousands of questions has thousands of edges, not hundreds of thousands."""
    with open_knowledge_base(build_large_kb(tmp_path, SMALL), store="") as kb:
        assert 3_000 < sum(kb.store.counts().values()) < 10_000
