"""The sources of a build that a model read: dependencies of its run, with their licences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from orthoweave.jobs.depends import (
    dataset_dependency,
    vectors_dependency,
    vectors_digest,
    writers_dependency,
    writers_digest,
)
from orthoweave.models.base import Model
from orthoweave.models.code import CODE_DEPENDENCY, code_digest, module_of
from orthoweave.runs.outputs import DatasetKeys, dataset_keys
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.published import Published
from orthoweave.storage.tableset import TableSet, read_tableset
from orthoweave.views.reading.kinds import find_kind
from orthoweave.views.requests import ViewRequest

_AND: Final = " AND "


@dataclass(frozen=True, slots=True)
class Reads:
    """Sources and datasets that a run read."""

    depends: dict[str, str]
    """Digests of the sources' tables, by name of the dependency."""
    license: str
    """Licences of all sources that were read."""
    sources: tuple[SourceInfo, ...] = ()
    """These sources, by name."""
    keys: Mapping[str, DatasetKeys] = field(default_factory=dict)
    """Keys of cells and genes of the datasets that were read."""


def reads_of(published: Published, requests: Iterable[ViewRequest]) -> Reads:
    """Return the sources behind some views of a build."""
    sources = [
        read_tableset(published.layout.tables / source.tables_digest)
        for source in published.manifest.sources
    ]
    depends: dict[str, str] = {}
    used: list[TableSet] = []
    keys: dict[str, DatasetKeys] = {}
    for request in requests:
        behind = find_kind(request).behind(request)
        for table in behind.tables:
            depends[writers_dependency(table)] = writers_digest(table, sources)
            used += [source for source in sources if table in source.counts]
        used += [source for source in sources if set(behind.named) & set(source.counts)]
        for space in behind.spaces:
            depends[vectors_dependency(space)] = vectors_digest(space, sources)
            used += [source for source in sources if space in source.vectors]
        for dataset in behind.datasets:
            keys[dataset] = dataset_keys(published, dataset)
            for source in sources:
                if dataset in source.matrices:
                    depends[dataset_dependency(dataset)] = source.digest
                    used.append(source)
    found = {source.source.name: source.source for source in used}
    named = tuple(found[name] for name in sorted(found))
    return Reads(depends, joined_licences(one.license for one in named), named, keys)


def joined_licences(licences: Iterable[str]) -> str:
    """Return licences as one expression, each once."""
    parts = {part for text in licences for part in text.split(_AND)}
    return _AND.join(sorted(parts)) or "not stated"


def code_dependency(model: Model[Any, Any]) -> dict[str, str]:
    """Return the dependency of a run on its model's code: the digest by name."""
    return {f"{CODE_DEPENDENCY}{module_of(model)}": code_digest(model)}
