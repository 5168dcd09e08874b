// Names: how far they reach, in subqueries too.

MATCH (a) WITH a AS b, a.id AS c MATCH (b)-->(d) RETURN a
MATCH (a) WITH a AS b, a.id AS c MATCH (b)-->(d) RETURN b, c, d
MATCH (a) WITH a.id AS a RETURN a.id AS x
MATCH (a) WITH a.id AS a MATCH (a)-->(b) RETURN b
MATCH (a) WITH 1 AS x MATCH (a) RETURN a, x
MATCH (a) OPTIONAL MATCH (a)-[r]->(b) WITH a, r MATCH (r) RETURN a
MATCH (a) OPTIONAL MATCH p = (a)-->(b) WITH p UNWIND nodes(p) AS n RETURN n.id AS id
MATCH (a)-[r]->(b) UNWIND [r] AS s MATCH ()-[s]->(c) RETURN c
MATCH (a)-[r]->(b) WITH collect(r) AS rs MATCH ()-[rs*]->() RETURN 1 AS x
MATCH (a)-[r]->(b) WITH collect(a) AS rs MATCH ()-[rs*]->() RETURN 1 AS x
MATCH (a)-[r]->(b) WITH collect(r) AS rs UNWIND rs AS r RETURN type(r) AS t
MATCH (a)-[r]->(b) WITH collect(r) AS rs UNWIND rs AS r RETURN labels(r) AS t
MATCH (a)-[r]->(b) WITH r AS a MATCH (a) RETURN a
MATCH (a) UNWIND [1] AS x WITH x RETURN a
MATCH (a) UNWIND [1] AS a RETURN a
MATCH (a) WITH [x IN [1] | x] AS x RETURN x
MATCH (a) WHERE any(a IN [1] WHERE a > 0) RETURN a
MATCH (a) RETURN [a IN [1] | a.id] AS x
MATCH (a) RETURN [a IN [1] | a + 1] AS x, a.id AS y
MATCH (a) RETURN reduce(a = 0, x IN [1] | a + x) AS x
MATCH (a) RETURN reduce(a = 0, x IN [1] | a.id) AS x
MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WHERE EXISTS { (b)-->(c) WHERE c.id = a.id } } RETURN a
MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WHERE EXISTS { (b)-->(c) WHERE c.id = z.id } } RETURN a
MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WITH b WHERE a.id = b.id RETURN b } RETURN a
MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WITH b.id AS i WHERE b.id > 1 RETURN i } RETURN a
MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WITH count(b) AS n WHERE n > 1 RETURN n } RETURN a
MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WITH a, count(b) AS n WHERE n > 1 RETURN n } RETURN a
MATCH (a) WHERE COUNT { MATCH (a)-->(b) RETURN b } > COUNT { MATCH (a)<--(b) RETURN b } RETURN a
MATCH (a) RETURN COLLECT { MATCH (a)-->(b) RETURN b }[0].id AS x
MATCH (a) RETURN labels(COLLECT { MATCH (a)-->(b) RETURN b }[0]) AS x
MATCH (a) RETURN type(COLLECT { MATCH (a)-->(b) RETURN b }[0]) AS x
MATCH (a) RETURN [x IN COLLECT { MATCH (a)-->(b) RETURN b.id } | x + 1] AS x
MATCH (a) RETURN EXISTS { MATCH (b) WHERE b.id = a.id UNION MATCH (c) RETURN c } AS x
MATCH (a) RETURN EXISTS { MATCH (b) RETURN b UNION MATCH (b) RETURN b } AS x
MATCH (a) CALL { WITH a MATCH (a)-->(b) WITH b CALL { WITH b MATCH (b)-->(c) RETURN c } RETURN c } RETURN c
MATCH (a) CALL { WITH a MATCH (a)-->(b) CALL { WITH b MATCH (b)-->(c) RETURN c } RETURN c } RETURN b
MATCH (a) CALL { WITH a MATCH (a)-->(b) CALL { WITH z MATCH (b)-->(c) RETURN c } RETURN c } RETURN c
MATCH (a) CALL (a) { MATCH (a)-->(b) CALL (b) { MATCH (b)-->(c) RETURN c } RETURN c } RETURN a, c
MATCH (a) CALL (a) { MATCH (a)-->(b) CALL (a, b) { MATCH (b)-->(c) WHERE c <> a RETURN c } RETURN c } RETURN a, c
MATCH (a) CALL (a) { MATCH (a)-->(b) RETURN count(b) AS n UNION MATCH (a)<--(b) RETURN count(b) AS n } RETURN a, n
MATCH (a) CALL (a) { RETURN 1 AS n UNION ALL RETURN 2 AS m } RETURN a, n
MATCH (a) CALL (a) { RETURN a.id AS i ORDER BY a.x LIMIT 1 } RETURN i
MATCH (a) CALL (a) { WITH a, 1 AS b RETURN b } RETURN b
MATCH (a) CALL (a) { WITH a AS b RETURN b } RETURN b
MATCH (a) CALL (a) { WITH a WHERE a.id > 1 RETURN a AS b } RETURN b
MATCH (a) CALL (a) { WITH * WHERE a.id > 1 RETURN 1 AS b } RETURN b
MATCH (a) CALL (*) { WITH 1 AS a RETURN 2 AS b } RETURN b
MATCH (a) CALL { WITH *, 1 AS x RETURN x } RETURN x
MATCH (a) CALL { WITH a, a RETURN 1 AS x } RETURN x
MATCH (a) CALL { WITH a UNWIND [1] AS x RETURN x } RETURN x
MATCH (a) CALL { WITH a MATCH (a) RETURN a.id AS x, count(*) AS n } RETURN x, n
MATCH (a) CALL { UNWIND [1] AS x RETURN x } RETURN a, x
MATCH (a) CALL { MATCH (b) RETURN b LIMIT 1 } WITH a, b MATCH (a)-->(b) RETURN a, b
MATCH (a) CALL { MATCH (b) RETURN b.id AS b LIMIT 1 } WITH a, b MATCH (a)-->(b) RETURN a, b
MATCH (a) WITH a ORDER BY a.id LIMIT 3 MATCH (a)-->(b) WITH a, b ORDER BY b.id SKIP 1 RETURN a, b
MATCH (a) WITH a SKIP a.id RETURN a
MATCH (a) WITH a LIMIT 1 + $n RETURN a
MATCH (a) WITH a, a.id AS i ORDER BY i, a.name DESC RETURN i
MATCH (a) WITH a.id AS i ORDER BY i, a.name DESC RETURN i
MATCH (a) WITH a.id AS i ORDER BY i, a.name DESC RETURN a
MATCH (n) WITH {a: n} AS m WITH m.a AS b MATCH (b)-->() RETURN b
MATCH (n) WITH head(collect(n)) AS b MATCH (b)-->() RETURN b
MATCH (n) WITH coalesce(n, null) AS b MATCH (b)-->() RETURN b
MATCH (n) WITH CASE WHEN true THEN n END AS b MATCH (b)-->() RETURN b
MATCH (n) WITH CASE WHEN true THEN n ELSE 1 END AS b MATCH (b)-->() RETURN b
MATCH (n) WITH CASE WHEN true THEN 2 ELSE 1 END AS b MATCH (b)-->() RETURN b
MATCH (n) WITH [1, n][0] AS b MATCH (b)-->() RETURN b
MATCH (n) UNWIND $p AS b MATCH (b)-->() RETURN b
MATCH (n) UNWIND [n, null] AS b MATCH (b)-->() RETURN b
MATCH (n)-[r]->() UNWIND [n, r] AS b MATCH (b)-->() RETURN b
MATCH (n)-[r]->() UNWIND [n, r] AS b RETURN b AND true
MATCH (n) WITH properties(n) AS m RETURN m.id AS x
MATCH (n) WITH properties(n) AS m MATCH (m) RETURN m
MATCH (n) WITH n {.id} AS m MATCH (m) RETURN m
MATCH (n) WITH n {.id} AS m RETURN m.id AS x, m:Gene AS y
MATCH (n) WITH labels(n) AS m RETURN m:Gene AS y
MATCH (n) WITH keys(n) AS m UNWIND m AS k RETURN n[k] AS v
MATCH (n) UNWIND keys(n) AS k RETURN k, n[k] AS v
MATCH (n) UNWIND keys(n) AS k RETURN k.id AS v
MATCH (a) CALL (*) { UNWIND [1] AS n RETURN * } RETURN a, n
MATCH (a) CALL (a) { UNWIND [1] AS n RETURN * } RETURN a, n
MATCH (a) CALL (*) { UNWIND [1] AS n RETURN a, n } RETURN a, n
MATCH (a) CALL (*) { UNWIND [1] AS n RETURN *, a.id AS i } RETURN a, n, i
MATCH (a) CALL { UNWIND [1] AS n RETURN * } RETURN a, n
MATCH (a) CALL { WITH a UNWIND [1] AS n RETURN * } RETURN a, n
MATCH (a) CALL { WITH * UNWIND [1] AS n RETURN * } RETURN a, n
MATCH (a) CALL () { UNWIND [1] AS n RETURN * } RETURN a, n
MATCH (a) RETURN EXISTS { UNWIND [1] AS n RETURN * } AS v
MATCH (a) RETURN COLLECT { UNWIND [1] AS n RETURN * } AS v
RETURN COLLECT { UNWIND [1] AS n RETURN * } AS v
MATCH (a) CALL (*) { MATCH (a)-->(b) CALL (*) { MATCH (b)-->(c) RETURN * } RETURN * } RETURN a, b, c
