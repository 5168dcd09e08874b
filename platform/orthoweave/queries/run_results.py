"""What a run gave: scores beside baselines and a destroyed signal, and its facts in the graph."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa

from orthoweave.queries.answer import Answer, table_of
from orthoweave.queries.runs import Asked

SCORES: Final = pa.schema(
    [("metric", pa.string()), ("context", pa.string()), ("value", pa.float64()),
     ("low", pa.float64()), ("high", pa.float64()), ("baseline", pa.string()),
     ("baseline_value", pa.float64()), ("baseline_low", pa.float64()),
     ("baseline_high", pa.float64()), ("control", pa.string()), ("control_value", pa.float64()),
     ("control_low", pa.float64()), ("control_high", pa.float64())]
)  # fmt: skip
# by table of the graph: what it says, and the statement that reads one run's rows of it
_FACTS: Final = {
    "CellCluster": ("Clusters of cells", """
MATCH (c:CellCluster)
WHERE c.run = $run
RETURN c.label AS label, c.dataset AS dataset, c.n_cells AS n_cells,
       c.stability AS stability, c.exponent AS exponent, c.id AS cluster
ORDER BY n_cells DESC, cluster"""),
    "HIGH_TRAFFIC": ("Genes that stand out in a cluster", """
MATCH (c:CellCluster)-[e:HIGH_TRAFFIC]->(g:Gene)
WHERE c.run = $run
RETURN c.label AS cluster, g.symbol AS symbol, g.id AS gene, e.log_ratio AS log_ratio,
       e.percentile AS percentile
ORDER BY log_ratio DESC, cluster, gene"""),
    "FUNCTIONAL_ORTHOLOG_OF": ("Genes that stand in for their orthologs", """
MATCH (a:Gene)-[e:FUNCTIONAL_ORTHOLOG_OF]->(b:Gene)
WHERE e.source = $source
RETURN a.symbol AS symbol, a.species AS species, b.symbol AS stands_for,
       b.species AS of_species, e.phenotype AS phenotype, e.importance AS importance,
       e.null_percentile AS null_percentile, e.weight_mean AS weight_mean,
       e.weight_sd AS weight_sd, e.sign_stability AS sign_stability, e.context AS context,
       e.n_target AS n_target, a.id AS gene, b.id AS stands_for_gene
ORDER BY importance DESC, gene, stands_for_gene"""),
    "CONTRIBUTES_TO": ("Genes that point to a cell type", """
MATCH (g:Gene)-[e:CONTRIBUTES_TO]->(t:CellType)
WHERE e.source = $source
RETURN t.name AS name, g.symbol AS symbol, e.contribution AS contribution, e.rank AS place,
       e.percentile AS percentile, e.dataset AS dataset, g.id AS gene, t.id AS cell_type
ORDER BY name, cell_type, place, gene"""),
    "HAS_TYPE": ("Types given to cells", """
MATCH (c:Cell)-[e:HAS_TYPE]->(t:CellType)
WHERE e.by = $run
RETURN t.name AS name, c.dataset AS dataset, count(c) AS n_cells,
       avg(e.probability) AS mean_probability, t.id AS cell_type
ORDER BY n_cells DESC, cell_type, dataset"""),
}  # fmt: skip


def score_table(kb: Asked, run: str, metrics: str) -> Answer:
    """List the scores of a run, each beside every baseline and the control.

    Parameters
    ----------
    metrics
        The run's `metrics`, as `runs` gives them. `value`, `low` and `high` are a score and its
        95 % interval, in the unit of its metric; so are those of baseline and control.
    """
    rows: list[dict[str, object]] = []
    for score in json.loads(metrics):
        control = score["control"]
        base = {name: score[name] for name in ("metric", "context", "value", "low", "high")}
        base |= {f"control_{name}": control[name] for name in ("value", "low", "high")}
        base["control"] = score["control_name"]
        rows += [
            base | {"baseline": name} | {f"baseline_{part}": other[part] for part in other}
            for name, other in score["baselines"].items()
        ]
    return _answer(kb, table_of(rows, SCORES), f"Scores of {run}", run)


def facts(kb: Asked, run: str) -> dict[str, Answer]:
    """Give the facts that a run put into the graph, by table; tables without any are left out."""
    asked = {"run": run, "source": f"source:{run.removeprefix('run:')}"}
    found: dict[str, Answer] = {}
    for table, (title, text) in _FACTS.items():
        if not kb.manifest.counts.get(table):
            continue
        used = {name: value for name, value in asked.items() if f"${name}" in text}
        rows = kb.gateway.ask(text, used)
        if rows.table.num_rows:
            found[table] = _answer(kb, rows.table, f"{title}, {run}", run, truncated=rows.truncated)
    return found


def _answer(kb: Asked, table: pa.Table, title: str, run: str, *, truncated: bool = False) -> Answer:
    provenance: dict[str, Any] = {
        "build": kb.manifest.build,
        "query": title,
        "parameters": json.dumps({"run": run}),
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return Answer(table, title, truncated, provenance=provenance)
