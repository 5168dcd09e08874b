"""The embeddings job over the toy world's genes, cell types and cells."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from orthoweave.errors import RowFloorError, UnknownNameError, UsageError
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.matrix import open_matrix
from orthoweave.testing.toy import toy_cells, write_toy_sources
from orthoweave.text.base import unit_rows
from orthoweave.text.hashed import HashedEncoder

MODEL = {"model": "hashed-ngrams"}


def _run(layout: Layout, job: str, files: list[Path], **options: str) -> Ingested:
    return ingest(layout, find_job(Settings(), job), files, options, Quiet())


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Make a knowledge base of human genes, cell types and one dataset."""
    sources = write_toy_sources(tmp_path / "raw")
    layout = Layout(tmp_path / "kb")
    _run(layout, "gene_descriptions", [sources["genes_human"]], source="genes_human")
    _run(layout, "cell_ontology", [sources["cell_ontology"]])
    _run(layout, "cell_gene", [sources["toy_human"]])
    return layout


def _vectors(done: Ingested, space: str) -> dict[str, np.ndarray]:
    path = done.tables.vector_path(space)
    assert path is not None
    table = pq.read_table(path)
    return dict(zip(table["id"].to_pylist(), np.array(table["vector"].to_pylist()), strict=True))


def test_gene_vectors_are_those_of_symbol_and_name(layout: Layout) -> None:
    """A gene's vector is that of its symbol and full name, merged over all sources."""
    done = _run(layout, "embeddings", [], **MODEL)
    found = _vectors(done, "gene_text")
    expected = HashedEncoder().encode(["INS: insulin", "SEPTIN1: septin 1"])
    np.testing.assert_allclose(found["NCBIGene:3630"], expected[0], atol=1e-6)
    np.testing.assert_allclose(found["NCBIGene:1731"], expected[1], atol=1e-6)
    assert done.tables.source.name == "embeddings_genes"
    assert done.tables.vectors["gene_text"]["model_digest"] == HashedEncoder().digest


def test_cell_type_vectors_are_half_name_half_synonyms(layout: Layout) -> None:
    """A cell type is the mean of its name and of its synonyms' mean; without any, its name."""
    found = _vectors(_run(layout, "embeddings", [], what="cell_types", **MODEL), "cell_type_text")
    encode = HashedEncoder().encode
    synonyms = encode(["pancreatic beta cell", "insulin-secreting cell"]).mean(axis=0)
    beta = unit_rows((encode(["type B pancreatic cell"])[0] + synonyms)[None])[0]
    np.testing.assert_allclose(found["CL:0000169"], beta, atol=1e-6)
    np.testing.assert_allclose(
        found["CL:0002079"], encode(["pancreatic ductal cell"])[0], atol=1e-6
    )
    label = next(key for key in found if key.startswith("label:"))
    np.testing.assert_allclose(found[label], encode(["unknown_7"])[0], atol=1e-6)


def test_cell_vectors_follow_the_definition(layout: Layout) -> None:
    """A cell's vector is the weighted mean of its top genes' centred vectors, by a plain loop."""
    done = _run(layout, "embeddings", [], what="cells", dataset="toy_human", top_genes="4", **MODEL)
    found = _vectors(done, "cell_text")
    matrix = open_matrix(layout.matrices / _matrix_folder(layout))
    report = done.tables.report("cell_text")
    assert report is not None
    genes = _vectors(_run(layout, "embeddings", [], **MODEL), "gene_text")
    mean = np.mean([genes[key] for key in matrix.gene_keys if key], axis=0)
    counts = np.vstack([block.toarray() for _, block in matrix.blocks()])
    for cell in (0, 13, 39):
        weights = np.sqrt(counts[cell]) * np.array(report["factors"])
        top = sorted(np.flatnonzero(weights), key=lambda g: (-weights[g], g))[:4]
        mixed = sum(weights[g] * (genes[str(matrix.gene_keys[g])] - mean) for g in top)
        expected = mixed / np.linalg.norm(mixed)
        key = f"toy_human:{matrix.barcodes[cell]}"
        np.testing.assert_allclose(found[key], expected, atol=1e-4)
    assert report["cells"] == len(found) + report["left_out"] == 40
    assert report["share_of_counts"] == 1.0


def _matrix_folder(layout: Layout) -> str:
    text = next(layout.tables.glob("*/Dataset.parquet")).parent / "SOURCE.json"
    return str(json.loads(text.read_text(encoding="utf-8"))["matrices"]["toy_human"])


def test_a_second_run_does_nothing_and_a_changed_world_does(layout: Layout, tmp_path: Path) -> None:
    """The same input is a no-op; new genes make the vectors again."""
    first = _run(layout, "embeddings", [], **MODEL)
    again = _run(layout, "embeddings", [], **MODEL)
    assert (first.unchanged, again.unchanged) == (False, True)
    mouse = tmp_path / "raw" / "genes_mouse.tsv"
    _run(layout, "gene_descriptions", [mouse], source="genes_mouse")
    more = _run(layout, "embeddings", [], **MODEL)
    assert not more.unchanged
    assert more.tables.counts["gene_text"] > first.tables.counts["gene_text"]


def test_other_weightings_give_other_vectors(layout: Layout) -> None:
    """The weighting is an option that matters, and it is in the report."""
    found = {}
    for weighting in ("specific", "log", "counts"):
        done = _run(
            layout,
            "embeddings",
            [],
            what="cells",
            dataset="toy_human",
            weighting=weighting,
            version=weighting,
            **MODEL,
        )
        report = done.tables.report("cell_text")
        assert report is not None
        assert report["weighting"] == weighting
        found[weighting] = np.array(list(_vectors(done, "cell_text").values()))
    assert not np.allclose(found["specific"], found["log"])
    assert not np.allclose(found["log"], found["counts"])


def test_cells_with_too_few_genes_are_left_out_and_listed(layout: Layout) -> None:
    """A floor on genes leaves cells out, by name, and a floor above all is an error."""
    options = {"what": "cells", "dataset": "toy_human", **MODEL}
    done = _run(layout, "embeddings", [], min_genes="6", **options)
    left = (done.tables.folder / "cells-left-out.txt").read_text(encoding="utf-8").split()
    report = done.tables.report("cell_text")
    assert report is not None
    assert len(left) == report["left_out"]
    expressed = (toy_cells("human", seed=0).X > 0).sum(axis=1)
    assert len(left) == int((np.asarray(expressed).ravel() < 6).sum())
    with pytest.raises(RowFloorError, match="gave 0 rows"):
        _run(layout, "embeddings", [], min_genes="1000", version="none", **options)


def test_wrong_options_are_refused(layout: Layout, tmp_path: Path) -> None:
    """Cells without a dataset, genes with one, an unknown dataset and no genes say what to do."""
    with pytest.raises(UsageError, match="expected a dataset for cells"):
        _run(layout, "embeddings", [], what="cells", **MODEL)
    with pytest.raises(UsageError, match="none for genes"):
        _run(layout, "embeddings", [], dataset="toy_human", **MODEL)
    with pytest.raises(UnknownNameError, match="one of toy_human"):
        _run(layout, "embeddings", [], what="cells", dataset="nothing", **MODEL)
    with pytest.raises(UsageError, match="ingest gene_descriptions"):
        _run(Layout(tmp_path / "empty"), "embeddings", [], **MODEL)
