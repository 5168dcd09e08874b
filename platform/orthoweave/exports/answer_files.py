"""An answer as a file for other programs: CSV for spreadsheets, Parquet for code.

Both carry the provenance: CSV in lines that begin with ``#``, Parquet in its metadata.
"""

import csv
import io
import json
import re
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.printable import printable
from orthoweave.questions.answer import Answer, plain_columns

# a spreadsheet runs text with such a first character as a formula, the wide forms too
_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
# what separates cells for a spreadsheet, which knows no lines of comments
_CELL_IN_COMMENT: Final = re.compile(r"([,;|\t]\s*\"?\s*)(?=[=+@＝＋－＠]|-(?!\s))")


def to_csv(answer: Answer) -> bytes:
    """Return `answer` as CSV in UTF-8, with its provenance in ``#`` lines before the header.

    Elements of a list are joined by ``|``. Text that a spreadsheet would run as a formula gets an
    apostrophe before it, as spreadsheets themselves do, also after a comma in a ``#`` line.
    """
    stream = io.StringIO()
    for name, value in about(answer).items():
        stream.write(f"# {name}: {_comment(value)}\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_safe(name) for name in answer.table.column_names])
    for batch in answer.table.to_batches(max_chunksize=10_000):
        columns = [column.to_pylist() for column in batch.columns]
        writer.writerows([_cell(value) for value in row] for row in zip(*columns, strict=True))
    return stream.getvalue().encode()


def to_parquet(answer: Answer) -> bytes:
    """Return `answer` as Parquet, lists kept, its provenance as metadata ``orthoweave.*``."""
    metadata = {f"orthoweave.{name}": value for name, value in about(answer).items()}
    sink = pa.BufferOutputStream()
    table = plain_columns(answer.table).replace_schema_metadata(metadata)
    pq.write_table(table, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def about(answer: Answer) -> dict[str, str]:
    """Return the provenance and notes of `answer`."""
    found = {"title": answer.title, **{name: str(v) for name, v in answer.provenance.items()}}
    found |= {"rows": str(len(answer)), "truncated": str(answer.truncated).lower()}
    return found | ({"notes": json.dumps(list(answer.notes))} if answer.notes else {})


def _comment(value: str) -> str:
    """Return a text as one line of which no part, split at commas, is run as a formula."""
    return _CELL_IN_COMMENT.sub(r"\1'", printable(" ".join(value.split())))


def _cell(value: object) -> object:
    if isinstance(value, list):
        return _safe("|".join("" if item is None else str(item) for item in value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return _safe(value) if isinstance(value, str) else value


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
