// Maps, properties and projections of maps.

RETURN {a: 1}.a AS v
RETURN {a: 1}.b AS v
RETURN {a: 1, a: 2} AS v
RETURN {a: 1}.a AND true AS v
RETURN {a: {b: 1}}.a.b AS v
RETURN 1 .x AS v
RETURN (1).x AS v
RETURN 'a'.x AS v
RETURN [1].x AS v
RETURN true.x AS v
RETURN null.x AS v
RETURN (1.5).x AS v
RETURN $p.x AS v
RETURN $p.x.y AS v
WITH 1 AS a RETURN a.x AS v
WITH 'a' AS a RETURN a.x AS v
WITH [1] AS a RETURN a.x AS v
WITH true AS a RETURN a.x AS v
WITH {x: 1} AS a RETURN a.x AS v
WITH {x: 1} AS a RETURN a.x.y AS v
WITH null AS a RETURN a.x AS v
WITH 1 + 1 AS a RETURN a.x AS v
WITH toLower('A') AS a RETURN a.x AS v
MATCH (g:Gene) RETURN g.id.x AS v
MATCH (g:Gene) RETURN g.id[0] AS v
MATCH (g:Gene) RETURN g['id'] AS v
MATCH (g:Gene) RETURN g[0] AS v
MATCH (g:Gene) RETURN g[1.5] AS v
MATCH (g:Gene) RETURN g[$p] AS v
MATCH (g:Gene)-[r]->() RETURN r['id'] AS v
MATCH (g:Gene) RETURN g {.id, .symbol} AS v
MATCH (g:Gene) RETURN g {.*} AS v
MATCH (g:Gene) RETURN g {.*, x: 1} AS v
MATCH (g:Gene) RETURN g {x} AS v
MATCH (g:Gene)-->(h) RETURN g {h} AS v
MATCH (g:Gene) RETURN g {.id, x: y} AS v
MATCH (g:Gene) RETURN h {.id} AS v
WITH {a: 1} AS m RETURN m {.a} AS v
WITH 1 AS m RETURN m {.a} AS v
WITH [1] AS m RETURN m {.a} AS v
WITH null AS m RETURN m {.a} AS v
WITH $p AS m RETURN m {.a} AS v
MATCH p = (a)-->() RETURN p {.id} AS v
RETURN keys(1) AS v
RETURN size(keys({a: 1})) AS v
RETURN keys([1]) AS v
RETURN properties({a: 1}) AS v
RETURN properties(1) AS v
RETURN properties('a') AS v
MATCH (g:Gene) RETURN properties(g).id AS v
RETURN {a: x} AS v
RETURN {a: 1} + 1 AS v
RETURN {a: 1} + {b: 2} AS v
RETURN {a: 1} + [1] AS v
RETURN {1: 'a'} AS v
RETURN {'a': 1} AS v
RETURN {`a b`: 1} AS v
RETURN {} AS v
RETURN {a: count(*)} AS v
