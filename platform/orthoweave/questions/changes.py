"""The differences between a published build and the one before it."""

from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from orthoweave.questions.answer import Answer, table_of
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest, current_build, manifests, read_manifest

CHANGES: Final = pa.schema(
    [("what", pa.string()), ("name", pa.string()), ("before", pa.string()), ("now", pa.string())]
)


def published_build(kb: Path) -> str:
    """Return the id of the published build.

    Raises
    ------
    UnknownNameError
        If there is no knowledge base in the folder, or nothing is published in it.
    """
    return current_build(Layout(kb))


def changes(layout: Layout, build: str) -> Answer | None:
    """List the differences from the previously published build; None if there is none.

    Sources are compared by version, tables by number of rows.

    Raises
    ------
    UnknownNameError
        If there is no such build.
    """
    now = read_manifest(layout, build)
    earlier = [
        manifest
        for manifest in manifests(layout)
        if manifest.build != build and manifest.created <= now.created
    ]
    if not earlier:
        return None
    before = max(earlier, key=lambda manifest: (manifest.created, manifest.build))
    rows = [
        *_compare("source", _sources(before), _sources(now)),
        *_compare("rows of", _counts(before), _counts(now)),
    ]
    title = f"changes from build {before.build} to {now.build}"
    provenance = {"build": now.build, "query": title, "time": now.created}
    return Answer(table_of(rows, CHANGES), title, provenance=provenance)


def _compare(what: str, before: dict[str, str], now: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"what": what, "name": name, "before": before.get(name), "now": now.get(name)}
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]


def _sources(manifest: Manifest) -> dict[str, str]:
    return {source.name: source.version for source in manifest.sources}


def _counts(manifest: Manifest) -> dict[str, str]:
    return {name: f"{count:,}" for name, count in manifest.counts.items()}
