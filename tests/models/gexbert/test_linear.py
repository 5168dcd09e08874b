"""The linear path is ridge regression, from any visible genes and without any patients."""

import numpy as np
import pytest

from orthoweave.models.gexbert.linear import LinearPath, fit_linear, fit_scaler

RANDOM = np.random.default_rng(0)
SCORES = (RANDOM.normal(size=(60, 4)) @ RANDOM.normal(size=(4, 30))).astype(np.float32)
PATIENTS = np.array([f"p{number // 2}" for number in range(60)])


@pytest.fixture(scope="module")
def linear() -> LinearPath:
    """A path through noisy samples of four programmes."""
    noisy = SCORES + RANDOM.normal(size=SCORES.shape).astype(np.float32)
    return fit_linear(fit_scaler(noisy).scaled(noisy), PATIENTS, seed=0)


def ridge(known: np.ndarray, asked: np.ndarray, visible: np.ndarray, penalty: float) -> np.ndarray:
    """Return ridge regression by its augmented least squares."""
    shown = known[:, visible]
    weight = np.sqrt(penalty * len(known)) * np.eye(len(visible))
    right = np.vstack([known, np.zeros((len(visible), known.shape[1]))])
    slopes = np.linalg.lstsq(np.vstack([shown, weight]), right, rcond=None)[0]
    return asked[:, visible] @ slopes


@pytest.mark.parametrize("n_visible", [3, 9, 20])
def test_it_is_ridge(n_visible: int) -> None:
    """The answers are those of augmented least squares; visible genes stay as they are."""
    scores = fit_scaler(SCORES).scaled(SCORES)
    path = fit_linear(scores, PATIENTS, seed=1)
    visible = np.sort(np.random.default_rng(n_visible).permutation(30)[:n_visible])
    found = path.restore(scores[:7], visible)
    wanted = ridge(scores, scores[:7], visible, path.penalty(n_visible))
    hidden = np.setdiff1d(np.arange(30), visible)
    np.testing.assert_allclose(found[:, hidden], wanted[:, hidden], atol=2e-4)
    assert np.array_equal(found[:, visible], scores[:7, visible])


def test_patients_left_out_are_not_used(linear: LinearPath) -> None:
    """Without some samples the path is that of a fit to the others."""
    scores = fit_scaler(SCORES).scaled(SCORES)
    path = LinearPath(scores.T @ scores, len(scores), linear.penalties)
    rest = LinearPath(scores[10:].T @ scores[10:], 50, linear.penalties)
    visible = np.arange(0, 30, 3)
    found = path.restore(scores[:10], visible, scores[:10])
    np.testing.assert_allclose(found, rest.restore(scores[:10], visible), atol=2e-4)


def test_hidden_values_are_not_read(linear: LinearPath) -> None:
    """Another value of a hidden gene changes nothing, in either way to ask."""
    visible, other = np.arange(8), SCORES.copy()
    other[:, 8:] = 1e6
    first, second = linear.restore(SCORES, visible), linear.restore(other, visible)
    assert np.array_equal(first[:, 8:], second[:, 8:])
    mask = np.zeros(SCORES.shape, bool)
    mask[:, visible] = True
    np.testing.assert_allclose(linear.restore_each(other, mask), first, atol=1e-4)


def test_slopes_are_those_of_the_answers(linear: LinearPath) -> None:
    """Coefficients times visible genes are the restored ones."""
    visible, wanted = np.arange(6), np.array([9, 20])
    slopes = linear.coefficients(visible, wanted)
    np.testing.assert_allclose(
        SCORES[:, visible] @ slopes, linear.restore(SCORES, visible)[:, wanted], atol=1e-4
    )


def test_noise_asks_for_more_penalty() -> None:
    """Genes without anything in common are shrunk more than genes that follow one another."""
    noise = np.random.default_rng(3).normal(size=(80, 30)).astype(np.float32)
    alike = fit_linear(fit_scaler(SCORES).scaled(SCORES), PATIENTS, seed=0).penalties
    apart = fit_linear(noise, np.arange(80).astype(str), seed=0).penalties
    assert (apart[:1] > 5 * alike[:1]).all()


def test_a_gene_that_does_not_vary_has_a_spread_of_one() -> None:
    """Its z-scores are zero and not NaN."""
    values = np.tile(np.array([[1.0, 2.0]], np.float32), (5, 1))
    values[:, 1] += np.arange(5)
    scaler = fit_scaler(values)
    assert scaler.sd[0] == 1
    assert (scaler.scaled(values)[:, 0] == 0).all()
    np.testing.assert_allclose(scaler.unscaled(scaler.scaled(values)), values, atol=1e-6)
