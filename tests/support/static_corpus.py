"""Statements with what Neo4j 5.26 says of them before it runs them: a refusal, or nothing.

``corpus_static/<topic>.cypher`` has a statement a line; ``verdicts.json`` beside it has Neo4j's
message by statement, and null where Neo4j takes it. "when run:" marks what Neo4j plans and then
always refuses. Both are made by `write_static`, which asks a live server.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from orthoweave.errors import QueryRefusedError
from orthoweave.gateway.guard import check_statement

CORPUS: Final = Path(__file__).with_name("corpus_static")
WHEN_RUN: Final = "when run: "
"""Beginning of a verdict that Neo4j gives only once the statement runs."""
Agreement = Literal["equal", "lenient", "strict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One statement and what Neo4j says of it."""

    topic: str
    text: str
    refusal: str | None
    """Neo4j's message; None if it takes the statement."""

    def agreement(self) -> tuple[Agreement, str]:
        """Compare with the check of statements here; also return its verdict."""
        try:
            check_statement(self.text)
        except QueryRefusedError as error:
            return ("strict" if self.refusal is None else "equal"), str(error)
        return ("equal" if self.refusal is None else "lenient"), ""


def read_static(folder: Path = CORPUS) -> tuple[Verdict, ...]:
    """Return all statements of the corpus with their verdicts, by topic and in order."""
    verdicts = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    return tuple(Verdict(topic, text, verdicts[text]) for topic, text in _statements(folder))


def write_static(ask: Callable[[str], str | None], folder: Path = CORPUS) -> Mapping[str, str]:
    """Ask a witness about every statement and write its verdicts; return the refusals."""
    verdicts = {text: ask(text) for _, text in _statements(folder)}
    lines = [
        f"{json.dumps(text, ensure_ascii=False)}: {json.dumps(found, ensure_ascii=False)}"
        for text, found in verdicts.items()
    ]
    (folder / "verdicts.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return {text: found for text, found in verdicts.items() if found is not None}


def _statements(folder: Path) -> list[tuple[str, str]]:
    return [
        (path.stem, line)
        for path in sorted(folder.glob("*.cypher"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("//")
    ]
