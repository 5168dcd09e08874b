"""Weighted metrics against scikit-learn and scipy on repeated cells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics

from orthoweave.models.statistics import (
    of_classes,
    of_clusters,
    of_means,
    of_ranking,
    of_regression,
    of_survival,
)

ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("abcd"), st.integers(0, 3)),
    min_size=2,
    max_size=30,
).filter(lambda rows: sum(row[2] for row in rows) > 1)


@given(ROWS)
@settings(max_examples=50)
def test_classes_are_scikit_learns_on_repeated_cells(rows: list[tuple[str, str, int]]) -> None:
    """A weight of three is a cell that is there three times; absent classes do not count."""
    truth, predicted, repeats = (np.array(column) for column in zip(*rows, strict=True))
    true, found = np.repeat(truth, repeats), np.repeat(predicted, repeats)
    names = sorted(set(true))
    expected = metrics.f1_score(true, found, labels=names, average="macro", zero_division=0)
    weights = repeats.astype(float)
    assert of_classes("macro-F1", truth, predicted[None])(weights) == pytest.approx(expected)
    assert of_classes("accuracy", truth, predicted[None])(weights) == pytest.approx(
        np.mean(true == found)
    )
    mutual = metrics.normalized_mutual_info_score(true, found)
    assert of_clusters("NMI", truth, predicted[None])(weights) == pytest.approx(mutual, abs=1e-9)


@given(ROWS)
@settings(max_examples=50)
def test_rand_index_is_scikit_learns_and_no_cell_pairs_with_itself(
    rows: list[tuple[str, str, int]],
) -> None:
    """With weights of one it is scikit-learn's; twice all cells gives the same, not more."""
    truth, clusters, _ = (np.array(column) for column in zip(*rows, strict=True))
    statistic = of_clusters("ARI", truth, clusters[None])
    found = statistic(np.ones(len(truth)))
    assert found == pytest.approx(metrics.adjusted_rand_score(truth, clusters))
    assert statistic(np.full(len(truth), 2.0)) == pytest.approx(found)


def test_variants_are_averaged_within_a_seed() -> None:
    """Two permutations of each of three seeds give three values."""
    random = np.random.default_rng(0)
    truth, predicted = random.choice(["a", "b"], 20), random.choice(["a", "b"], (3, 2, 20))
    found = of_classes("accuracy", truth, predicted)(np.ones(20))
    np.testing.assert_allclose(found, (predicted == truth).mean(axis=(1, 2)))


def test_regression_is_scikit_learns_and_scipys() -> None:
    """R² and Pearson's correlation of weighted cells, and the weighted mean."""
    random = np.random.default_rng(0)
    truth, repeats = random.normal(size=40), random.integers(0, 4, 40)
    predicted = truth + random.normal(size=(2, 40))
    weights = repeats.astype(float)
    for row in range(2):
        true, found = np.repeat(truth, repeats), np.repeat(predicted[row], repeats)
        assert of_regression("R2", truth, predicted)(weights)[row] == pytest.approx(
            metrics.r2_score(true, found)
        )
        assert of_regression("PCC", truth, predicted)(weights)[row] == pytest.approx(
            stats.pearsonr(true, found).statistic
        )
        assert of_means(predicted)(weights)[row] == pytest.approx(found.mean())


def test_c_index_by_counting_pairs() -> None:
    """Pairs of which the earlier had the event; equal risks count half."""
    random = np.random.default_rng(0)
    time, event = random.integers(1, 15, 30).astype(float), random.random(30) < 0.6
    risk = np.round(random.normal(size=30), 1)
    right = pairs = 0.0
    for i in range(30):
        for j in range(30):
            if event[i] and time[i] < time[j]:
                pairs += 1
                right += 1 if risk[i] > risk[j] else 0.5 if risk[i] == risk[j] else 0
    assert of_survival(time, event, risk[None])(np.ones(30)) == pytest.approx(right / pairs)


def test_ranking_is_the_area_under_the_curve() -> None:
    """With weights of one and of whole numbers it is scikit-learn's, ties included."""
    random = np.random.default_rng(0)
    truth, scores = random.random(60) < 0.3, random.integers(0, 9, (2, 60)) / 9
    weights = random.integers(0, 4, 60).astype(float)
    for some in (np.ones(60), weights):
        expected = [metrics.roc_auc_score(truth, row, sample_weight=some) for row in scores]
        np.testing.assert_allclose(of_ranking(truth, scores)(some), expected)
    assert of_ranking(truth, scores)(truth.astype(float)).tolist() == [0.5, 0.5]
