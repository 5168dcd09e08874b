"""Influences are found where genes follow one another, and not among shuffled genes."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitted import Fitted
from orthoweave.models.gexbert.fitting import fit_restorer
from orthoweave.models.gexbert.influence import (
    Influences,
    attention,
    false_discovery,
    influence_rows,
    influences,
    shuffled_genes,
)
from orthoweave.models.gexbert.prepared import prepare
from orthoweave.views.samples import SamplesView

MakeSamples = Callable[..., SamplesView]


def test_a_gene_that_another_follows_is_its_strongest_influence(
    samples: MakeSamples, config: GexbertConfig
) -> None:
    """Its slope has the sign of the relation; nothing is found after shuffling."""
    random = np.random.default_rng(0)
    values = random.normal(6, 1, size=(120, 48))
    values[:, 20] = 6 + (values[:, 3] - 6) + 0.2 * random.normal(size=120)
    values[:, 21] = 6 - (values[:, 4] - 6) + 0.2 * random.normal(size=120)
    own = replace(config, panel=tuple(f"G{number}" for number in range(10)), shuffles=24, epochs=1)
    view = samples(values=values.astype(np.float32))
    prepared = prepare(view, own)
    restorer = fit_restorer(prepared.values, view.patients, own, label="test")
    found = influences(restorer, prepared, own)
    assert found is not None
    rows = influence_rows(found, prepared, own).to_pylist()
    first = {row["to"]: row for row in rows if row["rank"] == 1}
    assert first["NCBIGene:20"]["from"] == "NCBIGene:3"
    assert first["NCBIGene:20"]["slope"] > 0.1
    assert first["NCBIGene:21"]["from"] == "NCBIGene:4"
    assert first["NCBIGene:21"]["slope"] < -0.1
    assert len(rows) < 8
    shuffled = prepare(samples(values=shuffled_genes(view.values, 9, 0)), own)
    noise = fit_restorer(shuffled.values, view.patients, own, label="test")
    nothing = influences(noise, shuffled, own)
    assert nothing is not None
    assert influence_rows(nothing, shuffled, own).num_rows < 4


def test_shuffled_genes_keep_their_values() -> None:
    """Each gene by itself: what goes together no longer does."""
    values = np.random.default_rng(0).normal(size=(200, 1)).astype(np.float32) @ np.ones((1, 6))
    other = shuffled_genes(values, 0, 0)
    assert np.array_equal(np.sort(other, axis=0), np.sort(values, axis=0))
    assert np.abs(np.corrcoef(other.T)[np.triu_indices(6, 1)]).max() < 0.3


def test_the_rate_is_that_of_benjamini_and_hochberg() -> None:
    """Against their procedure, step by step."""
    null = np.arange(99.0)
    size = np.array([[200.0, 98.5], [50.0, 97.5]])
    p = np.array([1 / 100, 1 / 100, 50 / 100, 2 / 100])
    wanted = [min(p[p >= one].size and one * 4 / (p <= one).sum(), 1) for one in p]
    found = false_discovery(size, null).ravel()
    np.testing.assert_allclose(found, np.array([0.02, 0.02, 0.5, 0.08 / 3]))
    assert (found <= np.array(wanted) + 1e-12).all()


def test_rows_end_at_the_rate(fitted: Fitted, config: GexbertConfig) -> None:
    """The strongest first, no more than asked for, and none above the rate."""
    prepared = fitted.prepared
    shape = (len(prepared.panel), len(prepared.hidden))
    size = np.arange(np.prod(shape), dtype=float).reshape(shape)
    q = np.where(np.arange(shape[0])[:, None] >= shape[0] - 2, 0.01, 0.9) * np.ones(shape)
    table = influence_rows(Influences(size, -size, q, None), prepared, config)
    assert table.num_rows == 2 * shape[1]
    assert set(table["rank"].to_pylist()) == {1, 2}
    assert table["attention"].null_count == table.num_rows
    assert table["attention"].type == pa.float64()
    few = influence_rows(Influences(size, -size, q, None), prepared, replace(config, influences=1))
    assert few.num_rows == shape[1]


@pytest.mark.parametrize("network", ["set", "transformer"])
def test_attention_is_of_the_transformer_alone(
    network: str, samples: MakeSamples, config: GexbertConfig
) -> None:
    """It is a share of one for each gene that is asked for."""
    view = samples()
    own = replace(config, network=network, width=8, epochs=1)
    restorer = fit_restorer(view.values, view.patients, own, label="test")
    found = attention(restorer, view.values[:5], np.arange(10), np.arange(10, 48))
    if network == "set":
        assert found is None
        return
    assert found is not None
    assert found.shape == (10, 38)
    assert (found > 0).all()
    assert (found.sum(axis=0) < 1).all()
