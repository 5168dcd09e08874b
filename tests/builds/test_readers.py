"""Whoever has a knowledge base open is never disturbed, whatever it opens late."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.readers import answers, readers

import orthoweave as ow
from orthoweave.builds.build import build
from orthoweave.builds.history import collect_garbage, remove_source, rollback
from orthoweave.builds.repair import repair
from orthoweave.jobs.discover import discover_jobs
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import current_build, published

_OPEN = (
    "import sys, orthoweave as ow\n"
    "with ow.open(sys.argv[1]) as kb:\n"
    "    print(kb.manifest.build, flush=True); sys.stdin.read()\n"
)
linux = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")


@pytest.fixture(scope="module")
def expected(toy_kb_with_vectors: Path) -> dict[str, str]:
    """Return the answers of a knowledge base that nobody changes."""
    with ow.open(toy_kb_with_vectors) as kb:
        return answers(kb)


@pytest.fixture
def layout(toy_kb_with_vectors: Path, tmp_path: Path) -> Layout:
    """A copy of the toy world that a test may change."""
    return Layout(Path(shutil.copytree(toy_kb_with_vectors, tmp_path / "kb")))


def replaced(layout: Layout) -> None:
    """Remove two sources, publish a build without them, and collect all that it does not need."""
    for name in ("toy_human_coexpression", "mgi_human_mouse"):
        remove_source(layout, name)
    old = current_build(layout)
    new = build(layout, Quiet()).manifest.build
    found = collect_garbage(layout, 0)
    assert (found.builds, found.held) == ((), (old,))
    rollback(layout, old)
    rollback(layout, new)
    assert collect_garbage(layout, 0).held == (old,)


def moved(layout: Layout) -> None:
    """Move the folder, and put another one in its place."""
    layout.root.rename(layout.root.with_name("elsewhere"))
    (layout.root / "builds").mkdir(parents=True)


@linux
@pytest.mark.parametrize("change", [[replaced], [moved], [replaced, moved]])
def test_an_open_build_answers_as_before(
    layout: Layout, expected: dict[str, str], change: list[Callable[[Layout], None]]
) -> None:
    """All questions, asked for the first time after what it was made of has gone or moved."""
    with ow.open(layout.root) as kb:
        for one in change:
            one(layout)
        assert answers(kb) == expected


@linux
def test_names_are_those_of_the_moment(layout: Layout) -> None:
    """What a knowledge base says of its folder, and what an error says of a file."""
    with ow.open(layout.root) as kb:
        moved(layout)
        there = layout.root.with_name("elsewhere")
        assert kb.layout.root == there
        assert kb.folder.is_relative_to(there)
        (kb.folder / "vectors" / "gene_text" / "index.faiss").unlink()
        with pytest.raises(ow.errors.IntegrityError, match=f"{there}.*is missing"):
            kb.search_genes("insulin")


def test_a_closed_build_is_collected(layout: Layout) -> None:
    """A lease ends with the knowledge base, and with a process that was killed."""
    old = current_build(layout)
    command = [sys.executable, "-c", _OPEN, str(layout.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline().decode().strip() == old
        build(layout, Quiet(), force=True)
        assert collect_garbage(layout, 0).held == (old,)
        with ow.open(layout.root) as kb:
            assert kb.manifest.build != old
        reader.kill()
    assert collect_garbage(layout, 0).builds == (old,)
    assert published(layout) == [current_build(layout)]


def test_work_of_others_is_not_collected(layout: Layout) -> None:
    """A collection leaves the pending folders of other processes alone."""
    from orthoweave.storage.durable import pending_folder

    with pending_folder(layout.builds, "x") as one, pending_folder(layout.tables, "y") as two:
        collect_garbage(layout, 0)
        assert one.is_dir()
        assert two.is_dir()
    assert published(layout) == [current_build(layout)]


def test_a_damaged_build_that_is_open_stays(layout: Layout) -> None:
    """Repair makes another one and says who is in the way; afterwards it removes the old one."""
    old = current_build(layout)
    jobs = discover_jobs(Settings(kb=layout.root))
    with ow.open(layout.root) as kb:
        (layout.builds / old / "genes.sqlite").unlink()
        left = repair(layout, jobs, Quiet()).left
        assert left == [
            f"build {old}: damaged, and some process has it open: end that, and repair again"
        ]
        assert kb.resolve(["INS"]).table.num_rows == 2
    assert repair(layout, jobs, Quiet()).left == []
    assert old not in published(layout)


@pytest.mark.slow
def test_readers_ask_while_others_build(layout: Layout, tmp_path: Path) -> None:
    """Removals, builds, rollbacks and collections: no answer fails, none differs."""
    jobs = discover_jobs(Settings(kb=layout.root))
    with readers(layout.root, tmp_path, 2) as asked:
        for name in ("toy_human_coexpression", "mgi_human_mouse", "hcop_human_zebrafish"):
            old = current_build(layout)
            remove_source(layout, name)
            build(layout, Quiet())
            rollback(layout, old)
            build(layout, Quiet())
            collect_garbage(layout, 0)
            repair(layout, jobs, Quiet())
    assert (asked.failed, asked.wrong) == ([], [])
    assert asked.answers > 20
    assert asked.builds > 1
