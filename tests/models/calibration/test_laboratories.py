"""Simulated laboratories: molecules, genes and factors, each alone."""

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.calibration.laboratories import Laboratory, retention_for, thinned
from orthoweave.models.calibration.reference import Reference, some_of_each, totals_of

RANDOM = np.random.default_rng(0)
COUNTS = RANDOM.poisson(3, (200, 30))
TOTALS = COUNTS.sum(axis=1).astype(float)
VALUES = sp.csr_matrix(np.log1p(COUNTS / TOTALS[:, None] * 1e4).astype(np.float32))
EVERYTHING = np.ones(30, bool)


def test_thinning_keeps_a_share_of_the_molecules() -> None:
    """Means stay, and as many genes are lost as binomial draws of the counts lose."""
    found = thinned(VALUES, TOTALS, 0.3, np.random.default_rng(1))
    counts = np.expm1(found.toarray()) * TOTALS[:, None] * 0.3 / 1e4
    np.testing.assert_allclose(counts, np.rint(counts), atol=1e-2)
    assert counts.sum() / COUNTS.sum() == pytest.approx(0.3, abs=0.02)
    assert (counts <= COUNTS + 0.1).all()
    lost = 1 - (counts > 0.5).sum() / (COUNTS > 0).sum()
    assert lost == pytest.approx((0.7**COUNTS)[COUNTS > 0].mean(), abs=0.02)


def test_retention_is_found_from_the_genes_that_remain() -> None:
    """The share of molecules that was kept is found again; deeper cells are left as they are."""
    kept = RANDOM.binomial(COUNTS, 0.4)
    detected = float((kept > 0).sum(axis=1).mean())
    assert retention_for(VALUES, TOTALS, np.ones(200), detected) == pytest.approx(0.4, abs=0.02)
    assert retention_for(VALUES, TOTALS, np.ones(200), 31.0) == 1.0


def test_a_laboratory_without_differences_changes_nothing() -> None:
    """All genes, all molecules and no factors give the same values."""
    found = Laboratory(EVERYTHING).measured(VALUES, TOTALS, np.random.default_rng(2))
    np.testing.assert_allclose(found.toarray(), VALUES.toarray(), rtol=1e-6)


def test_genes_that_are_not_measured_are_zero() -> None:
    """Only the genes of the mask have values."""
    mask = np.arange(30) < 10
    found = Laboratory(mask).measured(VALUES, TOTALS, np.random.default_rng(2))
    assert found[:, 10:].nnz == 0
    assert found[:, :10].toarray().tobytes() == VALUES[:, :10].toarray().tobytes()


def test_factors_are_those_of_genes() -> None:
    """All cells of a gene are changed by the same factor, and factors have the spread asked for."""
    found = Laboratory(EVERYTHING, spread=0.8).measured(VALUES, TOTALS, np.random.default_rng(2))
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.log(np.expm1(found.toarray()) / np.expm1(VALUES.toarray()))
    by_gene = np.nanmean(factors, axis=0)
    assert np.nanmax(np.nanstd(factors, axis=0)) < 1e-3
    assert by_gene.std() == pytest.approx(0.8, abs=0.2)


def test_the_same_seed_gives_the_same_laboratory() -> None:
    """And another seed another one."""
    lab = Laboratory(EVERYTHING, 0.5, 0.5)
    first, same, other = (
        lab.measured(VALUES, TOTALS, np.random.default_rng(seed)).toarray() for seed in (1, 1, 2)
    )
    assert first.tobytes() == same.tobytes()
    assert first.tobytes() != other.tobytes()


def test_totals_are_read_from_the_smallest_value() -> None:
    """Where counts are not known, the smallest value of a cell is one count."""
    unknown = np.full(200, np.nan)
    there = (COUNTS == 1).any(axis=1)
    np.testing.assert_allclose(totals_of(VALUES, unknown)[there], TOTALS[there], rtol=1e-4)
    assert totals_of(VALUES, TOTALS).tolist() == TOTALS.tolist()
    assert totals_of(sp.csr_matrix((1, 3)), np.array([np.nan])).tolist() == [10_000.0]


def test_a_reference_samples_each_class() -> None:
    """At most so many cells of a class, the same ones for the same seed."""
    labels = np.array([0] * 50 + [1] * 3)
    rows = some_of_each(labels, 10, 0)
    assert np.bincount(labels[rows]).tolist() == [10, 3]
    assert rows.tolist() == some_of_each(labels, 10, 0).tolist() == sorted(rows.tolist())


@pytest.mark.parametrize(("folds", "match"), [([0, 0], "expected two donors"), ([0], "one total")])
def test_a_reference_that_does_not_fit_is_refused(folds: list[int], match: str) -> None:
    """One fold, or a column of another length."""
    with pytest.raises(InputError, match=match):
        Reference(
            VALUES[:2], TOTALS[:2], np.array([0, 1]), np.array(folds), np.array(["a", "b"], object)
        )
