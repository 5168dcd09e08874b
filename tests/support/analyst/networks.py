"""Questions about networks of genes."""

from collections import Counter

import networkx as nx
import pandas as pd
from tests.support.analyst.question import Parameters, question
from tests.support.analyst.world import World

_PAIRS = """
  SELECT "#src" AS one, "#dst" AS other, "#eid" AS edge FROM "COEXPRESSED_WITH"
  UNION ALL
  SELECT "#dst", "#src", "#eid" FROM "COEXPRESSED_WITH<" WHERE "#src" <> "#dst"
"""


def _a_gene(world: World) -> Parameters:
    genes = world["Gene"]["id"]
    return {"gene": genes.iloc[len(genes) * 5 // 8]}


def _two_genes(world: World) -> Parameters:
    """Return two genes of the species without a hub gene."""
    genes = world["Gene"]["id"]
    start = len(genes) // 2 + 10
    return {"one": genes.iloc[start], "other": genes.iloc[min(start + 160, len(genes) - 1)]}


@question(
    """
MATCH (g:Gene {id: $gene})-[:COEXPRESSED_WITH]-(:Gene)-[:COEXPRESSED_WITH]-(h:Gene)
WHERE h <> g
RETURN DISTINCT h.id AS gene, h.symbol AS symbol
""",
    f"""
WITH pairs AS ({_PAIRS})
SELECT id AS gene, symbol FROM "Gene" WHERE "#nid" IN (
  SELECT b.other FROM "Gene" g JOIN pairs a ON a.one = g."#nid" JOIN pairs b ON b.one = a.other
  WHERE g.id = $gene AND a.edge <> b.edge AND b.other <> g."#nid")
""",
    given=_a_gene,
)
def two_hops(world: World, given: Parameters) -> pd.DataFrame:
    """Genes co-expressed with the co-expressed genes of a gene."""
    pairs = world.both_ways("COEXPRESSED_WITH")
    first = pairs[pairs["from"] == given["gene"]]
    both = first.merge(pairs, left_on="to", right_on="from", suffixes=("", "_next"))
    both = both[both["edge"] != both["edge_next"]]
    found = set(both["to_next"]) - {given["gene"]}
    genes = world["Gene"]
    return genes[genes["id"].isin(found)][["id", "symbol"]].set_axis(["gene", "symbol"], axis=1)


@question(
    """
MATCH (a:Gene {id: $gene})-[:COEXPRESSED_WITH]-(b:Gene)-[:COEXPRESSED_WITH]-(c:Gene)
      -[:COEXPRESSED_WITH]-(a)
RETURN count(*) AS n, count(DISTINCT b) AS genes
""",
    f"""
WITH pairs AS ({_PAIRS})
SELECT count(*) AS n, count(DISTINCT p.other) AS genes
FROM "Gene" g JOIN pairs p ON p.one = g."#nid" JOIN pairs q ON q.one = p.other
JOIN pairs r ON r.one = q.other AND r.other = g."#nid"
WHERE g.id = $gene AND p.edge <> q.edge AND q.edge <> r.edge AND p.edge <> r.edge
""",
    given=_a_gene,
)
def triangles(world: World, given: Parameters) -> pd.DataFrame:
    """Triangles of co-expression with a gene."""
    edges = world["COEXPRESSED_WITH"]
    number = Counter(map(frozenset, zip(edges["from"], edges["to"], strict=True)))
    graph, gene = world.coexpression, str(given["gene"])
    # no edge is a loop, so the three edges of a triangle differ
    rings = [
        (
            one,
            number[frozenset((gene, one))]
            * number[frozenset((one, other))]
            * number[frozenset((other, gene))],
        )
        for one in graph[gene]
        for other in graph[one]
        if graph.has_edge(other, gene)
    ]
    row = (sum(times for _, times in rings), len({one for one, _ in rings}))
    return pd.DataFrame([row], columns=["n", "genes"])


@question(
    """
MATCH p = shortestPath((a:Gene {id: $one})-[:COEXPRESSED_WITH*]-(b:Gene {id: $other}))
RETURN length(p) AS length
""",
    f"""
WITH RECURSIVE pairs AS ({_PAIRS}),
near(nid, hops) USING KEY (nid) AS (
  SELECT "#nid", 0 FROM "Gene" WHERE id = $one
  UNION
  SELECT p.other, near.hops + 1 FROM near JOIN pairs p ON p.one = near.nid
  WHERE NOT EXISTS (SELECT 1 FROM recurring.near k WHERE k.nid = p.other)
    AND NOT EXISTS (SELECT 1 FROM recurring.near k JOIN "Gene" g ON g."#nid" = k.nid
                    WHERE g.id = $other))
SELECT hops::BIGINT AS length FROM near JOIN "Gene" g ON g."#nid" = near.nid WHERE g.id = $other
""",
    given=_two_genes,
)
def shortest_path(world: World, given: Parameters) -> pd.DataFrame:
    """Length of the shortest path of co-expression between two genes."""
    length = nx.shortest_path_length(world.coexpression, given["one"], given["other"])
    return pd.DataFrame({"length": [length]})


@question(
    """
MATCH (a:Gene)-[e:COEXPRESSED_WITH]->(b:Gene)-[f:PARALOGOUS_TO]-(a)
RETURN a.species AS species, count(*) AS n, avg(e.coefficient) AS mean
""",
    """
SELECT a.species AS species, count(*) AS n, avg(e.coefficient) AS mean
FROM "COEXPRESSED_WITH" e JOIN (
  SELECT "#src" AS one, "#dst" AS other FROM "PARALOGOUS_TO"
  UNION ALL SELECT "#dst", "#src" FROM "PARALOGOUS_TO<" WHERE "#src" <> "#dst"
) f ON f.one = e."#dst" AND f.other = e."#src"
JOIN "Gene" a ON a."#nid" = e."#src" GROUP BY a.species
""",
)
def paralogs_together(world: World, _: Parameters) -> pd.DataFrame:
    """Co-expression of paralogs, with parallel edges of both types."""
    kin = world.both_ways("PARALOGOUS_TO")[["from", "to"]]
    both = world["COEXPRESSED_WITH"].merge(kin, on=["from", "to"])
    groups = both.groupby(world.species_of(both["from"]))["coefficient"]
    found = groups.agg(["size", "mean"]).rename_axis("species").reset_index()
    return found.set_axis(["species", "n", "mean"], axis=1)


@question(
    """
MATCH (a:Gene)-[r:FUNCTIONAL_ORTHOLOG_OF]-(b:Gene)
RETURN count(*) AS n, sum(CASE WHEN a = b THEN 1 ELSE 0 END) AS loops, count(DISTINCT r) AS edges,
       count(DISTINCT a) AS genes
""",
    """
SELECT count(*) AS n, (count(*) FILTER (a = b))::BIGINT AS loops, count(DISTINCT r) AS edges,
       count(DISTINCT a) AS genes
FROM (SELECT "#src" AS a, "#dst" AS b, "#eid" AS r FROM "FUNCTIONAL_ORTHOLOG_OF"
      UNION ALL SELECT "#dst", "#src", "#eid" FROM "FUNCTIONAL_ORTHOLOG_OF" WHERE "#src" <> "#dst")
""",
)
def loops_either_way(world: World, _: Parameters) -> pd.DataFrame:
    """Functional orthologs in both directions, including loops."""
    edges = world.both_ways("FUNCTIONAL_ORTHOLOG_OF")
    loops = int((edges["from"] == edges["to"]).sum())
    row = (len(edges), loops, edges["edge"].nunique(), edges["from"].nunique())
    return pd.DataFrame([row], columns=["n", "loops", "edges", "genes"])


@question(
    """
MATCH (a:Gene)-[e:EXPRESSED_IN]->(t:CellType {id: $type})<-[f:EXPRESSED_IN]-(b:Gene)
WHERE a.id < b.id AND e.dataset = f.dataset AND e.mean > 4.5 AND f.mean > 4.5
RETURN e.dataset AS dataset, count(*) AS n, max(e.mean * f.mean) AS most
""",
    """
WITH rows AS (
  SELECT g.id, e.dataset, e.mean FROM "CellType" t JOIN "EXPRESSED_IN<" e ON e."#dst" = t."#nid"
  JOIN "Gene" g ON g."#nid" = e."#src" WHERE t.id = $type AND e.mean > 4.5)
SELECT a.dataset AS dataset, count(*) AS n, max(a.mean * b.mean) AS most
FROM rows a JOIN rows b ON a.dataset = b.dataset AND a.id < b.id GROUP BY a.dataset
""",
    given=lambda _: {"type": "CL:0000001"},
)
def pairs_of_markers(world: World, given: Parameters) -> pd.DataFrame:
    """Pairs of genes with high expression in the same cell type and dataset."""
    edges = world["EXPRESSED_IN"]
    edges = edges[(edges["to"] == given["type"]) & (edges["mean"] > 4.5)]
    rows = []
    for dataset, group in edges.groupby("dataset"):
        mean = group["mean"].to_numpy()
        # a gene occurs once per type and dataset, so all pairs are of two genes
        first, second = sorted(mean)[-2:]
        rows.append((dataset, len(mean) * (len(mean) - 1) // 2, float(first * second)))
    return pd.DataFrame(rows, columns=["dataset", "n", "most"])


@question(
    """
MATCH (g:Gene)
OPTIONAL MATCH (g)-[e:COEXPRESSED_WITH]-(:Gene)
WITH g, count(e) AS degree
RETURN degree, count(*) AS genes ORDER BY degree
""",
    f"""
SELECT coalesce(d.n, 0) AS degree, count(*) AS genes
FROM "Gene" g LEFT JOIN (SELECT one, count(*) AS n FROM ({_PAIRS}) GROUP BY one) d
  ON d.one = g."#nid"
GROUP BY degree ORDER BY degree
""",
    ordered=True,
)
def degrees(world: World, _: Parameters) -> pd.DataFrame:
    """Distribution of the number of co-expression edges of genes."""
    degree = world.both_ways("COEXPRESSED_WITH")["from"].value_counts()
    genes = degree.reindex(world["Gene"]["id"]).fillna(0).astype(int).value_counts().sort_index()
    return pd.DataFrame({"degree": genes.index, "genes": genes.to_numpy()})


@question(
    """
MATCH (d:Dataset {id: $dataset})-[r]-(n)
RETURN labels(n)[0] AS label, type(r) AS type, count(*) AS n
""",
    """
SELECT 'Cell' AS label, 'FROM' AS type, count(*) AS n FROM "FROM<" r
JOIN "Dataset" d ON d."#nid" = r."#dst" WHERE d.id = $dataset
UNION ALL
SELECT 'Gene', 'MEASURED_IN', count(*) FROM "MEASURED_IN<" r
JOIN "Dataset" d ON d."#nid" = r."#dst" WHERE d.id = $dataset
UNION ALL
SELECT 'CellType', 'OBSERVED_IN', count(*) FROM "OBSERVED_IN<" r
JOIN "Dataset" d ON d."#nid" = r."#dst" WHERE d.id = $dataset
""",
    given=lambda _: {"dataset": "atlas_mouse"},
)
def around_a_dataset(world: World, given: Parameters) -> pd.DataFrame:
    """Neighbours of a dataset by label and type."""
    ends = {"FROM": "Cell", "MEASURED_IN": "Gene", "OBSERVED_IN": "CellType"}
    rows = [
        (label, kind, int((world[kind]["to"] == given["dataset"]).sum()))
        for kind, label in ends.items()
    ]
    return pd.DataFrame(rows, columns=["label", "type", "n"])
