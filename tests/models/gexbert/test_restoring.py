"""A restorer answers each gene by itself, starts as ridge, and learns what ridge leaves."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitting import fit_restorer
from orthoweave.models.gexbert.influence import slopes
from orthoweave.models.gexbert.network import make_residual
from orthoweave.models.gexbert.restoring import Restorer
from orthoweave.views.samples import SamplesView

MakeSamples = Callable[..., SamplesView]


@pytest.fixture(scope="module", params=["set", "transformer"])
def restorer(
    request: pytest.FixtureRequest, samples: MakeSamples, config: GexbertConfig
) -> Restorer:
    """Return a fit with each network."""
    view = samples()
    own = replace(config, network=request.param, width=8, epochs=3, rate=0.01)
    return fit_restorer(view.values, view.patients, own, label="test")


def test_answers_do_not_depend_on_what_else_is_asked(
    restorer: Restorer, samples: MakeSamples
) -> None:
    """A gene that is asked for alone, among others or in another order has one answer."""
    values, panel = samples().values[:9], np.arange(10)
    whole = restorer.scores(values, panel, np.arange(10, 48))
    for asked in ([30], [47, 30, 12], [30, 11]):
        found = restorer.scores(values, panel, np.array(asked))
        np.testing.assert_allclose(found, whole[:, np.array(asked) - 10], atol=1e-5)


def test_hidden_genes_and_other_samples_are_not_read(
    restorer: Restorer, samples: MakeSamples
) -> None:
    """Another value of a hidden gene, and other samples beside it, change no answer."""
    values, panel, asked = samples().values, np.arange(10), np.array([20, 40])
    other = values.copy()
    other[:, 10:] = 1e3
    whole = restorer.restored(values, panel, asked)
    assert np.array_equal(restorer.restored(other, panel, asked), whole)
    np.testing.assert_allclose(restorer.restored(values[3:5], panel, asked), whole[3:5], atol=1e-4)
    np.testing.assert_allclose(
        restorer.vectors(other[:6], panel), restorer.vectors(values, panel)[:6], atol=1e-4
    )


def test_filled_values_are_those_of_each_sample(restorer: Restorer, samples: MakeSamples) -> None:
    """Samples with visible genes of their own are answered as they are one by one."""
    values = samples().values[:4]
    visible = np.random.default_rng(0).random(values.shape) < 0.5
    found = restorer.filled(values, visible)
    own = np.flatnonzero(visible[2])
    gone = np.flatnonzero(~visible[2])
    np.testing.assert_allclose(
        found[2, gone], restorer.scores(values[[2]], own, gone)[0], atol=1e-5
    )
    np.testing.assert_allclose(found[visible], restorer.scaler.scaled(values)[visible])


def test_slopes_are_those_of_small_steps(restorer: Restorer, samples: MakeSamples) -> None:
    """Gradients agree with differences of answers when a visible gene moves a little."""
    values, panel, hidden = samples().values[:8], np.arange(10), np.array([15, 33])
    _, found = slopes(restorer, values, panel, hidden)
    step = 0.02
    for gene in (0, 7):
        ends = []
        for sign in (1, -1):
            moved = values.copy()
            moved[:, gene] += sign * step * restorer.scaler.sd[gene]
            ends.append(restorer.scores(moved, panel, hidden).astype(np.float64))
        wanted = ((ends[0] - ends[1]) / (2 * step)).mean(axis=0)
        np.testing.assert_allclose(found[gene], wanted, atol=2e-3)


@pytest.mark.parametrize("network", ["set", "transformer"])
def test_an_untrained_network_is_ridge(
    network: str, samples: MakeSamples, config: GexbertConfig
) -> None:
    """The residual starts at zero."""
    view = samples()
    linear = fit_restorer(view.values, view.patients, replace(config, epochs=0), label="test")
    fresh = make_residual(replace(config, network=network, width=8), view.n_genes).eval()
    panel, asked = np.arange(10), np.arange(10, 48)
    found = replace(linear, network=fresh).scores(view.values, panel, asked)
    np.testing.assert_allclose(found, linear.scores(view.values, panel, asked), atol=1e-6)


def test_what_ridge_cannot_is_learnt(config: GexbertConfig) -> None:
    """Of genes that follow the absolute value of others, the network restores what ridge cannot."""
    random = np.random.default_rng(0)
    hidden = random.normal(size=(600, 1))
    first = hidden @ np.ones((1, 36)) + 0.1 * random.normal(size=(600, 36))
    other = np.abs(hidden) @ np.ones((1, 4)) + 0.1 * random.normal(size=(600, 4))
    values = np.hstack([first, other]).astype(np.float32)
    own = replace(config, epochs=60, rate=0.01, hidden=32, width=8)
    fitted = fit_restorer(values[:400], np.arange(400).astype(str), own, label="test")
    test, panel, asked = values[400:], np.arange(20), np.arange(36, 40)
    truth = fitted.scaler.scaled(test)[:, asked]
    left = [
        float(((truth - found) ** 2).mean())
        for found in (fitted.line(test, panel)[:, asked], fitted.scores(test, panel, asked))
    ]
    assert left[0] > 0.9
    assert left[1] < 0.6 * left[0]


def test_the_network_is_trained_on_patients_that_ridge_has_not_seen(
    samples: MakeSamples, config: GexbertConfig
) -> None:
    """The linear path of a batch leaves out all samples of the batch's patients."""
    from orthoweave.models.gexbert.fitting import _Maker
    from orthoweave.models.gexbert.linear import LinearPath, fit_linear, fit_scaler

    view = samples()
    scores = fit_scaler(view.values).scaled(view.values)
    pairs = np.array([f"p{number // 2}" for number in range(len(scores))])
    linear = fit_linear(scores, pairs, seed=0)
    batch = _Maker(scores, pairs, linear, "cpu").make(np.array([0, 7]))
    rest = np.delete(scores, [0, 1, 6, 7], axis=0)
    alone = LinearPath(rest.T @ rest, len(rest), linear.penalties)
    visible = batch.visible.numpy()
    np.testing.assert_allclose(
        batch.line.numpy(), alone.restore(scores[[0, 7]], visible), atol=1e-4
    )
    assert not set(visible) & set(batch.asked.numpy())
