// Paths: shortest, repeated, their parts.

MATCH p = shortestPath((a:Gene)-[*]-(b:Gene)) WHERE a <> b RETURN length(p) AS n
MATCH p = shortestPath((a:Gene)-[*1..5]-(b:Gene)) RETURN length(p) AS n
MATCH p = shortestPath((a:Gene)-[*0..5]-(b:Gene)) RETURN length(p) AS n
MATCH p = shortestPath((a:Gene)-[*2..5]-(b:Gene)) RETURN length(p) AS n
MATCH p = allShortestPaths((a:Gene)-[*2..5]-(b:Gene)) RETURN length(p) AS n
MATCH p = shortestPath((a)-[]-(b)) RETURN p
MATCH p = shortestPath((a)-->(b)-->(c)) RETURN p
MATCH p = shortestPath((a)) RETURN p
MATCH p = shortestPath((a)-[*]-(a)) RETURN p
MATCH p = shortestPath((a)-[r*]-(b)) RETURN r
MATCH (a:Gene), (b:Cell) RETURN shortestPath((a)-[*]-(b)) AS p
MATCH (a:Gene), (b:Cell) RETURN length(shortestPath((a)-[*..3]-(b))) AS p
MATCH (a:Gene) RETURN shortestPath((a)-[*]-(b)) AS p
MATCH (a:Gene) WHERE shortestPath((a)-[*]-(b)) IS NOT NULL RETURN a
MATCH (a:Gene), (b:Cell) WHERE length(shortestPath((a)-[*]-(b))) > 2 RETURN a
MATCH p = shortestPath((a)-->+(b)) RETURN p
MATCH p = SHORTEST 1 (a:Gene)-->+(b:Cell) RETURN p
MATCH p = ANY SHORTEST (a:Gene)--+(b:Cell) RETURN length(p) AS n
MATCH p = ALL SHORTEST (a:Gene)--+(b:Cell) RETURN length(p) AS n
MATCH p = SHORTEST 1 (a)-->+(b), (c)-->(d) RETURN p
MATCH p = SHORTEST 1 (a)-->+(b), q = SHORTEST 1 (c)-->+(d) RETURN p
MATCH (c)-->(d), p = ANY (a)-->+(b) RETURN p
MATCH SHORTEST 0 (a)-->+(b) RETURN a
MATCH (a) ((x)-[r]->(y)){1,3} (b) RETURN x, r, y
MATCH (a) ((x)-[r]->(y)){1,3} (b) RETURN x.id AS i
MATCH (a) ((x)-[r]->(y)){1,3} (b) RETURN [n IN x | n.id] AS ids
MATCH (a) ((x)-[r]->(y)){3,1} (b) RETURN a
MATCH (a) ((x)-[r]->(y)){0} (b) RETURN a
MATCH (a) ((x)-[r]->(y)){,0} (b) RETURN a
MATCH (a) ((x)-[r]->(y)){0,} (b) RETURN a
MATCH (a) ((x)){1,3} (b) RETURN a
MATCH (a) ((x)-[r*1..2]->(y)){1,3} (b) RETURN a
MATCH (a) ((x) ((u)-->(v)){1,2} (y)){1,3} (b) RETURN a
MATCH (a) ((x)-->+(y)){1,3} (b) RETURN a
MATCH (a) ((a)-[r]->(y)){1,3} (b) RETURN a
MATCH (a) ((x)-[r]->(y)){1,3} (x) RETURN a
MATCH (a) ((x)-[r]->(y)){1,3} (b), (x)-->(c) RETURN a
MATCH (a) ((x)-[r]->(y)){1,3} (b) MATCH (x)-->(c) RETURN a
MATCH (x) MATCH (a) ((x)-[r]->(y)){1,3} (b) RETURN a
MATCH (a) ((x)-[r]->(y) WHERE x.id < y.id){1,3} (b) RETURN a
MATCH (a) ((x)-[r]->(y) WHERE x.id < a.id){1,3} (b) RETURN a
MATCH (a) MATCH (c) ((x)-[r]->(y) WHERE x.id < a.id){1,3} (b) RETURN a
MATCH (a) ((x)-[r]->(y) WHERE z.id < 1){1,3} (b) RETURN a
MATCH (a) ((x)-[r]->(y)){1,3} (b) WHERE x.id = 'a' RETURN a
MATCH (a) ((x)-[r]->(y)){1,3} (b) WHERE all(n IN x WHERE n.id > 'a') RETURN a
MATCH (a) ((x)-[r]->(y)){1,3} ((u)-[s]->(v)){1,2} (b) RETURN a
MATCH (a) ((x)-[r]->(y)){1,3} ((x)-[s]->(v)){1,2} (b) RETURN a
MATCH (a) (p = (x)-[r]->(y)){1,3} (b) RETURN a
MATCH p = (a) ((x)-[r]->(y)){1,3} (b) RETURN length(p) AS n
MATCH (a)-[r]->+(b) RETURN r
MATCH (a)-[r]->+(b) RETURN r.source AS s
MATCH (a)-[r]->{2,4}(b) RETURN size(r) AS n
MATCH (a)-[r]->{4,2}(b) RETURN size(r) AS n
MATCH (a)-[r]->{0}(b) RETURN a
MATCH (a)-[r*]->+(b) RETURN a
MATCH (a)-[*1..2]->(b)-->+(c) RETURN a
MATCH (a)-[*1..2]->(b), (c)-->+(d) RETURN a
MATCH (a)-[*1..2]->(b) MATCH (c)-->+(d) RETURN a
MATCH ((a)-->(b)) RETURN a
MATCH ((a)-->(b) WHERE a.id > 1) RETURN a
MATCH (a) ((x)-->(y)) (b) RETURN a
MATCH p = (a)-->(b) RETURN nodes(p) AS n, relationships(p) AS r, length(p) AS l
MATCH p = (a)-->(b) RETURN p.id AS n
MATCH p = (a)-->(b) RETURN labels(p) AS n
MATCH p = (a)-->(b) RETURN size(p) AS n
MATCH p = (a)-->(b) RETURN p[0] AS n
MATCH p = (a)-->(b) RETURN p:Gene AS n
MATCH p = (a)-->(b) UNWIND nodes(p) AS n RETURN n.id AS id
MATCH p = (a)-->(b) UNWIND nodes(p) AS n RETURN type(n) AS id
MATCH p = (a)-->(b) UNWIND relationships(p) AS n RETURN labels(n) AS id
MATCH p = (a)-->(b) RETURN [n IN nodes(p) | type(n)] AS id
MATCH p = (a)-->(b) RETURN head(nodes(p)).id AS id, labels(nodes(p)[0]) AS l
MATCH p = (a)-->(b) RETURN type(nodes(p)[0]) AS l
MATCH p = (a)-->(b) RETURN type(head(nodes(p))) AS l
MATCH p = (a)-->(b) RETURN startNode(head(relationships(p))).id AS l
MATCH p = (a)-->(b) RETURN startNode(a) AS l
MATCH (a)-[r]->(b) RETURN startNode(r).id AS s, endNode(r).id AS e
MATCH (a)-[r]->(b) RETURN type(startNode(r)) AS s
MATCH p = ((a)-->(b))+ RETURN p
MATCH p = (a)-->(b) RETURN length(nodes(p)) AS n
MATCH p = (a)-->(b) RETURN length(a) AS n
MATCH p = (a)-->(b) WHERE p RETURN a
MATCH p = (a)-->(b) RETURN p + 1 AS n
MATCH p = (a)-->(b) WHERE length(p) = 'x' RETURN a
MATCH p = (a)-[*]->(b) WHERE all(r IN relationships(p) WHERE r.source = 'x') RETURN p
MATCH p = (a)-[*]->(b) WHERE all(r IN relationships(p) WHERE r:FROM) RETURN p
MATCH p = (a)-[*]->(b) WHERE all(r IN relationships(p) WHERE r) RETURN p
