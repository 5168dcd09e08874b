"""The models that can be run, and the options of one."""

import pyarrow as pa

from orthoweave.models.options import config_options
from orthoweave.models.registry import find_model, model_names
from orthoweave.options import Option
from orthoweave.questions.answer import Answer, table_of

_MODELS = pa.schema(
    [
        ("model", pa.string()),
        ("title", pa.string()),
        ("question", pa.string()),
        ("paper", pa.string()),
        ("doi", pa.string()),
        ("reads", pa.list_(pa.string())),
        ("writes", pa.list_(pa.string())),
        ("limits", pa.list_(pa.string())),
    ]
)
_SETTINGS = pa.schema(
    [
        ("setting", pa.string()),
        ("help", pa.string()),
        ("kind", pa.string()),
        ("default", pa.string()),
        ("choices", pa.list_(pa.string())),
    ]
)


def models() -> Answer:
    """List the models with what they answer, read, write and cannot do."""
    cards = {key: find_model(key).card for key in model_names()}
    rows = [
        {
            "model": key,
            "title": card.title,
            "question": card.question,
            "paper": card.paper,
            "doi": card.doi,
            "reads": list(card.reads),
            "writes": list(card.writes),
            "limits": list(card.limits),
        }
        for key, card in cards.items()
    ]
    return Answer(table_of(rows, _MODELS), "Models")


def model_options(name: str) -> tuple[Option, ...]:
    """Return the options of a model, in the order of its configuration.

    Raises
    ------
    UnknownNameError
        If the model does not exist; the message lists those that do.
    """
    return config_options(find_model(name).config_class)


def model_settings(name: str) -> Answer:
    """List the options of a model with meaning, kind and default.

    Raises
    ------
    UnknownNameError
        If the model does not exist; the message lists those that do.
    """
    settings = [
        {
            "setting": item.name,
            "help": item.help,
            "kind": item.kind_text,
            "default": item.default_text,
            "choices": list(item.choices),
        }
        for item in model_options(name)
    ]
    card = find_model(name).card
    notes = (card.question, f"{card.paper} {card.doi}".strip(), *card.limits)
    title = f"Settings of {name}: --set setting=value"
    return Answer(table_of(settings, _SETTINGS), title, notes=notes)
