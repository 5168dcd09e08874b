// Aggregates: where they stand, what they take, what stands beside them.

MATCH (g:Gene) RETURN count(*) AS n
MATCH (g:Gene) RETURN count(g) AS n, count(DISTINCT g.species) AS m
MATCH (g:Gene) RETURN count(count(g)) AS n
MATCH (g:Gene) RETURN sum(count(*)) AS n
MATCH (g:Gene) RETURN max(1 + count(*)) AS n
MATCH (g:Gene) RETURN count(*) + 1 AS n
MATCH (g:Gene) RETURN g.species AS s, count(*) + 1 AS n
MATCH (g:Gene) RETURN g.species + count(*) AS n
MATCH (g:Gene) RETURN g.species AS s, g.species + count(*) AS n
MATCH (g:Gene) RETURN g.species, g.species + count(*) AS n
MATCH (g:Gene) RETURN g AS s, g.species + count(*) AS n
MATCH (g:Gene) RETURN g, g.species + count(*) AS n
MATCH (g:Gene) RETURN g.id AS s, g.species + count(*) AS n
MATCH (g:Gene) RETURN g.x + 1 AS s, g.x + 1 + count(*) AS n
MATCH (g:Gene) RETURN g.x + 1 AS s, g.x + count(*) AS n
MATCH (g:Gene) RETURN g.x + g.y AS s, g.x + g.y + count(*) AS n
MATCH (g:Gene) RETURN g.x AS a, g.y AS b, g.x + g.y + count(*) AS n
MATCH (g:Gene) RETURN g.x AS a, g.x * 2 + count(*) AS n
MATCH (g:Gene) RETURN g.x AS a, sum(g.y) / g.x AS n
MATCH (g:Gene) RETURN sum(g.y) / g.x AS n
MATCH (g:Gene) RETURN toLower(g.x) AS a, toLower(g.x) + count(*) AS n
MATCH (g:Gene) RETURN g.x AS a, toLower(g.x) + count(*) AS n
MATCH (g:Gene) WITH g.x AS a RETURN a + count(*) AS n
MATCH (g:Gene) WITH g.x AS a RETURN a, a + count(*) AS n
MATCH (g:Gene) WITH g.x AS a RETURN a AS b, a + count(*) AS n
MATCH (g:Gene) WITH g.x AS a RETURN a + 1 AS b, a + count(*) AS n
MATCH (g:Gene) WITH g.x AS a RETURN a + 1 AS b, a + 1 + count(*) AS n
MATCH (g:Gene) WITH g.x AS a WITH a + count(*) AS n RETURN n
MATCH (g:Gene)-->(h) RETURN g, {k: h.id, n: count(*)} AS m
MATCH (g:Gene)-->(h) RETURN g, {k: g.id, n: count(*)} AS m
MATCH (g:Gene)-->(h) RETURN {k: g.id, n: count(*)} AS m
MATCH (g:Gene)-->(h) RETURN [g.id, count(*)] AS m
MATCH (g:Gene)-->(h) RETURN [1, count(*)] AS m
MATCH (g:Gene)-->(h) RETURN [$p, count(*)] AS m
MATCH (g:Gene)-->(h) RETURN g.id AS i, [g.id, count(*)] AS m
MATCH (g:Gene)-->(h) RETURN CASE WHEN count(*) > 1 THEN g.id ELSE 'x' END AS m
MATCH (g:Gene)-->(h) RETURN CASE WHEN count(*) > 1 THEN 1 ELSE 0 END AS m
MATCH (g:Gene)-->(h) RETURN g.id, CASE WHEN count(*) > 1 THEN g.id ELSE 'x' END AS m
MATCH (g:Gene)-->(h) RETURN g {.id, n: count(*)} AS m
MATCH (g:Gene)-->(h) RETURN g, g {.id, n: count(*)} AS m
MATCH (g:Gene) RETURN [x IN [1, 2] | count(*)] AS l
MATCH (g:Gene) RETURN [x IN collect(g) | x.id] AS l
MATCH (g:Gene) RETURN [x IN collect(g) WHERE x.id > g.id | x.id] AS l
MATCH (g:Gene) RETURN g, [x IN collect(g) WHERE x.id > g.id | x.id] AS l
MATCH (g:Gene) RETURN [x IN [1] WHERE count(*) > 1] AS l
MATCH (g:Gene) RETURN any(x IN [1] WHERE count(*) > 1) AS l
MATCH (g:Gene) RETURN any(x IN collect(g) WHERE x.id > 'x') AS l
MATCH (g:Gene) RETURN reduce(s = 0, x IN [1] | s + count(*)) AS l
MATCH (g:Gene) RETURN reduce(s = 0, x IN collect(g.x) | s + x) AS l
MATCH (g:Gene) RETURN reduce(s = count(*), x IN [1] | s + x) AS l
MATCH (g:Gene) RETURN size(collect(g)) AS n
MATCH (g:Gene) RETURN collect(g)[0] AS n
MATCH (g:Gene) RETURN collect(g)[count(*)] AS n
MATCH (g:Gene) RETURN collect(g)[g.x] AS n
MATCH (g:Gene) RETURN collect(DISTINCT g.id)[..3] AS n
MATCH (g:Gene) RETURN head(collect(g)).id AS n
MATCH (g:Gene) RETURN labels(head(collect(g))) AS n
MATCH (g:Gene) RETURN type(head(collect(g))) AS n
MATCH (g:Gene) RETURN sum('a') AS n
MATCH (g:Gene) RETURN sum(true) AS n
MATCH (g:Gene) RETURN avg([1]) AS n
MATCH (g:Gene) RETURN sum(g) AS n
MATCH (g:Gene) RETURN sum(g.id) AS n
MATCH (g:Gene) RETURN max(g) AS n, min([1]) AS m
MATCH (g:Gene) RETURN stDev('a') AS n
MATCH (g:Gene) RETURN percentileCont(g.x, 0.5) AS n
MATCH (g:Gene) RETURN percentileCont(g.x, 1.5) AS n
MATCH (g:Gene) RETURN percentileCont(g.x, -0.5) AS n
MATCH (g:Gene) RETURN percentileDisc(g.x, 2) AS n
MATCH (g:Gene) RETURN percentileCont(g.x, $p) AS n
MATCH (g:Gene) RETURN percentileCont(g.x, g.y) AS n
MATCH (g:Gene) RETURN percentileCont(g.x, 'a') AS n
MATCH (g:Gene) RETURN percentileCont('a', 0.5) AS n
MATCH (g:Gene) RETURN percentileCont(g.x) AS n
MATCH (g:Gene) RETURN percentileDisc(g.id, 0.5) AS n
MATCH (g:Gene) RETURN count() AS n
MATCH (g:Gene) RETURN count(1, 2) AS n
MATCH (g:Gene) RETURN count(DISTINCT *) AS n
MATCH (g:Gene) RETURN sum(*) AS n
MATCH (g:Gene) RETURN collect(*) AS n
MATCH (g:Gene) RETURN collect() AS n
MATCH (g:Gene) RETURN toLower(DISTINCT g.id) AS n
MATCH (g:Gene) RETURN count(DISTINCT g, g.id) AS n
MATCH (g:Gene) RETURN count(h) AS n
MATCH (g:Gene) RETURN collect(g.id) AND true AS n
MATCH (g:Gene) RETURN count(*) AND true AS n
MATCH (g:Gene) RETURN max(g.x) AND true AS n
MATCH (g:Gene) RETURN max(1) AND true AS n
MATCH (g:Gene) RETURN sum(g.x) + 'a' AS n
MATCH (g:Gene) WITH g ORDER BY count(*) RETURN g
MATCH (g:Gene) RETURN count(g.x > 1) AS n
MATCH (g:Gene) RETURN sum(CASE WHEN g.x > 1 THEN 1 ELSE 0 END) AS n
MATCH (g:Gene) RETURN count(*) AS n, count(*) AS m
MATCH (g:Gene) RETURN count(*), count(*)
