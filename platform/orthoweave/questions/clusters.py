"""Clusters of cells that runs found, with their commonest cell type and high-traffic genes."""

from collections import defaultdict
from typing import Any, Final

import pyarrow as pa

from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.runs import find_run
from orthoweave.questions.session import Session

_SCHEMA: Final = pa.schema(
    [
        ("run", pa.string()),
        ("dataset", pa.string()),
        ("cluster", pa.string()),
        ("n_cells", pa.int64()),
        ("stability", pa.float64()),
        ("cell_type", pa.string()),
        ("share", pa.float64()),
        ("genes", pa.list_(pa.string())),
    ]
)
_CLUSTERS: Final = """
MATCH (k:CellCluster)
RETURN k.id AS id, k.run AS run, k.dataset AS dataset, k.label AS cluster, k.n_cells AS n_cells,
       k.stability AS stability
ORDER BY run, n_cells DESC, id
"""
_TYPES: Final = """
MATCH (c:Cell)-[:IN_CLUSTER]->(k:CellCluster)
MATCH (c)-[h:HAS_TYPE]->(t:CellType)
WHERE h.by = 'author'
RETURN k.id AS id, t.name AS name, count(c) AS n_cells
ORDER BY n_cells DESC, name
"""
_GENES: Final = """
MATCH (k:CellCluster)-[e:HIGH_TRAFFIC]->(g:Gene)
RETURN k.id AS id, g.symbol AS symbol, g.id AS gene
ORDER BY e.log_ratio DESC, gene
"""
_SHOWN: Final = 5


def clusters(session: Session, dataset: str | None = None, run: str | None = None) -> Answer:
    """List the clusters that runs found, the largest of each run first.

    `cell_type` is the authors' commonest type of the cluster's cells, `share` the share of its
    cells that have it; `genes` are those with the highest traffic, five at most.

    Parameters
    ----------
    dataset
        Only those of this dataset.
    run
        Only those of this run, as `find_run` takes it.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        If the build has no such dataset or run, or several such runs.
    """
    if dataset is not None:
        session.published.require_dataset(dataset)
    key = None if run is None else find_run(session, run)["run"]
    found = session.gateway.whole(_CLUSTERS).to_pylist()
    chosen = [
        row for row in found if dataset in (None, row["dataset"]) and key in (None, row["run"])
    ]
    commonest: dict[str, dict[str, Any]] = {}
    genes: dict[str, list[str]] = defaultdict(list)
    if chosen:
        for row in session.gateway.whole(_TYPES).to_pylist():
            commonest.setdefault(row["id"], row)
        for row in session.gateway.whole(_GENES).to_pylist():
            genes[row["id"]].append(row["symbol"] or row["gene"])
    rows = [_row(one, commonest.get(one["id"]), genes[one["id"]]) for one in chosen]
    title = "Clusters of cells that runs found" if key is None else f"Clusters of {key}"
    asked = {"dataset": dataset} if key is None else {"dataset": dataset, "run": key}
    return session.answer(table_of(rows, _SCHEMA), title, "clusters", asked)


def _row(
    cluster: dict[str, Any], commonest: dict[str, Any] | None, genes: list[str]
) -> dict[str, Any]:
    share = commonest["n_cells"] / cluster["n_cells"] if commonest else None
    return {
        **{name: cluster[name] for name in ("run", "dataset", "cluster", "n_cells", "stability")},
        "cell_type": commonest["name"] if commonest else None,
        "share": share,
        "genes": genes[:_SHOWN],
    }
