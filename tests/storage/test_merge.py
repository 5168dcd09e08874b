"""Several sources' rows of one node become one row."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orthoweave.schema import read_schema
from orthoweave.storage.durable import file_digest
from orthoweave.storage.merge import merge_nodes

GENE = read_schema().nodes["Gene"]
SCHEMA = read_schema().arrow("Gene")
VALUES = {"string": st.none() | st.sampled_from(["a", "b", "c'", "é"])}
LISTS = st.none() | st.lists(st.sampled_from(["x", "y", "z"]), max_size=3)


def gene(key: str, source: str, **values: object) -> dict[str, object]:
    provenance = {
        "source": source,
        "source_version": f"version of {source}",
        "license": "CC0",
        "knowledge_level": "knowledge_assertion",
        "agent_type": "manual_agent",
        "primary_knowledge_source": f"infores:{source}",
    }
    return {"id": key, "species": "NCBITaxon:9606", **provenance, **values}


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path)
    return path


def test_first_value_that_is_not_null_wins(tmp_path: Path) -> None:
    """A scalar comes from the first source that has one, whoever named the node first."""
    first = write(tmp_path / "1.parquet", [gene("NCBIGene:1", "a", symbol=None, name="one")])
    second = write(tmp_path / "2.parquet", [gene("NCBIGene:1", "b", symbol="S", name="two")])
    assert merge_nodes([first, second], tmp_path / "out.parquet", GENE) == 1
    row = pq.read_table(tmp_path / "out.parquet").to_pylist()[0]
    assert (row["symbol"], row["name"]) == ("S", "one")
    assert (row["source"], row["source_version"]) == ("a", "version of a")


def test_lists_are_united_and_sorted(tmp_path: Path) -> None:
    """A list is the sorted union over the sources; one that nobody gives stays null."""
    first = write(tmp_path / "1.parquet", [gene("NCBIGene:1", "a", synonyms=["z", "b"])])
    second = write(tmp_path / "2.parquet", [gene("NCBIGene:1", "b", synonyms=["a", "b"], xrefs=[])])
    merge_nodes([first, second], tmp_path / "out.parquet", GENE)
    row = pq.read_table(tmp_path / "out.parquet").to_pylist()[0]
    assert row["synonyms"] == ["a", "b", "z"]
    assert row["xrefs"] == []
    assert row["retired_ids"] is None


def test_lists_of_a_single_row_may_be_kept(tmp_path: Path) -> None:
    """A list of a single row keeps its order and repeated values."""
    lists = [(1, ["z", "a", "z"]), (2, ["z"]), (2, ["b"])]
    rows = [gene(f"NCBIGene:{key}", "a", synonyms=synonyms) for key, synonyms in lists]
    path = write(tmp_path / "1.parquet", rows)
    merge_nodes([path], tmp_path / "out.parquet", GENE, keep_single=True)
    found = pq.read_table(tmp_path / "out.parquet")["synonyms"].to_pylist()
    assert found == [["z", "a", "z"], ["b", "z"]]


def test_a_path_with_a_quote_is_read(tmp_path: Path) -> None:
    """File names reach the engine as they are."""
    odd = tmp_path / "it's [odd]"
    odd.mkdir()
    path = write(odd / "1.parquet", [gene("NCBIGene:1", "a")])
    assert merge_nodes([path], odd / "out.parquet", GENE) == 1


def test_no_spill_folder_is_left(tmp_path: Path) -> None:
    """Only the result stays beside the input."""
    path = write(tmp_path / "1.parquet", [gene("NCBIGene:1", "a")])
    merge_nodes([path], tmp_path / "out.parquet", GENE)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["1.parquet", "out.parquet"]


ROWS = st.lists(st.tuples(st.integers(1, 4), VALUES["string"], VALUES["string"], LISTS), max_size=6)


@pytest.mark.parametrize("times", [2])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(files=st.lists(ROWS, min_size=1, max_size=3))
def test_merging_equals_a_row_by_row_witness(
    tmp_path: Path,
    files: list[list[tuple[int, str | None, str | None, list[str] | None]]],
    times: int,
) -> None:
    """The merged table equals a plain loop over the rows, and its bytes do not vary."""
    expected: dict[str, dict[str, object]] = {}
    paths = []
    for number, rows in enumerate(files):
        content = [
            gene(f"NCBIGene:{key}", f"s{number}", symbol=symbol, name=name, synonyms=synonyms)
            for key, symbol, name, synonyms in rows
        ]
        paths.append(write(tmp_path / f"{number}.parquet", content))
        for row in content:
            known = expected.setdefault(str(row["id"]), {**row, "synonyms": None})
            for column in ("symbol", "name"):
                known[column] = row[column] if known[column] is None else known[column]
            if row["synonyms"] is not None:
                union = {*(known["synonyms"] or []), *row["synonyms"]}  # type: ignore[misc]
                known["synonyms"] = sorted(union)
    digests = set()
    for _ in range(times):
        merge_nodes(paths, tmp_path / "out.parquet", GENE)
        digests.add(file_digest(tmp_path / "out.parquet"))
    found = pq.read_table(tmp_path / "out.parquet")
    wanted = pa.Table.from_pylist([expected[key] for key in sorted(expected)], schema=SCHEMA)
    assert found.to_pylist() == wanted.to_pylist()
    assert found.schema.equals(SCHEMA)
    assert len(digests) == 1


@given(
    rows=st.lists(st.tuples(VALUES["string"], LISTS, LISTS), min_size=2, max_size=6),
    keep_single=st.booleans(),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_rows_with_keys_of_their_own_are_as_if_they_were_grouped(
    tmp_path: Path, rows: list[tuple[object, object, object]], keep_single: bool
) -> None:
    """A file without repeated keys gives the bytes that its halves give, which are grouped."""
    every = [
        gene(f"NCBIGene:{len(rows) - n}", "a", symbol=symbol, synonyms=first, xrefs=second)
        for n, (symbol, first, second) in enumerate(rows)
    ]
    whole = write(tmp_path / "whole.parquet", every)
    halves = [write(tmp_path / "1.parquet", every[:1]), write(tmp_path / "2.parquet", every[1:])]
    for paths, name in (([whole], "one"), (halves, "two")):
        merge_nodes(paths, tmp_path / name, GENE, keep_single=keep_single)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
