// Subqueries: EXISTS, COUNT, COLLECT and CALL.

MATCH (g:Gene) WHERE EXISTS { (g)-->(t) } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (g)-->(t) WHERE t.id > 'x' } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (g)-->(t) RETURN t } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (g)-->(t) RETURN t.id } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (g)-->(t) WITH t RETURN t.id } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (g)-->(t) WITH t.id RETURN 1 } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (g)-->(t) WITH t } RETURN g
MATCH (g:Gene) WHERE EXISTS { WITH 1 AS g MATCH (t) RETURN g } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (t) WITH t AS g RETURN g } RETURN g
MATCH (g:Gene) WHERE EXISTS { UNWIND [1] AS g RETURN g } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (t) RETURN t AS g } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH ()-[g]->() } RETURN g
MATCH (g:Gene) WHERE EXISTS { MATCH (h {id: z.id}) } RETURN g
MATCH (g:Gene) WHERE EXISTS { (g)-->(t) } RETURN t
MATCH (g:Gene) RETURN EXISTS { (g)-->(t) } AS e
MATCH (g:Gene) RETURN COUNT { (g)-->(t) } AS e
MATCH (g:Gene) RETURN COUNT { (g)-->(t) } + 1 AS e
MATCH (g:Gene) RETURN COUNT { (g)-->(t) } AND true AS e
MATCH (g:Gene) RETURN EXISTS { (g)-->(t) } + 1 AS e
MATCH (g:Gene) RETURN COUNT { MATCH (g)-->(t) RETURN DISTINCT t.id } AS e
MATCH (g:Gene) RETURN COUNT { MATCH (g)-->(t) RETURN t UNION MATCH (g)<--(t) RETURN t } AS e
MATCH (g:Gene) RETURN COUNT { MATCH (g)-->(t) RETURN t UNION MATCH (g)<--(s) RETURN s } AS e
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) RETURN t.id } AS e
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) RETURN t.id, t.name } AS e
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) } AS e
MATCH (g:Gene) RETURN COLLECT { (g)-->(t) } AS e
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) RETURN * } AS e
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) RETURN t.id ORDER BY t.id LIMIT 3 } AS e
MATCH (g:Gene) RETURN COLLECT { RETURN g.id AS x } AS e
MATCH (g:Gene) RETURN COLLECT { WITH g RETURN g.id AS x } AS e
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) RETURN t.id AS x } + 1 AS e
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) RETURN t.id AS x } AND true AS e
MATCH (g:Gene) WHERE COUNT { (g)-->() } RETURN g
MATCH (g:Gene) WHERE COUNT { (g)-->() } > 1 RETURN g
MATCH (g:Gene) RETURN count(COUNT { (g)-->() }) AS n
MATCH (g:Gene) RETURN sum(COUNT { (g)-->() }) AS n
MATCH (g:Gene) RETURN COUNT { (g)-->() WHERE count(*) > 1 } AS n
MATCH (g:Gene) RETURN COUNT { MATCH (g)-->(t) RETURN count(*) } AS n
MATCH (g:Gene) RETURN g.species, COUNT { (g)-->() } + count(*) AS n
MATCH (g:Gene) RETURN g.species AS s, count(*) + COUNT { (g)-->() } AS n
MATCH (g:Gene) RETURN g AS s, count(*) + COUNT { (g)-->() } AS n
MATCH (g:Gene) CALL { MATCH (c:Cell) RETURN count(c) AS n } RETURN g, n
MATCH (g:Gene) CALL { WITH g MATCH (g)-->(c) RETURN count(c) AS n } RETURN g, n
MATCH (g:Gene) CALL { MATCH (g)-->(c) RETURN count(c) AS n } RETURN g, n
MATCH (g:Gene) CALL { RETURN g.id AS n } RETURN g, n
MATCH (g:Gene) CALL { WITH g RETURN g.id } RETURN g
MATCH (g:Gene) CALL { WITH g RETURN g } RETURN g
MATCH (g:Gene) CALL { WITH g RETURN g AS h } RETURN g, h
MATCH (g:Gene) CALL { WITH g AS h RETURN h } RETURN g, h
MATCH (g:Gene) CALL { WITH g.id AS h RETURN h } RETURN g, h
MATCH (g:Gene) CALL { WITH DISTINCT g RETURN g.id AS h } RETURN g, h
MATCH (g:Gene) CALL { WITH g LIMIT 1 RETURN g.id AS h } RETURN g, h
MATCH (g:Gene) CALL { WITH g ORDER BY g.id RETURN g.id AS h } RETURN g, h
MATCH (g:Gene) CALL { WITH g WHERE g.id > 'x' RETURN g.id AS h } RETURN g, h
MATCH (g:Gene) CALL { WITH g WITH g WHERE g.id > 'x' RETURN g.id AS h } RETURN g, h
MATCH (g:Gene) CALL { WITH * MATCH (g)-->(h) RETURN h } RETURN g, h
MATCH (g:Gene) CALL { WITH z RETURN z.id AS h } RETURN g, h
MATCH (g:Gene) CALL { WITH 1 AS x RETURN x } RETURN g, x
MATCH (g:Gene) CALL { WITH g, 1 AS x RETURN x } RETURN g, x
MATCH (g:Gene) CALL { WITH g MATCH (g)-->(c) } RETURN g
MATCH (g:Gene) CALL { WITH g MATCH (g)-->(c) RETURN c UNION WITH g MATCH (g)<--(c) RETURN c } RETURN g, c
MATCH (g:Gene) CALL { WITH g MATCH (g)-->(c) RETURN c UNION MATCH (c) RETURN c } RETURN g, c
MATCH (g:Gene) CALL { WITH g MATCH (g)-->(c) RETURN c UNION MATCH (d) RETURN d } RETURN g, c
MATCH (g:Gene) CALL (g) { MATCH (g)-->(c) RETURN count(c) AS n } RETURN g, n
MATCH (g:Gene) CALL (*) { MATCH (g)-->(c) RETURN count(c) AS n } RETURN g, n
MATCH (g:Gene) CALL () { MATCH (c:Cell) RETURN count(c) AS n } RETURN g, n
MATCH (g:Gene) CALL () { MATCH (g)-->(c) RETURN count(g) AS n } RETURN n
MATCH (g:Gene) CALL () { RETURN g.id AS n } RETURN n
MATCH (g:Gene) CALL (z) { RETURN 1 AS n } RETURN n
MATCH (g:Gene) CALL (g, g) { RETURN 1 AS n } RETURN n
MATCH (g:Gene) CALL (g.id) { RETURN 1 AS n } RETURN n
MATCH (g:Gene) CALL (g) { WITH g MATCH (g)-->(c) RETURN c } RETURN c
MATCH (g:Gene) CALL (g) { WITH g.id AS i RETURN i } RETURN i
MATCH (g:Gene) CALL (g) { WITH 1 AS g RETURN g AS x } RETURN x
MATCH (g:Gene) CALL (g) { UNWIND [1] AS g RETURN 1 AS x } RETURN x
MATCH (g:Gene) CALL (g) { RETURN g } RETURN g
MATCH (g:Gene) CALL (g) { MATCH (g)-->(c) RETURN c.id } RETURN g
MATCH (g:Gene) CALL (g) { MATCH (g)-->(c) RETURN c AS g } RETURN g
MATCH (g:Gene) CALL (g) { MATCH (g)-->(c) WITH c RETURN g.id AS i } RETURN i
MATCH (g:Gene) CALL (g) { MATCH (g)-->(c) RETURN * } RETURN c
MATCH (g:Gene)-->(h) CALL (g) { MATCH (g)-->(h) RETURN h } RETURN g
MATCH (g:Gene)-->(h) CALL (g) { MATCH (g)-->(h) RETURN h.id AS i } RETURN i
MATCH (g:Gene) OPTIONAL CALL (g) { MATCH (g)-->(c) RETURN c } RETURN g, c
CALL { RETURN 1 AS x } RETURN x
CALL { RETURN 1 } RETURN 1 AS y
CALL { RETURN 1 AS x UNION RETURN 2 AS x } RETURN x
CALL { RETURN 1 AS x UNION RETURN 2 AS y } RETURN x
CALL { MATCH (n) RETURN n } RETURN n.id AS id
CALL { RETURN 1 AS x }
CALL { RETURN 1 AS x } WITH x RETURN x
WITH 1 AS x CALL { RETURN 2 AS x } RETURN x
WITH 1 AS x CALL { WITH x RETURN x + 1 AS y } RETURN x, y
WITH 1 AS x CALL { WITH x RETURN x + 'a' AS y } RETURN x, y
WITH 1 AS x CALL { WITH x RETURN x AND true AS y } RETURN x, y
WITH 1 AS x CALL (x) { RETURN x AND true AS y } RETURN x, y
WITH 1 AS x CALL (x) { RETURN x AS y } RETURN y AND true AS z
WITH 1 AS x RETURN EXISTS { MATCH (x) } AS y
WITH 1 AS x RETURN COLLECT { RETURN x } AS y
