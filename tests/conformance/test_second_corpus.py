"""A second corpus, written without a look at the compiler: answered as Neo4j does, or refused."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.support.loading import load_copy

from orthoweave.errors import OrthoweaveError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.questions.script import Statement, read_script
from orthoweave.sandbox.files import can_sandbox
from orthoweave.stores.base import Rows
from orthoweave.stores.neo4j.access import Access
from orthoweave.stores.neo4j.store import Neo4jStore
from orthoweave.testing.conformance_corpus import Outcome, judge, read_answers, read_corpus, tally

SECOND = Path(__file__).parents[1] / "support" / "corpus_second"
_WORDS_OF_THE_ENGINE = (
    "Binder Error",
    "Parser Error",
    "Catalog Error",
    "Conversion Error",
    "INTERNAL Error",
    "Invalid Input Error",
)


@pytest.fixture(scope="module")
def embedded(toy_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world in the embedded store."""
    if not can_sandbox():
        pytest.skip("this system cannot sandbox a process")
    with open_knowledge_base(toy_kb, store="") as kb:
        yield kb


@pytest.fixture(scope="module")
def outcomes(embedded: KnowledgeBase) -> list[Outcome]:
    """Ask the embedded store the whole corpus."""
    answers = read_answers(SECOND)
    ask = embedded.gateway.ask_freely
    return [judge(case, ask, answers[case.name]) for case in read_corpus(SECOND)]


@pytest.fixture(scope="module")
def witness(neo4j_fresh: Access, toy_kb: Path) -> Iterator[Neo4jStore]:
    """Open a live Neo4j that holds the toy world."""
    load_copy(toy_kb, neo4j_fresh)
    with Neo4jStore.connect(neo4j_fresh) as store:
        yield store


def _refused() -> tuple[Statement, ...]:
    return read_script((SECOND / "refused" / "refused.cypher").read_text(encoding="utf-8"))


def _message(store: Neo4jStore, statement: Statement) -> str:
    try:
        store.query(statement.text, statement.parameters, timeout_s=60, row_limit=1000)
    except OrthoweaveError as error:
        return str(error)
    return ""


def test_no_answer_differs(outcomes: list[Outcome]) -> None:
    """No statement is answered otherwise than by Neo4j."""
    assert [one for one in outcomes if one.kind == "different"] == []


def test_no_statement_fails(outcomes: list[Outcome]) -> None:
    """A statement without an answer is refused by name."""
    assert [one for one in outcomes if one.kind == "failed"] == []


def test_nearly_all_are_answered(outcomes: list[Outcome]) -> None:
    """Of more than 900 statements at least 97 in 100 are answered."""
    counts = tally(outcomes)
    assert sum(counts.values()) > 900
    assert counts["equal"] >= 0.97 * sum(counts.values())


@pytest.mark.parametrize("statement", _refused(), ids=lambda one: one.name)
def test_statements_that_neo4j_refuses_are_errors(
    embedded: KnowledgeBase, statement: Statement
) -> None:
    """A statement that Neo4j refuses is an error, in words that are not the engine's."""
    with pytest.raises(OrthoweaveError) as caught:
        embedded.gateway.ask_freely(statement.text, statement.parameters)
    assert not any(words in str(caught.value) for words in _WORDS_OF_THE_ENGINE)


@pytest.mark.slow
def test_neo4j_is_the_witness(witness: Neo4jStore) -> None:
    """The live server gives every answer that is on record."""
    answers = read_answers(SECOND)

    def ask(text: str, parameters: Mapping[str, object]) -> Rows:
        return witness.query(text, parameters, timeout_s=60, row_limit=1_000_000)

    found = [judge(case, ask, answers[case.name]) for case in read_corpus(SECOND)]
    assert [one for one in found if one.kind != "equal"] == []


@pytest.mark.slow
def test_neo4j_refuses(witness: Neo4jStore) -> None:
    """The live server refuses what the corpus says it refuses."""
    assert [one.name for one in _refused() if not _message(witness, one)] == []
