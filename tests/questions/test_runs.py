"""Runs of models."""

from pathlib import Path

from orthoweave.opening import open_knowledge_base


def test_no_runs_are_an_empty_answer(toy_kb: Path) -> None:
    """Where no model was run there are no rows, and no error."""
    with open_knowledge_base(toy_kb) as kb:
        found = kb.runs()
    assert len(found) == 0
    assert found.provenance["build"]
