"""Kept weights answer as the fit to all samples does, also where genes of the panel are missing."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitted import Fitted, fit_samples
from orthoweave.models.gexbert.kept import restore_kept, state_of
from orthoweave.models.gexbert.model import Gexbert
from orthoweave.models.gexbert.results import apply_weights
from orthoweave.models.state import Plain, State
from orthoweave.views.requests import Views
from orthoweave.views.samples import SamplesView

MakeSamples = Callable[..., SamplesView]


@pytest.fixture(scope="module")
def state(fitted: Fitted, config: GexbertConfig) -> State:
    """The state of the fit."""
    return state_of(fitted, config)


def without(view: SamplesView, genes: np.ndarray) -> SamplesView:
    """Return the samples without some genes, by key."""
    there = ~np.isin(view.genes, genes)
    return replace(
        view,
        genes=view.genes[there],
        symbols=view.symbols[there],
        values=view.values[:, there],
        panels=view.panels[:, there],
    )


def test_they_restore_as_the_fit_does(
    fitted: Fitted, state: State, samples: MakeSamples, config: GexbertConfig
) -> None:
    """Restored genes, vectors, labels and risks are those of the fit to all samples."""
    kept, view = restore_kept(state), samples(seed=5)
    result = apply_weights(kept, view, config)
    prepared = fitted.prepared
    values = view.values[:, prepared.columns]
    wanted = fitted.restorer.restored(values, prepared.panel, prepared.hidden)
    np.testing.assert_allclose(result.arrays[0].values, wanted, atol=1e-5)
    vectors = fitted.restorer.vectors(values, prepared.panel)
    np.testing.assert_allclose(result.vectors[0].values, vectors, atol=1e-5)
    [found] = result.predictions
    assert (found.label == view.labels).mean() > 0.7
    assert found.value is not None
    assert np.corrcoef(found.value, np.log(view.months))[0, 1] < -0.2
    assert not result.scores


def test_missing_genes_of_the_panel_are_not_visible(
    fitted: Fitted, state: State, samples: MakeSamples, config: GexbertConfig
) -> None:
    """Fewer visible genes restore less well, and a note says so; zero is not assumed."""
    prepared = fitted.prepared
    gone = prepared.genes[prepared.panel[:3]]
    view = without(samples(seed=5), gone)
    kept = restore_kept(state)
    found = Gexbert().vocabulary_found(kept, Views({"samples": view}), config)
    assert found.tolist() == [False] * 3 + [True] * 7
    result = apply_weights(kept, view, config)
    assert any("3 of 10 genes of the panel are not measured" in note for note in result.notes)
    values = samples(seed=5).values[:, prepared.columns]
    asked = np.setdiff1d(np.arange(48), prepared.panel[3:])
    wanted = fitted.restorer.restored(values, prepared.panel[3:], asked)
    np.testing.assert_allclose(result.arrays[0].values, wanted, atol=1e-5)
    assert set(gone) < set(result.arrays[0].columns)


def test_genes_that_a_dataset_lacks_are_restored(
    fitted: Fitted, state: State, samples: MakeSamples, config: GexbertConfig
) -> None:
    """A dataset of the panel alone gets all other genes; a note counts them."""
    hidden = fitted.prepared.genes[fitted.prepared.hidden]
    kept = restore_kept(state)
    whole = apply_weights(kept, samples(), config).arrays[0]
    result = apply_weights(kept, without(samples(), hidden), config)
    assert result.arrays[0].columns.tolist() == hidden.tolist()
    assert np.array_equal(result.arrays[0].values, whole.values)
    assert any("38 of 38 restored genes are not measured in 'd'" in line for line in result.notes)


def test_another_scale_or_species_is_refused(
    state: State, samples: MakeSamples, config: GexbertConfig
) -> None:
    """The z-scores would mean something else."""
    kept, model = restore_kept(state), Gexbert()
    with pytest.raises(InputError, match="holds log2_intensity: expected log2_tpm"):
        model.vocabulary_found(kept, Views({"samples": samples(scale="log2_intensity")}), config)
    mouse = samples(species="NCBITaxon:10090")
    with pytest.raises(InputError, match="expected a dataset of NCBITaxon:9606"):
        model.vocabulary_found(kept, Views({"samples": mouse}), config)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"sd": np.zeros(48, np.float32)}, "standard deviations and penalties above 0"),
        ({"panel": np.arange(10) + 40}, "array 'panel': expected numbers from 0 to 47"),
        ({"class_sd": np.zeros(8)}, "array 'class_sd': expected standard deviations above 0"),
        ({"risk_sd": np.zeros(16)}, "array 'risk_sd': expected standard deviations above 0"),
    ],
)
def test_impossible_numbers_are_refused(
    state: State, changed: dict[str, np.ndarray], message: str
) -> None:
    """Of arrays that have the right shape."""
    arrays = {**state.arrays, **changed}
    with pytest.raises(InputError, match=message):
        restore_kept(replace(state, arrays=arrays))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"network": "mamba"}, "value 'network': expected set or transformer"),
        ({"n_samples": 0}, "value 'n_samples': expected a whole number from 1"),
        ({"genes": ("a", "a")}, "value 'genes': expected a list of texts"),
    ],
)
def test_impossible_values_are_refused(
    state: State, changed: dict[str, Plain], message: str
) -> None:
    """A network that does not exist, and numbers and names that cannot be."""
    with pytest.raises(InputError, match=message):
        restore_kept(replace(state, values={**state.values, **changed}))


def test_the_linear_path_alone_is_kept(samples: MakeSamples, config: GexbertConfig) -> None:
    """Weights hold no network without epochs, no label without groups, no risk without times."""
    small = replace(config, epochs=0, shuffles=0, missing=())
    none = np.full(120, None, object)
    view = samples(labels=none, months=np.full(120, np.nan), event=np.zeros(120, bool))
    found = fit_samples(view, small, RunContext())
    state = state_of(found, small)
    assert set(state.arrays) == {"mean", "sd", "products", "penalties", "axes", "panel"}
    [predictions] = apply_weights(restore_kept(state), view, small).predictions
    assert predictions.abstained.all()
    assert predictions.value is None
