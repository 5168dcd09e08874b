"""Simulated laboratories of the calibration benchmark."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from benchmarks.laboratories import (
    as_other_species,
    fewer_genes,
    other_composition,
    shallow,
    with_parts,
)

from orthoweave.views.expression import ExpressionView, expression_view


@pytest.fixture
def view() -> ExpressionView:
    """Sixty cells of three types, thirty of the first."""
    counts = np.random.default_rng(0).poisson(4, (60, 40)).astype(np.float32)
    return expression_view(
        "lab",
        "NCBITaxon:9606",
        np.array([f"lab:{n}" for n in range(60)], object),
        np.array([f"NCBIGene:{n}" for n in range(40)], object),
        sp.csr_matrix(counts),
        scale="counts",
        cell_types=np.repeat(np.array(["a", "b", "c"], object), [30, 20, 10]),
    ).log1p_cp10k()


def test_molecules_genes_and_types_are_taken_away(view: ExpressionView) -> None:
    """A share of each is left, and the rest of the cells is as it was."""
    thin = shallow(view, 0.2)
    assert thin.totals.tolist() == (view.totals * 0.2).tolist()
    assert thin.values.nnz < 0.8 * view.values.nnz
    assert 20 < fewer_genes(view, 0.7).n_genes < 36
    types, counts = np.unique(
        other_composition(view, 0.1).cell_types.astype(str), return_counts=True
    )
    assert dict(zip(types, counts, strict=True))["c"] == 10
    assert counts.sum() < 30


def test_a_made_up_species_has_keys_of_its_own(view: ExpressionView) -> None:
    """Genes of both species differ and belong to each other one by one."""
    other = as_other_species(with_parts(view))
    assert other.species != view.species
    assert not set(other.genes) & set(view.genes)
    assert [gene[:-7] for gene in other.genes] == view.genes.tolist()
    assert set(other.donors) == {None}
    assert len(set(with_parts(replace(view)).donors)) == 4
