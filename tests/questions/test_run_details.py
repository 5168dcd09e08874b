"""Everything that is known of a run, in one table."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.output_model import RUN, run_outputs

from orthoweave.builds.history import remove_source
from orthoweave.errors import AmbiguousNameError, UnknownNameError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.storage.layout import Layout


@pytest.fixture(scope="module")
def kb(outputs_kb: Path) -> Iterator[KnowledgeBase]:
    """The toy world with the outputs of a run."""
    with open_knowledge_base(outputs_kb) as opened:
        yield opened


def _part(kb: KnowledgeBase, name: str, run: str = RUN) -> dict[str, str]:
    rows = kb.run_details(run).rows()
    return {str(row["name"]): str(row["value"]) for row in rows if row["part"] == name}


def test_details_name_what_was_set_read_and_written(kb: KnowledgeBase) -> None:
    """Settings, sources behind the dataset, views, and each file with its size."""
    assert _part(kb, "setting") == {"dataset": "toy_human", "device": "auto", "seed": "0"}
    assert _part(kb, "run")["key"].startswith(f"run:{RUN}@")
    assert _part(kb, "read")["dataset toy_human"].startswith("toy_human ")
    assert len(_part(kb, "view")["cells"]) == 64
    wrote = _part(kb, "wrote")
    assert wrote["predictions"] == "40 cells"
    assert wrote["array places"] == "40 rows"
    assert wrote[f"vectors {RUN}:cells"] == "39 of 5 numbers, by Cell"
    assert _part(kb, "state") == {"": "up to date"}


def test_a_run_is_named_by_key_name_or_beginning(kb: KnowledgeBase) -> None:
    """All name the same run; the beginning of none is refused with those that exist."""
    key = _part(kb, "run")["key"]
    for text in (key, RUN, RUN[:4], f"run:{RUN[:6]}"):
        assert _part(kb, "run", text)["key"] == key
    for text in ("", "x", "@", f"{RUN}x"):
        with pytest.raises(UnknownNameError, match=RUN):
            kb.run_details(text)


def test_the_beginning_of_several_runs_is_refused(predicted_kb: Path) -> None:
    """The message lists them."""
    with open_knowledge_base(predicted_kb) as kb:
        with pytest.raises(AmbiguousNameError, match="3 runs: expected one of numbers, pooled"):
            kb.run_details("run:")
        assert kb.run_details("po").title == "Run pooled"


def test_details_say_what_has_changed_since(outputs_kb: Path, tmp_path: Path) -> None:
    """A run that was replaced or removed meanwhile is out of date in the build that has it."""
    layout = Layout(Path(shutil.copytree(outputs_kb, tmp_path / "kb")))
    with open_knowledge_base(layout.root) as kb:
        run_outputs(layout, seed=1)
        assert "replaced by version" in _part(kb, "state")["out of date"]
        remove_source(layout, RUN)
        assert "removed since" in _part(kb, "state")["out of date"]
        remove_source(layout, "toy_human")
        assert _part(kb, "read")["dataset toy_human"].startswith("toy_human ")


def test_details_are_shown_without_a_ledger(outputs_kb: Path, tmp_path: Path) -> None:
    """What only the ledger knows is said to be unknown."""
    layout = Layout(Path(shutil.copytree(outputs_kb, tmp_path / "kb")))
    with open_knowledge_base(layout.root) as kb:
        layout.ledger.unlink()
        assert "not known" in _part(kb, "state")[""]
        assert _part(kb, "wrote")["predictions"] == "40 cells"
