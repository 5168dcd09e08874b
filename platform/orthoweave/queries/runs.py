"""The runs of models whose results are in a published build."""

from datetime import UTC, datetime
from typing import Final, Protocol

import pyarrow as pa

from orthoweave.queries.answer import Answer
from orthoweave.queries.gateway import Gateway
from orthoweave.tables.manifest import Manifest

_RUNS: Final = """
MATCH (r:Run)
RETURN r.id AS run, r.model AS model, r.seed AS seed, r.seconds AS seconds,
       r.code_version AS code_version, r.view_digest AS view_digest, r.settings AS settings,
       r.metrics AS metrics, r.measures AS measures, r.views AS views, r.notes AS notes
ORDER BY run
"""
_EMPTY: Final = pa.schema([("run", pa.string()), ("model", pa.string())])


class Asked(Protocol):
    """What this question needs of a knowledge base."""

    @property
    def gateway(self) -> Gateway:
        """The way to its graph."""

    @property
    def manifest(self) -> Manifest:
        """Its published build."""


def runs(kb: Asked) -> Answer:
    """List the runs with model, seed, settings, metrics and measures, these three as JSON."""
    provenance = {
        "build": kb.manifest.build,
        "query": "runs",
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    has = kb.manifest.counts.get("Run", 0) > 0
    table = kb.gateway.ask(_RUNS).table if has else _EMPTY.empty_table()
    return Answer(table, "Runs of models", provenance=provenance)
