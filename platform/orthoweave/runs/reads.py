"""The sources of a build that a model read: dependencies of its run, with their licences."""

from collections.abc import Iterable
from dataclasses import dataclass

from orthoweave.jobs.depends import dataset_dependency, writers_digest
from orthoweave.storage.published import Published
from orthoweave.storage.tableset import TableSet, read_tableset
from orthoweave.version import VERSION
from orthoweave.views.requests import (
    NetworkRequest,
    OntologyRequest,
    OrthologyRequest,
    VectorRequest,
    ViewRequest,
)

# name of a dependency in `orthoweave.jobs.depends`, and its table
_ORTHOLOGY = ("orthology", "ORTHOLOGOUS_TO")
_COEXPRESSION = ("coexpression", "COEXPRESSED_WITH")


@dataclass(frozen=True, slots=True)
class Reads:
    """Sources and datasets that a run read."""

    depends: dict[str, str]
    """Digests of the sources' tables and version of the code, by name of the dependency."""
    license: str
    """Licences of all sources that were read."""


def reads_of(published: Published, requests: Iterable[ViewRequest]) -> Reads:
    """Return the sources behind some views of a build."""
    sources = [
        read_tableset(published.layout.tables / source.tables_digest)
        for source in published.manifest.sources
    ]
    depends = {"code": VERSION}
    used: list[TableSet] = []
    for request in requests:
        if isinstance(request, OrthologyRequest):
            used += _writers(depends, _ORTHOLOGY, sources)
            continue
        if isinstance(request, OntologyRequest):
            # identified by the digest of its view: a dataset that names its cells changes nothing
            used += [source for source in sources if "SUBCLASS_OF" in source.counts]
            continue
        if isinstance(request, VectorRequest):
            # views of vectors are identified by their digest
            used += [source for source in sources if request.space in source.vectors]
            continue
        if isinstance(request, NetworkRequest):
            used += _writers(depends, _COEXPRESSION, sources)
        for source in sources:
            if request.dataset in source.matrices:
                depends[dataset_dependency(request.dataset)] = source.digest
                used.append(source)
    licences = sorted({source.source.license for source in used})
    return Reads(depends, " AND ".join(licences) or "not stated")


def _writers(
    depends: dict[str, str], dependency: tuple[str, str], sources: list[TableSet]
) -> list[TableSet]:
    name, table = dependency
    depends[name] = writers_digest(table, sources)
    return [source for source in sources if table in source.counts]
