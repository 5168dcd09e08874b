"""Views of samples: shapes and survival are checked, panels and phenotype found by name."""

from typing import Any

import numpy as np
import pytest

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.views.samples import SamplesView


def made(**changed: Any) -> SamplesView:
    """Return three samples of two genes."""
    none = np.full(3, None, object)
    given: dict[str, Any] = {
        "dataset": "d",
        "species": "NCBITaxon:9606",
        "cells": np.array(["d:a", "d:b", "d:c"], object),
        "genes": np.array(["g1", "g2"], object),
        "symbols": np.array(["A", "B"], object),
        "scale": "log2_tpm",
        "totals": np.full(3, np.nan),
        "cell_types": none,
        "labels": np.array(["x", "y", None], object),
        "donors": none,
        "values": np.arange(6, dtype=np.float32).reshape(3, 2),
        "patients": np.array(["p", "q", "d:c"], object),
        "text_names": ("site",),
        "texts": np.array([["u"], [None], ["v"]], object),
        "number_names": ("age",),
        "numbers": np.array([[50.0], [np.nan], [70.0]]),
        "months": np.array([12.0, 3.5, np.nan]),
        "event": np.array([True, False, False]),
        "endpoint": "death",
        "panel_names": ("small",),
        "panels": np.array([[False, True]]),
    }
    return SamplesView(**(given | changed))


def test_facts_are_found_by_name() -> None:
    """Phenotype in texts and numbers, and the genes of a panel."""
    view = made()
    assert view.phenotype.text("site").tolist() == ["u", None, "v"]
    assert view.phenotype.number("age").tolist()[::2] == [50, 70]
    assert view.panel("small").tolist() == [1]
    with pytest.raises(UnknownNameError, match="no panel 'large': expected one of small"):
        view.panel("large")


@pytest.mark.parametrize("rows", [np.array([2, 0]), np.array([True, False, True])])
def test_a_subset_keeps_all_facts(rows: np.ndarray) -> None:
    """Every field by sample is that of the chosen ones."""
    view, some = made(), made().subset(rows)
    assert some.cells.tolist() == view.cells[rows].tolist()
    assert some.values.tolist() == view.values[rows].tolist()
    assert np.array_equal(some.months, view.months[rows], equal_nan=True)
    assert some.phenotype.text("site").tolist() == view.phenotype.text("site")[rows].tolist()
    assert some.panel_names == view.panel_names
    assert some.digest != view.digest


def test_every_field_counts_in_the_digest() -> None:
    """A change of any content is another view."""
    changes: list[dict[str, Any]] = [
        {"months": np.array([12.0, 3.6, np.nan])},
        {"event": np.array([True, True, False])},
        {"panels": np.array([[True, True]])},
        {"endpoint": "relapse"},
        {"texts": np.array([["u"], ["w"], ["v"]], object)},
    ]
    assert len({made(**one).digest for one in [{}, *changes]}) == 6


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"values": np.zeros((3, 3), np.float32)}, r"values of 'd': expected shape \(3, 2\)"),
        ({"event": np.zeros(2, bool)}, "event of 'd'"),
        ({"panels": np.zeros((2, 2), bool)}, "panels of 'd'"),
        ({"months": np.array([0.0, 1, 2])}, "months above zero"),
        ({"months": np.array([-1.0, 1, 2])}, "months above zero"),
        ({"event": np.array([True, False, True])}, "NaN where nothing is known"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], message: str) -> None:
    """Wrong shapes, and events or times that cannot be."""
    with pytest.raises(InputError, match=message):
        made(**changed)
