// RETURN, ORDER BY, SKIP, LIMIT and UNWIND.

RETURN 1
RETURN 1 AS a, 2 AS a
RETURN 1, 1
MATCH (g:Gene) RETURN g.id, g.id
MATCH (g:Gene) RETURN g, g
MATCH (g:Gene) RETURN g.id AS x, g.symbol AS x
MATCH (g:Gene) RETURN g.id, g.id AS `g.id`
MATCH (g:Gene) RETURN *, g.id AS g
MATCH (g:Gene) RETURN *, g.id AS i
MATCH (g:Gene) RETURN *, g
MATCH (g:Gene) RETURN DISTINCT g.species ORDER BY g.species
MATCH (g:Gene) RETURN DISTINCT g.species ORDER BY g.id
MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY g.species
MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY s + 'x'
MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY toLower(g.species)
MATCH (g:Gene) RETURN DISTINCT g ORDER BY g.id
MATCH (g:Gene) RETURN DISTINCT g AS h ORDER BY g.id
MATCH (g:Gene) RETURN DISTINCT g AS h ORDER BY h.id
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY n DESC, s
MATCH (g:Gene) RETURN g.species, count(*) ORDER BY count(*) DESC, g.species
MATCH (g:Gene) RETURN g.species, count(*) ORDER BY count(g)
MATCH (g:Gene) RETURN g.species, count(*) ORDER BY g.id
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY g.species
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY n + 1
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY count(*) + 1
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY max(g.id)
MATCH (g:Gene) RETURN count(*) AS n ORDER BY g.id
MATCH (g:Gene) RETURN count(*) AS n ORDER BY count(*)
MATCH (g:Gene) RETURN g.id AS i ORDER BY count(*)
MATCH (g:Gene) RETURN g.id AS i ORDER BY g.symbol
MATCH (g:Gene) RETURN g.id AS g ORDER BY g
MATCH (g:Gene) RETURN g.id AS g ORDER BY g.symbol
MATCH (g:Gene) RETURN g.id AS i ORDER BY z
MATCH (g:Gene) RETURN g.id AS i ORDER BY 1
MATCH (g:Gene) RETURN g.id AS i SKIP 1 LIMIT 2
MATCH (g:Gene) RETURN g.id AS i SKIP -1
MATCH (g:Gene) RETURN g.id AS i LIMIT -1
MATCH (g:Gene) RETURN g.id AS i SKIP 1.5
MATCH (g:Gene) RETURN g.id AS i LIMIT 1.7
MATCH (g:Gene) RETURN g.id AS i LIMIT 1.0
MATCH (g:Gene) RETURN g.id AS i SKIP 'a'
MATCH (g:Gene) RETURN g.id AS i LIMIT true
MATCH (g:Gene) RETURN g.id AS i LIMIT null
MATCH (g:Gene) RETURN g.id AS i LIMIT $n
MATCH (g:Gene) RETURN g.id AS i LIMIT $n + 1
MATCH (g:Gene) RETURN g.id AS i LIMIT 1 + 1
MATCH (g:Gene) RETURN g.id AS i LIMIT 1 - 2
MATCH (g:Gene) RETURN g.id AS i LIMIT toInteger('3')
MATCH (g:Gene) RETURN g.id AS i LIMIT toInteger(ceil(1.7))
MATCH (g:Gene) RETURN g.id AS i LIMIT ceil(1.7)
MATCH (g:Gene) RETURN g.id AS i LIMIT g.id
MATCH (g:Gene) RETURN g.id AS i SKIP i
WITH 3 AS k MATCH (g:Gene) RETURN g.id AS i LIMIT k
MATCH (g:Gene) RETURN g.id AS i LIMIT count(*)
MATCH (g:Gene) RETURN g.id AS i LIMIT size([1, 2])
MATCH (g:Gene) RETURN g.id AS i LIMIT head([1, 2])
MATCH (g:Gene) RETURN g.id AS i LIMIT size([x IN [1, 2] | x])
MATCH (g:Gene) RETURN g.id AS i LIMIT COUNT { MATCH (c:Cell) }
MATCH (g:Gene) RETURN g.id AS i LIMIT size([(:Gene)-->() | 1])
MATCH (g:Gene) RETURN g.id AS i SKIP 9223372036854775807
MATCH (g:Gene) RETURN g.id AS i SKIP 9223372036854775808
MATCH (g:Gene) RETURN g.id AS i LIMIT 3 SKIP 1
MATCH (g:Gene) RETURN g.id AS i OFFSET 1 LIMIT 1
RETURN x
RETURN $x
RETURN $x + 1 AS y
RETURN *
RETURN 1 AS x RETURN 2 AS y
RETURN DISTINCT 1 AS x
RETURN 1 AS x ORDER BY x WHERE x > 0
UNWIND [1, 2] AS x RETURN x
UNWIND [1, 2] AS x RETURN x, x
UNWIND [1, 2] AS x UNWIND [3] AS x RETURN x
UNWIND [1, 2] AS x UNWIND [x] AS y RETURN y
UNWIND 1 AS x RETURN x
UNWIND null AS x RETURN x
UNWIND {a: 1} AS x RETURN x
UNWIND $list AS x RETURN x
UNWIND x AS x RETURN x
UNWIND [1, 2] AS x RETURN x.id AS y
UNWIND ['a'] AS x RETURN x AND true AS y
UNWIND [true, 1] AS x RETURN x AND true AS y
UNWIND [1, 2.5] AS x RETURN x AND true AS y
UNWIND [1, 2.5] AS x RETURN [1, 2][x] AS y
UNWIND [1, 'a'] AS x RETURN [1, 2][x] AS y
UNWIND [1, null] AS x RETURN x AND true AS y
UNWIND [] AS x RETURN x AND true AS y
UNWIND [[1]] AS x RETURN x + 1 AS y
UNWIND [[1]] AS x UNWIND x AS y RETURN y AND true AS z
UNWIND [{a: 1}] AS x RETURN x.a AND true AS y
UNWIND [{a: 1}] AS x RETURN x AND true AS y
UNWIND count(*) AS x RETURN x
UNWIND [count(1)] AS x RETURN x
UNWIND range(1, 3) AS x RETURN x AND true AS y
UNWIND keys({a: 1}) AS x RETURN x AND true AS y
UNWIND labels(1) AS x RETURN x
UNWIND 'abc' AS x RETURN x
MATCH (g:Gene) UNWIND g.synonyms AS s RETURN s
MATCH (g:Gene) UNWIND g AS s RETURN s
MATCH (g:Gene) UNWIND [g] AS s RETURN s.id AS i
MATCH (g:Gene) UNWIND [g.id] AS g RETURN g
