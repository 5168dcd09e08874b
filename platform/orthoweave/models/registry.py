"""The models there are, by name. Each is imported when it is asked for."""

from importlib import import_module
from typing import Any, Final

from orthoweave.errors import UnknownNameError
from orthoweave.models.base import Model

# class by model name: module and attribute
_MODELS: Final[dict[str, tuple[str, str]]] = {
    "cross_species_gnn": ("orthoweave.models.cross_species_gnn.model", "CrossSpeciesNetwork"),
    "hypergraph_clusters": ("orthoweave.models.hypergraph_clusters.model", "HypergraphClusters"),
    "cell_text": ("orthoweave.models.cell_text.model", "CellText"),
    "orthology_transfer": ("orthoweave.models.orthology_transfer.model", "OrthologyTransfer"),
}


def model_names() -> tuple[str, ...]:
    """Names of all models, sorted."""
    return tuple(sorted(_MODELS))


def find_model(name: str) -> Model[Any, Any]:
    """Model of that name.

    Raises
    ------
    UnknownNameError
        If there is none; the message lists those there are.
    """
    if name not in _MODELS:
        message = f"no model {name!r}: expected one of {', '.join(model_names())}"
        raise UnknownNameError(message)
    module, attribute = _MODELS[name]
    found: Model[Any, Any] = getattr(import_module(module), attribute)()
    return found
