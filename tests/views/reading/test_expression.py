"""Expression views of the toy world against its matrices and its graph."""

from pathlib import Path

import anndata
import numpy as np
import pytest

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.opening import open_knowledge_base
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.views.reading.expression import read_expression, read_hypergraph
from orthoweave.views.requests import ExpressionRequest, HypergraphRequest

DATASETS = ["toy_human", "toy_mouse"]


@pytest.fixture(scope="module")
def published(toy_kb: Path) -> Published:
    """The toy world's build."""
    return open_published(Layout(toy_kb))


def _stored(published: Published, dataset: str) -> anndata.AnnData:
    """Read the matrix with anndata alone."""
    return anndata.read_zarr(published.matrix(dataset))


@pytest.mark.parametrize("dataset", DATASETS)
def test_values_are_the_stored_counts(published: Published, dataset: str) -> None:
    """Counts of each gene of the graph are those that anndata reads at its cell and column."""
    view = read_expression(published, ExpressionRequest(dataset))
    stored = _stored(published, dataset)
    column = {key: number for number, key in enumerate(stored.var["gene_curie"]) if key}
    chosen = stored.X.toarray()[:, [column[key] for key in view.genes]]
    assert np.array_equal(view.values.toarray(), chosen)
    assert view.cells.tolist() == [f"{dataset}:{name}" for name in stored.obs_names]
    assert np.array_equal(view.totals, stored.X.toarray().sum(axis=1))
    assert len(view.genes) == len(column)


@pytest.mark.parametrize("dataset", DATASETS)
def test_cells_are_those_of_the_graph(published: Published, toy_kb: Path, dataset: str) -> None:
    """Type, label and donor of each cell are what the graph answers."""
    with open_knowledge_base(toy_kb) as kb:
        rows = kb.gateway.ask(
            "MATCH (c:Cell {dataset: $dataset}) OPTIONAL MATCH (c)-[:HAS_TYPE]->(t:CellType) "
            "RETURN c.id AS cell, t.id AS type, c.author_label AS label, c.donor AS donor",
            {"dataset": dataset},
        ).table.to_pylist()
    expected = {row["cell"]: (row["type"], row["label"], row["donor"]) for row in rows}
    view = read_expression(published, ExpressionRequest(dataset))
    about = zip(view.cell_types, view.labels, view.donors, strict=True)
    assert dict(zip(view.cells, about, strict=True)) == expected
    assert len(set(view.cell_types)) == 4


def test_logarithms_agree_with_the_graph(published: Published, toy_kb: Path) -> None:
    """Values on the log scale are the EXPRESSES values of the graph, which come from the job."""
    view = read_expression(published, ExpressionRequest("toy_human", "log1p_cp10k"))
    with open_knowledge_base(toy_kb) as kb:
        rows = kb.gateway.ask(
            "MATCH (c:Cell {dataset: 'toy_human'})-[e:EXPRESSES]->(g:Gene) "
            "RETURN c.id AS cell, g.id AS gene, e.value AS value"
        ).table.to_pylist()
    assert rows
    cells = {key: number for number, key in enumerate(view.cells)}
    genes = {key: number for number, key in enumerate(view.genes)}
    dense = view.values.toarray()
    found = [dense[cells[row["cell"]], genes[row["gene"]]] for row in rows]
    assert np.allclose(found, [row["value"] for row in rows], rtol=1e-6)


def test_symbols_are_those_of_the_genes(published: Published) -> None:
    """Each column has its gene's symbol."""
    view = read_expression(published, ExpressionRequest("toy_human"))
    assert dict(zip(view.genes, view.symbols, strict=True))["NCBIGene:3630"] == "INS"
    assert view.species == "NCBITaxon:9606"


def test_columns_that_are_not_genes_are_left_out(published: Published) -> None:
    """A column without a gene key counts in the totals and has no place in the values."""
    stored = _stored(published, "toy_human")
    view = read_expression(published, ExpressionRequest("toy_human"))
    unknown = (
        stored.var["gene_curie"].isna().to_numpy() | (stored.var["gene_curie"] == "").to_numpy()
    )
    assert view.n_genes == stored.n_vars - unknown.sum()
    outside = stored.X.toarray()[:, unknown].sum(axis=1)
    assert np.allclose(view.totals - view.values.toarray().sum(axis=1), outside)


def test_genes_can_be_limited(published: Published) -> None:
    """The most variable genes, and those of enough cells, are subsets of all."""
    every = read_expression(published, ExpressionRequest("toy_human"))
    few = read_expression(published, ExpressionRequest("toy_human", top_genes=5))
    assert few.n_genes == 5
    assert set(few.genes) < set(every.genes)
    n_cells = (every.values.toarray() > 0).sum(axis=0)
    common = read_expression(published, ExpressionRequest("toy_human", min_cells=20))
    assert set(common.genes) == set(every.genes[n_cells >= 20])
    with pytest.raises(InputError, match="no gene of 'toy_human' is left"):
        read_expression(published, ExpressionRequest("toy_human", min_cells=1000))


def test_hypergraph_is_the_same_matrix(published: Published) -> None:
    """The hypergraph's weights are the expression on its scale, both ways."""
    view = read_expression(published, ExpressionRequest("toy_mouse", "log1p_cp10k"))
    graph = read_hypergraph(published, HypergraphRequest("toy_mouse"))
    assert np.array_equal(graph.by_cell.toarray(), view.values.toarray())
    assert np.array_equal(graph.by_gene.toarray(), view.values.toarray().T)


def test_unknown_datasets_are_refused(published: Published) -> None:
    """A dataset that is not in the build is named, with those that are."""
    with pytest.raises(UnknownNameError, match=r"no dataset 'pbmc'.*toy_human, toy_mouse"):
        read_expression(published, ExpressionRequest("pbmc"))
