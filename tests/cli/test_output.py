"""An answer in five formats, read back by other people's readers."""

import csv
import io
import json
import math
import os
import pty
import subprocess
import sys
import warnings
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave import errors
from orthoweave.cli.main import main
from orthoweave.cli.output import Format, as_json, tsv_lines, write_answer
from orthoweave.errors import InputError
from orthoweave.questions.answer import Answer

HOSTILE = "a\ttab\nline\\slash | bar \x1b[31mred [bold]x[/bold] <img src=x>"
ANSWER = Answer(
    pa.table(
        {
            "gene": ["NCBIGene:3630", HOSTILE, None],
            "mean": [1.5, math.nan, math.inf],
            "n": pa.array([1234567, None, 0], pa.int64()),
            "names": [["INS", "a|b"], [], None],
            "known": [True, False, None],
        }
    ),
    "a title",
    truncated=True,
    notes=("a note",),
    provenance={"build": "abc", "query": "orthologs", "time": "2026-01-01T00:00:00+00:00"},
)


def unescape(text: str) -> str:
    """Read a field as docs/cli.md says."""
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has the documented fields and is strict: NaN and infinity are null."""
    write_answer(ANSWER, Format.json)
    captured = capsys.readouterr()
    found = json.loads(captured.out, parse_constant=pytest.fail)
    assert list(found) == ["title", "provenance", "columns", "rows", "truncated", "notes"]
    assert found["columns"] == [
        {"name": "gene", "type": "string"},
        {"name": "mean", "type": "number"},
        {"name": "n", "type": "integer"},
        {"name": "names", "type": "array"},
        {"name": "known", "type": "boolean"},
    ]
    assert [row["mean"] for row in found["rows"]] == [1.5, None, None]
    assert found["rows"][0]["names"] == ["INS", "a|b"]
    assert found["rows"][1]["gene"] == HOSTILE
    assert (found["truncated"], found["provenance"]["build"]) == (True, "abc")


def test_data_and_talk_are_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """Rows go to standard output; notes and the word that rows are missing to standard error."""
    write_answer(ANSWER, Format.jsonl)
    captured = capsys.readouterr()
    assert [json.loads(line)["n"] for line in captured.out.splitlines()] == [1234567, None, 0]
    assert "a note" in captured.err
    assert "truncated: this answer is cut at 3 rows, which is the limit" in captured.err
    assert "ORTHOWEAVE_QUERY_ROW_LIMIT" in captured.err


def test_tsv(capsys: pytest.CaptureFixture[str]) -> None:
    """TSV has one line for each row under one header, and says where it comes from."""
    write_answer(ANSWER, Format.tsv)
    out = capsys.readouterr().out
    comments = [line for line in out.splitlines() if line.startswith("# ")]
    assert comments[:3] == ["# title: a title", "# build: abc", "# query: orthologs"]
    assert comments[-2:] == ["# truncated: true", "# note: a note"]
    table = pd.read_csv(
        io.StringIO(out), sep="\t", skiprows=len(comments), quoting=csv.QUOTE_NONE, dtype=str
    )
    assert list(table.columns) == ["gene", "mean", "n", "names", "known"]
    assert table["names"].tolist()[0] == "INS|a\\|b"
    assert unescape(table["gene"][1]) == HOSTILE
    assert table["known"].tolist()[:2] == ["true", "false"]
    assert table["gene"].isna().tolist() == [False, False, True]


def test_tsv_without_comments(capsys: pytest.CaptureFixture[str]) -> None:
    """Without comments the first line is the header."""
    write_answer(ANSWER, Format.tsv, header_comments=False)
    assert capsys.readouterr().out.startswith("gene\tmean\t")


@given(texts=st.lists(st.text(st.characters(max_codepoint=255)), min_size=1))
def test_tsv_of_any_text(texts: list[str]) -> None:
    """Whatever is in a text, a row stays one line of one field, and nothing is lost."""
    answer = Answer(pa.table({"text": pa.array(texts, pa.string())}), "any")
    lines = "".join(tsv_lines(answer, header_comments=False)).split("\n")[1:-1]
    assert all(len(line.splitlines()) <= 1 for line in lines)
    assert [unescape(line) for line in lines] == texts


@given(st.recursive(st.none() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_json_of_any_value(value: object) -> None:
    """Whatever a struct holds, the JSON is strict."""
    table = pa.table({"value": [json.dumps({"v": str(value)})], "x": [[math.nan, 1.0]]})
    text = json.dumps(as_json(Answer(table, "any")), allow_nan=False)
    assert json.loads(text)["rows"][0]["x"] == [None, 1.0]


def test_columns_of_one_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Two columns of one name are both kept."""
    table = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    write_answer(Answer(table, "twice"), Format.jsonl)
    assert json.loads(capsys.readouterr().out) == {"a": 1, "a_2": 2}


def test_parquet(tmp_path: Path) -> None:
    """Parquet keeps the types and carries title, build, query and time in its metadata."""
    write_answer(ANSWER, None, tmp_path / "answer.parquet")
    table = pq.read_table(tmp_path / "answer.parquet")
    assert table.schema.types == ANSWER.table.schema.types
    assert table["gene"].to_pylist() == ANSWER.table["gene"].to_pylist()
    about = {name.decode(): value.decode() for name, value in table.schema.metadata.items()}
    assert about["orthoweave.build"] == "abc"
    assert about["orthoweave.truncated"] == "true"
    assert json.loads(about["orthoweave.notes"]) == ["a note"]


@pytest.mark.parametrize("suffix", ["json", "jsonl", "tsv", "parquet", "txt"])
def test_format_by_name_of_the_file(tmp_path: Path, suffix: str) -> None:
    """A file is written as its name says; one of another name as a table."""
    path = tmp_path / f"answer.{suffix}"
    write_answer(ANSWER, None, path)
    start = path.read_bytes()[:4]
    expected = {
        "json": b"{\n ",
        "jsonl": b'{"ge',
        "tsv": b"# ti",
        "parquet": b"PAR1",
        "txt": b"a ti",
    }
    assert start.startswith(expected[suffix][:3])
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def test_no_folder_for_the_output(tmp_path: Path) -> None:
    """A folder that does not exist is not created."""
    with pytest.raises(errors.UsageError, match="no folder"):
        write_answer(ANSWER, Format.json, tmp_path / "none" / "answer.json")


def test_table_that_is_not_read_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """A table in a pipe has every row and every character, and no colours or control characters."""
    table = pa.table({"gene": [f"gene{n}" for n in range(200)], "text": [HOSTILE * 5] * 200})
    write_answer(Answer(table, "many"), Format.table)
    out = capsys.readouterr().out
    assert all(f"gene{n} " in out for n in range(200))
    assert "\x1b" not in out
    assert out.count("[bold]x[/bold]") == 1000


WRITES = """
import sys
import warnings
import pyarrow as pa
from orthoweave import errors
from orthoweave.cli.main import main
from orthoweave.cli.output import Format, write_answer
from orthoweave.errors import InputError
from orthoweave.questions.answer import Answer
table = pa.table({"gene": [f"gene{n}" for n in range(200)], "n": list(range(200))})
try:
    write_answer(Answer(table, "many"), Format(sys.argv[1]))
except errors.UsageError as error:
    sys.exit(str(error))
"""


def on_a_terminal(form: Format) -> tuple[str, str]:
    """Write 200 rows with standard output on a terminal; return output and error text."""
    main, child = pty.openpty()
    command = [sys.executable, "-c", WRITES, str(form)]
    environment = {**os.environ, "COLUMNS": "80", "TERM": "dumb"}
    with subprocess.Popen(
        command, stdout=child, stderr=subprocess.PIPE, env=environment
    ) as process:
        os.close(child)
        said = b""
        while chunk := _read(main):
            said += chunk
        error = process.communicate()[1]
    os.close(main)
    return said.decode(), error.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end of a terminal closed
        return b""


def test_table_on_a_terminal() -> None:
    """On a terminal a long table is cut; a line says how much and how to get all."""
    out, error = on_a_terminal(Format.table)
    assert "gene49" in out
    assert "gene50" not in out
    assert "… and 150 more: --format tsv for all" in error


def test_parquet_on_a_terminal() -> None:
    """Parquet is not written to a terminal."""
    out, error = on_a_terminal(Format.parquet)
    assert out == ""
    assert "--output FILE.parquet" in error


def test_upright(capsys: pytest.CaptureFixture[str]) -> None:
    """A single row may be shown with one line for each column that has a value."""
    answer = Answer(pa.table({"symbol": ["INS"], "name": [None], "xrefs": [["a", "b"]]}), "one")
    write_answer(answer, Format.table, upright=True)
    out = capsys.readouterr().out
    assert "a, b" in out
    assert "name" not in out


@pytest.mark.parametrize("form", list(Format))
def test_no_rows(tmp_path: Path, form: Format) -> None:
    """An answer without rows is an answer in every format."""
    answer = Answer(pa.table({"gene": pa.array([], pa.string())}), "none")
    write_answer(answer, form, tmp_path / "out")
    assert (tmp_path / "out").exists()


ODD = "a\x1b[2Jb\x9b31mc\u202ed\x7fe\u2028f"
RAW = set("\x1b\x9b\u202e\x7f\u2028")


@pytest.mark.parametrize("form", [f for f in Format if f is not Format.parquet])
def test_no_format_prints_what_a_terminal_obeys(
    form: Format, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names, values, titles, notes and provenance are escaped; JSON reads back as it was."""
    table = pa.table({ODD: [ODD], "list": [[ODD]]})
    write_answer(Answer(table, ODD, notes=(ODD,), provenance={"query": ODD}), form)
    captured = capsys.readouterr()
    assert not RAW & set(captured.out + captured.err)
    if form is Format.json:
        assert json.loads(captured.out)["rows"] == [{ODD: ODD, "list": [ODD]}]


def test_a_traceback_and_a_warning_are_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A message shown with --verbose, or by a library, holds no raw control character."""

    def warn_and_fail(*_: object) -> None:
        warnings.warn(ODD, stacklevel=1)
        raise InputError(ODD)

    monkeypatch.setattr("orthoweave.builds.history.status", warn_and_fail)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert main(["--verbose", "status", "--kb", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert said.count("a\\x1b[2Jb") >= 3
    assert not RAW & set(said)


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-cmd", "@SUM(1)", "-1+cmd", "＝1"])
def test_a_tsv_holds_no_formula(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No cell begins as a formula, in a list neither; numbers stay as they are."""
    table = pa.table({"t": [text, "-1.5", "+", "INS"], "l": [[text], ["-2"], ["x"], []]})
    write_answer(Answer(table, "t"), Format.tsv, header_comments=False)
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    assert [row[0] for row in rows[1:]] == ["-1.5", "+", "INS"]
    assert rows[1][1] == "-2"
    assert all(cell.startswith("\\") and unescape(cell)[:1] == text[:1] for cell in rows[0])
