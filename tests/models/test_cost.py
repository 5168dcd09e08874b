"""The cost of a run is reported, and refused above a limit."""

from dataclasses import dataclass
from itertools import pairwise

import pytest

from orthoweave.errors import UsageError
from orthoweave.models.cost import Cost, approval, size_of
from orthoweave.models.hypergraph_clusters.config import HypergraphClustersConfig
from orthoweave.models.registry import find_model, model_names
from orthoweave.views.requests import Views


@dataclass(frozen=True, slots=True)
class Sized:
    """A view of some size."""

    n_cells: int
    n_genes: int
    digest: str = ""


def test_a_cost_is_reported_and_refused_above_a_limit() -> None:
    """Time and memory each have a limit; what is unknown or allowed is reported and starts."""
    said: list[str] = []
    approve = approval(60, 8, said.append)
    approve(Cost(59, 7.9))
    approve(None)
    for cost in (Cost(61, 1), Cost(1, 8.1)):
        with pytest.raises(UsageError, match=r"RUN_MINUTES and ORTHOWEAVE_RUN_GB.*--yes"):
            approve(cost)
        approval(60, 8, said.append, always=True)(cost)
    assert said[:2] == ["estimated cost: about 59 min and 7.9 GB", "estimated cost: unknown"]
    assert str(Cost(0.2, 0.41)) == "less than a minute and about 0.41 GB"
    assert str(Cost(150, 3)) == "about 2.5 h and 3 GB"


def test_the_size_of_a_run_is_that_of_its_views() -> None:
    """Cells add up, the most genes count, and views without cells count nothing."""
    views = Views({"a": Sized(10, 5), "b": Sized(7, 9), "c": object()})  # type: ignore[dict-item]
    assert size_of(views) == (17, 9)
    assert size_of(Views({})) == (0, 0)


def test_every_model_can_be_asked() -> None:
    """Each gives an estimate or nothing for its default options."""
    for name in model_names():
        model = find_model(name)
        cost = model.cost(1000, 2000, model.config_class())
        assert cost is None or (cost.minutes >= 0 and cost.gigabytes > 0)


def test_more_cells_and_more_effort_cost_more() -> None:
    """An estimate of clusters grows with cells of each method, with walks and with clusterings."""
    model, config = find_model("hypergraph_clusters"), HypergraphClustersConfig
    for sizes, given in (((500, 2000, 9000), {}), ((20_000, 100_000, 10**6), {"n_clusters": 9})):
        costs = [model.cost(size, 2000, config(**given)) for size in sizes]  # type: ignore[arg-type]
        minutes = [cost.minutes for cost in costs if cost is not None]
        assert all(one < other for one, other in pairwise(minutes))
    few, many = (model.cost(50_000, 2000, config(n_walks=n)) for n in (5, 50))
    assert few is not None
    assert many is not None
    assert 5 * few.minutes < many.minutes * 2
    default, ten = (model.cost(100_000, 2000, config(seeds=seeds)) for seeds in (None, 10))
    assert default is not None
    assert ten is not None
    assert default.minutes < 60 < ten.minutes * 2
