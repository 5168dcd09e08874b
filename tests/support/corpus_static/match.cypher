// MATCH: names, lengths, labels, properties.

MATCH (g:Gene) RETURN g.id AS id
MATCH (a)-[r:ORTHOLOGOUS_TO]->(b) RETURN type(r) AS t
MATCH (a)-[r]->(a) RETURN count(*) AS n
MATCH (r)-[r]->() RETURN r
MATCH ()-[r]->(r) RETURN r
MATCH p = (p)-->() RETURN p
MATCH p = ()-[p]->() RETURN p
MATCH p = (a)-->(b), p = (b)-->(c) RETURN p
MATCH p = (a)-->(b) MATCH p = (b)-->(c) RETURN p
MATCH p = (a)-->(b) MATCH (p)-->(c) RETURN p
MATCH p = (a)-->(b) MATCH (c)-[p]->() RETURN p
MATCH (a)-[r]->(b) MATCH (r) RETURN r
MATCH (a)-[r]->(b) MATCH (r)-->(c) RETURN r
MATCH (a)-[r]->(b) MATCH (c)-[a]->(d) RETURN c
MATCH (a)-[r]->(b)-[r]->(c) RETURN r
MATCH (a)-[r]->(b), (c)-[r]->(d) RETURN r
MATCH (a)-[r]->(b) MATCH (c)-[r]->(d) RETURN r
MATCH (a)-[r*1..2]->(b) MATCH (c)-[r*1..2]->(d) RETURN a
MATCH (a)-[r*1..2]->(b)-[r*1..2]->(c) RETURN a
MATCH (a)-[r*1..2]->(b), (c)-[r]->(d) RETURN a
MATCH (a)-[r]->(b) MATCH (c)-[r*1..2]->(d) RETURN a
MATCH (a)-[r*1..2]->(b) RETURN type(r) AS t
MATCH (a)-[r*1..2]->(b) RETURN r.source AS s
MATCH (a)-[r*1..2]->(b) RETURN size(r) AS n, [x IN r | type(x)] AS types
MATCH (a)-[r*1..2]->(b) RETURN [x IN r | labels(x)] AS types
MATCH (a)-[r*1..2]->(b) WHERE r.mean > 1 RETURN a
WITH 1 AS a MATCH (a) RETURN a
WITH 'x' AS a MATCH (a)-->() RETURN a
WITH true AS r MATCH ()-[r]->() RETURN r
WITH {id: 1} AS a MATCH (a) RETURN a
WITH [1] AS a MATCH (a) RETURN a
WITH null AS a MATCH (a) RETURN a
MATCH (g:Gene) WITH g AS h MATCH (h)-->(k) RETURN k
MATCH (g:Gene) WITH g.id AS h MATCH (h)-->(k) RETURN k
MATCH (g:Gene) WITH [g] AS h MATCH (h)-->(k) RETURN k
MATCH (g:Gene) WITH collect(g) AS gs MATCH (gs)-->() RETURN gs
MATCH (g:Gene) WITH collect(g) AS gs UNWIND gs AS x MATCH (x)-->() RETURN x
MATCH (g:Gene) WITH collect(g) AS gs UNWIND gs AS x MATCH ()-[x]->() RETURN x
UNWIND [1, 2] AS x MATCH (x) RETURN x
MATCH (g:Gene $props) RETURN g
MATCH (g:Gene {id: $id}) RETURN g
MATCH (a)-[r:ORTHOLOGOUS_TO $props]->(b) RETURN r
MATCH (a {id: b.id})-->(b) RETURN a
MATCH (a {id: a.symbol}) RETURN a
MATCH (a {id: c.id}) RETURN a
MATCH (a)-[r {source: r.source}]->(b) RETURN a
MATCH (a) MATCH (b {id: a.id}) RETURN b
MATCH (a:Gene WHERE a.id > 'x')-[r WHERE r.source > 'a']->(b) RETURN a
MATCH (a:Gene WHERE b.id > 'x')-->(b) RETURN a
MATCH (a:Gene WHERE z.id > 'x')-->(b) RETURN a
MATCH (a)-[r*1..2 WHERE r.source > 'a']->(b) RETURN a
MATCH (a)-[r*1..2 {source: 'a'}]->(b) RETURN a
MATCH (a)-[:FROM|:IN_TAXON]->(b) RETURN a
MATCH (a)-[:FROM|IN_TAXON]->(b) RETURN a
MATCH (a:Gene:Cell) RETURN a
MATCH (a:Gene|Cell) RETURN a
MATCH (a:Gene|Cell:Species) RETURN a
MATCH (a:Gene:Cell|Species) RETURN a
MATCH (a:Gene&Cell:Species) RETURN a
MATCH (a:!Gene:Species) RETURN a
MATCH (a:Gene|:Cell) RETURN a
MATCH (a)-[:A:B]->(b) RETURN a
MATCH (a)-[:A&B]->(b) RETURN a
MATCH (a)-[:A|:B&C]->(b) RETURN a
MATCH (a)-[:!A]->(b) RETURN a
MATCH (a)-[:%]->(b) RETURN a
MATCH (a)-[:A*1..2]->(b) RETURN a
MATCH (a)-[:!A*1..2]->(b) RETURN a
MATCH (a)-[:A|B*1..2]->(b) RETURN a
MATCH (a)-[*3..1]->(b) RETURN a
MATCH (a)-[*-1]->(b) RETURN a
MATCH (a)-[*0]->(b) RETURN a
MATCH (a)-[*..0]->(b) RETURN a
MATCH (a)-[*1.5]->(b) RETURN a
MATCH (a)-[*$n]->(b) RETURN a
MATCH (a)
MATCH (a) WITH a
MATCH (a) WHERE a.id = 'x'
UNWIND [1] AS x
WITH 1 AS x
RETURN 1 AS x MATCH (a) RETURN a
MATCH (a) RETURN *
MATCH () RETURN *
MATCH ()-[]->() RETURN 1 AS x, *
OPTIONAL MATCH (a) MATCH (b) RETURN a, b
OPTIONAL MATCH (a)-->(b) WHERE a.id = c.id RETURN a
MATCH (a), (b) WHERE a <> b RETURN count(*) AS n
MATCH (a) MATCH (a)-->(b) OPTIONAL MATCH (b)-->(c) RETURN a, b, c
MATCH (a) RETURN b
MATCH (a) WHERE b.id = 1 RETURN a
MATCH (a:Gene) USING INDEX a:Gene(id) WHERE a.id = 'x' RETURN a
MATCH (a:Gene) USING SCAN b:Gene RETURN a
MATCH (a)<-[r]->(b) RETURN count(r) AS n
MATCH (a)--(b)-->(c)<--(d) RETURN count(*) AS n
MATCH (a {id: count(*)}) RETURN a
MATCH (a {id: 1}) WHERE count(a) > 1 RETURN a
MATCH (a)-[r]-(b) WHERE (a)-[r]-(b) RETURN a
MATCH (a:Gene {id: 'x', id: 'y'}) RETURN a
MATCH (a IS Gene) RETURN a
MATCH (a IS Gene|Cell)-[r IS A|B]->(c) RETURN a
MATCH (a IS Gene:Cell) RETURN a
