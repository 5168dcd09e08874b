"""Answers as files."""

import csv
import io
import re
from itertools import takewhile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.exports.answer_files import to_csv, to_parquet
from orthoweave.questions.answer import Answer

PROVENANCE = {"build": "b1", "query": "MATCH (n)\nRETURN n", "time": "2026-11-22T00:00:00+00:00"}


def _read(content: bytes) -> tuple[dict[str, str], list[list[str]]]:
    lines = content.decode().split("\n")
    head = list(takewhile(lambda line: line.startswith("# "), lines))
    about = dict(line[2:].split(": ", 1) for line in head)
    return about, list(csv.reader(io.StringIO("\n".join(lines[len(head) :]), newline="")))


def test_csv_says_where_it_comes_from() -> None:
    """Build, question and time are in the first lines, one line each."""
    answer = Answer(pa.table({"n": [1, 2]}), "all", provenance=PROVENANCE, truncated=True)
    about, rows = _read(to_csv(answer))
    assert about["build"] == "b1"
    assert about["query"] == "MATCH (n) RETURN n"
    assert about["time"].startswith("2026")
    assert about["truncated"] == "true"
    assert rows == [["n"], ["1"], ["2"]]


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]))))
def test_csv_reads_back(texts: list[str]) -> None:
    """Any text comes back as it was, or with an apostrophe before what would be a formula."""
    answer = Answer(pa.table({"t": pa.array(texts, pa.string())}), "t", provenance=PROVENANCE)
    _, rows = _read(to_csv(answer))
    found = [row[0] if row else "" for row in rows[1:]]
    assert found == [f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text for text in texts]


def test_formulas_are_defused() -> None:
    """Text that a spreadsheet would run begins with an apostrophe; numbers stay numbers."""
    answer = Answer(pa.table({"t": ["=HYPERLINK(1)", "INS"], "n": [-1.5, 2.0]}), "t")
    _, rows = _read(to_csv(answer))
    assert rows[1:] == [["'=HYPERLINK(1)", "-1.5"], ["INS", "2.0"]]


def test_parquet_keeps_rows_and_provenance() -> None:
    """Lists stay lists, and the metadata names the build."""
    table = pa.table({"g": ["INS"], "r": [["OMA", "Panther"]]})
    read = pq.read_table(pa.BufferReader(to_parquet(Answer(table, "t", provenance=PROVENANCE))))
    assert read.to_pylist() == table.to_pylist()
    assert read.schema.metadata[b"orthoweave.build"] == b"b1"


@pytest.mark.parametrize(
    "text", ["=1+1", "a,=1+1", 'a,"=1+1"', "a; @SUM(1)", "a\t+cmd", "x|-cmd", "a, ＝1", "\x1b[2J"]
)
def test_lines_of_comments_hold_no_formula(text: str) -> None:
    """A spreadsheet splits a ``#`` line at commas too: no part of it is run, and no escape."""
    answer = Answer(pa.table({"n": [1]}), text, notes=(text,), provenance={"query": text})
    head = "".join(line for line in to_csv(answer).decode().splitlines() if line[:1] == "#")
    cells = re.split(r"[,;|\t]", head)
    cells += [cell for one in ",;|\t" for cell in next(csv.reader([head], delimiter=one))]
    assert not [cell for cell in cells if cell.strip(' "')[:1] in set("=+-@＝＋－＠") - {""}]
    assert "\x1b" not in head
