"""Runs of models."""

from pathlib import Path

from orthoweave.queries.knowledge_base import open_knowledge_base
from orthoweave.queries.runs import runs


def test_no_runs_are_an_empty_answer(toy_kb: Path) -> None:
    """Where no model was run there are no rows, and no error."""
    with open_knowledge_base(toy_kb) as kb:
        found = runs(kb)
    assert len(found) == 0
    assert found.provenance["build"]
