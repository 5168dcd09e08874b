"""Inputs of orthology transfer, and refusals."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, ScaleError, UsageError
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.inputs import (
    Wiring,
    confounding,
    pairs_between,
    standardised,
    variable_genes,
)
from orthoweave.models.orthology_transfer.problem import prepare
from orthoweave.views.expression import expression_view
from orthoweave.views.orthology import orthology_view
from orthoweave.views.requests import Views

MakeViews = Callable[..., Views]


def test_first_weights_are_the_mean_of_co_orthologs(make_views: MakeViews) -> None:
    """The weights of a source gene's edges add up to one; one-to-one is the identity."""
    views = make_views()
    pairs = pairs_between(
        views.orthology("orthology"), views.expression("source"), views.expression("target"), "all"
    )
    wiring = Wiring.of(pairs, views.expression("source").genes)
    sums = np.bincount(wiring.source_index, wiring.prior, minlength=60)
    np.testing.assert_allclose(sums, 1)
    assert set(wiring.prior[wiring.cardinality == "1:1"]) == {1.0}
    assert wiring.n_edges == 72


def test_edges_join_orthologs(make_views: MakeViews) -> None:
    """Each edge of the wiring is a pair of the orthology, by key."""
    views = make_views()
    pairs = pairs_between(
        views.orthology("orthology"), views.expression("source"), views.expression("target"), "all"
    )
    wiring = Wiring.of(pairs, np.array(["H:h_7", "H:h_3", "H:h_40"], object))
    joined = {
        (wiring.source_genes[s], wiring.target_genes[t])
        for s, t in zip(wiring.source_index, wiring.target_index, strict=True)
    }
    assert joined == {
        ("H:h_7", "M:m_7"),
        ("H:h_7", "M:second_7"),
        ("H:h_3", "M:m_3"),
        ("H:h_3", "M:second_3"),
        ("H:h_40", "M:m_40"),
    }


def test_standardised_by_training_cells_only(make_views: MakeViews) -> None:
    """Training cells have mean 0 and standard deviation 1; other cells do not decide."""
    view = make_views().expression("source")
    training = np.arange(180) < 90
    found = standardised(view, view.genes, training).values
    np.testing.assert_allclose(found[training].mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(found[training].std(axis=0), 1, atol=1e-4)
    assert abs(found[~training].mean()) > 1e-4


def test_variable_genes_are_those_of_numpy(make_views: MakeViews) -> None:
    """The same genes as the variance of the dense matrix gives."""
    view = make_views().expression("source")
    dense = view.values.toarray().astype(np.float64)
    expected = set(view.genes[np.argsort(-dense.var(axis=0))[:20]])
    assert set(variable_genes(view, view.genes, 20)) == expected


def test_one_species_twice_is_refused(make_views: MakeViews, config: TransferConfig) -> None:
    """Orthology joins two species."""
    views = make_views()
    with pytest.raises(UsageError, match="expected two species"):
        prepare(make_views(target=views.expression("source")), config)


def test_identifiers_of_another_kind(make_views: MakeViews, config: TransferConfig) -> None:
    """Both kinds of identifiers are named."""
    view = make_views().expression("target")
    other = replace(view, genes=np.array([f"ENSEMBL:m_{i}" for i in range(72)], object))
    with pytest.raises(InputError, match="ENSEMBL in the dataset and M in the orthology"):
        prepare(make_views(target=other), config)


def test_identifiers_twice() -> None:
    """A gene key that stands twice never becomes a view."""
    keys = np.array(["a", "a"], object)
    with pytest.raises(InputError, match="gene key stands twice"):
        expression_view(
            "d", "s", np.array(["c"], object), keys, sp.csr_matrix(np.ones((1, 2))), scale="counts"
        )


def test_only_one_to_one_where_more_was_asked(
    make_views: MakeViews, config: TransferConfig
) -> None:
    """A graph without one-to-many pairs cannot answer what they are worth."""
    plain = make_views().orthology("orthology")
    one = plain.cardinality == "1:1"
    only = orthology_view(
        plain.genes[plain.left[one]],
        plain.genes[plain.right[one]],
        np.array(plain.species, object)[plain.species_of[plain.left[one]]],
        np.array(plain.species, object)[plain.species_of[plain.right[one]]],
        cardinality=plain.cardinality[one],
        support=plain.support[one],
        covering=plain.covering[one],
    )
    with pytest.raises(InputError, match="no 1:many ortholog pair"):
        prepare(make_views(orthology=only), replace(config, kinds="1:many"))


def test_counts_are_refused(make_views: MakeViews, config: TransferConfig) -> None:
    """Standardising raw counts would rank genes by depth."""
    view = replace(make_views().expression("source"), scale="counts")
    with pytest.raises(ScaleError, match="expected log1p"):
        prepare(make_views(source=view), config)


@pytest.mark.parametrize(
    ("value", "scale", "error", "message"),
    [
        (60.0, "log1p_cp10k", ScaleError, "expected log1p"),
        (0.5, "counts", ScaleError, "expected counts"),
        (-1.0, "log1p_cp10k", InputError, "negative"),
        (np.nan, "log1p_cp10k", InputError, "missing"),
        (np.inf, "counts", InputError, "finite"),
    ],
)
def test_values_off_the_scale(
    value: float, scale: str, error: type[Exception], message: str
) -> None:
    """Raw counts as logs and the reverse, negative, missing: none becomes a view."""
    with pytest.raises(error, match=message):
        expression_view(
            "d",
            "s",
            np.array(["c"], object),
            np.array(["g"], object),
            sp.csr_matrix(np.array([[value]])),
            scale=scale,  # type: ignore[arg-type]
        )


def test_a_donor_on_both_sides(make_views: MakeViews, config: TransferConfig) -> None:
    """Donors that leave none to learn from, or are not there, are refused."""
    everybody = ("mouse1", "mouse2", "mouse3")
    with pytest.raises(UsageError, match="no donor is left for training"):
        prepare(make_views(), replace(config, test_donors=everybody))
    with pytest.raises(InputError, match="no donor 'mouse9'"):
        prepare(make_views(), replace(config, test_donors=("mouse9",)))


def test_donors_are_never_in_two_parts(make_views: MakeViews, config: TransferConfig) -> None:
    """Training and test share no donor."""
    views = make_views()
    split = prepare(views, replace(config, test_donors=("mouse2",))).target_split
    donors = views.expression("target").donors
    assert set(donors[split.test]) == {"mouse2"}
    assert not set(donors[split.train]) & set(donors[split.test])


def test_one_donor_only(make_views: MakeViews, config: TransferConfig) -> None:
    """With one animal nothing can be tested."""
    view = make_views().expression("target")
    with pytest.raises(InputError, match="has 1 donors: expected two"):
        prepare(make_views(target=replace(view, donors=np.full(180, "m", object))), config)


def test_no_shared_classes(make_views: MakeViews, config: TransferConfig) -> None:
    """Two cell types in both datasets are the least."""
    view = make_views().expression("target")
    other = replace(view, cell_types=np.full(180, "CL:1", object))
    with pytest.raises(InputError, match="1 cell types have 10 cells in both"):
        prepare(make_views(target=other), config)


def test_confounding_gets_a_note(make_views: MakeViews) -> None:
    """A cell type of one donor alone cannot be told from the donor."""
    view = make_views().expression("source")
    everywhere = np.ones(180, bool)
    assert confounding(view, everywhere) is None
    donors = np.where(view.cell_types == "CL:2", "human1", view.donors)
    said = confounding(replace(view, donors=donors.astype(object)), everywhere)
    assert said is not None
    assert "CL:2 come from one donor only" in said


@pytest.mark.parametrize("bare", ["source", "target"])
def test_a_dataset_without_types_is_refused(
    make_views: MakeViews, config: TransferConfig, bare: str
) -> None:
    """The dataset is named, with the options that give it types."""
    view = make_views().expression(bare)
    bare_view = replace(view, cell_types=np.full(view.n_cells, None, object))
    with pytest.raises(InputError, match=f"{view.dataset} has no cell types.*cell_type_column="):
        prepare(make_views(**{bare: bare_view}), config)
