"""The cost of a run before anything is read: from the numbers of cells and genes of the build."""

from collections.abc import Mapping
from dataclasses import dataclass

from orthoweave.errors import UsageError
from orthoweave.models.cost import Cost, approval
from orthoweave.models.options import parse_config
from orthoweave.models.registry import find_model
from orthoweave.settings import Settings
from orthoweave.storage.published import Published
from orthoweave.views.requests import ExpressionRequest, HypergraphRequest


@dataclass(frozen=True, slots=True)
class Estimated:
    """A run that could be started, with its size and its estimated cost."""

    n_cells: int
    """Cells of all views of expression together."""
    n_genes: int
    """Most genes of one of them, before genes of few cells are left out."""
    cost: Cost | None
    """None if the model gives no estimate."""
    refusal: str
    """Reason why it starts only if it is asked for all the same; empty if it is within limits."""


def estimate_run(
    published: Published, model: str, settings: Mapping[str, object], limits: Settings
) -> Estimated:
    """Check the options of a run, and estimate what it would cost, without reading any view.

    Raises
    ------
    UnknownNameError
        For an unknown model, option or dataset.
    UsageError
        If an option is of the wrong kind, or the options contradict each other.
    """
    to_run = find_model(model)
    config = parse_config(to_run.config_class, settings, f"model {model}")
    n_cells = n_genes = 0
    for request in to_run.views(config).values():
        if isinstance(request, ExpressionRequest | HypergraphRequest):
            where = published.require_dataset(request.dataset)
            n_cells += published.table("Cell", ["id"], [("dataset", "=", where)]).num_rows
            measured = published.table("MEASURED_IN", ["from"], [("to", "=", where)]).num_rows
            n_genes = max(n_genes, min(measured, request.top_genes or measured))
    cost = to_run.cost(n_cells, n_genes, config)
    return Estimated(n_cells, n_genes, cost, _refusal(cost, limits))


def _refusal(cost: Cost | None, limits: Settings) -> str:
    try:
        approval(limits.run_minutes, limits.run_gb, lambda _: None)(cost)
    except UsageError as error:
        return str(error)
    return ""
