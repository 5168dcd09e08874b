"""Samples are checked, genes chosen, and patients kept in one fold."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import UnknownNameError
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.prepared import patient_folds, prepare
from orthoweave.views.samples import SamplesView

MakeSamples = Callable[..., SamplesView]


def test_no_patient_is_in_two_folds() -> None:
    """Also with several samples of each; labels are spread over the folds."""
    patients = np.array([f"p{number // 3}" for number in range(90)], object)
    labels = np.array(["a", "b"], object)[np.arange(90) // 3 % 2]
    folds = patient_folds(patients, labels, 5, seed=1)
    assert set(folds) == set(range(5))
    for name in set(patients):
        assert len(set(folds[patients == name])) == 1
    counts = [[int((labels[folds == n] == one).sum()) for one in "ab"] for n in range(5)]
    assert np.ptp(counts) <= 6


def test_named_genes_are_learnt_and_rare_ones_are_not(
    samples: MakeSamples, config: GexbertConfig
) -> None:
    """A gene that few samples express is left out, unless it is named."""
    values = samples().values.copy()
    values[:, 5] = 0
    values[:4, 5] = 3
    values[:, 6] = 7
    view = samples(values=values)
    found = prepare(view, config)
    assert not np.isin(["NCBIGene:5", "NCBIGene:6"], found.genes).any()
    assert "2 genes are not learnt" in found.notes[0]
    named = prepare(view, replace(config, anchors=("G5", "NCBIGene:9")))
    assert named.genes[named.anchors].tolist() == ["NCBIGene:5", "NCBIGene:9"]
    assert not set(named.panel) & set(named.anchors)
    assert set(named.hidden) | set(named.panel) == set(range(len(named.genes)))


def test_a_panel_is_taken_or_drawn(samples: MakeSamples, config: GexbertConfig) -> None:
    """A given panel is used; a drawn one depends on the seed alone; the most variable are kept."""
    given = tuple(f"G{number}" for number in (40, 2, 9, 11, 12, 20, 31, 33))
    own = prepare(samples(), replace(config, panel=given))
    assert sorted(own.view.symbols[own.columns[own.panel]]) == sorted(given)
    first, same = (prepare(samples(), config).panel for _ in range(2))
    other = prepare(samples(), replace(config, seed=1)).panel
    assert first.tolist() == same.tolist() != other.tolist()
    few = prepare(samples(), replace(config, genes=20, panel=given))
    assert len(few.genes) == 20


def test_groups_and_labels(samples: MakeSamples, config: GexbertConfig) -> None:
    """Samples of some groups are read; labels may be a column."""
    found = prepare(samples(), replace(config, groups=("alpha", "beta"), label="site"))
    assert set(found.view.labels) == {"alpha", "beta"}
    assert set(found.labels) == {"north", "south"}
    with pytest.raises(UnknownNameError, match="'colour'"):
        prepare(samples(), replace(config, label="colour"))


def test_scores_may_be_negative_and_large(samples: MakeSamples, config: GexbertConfig) -> None:
    """z-scores have no floor, and no share of samples expresses a gene."""
    values = (samples().values - 6) * 8
    assert len(prepare(samples(values=values, scale="zscore"), config).genes) == 48
