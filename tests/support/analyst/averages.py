"""Questions that count and average over whole tables."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
from tests.support.analyst.question import Parameters, question
from tests.support.analyst.world import World


@question(
    "MATCH (:Gene)-[e:EXPRESSED_IN]->(t:CellType) "
    "RETURN t.id AS type, avg(e.mean) AS mean, count(*) AS n",
    """
SELECT t.id AS type, a.mean, a.n
FROM (SELECT "#dst" AS nid, avg(mean) AS mean, count(*) AS n FROM "EXPRESSED_IN<" GROUP BY "#dst") a
JOIN "CellType" t ON t."#nid" = a.nid
""",
)
def average_by_type(world: World, _: Parameters) -> pd.DataFrame:
    """Average expression in each cell type."""
    found = world["EXPRESSED_IN"].groupby("to")["mean"].agg(["mean", "count"]).reset_index()
    return found.set_axis(["type", "mean", "n"], axis=1)


@question(
    "MATCH (:Gene)-[e:EXPRESSED_IN]->(t:CellType) "
    "RETURN t.id AS type, round(avg(e.mean), 3) AS mean",
    """
SELECT t.id AS type, round(a.mean, 3) AS mean
FROM (SELECT "#dst" AS nid, avg(mean) AS mean FROM "EXPRESSED_IN<" GROUP BY "#dst") a
JOIN "CellType" t ON t."#nid" = a.nid
""",
)
def average_rounded(world: World, _: Parameters) -> pd.DataFrame:
    """Average expression in each cell type, rounded to three digits."""
    found = average_by_type(world, {})
    mean = [
        float(Decimal(repr(value)).quantize(Decimal("0.001"), ROUND_HALF_UP))
        for value in found["mean"].tolist()
    ]
    return pd.DataFrame({"type": found["type"], "mean": mean})


@question(
    "MATCH (:Gene)-[e:EXPRESSED_IN]->(t:CellType) "
    "RETURN t.id AS type, stDev(e.mean) AS sample, stDevP(e.fraction) AS whole",
    """
SELECT t.id AS type, coalesce(stddev_samp(e.mean), 0.0) AS sample, stddev_pop(e.fraction) AS whole
FROM "EXPRESSED_IN<" e JOIN "CellType" t ON t."#nid" = e."#dst" GROUP BY t.id
""",
)
def spread_by_type(world: World, _: Parameters) -> pd.DataFrame:
    """Standard deviation of expression in each cell type."""
    groups = world["EXPRESSED_IN"].groupby("to")
    found = pd.DataFrame(
        {"sample": groups["mean"].std().fillna(0.0), "whole": groups["fraction"].std(ddof=0)}
    )
    return found.rename_axis("type").reset_index()


@question(
    """
MATCH (:Gene)-[e:EXPRESSED_IN]->(t:CellType)
RETURN t.id AS type, percentileCont(e.mean, 0.5) AS median, percentileDisc(e.mean, 0.9) AS high,
       min(e.mean) AS least, max(e.mean) AS most
""",
    """
SELECT t.id AS type, quantile_cont(e.mean, 0.5) AS median, quantile_disc(e.mean, 0.9) AS high,
       min(e.mean) AS least, max(e.mean) AS most
FROM "EXPRESSED_IN<" e JOIN "CellType" t ON t."#nid" = e."#dst" GROUP BY t.id
""",
)
def percentiles_by_type(world: World, _: Parameters) -> pd.DataFrame:
    """Median and ninth decile of expression in each cell type."""
    rows = []
    for kind, values in world["EXPRESSED_IN"].groupby("to")["mean"]:
        ordered = np.sort(values.to_numpy())
        # the least value that at least nine tenths do not exceed
        place = max(0, -(-9 * len(ordered) // 10) - 1)
        rows.append((kind, float(np.median(ordered)), ordered[place], ordered[0], ordered[-1]))
    frame = pd.DataFrame(rows, columns=["type", "median", "high", "least", "most"])
    return frame.astype(dict.fromkeys(frame.columns[1:], float))


@question(
    """
MATCH (:Gene)-[e:EXPRESSED_IN]->(:CellType)
RETURN e.dataset AS dataset,
       CASE WHEN e.mean < 0.01 THEN 'low' WHEN e.mean < 1 THEN 'middle' ELSE 'high' END AS bucket,
       count(*) AS n, sum(e.n_cells) AS cells
""",
    """
SELECT dataset,
       CASE WHEN mean < 0.01 THEN 'low' WHEN mean < 1 THEN 'middle' ELSE 'high' END AS bucket,
       count(*) AS n, sum(n_cells)::BIGINT AS cells
FROM "EXPRESSED_IN" GROUP BY ALL
""",
)
def buckets(world: World, _: Parameters) -> pd.DataFrame:
    """Number of low, middle and high expression values in each dataset."""
    edges = world["EXPRESSED_IN"]
    bucket = np.select([edges["mean"] < 0.01, edges["mean"] < 1], ["low", "middle"], "high")
    groups = edges.assign(bucket=bucket).groupby(["dataset", "bucket"])["n_cells"]
    found = groups.agg(["count", "sum"]).reset_index()
    return found.set_axis(["dataset", "bucket", "n", "cells"], axis=1)


@question(
    """
MATCH (:Cell)-[e:EXPRESSES]->(g:Gene)
RETURN count(DISTINCT g) AS genes, count(DISTINCT e.count) AS counts, count(*) AS n,
       count(DISTINCT e.rank + e.count) AS sums
""",
    """
SELECT count(DISTINCT "#dst") AS genes, count(DISTINCT count) AS counts, count(*) AS n,
       count(DISTINCT rank + count::DOUBLE) AS sums
FROM "EXPRESSES"
""",
)
def distinct_over_all(world: World, _: Parameters) -> pd.DataFrame:
    """Number of distinct genes and counts over all cells."""
    edges = world["EXPRESSES"]
    sums = edges["rank"] + edges["count"].astype(float)
    row = (edges["to"].nunique(), edges["count"].nunique(), len(edges), sums.nunique())
    return pd.DataFrame([row], columns=["genes", "counts", "n", "sums"])


@question(
    """
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType)
WITH t, g, e ORDER BY e.mean DESC, g.id, e.dataset
WITH t, collect(g.id)[..3] AS top
RETURN t.id AS type, top
""",
    """
SELECT t.id AS type, list(g.id ORDER BY r.place) AS top
FROM (SELECT e."#dst" AS kind, e."#src" AS gene, row_number() OVER
        (PARTITION BY e."#dst" ORDER BY e.mean DESC, e."#src", e.dataset) AS place
      FROM "EXPRESSED_IN<" e QUALIFY place <= 3) r
JOIN "CellType" t ON t."#nid" = r.kind JOIN "Gene" g ON g."#nid" = r.gene
GROUP BY t.id
""",
)
def top_three_by_type(world: World, _: Parameters) -> pd.DataFrame:
    """The three genes with the highest expression in each cell type."""
    by = ["to", "mean", "from", "dataset"]
    edges = world["EXPRESSED_IN"].sort_values(by, ascending=[True, False, True, True])
    found = edges.groupby("to").head(3).groupby("to")["from"].agg(list).reset_index()
    return found.set_axis(["type", "top"], axis=1)


@question(
    """
MATCH (t:CellType)
RETURN t.id AS type, COLLECT {
  MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN g.id ORDER BY e.mean DESC, g.id, e.dataset LIMIT 3
} AS top
""",
    """
WITH r AS (
  SELECT e."#dst" AS kind, e."#src" AS gene, row_number() OVER
    (PARTITION BY e."#dst" ORDER BY e.mean DESC, e."#src", e.dataset) AS place
  FROM "EXPRESSED_IN<" e QUALIFY place <= 3)
SELECT t.id AS type, coalesce(list(g.id ORDER BY r.place) FILTER (g.id IS NOT NULL), []) AS top
FROM "CellType" t LEFT JOIN r ON r.kind = t."#nid" LEFT JOIN "Gene" g ON g."#nid" = r.gene
GROUP BY t.id
""",
)
def top_three_by_subquery(world: World, _: Parameters) -> pd.DataFrame:
    """The three genes with the highest expression in each cell type, or none."""
    found = dict(zip(*top_three_by_type(world, {}).to_dict("list").values(), strict=True))
    types = world["CellType"]["id"].tolist()
    return pd.DataFrame({"type": types, "top": [found.get(kind, []) for kind in types]})


@question(
    """
MATCH (c:Cell)-[h:HAS_TYPE]->(t:CellType)
RETURN c.donor AS donor, h.by AS by, t.name AS type, count(DISTINCT c) AS cells,
       avg(h.probability) AS probability
""",
    """
SELECT c.donor AS donor, h.by AS by, t.name AS type, count(DISTINCT c."#nid") AS cells,
       avg(h.probability) AS probability
FROM "HAS_TYPE" h JOIN "Cell" c ON c."#nid" = h."#src" JOIN "CellType" t ON t."#nid" = h."#dst"
GROUP BY ALL
""",
)
def cells_by_donor(world: World, _: Parameters) -> pd.DataFrame:
    """Number of cells of each type by donor; donor and type may be unknown."""
    cells = world["Cell"].set_index("id")["donor"]
    names = world["CellType"].set_index("id")["name"]
    edges = world["HAS_TYPE"]
    rows = edges.assign(donor=edges["from"].map(cells), type=edges["to"].map(names))
    groups = rows.groupby(["donor", "by", "type"], dropna=False)
    found = groups.agg(cells=("from", "nunique"), probability=("probability", "mean"))
    return found.reset_index()


@question(
    """
MATCH (:Cell)-[e:EXPRESSES]->(:Gene)
WITH count(e) AS total
MATCH (c:Cell)-[e:EXPRESSES]->(:Gene)
WITH total, c.dataset AS dataset, count(e) AS n, sum(e.rank) AS ranks
WHERE n > 0
RETURN dataset, toFloat(n) / total AS share, ranks ORDER BY dataset
""",
    """
SELECT c.dataset AS dataset, count(*)::DOUBLE / (SELECT count(*) FROM "EXPRESSES") AS share,
       sum(e.rank)::BIGINT AS ranks
FROM "EXPRESSES" e JOIN "Cell" c ON c."#nid" = e."#src" GROUP BY c.dataset ORDER BY dataset
""",
    ordered=True,
)
def share_of_all(world: World, _: Parameters) -> pd.DataFrame:
    """Each dataset's share of all expression edges."""
    edges = world["EXPRESSES"]
    dataset = edges["from"].str.split(":").str[0]
    groups = edges.groupby(dataset)["rank"].agg(["count", "sum"])
    shares = groups["count"] / len(edges)
    return pd.DataFrame({"dataset": groups.index, "share": shares, "ranks": groups["sum"]})


@question(
    """
MATCH (:Gene)-[e:EXPRESSED_IN]->(t:CellType)
WITH t, collect(e.mean) AS means
RETURN t.id AS type, size(means) AS n, size([m IN means WHERE m > 1]) AS above,
       any(m IN means WHERE m > 5.99) AS some
""",
    """
SELECT t.id AS type, count(*) AS n, count(*) FILTER (e.mean > 1) AS above,
       bool_or(e.mean > 5.99) AS some
FROM "EXPRESSED_IN<" e JOIN "CellType" t ON t."#nid" = e."#dst" GROUP BY t.id
""",
)
def lists_of_collected(world: World, _: Parameters) -> pd.DataFrame:
    """Number of means above one in each cell type, and whether any is near six."""
    groups = world["EXPRESSED_IN"].groupby("to")["mean"]
    found = pd.DataFrame(
        {
            "n": groups.count(),
            "above": groups.agg(lambda mean: int((mean > 1).sum())),
            "some": groups.max() > 5.99,
        }
    )
    return found.rename_axis("type").reset_index()
