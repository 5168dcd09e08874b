"""Writes an answer as a table for people or as JSON, JSON lines, TSV, CSV or Parquet for programs.

Data goes to standard output or to a file, all else to standard error. Field names and types are
stable (docs/cli.md). A file appears whole or not at all, and nothing is cut without saying so.
"""

import csv
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal, TextIO

import pyarrow as pa
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orthoweave.errors import UsageError
from orthoweave.printable import ESCAPES, printable
from orthoweave.questions.answer import Answer, plain_columns
from orthoweave.storage.durable import pending_file

ROWS_ON_A_TERMINAL: Final = 50
# wide enough for any row: a table that is not read on a terminal is not squeezed
_UNLIMITED: Final = 100_000


class Format(StrEnum):
    """The format of a printed answer."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    tsv = "tsv"
    csv = "csv"
    parquet = "parquet"


_BY_SUFFIX: Final = {
    ".json": Format.json,
    ".jsonl": Format.jsonl,
    ".ndjson": Format.jsonl,
    ".tsv": Format.tsv,
    ".csv": Format.csv,
    ".parquet": Format.parquet,
}


def write_answer(
    answer: Answer,
    form: Format | None = None,
    output: Path | None = None,
    *,
    header_comments: bool = True,
    upright: bool = False,
) -> None:
    """Write `answer` to `output`, or to standard output where that is None.

    Parameters
    ----------
    form
        None takes it from the suffix of `output`, else a table.
    header_comments
        Whether a TSV begins with ``# `` lines of provenance.
    upright
        Whether a table of a single row is turned, one line for each column.

    Raises
    ------
    UsageError
        If Parquet would go to a terminal, or the folder of `output` does not exist.
    """
    chosen = form or (_BY_SUFFIX.get(output.suffix.lower()) if output else None) or Format.table
    if output is None:
        if chosen is Format.parquet and sys.stdout.isatty():
            message = (
                "Parquet is not readable on a terminal: name a file with --output FILE.parquet"
            )
            raise UsageError(message)
        _write(answer, chosen, sys.stdout, comments=header_comments, upright=upright)
    else:
        if not output.parent.is_dir():
            message = f"no folder {str(output.parent)!r} for --output: make it, or name another"
            raise UsageError(message)
        with pending_file(output) as path, path.open("w", encoding="utf-8", newline="\n") as stream:
            _write(answer, chosen, stream, comments=header_comments, upright=upright)
        say(f"{output}: {len(answer):,} rows ({chosen})")
    for note in answer.notes:
        say(note)
    if answer.truncated:
        say(f"truncated: {answer.cut}, or --limit of `orthoweave cypher`")


def say(text: str) -> None:
    """Say a line on standard error."""
    shown = printable(text, keep="\n\t")
    Console(stderr=True, highlight=False).print(shown, markup=False, soft_wrap=True)


def _write(answer: Answer, form: Format, stream: TextIO, *, comments: bool, upright: bool) -> None:
    if form is Format.table:
        _write_table(_turned(answer) if upright and len(answer) == 1 else answer, stream)
    elif form is Format.parquet:
        _write_parquet(answer, stream)
    elif form is Format.json:
        stream.write(_json(as_json(answer), indent=1) + "\n")
    elif form is Format.jsonl:
        stream.writelines(_json(row) + "\n" for row in _finite_rows(answer))
    elif form is Format.csv:
        _write_csv(answer, stream)
    else:
        stream.writelines(tsv_lines(answer, header_comments=comments))


def _json(value: object, indent: int | None = None) -> str:
    """Return a value as JSON that is fit for a terminal: what JSON leaves as it is gets escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return text.translate(_JSON)


def as_json(answer: Answer) -> dict[str, object]:
    """Return `answer` as one JSON object; its fields are documented and stable."""
    return {
        "title": answer.title,
        "provenance": dict(answer.provenance),
        "columns": [{"name": name, "type": _kind(kind)} for name, kind in _columns(answer)],
        "rows": list(_finite_rows(answer)),
        "truncated": answer.truncated,
        "notes": list(answer.notes),
    }


def tsv_lines(answer: Answer, *, header_comments: bool = True) -> Iterator[str]:
    r"""Yield the lines of `answer` in tab-separated form.

    Elements of a list are joined by ``|``. In values, a tab, line end or other control character
    is written as ``\t``, ``\n``, ``\r`` or ``\xNN``, a backslash as ``\\`` and, in a list, a
    ``|`` as ``\|``: so nothing is lost and every row is one line. Null is the empty field. A
    first character that would make a spreadsheet run the text as a formula is written ``\xNN``.
    """
    if header_comments:
        yield f"# title: {_escape(answer.title)}\n"
        for name, value in answer.provenance.items():
            yield f"# {name}: {_escape(str(value))}\n"
        yield f"# rows: {len(answer)}\n# truncated: {str(answer.truncated).lower()}\n"
        for note in answer.notes:
            yield f"# note: {_escape(note)}\n"
    yield "\t".join(_escape(name) for name in answer.table.column_names) + "\n"
    for row in _rows(answer):
        yield "\t".join(_field(value) for value in row) + "\n"


def _write_csv(answer: Answer, stream: TextIO) -> None:
    """Write names and rows; a value is what it is in a TSV, and the file holds nothing else."""
    out = csv.writer(stream, lineterminator="\n")
    out.writerow([_escape(name) for name in answer.table.column_names])
    out.writerows([_field(value) for value in row] for row in _rows(answer))


def _write_parquet(answer: Answer, stream: TextIO) -> None:
    import pyarrow.parquet as pq

    about = {"title": answer.title, **answer.provenance}
    about |= {"truncated": str(answer.truncated).lower(), "notes": json.dumps(list(answer.notes))}
    metadata = {f"orthoweave.{name}": str(value) for name, value in about.items()}
    table = plain_columns(answer.table).replace_schema_metadata(metadata)
    pq.write_table(table, stream.buffer, compression="zstd")


def _write_table(answer: Answer, stream: TextIO) -> None:
    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    on_terminal = console.is_terminal
    if not on_terminal:
        console = Console(file=stream, highlight=False, markup=False, emoji=False, width=_UNLIMITED)
    shown = min(len(answer), ROWS_ON_A_TERMINAL) if on_terminal else len(answer)
    empty = _empty_columns(answer) if on_terminal else set()
    table = Table(title=Text(printable(answer.title)), title_justify="left", box=SIMPLE_HEAD)
    for name, kind in _columns(answer):
        if name not in empty:
            number = _kind(kind) in {"integer", "number"}
            justify: Literal["left", "right"] = "right" if number else "left"
            table.add_column(Text(printable(name)), justify=justify, overflow="fold")
    for row in _rows(replace(answer, table=answer.table.drop_columns(sorted(empty))), shown):
        table.add_row(*(Text(_cell(value)) for value in row))
    console.print(table)
    if empty:
        say(f"columns without values: {', '.join(sorted(empty))}")
    if shown < len(answer):
        say(f"… and {len(answer) - shown:,} more: --format tsv for all")


def _empty_columns(answer: Answer) -> set[str]:
    """Names of the columns that are null throughout, of an answer with rows."""
    table = answer.table
    found = {
        name
        for name in table.column_names
        if table.column_names.count(name) == 1 and table[name].null_count == table.num_rows
    }
    return found if len(answer) and len(found) < table.num_columns else set()


def _turned(answer: Answer) -> Answer:
    """One line for each column that has a value, for a table of one row."""
    found = [(name, _cell(value)) for name, value in answer.rows()[0].items()]
    names, values = zip(*((n, v) for n, v in found if v), strict=True) if found else ((), ())
    return replace(answer, table=pa.table({"": pa.array(names), " ": pa.array(values)}))


def _columns(answer: Answer) -> list[tuple[str, pa.DataType]]:
    schema = answer.table.schema
    return [(field.name, field.type) for field in schema]


def _kind(kind: pa.DataType) -> str:
    """Name of a type in JSON."""
    checks: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "integer"),
        (pa.types.is_floating, "number"),
        (pa.types.is_list, "array"),
        (pa.types.is_large_list, "array"),
        (pa.types.is_struct, "object"),
        (pa.types.is_map, "object"),
    )
    return next((name for check, name in checks if check(kind)), "string")


def _rows(answer: Answer, count: int | None = None) -> Iterator[tuple[object, ...]]:
    """Rows as tuples, block by block; two columns of one name both stay."""
    for batch in answer.table.slice(0, count).to_batches(max_chunksize=10_000):
        columns = [column.to_pylist() for column in batch.columns]
        yield from zip(*columns, strict=True) if columns else iter(())


def _finite_rows(answer: Answer) -> Iterator[dict[str, object]]:
    names = _distinct(answer.table.column_names)
    for row in _rows(answer):
        yield dict(zip(names, map(_finite, row), strict=True))


def _distinct(names: Iterable[str]) -> list[str]:
    """Names for the fields of an object: a column whose name repeats gets a number."""
    found: list[str] = []
    for name in names:
        number = 1
        candidate = name
        while candidate in found:
            number += 1
            candidate = f"{name}_{number}"
        found.append(candidate)
    return found


def _finite(value: object) -> object:
    """`value` in what JSON knows: NaN and infinity are null, dates and the like are text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else str(value)


_SIGNS: Final = "+-"
_FORMULA: Final = "=@＝＋－＠" + _SIGNS
_NUMBER: Final = re.compile(r"[+-](\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-](inf|nan)", re.IGNORECASE)
# of the characters that are escaped elsewhere, those that JSON may hold as they are
_JSON: Final = {code: f"\\u{code:04x}" for code in ESCAPES if code >= ord(" ")}
_TSV: Final = ESCAPES | {ord("\\"): "\\\\"}
_TSV_LIST: Final = _TSV | {ord("|"): "\\|"}


def _escape(text: str) -> str:
    return _defused(text.translate(_TSV))


def _defused(text: str) -> str:
    """Return a text whose first character is escaped if a spreadsheet would run it as a formula."""
    first, rest = text[:1], text[1:]
    if first not in _FORMULA or not first or (first in _SIGNS and not rest[:1].strip()):
        return text
    if first in _SIGNS and _NUMBER.fullmatch(text):
        return text
    code = ord(first)
    return (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}") + rest


def _field(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        items = ("" if item is None else str(item).translate(_TSV_LIST) for item in value)
        return _defused("|".join(items))
    if isinstance(value, dict):
        return _escape(json.dumps(_finite(value), ensure_ascii=False))
    return _escape(str(value))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    return "" if value is None else printable(str(value))
