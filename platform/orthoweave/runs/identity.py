"""The identity of a run: of equal identities the names, the versions and the tables are equal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orthoweave.models.base import Model
from orthoweave.models.code import code_digest
from orthoweave.models.options import config_json
from orthoweave.storage.durable import text_digest
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.weights_named import WEIGHTS_DEPENDENCY, NamedWeights
from orthoweave.views.requests import Views


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity of a run or a training: model, code, options, seed, views and weights."""

    source: SourceInfo
    input_digest: str
    code: str
    """Digest of the model's code."""
    config_text: str
    view_digests: dict[str, str]
    """Digest of each view, and of the weights, that it read, by name."""
    view_digest: str

    @property
    def key(self) -> str:
        """Key of the Run node."""
        return f"run:{self.source.name}@{self.source.version}"


def identify_run(
    model: Model[Any, Any],
    config: Any,
    views: Views,
    license_: str,
    *,
    name: str | None,
    weights: NamedWeights | None = None,
) -> Identity:
    """Return the identity of a run, or of an application of weights.

    Parameters
    ----------
    license_
        Licences of all that it reads.
    name
        Name of its source; by default the model's and a digest of its options but the seed.
    """
    text = config_json(config)
    options = _without_seed(text)
    digests = {key: view.digest for key, view in views.by_name.items()}
    if weights is not None:
        # a new version of the weights makes a new version of the run, under its name
        options["weights"] = weights.entry.name
        digests[f"{WEIGHTS_DEPENDENCY}{weights.entry.name}"] = weights.weights.digest
    named = name or f"{model.name}-{_short(options)}"
    what = "Run" if weights is None else "Kept weights"
    return _identity(
        model,
        text,
        code_digest(model),
        digests,
        license_,
        named=named,
        what=what,
        further={"name": named},
    )


def identify_training(
    model: Model[Any, Any], config: Any, views: Views, license_: str, *, name: str | None
) -> Identity:
    """Return the identity of a training, the same under any name."""
    digests = {key: view.digest for key, view in views.by_name.items()}
    return identify_weights(
        model, config_json(config), code_digest(model), digests, license_=license_, name=name
    )


def identify_weights(
    model: Model[Any, Any],
    config_text: str,
    code: str,
    view_digests: Mapping[str, str],
    *,
    license_: str,
    name: str | None,
) -> Identity:
    """Return the identity of a training that took place here or elsewhere.

    Parameters
    ----------
    config_text
        Its options, as `config_json` writes them.
    code
        Digest of the model's code then.
    """
    named = name or f"{model.name}-weights-{_short(_without_seed(config_text))}"
    return _identity(
        model,
        config_text,
        code,
        view_digests,
        license_,
        named=named,
        what="Weights",
        further={"kind": "weights"},
    )


def _identity(
    model: Model[Any, Any],
    text: str,
    code: str,
    digests: Mapping[str, str],
    license_: str,
    *,
    named: str,
    what: str,
    further: dict[str, str],
) -> Identity:
    view_digest = text_digest(json.dumps(digests, sort_keys=True))
    content = {"model": model.name, "settings": text, "view": view_digest, "code": code, **further}
    digest = text_digest(json.dumps(content, sort_keys=True))
    source = SourceInfo(
        named,
        version=digest[:12],
        license=license_,
        knowledge_level="prediction",
        agent_type="computational_model",
        title=f"{what} of {model.name}: {model.card.title}",
        url=_address(model.card.doi),
    )
    return Identity(source, digest, code, text, dict(digests), view_digest)


def _without_seed(config_text: str) -> dict[str, Any]:
    return {key: value for key, value in json.loads(config_text).items() if key != "seed"}


def _short(options: dict[str, Any]) -> str:
    return text_digest(json.dumps(options, sort_keys=True))[:8]


def _address(doi: str) -> str:
    if not doi:
        return ""
    number = doi.removeprefix("arXiv:")
    return f"https://arxiv.org/abs/{number}" if number != doi else f"https://doi.org/{doi}"
