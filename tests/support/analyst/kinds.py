"""Questions about the hierarchy of cell types."""

from collections import Counter
from collections.abc import Iterator

import networkx as nx
import pandas as pd
from tests.support.analyst.question import Parameters, question
from tests.support.analyst.world import World


@question(
    """
MATCH (t:CellType)-[:SUBCLASS_OF*0..]->(k:CellType {id: $type})
WITH DISTINCT t
MATCH (:Gene)-[e:EXPRESSED_IN]->(t)
RETURN sum(e.mean * e.n_cells) / sum(e.n_cells) AS mean, count(*) AS n, count(DISTINCT t) AS types
""",
    """
WITH RECURSIVE below(nid) AS (
  SELECT "#nid" FROM "CellType" WHERE id = $type
  UNION SELECT s."#src" FROM below JOIN "SUBCLASS_OF<" s ON s."#dst" = below.nid)
SELECT sum(e.mean * e.n_cells) / sum(e.n_cells) AS mean, count(*) AS n,
       count(DISTINCT e."#dst") AS types
FROM "EXPRESSED_IN<" e WHERE e."#dst" IN (SELECT nid FROM below)
""",
    given=lambda world: {"type": world["CellType"]["id"].iloc[1]},
)
def mean_over_kinds(world: World, given: Parameters) -> pd.DataFrame:
    """Mean expression over a cell type and its subtypes, weighted by cells."""
    kinds = nx.ancestors(world.kinds, given["type"]) | {given["type"]}
    edges = world["EXPRESSED_IN"]
    edges = edges[edges["to"].isin(kinds)]
    mean = (edges["mean"] * edges["n_cells"]).sum() / edges["n_cells"].sum()
    row = (mean, len(edges), edges["to"].nunique())
    return pd.DataFrame([row], columns=["mean", "n", "types"])


def _trails(world: World, start: str, least: int, most: int) -> Iterator[tuple[str, ...]]:
    """Yield the nodes of each path upwards from a type that uses no edge twice."""
    above: dict[str, list[tuple[int, str]]] = {}
    edges = world["SUBCLASS_OF"]
    for number, (one, other) in enumerate(zip(edges["from"], edges["to"], strict=True)):
        above.setdefault(one, []).append((number, other))

    def further(path: tuple[str, ...], used: frozenset[int]) -> Iterator[tuple[str, ...]]:
        if len(used) >= least:
            yield path
        if len(used) < most:
            for number, kind in above.get(path[-1], []):
                if number not in used:
                    yield from further((*path, kind), used | {number})

    return further((start,), frozenset())


def _deep(world: World) -> Parameters:
    """Return the type with the most paths upwards, so that the question covers branches."""
    types = world["CellType"]["id"].tolist()
    ways = {kind: sum(1 for _ in _trails(world, kind, 1, 4)) for kind in types[-60:]}
    return {"type": max(types[-60:], key=lambda kind: (ways[kind], kind))}


@question(
    """
MATCH (t:CellType {id: $type})((x:CellType)-[:SUBCLASS_OF]->(y:CellType)){1,3}(k:CellType)
RETURN k.id AS type, count(*) AS n
""",
    """
WITH RECURSIVE up(nid, edges) AS (
  SELECT "#nid", []::BIGINT[] FROM "CellType" WHERE id = $type
  UNION ALL
  SELECT s."#dst", list_append(up.edges, s."#eid") FROM up JOIN "SUBCLASS_OF" s ON s."#src" = up.nid
  WHERE len(up.edges) < 3 AND NOT list_contains(up.edges, s."#eid"))
SELECT k.id AS type, count(*) AS n FROM up JOIN "CellType" k ON k."#nid" = up.nid
WHERE len(up.edges) >= 1 GROUP BY k.id
""",
    given=_deep,
)
def repeated_pattern(world: World, given: Parameters) -> pd.DataFrame:
    """Ancestors of a cell type within three steps, with the number of paths."""
    ends = Counter(path[-1] for path in _trails(world, str(given["type"]), 1, 3))
    return pd.DataFrame(list(ends.items()), columns=["type", "n"])


@question(
    """
MATCH p = (t:CellType {id: $type})-[:SUBCLASS_OF*1..4]->(k:CellType)
RETURN length(p) AS length, [n IN nodes(p) | n.id] AS types,
       [r IN relationships(p) | type(r)] AS steps
""",
    """
WITH RECURSIVE up(nid, edges, ids) AS (
  SELECT "#nid", []::BIGINT[], [id] FROM "CellType" WHERE id = $type
  UNION ALL
  SELECT s."#dst", list_append(up.edges, s."#eid"), list_append(up.ids, k.id)
  FROM up JOIN "SUBCLASS_OF" s ON s."#src" = up.nid JOIN "CellType" k ON k."#nid" = s."#dst"
  WHERE len(up.edges) < 4 AND NOT list_contains(up.edges, s."#eid"))
SELECT len(edges) AS length, ids AS types,
       list_transform(edges, lambda e: 'SUBCLASS_OF') AS steps
FROM up WHERE len(edges) >= 1
""",
    given=_deep,
)
def paths_upwards(world: World, given: Parameters) -> pd.DataFrame:
    """Paths from a cell type to its ancestors."""
    rows = [
        (len(path) - 1, list(path), ["SUBCLASS_OF"] * (len(path) - 1))
        for path in _trails(world, str(given["type"]), 1, 4)
    ]
    return pd.DataFrame(rows, columns=["length", "types", "steps"])
