"""Overview of a published build: its tables by size, and its sources with their licences."""

from typing import Final

import pyarrow as pa

from orthoweave.questions.answer import table_of
from orthoweave.storage.manifest import Manifest

TABLES: Final = pa.schema([("table", pa.string()), ("rows", pa.int64()), ("set_aside", pa.int64())])
SOURCES: Final = pa.schema(
    [
        ("source", pa.string()),
        ("version", pa.string()),
        ("job", pa.string()),
        ("license", pa.string()),
        ("title", pa.string()),
        ("url", pa.string()),
        ("primary_knowledge_source", pa.string()),
        ("rows", pa.int64()),
    ]
)


def table_counts(manifest: Manifest) -> pa.Table:
    """Count the rows of the graph by node table, edge table and vector space.

    `set_aside` counts edges that were left out since one of their ends is missing.
    """
    rows = [
        {"table": name, "rows": n, "set_aside": manifest.set_aside.get(name, 0)}
        for name, n in sorted(manifest.counts.items())
    ]
    rows += [
        {"table": name, "rows": int(about.get("n", 0)), "set_aside": 0}
        for name, about in sorted(manifest.vectors.items())
    ]
    return table_of(rows, TABLES)


def source_list(manifest: Manifest) -> pa.Table:
    """List the sources of a build with version, licence and number of rows."""
    rows = [
        {
            "source": source.name,
            "version": source.version,
            "job": source.job,
            "license": source.license,
            "title": source.title,
            "url": source.url,
            "primary_knowledge_source": source.primary_knowledge_source,
            "rows": sum(source.counts.values()),
        }
        for source in sorted(manifest.sources, key=lambda source: source.name)
    ]
    return table_of(rows, SOURCES)
