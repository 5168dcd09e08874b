"""The sources of a build that a model read: dependencies of its run, with their licences."""

from collections.abc import Iterable
from dataclasses import dataclass

from orthoweave.jobs.depends import dataset_dependency, writers_dependency, writers_digest
from orthoweave.storage.published import Published
from orthoweave.storage.tableset import TableSet, read_tableset
from orthoweave.version import VERSION
from orthoweave.views.reading.kinds import find_kind
from orthoweave.views.requests import ViewRequest


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
        behind = find_kind(request).behind(request)
        for table in behind.tables:
            depends[writers_dependency(table)] = writers_digest(table, sources)
            used += [source for source in sources if table in source.counts]
        # views of vectors are identified by their digest
        used += [source for source in sources if set(behind.spaces) & set(source.vectors)]
        for dataset in behind.datasets:
            for source in sources:
                if dataset in source.matrices:
                    depends[dataset_dependency(dataset)] = source.digest
                    used.append(source)
    licences = sorted({source.source.license for source in used})
    return Reads(depends, " AND ".join(licences) or "not stated")
