"""Results of a run: scores beside baselines and a control, and its facts in the graph."""

import json
from typing import Final

import pyarrow as pa

from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.runs import find_run, paired_difference
from orthoweave.questions.session import Session
from orthoweave.schema import EdgeType, NodeType, Schema

SCORES: Final = pa.schema(
    [
        ("metric", pa.string()),
        ("context", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("baseline", pa.string()),
        ("baseline_value", pa.float64()),
        ("baseline_low", pa.float64()),
        ("baseline_high", pa.float64()),
        ("difference", pa.float64()),
        ("difference_low", pa.float64()),
        ("difference_high", pa.float64()),
        ("control", pa.string()),
        ("control_value", pa.float64()),
        ("control_low", pa.float64()),
        ("control_high", pa.float64()),
        ("control_difference", pa.float64()),
        ("control_difference_low", pa.float64()),
        ("control_difference_high", pa.float64()),
    ]
)
# title and statement by table of the graph; the statement reads the rows of one run
_FACTS: Final = {
    "CellCluster": (
        "Clusters of cells",
        """
MATCH (c:CellCluster)
WHERE c.run = $run
RETURN c.label AS label, c.dataset AS dataset, c.n_cells AS n_cells,
       c.stability AS stability, c.exponent AS exponent, c.id AS cluster
ORDER BY n_cells DESC, cluster""",
    ),
    "HIGH_TRAFFIC": (
        "Genes that stand out in a cluster",
        """
MATCH (c:CellCluster)-[e:HIGH_TRAFFIC]->(g:Gene)
WHERE c.run = $run
RETURN c.label AS cluster, g.symbol AS symbol, g.id AS gene, e.log_ratio AS log_ratio,
       e.percentile AS percentile
ORDER BY log_ratio DESC, cluster, gene""",
    ),
    "FUNCTIONAL_ORTHOLOG_OF": (
        "Genes that stand in for their orthologs",
        """
MATCH (a:Gene)-[e:FUNCTIONAL_ORTHOLOG_OF]->(b:Gene)
WHERE e.source = $source
RETURN a.symbol AS symbol, a.species AS species, b.symbol AS stands_for,
       b.species AS of_species, e.phenotype AS phenotype, e.importance AS importance,
       e.null_percentile AS null_percentile, e.weight_mean AS weight_mean,
       e.weight_sd AS weight_sd, e.sign_stability AS sign_stability, e.context AS context,
       e.n_target AS n_target, a.id AS gene, b.id AS stands_for_gene
ORDER BY importance DESC, gene, stands_for_gene""",
    ),
    "CONTRIBUTES_TO": (
        "Genes that point to a cell type",
        """
MATCH (g:Gene)-[e:CONTRIBUTES_TO]->(t:CellType)
WHERE e.source = $source
RETURN t.name AS name, g.symbol AS symbol, e.contribution AS contribution, e.rank AS place,
       e.percentile AS percentile, e.dataset AS dataset, g.id AS gene, t.id AS cell_type
ORDER BY name, cell_type, place, gene""",
    ),
    "INFLUENCES": (
        "Genes that move restored genes",
        """
MATCH (a:Gene)-[e:INFLUENCES]->(b:Gene)
WHERE e.source = $source
RETURN a.symbol AS symbol, b.symbol AS restored, e.influence AS influence, e.slope AS slope,
       e.q AS q, e.attention AS attention, e.rank AS place, e.n AS n, e.dataset AS dataset,
       a.id AS gene, b.id AS restored_gene
ORDER BY influence DESC, gene, restored_gene""",
    ),
    "HAS_TYPE": (
        "Types given to cells",
        """
MATCH (c:Cell)-[e:HAS_TYPE]->(t:CellType)
WHERE e.by = $run
RETURN t.name AS name, c.dataset AS dataset, count(c) AS n_cells,
       avg(e.probability) AS mean_probability, t.id AS cell_type
ORDER BY n_cells DESC, cell_type, dataset""",
    ),
}


def score_table(session: Session, run: str) -> Answer:
    """List the scores of a run, each beside every baseline and the control.

    `value`, `low` and `high` are a score and its 95 % interval, in the unit of its metric; so are
    those of baseline and control. `difference` is the score minus the baseline's, paired, and
    `control_difference` the score minus the control's, where they were measured.

    Parameters
    ----------
    run
        The run, as `find_run` takes it.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        If the build has no such run, or several.
    """
    found = find_run(session, run)
    rows: list[dict[str, object]] = []
    for score in json.loads(str(found["metrics"] or "[]")):
        control = score["control"]
        base = {name: score[name] for name in ("metric", "context", "value", "low", "high")}
        base |= {f"control_{name}": control[name] for name in ("value", "low", "high")}
        base["control"] = score["control_name"]
        beside = score.get("differences") or {}
        base |= paired_difference(beside.get(score["control_name"]), "control_")
        rows += [
            base
            | {"baseline": name}
            | {f"baseline_{part}": other[part] for part in other}
            | paired_difference(beside.get(name))
            for name, other in score["baselines"].items()
        ]
    key = found["run"]
    return session.answer(table_of(rows, SCORES), f"Scores of {key}", "scores", {"run": key})


def facts(session: Session, run: str) -> dict[str, Answer]:
    """Return the facts that a run put into the graph, by table; tables without any are left out."""
    asked = {"run": run, "source": f"source:{run.removeprefix('run:')}"}
    answers: dict[str, Answer] = {}
    for table, (title, text) in _fact_statements(session.published.schema).items():
        if not session.manifest.counts.get(table):
            continue
        used = {name: value for name, value in asked.items() if f"${name}" in text}
        rows = session.gateway.ask(text, used)
        if rows.table.num_rows:
            answers[table] = session.answer(
                rows.table, f"{title}, {run}", text, used, truncated=rows.truncated
            )
    return answers


def _fact_statements(schema: Schema) -> dict[str, tuple[str, str]]:
    """Return title and statement of each table that runs may write, such as those of plug-ins."""
    tables: list[NodeType | EdgeType] = [*schema.nodes.values(), *schema.edges.values()]
    own = {*_FACTS, "Run"}
    others = [table for table in tables if table.derived and table.name not in own]
    return _FACTS | {table.name: (table.about, _plain_statement(table)) for table in others}


def _plain_statement(table: NodeType | EdgeType) -> str:
    """Return the statement that reads all properties of one source's rows."""
    if isinstance(table, EdgeType):
        pattern = f"(a:`{table.start}`)-[x:`{table.name}`]->(b:`{table.end}`)"
        keys = {"from": "a.id", "to": "b.id"}
    else:
        pattern, keys = f"(x:`{table.name}`)", {"id": "x.id"}
    columns = keys | {column.name: f"x.`{column.name}`" for column in table.properties}
    returned = ", ".join(f"{value} AS `{name}`" for name, value in columns.items())
    order = ", ".join(f"`{name}`" for name in keys)
    return f"MATCH {pattern}\nWHERE x.source = $source\nRETURN {returned}\nORDER BY {order}"
