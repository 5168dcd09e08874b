// WITH: names, columns and conditions.

MATCH (g:Gene) WITH g, count(*) RETURN count(g) AS n
MATCH (g:Gene) WITH g.id RETURN 1 AS x
MATCH (g:Gene) WITH g {.id} RETURN g
MATCH (g:Gene) WITH 1 RETURN 1 AS x
MATCH (g:Gene) WITH $x RETURN 1 AS x
MATCH (g:Gene) WITH g, g.id AS i RETURN g, i
MATCH (g:Gene) WITH g AS a, g AS b RETURN a, b
MATCH (g:Gene) WITH g AS a, g.id AS a RETURN a
MATCH (g:Gene) WITH g, g RETURN g
MATCH (g:Gene) WITH g AS h RETURN g
MATCH (g:Gene) WITH g.id AS i RETURN g.id AS j
MATCH (g:Gene) WITH *, 1 AS x RETURN g, x
MATCH (g:Gene) WITH *, 1 AS g RETURN g
MATCH (g:Gene) WITH *, g.id AS g RETURN g
MATCH () WITH * RETURN 1 AS x
WITH * RETURN 1 AS x
MATCH (g:Gene) WITH DISTINCT g.species AS s RETURN s
MATCH (g:Gene) WITH DISTINCT g.species RETURN 1 AS x
MATCH (g:Gene) WITH g WHERE g.id > 'x' RETURN g
MATCH (g:Gene) WITH g.id AS i WHERE g.symbol > 'x' RETURN i
MATCH (g:Gene) WITH g.id AS i WHERE i > 'x' RETURN i
MATCH (g:Gene) WITH g.species AS s, count(*) AS n WHERE n > 1 RETURN s
MATCH (g:Gene) WITH g.species AS s, count(*) AS n WHERE g.id > 'x' RETURN s
MATCH (g:Gene) WITH g.species AS s, count(*) AS n WHERE count(*) > 1 RETURN s
MATCH (g:Gene) WITH DISTINCT g.species AS s WHERE g.id > 'x' RETURN s
MATCH (g:Gene) WITH DISTINCT g.species AS s WHERE g.species > 'x' RETURN s
MATCH (g:Gene) WITH g.species AS s, count(*) AS n WHERE g.species > 'x' RETURN s
MATCH (g:Gene) WITH g.id AS i WHERE count(*) > 1 RETURN i
MATCH (g:Gene) WITH g ORDER BY g.id LIMIT 3 RETURN g
MATCH (g:Gene) WITH g.id AS i ORDER BY g.symbol RETURN i
MATCH (g:Gene) WITH g.id AS i ORDER BY i RETURN i
MATCH (g:Gene) WITH DISTINCT g.species AS s ORDER BY g.id RETURN s
MATCH (g:Gene) WITH DISTINCT g.species AS s ORDER BY g.species RETURN s
MATCH (g:Gene) WITH DISTINCT g.species AS s ORDER BY s RETURN s
MATCH (g:Gene) WITH g.species AS s, count(*) AS n ORDER BY n RETURN s
MATCH (g:Gene) WITH g.species AS s, count(*) AS n ORDER BY count(*) RETURN s
MATCH (g:Gene) WITH g.species AS s, count(*) AS n ORDER BY g.species RETURN s
MATCH (g:Gene) WITH g.species AS s, count(*) AS n ORDER BY g.id RETURN s
MATCH (g:Gene) WITH g.species AS s, count(*) AS n ORDER BY max(g.id) RETURN s
MATCH (g:Gene) WITH g.species AS s ORDER BY count(*) RETURN s
MATCH (g:Gene) WITH g.species AS s ORDER BY z RETURN s
MATCH (g:Gene) WITH g, g.species AS g2 ORDER BY g.id SKIP 1 LIMIT 1 WHERE g.id > 'x' RETURN g
WITH 1 AS a, a + 1 AS b RETURN b
WITH 1 AS a WITH a + 1 AS b RETURN a
WITH 1 AS a WITH a, a + 1 AS b RETURN a, b
WITH 1 AS a WHERE a RETURN a
WITH 1 AS a WHERE a > 0 RETURN a
WITH 'x' AS a WHERE a RETURN a
WITH true AS a WHERE a RETURN a
WITH null AS a WHERE a RETURN a
WITH [] AS a WHERE a RETURN a
WITH {} AS a WHERE a RETURN a
WITH $p AS a WHERE a RETURN a
MATCH (g:Gene) WHERE g RETURN g
MATCH (g:Gene) WHERE g.id RETURN g
MATCH (g:Gene) WHERE labels(g) RETURN g
MATCH (g:Gene) WHERE 'x' RETURN g
MATCH (g:Gene) WHERE 1 = 1 RETURN g
MATCH (g:Gene) WHERE count(g) > 1 RETURN g
MATCH (g:Gene)-[r]->() WHERE type(r) RETURN g
