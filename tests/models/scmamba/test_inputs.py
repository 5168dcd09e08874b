"""Profiles in a fixed order, and the labelled cells of training and test donors."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.models.encoder.config import BiMamba, BiSSD, MaskedValues, SetMLP
from orthoweave.models.scmamba.annotation import labelled_cells
from orthoweave.models.scmamba.config import ScMambaConfig, encoder_config
from orthoweave.models.scmamba.inputs import measured_profiles, prepare
from orthoweave.views.requests import Views

Make = Callable[..., Views]


def test_genes_are_chosen_by_training_cells(make_views: Make, config: ScMambaConfig) -> None:
    """Cells of test donors change neither the genes nor their statistics."""
    view = make_views().expression("cells")
    training = view.donors != "toy:3"
    counts = view.values.copy()
    counts.data[counts.indptr[80] :] = 1
    first = prepare(view, training, config)
    second = prepare(replace(view, values=counts), training, config)
    np.testing.assert_array_equal(first.columns, second.columns)
    np.testing.assert_array_equal(first.genes.mean, second.genes.mean)
    assert (np.diff(first.columns) > 0).all()


def test_another_order_is_the_same_genes(make_views: Make, config: ScMambaConfig) -> None:
    """An order's seed changes the order of the genes, and their statistics with them."""
    view = make_views().expression("cells")
    everything = np.ones(view.n_cells, bool)
    first = prepare(view, everything, config)
    second = prepare(view, everything, replace(config, order=1))
    assert set(first.columns) == set(second.columns)
    assert (first.columns != second.columns).any()
    place = np.argsort(second.columns)
    np.testing.assert_array_equal(second.genes.mean[place], first.genes.mean)


def test_genes_that_were_not_measured_are_not_zero(make_views: Make) -> None:
    """A gene of the vocabulary that a dataset lacks is marked as not known."""
    view = make_views().expression("cells")
    genes = np.array(["NCBIGene:3", "NCBIGene:999", "NCBIGene:0"], object)
    found = measured_profiles(view, genes)
    assert found.known.tolist() == [True, False, True]
    np.testing.assert_array_equal(
        found.counts.toarray()[:, [0, 2]], view.values.toarray()[:, [3, 0]]
    )


def test_labels_of_each_type_are_drawn_from_training_donors(
    make_views: Make, config: ScMambaConfig
) -> None:
    """As many labelled cells of each type as asked for, none of the test donor."""
    view = make_views().expression("cells")
    known = labelled_cells(view, replace(config, labels_per_type=4))
    assert len(known.learnt) == 12
    assert set(view.donors[known.learnt]) <= {"toy:1", "toy:2"}
    assert set(view.donors[known.tested]) == {"toy:3"}


def test_types_of_one_donor_are_left_out(make_views: Make, config: ScMambaConfig) -> None:
    """A type that one training donor alone has is left out, with a note."""
    view = make_views().expression("cells")
    types = view.cell_types.copy()
    types[:4] = "CL:9"
    known = labelled_cells(replace(view, cell_types=types), config)
    assert "CL:9" not in known.classes
    assert "CL:9" in known.notes[0]


@pytest.mark.parametrize(("name", "kind"), [("mamba", BiMamba), ("bissd", BiSSD), ("set", SetMLP)])
def test_mixers_are_data(config: ScMambaConfig, name: str, kind: type) -> None:
    """Each name of a mixer stands for its configuration; Mamba hides values above zero alone."""
    found = encoder_config(replace(config, mixer=name))
    assert isinstance(found.mixer, kind)
    if name != "set":
        [(objective, _)] = found.objectives
        assert objective == MaskedValues(0.15, 0.0, 0.0, only_nonzero=True)
        assert found.pool == "cls3"
