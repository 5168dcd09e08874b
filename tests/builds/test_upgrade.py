"""A knowledge base of the first format, made by the code of that time, is read and upgraded."""

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import orthoweave as ow
from orthoweave.builds.build import build
from orthoweave.builds.history import collect_garbage, status
from orthoweave.builds.upgrade import upgrade
from orthoweave.builds.verify import verify
from orthoweave.cli.main import main
from orthoweave.errors import FormatError
from orthoweave.progress import Quiet
from orthoweave.storage.integrity import FORMAT, format_of
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import MANIFEST_FILE, current_build
from orthoweave.storage.zarr_groups import read_checksums

KEPT = Path(__file__).parents[1] / "data" / "first-format.tar.xz"
GENES = "MATCH (g:Gene) RETURN g.id AS id, g.symbol AS symbol, g.name AS name ORDER BY id"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """The kept knowledge base: two gene tables, orthologs, an ontology, cells and vectors."""
    with tarfile.open(KEPT) as archive:
        archive.extractall(tmp_path, filter="data")
    layout = Layout(tmp_path / "kb")
    layout.create()
    return layout


def answers(layout: Layout) -> dict[str, Any]:
    """Return the answers that are kept beside the knowledge base, as today's code gives them."""
    with ow.open(layout.root) as kb:
        found = {
            "resolve": kb.resolve(["INS", "insulin"]).table,
            "orthologs": kb.orthologs(["INS", "GCG"]).table,
            "types": kb.observed_types().table,
            "genes": kb.cypher(GENES).table,
            "expression": kb.expression(["INS"], across=("human", "mouse")).table,
            "search": kb.search_genes("glucose transport").table,
        }
        counts = kb.anndata("toy_human", counts=True).X.sum(axis=0).tolist()
    return {name: table.to_pylist() for name, table in found.items()} | {"counts": counts}


def assert_kept(layout: Layout) -> None:
    """Compare the columns that there were then: today's code has more."""
    before = json.loads((layout.root.parent / "answers.json").read_text(encoding="utf-8"))
    now = json.loads(json.dumps(answers(layout)))
    assert now.keys() == before.keys()
    assert now.pop("counts") == before.pop("counts")
    for name, rows in before.items():
        shown = [
            {column: row.get(column) for column in old}
            for row, old in zip(now[name], rows, strict=True)
        ]
        assert len(now[name]) == len(rows)
        assert shown == rows, name


def test_the_first_format_is_read_as_it_is(layout: Layout) -> None:
    """It gives the answers of then and is listed; a change is refused with what to do."""
    before = layout.ledger.read_bytes()
    assert_kept(layout)
    assert len(status(layout).sources) == 6
    with pytest.raises(FormatError, match="orthoweave upgrade"):
        build(layout, Quiet())
    assert layout.ledger.read_bytes() == before


def test_an_upgrade_brings_equal_answers(
    layout: Layout, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the message says, also after interruptions; said again, there is nothing to do."""
    old = current_build(layout)
    for at in ("storage.ledger.Ledger.replace", "builds.upgrade.build"):
        with monkeypatch.context() as patch:
            patch.setattr(f"orthoweave.{at}", interrupted)
            with pytest.raises(KeyboardInterrupt):
                upgrade(layout, Quiet())
        assert len(status(layout).sources) == 6
        assert current_build(layout) == old
    assert main(["upgrade", "--kb", str(layout.root)]) == 0
    said = capsys.readouterr().err
    assert f"in place of {old}, which has format 1" in said
    assert_kept(layout)
    assert format_of(layout.builds / current_build(layout) / MANIFEST_FILE) == FORMAT
    assert not [item for item in verify(layout, Quiet(), deep=True) if item.is_damage]
    assert upgrade(layout, Quiet()) == []
    assert build(layout, Quiet()).unchanged
    # what was older goes, and nothing that is needed
    collect_garbage(layout, 0)
    assert {item.state for item in verify(layout, Quiet(), deep=True)} == {"whole"}
    [matrix] = layout.matrices.iterdir()
    assert read_checksums(matrix)
    stale = {source.entry.name: source.stale for source in status(layout).sources}
    assert stale == dict.fromkeys(stale, ())
    assert_kept(layout)


def interrupted(*_: object, **__: object) -> None:
    """End as the user wants who presses Control-C."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("at", ["ALTER", "UPDATE", "INSERT", "PRAGMA user_version=", "COMMIT"])
def test_an_interrupted_upgrade_leaves_the_ledger_whole(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Its step is in or not: it reads as before, and the same call goes on."""
    before = Ledger(layout.ledger).active()

    class Failing(sqlite3.Connection):
        def execute(self, text: str, *rest: Any) -> sqlite3.Cursor:
            if text.lstrip().startswith(at):
                raise sqlite3.OperationalError("disk full")
            return super().execute(text, *rest)

        def executemany(self, text: str, *rest: Any) -> sqlite3.Cursor:
            if text.startswith(at):
                raise sqlite3.OperationalError("disk full")
            return super().executemany(text, *rest)

    connect = sqlite3.connect
    monkeypatch.setattr(
        "sqlite3.connect", lambda *given, **options: connect(*given, factory=Failing, **options)
    )
    with pytest.raises(ow.errors.OrthoweaveError):
        Ledger(layout.ledger).upgrade()
    monkeypatch.undo()
    ledger = Ledger(layout.ledger)
    assert (ledger.format, ledger.active()) == (1, before)
    assert ledger.upgrade()
    assert Ledger(layout.ledger).active() == before


def test_a_newer_format_is_never_repaired_away(layout: Layout) -> None:
    """Verify and repair refuse it by name: it is not damage."""
    with closing(sqlite3.connect(layout.ledger)) as connection, connection:
        connection.execute("PRAGMA user_version=9")
    content = layout.ledger.read_bytes()
    for command in (["verify"], ["repair"], ["build"], ["status"], ["upgrade"]):
        assert main([*command, "--kb", str(layout.root)]) == 1
    assert layout.ledger.read_bytes() == content
