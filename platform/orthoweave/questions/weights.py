"""Kept weights of models: a list, and all that is known of one."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from orthoweave.errors import IntegrityError
from orthoweave.questions.answer import Answer, table_of
from orthoweave.storage.layout import Layout
from orthoweave.storage.weights_named import find_weights, weights_names

_LIST = pa.schema(
    [
        ("weights", pa.string()),
        ("version", pa.string()),
        ("model", pa.string()),
        ("species", pa.string()),
        ("genes", pa.int64()),
        ("bytes", pa.int64()),
        ("license", pa.string()),
        ("recorded", pa.string()),
        ("digest", pa.string()),
    ]
)
_SHOWN = pa.schema([("field", pa.string()), ("value", pa.string())])


def weights_list(layout: Layout) -> Answer:
    """List the weights of all active sources; those that are damaged are named in a note."""
    rows: list[dict[str, object]] = []
    notes = []
    for name in weights_names(layout):
        try:
            held = find_weights(layout, name)
        except IntegrityError as error:
            notes.append(f"{name}: {error}")
            continue
        content = held.weights.content
        rows.append(
            {
                "weights": name,
                "version": held.entry.version,
                "model": content["model"],
                "species": content["vocabulary"]["species"],
                "genes": len(content["vocabulary"]["genes"]),
                "bytes": held.weights.declared.size,
                "license": held.entry.license,
                "recorded": held.entry.recorded,
                "digest": held.weights.digest,
            }
        )
    if not rows:
        notes.append("no weights yet: `orthoweave train MODEL` keeps what a model learnt")
    return Answer(table_of(rows, _LIST), "Weights", notes=tuple(notes))


def weights_shown(layout: Layout, name: str) -> Answer:
    """Return all that is known of weights: origin, vocabulary, contract of values, and scores.

    Raises
    ------
    UnknownNameError
        If there are none of that name; the message lists those that exist.
    IntegrityError
        If their description is damaged.
    """
    held = find_weights(layout, name)
    content, declared = held.weights.content, held.weights.declared
    vocabulary, contract = content["vocabulary"], content["preprocessing"]
    fields = {
        "digest": held.weights.digest,
        "model": content["model"],
        "config": json.dumps(content["config"], sort_keys=True),
        "seed": content["seed"],
        "code": f"{content['code']} (orthoweave {content['code_version']})",
        "species": vocabulary["species"],
        "genes": f"{len(vocabulary['genes']):,} of {vocabulary['namespace']}",
        "vocabulary": vocabulary["sha256"],
        "scale": contract["scale"],
        "transformation": contract["transformation"],
        "arrays": ", ".join(
            f"{array} {' × '.join(map(str, shape)) or 1} {kind}"
            for array, (kind, shape) in declared.arrays.items()
        ),
        "bytes": f"{declared.size:,}",
        "license": content["license"],
        **_several("source", [_source(one) for one in content["sources"]]),
        **{f"view {key}": digest for key, digest in content["views"].items()},
        **_several("score", [_score(one) for one in content["metrics"]]),
        **{f"measure {key}": value for key, value in content["measures"].items()},
    }
    rows: list[dict[str, object]] = [
        {"field": key, "value": str(value)} for key, value in fields.items()
    ]
    return Answer(
        table_of(rows, _SHOWN),
        f"Weights {name} {held.entry.version}",
        notes=tuple(map(str, content["notes"])),
        provenance={"source": held.entry.key, "weights": held.weights.digest},
    )


def _several(name: str, values: list[str]) -> dict[str, str]:
    return {f"{name} {number}": value for number, value in enumerate(values, 1)}


def _source(one: Mapping[str, Any]) -> str:
    return f"{one['name']} {one['version']} ({one['license']})"


def _score(one: Mapping[str, Any]) -> str:
    baselines = "; ".join(f"{key} {_interval(other)}" for key, other in one["baselines"].items())
    return (
        f"{one['metric']} {_interval(one)}; baselines: {baselines}; control, "
        f"{one['control_name']}: {_interval(one['control'])}; {one['context']}"
    )


def _interval(value: Mapping[str, Any]) -> str:
    return f"{value['value']:.3g} ({value['low']:.3g} to {value['high']:.3g})"
