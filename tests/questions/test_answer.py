"""The answers that every question returns."""

import dataclasses

import pyarrow as pa
import pytest

from orthoweave.questions.answer import Answer, table_of


def test_rows_keep_order_and_lists() -> None:
    """Rows come back in order, with lists as lists."""
    answer = Answer(pa.table({"gene": ["a", "b"], "xrefs": [["x:1"], []]}), "genes")
    assert answer.rows() == [{"gene": "a", "xrefs": ["x:1"]}, {"gene": "b", "xrefs": []}]
    assert len(answer) == 2
    assert answer.column("gene") == ["a", "b"]


def test_an_answer_cannot_be_changed() -> None:
    """An answer is frozen: what was handed over stays as it was."""
    answer = Answer(pa.table({"gene": ["a"]}), "genes")
    with pytest.raises(dataclasses.FrozenInstanceError):
        answer.truncated = True  # type: ignore[misc]


def test_no_rows_still_have_their_columns() -> None:
    """An empty answer has the columns and types of a full one."""
    schema = pa.schema([("gene", pa.string()), ("n", pa.int64())])
    assert table_of([], schema).schema == schema
    assert table_of([{"gene": "a", "n": 1}], schema).to_pylist() == [{"gene": "a", "n": 1}]
