"""What a message or a page says to do after damage is done here to the letter, and is right."""

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import orthoweave as ow
from orthoweave.builds.build import build
from orthoweave.builds.verify import verify
from orthoweave.cli.main import main
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.storage.manifest import GENES_FILE, current_build, published, read_manifest
from orthoweave.testing.sources import GENES, record_source

ROOT = Path(__file__).parents[2]
# a sentence that tells what to do after damage, and the test that does it
TRIED = {
    "`orthoweave repair` makes it again": "test_the_command_of_a_message_is_right",
    "`orthoweave repair` makes the ledger again": "test_the_command_of_a_message_is_right",
    "`orthoweave repair` makes again what": "test_the_command_of_a_message_is_right",
    "`orthoweave rollback ID`": "test_the_command_of_a_message_is_right",
    "with `orthoweave build --force`": "test_the_command_of_a_message_is_right",
    "`orthoweave verify --deep` does that": "test_the_command_of_a_message_is_right",
    "`orthoweave build …` builds the others": "test_a_damaged_source_stops_no_other",
    "put it back, or `orthoweave remove …`": "test_a_source_without_its_raw_file_is_removed",
    "make it again by that command": "test_a_damaged_run_is_run_again",
    "Restore … from a copy": "test_a_ledger_without_entries_is_restored",
    "delete it and try again": "test_a_damaged_cache_is_deleted",
    "`orthoweave upgrade` brings": "test_an_upgrade_brings_equal_answers",
    "end that, and repair again": "test_a_damaged_build_that_is_open_stays",
    "copy the folder to where": "test_a_copy_can_be_changed",
    "Build again": "test_a_build_that_failed_is_built_again",
    "make these weights again": "test_damage_is_found_and_mended",
    "makes one, `orthoweave remove": "test_a_run_that_was_recorded_without_a_build",
}
# sentences on something else than damage to a knowledge base
OTHER = (
    r"^orthoweave \w+|^--force$",  # examples of commands in their help, and an option
    "Delete it if the others are as many",  # a raw file, see tests/ingest/test_remedies.py
    "ingest it again with --set cells=TABLE",
    "Leave them out of the file and ingest it again",  # see tests/models/encoder/test_cells.py
    "`orthoweave remove` its source, and ingest it anew",
    "take them out again",
    "if it is not wanted",  # a run that is done
)
_REMEDY = re.compile(
    r"orthoweave (repair|rollback|verify|upgrade|remove)|--force|again by that|[Bb]uild again|"
    r"builds the others|delete it|ingest it again|repair again|copy the folder|from a copy"
)


@pytest.fixture
def layout(toy_kb_with_vectors: Path, tmp_path: Path) -> Layout:
    """A copy of the toy world that a test may damage."""
    return Layout(Path(shutil.copytree(toy_kb_with_vectors, tmp_path / "kb")))


def source_table(layout: Layout, name: str = "genes_human") -> Path:
    """Return a file of a source's tables."""
    entry = Ledger(layout.ledger).find(name)
    assert entry is not None
    return layout.tables / entry.tables_digest / "Gene.parquet"


def own_file(name: str) -> Callable[[Layout], Path]:
    """Return a function that gives a file of the published build."""
    return lambda layout: layout.builds / current_build(layout) / name


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def whole(layout: Layout) -> bool:
    return not [item for item in verify(layout, Quiet(), deep=True) if item.is_damage]


Case = tuple[Callable[[Layout], Path], Callable[[Path], object], str, str, str]
# file, its damage, a command that shows the message, the message, and the command that it names
CASES: dict[str, Case] = {
    "a source's table": (source_table, flip, "build --force", "is.* damaged", "repair"),
    "a source's description": (
        lambda layout: source_table(layout).with_name("SOURCE.json"),
        Path.unlink,
        "build --force",
        "damaged sources: genes_human",
        "repair",
    ),
    "gene names": (own_file(GENES_FILE), flip, "orthologs INS", "damaged", "repair"),
    "no gene names": (own_file(GENES_FILE), Path.unlink, "orthologs INS", "missing", "repair"),
    "a manifest": (own_file("MANIFEST.json"), flip, "orthologs INS", "damaged", "repair"),
    "no manifest": (own_file("MANIFEST.json"), Path.unlink, "orthologs INS", "missing", "repair"),
    "a graph": (own_file("graph.duckdb"), Path.unlink, "rollback ID", "damaged", "repair"),
    "no ledger": (lambda layout: layout.ledger, Path.unlink, "status", "is missing", "repair"),
    "a build's table": (source_table, flip, "rollback ID", "what build .* reads", "repair"),
    "no CURRENT": (lambda layout: layout.current, Path.unlink, "orthologs INS", "", "rollback ID"),
    "CURRENT": (lambda layout: layout.current, flip, "orthologs INS", "damaged", "rollback ID"),
    "verify": (source_table, flip, "verify --deep", "makes again what can", "repair"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_command_of_a_message_is_right(
    layout: Layout, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The case shows the message; the command that it names brings the same content back."""
    find, damage, command, message, remedy = CASES[name]
    build_id = current_build(layout)
    before = read_manifest(layout, build_id).content_digest
    damage(find(layout))
    kb = ["--kb", str(layout.root)]
    assert main([*command.replace("ID", build_id).split(), *kb]) > 0
    said = capsys.readouterr().err
    assert re.search(message, said), said
    assert f"`orthoweave {remedy}`" in said
    assert main([*remedy.replace("ID", build_id).split(), *kb]) == 0
    assert whole(layout)
    assert read_manifest(layout, current_build(layout)).content_digest == before
    with ow.open(layout.root) as opened:
        assert opened.orthologs(["INS"]).table.num_rows


def test_a_damaged_source_stops_no_other(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status, build and collection name it; the option that build names builds the others."""
    kb = ["--kb", str(layout.root)]
    for name in ("toy_human_coexpression", "mgi_human_mouse"):
        entry = Ledger(layout.ledger).find(name)
        assert entry is not None
        flip(layout.tables / entry.tables_digest / "SOURCE.json")
    matrices = {path.name for path in layout.matrices.iterdir()}
    assert main(["status", *kb]) == 0
    said = "".join(capsys.readouterr())
    assert re.search("mgi_human_mouse: .*damaged", said)
    assert re.search("toy_human_coexpression: .*damaged", said)
    assert main(["build", "--force", *kb]) == 1
    said = capsys.readouterr().err
    options = ["--without", "mgi_human_mouse", "--without", "toy_human_coexpression"]
    assert f"`orthoweave build {' '.join(options)}`" in said
    assert main(["build", "--keep", "0", *options, *kb]) == 0
    assert "it is not known what is needed" in capsys.readouterr().err
    assert {path.name for path in layout.matrices.iterdir()} == matrices
    names = {source.name for source in read_manifest(layout, current_build(layout)).sources}
    assert len(names) == 14
    assert names.isdisjoint(options)
    assert main(["repair", *kb]) == 0
    assert len(read_manifest(layout, current_build(layout)).sources) == 16


def test_status_goes_on_without_a_damaged_manifest(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older build that cannot be read is named; the others are listed."""
    old = current_build(layout)
    new = build(layout, Quiet(), force=True).manifest.build
    flip(layout.builds / old / "MANIFEST.json")
    assert main(["status", "--builds", "--kb", str(layout.root)]) == 0
    said = "".join(capsys.readouterr())
    assert new in said
    assert re.search(f"{old}/MANIFEST.json.*is damaged", said)


def test_collection_decides_nothing_by_a_missing_file(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without CURRENT no build is old."""
    from orthoweave.builds.history import collect_garbage

    layout.current.unlink()
    with pytest.raises(ow.errors.UnknownNameError, match="orthoweave rollback ID"):
        collect_garbage(layout, 0)
    assert len(published(layout)) == 1


def test_a_source_without_its_raw_file_is_removed(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other remedy, to put it back, is in test_repair."""
    kb = ["--kb", str(layout.root)]
    entry = Ledger(layout.ledger).find("mgi_human_mouse")
    assert entry is not None
    (layout.tables / entry.tables_digest / "SOURCE.json").unlink()
    raw = Path(entry.inputs[0]["path"])
    hidden = raw.rename(raw.with_name("hidden"))
    try:
        assert main(["repair", *kb]) == 1
        assert "`orthoweave remove mgi_human_mouse`" in capsys.readouterr().err
        assert main(["remove", "mgi_human_mouse", *kb]) == 0
        assert main(["build", "--keep", "0", *kb]) == 0
    finally:
        hidden.rename(raw)
    assert main(["verify", "--deep", *kb]) == 0


def test_a_damaged_run_is_run_again(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """Repair names what made a source that no ingest repeats; that makes its tables again."""
    kb = ["--kb", str(layout.root)]
    entry = record_source(layout.root, "mine", {"Species": GENES["Species"]})
    flip(layout.tables / entry.tables_digest / "Species.parquet")
    assert main(["repair", *kb]) == 1
    said = capsys.readouterr().err
    assert "made by 'toy', which no ingest repeats: make it again by that command" in said
    assert record_source(layout.root, "mine", {"Species": GENES["Species"]}).name == "mine"
    assert whole(layout)
    assert main(["repair", *kb]) == 0


def test_a_ledger_without_entries_is_restored(
    layout: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a copy of it, as the message says."""
    kb = ["--kb", str(layout.root)]
    shutil.copy(layout.ledger, tmp_path / "copy")
    for entry in layout.tables.glob("*/ENTRY.json"):
        entry.unlink()
    layout.ledger.write_bytes(b"x" * 5000)
    assert main(["repair", *kb]) == 1
    assert f"Restore {layout.ledger.name} from a copy" in capsys.readouterr().err
    shutil.copy(tmp_path / "copy", layout.ledger)
    assert main(["repair", *kb]) == 0
    assert whole(layout)


def test_a_damaged_cache_is_deleted(layout: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    """The next ingest fills it again, with the same vectors."""
    cache = layout.cache / "text-vectors.sqlite"
    given = ["--set", "what=cell_types", "--set", "model=hashed-ngrams", "--set", "source=mine"]
    command = ["ingest", "embeddings", *given, "--kb", str(layout.root)]
    cache.write_bytes(b"not a database" * 500)
    assert main(command) == 1
    assert f"the cache {cache} cannot be read" in capsys.readouterr().err
    cache.unlink()
    assert main(command) == 0
    assert cache.is_file()


def test_a_build_that_failed_is_built_again(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not read back is not published, and the same command makes it anew."""
    old = current_build(layout)
    with monkeypatch.context() as patch:
        patch.setattr("orthoweave.builds.build.orders", lambda _: ["Gene"])
        with pytest.raises(ow.errors.BuildError, match="Build again"):
            build(layout, Quiet(), force=True)
    assert current_build(layout) == old
    assert not build(layout, Quiet(), force=True).unchanged


def _sentences(tree: ast.AST) -> Iterator[str]:
    """Yield the texts of a module, with … for what is filled in, but not its docstrings."""
    within = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node) if part is not node
    }  # fmt: skip
    within |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else "…" for p in node.values)
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and id(node) not in within:
            yield str(node.value)


def test_every_remedy_is_tried() -> None:
    """No message of the platform tells what to do after damage without a test that does it."""
    found = {
        sentence
        for path in (ROOT / "platform").rglob("*.py")
        for sentence in _sentences(ast.parse(path.read_text(encoding="utf-8")))
        if _REMEDY.search(sentence) and not any(re.search(other, sentence) for other in OTHER)
    }
    assert len(found) > 10
    assert sorted(s for s in found if not any(tried in s for tried in TRIED)) == []
    assert sorted(tried for tried in TRIED if not any(tried in s for s in found)) == []
    folders = [ROOT / "tests" / name for name in ("builds", "runs", "background")]
    paths = [path for folder in folders for path in folder.glob("test_*.py")]
    tests = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert sorted(name for name in TRIED.values() if f"def {name}(" not in tests) == []


def test_every_remedy_of_the_page_is_tried() -> None:
    """The rows of the tables in docs/builds.md that say what to do name what is tried above."""
    page = (ROOT / "docs" / "builds.md").read_text(encoding="utf-8")
    table = page.partition("| found | do |")[2].partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ") for row in table.strip().splitlines()[1:]]
    assert [do for _, do in rows] == [
        "run the same command again",  # tests/builds/test_crash.py
        "`orthoweave repair`",
        "put it back where it was or into `sources/`, and repair again",  # test_repair.py
        "`orthoweave rollback ID` to a build that is whole",
    ]
