"""Search in the spaces of a run: cells and genes like one, maps, filters, refusals."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.support.output_model import CELLS, GENES

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.views.requests import VectorRequest
from orthoweave.views.vector import VectorView


@pytest.fixture(scope="module")
def kb(outputs_kb: Path) -> Iterator[KnowledgeBase]:
    """The toy world with text vectors and the outputs of a run."""
    with open_knowledge_base(outputs_kb) as opened:
        yield opened


def _vectors(kb: KnowledgeBase, space: str) -> VectorView:
    view = kb.view(VectorRequest(space))
    assert isinstance(view, VectorView)
    return view


def _similar(kb: KnowledgeBase, space: str, key: str) -> list[tuple[float, str]]:
    """Return all others by cosine, best first, from the vectors as the run wrote them."""
    view = _vectors(kb, space)
    vectors = view.vectors.astype(np.float64)
    query = vectors[view.ids.tolist().index(key)]
    cosines = vectors @ query / (np.linalg.norm(vectors, axis=1) * np.linalg.norm(query))
    return sorted(
        ((float(score), str(name)) for score, name in zip(cosines, view.ids, strict=True)),
        reverse=True,
    )


def test_cells_like_one_are_those_by_brute_force(kb: KnowledgeBase) -> None:
    """Scores are cosines of the run's vectors; the cell itself is not among its neighbours."""
    cell = _vectors(kb, CELLS).ids[3]
    expected = [one for one in _similar(kb, CELLS, cell) if one[1] != cell][:6]
    found = kb.search_cells(like=cell, k=6, space=CELLS)
    assert found.column("cell") == [name for _, name in expected]
    scores = found.table["score"].to_numpy()
    np.testing.assert_allclose(scores, np.array([score for score, _ in expected]), atol=1e-5)
    for name in ("gene_score", "type_score", "match", "top_genes"):
        assert set(found.column(name)) == {None}
    assert set(found.column("dataset")) == {"toy_human"}
    assert CELLS in found.title


def test_filters_hold_in_the_space_of_a_run(kb: KnowledgeBase) -> None:
    """A type filters the space's own cells, of which there are other ones than in the texts'."""
    cell = _vectors(kb, CELLS).ids[0]
    found = kb.search_cells(like=cell, k=50, space=CELLS, cell_type="CL:0000171")
    assert set(found.column("cell_type")) == {"CL:0000171"}
    assert len(kb.search_cells(like=cell, k=50, space=CELLS)) == 38
    assert len(kb.search_cells(like=cell, k=50, space=CELLS, species="mouse")) == 0
    assert len(kb.search_cells(like=cell, k=100)) > 50


def test_genes_like_one_are_those_by_brute_force(kb: KnowledgeBase) -> None:
    """The genes nearest to insulin in a run's space, with and without a filter."""
    expected = [one for one in _similar(kb, GENES, "NCBIGene:3630") if one[1] != "NCBIGene:3630"]
    found = kb.nearest_genes("NCBIGene:3630", k=4, space=GENES)
    assert found.column("gene") == [name for _, name in expected[:4]]
    assert len(kb.nearest_genes("NCBIGene:3630", space=GENES, species="mouse")) == 0


def test_a_map_is_drawn_of_the_vectors_of_a_space(kb: KnowledgeBase) -> None:
    """Its places are the first components of the directions; a cell without a vector has none."""
    sample = kb.cells("toy_human")
    places = kb.cell_map(sample, "pca", space=CELLS)
    view = _vectors(kb, CELLS)
    rows = [view.ids.tolist().index(f"toy_human:{name}") for name in sample.barcodes[:-1]]
    unit = view.vectors[rows] / np.linalg.norm(view.vectors[rows], axis=1, keepdims=True)
    left, values, _ = np.linalg.svd(unit - unit.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(places[:-1]), np.abs(left[:, :2] * values[:2]), atol=1e-3)
    assert np.isnan(places[-1]).all()
    table = kb.cell_map_table(sample, places, "none", [])
    assert table.column("x")[-1] is None
    np.testing.assert_array_equal(places, kb.cell_map(sample, "pca", space=CELLS))
    assert not np.array_equal(places, kb.cell_map(sample, "pca"))


def test_questions_that_a_space_cannot_answer_are_refused(kb: KnowledgeBase) -> None:
    """A text, another kind of node, an unknown key or space: each has its own sentence."""
    with pytest.raises(UsageError, match="a text has no vector: search it by a cell or a gene"):
        kb.search_cells("insulin", space=CELLS)
    with pytest.raises(UsageError, match="vectors of Gene nodes: expected one of Cell nodes"):
        kb.search_cells(like="toy_human:x", space=GENES)
    with pytest.raises(UsageError, match="expected one of Gene nodes"):
        kb.nearest_genes("NCBIGene:3630", space="cell_text")
    with pytest.raises(UnknownNameError, match=f"expected one of cell_text, .*{CELLS}"):
        kb.search_cells(like="toy_human:x", space="nobody:cells")
    with pytest.raises(UnknownNameError, match=r"no cell 'toy_mouse:m' with a vector .* toy_human"):
        kb.search_cells(like="toy_mouse:m", space=CELLS)
    with pytest.raises(UnknownNameError, match=r"has no vector in .*, such as 'NCBIGene"):
        kb.nearest_genes("NCBIGene:16333", space=GENES)
    with pytest.raises(UsageError, match="no vector of a cell of 'toy_mouse'"):
        kb.cell_map(kb.cells("toy_mouse"), "pca", space=CELLS)
