"""Table sets: checked on writing, content-addressed, verified on reading."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp

from orthoweave.errors import IntegrityError, SchemaError, UsageError
from orthoweave.schema import read_schema
from orthoweave.storage.matrix import open_matrix
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableSet, TableWriter, read_tableset, verify_tableset

SOURCE = SourceInfo(
    "s", version="1", license="CC0", knowledge_level="observation", agent_type="automated_agent"
)
SPECIES = pa.table({"id": ["NCBITaxon:9606"], "scientific_name": ["Homo sapiens"]})

CELLS = pd.DataFrame(index=["c0", "c1"])
GENES = pd.DataFrame({"gene_curie": ["NCBIGene:3630"]}, index=["INS"])
COUNTS = sp.csr_matrix(np.array([[2], [0]], np.float32))


def write(folder: Path, source: SourceInfo = SOURCE) -> TableSet:
    pending = folder / "pending"
    pending.mkdir(parents=True)
    matrices = folder.parent / "matrices"
    with TableWriter(pending, read_schema(), source, matrices=matrices) as out:
        out.write("Species", SPECIES)
        out.write("Species", SPECIES)
        out.write_vectors(
            "gene_text", ["NCBIGene:1"], np.eye(1, 4, dtype=np.float32), model="m", model_digest="d"
        )
        out.write_report("coverage", {"n_in": 3})
        out.write_lines("lost", ["a", "b"])
        with out.write_matrix("baron", CELLS, GENES) as matrix:
            matrix.append(COUNTS)
        digest = out.finish()
    tables = read_tableset(pending.rename(folder / digest))
    assert tables.digest == digest
    return tables


def test_written_tables_are_read_back(tmp_path: Path) -> None:
    """Tables, vectors, reports, lists, matrices and provenance."""
    tables = write(tmp_path / "t")
    assert tables.source == SOURCE
    assert tables.counts == {"Species": 2, "gene_text": 1}
    assert tables.vectors == {"gene_text": {"model": "m", "model_digest": "d", "dimension": 4}}
    assert open_matrix(tmp_path / "matrices" / tables.matrices["baron"]).n_cells == 2
    assert (tables.report("coverage"), tables.report("none")) == ({"n_in": 3}, None)
    assert (tables.folder / "lost.txt").read_text() == "a\nb\n"
    assert tables.table_path("Gene") is None
    assert tables.vector_path("cell_text") is None


def fail_midway(out: TableWriter) -> None:
    """Raise ZeroDivisionError in the middle of a matrix."""
    with out.write_matrix("baron", CELLS, GENES) as matrix:
        matrix.append(COUNTS)
        _ = 1 / 0


def test_a_matrix_needs_a_folder(tmp_path: Path) -> None:
    """A writer without a folder for matrices refuses one."""
    with (
        TableWriter(tmp_path, read_schema(), SOURCE) as out,
        pytest.raises(UsageError, match="without a folder for matrices"),
    ):
        fail_midway(out)


def test_nothing_is_left_of_a_failed_matrix(tmp_path: Path) -> None:
    """A matrix whose block raises is not published."""
    with (
        TableWriter(tmp_path, read_schema(), SOURCE, matrices=tmp_path / "m") as out,
        pytest.raises(ZeroDivisionError),
    ):
        fail_midway(out)
    assert list((tmp_path / "m").iterdir()) == []


def test_every_row_has_provenance(tmp_path: Path) -> None:
    """Provenance columns are added by the writer."""
    path = write(tmp_path / "t").table_path("Species")
    assert path is not None
    row = pq.read_table(path).to_pylist()[0]
    assert (row["source"], row["license"], row["knowledge_level"], row["agent_type"]) == (
        "source:s@1",
        "CC0",
        "observation",
        "automated_agent",
    )


def test_same_content_same_digest(tmp_path: Path) -> None:
    """Bytes do not depend on when or where; another version is another digest."""
    one, two = write(tmp_path / "one"), write(tmp_path / "two")
    other = write(tmp_path / "other", SourceInfo("s", version="2"))
    assert one.digest == two.digest != other.digest


def expresses(start: int, *, encoded: bool) -> pa.Table:
    """Return two EXPRESSES rows of cell `start`."""
    cells, genes = pa.array([f"d:{start}"] * 2), pa.array(["NCBIGene:1", "NCBIGene:2"])
    if encoded:
        cells, genes = cells.dictionary_encode(), genes.dictionary_encode()
    return pa.table(
        {"from": cells, "to": genes, "count": [2.0, 1.0], "value": [1.5, 0.5], "rank": [1, 2]}
    )


@pytest.mark.parametrize("first", [True, False])
def test_encoded_columns_are_read_as_their_values(tmp_path: Path, first: bool) -> None:
    """Encoded and plain rows in any order: Arrow reads the schema's types, DuckDB the values."""
    with TableWriter(tmp_path, read_schema(), SOURCE) as out:
        out.write("EXPRESSES", expresses(0, encoded=first))
        out.write("EXPRESSES", expresses(1, encoded=not first))
        out.finish()
    path = tmp_path / "EXPRESSES.parquet"
    assert pq.read_schema(path).equals(read_schema().arrow("EXPRESSES"))
    found = [
        (cell, gene, count, "source:s@1")
        for cell in ("d:0", "d:1")
        for gene, count in (("NCBIGene:1", 2.0), ("NCBIGene:2", 1.0))
    ]
    read = pq.read_table(path, columns=["from", "to", "count", "source"])
    assert [tuple(row.values()) for row in read.to_pylist()] == found
    query = f'SELECT "from", "to", count, source FROM read_parquet(\'{path}\')'
    assert duckdb.sql(query).fetchall() == found


def test_vectors_keep_their_dimension_in_the_file(tmp_path: Path) -> None:
    """Arrow reads lists of a fixed size."""
    path = write(tmp_path / "t").vector_path("gene_text")
    assert path is not None
    assert pq.read_schema(path).field("vector").type == pa.list_(pa.float32(), 4)


@pytest.mark.parametrize("name", ["Species.parquet", "report-coverage.json", "lost.txt"])
def test_a_flipped_byte_is_found(tmp_path: Path, name: str) -> None:
    """In tables, reports and lists; the message names the file."""
    tables = write(tmp_path / "t")
    verify_tableset(tables)
    path = tables.folder / name
    content = bytearray(path.read_bytes())
    content[1] ^= 1
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match=name):
        verify_tableset(tables)
    path.unlink()
    with pytest.raises(IntegrityError, match=name):
        verify_tableset(tables)


@pytest.mark.parametrize("content", [None, b"\xff", b"{}"])
def test_a_damaged_description_is_found(tmp_path: Path, content: bytes | None) -> None:
    """A description that is gone, no text or another's is not read."""
    path = write(tmp_path / "t").folder / "SOURCE.json"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(IntegrityError, match="orthoweave repair"):
        read_tableset(path.parent)


def vectors(shape: tuple[int, ...], value: float = 0.5) -> np.ndarray:
    return np.full(shape, value, dtype=np.float32)


@pytest.mark.parametrize(
    ("space", "ids", "found", "message"),
    [
        ("nope", ["a"], vectors((1, 4)), "no vector space 'nope'"),
        ("gene_text", ["a", "b"], vectors((1, 4)), r"expected finite values of shape \(2"),
        ("gene_text", ["a"], vectors((4,)), "expected finite"),
        ("gene_text", ["a"], vectors((1, 4), np.nan), "expected finite"),
        ("gene_text", ["a"], vectors((1, 5)), "mix"),
    ],
)
def test_wrong_vectors_are_refused(
    tmp_path: Path, space: str, ids: list[str], found: np.ndarray, message: str
) -> None:
    """Unknown spaces, shapes that do not fit, NaN, and a second dimension in one space."""
    with TableWriter(tmp_path, read_schema(), SOURCE) as out:
        out.write_vectors("gene_text", ["z"], vectors((1, 4)), model="m", model_digest="d")
        with pytest.raises(SchemaError, match=message):
            out.write_vectors(space, ids, found, model="m", model_digest="d")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "../x"},
        {"name": ""},
        {"version": "a b"},
        {"knowledge_level": "sure"},
        {"agent_type": "me"},
    ],
)
def test_invalid_sources_are_refused(wrong: dict[str, str]) -> None:
    """Names that would leave the folder, and values that Biolink does not have."""
    with pytest.raises(UsageError):
        SourceInfo(**{"name": "s", **wrong})  # type: ignore[arg-type]
