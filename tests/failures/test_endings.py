"""However a command ends, it says so in sentences and by its exit code."""

import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from orthoweave.cli.main import main
from orthoweave.failures import endings

ROOT = Path(__file__).parents[2]
JOB = '''
"""A job that fails."""

import errno
import os
import signal
import threading

from orthoweave.jobs.job import job
from orthoweave.options import Option


def deep(number):
    return deep(number + 1)


def in_thread():
    def fail():
        raise KeyError("beside")
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def interrupt():
    os.kill(os.getpid(), signal.SIGINT)


@job(
    name="failing",
    help="fails at α",
    inputs="anything",
    writes=("Gene",),
    options=(Option("how", "the failure"),),
)
def failing(context):
    def fail(error):
        raise error
    {
        "key": lambda: fail(KeyError("a\\x1b[31mname")),
        "silent": lambda: fail(AssertionError()),
        "login": lambda: fail(ZeroDivisionError("bolt://me:hidden@host")),
        "deep": lambda: deep(0),
        "memory": lambda: fail(MemoryError()),
        "full": lambda: fail(OSError(errno.ENOSPC, "No space left on device", "out.parquet")),
        "wrapped": lambda: fail(RuntimeError("IO: No space left on device")),
        "permission": lambda: fail(PermissionError(errno.EACCES, "Permission denied", "secret")),
        "vanished": lambda: open("/nowhere/at/all"),
        "end": lambda: fail(EOFError("cut")),
        "broken": lambda: fail(BrokenPipeError(errno.EPIPE, "Broken pipe")),
        "generator": lambda: fail(GeneratorExit()),
        "interrupt": interrupt,
        "thread": in_thread,
    }[context.options["how"]]()
'''


def start(
    *arguments: str | bytes, folder: Path, **more: str
) -> "subprocess.CompletedProcess[bytes]":
    """Run the command line in a process whose user folder is `folder`."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "platform"),
        "XDG_STATE_HOME": str(folder / "state"),
        "ORTHOWEAVE_JOB_PATH": str(folder),
        **more,
    }
    command = [sys.executable, "-m", "orthoweave", *arguments]
    return subprocess.run(command, capture_output=True, check=False, env=environment, cwd=folder)


Fail = Callable[..., tuple[int, str]]


@pytest.fixture
def fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Fail:
    """Run a job that fails in some way; return its exit code and what it said."""
    (tmp_path / "failing.py").write_text(JOB, encoding="utf-8")
    (tmp_path / "input.txt").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("ORTHOWEAVE_JOB_PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def run(how: str, *before: str, process: bool = False) -> tuple[int, str]:
        command = (*before, "ingest", "failing", "input.txt", "--set", f"how={how}", "--kb", "kb")
        if process:
            done = start(*command, folder=tmp_path)
            return done.returncode, done.stderr.decode()
        return main(command), capsys.readouterr().err

    return run


def reports(folder: Path) -> list[Path]:
    """Return the reports that were written."""
    return list((folder / "state").rglob("*.txt"))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("key", r"KeyError: 'a\x1b[31mname'"),
        ("silent", "AssertionError, without a message"),
        ("deep", "nested too deeply"),
        ("end", "EOFError: cut"),
        ("generator", "GeneratorExit"),
        ("login", "ZeroDivisionError"),
    ],
)
def test_what_was_not_foreseen_is_reported(tmp_path: Path, fail: Fail, how: str, said: str) -> None:
    """The terminal gets three lines and the report the traceback; only its owner can read it."""
    code, error = fail(how)
    [report] = reports(tmp_path)
    assert code == 70
    assert said in error
    assert len(error.splitlines()) == 3
    assert str(report) in error
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in text
    assert re.search(r"^packages: .*\bduckdb \d", text, re.MULTILINE)
    assert "\x1b" not in text + error
    assert "hidden@" not in text


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("memory", "not enough memory"),
        ("full", "no space left at 'out.parquet'"),
        ("wrapped", "no space left on the disk"),
        ("permission", "permission denied at 'secret'"),
        ("vanished", "'/nowhere/at/all': No such file or directory"),
    ],
)
def test_what_the_system_refuses_has_its_own_sentence(
    tmp_path: Path, fail: Fail, how: str, said: str
) -> None:
    """A full disk and its like are one sentence and exit code 1, without a report."""
    code, error = fail(how)
    assert code == 1
    assert error.startswith("error: ")
    assert said in error
    assert error.count("\n") == 1
    assert reports(tmp_path) == []


def test_interrupted_in_the_middle(fail: Fail) -> None:
    """Ctrl-C is one word and exit code 130."""
    assert fail("interrupt") == (130, "interrupted\n")


def test_a_failure_in_a_thread_is_reported(tmp_path: Path, fail: Fail) -> None:
    """A thread that fails leaves a report, and no traceback on the terminal."""
    _, error = fail("thread", process=True)
    [report] = reports(tmp_path)
    assert f"note: KeyError beside the command; the full report is in {report}\n" in error
    assert "Traceback" not in error
    assert "'--set', 'how=thread'" in report.read_text(encoding="utf-8")


def test_a_broken_pipe_of_something_else_is_not_silent(fail: Fail) -> None:
    """Only a reader of the output that went away ends a command without a word."""
    code, error = fail("broken")
    assert code == 70
    assert "BrokenPipeError" in error


def test_verbose_shows_the_traceback(fail: Fail) -> None:
    """With --verbose the traceback is on the terminal too, with its control characters escaped."""
    code, error = fail("key", "--verbose")
    assert code == 70
    assert "Traceback (most recent call last)" in error
    assert "\x1b" not in error


def test_without_a_user_folder_the_report_is_temporary(
    tmp_path: Path, fail: Fail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the user's folder cannot be written the report goes to the folder for such files."""
    (tmp_path / "state").write_text("a file, not a folder", encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    code, error = fail("key")
    [report] = (tmp_path / "tmp").glob("orthoweave-failure-*.txt")
    assert code == 70
    assert str(report) in error
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_a_full_output_is_an_error() -> None:
    """An answer that standard output cannot take is an error, said once."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "orthoweave", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "platform")},
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: there is no space left for standard output")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("closed", "code", "said"),
    [(">&-", 1, "error: standard output is closed"), ("<&- 2>&-", 0, "")],
)
def test_closed_streams(closed: str, code: int, said: str) -> None:
    """A closed output is an error where it was needed; other closed streams are not missed."""
    command = f'exec "{sys.executable}" -m orthoweave --help {closed}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False, env=environment)
    assert done.returncode == code
    assert done.stderr.decode()[: len(said)] == said
    assert bool(done.stdout) == (code == 0)


def test_arguments_that_are_not_text(tmp_path: Path, fail: Fail) -> None:
    """Bytes that are not UTF-8, in a name or in an argument, get a sentence."""
    path = os.fsencode(tmp_path) + b"/\xff.tsv"
    Path(os.fsdecode(path)).write_text("taxon_id\tsymbol\n9606\tINS\n", encoding="utf-8")
    done = start(*("ingest", "gene_descriptions", path, "--kb", b"kb\xff"), folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr
    for how in ("\udcff", "key\udcff"):
        code, error = fail(how, process=False)
        assert code == 70
        assert "\\udcff" in error
    assert len(reports(tmp_path)) == 2


def test_a_missing_locale(tmp_path: Path) -> None:
    """Data are UTF-8 in a locale that has not got it or does not exist."""
    (tmp_path / "failing.py").write_text(JOB, encoding="utf-8")
    done = start(
        *("jobs", "--format", "jsonl"),
        folder=tmp_path,
        LC_ALL="xx_YY.ISO-8859-7",
        PYTHONIOENCODING="ascii",
    )
    assert done.returncode == 0
    assert "\u03b1" in done.stdout.decode("utf-8") + done.stderr.decode("utf-8")


def test_interrupted_while_it_loads(tmp_path: Path) -> None:
    """Ctrl-C while the code is loaded leaves no traceback."""
    code = (
        "import os, signal, sys\n"
        "class Interrupt:\n"
        "    @staticmethod\n"
        "    def find_spec(name, *_):\n"
        "        if name == 'typer': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupt)\n"
        "from orthoweave.__main__ import run\n"
        "sys.exit(run())\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, env=environment
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGINT, b"interrupted\n")


def test_exit_codes_are_as_documented() -> None:
    """The exit codes are those of docs/cli.md."""
    codes = (endings.FAILED, endings.USAGE, endings.UNFORESEEN, endings.INTERRUPTED)
    assert codes == (1, 2, 70, 130)
