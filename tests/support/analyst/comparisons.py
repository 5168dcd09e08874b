"""Questions that compare species: orthologs, differences between species, subqueries."""

import pandas as pd
from tests.support.analyst.question import Parameters, question
from tests.support.analyst.world import World

from orthoweave.testing.sources import HUMAN, MOUSE

_CONSENSUS = """
  SELECT "#src" AS one, "#dst" AS other, cardinality FROM "ORTHOLOGOUS_TO"
  WHERE assertion = 'consensus'
  UNION ALL
  SELECT "#dst", "#src", cardinality FROM "ORTHOLOGOUS_TO<"
  WHERE assertion = 'consensus' AND "#src" <> "#dst"
"""


def _with_orthologs(world: World) -> Parameters:
    pairs = world.consensus
    human = pairs[pairs["from"].str.startswith("NCBIGene:1")]
    several = human["from"].value_counts()
    known = world["Gene"].set_index("id")["symbol"].reindex(several[several > 1].index).dropna()
    return {"symbol": known.sort_index().iloc[0]}


@question(
    """
MATCH (g:Gene {symbol: $symbol})-[o:ORTHOLOGOUS_TO]-(h:Gene)-[e:EXPRESSED_IN]->(t:CellType)
WHERE o.assertion = 'consensus' AND e.fraction > 0.1
RETURN h.id AS ortholog, t.id AS type, e.dataset AS dataset, e.mean AS mean
""",
    f"""
SELECT h.id AS ortholog, t.id AS type, e.dataset AS dataset, e.mean AS mean
FROM "Gene" g JOIN ({_CONSENSUS}) o ON o.one = g."#nid" JOIN "Gene" h ON h."#nid" = o.other
JOIN "EXPRESSED_IN" e ON e."#src" = h."#nid" JOIN "CellType" t ON t."#nid" = e."#dst"
WHERE g.symbol = $symbol AND e.fraction > 0.1
""",
    given=_with_orthologs,
)
def orthologs_expressed(world: World, given: Parameters) -> pd.DataFrame:
    """Cell types where more than a tenth of the cells express an ortholog of a gene."""
    genes = world["Gene"]
    mine = genes[genes["symbol"] == given["symbol"]]["id"]
    partners = world.consensus[world.consensus["from"].isin(mine)][["to"]]
    edges = world["EXPRESSED_IN"].query("fraction > 0.1")
    found = partners.merge(edges, left_on="to", right_on="from", suffixes=("", "_type"))
    found = found[["from", "to_type", "dataset", "mean"]]
    return found.set_axis(["ortholog", "type", "dataset", "mean"], axis=1)


@question(
    """
MATCH (t:CellType {id: $type})<-[e:EXPRESSED_IN]-(g:Gene)-[o:ORTHOLOGOUS_TO]-(h:Gene)
      -[f:EXPRESSED_IN]->(t)
WHERE g.species = $species AND o.assertion = 'consensus' AND e.mean > 2 AND f.mean > 2
RETURN g.id AS gene, h.id AS ortholog, max(e.mean) AS here, max(f.mean) AS there, count(*) AS n
""",
    f"""
SELECT g.id AS gene, h.id AS ortholog, max(e.mean) AS here, max(f.mean) AS there, count(*) AS n
FROM "CellType" t JOIN "EXPRESSED_IN<" e ON e."#dst" = t."#nid"
JOIN "Gene" g ON g."#nid" = e."#src" JOIN ({_CONSENSUS}) o ON o.one = g."#nid"
JOIN "EXPRESSED_IN<" f ON f."#src" = o.other AND f."#dst" = t."#nid" AND f."#eid" <> e."#eid"
JOIN "Gene" h ON h."#nid" = o.other
WHERE t.id = $type AND g.species = $species AND e.mean > 2 AND f.mean > 2
GROUP BY g.id, h.id
""",
    given=lambda _: {"type": "CL:0000001", "species": HUMAN},
)
def shared_markers(world: World, given: Parameters) -> pd.DataFrame:
    """Genes with high expression in a cell type whose orthologs have it too."""
    edges = world["EXPRESSED_IN"]
    edges = edges[(edges["to"] == given["type"]) & (edges["mean"] > 2)][["from", "mean"]]
    found = edges.merge(world.consensus[["from", "to"]], on="from")
    found = found[world.species_of(found["from"]) == given["species"]]
    found = found.merge(edges, left_on="to", right_on="from", suffixes=("", "_there"))
    groups = found.groupby(["from", "to"])
    counted = groups.agg(here=("mean", "max"), there=("mean_there", "max"), n=("mean", "size"))
    return counted.rename_axis(["gene", "ortholog"]).reset_index()


@question(
    """
MATCH (g:Gene)-[o:ORTHOLOGOUS_TO {assertion: 'consensus', cardinality: '1:1'}]-(h:Gene)
WHERE g.species = $species
MATCH (g)-[e:EXPRESSED_IN]->(t:CellType)<-[f:EXPRESSED_IN]-(h)
RETURN g.id AS gene, h.id AS ortholog, t.id AS type, e.dataset AS here, f.dataset AS there,
       abs(e.mean - f.mean) AS difference
ORDER BY difference DESC, gene, type, here, there LIMIT 20
""",
    f"""
SELECT g.id AS gene, h.id AS ortholog, t.id AS type, e.dataset AS here, f.dataset AS there,
       abs(e.mean - f.mean) AS difference
FROM ({_CONSENSUS}) o JOIN "Gene" g ON g."#nid" = o.one JOIN "Gene" h ON h."#nid" = o.other
JOIN "EXPRESSED_IN" e ON e."#src" = o.one
JOIN "EXPRESSED_IN" f ON f."#src" = o.other AND f."#dst" = e."#dst"
JOIN "CellType" t ON t."#nid" = e."#dst"
WHERE o.cardinality = '1:1' AND g.species = $species
ORDER BY difference DESC, gene, type, here, there LIMIT 20
""",
    given=lambda _: {"species": HUMAN},
    ordered=True,
)
def largest_differences(world: World, given: Parameters) -> pd.DataFrame:
    """One-to-one orthologs with the largest difference in a cell type."""
    pairs = world.consensus
    pairs = pairs[pairs["cardinality"] == "1:1"][["from", "to"]]
    pairs = pairs[world.species_of(pairs["from"]) == given["species"]]
    edges = world["EXPRESSED_IN"][["from", "to", "dataset", "mean"]]
    edges = edges.set_axis(["of", "type", "dataset", "mean"], axis=1)
    found = pairs.merge(edges, left_on="from", right_on="of")
    found = found.merge(
        edges, left_on=["to", "type"], right_on=["of", "type"], suffixes=("_here", "_there")
    )
    found["difference"] = (found["mean_here"] - found["mean_there"]).abs()
    found = found[["from", "to", "type", "dataset_here", "dataset_there", "difference"]]
    found = found.set_axis(["gene", "ortholog", "type", "here", "there", "difference"], axis=1)
    by = ["difference", "gene", "type", "here", "there"]
    return found.sort_values(by, ascending=[False, True, True, True, True]).head(20)


@question(
    """
MATCH (g:Gene)-[e:EXPRESSED_IN]->(:CellType {id: $type})
WHERE g.species = $one AND e.mean > 5 RETURN g.symbol AS symbol
UNION
MATCH (g:Gene)-[e:EXPRESSED_IN]->(:CellType {id: $type})
WHERE g.species = $other AND e.mean > 5 RETURN g.symbol AS symbol
""",
    """
SELECT DISTINCT g.symbol AS symbol
FROM "CellType" t JOIN "EXPRESSED_IN<" e ON e."#dst" = t."#nid" JOIN "Gene" g ON g."#nid" = e."#src"
WHERE t.id = $type AND e.mean > 5 AND g.species IN ($one, $other)
""",
    given=lambda _: {"type": "CL:0000001", "one": HUMAN, "other": MOUSE},
)
def union_of_species(world: World, given: Parameters) -> pd.DataFrame:
    """Symbols with high expression in a cell type in either species."""
    edges = world["EXPRESSED_IN"]
    edges = edges[(edges["to"] == given["type"]) & (edges["mean"] > 5)]
    symbols = world["Gene"].set_index("id")["symbol"].reindex(edges["from"])
    return pd.DataFrame({"symbol": symbols.unique()})


@question(
    """
MATCH (g:Gene) WHERE NOT EXISTS { (g)-[:ORTHOLOGOUS_TO]-(:Gene) }
RETURN g.species AS species, count(*) AS n
""",
    """
SELECT species, count(*) AS n FROM "Gene" g
WHERE NOT EXISTS (SELECT 1 FROM "ORTHOLOGOUS_TO" o WHERE o."#src" = g."#nid")
  AND NOT EXISTS (SELECT 1 FROM "ORTHOLOGOUS_TO<" o WHERE o."#dst" = g."#nid")
GROUP BY species
""",
)
def without_ortholog(world: World, _: Parameters) -> pd.DataFrame:
    """Number of genes without orthologs in each species."""
    genes, pairs = world["Gene"], world["ORTHOLOGOUS_TO"]
    alone = genes[~genes["id"].isin(pairs["from"]) & ~genes["id"].isin(pairs["to"])]
    return alone.groupby("species").size().rename("n").reset_index()


@question(
    """
MATCH (g:Gene)
WHERE EXISTS { MATCH (g)-[e:EXPRESSED_IN]->(t:CellType) WHERE e.mean > 5 AND NOT t.deprecated }
RETURN g.species AS species, count(*) AS n
""",
    """
SELECT species, count(*) AS n FROM "Gene" g
WHERE EXISTS (SELECT 1 FROM "EXPRESSED_IN" e JOIN "CellType" t ON t."#nid" = e."#dst"
              WHERE e."#src" = g."#nid" AND e.mean > 5 AND NOT t.deprecated)
GROUP BY species
""",
)
def strong_somewhere(world: World, _: Parameters) -> pd.DataFrame:
    """Number of genes with high expression in each cell type that is not deprecated."""
    types = world["CellType"]
    current = types[[flag is False for flag in types["deprecated"]]]["id"]
    edges = world["EXPRESSED_IN"]
    strong = edges[(edges["mean"] > 5) & edges["to"].isin(current)]["from"].unique()
    genes = world["Gene"]
    found = genes[genes["id"].isin(strong)]
    return found.groupby("species").size().rename("n").reset_index()


@question(
    """
MATCH (g:Gene)
WHERE COUNT { (g)-[:COEXPRESSED_WITH]-(:Gene) } > $least
RETURN g.id AS gene, COUNT { (g)-[:COEXPRESSED_WITH]-(:Gene) } AS n
""",
    """
SELECT g.id AS gene, d.n AS n
FROM (SELECT nid, count(*) AS n
      FROM (SELECT "#src" AS nid FROM "COEXPRESSED_WITH"
            UNION ALL SELECT "#dst" FROM "COEXPRESSED_WITH<" WHERE "#src" <> "#dst")
      GROUP BY nid HAVING count(*) > $least) d
JOIN "Gene" g ON g."#nid" = d.nid
""",
    given=lambda world: {
        "least": int(world.both_ways("COEXPRESSED_WITH")["from"].value_counts().quantile(0.95))
    },
)
def well_connected(world: World, given: Parameters) -> pd.DataFrame:
    """Genes with many co-expression edges."""
    counts = world.both_ways("COEXPRESSED_WITH")["from"].value_counts()
    found = counts[counts > given["least"]]
    return pd.DataFrame({"gene": found.index, "n": found.to_numpy()})


@question(
    """
MATCH (t:CellType)
OPTIONAL MATCH (t)<-[h:HAS_TYPE]-(c:Cell) WHERE h.by = 'author' AND c.donor = 'd1'
RETURN t.id AS type, count(c) AS n, min(c.total_count) AS least
""",
    """
SELECT t.id AS type, count(x.c) AS n, min(x.total) AS least
FROM "CellType" t LEFT JOIN (
  SELECT h."#dst" AS kind, c."#nid" AS c, c.total_count AS total
  FROM "HAS_TYPE" h JOIN "Cell" c ON c."#nid" = h."#src"
  WHERE h.by = 'author' AND c.donor = 'd1') x ON x.kind = t."#nid"
GROUP BY t.id
""",
)
def cells_of_one_donor(world: World, _: Parameters) -> pd.DataFrame:
    """Number of cells of each type from one donor, including zero."""
    cells = world["Cell"]
    mine = cells[cells["donor"] == "d1"][["id", "total_count"]]
    edges = world["HAS_TYPE"]
    edges = edges[edges["by"] == "author"].merge(mine, left_on="from", right_on="id")
    counted = edges.groupby("to")["total_count"].agg(["count", "min"])
    found = counted.reindex(world["CellType"]["id"])
    found["count"] = found["count"].fillna(0).astype(int)
    return found.reset_index().set_axis(["type", "n", "least"], axis=1)


@question(
    """
MATCH (d:Dataset)
CALL (d) {
  MATCH (c:Cell)-[:FROM]->(d) RETURN c ORDER BY c.total_count DESC, c.id LIMIT 2
}
RETURN d.id AS dataset, c.id AS cell, c.total_count AS total
""",
    """
SELECT d.id AS dataset, c.id AS cell, c.total_count AS total
FROM "FROM" f JOIN "Dataset" d ON d."#nid" = f."#dst" JOIN "Cell" c ON c."#nid" = f."#src"
QUALIFY row_number() OVER (PARTITION BY d.id ORDER BY c.total_count DESC, c.id) <= 2
""",
)
def largest_cells(world: World, _: Parameters) -> pd.DataFrame:
    """The two cells of each dataset with the most counts."""
    cells = world["Cell"].sort_values(["total_count", "id"], ascending=[False, True])
    found = cells.groupby("dataset").head(2)[["dataset", "id", "total_count"]]
    return found.set_axis(["dataset", "cell", "total"], axis=1)
