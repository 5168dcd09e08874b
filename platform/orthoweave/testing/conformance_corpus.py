"""A corpus of read queries with their answers, and what a store makes of each.

Corpora are Cypher scripts (`queries.script`), so that each query has a name and its parameters.
The comment ``// ordered`` says that its rows have a total order, ``// bags`` that the order of
elements in its lists is not fixed. Beside ``<topic>.cypher`` lies ``answers.json`` with what a
live Neo4j answered on the toy world.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from orthoweave.errors import OrthoweaveError, QueryRefusedError
from orthoweave.queries.knowledge_base import KnowledgeBase
from orthoweave.queries.saved import saved_queries
from orthoweave.queries.script import Statement, read_script
from orthoweave.stores.base import Rows
from orthoweave.testing.conformance_rows import PlainRows, difference, plain_rows
from orthoweave.version import VERSION

CORPUS: Final = Path(__file__).with_name("corpus")
"""Folder of the corpus that ships: over the whole read language, on the toy world."""
_VERSION: Final = "{version}"
Kind = Literal["equal", "refused", "different", "failed"]
Ask = Callable[[str, Mapping[str, object]], Rows]


@dataclass(frozen=True, slots=True)
class Case:
    """One query of a corpus."""

    name: str
    """Topic and name, such as ``patterns.two_hops``."""
    text: str
    parameters: Mapping[str, object]
    ordered: bool
    lists_ordered: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a store made of a query."""

    case: str
    kind: Kind
    """``equal``, ``refused`` by name, ``different`` in silence, or ``failed`` otherwise."""
    message: str = ""
    """The refusal, the difference or the failure."""


def read_corpus(folder: Path = CORPUS) -> tuple[Case, ...]:
    """All queries of the scripts in a folder, by topic and in order."""
    return tuple(
        _case(path.stem, statement)
        for path in sorted(folder.glob("*.cypher"))
        for statement in read_script(path.read_text(encoding="utf-8"))
    )


def read_answers(folder: Path = CORPUS) -> dict[str, PlainRows]:
    """Answers of the witness by the name of the query."""
    text = (folder / "answers.json").read_text(encoding="utf-8")
    raw = json.loads(text.replace(_VERSION, VERSION))
    return {
        name: PlainRows(tuple(about["columns"]), tuple(map(tuple, about["rows"])))
        for name, about in raw.items()
    }


def write_answers(answers: Mapping[str, PlainRows], folder: Path = CORPUS) -> None:
    """Write what a witness answered, a line for each query, sorted by name."""
    lines = [
        f"{json.dumps(name)}: "
        + json.dumps({"columns": found.columns, "rows": found.rows}, ensure_ascii=False)
        for name, found in sorted(answers.items())
    ]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    # what the library derives carries its version
    text = text.replace(f"@{VERSION}", f"@{_VERSION}").replace(f'"{VERSION}"', f'"{_VERSION}"')
    (folder / "answers.json").write_text(text, encoding="utf-8")


def witness_answers(kb: KnowledgeBase, folder: Path = CORPUS) -> dict[str, PlainRows]:
    """What a store that speaks Cypher itself answers, by name of the query.

    The corpus is asked without the gateway; saved queries are called ``saved.<name>``. What Neo4j
    says of the toy world is kept by `write_answers`.
    """
    answers = {}
    for case in read_corpus(folder):
        rows = kb.store.query(case.text, case.parameters, timeout_s=60, row_limit=1_000_000)
        answers[case.name] = plain_rows(rows.table)
    for name in saved_queries():
        answers[f"saved.{name}"] = plain_rows(kb.ask(name, toy_example(name)).table)
    return answers


def toy_example(name: str) -> dict[str, str]:
    """Values for the parameters of a saved query that suit the toy world."""
    example = saved_queries()[name].example
    return {key: value.replace("baron_", "toy_") for key, value in example.items()}


def judge(case: Case, ask: Ask, expected: PlainRows) -> Outcome:
    """What a store makes of a query: `ask` gives its rows for a text and parameters."""
    try:
        rows = ask(case.text, case.parameters)
    except QueryRefusedError as error:
        return Outcome(case.name, "refused", str(error))
    except OrthoweaveError as error:
        return Outcome(case.name, "failed", f"{type(error).__name__}: {error}")
    found = plain_rows(rows.table)
    differs = difference(
        found, expected, ordered=case.ordered, lists_ordered=case.lists_ordered
    )  # fmt: skip
    if differs is None and rows.truncated:
        differs = "rows were cut off"
    return Outcome(case.name, "different" if differs else "equal", differs or "")


def tally(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Number of outcomes of each kind."""
    counted = Counter(outcome.kind for outcome in outcomes)
    return {kind: counted[kind] for kind in ("equal", "refused", "different", "failed")}


def _case(topic: str, statement: Statement) -> Case:
    comments = {line.strip() for line in statement.text.splitlines()}
    return Case(
        f"{topic}.{statement.name}", statement.text, statement.parameters,
        ordered="// ordered" in comments, lists_ordered="// bags" not in comments,
    )  # fmt: skip
