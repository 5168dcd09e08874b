"""The description of weights, WEIGHTS.json: from a state and a run, and back."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from orthoweave.errors import InputError, OrthoweaveError
from orthoweave.models.base import Model, ModelResult
from orthoweave.models.state import State, Vocabulary
from orthoweave.runs.identity import Identity, identify_weights
from orthoweave.runs.reads import Reads
from orthoweave.runs.record import metrics, scores_of
from orthoweave.storage.weights import Weights
from orthoweave.version import VERSION


def describe(
    model: Model[Any, Any], state: State, identity: Identity, result: ModelResult, reads: Reads
) -> dict[str, Any]:
    """Return the description of weights, without that of their file of arrays."""
    config = json.loads(identity.config_text)
    vocabulary = state.vocabulary
    return {
        "model": model.name,
        "config": config,
        "seed": config["seed"],
        "code": identity.code,
        "code_version": VERSION,
        "input_digest": identity.input_digest,
        "vocabulary": {
            "species": vocabulary.species,
            "namespace": vocabulary.namespace,
            "sha256": vocabulary.digest,
            "genes": [str(gene) for gene in vocabulary.genes],
        },
        "preprocessing": {"scale": state.scale, "transformation": state.transformation},
        "values": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in state.values.items()
        },
        "views": dict(identity.view_digests),
        "license": identity.source.license,
        "sources": described_sources(reads),
        "depends": dict(reads.depends),
        "metrics": metrics(result.scores),
        "measures": dict(result.measures),
        "notes": list(result.notes),
    }


def described_sources(reads: Reads) -> list[dict[str, str]]:
    """Return name, version and licence of the sources that were read."""
    return [
        {"name": one.name, "version": one.version, "license": one.license} for one in reads.sources
    ]


def state_in(weights: Weights) -> State:
    """Return the state of kept weights; every byte of it was compared with its digest.

    Raises
    ------
    IntegrityError
        If the weights are damaged.
    InputError
        If a value is of a kind that no model keeps.
    """
    content = weights.content
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in content["values"].items()
    }
    for name, value in values.items():
        several = value if isinstance(value, tuple) else ()
        plain = value is None or isinstance(value, str | int | float | tuple)
        if not plain or not all(isinstance(part, str) for part in several):
            message = f"weights: value {name!r}: expected a number, a text or a list of texts"
            raise InputError(message)
    vocabulary = content["vocabulary"]
    return State(
        weights.arrays(),
        Vocabulary(vocabulary["species"], np.array(vocabulary["genes"], object)),
        content["preprocessing"]["scale"],
        content["preprocessing"]["transformation"],
        values,
    )


def result_in(content: Mapping[str, Any]) -> ModelResult:
    """Return scores, measures and notes of a description.

    Raises
    ------
    InputError
        If they are not of the form that `describe` writes.
    """
    try:
        return ModelResult(
            {},
            scores_of(content["metrics"]),
            {str(name): value for name, value in content["measures"].items()},
            tuple(map(str, content["notes"])),
        )
    except (OrthoweaveError, KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"the scores in WEIGHTS.json are not of the form that a training writes: {error}"
        raise InputError(message) from error


def identity_in(model: Model[Any, Any], content: Mapping[str, Any], name: str | None) -> Identity:
    """Return the identity of the training that a description is of.

    Raises
    ------
    InputError
        If it is not what the description says.
    """
    config_text = json.dumps(content["config"] | {"seed": content["seed"]}, sort_keys=True)
    identity = identify_weights(
        model,
        config_text,
        content["code"],
        content["views"],
        license_=content["license"],
        name=name,
    )
    if identity.input_digest != content["input_digest"]:
        message = (
            f"WEIGHTS.json says that its training is {content['input_digest'][:12]}…: expected "
            f"{identity.input_digest[:12]}…, by its model, options, views and code"
        )
        raise InputError(message)
    return identity
