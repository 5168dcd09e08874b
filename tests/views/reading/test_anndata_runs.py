"""Results of runs beside a dataset's cells as AnnData, aligned by key."""

from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import pytest
from tests.support.output_model import CELLS, RUN, outputs_of

from orthoweave.errors import UnknownNameError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import ExpressionRequest


@pytest.fixture(scope="module")
def kb(outputs_kb: Path) -> Iterator[KnowledgeBase]:
    """The toy world with the outputs of a run."""
    with open_knowledge_base(outputs_kb) as opened:
        yield opened


@pytest.fixture(scope="module")
def data(kb: KnowledgeBase) -> anndata.AnnData:
    """The human dataset with all runs."""
    return kb.anndata("toy_human", runs=True)


def _view(kb: KnowledgeBase) -> ExpressionView:
    view = kb.view(ExpressionRequest("toy_human", "log1p_cp10k"))
    assert isinstance(view, ExpressionView)
    return view


def test_predictions_are_columns_of_obs(kb: KnowledgeBase, data: anndata.AnnData) -> None:
    """Each cell has label, probability, verdict, abstention and value; what is unknown is NaN."""
    [given] = outputs_of(_view(kb)).predictions
    assert data.obs_names.tolist() == given.cells.tolist()
    assert data.obs[f"{RUN}_label"].tolist() == given.label.tolist()
    np.testing.assert_array_equal(data.obs[f"{RUN}_probability"], given.probability)
    assert data.obs[f"{RUN}_abstained"].tolist() == given.abstained.tolist()
    assert set(data.obs[f"{RUN}_verdict"].cat.categories) == {"near", "far", "outside"}
    unknown = np.flatnonzero(data.obs[f"{RUN}_verdict"].isna())
    assert unknown.tolist() == list(range(3, 40, 4))
    np.testing.assert_array_equal(data.obs[f"{RUN}_value"], given.value)


def test_labels_that_are_cell_types_have_their_names(data: anndata.AnnData) -> None:
    """The name stands beside the key, as in the files of CELLxGENE."""
    named = data.obs.groupby(f"{RUN}_label", observed=True)[f"{RUN}_type"].first()
    assert named["CL:0000169"] == "type B pancreatic cell"


def test_vectors_and_arrays_are_aligned_by_key(kb: KnowledgeBase, data: anndata.AnnData) -> None:
    """An array in another order is put in that of the cells; a cell without a vector has NaN."""
    given = outputs_of(_view(kb))
    cells, genes = given.vectors
    found = data.obsm[f"X_{RUN}"]
    np.testing.assert_array_equal(found[:-1], cells.values)
    assert np.isnan(found[-1]).all()
    imputed, places = given.arrays
    layer = data.layers[f"{RUN}_imputed"]
    np.testing.assert_array_equal(layer[:, 1:], imputed.values[::-1])
    assert np.isnan(layer[:, 0]).all()
    np.testing.assert_array_equal(data.obsm[f"X_{RUN}_places"], places.values)
    row = data.var_names.tolist().index(genes.keys[0])
    np.testing.assert_array_equal(data.varm[f"X_{RUN}_genes"][row], genes.values[0])


def test_provenance_is_in_uns(kb: KnowledgeBase, data: anndata.AnnData) -> None:
    """The build, the run's key, model, settings and licence, and the number of cells it lacks."""
    about = data.uns["orthoweave"]
    assert about["build"] == kb.manifest.build
    run = about["runs"][RUN]
    assert run["run"].startswith(f"run:{RUN}@")
    assert (run["model"], run["seed"]) == ("outputs", 0)
    assert run["lacking"]["obsm cells"] == 1
    assert run["license"]


def test_scanpy_reads_the_file(data: anndata.AnnData, tmp_path: Path) -> None:
    """An h5ad of it is read back by scanpy, whose neighbours are made of the run's vectors."""
    scanpy = pytest.importorskip("scanpy")
    data.write_h5ad(tmp_path / "cells.h5ad")
    found = scanpy.read_h5ad(tmp_path / "cells.h5ad")
    assert found.obs[f"{RUN}_label"].tolist() == data.obs[f"{RUN}_label"].tolist()
    assert found.obs[f"{RUN}_abstained"].tolist() == data.obs[f"{RUN}_abstained"].tolist()
    assert found.uns["orthoweave"]["runs"][RUN]["model"] == "outputs"
    some = found[~np.isnan(found.obsm[f"X_{RUN}"]).any(axis=1)].copy()
    scanpy.pp.neighbors(some, n_neighbors=5, use_rep=f"X_{RUN}")
    assert some.obsp["connectivities"].shape == (39, 39)


def test_no_run_is_joined_unless_it_is_asked_for(kb: KnowledgeBase) -> None:
    """By default AnnData is that of the dataset alone; a name or a key chooses a run."""
    plain = kb.anndata("toy_human")
    assert not plain.obsm.keys()
    assert "orthoweave" not in plain.uns
    key = kb.anndata("toy_human", runs=True).uns["orthoweave"]["runs"][RUN]["run"]
    for runs in ([RUN], [key], RUN):
        assert f"X_{RUN}" in kb.anndata("toy_human", runs=runs).obsm
    assert kb.anndata("toy_mouse", runs=True).uns["orthoweave"]["runs"] == {}


def test_a_run_of_another_dataset_is_refused(kb: KnowledgeBase) -> None:
    """The sentence says which runs have something on the dataset."""
    with pytest.raises(UnknownNameError, match="of 'toy_mouse': expected one of none"):
        kb.anndata("toy_mouse", runs=[RUN])
    with pytest.raises(UnknownNameError, match=f"no run 'nobody' in build .* one of {RUN}"):
        kb.anndata("toy_human", runs=["nobody"])
    with pytest.raises(UnknownNameError, match="no run"):
        kb.anndata("toy_human", runs=[CELLS])
