// Groups: what a column with an aggregate may use, what is left behind it.

MATCH (g:Gene) CALL (g) { MATCH (g)-->(c) RETURN g.symbol + count(*) AS n } RETURN n
MATCH (g:Gene) RETURN COUNT { MATCH (g)-->(c) RETURN g.symbol + count(*) } AS n
MATCH (g:Gene) RETURN COUNT { MATCH (g)-->(c) WITH DISTINCT c.id AS i ORDER BY g.id RETURN i } AS n
MATCH (g:Gene) CALL (g) { MATCH (g)-->(c) WITH DISTINCT c.id AS i ORDER BY g.id RETURN i } RETURN i
WITH [1] AS l MATCH (g:Gene) RETURN l[0] AS a, l[0] + count(*) AS n
WITH {k: {j: 1}} AS m MATCH (g:Gene) RETURN m.k.j AS a, m.k.j + count(*) AS n
WITH {k: {j: 1}} AS m MATCH (g:Gene) RETURN m.k AS a, m.k.j + count(*) AS n
MATCH (g:Gene) RETURN g['id'] AS a, g['id'] + count(*) AS n
MATCH (g:Gene) RETURN *, count(*) + 1 AS n
MATCH (g:Gene) RETURN *, g.x + count(*) AS n
MATCH (g:Gene) RETURN $p + count(*) AS n
MATCH (g:Gene) RETURN labels(g) AS l, labels(g)[0] + count(*) AS n
MATCH (g:Gene)-[r]->() RETURN type(r) AS t, type(r) + count(*) AS n
MATCH (g:Gene) RETURN EXISTS { (g)-->() } AS e, EXISTS { (g)-->() } AND count(*) > 1 AS n
MATCH (g:Gene) RETURN g.id AS i, [(g)-->(t) | t.id] + collect(g.x) AS n
MATCH (g:Gene) RETURN g AS i, [(g)-->(t) | t.id] + collect(g.x) AS n
MATCH (g:Gene) RETURN g.x AS i, COUNT { (t) WHERE t.x = g.x } + count(*) AS n
MATCH (g:Gene) RETURN DISTINCT g.x AS a ORDER BY count(*)
MATCH (g:Gene) RETURN count(*) AS a ORDER BY sum(a)
MATCH (g:Gene) RETURN g.x AS s, count(*) AS a ORDER BY sum(s)
MATCH (g:Gene) RETURN g.x AS s, count(*) AS a ORDER BY g.x + count(*)
MATCH (g:Gene) RETURN g.x AS s, count(*) AS a ORDER BY s + a
MATCH (g:Gene) RETURN g.x AS s, count(*) AS a ORDER BY size([x IN [1] | x])
MATCH (g:Gene) RETURN DISTINCT g.x AS s ORDER BY [g IN [1] | g]
MATCH (g:Gene) RETURN DISTINCT g.x AS s ORDER BY EXISTS { (g)-->() }
MATCH (g:Gene) WITH DISTINCT g.x AS s WHERE EXISTS { MATCH (g) WHERE g.x = s } RETURN s
MATCH (g:Gene) WITH g.x AS g WHERE g.y > 1 RETURN g
MATCH (g:Gene) WITH 1 AS g WHERE g.y > 1 RETURN g
MATCH (g:Gene) RETURN 1 AS g ORDER BY g.y
MATCH (n:Gene) WHERE count(*) > 1 RETURN n
MATCH (g:Gene) RETURN g.a, sum(g.b) / count(*) + g.a AS m
MATCH (g:Gene) RETURN g.a AS k, collect(g.b)[0] + g.a AS m
MATCH (g:Gene) RETURN g.a AS k, collect({b: g.b, c: g.c}) AS m
MATCH (g:Gene) RETURN {k: g.a, n: count(*)} AS m, g.a AS k
MATCH (g:Gene) RETURN max(g.a) - min(g.a) AS spread
MATCH (g:Gene) RETURN g.a AS k, max(g.b) - g.b AS m
MATCH (g:Gene) RETURN g.a AS k, round(avg(g.b), 2) AS m
MATCH (g:Gene) RETURN g.a AS k, round(avg(g.b), g.c) AS m
MATCH (g:Gene) RETURN DISTINCT count(*) AS n
MATCH (g:Gene) RETURN DISTINCT g.a AS k, count(*) AS n ORDER BY g.b
MATCH (g:Gene) WITH g, count(*) AS n ORDER BY g.id RETURN g, n
MATCH (g:Gene) WITH g, count(*) AS n WHERE g.id > 'a' RETURN g, n
MATCH (g:Gene)-->(h) WITH g, count(*) AS n WHERE h.id > 'a' RETURN g, n
MATCH (g:Gene)-->(h) WITH g, collect(h) AS hs RETURN g, size(hs) AS n
MATCH (g:Gene)-->(h) WITH g, collect(h) AS hs RETURN g, hs.id AS n
MATCH (g:Gene)-->(h) WITH g, collect(h) AS hs RETURN g, [x IN hs | x.id] AS n ORDER BY size(hs)
MATCH (g:Gene)-->(h) WITH g, collect(h.id) AS hs RETURN g, hs[0].id AS n
MATCH (g:Gene)-->(h) WITH g, count(h) AS hs RETURN g, hs.id AS n
MATCH (g:Gene)-->(h) WITH g, count(h) AS hs RETURN g, hs[0] AS n
MATCH (g:Gene)-->(h) WITH g, avg(h.x) AS hs RETURN g, hs AND true AS n
