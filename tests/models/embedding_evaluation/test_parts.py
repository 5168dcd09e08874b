"""Parts of the evaluation against scikit-learn and numpy, and what it must not read."""

import numpy as np
import pytest
from sklearn.linear_model import RidgeCV
from sklearn.metrics import adjusted_rand_score, silhouette_samples, silhouette_score

from orthoweave.models.embedding_evaluation.few_labels import PROBES, labelled_cells, predicted
from orthoweave.models.embedding_evaluation.rivals import Features, scaled
from orthoweave.models.embedding_evaluation.splits import group_folds, random_folds, spatial_blocks
from orthoweave.models.embedding_evaluation.targets import regressed, risks
from orthoweave.models.embedding_evaluation.unsupervised import (
    batch_mixing,
    clusters,
    mixed_cells,
    silhouettes,
)
from orthoweave.models.probes.survival import cox_risk

CLASSES = np.array(["a", "b", "c"], object)[np.arange(90) % 3]


def _features(seed: int = 0) -> Features:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(90, 5)) + 2 * (np.arange(5) == (np.arange(90) % 3)[:, None])
    return Features("toy", lambda _: vectors, fixed=True)


def test_groups_are_whole_and_folds_are_even() -> None:
    """Each donor is in one fold; of five donors in three folds none is overfull."""
    donors = np.repeat(np.array(list("abcde"), object), [50, 10, 10, 40, 40])
    folds = group_folds(donors, 3)
    assert all(len(set(folds[donors == name])) == 1 for name in "abcde")
    assert sorted(np.bincount(folds)) == [50, 50, 50]
    assert len(set(group_folds(donors, 9))) == 5


def test_random_folds_spread_each_class() -> None:
    """Every fold has a fifth of every class, give or take a cell."""
    folds = random_folds(CLASSES, 5, 0)
    for name in "abc":
        assert set(np.bincount(folds[name == CLASSES])) == {6}


def test_blocks_are_a_grid() -> None:
    """Corners are in corner blocks, and a line along one axis is one row of blocks."""
    places = np.array([[0.0, 0.0], [9.9, 0.0], [0.0, 9.9], [10.0, 10.0], [5.1, 0.0]])
    expected = ["block 0,0", "block 1,0", "block 0,1", "block 1,1", "block 1,0"]
    assert spatial_blocks(places, 2).tolist() == expected
    line = np.column_stack([np.arange(8.0), np.zeros(8)])
    assert len(set(spatial_blocks(line, 4))) == 4


def test_labelled_cells_are_of_other_folds_and_nested() -> None:
    """No cell to learn from is held out; five a class contain the two a class."""
    folds = np.arange(90) // 30
    few, more = (labelled_cells(CLASSES, folds, size, 1, 0) for size in (2, 5))
    for fold in range(3):
        assert not (folds[more[fold]] == fold).any()
        assert set(few[fold]) <= set(more[fold])
        assert [np.sum(CLASSES[more[fold]] == name) for name in "abc"] == [5, 5, 5]
    everything = labelled_cells(CLASSES, folds, 0, 0, 0)
    assert [len(cells) for cells in everything] == [60, 60, 60]


@pytest.mark.parametrize("probe", PROBES)
def test_labels_that_must_not_be_read_change_nothing(probe: str) -> None:
    """Each label of a held-out fold may be anything: that fold's prediction is the same."""
    folds = np.arange(90) // 30
    asked = {"size": 5, "draws": 2, "seed": 0}
    plain = predicted(_features(), CLASSES, folds, PROBES[probe], **asked)
    for fold in range(3):
        held = np.flatnonzero(folds == fold)
        changed = CLASSES.copy()
        changed[held] = np.random.default_rng(fold).permutation(CLASSES[held])
        found = predicted(_features(), changed, folds, PROBES[probe], **asked)
        assert (found[:, held] == plain[:, held]).all()
    assert np.mean(plain == CLASSES) > 0.7


def test_all_labels_need_one_draw_for_fixed_features() -> None:
    """Nothing is drawn, so there is one row; features that a seed makes have as many as seeds."""
    folds = np.arange(90) // 30
    drawn = Features("random", lambda seed: _features(seed).at(0), fixed=False)
    for features, n_rows in ((_features(), 1), (drawn, 4)):
        rows = predicted(features, CLASSES, folds, PROBES["kNN"], size=0, draws=4, seed=0)
        assert rows.shape == (n_rows, 90)


def test_scaling_is_by_one_number() -> None:
    """The mean variance is one, and components keep their proportions."""
    vectors = np.random.default_rng(0).normal(size=(50, 3)) * [10, 1, 0.1] + 5
    found = scaled(vectors)
    assert found.var(axis=0).mean() == pytest.approx(1)
    np.testing.assert_allclose(found.std(axis=0) / vectors.std(axis=0), 1 / 5.8, rtol=0.2)
    assert (scaled(np.ones((5, 2))) == 0).all()


def test_silhouettes_are_scikit_learns() -> None:
    """The mean is (ASW + 1) / 2; mixing is 1 - |s| by batch within each class."""
    vectors = _features().at(0)
    names = CLASSES.astype(str)
    found = silhouettes(_features(), CLASSES, 3)
    assert found.shape == (1, 90)
    assert found.mean() == pytest.approx((silhouette_score(vectors, names) + 1) / 2)
    batches = np.array(["x", "y"], object)[np.arange(90) // 3 % 2]
    mixing = batch_mixing(_features(), CLASSES, batches, 3)
    inside = CLASSES == "b"
    expected = 1 - np.abs(silhouette_samples(vectors[inside], batches[inside].astype(str)))
    np.testing.assert_allclose(mixing[0, inside], expected)


def test_apart_batches_do_not_mix() -> None:
    """Batches far apart have a mixing near 0, and equal ones near 1."""
    vectors = _features().at(0)
    batches = np.array(["x", "y"], object)[np.arange(90) // 3 % 2]
    apart = Features("apart", lambda _: vectors + 100 * (batches == "y")[:, None], fixed=True)
    assert batch_mixing(apart, CLASSES, batches, 1).mean() < 0.1
    assert batch_mixing(_features(), CLASSES, batches, 1).mean() > 0.8


def test_mixing_needs_two_batches_of_a_class() -> None:
    """Classes of one batch, batches of one cell and cells without a class do not count."""
    classes = np.array(["a", "a", "a", "a", "b", "b", None, "a"], object)
    batches = np.array(["x", "x", "y", "y", "x", "x", "y", "z"], object)
    assert mixed_cells(classes, batches).tolist() == [True] * 4 + [False] * 4


def test_clusters_follow_their_seeds() -> None:
    """k-means and Leiden give one row a draw, and each finds the planted classes."""
    shift = 6 * (np.arange(5) == (np.arange(90) % 3)[:, None])
    plain = np.random.default_rng(0).normal(size=(90, 5)) + shift
    features = Features("toy", lambda _: plain, fixed=True)
    for number in (3, None):
        rows = clusters(features, number, 2, 0)
        assert rows.shape == (2, 90)
        assert all(adjusted_rand_score(CLASSES.astype(str), row) > 0.9 for row in rows)


def test_regression_is_scikit_learns_out_of_fold() -> None:
    """A cell is predicted by a ridge that saw none of its fold, and its target is not read."""
    vectors, folds = _features().at(0), np.arange(90) // 30
    target = vectors @ np.arange(5) + np.random.default_rng(1).normal(size=90)
    found = regressed(_features(), target, folds, 2)
    model = RidgeCV(np.logspace(-1, 5, 7)).fit(vectors[folds != 1], target[folds != 1])
    np.testing.assert_allclose(found[0, folds == 1], model.predict(vectors[folds == 1]))
    changed = np.where(folds == 1, 1e6, target)
    again = regressed(_features(), changed, folds, 2)
    np.testing.assert_allclose(again[0, folds == 1], found[0, folds == 1])


def _survival(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    known = random.normal(size=(60, 3))
    time = np.ceil(random.exponential(np.exp(-known[:, 0])) * 5)
    return known, time, random.random(60) < 0.7


def _partial_likelihood(weights: np.ndarray, strength: float) -> float:
    known, time, event = _survival()
    scores = known @ weights
    cost = weights @ weights / (2 * strength)
    for patient in np.flatnonzero(event):
        at_risk = scores[time >= time[patient]]
        cost += np.log(np.exp(at_risk).sum()) - scores[patient]
    return float(cost)


def test_cox_is_at_the_minimum_of_its_likelihood() -> None:
    """No step in any direction lowers the penalised partial likelihood, ties by Breslow."""
    known, time, event = _survival()
    weights = cox_risk(known, time, event, np.eye(3), strength=0.5)
    best = _partial_likelihood(weights, 0.5)
    for step in (*np.eye(3), *-np.eye(3)):
        assert _partial_likelihood(weights + 0.01 * step, 0.5) > best
    assert weights[0] > 0.3


def test_risks_of_a_fold_do_not_read_its_times() -> None:
    """Times of held-out patients may be anything."""
    known, time, event = _survival()
    folds = np.arange(60) % 3
    features = Features("toy", lambda _: known, fixed=True)
    plain = risks(features, time, event, folds, 1)
    changed = np.where(folds == 2, time[::-1], time)
    found = risks(features, changed, event, folds, 1)
    np.testing.assert_allclose(found[0, folds == 2], plain[0, folds == 2])
