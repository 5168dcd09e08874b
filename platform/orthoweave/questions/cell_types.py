"""The cell types of the datasets, and the kinds that they can be pooled into."""

from collections import defaultdict
from typing import Any, Final

import pyarrow as pa

from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.session import Session

TYPES: Final = pa.schema(
    [
        ("cell_type", pa.string()),
        ("name", pa.string()),
        ("synonyms", pa.list_(pa.string())),
        ("n_cells", pa.int64()),
        ("datasets", pa.list_(pa.string())),
    ]
)
KINDS: Final = pa.schema(
    [
        ("cell_type", pa.string()),
        ("name", pa.string()),
        ("n_types", pa.int64()),
        ("n_cells", pa.int64()),
    ]
)
_OBSERVED: Final = """
MATCH (t:CellType)-[o:OBSERVED_IN]->(d:Dataset)
RETURN t.id AS cell_type, t.name AS name, t.synonyms AS synonyms, d.id AS dataset,
       o.n_cells AS n_cells
ORDER BY name, cell_type, dataset
"""


def observed_types(session: Session) -> Answer:
    """List the cell types that some dataset holds, with their cells over all of them."""
    found: dict[str, dict[str, Any]] = {}
    for row in session.gateway.whole(_OBSERVED).to_pylist():
        kind = found.setdefault(row["cell_type"], {**row, "n_cells": 0, "datasets": []})
        kind["n_cells"] += row["n_cells"]
        kind["datasets"].append(row["dataset"])
    rows = [{name: row[name] for name in TYPES.names} for row in found.values()]
    title = "Cell types that were observed"
    return session.answer(table_of(rows, TYPES), title, "observed_types")


def kinds(session: Session) -> Answer:
    """List the kinds that observed types can be pooled into, among them the types themselves.

    `n_types` counts the observed types that are of that kind, `n_cells` their cells; kinds that
    hold several types come first, the narrowest of them before wider ones.
    """
    observed = observed_types(session).rows()
    names = {
        row["id"]: row["name"]
        for row in session.published.table("CellType", ["id", "name"]).to_pylist()
    }
    types: dict[str, int] = defaultdict(int)
    cells: dict[str, int] = defaultdict(int)
    for row in observed:
        for kind in session.cell_types.above(str(row["cell_type"])):
            types[kind] += 1
            cells[kind] += int(str(row["n_cells"]))
    order = sorted(types, key=lambda kind: (types[kind] < 2, types[kind], names[kind] or "", kind))
    rows = [
        {"cell_type": kind, "name": names[kind], "n_types": types[kind], "n_cells": cells[kind]}
        for kind in order
    ]
    title = "Kinds of the cell types that were observed"
    return session.answer(table_of(rows, KINDS), title, "kinds")
