"""Views by name: the right kind, or an error that says what there is."""

import numpy as np
import pytest

from orthoweave.errors import UnknownNameError
from orthoweave.views.network import network_view
from orthoweave.views.requests import Views


def test_views_come_by_name_and_kind() -> None:
    """A view is found under its name as the kind that it is, and as no other."""
    ends = np.array(["a"], object), np.array(["b"], object)
    network = network_view("toy", "s", *ends, np.array([0.5]), method="Pearson")
    views = Views({"genes": network})
    assert views.network("genes") is network
    with pytest.raises(
        UnknownNameError, match=r"kind ExpressionView, found \{'genes': 'NetworkView'\}"
    ):
        views.expression("genes")
    with pytest.raises(UnknownNameError, match="'cells' of kind HypergraphView"):
        views.hypergraph("cells")
    with pytest.raises(UnknownNameError, match="OrthologyView"):
        views.orthology("genes")
