"""Replacements for functions and procedures of APOC and GDS, for messages."""

from collections.abc import Iterable, Mapping
from typing import Final

from orthoweave.nearest import did_you_mean

_MODELS: Final = "run a model: orthoweave models lists them, and views make graphs for others"
_PATHS: Final = "write MATCH p = (a)-[:TYPE*1..3]->(b), or a repeated path such as -[:TYPE]->{1,3}"
_DATES: Final = "dates are stored as strings: compare them as strings"
ELSEWHERE: Final[Mapping[str, str]] = {
    "apoc.coll.avg": "write UNWIND list AS x … avg(x)",
    "apoc.coll.contains": "write x IN list",
    "apoc.coll.disjunction": "write [x IN a WHERE NOT x IN b] + [x IN b WHERE NOT x IN a]",
    "apoc.coll.duplicates": "write UNWIND list AS x WITH x, count(*) AS n WHERE n > 1",
    "apoc.coll.flatten": "write reduce(all = [], x IN lists | all + x)",
    "apoc.coll.frequencies": "write UNWIND list AS x RETURN x, count(*)",
    "apoc.coll.indexof": "write [i IN range(0, size(list) - 1) WHERE list[i] = x][0]",
    "apoc.coll.intersection": "write [x IN a WHERE x IN b]",
    "apoc.coll.max": "write UNWIND list AS x … max(x)",
    "apoc.coll.min": "write UNWIND list AS x … min(x)",
    "apoc.coll.sort": "write COLLECT { UNWIND list AS x RETURN x ORDER BY x }",
    "apoc.coll.subtract": "write [x IN a WHERE NOT x IN b]",
    "apoc.coll.sum": "write reduce(total = 0, x IN list | total + x)",
    "apoc.coll.toset": "write COLLECT { UNWIND list AS x RETURN DISTINCT x }",
    "apoc.coll.union": "write COLLECT { UNWIND a + b AS x RETURN DISTINCT x }",
    "apoc.coll.zip": "write [i IN range(0, size(a) - 1) | [a[i], b[i]]]",
    "apoc.map.frompairs": "write the map itself, or return rows of a key and a value",
    "apoc.map.merge": "write the entries into one map, or n {.*, key: value}",
    "apoc.map.values": "write [key IN keys(m) | m[key]] in UNWIND",
    "apoc.text.capitalize": "write toUpper(left(s, 1)) + substring(s, 1)",
    "apoc.text.indexof": "write size(split(s, part)[0])",
    "apoc.text.join": "write reduce(all = '', x IN list | all + ',' + x)",
    "apoc.text.levenshteindistance": "search by meaning: orthoweave search",
    "apoc.text.regexgroups": "s =~ '…' tests a pattern; split(s, ',') splits a string",
    "apoc.text.replace": "write replace(s, 'old', 'new')",
    "apoc.text.split": "write split(s, ',')",
    "apoc.convert.tojson": "return the values themselves: answers are exported as JSON",
    "apoc.meta.schema": "write CALL db.schema.nodeTypeProperties()",
    "apoc.meta.stats": "write MATCH (n) RETURN labels(n)[0] AS label, count(*) AS n",
    "apoc.path.expand": _PATHS,
    "apoc.path.expandconfig": _PATHS,
    "apoc.path.spanningtree": _PATHS,
    "apoc.path.subgraphall": _PATHS,
    "apoc.path.subgraphnodes": _PATHS,
    "apoc.neighbors.tohop": _PATHS,
    "apoc.algo.dijkstra": "write shortestPath((a)-[*]-(b)) for the fewest hops",
    "apoc.algo.allsimplepaths": "write MATCH p = (a)-[*1..4]->(b)",
    "apoc.node.degree": "write COUNT { (n)--() }",
    "apoc.do.when": "write CASE WHEN … THEN … END",
    "apoc.when": "write CASE WHEN … THEN … END",
    "gds.degree": "write COUNT { (n)--() }",
    "gds.shortestpath": "write shortestPath((a)-[*]-(b)), or SHORTEST 1",
    "gds.graph": "a view is a graph for algorithms: orthoweave views",
    "gds.knn": "search by similarity: orthoweave search, or a model",
    "gds.nodesimilarity": "write MATCH (a)-->(x)<--(b) RETURN a.id, b.id, count(x) AS shared",
}
"""Replacements by name in lower case; a name of GDS stands for all names that begin with it."""
_FAMILIES: Final = {
    "apoc.coll.": "use list functions, [x IN list WHERE … | …] and COLLECT {…}",
    "apoc.text.": "use string functions: SHOW FUNCTIONS lists them",
    "apoc.map.": "use maps {key: value} and n {.*, key: value}",
    "apoc.date.": _DATES,
    "apoc.temporal.": _DATES,
    "apoc.path.": _PATHS,
    "apoc.algo.": _MODELS,
    "apoc.": "write it in plain Cypher",
    "gds.": _MODELS,
}


def instead(name: str, known: Iterable[str], general: str) -> str:
    """Return what to write instead of a function or procedure that is not available.

    Parameters
    ----------
    known
        Names that are available; the most similar ones are suggested.
    general
        Advice if no name is similar.

    Examples
    --------
    >>> instead("apoc.coll.toSet", [], "")
    'write COLLECT { UNWIND list AS x RETURN DISTINCT x }'
    """
    lower = name.lower()
    if lower in ELSEWHERE:
        return ELSEWHERE[lower]
    if lower.startswith("gds."):
        inner = lower.replace("gds.alpha.", "gds.").replace("gds.beta.", "gds.")
        for begin, way in ELSEWHERE.items():
            if begin.startswith("gds.") and inner.startswith(begin):
                return way
    for family, way in _FAMILIES.items():
        if lower.startswith(family):
            return way
    return did_you_mean(name, known).removeprefix(": ") or general
