"""Everything that a training reads in one folder, to train where there is no knowledge base.

A bundle holds the views of a model as plain files, its options, the digest of its code and the
licences of all that was read. What is learnt from it is what is learnt in the knowledge base.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from orthoweave.errors import OrthoweaveError, UsageError
from orthoweave.models.base import Model
from orthoweave.models.code import code_digest
from orthoweave.models.options import parse_config
from orthoweave.models.registry import find_model
from orthoweave.options import value_text
from orthoweave.progress import Progress
from orthoweave.runs.description import described_sources
from orthoweave.runs.identity import Identity, identify_training
from orthoweave.runs.learn import Training
from orthoweave.runs.reads import Reads
from orthoweave.runs.run import read_for
from orthoweave.storage.bundle import damaged, read_bundle, seal_bundle
from orthoweave.storage.durable import pending_folder, publish_folder, require_new
from orthoweave.storage.layout import Layout
from orthoweave.storage.provenance import SourceInfo
from orthoweave.version import VERSION
from orthoweave.views.reading.kinds import find_kind
from orthoweave.views.requests import View, ViewRequest, Views

_VIEWS: Final = "views"


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle on disk."""

    folder: Path
    model: str
    training: str
    """Digest of the training: of its model, options, views and code."""
    size: int
    """In bytes."""


def write_bundle(
    layout: Layout, model: str, settings: Mapping[str, object], target: Path, progress: Progress
) -> Bundled:
    """Write what the named model would be trained on to the new folder `target`.

    Parameters
    ----------
    settings
        Options by name, each as a value or as its text.

    Raises
    ------
    UnknownNameError
        For an unknown model or option.
    UsageError, InputError
        If the model keeps no weights, the build lacks what it reads, or the folder exists.
    PluginError
        If the package of a kind of view does not say how it is written.
    """
    to_train = find_model(model)
    config = parse_config(to_train.config_class, settings, f"model {model}")
    if not to_train.kept_options:
        raise to_train.keeps_none()
    require_new(target, "folder")
    requests = to_train.views(config)
    with (
        read_for(layout, to_train, requests, progress) as (reads, views),
        pending_folder(target.resolve().parent, target.name) as pending,
    ):
        identity = identify_training(to_train, config, views, reads.license, name=None)
        written = _write_views(requests, views, identity, pending / _VIEWS, progress)
        seal_bundle(pending, _described(model, identity, reads) | {"views": written})
        publish_folder(pending, target, what="bundle")
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    return Bundled(target, model, identity.input_digest, size)


def _write_views(
    requests: Mapping[str, ViewRequest],
    views: Views,
    identity: Identity,
    parent: Path,
    progress: Progress,
) -> dict[str, Any]:
    """Write each view to a folder of its own; return their descriptions."""
    written = {}
    with progress.task("bundle", len(requests)) as task:
        for name, request in requests.items():
            folder = parent / quote(name, safe="")
            folder.mkdir(parents=True)
            content = find_kind(request).files.write(views.by_name[name], folder)
            digest = identity.view_digests[name]
            written[name] = {"kind": request.kind, "digest": digest, "content": content}
            task.advance()
    return written


def _described(model: str, identity: Identity, reads: Reads) -> dict[str, Any]:
    return {
        "model": model,
        "config": json.loads(identity.config_text),
        "code": identity.code,
        "code_version": VERSION,
        "training": identity.input_digest,
        "license": reads.license,
        "sources": described_sources(reads),
        "depends": reads.depends,
    }


def read_training(folder: Path, settings: Mapping[str, object], progress: Progress) -> Training:
    """Return the training that a bundle holds, after all of it was checked.

    Parameters
    ----------
    settings
        Options in place of the bundle's, such as the device or the seed.

    Raises
    ------
    UsageError
        If the folder holds no bundle, the model's code here is another one, or an option would
        change what is read.
    UnknownNameError
        If the model is not installed.
    InputError, FormatError
        If the bundle is damaged, or a newer orthoweave wrote it.
    """
    content = read_bundle(folder, progress)
    try:
        return _training(folder, content, settings)
    except OrthoweaveError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(folder, f"BUNDLE.json does not describe a training ({error})") from error


def _training(folder: Path, content: Mapping[str, Any], settings: Mapping[str, object]) -> Training:
    model = find_model(content["model"])
    if not model.kept_options:
        raise model.keeps_none()
    _require_code(model, content)
    texts = {
        name: value_text(tuple(value) if isinstance(value, list) else value)
        for name, value in content["config"].items()
    }
    owner = f"model {model.name}"
    config = parse_config(model.config_class, texts | dict(settings), owner)
    requests = model.views(config)
    if requests != model.views(parse_config(model.config_class, texts, owner)):
        message = (
            f"{', '.join(sorted(settings))}: expected options that do not change what the model "
            f"reads, which the bundle fixes: `orthoweave bundle {model.name}` writes another"
        )
        raise UsageError(message)
    views = {
        name: _view(folder, name, request, content["views"][name])
        for name, request in requests.items()
    }
    sources = tuple(
        SourceInfo(one["name"], version=one["version"], license=one["license"])
        for one in content["sources"]
    )
    reads = Reads(dict(content["depends"]), str(content["license"]), sources)
    read = Views(views)
    identity = identify_training(model, config, read, reads.license, name=None)
    return Training(model, config, read, reads, identity)


def _view(folder: Path, name: str, request: ViewRequest, about: Mapping[str, Any]) -> View:
    kind = find_kind(request)
    place = folder / _VIEWS / quote(name, safe="")
    found: View = kind.files.read(kind.view, place, about["content"])
    if about["kind"] != request.kind or found.digest != about["digest"]:
        raise damaged(place, f"its content is not the view {name!r} that BUNDLE.json describes")
    return found


def _require_code(model: Model[Any, Any], content: Mapping[str, Any]) -> None:
    here = code_digest(model)
    if content["code"] != here:
        message = (
            f"the bundle is of other code of {model.name} ({content['code'][:12]}…, orthoweave "
            f"{content['code_version']}) than is installed here ({here[:12]}…, orthoweave "
            f"{VERSION}): install the same here, or write the bundle anew with this one"
        )
        raise UsageError(message)
