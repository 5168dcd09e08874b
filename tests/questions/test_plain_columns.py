"""Columns of mixed types, for libraries that know no others."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orthoweave.exports.answer_files import to_csv, to_parquet
from orthoweave.opening import open_knowledge_base
from orthoweave.questions.answer import Answer, plain_columns

MIXED = {
    "1": [1, "a", None],
    "2": [[1, "a"], [2.5, True]],
    "3": [{"a": [1, "x"]}, {"a": None}],
    "4": [{}],
}


@pytest.fixture(scope="module")
def answers(toy_kb: object) -> list[Answer]:
    """Return the answers of the graph engine to values of mixed types."""
    with open_knowledge_base(str(toy_kb), store="") as kb:
        gateway = kb.session.gateway
        return [
            Answer(gateway.ask("UNWIND $x AS y RETURN y", {"x": values}).table, "mixed")
            for values in MIXED.values()
        ]


def test_mixed_values_become_text(answers: list[Answer]) -> None:
    """A text stays, any other value is JSON, and null is null."""
    found = [plain_columns(answer.table)["y"].to_pylist() for answer in answers]
    assert found[0] == ["1", "a", None]
    assert [json.loads(text) for text in found[1]] == [[1, "a"], [2.5, True]]
    assert json.loads(found[2][0]) == {"a": [1, "x"]}
    assert found[3] == ["{}"]


def test_mixed_values_can_be_shown_and_saved(answers: list[Answer]) -> None:
    """Such answers become a frame, CSV and Parquet."""
    for answer in answers:
        assert len(plain_columns(answer.table).to_pandas()) == len(answer)
        assert to_csv(answer)
        assert pq.read_table(pa.BufferReader(to_parquet(answer))).num_rows == len(answer)


def test_other_columns_stay() -> None:
    """A table without mixed types is the same table."""
    table = pa.table({"a": [1], "b": [["x"]], "c": [{"d": 1}]})
    assert plain_columns(table) is table
