"""All models by name: ours and those of other packages. See `plugins`."""

from typing import Any

from orthoweave.errors import PluginError, UnknownNameError
from orthoweave.models.base import Model
from orthoweave.plugins import declared, load


def model_names() -> tuple[str, ...]:
    """Return the names of all models, sorted."""
    return tuple(declared("models"))


def find_model(name: str) -> Model[Any, Any]:
    """Return the model with a name.

    Raises
    ------
    UnknownNameError
        If there is none; the message lists those that exist.
    PluginError
        If the package that declares it does not provide a model of that name.
    """
    if name not in declared("models"):
        message = f"no model {name!r}: expected one of {', '.join(model_names())}"
        raise UnknownNameError(message)
    made = load("models", name)
    if not (isinstance(made, type) and issubclass(made, Model) and made.name == name):
        message = f"{made!r} is declared as the model {name!r}: expected a Model of that name"
        raise PluginError(message)
    return made()
