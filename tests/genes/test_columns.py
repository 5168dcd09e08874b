"""Columns of names and texts are those that one gene after the other gives."""

import json
from collections.abc import Iterator

import pyarrow as pa

from orthoweave.genes.columns import in_order, names_of, texts_of, values_of
from orthoweave.genes.names import clean, fold
from orthoweave.genes.records import RANK, Reason

ODD = [
    *("INS", "ins", " Trp53 ", "HLA-DRB1*03:01", "two  words", "a b", "tab\there", "Straße", "İ"),
    *('quo"te', "back\\slash", "new\nline", "\x7f", "nul\x00", "", "  ", "\u2003", "β-catenin"),
    *("FLJ\u200b1", "ΣΑΣ", ",", '", "', "[]", "null"),
]
"""Names with case, white space and characters of all kinds."""


def lists(first: int, *, nulls: bool) -> list[list[str] | None]:
    """Return a list of odd names for each gene: of many lengths, empty ones and null among them."""
    return [
        None
        if nulls and gene % 4 == 0
        else [ODD[(gene * 7 + at) % len(ODD)] for at in range(gene % 5)]
        for gene in range(first, first + len(ODD))
    ]


def genes() -> pa.RecordBatch:
    """Return genes that have odd names in every column."""
    texts = pa.list_(pa.string())
    return pa.record_batch(
        {
            "id": pa.array([f"NCBIGene:{number}" for number in range(len(ODD))]),
            "symbol": pa.array([name if number % 3 else None for number, name in enumerate(ODD)]),
            "synonyms": pa.array(lists(0, nulls=True), texts),
            "previous_symbols": pa.array(lists(1, nulls=False), texts),
            "xrefs": pa.array(lists(2, nulls=True), texts),
            "retired_ids": pa.array(lists(3, nulls=True), texts),
        }
    )


def one_by_one(rows: pa.RecordBatch, first: int) -> Iterator[tuple[str, int, int, str]]:
    """Yield the names gene by gene, as simply as it can be written."""
    for number, row in enumerate(rows.to_pylist(), first):
        yield fold(row["id"]), RANK["id"], number, row["id"]
        called: dict[Reason, list[str | None] | None] = {
            "symbol": [row["symbol"]],
            "xref": row["xrefs"],
            "retired_id": row["retired_ids"],
            "previous_symbol": row["previous_symbols"],
            "synonym": row["synonyms"],
        }
        for reason, names in called.items():
            for name in names or []:
                if name is not None and clean(name):
                    yield fold(name), RANK[reason], number, clean(name)


def test_names_are_those_of_each_gene() -> None:
    """All names of all genes, each once, in order, whatever characters they have."""
    made = in_order([names_of(genes(), 5), names_of(genes(), 100)])
    expected = sorted({*one_by_one(genes(), 5), *one_by_one(genes(), 100)})
    assert list(zip(*(values_of(column) for column in made.columns), strict=True)) == expected


def test_lists_are_written_as_json_writes_them() -> None:
    """Lists of odd names, empty lists and null have the text of Python's own json."""
    for column in ("synonyms", "previous_symbols", "xrefs"):
        values = genes()[column].to_pylist()
        expected = [json.dumps(value or [], ensure_ascii=False) for value in values]
        assert texts_of(genes()[column]) == expected


def test_plain_columns_stay_as_they_are() -> None:
    """A column of text is returned as it is, with None for null."""
    assert texts_of(genes()["symbol"]) == genes()["symbol"].to_pylist()
