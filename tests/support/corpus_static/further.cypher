// Further statements of many kinds.

MATCH (g:Gene) WHERE g.x IN ['a'] AND NOT g.y IN [1] RETURN g
MATCH (g:Gene) WHERE g.x = 1 OR g.y RETURN g
MATCH (g:Gene) WHERE g.x AND g.y RETURN g
MATCH (g:Gene) WHERE NOT g.x RETURN g
MATCH (g:Gene) WHERE g.x + 1 RETURN g
MATCH (g:Gene) WHERE g.x * 1 RETURN g
MATCH (g:Gene) WHERE size(g.x) RETURN g
MATCH (g:Gene) WHERE exists((g)-->()) OR g.x > 1 RETURN g
MATCH (g:Gene) WHERE coalesce(g.x, false) RETURN g
MATCH (g:Gene) WHERE coalesce(g.x, 'a') RETURN g
MATCH (g:Gene) WHERE toBoolean(g.x) RETURN g
MATCH (g:Gene) WHERE toString(g.x) RETURN g
MATCH (g:Gene) WHERE isEmpty(g.x) RETURN g
MATCH (g:Gene) WHERE head(labels(g)) RETURN g
MATCH (g:Gene) WHERE CASE g.x WHEN 1 THEN true ELSE false END RETURN g
MATCH (g:Gene) WHERE CASE g.x WHEN 1 THEN 'a' ELSE 'b' END RETURN g
MATCH (g:Gene) WHERE g IS NOT NULL RETURN g
MATCH (g:Gene) WHERE g = null RETURN g
MATCH (g:Gene) WHERE null RETURN g
MATCH (g:Gene) WHERE $flag RETURN g
MATCH (g:Gene) WHERE 1 < g.x < 3 RETURN g
MATCH (g:Gene) RETURN g.x / 2 AS a, g.x % 2 AS b, g.x ^ 2 AS c
MATCH (g:Gene) RETURN g / 2 AS a
MATCH (g:Gene) RETURN -g AS a
MATCH (g:Gene) RETURN g + g AS a
MATCH (g:Gene) RETURN g + [1] AS a
MATCH (g:Gene) RETURN [g] + g AS a
MATCH (g:Gene) RETURN labels(g) + 'x' AS a
MATCH (g:Gene) RETURN labels(g)[0..1] AS a, labels(g)[-1] AS b
MATCH (g:Gene) RETURN labels(g)['0'] AS a
MATCH (g:Gene) RETURN g.list[0].x AS a
MATCH (g:Gene) RETURN g.list['a'] AS a
MATCH (g:Gene) RETURN g[g.key] AS a
MATCH (g:Gene) RETURN g[1 + 1] AS a
MATCH (g:Gene) RETURN $map[g.key] AS a, $map['x'] AS b, $list[0] AS c
MATCH (g:Gene) RETURN properties(g)['x'] AS a
MATCH (g:Gene) RETURN properties(g)[0] AS a
MATCH (g:Gene) RETURN keys(g)['x'] AS a
MATCH (g:Gene)-[r]->() RETURN r.x + type(r) AS a
MATCH (g:Gene)-[r]->() RETURN r + 1 AS a
MATCH (g:Gene)-[r]->() RETURN startNode(r) = g AS a
MATCH (g:Gene)-[r]->() RETURN endNode(r).x AS a, labels(endNode(r)) AS b
MATCH (g:Gene)-[r]->() WHERE type(r) IN ['FROM'] RETURN r
MATCH (g:Gene)-[r]->() WHERE type(r) IN 'FROM' RETURN r
MATCH (g:Gene)-[r]->() WHERE r IN [r] RETURN r
MATCH (g:Gene)-[r]->() WHERE r IN r RETURN r
MATCH (g:Gene)-[r]->() RETURN collect(r)[0] = r AS a, r
MATCH p = (g:Gene)-[*1..2]->() RETURN reduce(s = 0, n IN nodes(p) | s + n.x) AS a
MATCH p = (g:Gene)-[*1..2]->() RETURN reduce(s = '', r IN relationships(p) | s + type(r)) AS a
MATCH p = (g:Gene)-[*1..2]->() RETURN reduce(s = '', n IN nodes(p) | s + type(n)) AS a
MATCH p = (g:Gene)-[*1..2]->() RETURN [n IN nodes(p) WHERE n:Gene | n.x] AS a
MATCH p = (g:Gene)-[*1..2]->() WHERE none(n IN nodes(p)[1..] WHERE n = g) RETURN p
MATCH p = (g:Gene)-[*1..2]->() WHERE none(n IN p WHERE n = g) RETURN p
MATCH p = (g:Gene)-[*1..2]->() RETURN p = p AS a
MATCH p = (g:Gene)-[*1..2]->() RETURN size(nodes(p)) + length(p) AS a
MATCH p = (g:Gene)-[*1..2]->() RETURN collect(p)[0] AS a, length(collect(p)[0]) AS b
MATCH p = (g:Gene)-[*1..2]->() WITH collect(p) AS ps RETURN [q IN ps | length(q)] AS a
MATCH p = (g:Gene)-[*1..2]->() WITH collect(p) AS ps RETURN [q IN ps | q.x] AS a
MATCH p = (g:Gene)-[*1..2]->() WITH collect(p) AS ps RETURN length(ps) AS a
MATCH (g:Gene) RETURN max(g.x, g.y) AS a
MATCH (g:Gene) RETURN avg(DISTINCT g.x) AS a
MATCH (g:Gene) RETURN percentileCont(DISTINCT g.x, 0.5) AS a
MATCH (g:Gene) RETURN collect(DISTINCT g)[0].x AS a
MATCH (g:Gene) RETURN count(DISTINCT count(g)) AS a
MATCH (g:Gene) RETURN coalesce(count(g), 0) + sum(g.x) AS a
MATCH (g:Gene) RETURN g.x AS k, count(*) AS n, collect(g.y)[..count(*)] AS l
MATCH (g:Gene) RETURN g.x AS k, [y IN collect(g.y) | y + g.x] AS l
MATCH (g:Gene) RETURN g.x AS k, [y IN collect(g.y) | y + g.z] AS l
MATCH (g:Gene) RETURN any(y IN collect(g.y) WHERE y = g.z) AS l
MATCH (g:Gene) RETURN reduce(s = 0, y IN collect(g.y) | s + y + g.z) AS l
MATCH (g:Gene) RETURN {all: collect(g.y), n: count(*)}.n AS l
MATCH (g:Gene) RETURN {all: collect(g.y), g: g} AS l
MATCH (g:Gene) RETURN CASE g.x WHEN 1 THEN count(*) ELSE 0 END AS l
MATCH (g:Gene) RETURN g.x, CASE g.x WHEN 1 THEN count(*) ELSE 0 END AS l
MATCH (g:Gene) RETURN g.x IS NULL AS k, g.x IS NULL AND count(*) > 1 AS l
MATCH (g:Gene) RETURN 'a' + g.x AS k, count(*) AS n ORDER BY 'a' + g.x
MATCH (g:Gene) RETURN 'a' + g.x AS k, count(*) AS n ORDER BY g.x
MATCH (g:Gene) RETURN toLower(g.x) AS k, count(*) AS n ORDER BY toLower(g.x), n
MATCH (g:Gene) RETURN toLower(g.x) AS k, count(*) AS n ORDER BY size(toLower(g.x))
MATCH (g:Gene) WITH g.x AS k, count(*) AS n WHERE n > 1 AND k <> '' RETURN k ORDER BY n
MATCH (g:Gene) WITH g.x AS k, count(*) AS n ORDER BY n DESC LIMIT 5 RETURN collect(k) AS ks
MATCH (g:Gene) WITH g.x AS k, count(*) AS n RETURN k, n ORDER BY count(*)
MATCH (g:Gene) WITH collect(g) AS gs UNWIND range(0, size(gs) - 1) AS i RETURN i, gs[i].x AS x
MATCH (g:Gene) WITH collect(g) AS gs UNWIND range(0, size(gs) - 1) AS i RETURN i.x AS x
MATCH (g:Gene) WITH collect(g) AS gs UNWIND range(0, size(gs) - 1) AS i MATCH (i) RETURN i
MATCH (g:Gene) WITH collect(g) AS gs RETURN [i IN range(0, 2) | gs[i].x] AS x
MATCH (g:Gene) WITH collect(g) AS gs RETURN [i IN range(0, 2) | gs['a'].x] AS x
