"""The cell types that datasets hold, and the kinds that these can be pooled into."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import pyarrow as pa

from orthoweave.queries.answer import Answer, table_of
from orthoweave.queries.gateway import Gateway
from orthoweave.tables.manifest import Manifest

TYPES: Final = pa.schema(
    [("cell_type", pa.string()), ("name", pa.string()), ("synonyms", pa.list_(pa.string())),
     ("n_cells", pa.int64()), ("datasets", pa.list_(pa.string()))]
)  # fmt: skip
KINDS: Final = pa.schema(
    [("cell_type", pa.string()), ("name", pa.string()), ("n_types", pa.int64()),
     ("n_cells", pa.int64())]
)  # fmt: skip
_OBSERVED: Final = """
MATCH (t:CellType)-[o:OBSERVED_IN]->(d:Dataset)
RETURN t.id AS cell_type, t.name AS name, t.synonyms AS synonyms, d.id AS dataset,
       o.n_cells AS n_cells
ORDER BY name, cell_type, dataset
"""
_SUBCLASSES: Final = """
MATCH (child:CellType)-[:SUBCLASS_OF]->(parent:CellType)
RETURN child.id AS child, parent.id AS parent, parent.name AS name
"""


class Asked(Protocol):
    """What these questions need of a knowledge base."""

    @property
    def gateway(self) -> Gateway:
        """The way to its graph."""

    @property
    def manifest(self) -> Manifest:
        """Its published build."""


def observed_types(kb: Asked) -> Answer:
    """List the cell types that some dataset holds, with their cells over all of them."""
    found: dict[str, dict[str, Any]] = {}
    for row in kb.gateway.ask(_OBSERVED).table.to_pylist():
        kind = found.setdefault(row["cell_type"], {**row, "n_cells": 0, "datasets": []})
        kind["n_cells"] += row["n_cells"]
        kind["datasets"].append(row["dataset"])
    rows = [{name: row[name] for name in TYPES.names} for row in found.values()]
    return _answer(kb, table_of(rows, TYPES), "Cell types that were observed")


def kinds(kb: Asked) -> Answer:
    """List what observed types can be pooled into: themselves and all kinds that they are.

    `n_types` counts the observed types that are of that kind, `n_cells` their cells; kinds that
    hold several types come first, the narrowest of them before wider ones.
    """
    observed = observed_types(kb).rows()
    names = {str(row["cell_type"]): row["name"] for row in observed}
    parents = defaultdict(set)
    for row in kb.gateway.ask(_SUBCLASSES).table.to_pylist():
        parents[row["child"]].add(row["parent"])
        names[row["parent"]] = row["name"]
    types: dict[str, int] = defaultdict(int)
    cells: dict[str, int] = defaultdict(int)
    for row in observed:
        for kind in _upwards(str(row["cell_type"]), parents):
            types[kind] += 1
            cells[kind] += int(str(row["n_cells"]))
    order = sorted(types, key=lambda kind: (types[kind] < 2, types[kind], names[kind] or "", kind))
    rows = [{"cell_type": kind, "name": names[kind], "n_types": types[kind],
             "n_cells": cells[kind]} for kind in order]  # fmt: skip
    return _answer(kb, table_of(rows, KINDS), "Kinds of the cell types that were observed")


def _upwards(kind: str, parents: dict[str, set[str]]) -> set[str]:
    found, todo = {kind}, [kind]
    while todo:
        above = parents[todo.pop()] - found
        found |= above
        todo += above
    return found


def _answer(kb: Asked, table: pa.Table, title: str) -> Answer:
    provenance = {
        "build": kb.manifest.build,
        "query": title,
        "parameters": json.dumps({}),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return Answer(table, title, provenance=provenance)
