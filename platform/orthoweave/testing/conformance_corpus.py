"""A corpus of queries with their answers, and the judgement of a store's answers.

Corpora are Cypher scripts (`questions.script`), so that each query has a name and parameters. The
comment ``// ordered`` marks rows with a total order, ``// bags`` lists without a fixed order of
elements. ``answers.json`` beside the scripts has the answers of a live Neo4j on the toy world.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from orthoweave.errors import OrthoweaveError, QueryRefusedError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.questions.saved import saved_queries
from orthoweave.questions.script import Statement, read_script
from orthoweave.stores.base import Rows
from orthoweave.testing.conformance_rows import PlainRows, difference, plain_rows
from orthoweave.version import VERSION

CORPUS: Final = Path(__file__).with_name("corpus")
"""Folder of the corpus that ships, which covers the whole read language, on the toy world."""
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
    """The judgement of a store's answer to a query."""

    case: str
    kind: Kind
    """``equal``, ``different``, ``refused`` by name, or ``failed`` with any other error."""
    message: str = ""
    """The refusal, the difference or the failure."""


def read_corpus(folder: Path = CORPUS) -> tuple[Case, ...]:
    """Return all queries of the scripts in a folder, by topic and in order."""
    return tuple(
        _case(path.stem, statement)
        for path in sorted(folder.glob("*.cypher"))
        for statement in read_script(path.read_text(encoding="utf-8"))
    )


def read_answers(folder: Path = CORPUS) -> dict[str, PlainRows]:
    """Return the answers of the witness by name of the query."""
    text = (folder / "answers.json").read_text(encoding="utf-8")
    raw = json.loads(text.replace(_VERSION, VERSION))
    return {
        name: PlainRows(tuple(about["columns"]), tuple(map(tuple, about["rows"])))
        for name, about in raw.items()
    }


def write_answers(answers: Mapping[str, PlainRows], folder: Path = CORPUS) -> None:
    """Write the answers of a witness, one line per query, sorted by name."""
    lines = [
        f"{json.dumps(name)}: "
        + json.dumps({"columns": answer.columns, "rows": answer.rows}, ensure_ascii=False)
        for name, answer in sorted(answers.items())
    ]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    # derived rows contain the version of the library
    text = text.replace(f"@{VERSION}", f"@{_VERSION}").replace(f'"{VERSION}"', f'"{_VERSION}"')
    (folder / "answers.json").write_text(text, encoding="utf-8")


def witness_answers(kb: KnowledgeBase, folder: Path = CORPUS) -> dict[str, PlainRows]:
    """Return the answers of a store that runs Cypher itself, by name of the query.

    The corpus bypasses the gateway; saved queries have the names ``saved.<name>``. `write_answers`
    stores the answers of Neo4j on the toy world.
    """
    store = kb.store
    if store.language != "cypher":
        message = (
            "the embedded graph cannot be a witness: open the knowledge base with store=bolt://…"
        )
        raise UsageError(message)
    answers = {}
    for case in read_corpus(folder):
        rows = store.query(case.text, case.parameters, timeout_s=60, row_limit=1_000_000)
        answers[case.name] = plain_rows(rows.table)
    for name in saved_queries():
        answers[f"saved.{name}"] = plain_rows(kb.ask(name, toy_example(name)).table)
    return answers


def toy_example(name: str) -> dict[str, str]:
    """Return parameters of a saved query for the toy world."""
    example = saved_queries()[name].example
    return {key: value.replace("baron_", "toy_") for key, value in example.items()}


def judge(case: Case, ask: Ask, expected: PlainRows) -> Outcome:
    """Return the judgement of a query; `ask` answers it from its text and parameters."""
    try:
        rows = ask(case.text, case.parameters)
    except QueryRefusedError as error:
        return Outcome(case.name, "refused", str(error))
    except OrthoweaveError as error:
        return Outcome(case.name, "failed", f"{type(error).__name__}: {error}")
    found = plain_rows(rows.table)
    differs = difference(found, expected, ordered=case.ordered, lists_ordered=case.lists_ordered)
    if differs is None and rows.truncated:
        differs = "rows were cut off"
    return Outcome(case.name, "different" if differs else "equal", differs or "")


def tally(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return the number of outcomes of each kind."""
    counted = Counter(outcome.kind for outcome in outcomes)
    return {kind: counted[kind] for kind in ("equal", "refused", "different", "failed")}


def _case(topic: str, statement: Statement) -> Case:
    comments = {line.strip() for line in statement.text.splitlines()}
    return Case(
        f"{topic}.{statement.name}",
        statement.text,
        statement.parameters,
        ordered="// ordered" in comments,
        lists_ordered="// bags" not in comments,
    )
