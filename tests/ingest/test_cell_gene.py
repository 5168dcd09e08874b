"""The cell_gene job: tables and matrix of small datasets and of the Baron pancreas."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp

from orthoweave import content
from orthoweave.errors import InputError, ScaleError, UsageError
from orthoweave.jobs import JobContext, SourceInfo, job
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.tableset import TableSet

JOB = load_jobs(content.folder("ingest") / "cell_gene.py")[0]
SYMBOLS = ["INS", "GCG", "sst", "IAPP", "DUP", "1-Sep"]
# cells × genes; the last cell is empty
COUNTS = np.array(
    [
        [5, 0, 1, 2, 0, 1],
        [3, 0, 0, 2, 1, 0],
        [0, 9, 1, 0, 0, 0],
        [0, 4, 0, 0, 0, 1],
        [1, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0, 0],
    ],
    np.float32,
)


def _genes(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    return SourceInfo("made_genes")


@job(
    name="made_genes",
    help="genes",
    inputs="none",
    writes=("Gene",),
    identify=_genes,
    needs_input=False,
)
def made_genes(context: JobContext) -> None:
    """Four known genes, two of which share a synonym."""
    rows = {
        "id": ["NCBIGene:3630", "NCBIGene:2641", "NCBIGene:6750", "NCBIGene:3375"],
        "symbol": ["INS", "GCG", "SST", "IAPP"],
        "species": ["NCBITaxon:9606"] * 4,
        "synonyms": [["DUP"], ["DUP"], [], ["DAP"]],
        "xrefs": [["ENSEMBL:ENSG00000254647"], [], [], []],
    }
    context.out.write("Gene", pa.table(rows))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a knowledge base that names four genes."""
    layout = Layout(tmp_path / "kb")
    ingest(layout, made_genes, [], {}, Quiet())
    return layout


def write(path: Path, counts: np.ndarray = COUNTS, **more: Any) -> Path:
    """Write a dataset of six cells of two types."""
    obs = pd.DataFrame(
        {
            "cell_type": pd.Categorical(["beta", "beta", "alpha", "alpha", None, "beta"]),
            "cell_type_ontology_term_id": ["CL:0000169", "CL:0000169", "", "", "", "CL:0000169"],
            "donor": ["d1", "d2", "d1", "d2", "d1", "d1"],
            "batch": list("xxyyzz"),
        },
        index=[f"c{number}" for number in range(6)],
    )
    var = more.pop("var", pd.DataFrame(index=SYMBOLS))
    made = anndata.AnnData(sp.csr_matrix(counts), obs, var, **more)
    made.write_h5ad(path)
    return path


def run(layout: Layout, path: Path, **options: str) -> TableSet:
    """Ingest a file as human."""
    return ingest(layout, JOB, [path], {"species": "human", **options}, Quiet()).tables


def rows(tables: TableSet, name: str) -> Any:
    """Return a table as a data frame."""
    path = tables.table_path(name)
    assert path is not None
    return pq.read_table(path).to_pandas()


def test_hand_worked_dataset(layout: Layout, tmp_path: Path) -> None:
    """Cells, types, edges and sums of six cells are those worked out by hand."""
    tables = run(layout, write(tmp_path / "made.h5ad"))
    cells = rows(tables, "Cell").set_index("barcode")
    assert cells["total_count"].tolist() == [9, 6, 10, 5, 6, 0]
    assert cells["n_genes"].tolist() == [4, 3, 2, 2, 6, 0]
    assert cells.loc["c0", "id"] == "made:c0"
    assert cells.loc["c0", "metadata"] == '{"batch": "x"}'
    types = rows(tables, "HAS_TYPE").set_index("from")["to"]
    assert types["made:c0"] == "CL:0000169"
    assert types["made:c2"] == "label:made/alpha"
    assert "made:c4" not in types
    expressed = rows(tables, "EXPRESSED_IN").set_index(["from", "to"])
    insulin = expressed.loc[("NCBIGene:3630", "CL:0000169")]
    assert insulin["n_cells"] == 3
    assert insulin["fraction"] == pytest.approx(2 / 3)
    mean = (np.log1p(5 / 9 * 1e4) + np.log1p(3 / 6 * 1e4)) / 3
    assert insulin["mean"] == pytest.approx(mean)
    # never above zero in the type: no row, but measured
    assert ("NCBIGene:2641", "CL:0000169") not in expressed.index
    measured = rows(tables, "MEASURED_IN").set_index("from")
    assert sorted(measured.index) == [f"NCBIGene:{n}" for n in (2641, 3375, 3630, 6750)]
    assert measured.loc["NCBIGene:3375", "column"] == 3
    assert measured.loc["NCBIGene:2641", "fraction"] == pytest.approx(3 / 6)
    observed = rows(tables, "OBSERVED_IN").set_index("from")
    assert observed.loc["CL:0000169", "n_cells"] == 3
    assert observed.loc["label:made/alpha", "author_labels"].tolist() == ["alpha"]


def test_top_genes_are_ranked(layout: Layout, tmp_path: Path) -> None:
    """EXPRESSES holds the top genes of each cell, by rank; 0 means all."""
    two = rows(run(layout, write(tmp_path / "made.h5ad"), top_genes="2"), "EXPRESSES")
    first = two[two["from"] == "made:c0"]
    assert first["to"].tolist() == ["NCBIGene:3630", "NCBIGene:3375"]
    assert first["rank"].tolist() == [1, 2]
    assert first["value"].iloc[0] == pytest.approx(np.log1p(5 / 9 * 1e4), rel=1e-6)
    every = run(layout, write(tmp_path / "all.h5ad"), top_genes="0")
    known = COUNTS[:, :4]
    assert every.counts["EXPRESSES"] == int((known > 0).sum())


def test_unclear_genes_are_lost_and_listed(layout: Layout, tmp_path: Path) -> None:
    """An ambiguous synonym and a spreadsheet's date are not guessed; both are reported."""
    tables = run(layout, write(tmp_path / "made.h5ad"))
    report = tables.report("coverage")
    assert report is not None
    assert (report["n_in"], report["n_matched"], report["n_ambiguous"]) == (6, 4, 1)
    assert report["mangled"] == ["1-Sep"]
    lost = (tables.folder / "genes-lost.txt").read_text().splitlines()
    assert lost == ["DUP\tambiguous", "1-Sep\tlost"]


def test_second_column_of_a_gene_is_a_duplicate(layout: Layout, tmp_path: Path) -> None:
    """Of two columns that are one gene, the one with the better reason is the gene."""
    var = pd.DataFrame(index=["DAP", "GCG", "SST", "IAPP", "ENSG00000254647.7", "INS"])
    tables = run(layout, write(tmp_path / "made.h5ad", var=var))
    found = anndata.read_zarr(layout.matrices / tables.matrices["made"]).var["mapping_status"]
    assert found["DAP"] == "duplicate"
    assert found["IAPP"] == "symbol"
    assert found["ENSG00000254647.7"] == "xref"
    assert found["INS"] == "duplicate"


def test_stable_ids_need_no_catalogue(tmp_path: Path) -> None:
    """Ensembl ids become genes of their own where no genes are named yet; symbols cannot."""
    layout = Layout(tmp_path / "kb")
    var = pd.DataFrame(index=[f"ENSG{number:011d}.3" for number in range(6)])
    tables = run(layout, write(tmp_path / "made.h5ad", var=var))
    assert rows(tables, "Gene")["id"].iloc[1] == "ENSEMBL:ENSG00000000001"
    with pytest.raises(UsageError, match="gene_descriptions"):
        run(layout, write(tmp_path / "symbols.h5ad"))


def test_matrix_is_complete_and_anndatas(layout: Layout, tmp_path: Path) -> None:
    """The matrix holds all counts, also of genes that are lost, for anndata to read."""
    tables = run(layout, write(tmp_path / "made.h5ad"))
    read = anndata.read_zarr(layout.matrices / tables.matrices["made"])
    assert (read.X.toarray() == COUNTS).all()
    assert read.obs["batch"].tolist() == list("xxyyzz")
    assert read.obs["cell_type_ontology_term_id"].iloc[0] == "CL:0000169"
    assert list(read.var["original_id"]) == SYMBOLS
    assert rows(tables, "Dataset")["matrix"].item() == tables.matrices["made"]


def test_same_input_same_bytes(layout: Layout, tmp_path: Path) -> None:
    """Two knowledge bases get the same tables, the same matrix and the same digests."""
    path = write(tmp_path / "made.h5ad")
    other = Layout(tmp_path / "other")
    ingest(other, made_genes, [], {}, Quiet())
    one, two = run(layout, path), run(other, path)
    assert one.digest == two.digest
    assert one.matrices == two.matrices
    files = [
        path.relative_to(layout.matrices) for path in layout.matrices.rglob("*") if path.is_file()
    ]
    assert files
    for name in files:
        assert (layout.matrices / name).read_bytes() == (other.matrices / name).read_bytes()


@pytest.mark.parametrize(
    ("value", "error", "wrong"),
    [
        (0.5, ScaleError, "whole numbers"),
        (-1, ScaleError, "negative"),
        (np.nan, ScaleError, "not finite"),
    ],
)
def test_nothing_is_left_of_a_refused_file(
    layout: Layout, tmp_path: Path, value: float, error: type, wrong: str
) -> None:
    """Values that are not counts are refused, and no table or matrix remains."""
    counts = COUNTS.copy()
    counts[4, 2] = value
    before = sorted(layout.tables.iterdir())
    with pytest.raises(error, match=wrong):
        run(layout, write(tmp_path / "made.h5ad", counts))
    assert sorted(layout.tables.iterdir()) == before
    assert not list(layout.matrices.iterdir())


def test_repeated_gene_ids_are_refused_or_summed(layout: Layout, tmp_path: Path) -> None:
    """Columns of one id are an error, or summed on request."""
    var = pd.DataFrame(index=["INS", "GCG", "INS", "IAPP", "X", "INS"])
    path = tmp_path / "made.h5ad"
    with pytest.warns(UserWarning, match="not unique"):
        write(path, var=var)
    with pytest.raises(InputError, match=r"'INS'.*duplicates=sum"):
        run(layout, path)
    tables = run(layout, path, duplicates="sum")
    read = anndata.read_zarr(layout.matrices / tables.matrices["made"])
    assert (read[:, "INS"].X.toarray().ravel() == COUNTS[:, [0, 2, 5]].sum(axis=1)).all()


def test_ids_of_another_species_are_refused(layout: Layout, tmp_path: Path) -> None:
    """Mouse Ensembl ids in a human dataset are a contradiction or a mixture."""
    var = pd.DataFrame(index=[*SYMBOLS[:5], "ENSMUSG00000035804"])
    with pytest.raises(InputError, match="1 of mouse"):
        run(layout, write(tmp_path / "made.h5ad", var=var))


def test_dataset_needs_one_file(layout: Layout, tmp_path: Path) -> None:
    """Two files are two datasets."""
    paths = [write(tmp_path / "a.h5ad"), write(tmp_path / "b.h5ad")]
    with pytest.raises(InputError, match="one dataset"):
        ingest(layout, JOB, paths, {"species": "human"}, Quiet())


@pytest.mark.parametrize("species", ["human", "mouse"])
def test_baron_means_are_pandas_means(tmp_path: Path, real_data: Path, species: str) -> None:
    """On the Baron pancreas, EXPRESSED_IN is a pandas groupby over log1p of counts per 10 000."""
    path = real_data / "baron_pancreas" / f"baron_{species}.h5ad"
    tables = ingest(Layout(tmp_path), JOB, [path], {"gene_id_column": "ensembl_id"}, Quiet()).tables
    data = anndata.read_h5ad(path)
    dense = data.X.toarray().astype(np.float64)
    values = pd.DataFrame(np.log1p(dense / dense.sum(axis=1, keepdims=True) * 1e4))
    types = data.obs["cell_type_ontology_term_id"].to_numpy()
    means, fractions = values.groupby(types).mean(), (values > 0).groupby(types).mean()
    columns = rows(tables, "MEASURED_IN").set_index("from")["column"]
    found = rows(tables, "EXPRESSED_IN")
    place = (means.index.get_indexer(found["to"]), columns.loc[found["from"]].to_numpy())
    np.testing.assert_allclose(found["mean"], means.to_numpy()[place], rtol=1e-6)
    np.testing.assert_allclose(found["fraction"], fractions.to_numpy()[place], rtol=1e-12)
    assert len(found) == int((means.to_numpy()[:, columns.to_numpy()] > 0).sum())
