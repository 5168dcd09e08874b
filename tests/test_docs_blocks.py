"""What the pages show is true: their blocks run on the demo, or their names are looked up."""

import contextlib
import io
import json
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.conftest import MakeOnce
from tests.support.blocks import (
    ROOT,
    Block,
    blocks_of,
    commands,
    indented_code,
    mentions,
    pages,
    read_blocks,
    table_after,
)
from tests.support.commands import can_run, check_foreign, check_mention, parse_command

from orthoweave.cli.demo import run_demo_model
from orthoweave.cli.main import main
from orthoweave.errors import QueryRefusedError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.questions.saved import read_query
from orthoweave.sandbox.files import can_sandbox
from orthoweave.schema.read import VARIABLE, read_schema
from orthoweave.species import find_species

BLOCKS = {page: blocks_of(page) for page in pages()}

# pages whose blocks change the knowledge base: each gets a copy of its own
CHANGING = {"ingest/README.md"}

# run as its notebook, which tests/test_docs_notebook.py proves to be the same
NOTEBOOKS = {"docs/tutorials/python.md"}

# run as a whole, commands and Python in the order of the page
IN_ORDER = {"docs/tutorials/weights.md"}

# commands that say on standard error that a name is not there, or what it may have been
DOUBTS = ("did you mean", "there is no", "no property", "no label", "no relationship")


def with_blocks(language: str) -> list[str]:
    """Pages that have a block of that language."""
    return [page for page, found in BLOCKS.items() if any(b.language == language for b in found)]


def all_of(language: str) -> list[Block]:
    """Every block of that language, over all pages."""
    return [block for found in BLOCKS.values() for block in found if block.language == language]


@pytest.fixture(scope="session")
def finished_demo(make_once: MakeOnce, demo_kb: Path) -> Path:
    """The knowledge base as `orthoweave demo` leaves it: with the facts of a run."""

    def make(folder: Path) -> None:
        shutil.copytree(demo_kb, folder / "kb")
        run_demo_model(folder / "kb", Quiet())

    return make_once("finished_demo", make) / "kb"


@pytest.fixture
def place(
    finished_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Go to a folder as a reader of a page has it: with `kb` and the files that the page shows."""
    for name in [name for name in os.environ if name.startswith("ORTHOWEAVE_")]:
        monkeypatch.delenv(name)

    def go(page: str) -> None:
        if page in CHANGING:
            shutil.copytree(finished_demo, tmp_path / "kb")
        else:
            (tmp_path / "kb").symlink_to(finished_demo)
        for block in BLOCKS[page]:
            if block.title:
                (tmp_path / block.title).write_text(block.text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)

    return go


@pytest.fixture(scope="module")
def opened(finished_demo: Path) -> Iterator[KnowledgeBase]:
    """The finished demo, open."""
    with open_knowledge_base(finished_demo, store="") as kb:
        yield kb


@pytest.mark.parametrize("page", pages())
def test_code_stands_in_fences_that_say_what_they_are(page: str) -> None:
    """No code is shown by indentation alone, where no test would find it."""
    assert indented_code((ROOT / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", [p for p in with_blocks("console") if p not in IN_ORDER])
def test_commands_of_a_page_work(
    page: str,
    place: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Questions are answered and print the table that follows; all else is parsed by name."""
    place(page)
    for block in BLOCKS[page]:
        shown = table_after(block)
        printed = ""
        for words in commands(block) if block.language == "console" else ():
            while words[0].startswith("ORTHOWEAVE_"):
                check_foreign(words[:1])
                monkeypatch.setenv(*words.pop(0).split("=", 1))
            if words[0] != "orthoweave":
                check_foreign(words)
            elif runs_here(words[1:], page):
                code = main([*words[1:], *(["--format", "json"] if shown else [])])
                printed, said = capsys.readouterr()
                assert code == 0, f"{block.where}: {words}: {said}"
                assert not any(doubt in said for doubt in DOUBTS), f"{block.where}: {said}"
        if shown and block.language == "console":
            assert printed, f"{block.where}: a table of results must follow a command that runs"
            check_table(block, json.loads(printed)["rows"])


def runs_here(arguments: list[str], page: str) -> bool:
    """Parse a command of orthoweave, and say whether it can run on the demo."""
    given = parse_command(arguments)
    may_change = page in CHANGING and all(path.exists() for path in given.get("inputs", ()))
    sandboxed = arguments[0] != "cypher" or bool(can_sandbox())
    return sandboxed and can_run(arguments, may_change=may_change)


@pytest.mark.parametrize("page", pages())
def test_commands_in_sentences_exist(page: str) -> None:
    """A command that a sentence names is one, with its options, job, model and recipe."""
    for text in mentions((ROOT / page).read_text(encoding="utf-8")):
        check_mention(text)


def check_table(block: Block, rows: list[dict[str, object]]) -> None:
    """Each row that a page shows is among those that the command gives, in this order."""
    given = iter(rows)
    for shown in table_after(block):
        assert any(
            all(is_shown(row[name], text) for name, text in shown.items()) for row in given
        ), f"{block.where}: no such row, or not in this order: {shown}"


def is_shown(value: object, text: str) -> bool:
    """Whether a page shows a value as `text`: rounded, or a list cut at an ellipsis.

    Examples
    --------
    >>> is_shown(7.136, "7.14"), is_shown(7.136, "7.13"), is_shown(["a", "b"], "a, …")
    (True, False, True)
    """
    if isinstance(value, list):
        shown = text.split(", ")
        whole = shown[-1] != "…"
        return value == shown if whole else value[: len(shown) - 1] == shown[:-1]
    if isinstance(value, float):
        decimals = len(text.partition(".")[2])
        return abs(value - float(text)) <= 0.5001 * 10**-decimals
    return text == ("" if value is None else str(value))


@pytest.mark.parametrize(
    "page", [p for p in with_blocks("python") if p not in NOTEBOOKS | IN_ORDER]
)
def test_python_of_a_page_runs(page: str, place: Callable[[str], None]) -> None:
    """Each block runs after those before it, and prints what the page shows."""
    if not can_sandbox() and any("kb.cypher" in block.text for block in BLOCKS[page]):
        pytest.skip("this system cannot sandbox a process")
    place(page)
    names: dict[str, object] = {"__name__": "page"}
    printed = ""
    for block in BLOCKS[page]:
        if block.language == "python":
            code = compile(block.text, block.where, "exec")
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(code, names)
            printed = out.getvalue()
        elif block.language == "output":
            assert printed == block.text, block.where


@pytest.mark.parametrize("page", sorted(IN_ORDER))
def test_a_page_runs_in_order(
    page: str,
    finished_demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Commands end well, Python prints what the page shows, and tables hold the rows shown."""
    shutil.copytree(finished_demo, tmp_path / "kb")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    printed = ""
    for block in BLOCKS[page]:
        shown = table_after(block)
        for words in commands(block) if block.language == "console" else ():
            code = main([*words[1:], *(["--format", "json"] if shown else [])])
            printed, said = capsys.readouterr()
            assert code == 0, f"{block.where}: {words}: {said}"
        if shown and block.language == "console":
            check_table(block, json.loads(printed)["rows"])
        elif block.language == "python":
            exec(compile(block.text, block.where, "exec"), names)
            printed = capsys.readouterr().out
        elif block.language == "output":
            assert printed == block.text, block.where


def statements() -> list[tuple[Block, str]]:
    """Every block of Cypher, and the text of the `output` block after it, if there is one."""
    return [
        (block, after.text if after and after.language == "output" else "")
        for found in BLOCKS.values()
        for block, after in pairwise([*found, None])
        if block and block.language == "cypher"
    ]


@pytest.mark.parametrize(("block", "said"), [pair for pair in statements() if pair[1]])
def test_statements_are_refused_or_noted_as_printed(
    block: Block, said: str, opened: KnowledgeBase
) -> None:
    """A statement with an output is refused, or answered with a note, in these words."""
    if not can_sandbox():
        pytest.skip("this system cannot sandbox a process")
    try:
        found = "\n".join(opened.cypher(block.text).notes)
    except QueryRefusedError as error:
        found = str(error)
    assert f"{found}\n" == said, block.where


@pytest.mark.parametrize(
    "block", [block for block, said in statements() if not said], ids=lambda block: block.where
)
def test_cypher_is_answered(
    block: Block, opened: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement, script or saved query gives rows, those that a page shows, and no note."""
    if not can_sandbox():
        pytest.skip("this system cannot sandbox a process")
    if block.text.startswith("// Title:"):
        path = tmp_path / "shown.cypher"
        path.write_text(block.text, encoding="utf-8")
        example = read_query(path).example
        monkeypatch.setenv("ORTHOWEAVE_QUERY_PATH", str(tmp_path))
        with open_knowledge_base(opened.layout.root, store="") as kb:
            answers = [kb.ask("shown", example)]
    else:
        answers = [answer for _, answer in opened.script(block.text)]
    assert answers
    for answer in answers:
        assert len(answer) > 0
        assert answer.notes == ()
    check_table(block, answers[-1].rows())


@pytest.mark.parametrize("block", [*all_of("toml"), *all_of("json")], ids=lambda b: b.where)
def test_files_are_read(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is TOML or JSON, and its reader accepts it: recipes, species, node types."""
    entries = (json if block.language == "json" else tomllib).loads(block.text)
    assert entries
    path = tmp_path / (block.title or "nodes.toml")
    path.write_text(block.text, encoding="utf-8")
    if "ingest" in entries:
        parse_command(["setup", str(path)])
    elif "species" in entries:
        monkeypatch.setenv("ORTHOWEAVE_SPECIES", str(path))
        for species in entries["species"]:
            assert find_species(species["common"]).taxon == species["taxon"]
    elif block.title == "nodes.toml":
        monkeypatch.setenv(VARIABLE, str(tmp_path))
        assert entries.keys() <= read_schema().nodes.keys()


@pytest.mark.parametrize(
    ("info", "message"),
    [("", "expected one of console"), ("bash", "found 'bash'"), ("python soon", "title=")],
)
def test_an_unknown_fence_is_an_error(info: str, message: str) -> None:
    """A block of no known language would not be tested: the page and line are named."""
    with pytest.raises(ValueError, match=r"page:3: .*") as caught:
        read_blocks(f"a\n\n```{info}\nb\n```\n")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["queryes"], "no command 'queryes'"),
        (["orthologs", "INS", "--form", "human"], "--form"),
        (["ingest", "genes", "a.tsv"], "unknown job 'genes'"),
        (["ingest", "orthology", "a.tsv", "--set", "form=ncbi"], "no option 'form'"),
        (["run", "hypergraph_clusters", "--set", "walks=3"], "no option 'walks'"),
        (["fetch", "ncbi"], "ncbi"),
        (["setup", "two_species"], "no recipe 'two_species'"),
    ],
)
def test_a_wrong_command_does_not_pass(words: list[str], message: str) -> None:
    """A command, option, job, model, original or recipe that is not there fails the test."""
    with pytest.raises(Exception, match=message.replace("'", ".")):
        parse_command(words)


@pytest.mark.parametrize(
    "words",
    [
        ["make", "demonstration"],
        ["pip", "install", "orthoweave[torch]"],
        ["pip", "install", "./orthoweave-9.9.9-py3-none-any.whl"],
        ["export", "ORTHOWEAVE_KBS=x"],
        ["cp", "-r", "docs/none", "x"],
        ["curl", "x"],
    ],
)
def test_a_wrong_command_of_the_shell_does_not_pass(words: list[str]) -> None:
    """A target, extra, version, setting, file or program that is not there fails the test."""
    with pytest.raises(AssertionError):
        check_foreign(words)


def test_a_table_that_is_not_printed_does_not_pass() -> None:
    """A row with another value, or in another order, fails the test."""
    [block] = read_blocks("```console\nx\n```\n\n| a | b |\n|---|---|\n| 1 | u |\n| 2 | v |\n")
    check_table(block, [{"a": 1, "b": "u"}, {"a": 3, "b": "w"}, {"a": 2, "b": "v"}])
    with pytest.raises(AssertionError, match="no such row"):
        check_table(block, [{"a": 2, "b": "v"}, {"a": 1, "b": "u"}])
