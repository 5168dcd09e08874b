// Patterns within expressions.

MATCH (g:Gene) WHERE (g)-[r]->(t) RETURN count(*) AS n
MATCH (g:Gene) WHERE (g)-->() RETURN g
MATCH (g:Gene) WHERE (g)-->(t) RETURN g
MATCH (g:Gene) WHERE (g)-[r]->() RETURN g
MATCH (g:Gene) WHERE NOT (g)-[:FROM]->() RETURN g
MATCH (g:Gene) WHERE exists((g)-->()) RETURN g
MATCH (g:Gene) WHERE exists((g)-->(t)) RETURN g
MATCH (g:Gene) RETURN (g)-->() AS x
MATCH (g:Gene) RETURN exists((g)-->()) AS x
MATCH (g:Gene) RETURN NOT (g)-->() AS x
MATCH (g:Gene) RETURN size((g)-->()) AS x
MATCH (g:Gene) WHERE size((g)-->()) > 1 RETURN g
MATCH (g:Gene) WITH (g)-->() AS x RETURN x
MATCH (g:Gene) WHERE (g) RETURN g
MATCH (g:Gene) WHERE (g)-->() = true RETURN g
MATCH (g:Gene) WHERE (g)-->() AND g.id > 'x' RETURN g
MATCH (g:Gene) WHERE CASE WHEN (g)-->() THEN true ELSE false END RETURN g
MATCH (g:Gene) RETURN CASE WHEN (g)-->() THEN 1 ELSE 0 END AS x
MATCH (g:Gene) RETURN [(g)-->(t) | t.id] AS x
MATCH (g:Gene) RETURN [(g)-[r]->(t) WHERE t.id > 'x' | r.source] AS x
MATCH (g:Gene) RETURN [p = (g)-->(t) | length(p)] AS x
MATCH (g:Gene) RETURN [(g)-->(t) | u.id] AS x
MATCH (g:Gene) RETURN [(g)-->(t) WHERE t | t.id] AS x
MATCH (g:Gene) RETURN [(g)-->(t) WHERE t.id | t.id] AS x
MATCH (g:Gene) RETURN [(g)-->(t) | t.id] AS x, t
MATCH (g:Gene) RETURN [(g)-->(g) | g.id] AS x
MATCH (g:Gene) RETURN [g = (g)-->(t) | t.id] AS x
MATCH (g:Gene) RETURN [(g)-[g]->(t) | t.id] AS x
MATCH (g:Gene) RETURN [(g)-->(t) | count(*)] AS x
MATCH (g:Gene) RETURN count([(g)-->(t) | t.id]) AS x
MATCH (g:Gene) RETURN size([(g)-->(t) | 1]) AS x
MATCH (g:Gene) WHERE size([(g)-->(t) | 1]) > 2 RETURN g
MATCH (g:Gene) RETURN [(g)-->(t:Gene {id: $id}) | t] AS x
MATCH (g:Gene) RETURN [(g)-[*1..2]->(t) | t.id] AS x
MATCH (g:Gene) RETURN [(g)-->+(t) | t.id] AS x
MATCH (g:Gene) WHERE (g)-->+() RETURN g
MATCH (g:Gene) WHERE (g)-[*2]->() RETURN g
MATCH (g:Gene) WHERE (g)-->(:Gene {id: 'x'}) RETURN g
MATCH (g:Gene) WHERE (g)-->(:Gene {id: h.id}) RETURN g
MATCH (g:Gene) WHERE ()-->() RETURN g
MATCH (g:Gene)-[r]->(h) WHERE (g)-[r]->(h) RETURN g
MATCH (g:Gene)-[r]->(h) WHERE (g)-[h]->() RETURN g
MATCH (g:Gene)-[r]->(h) WHERE (r)-->() RETURN g
MATCH (g:Gene) WITH g.id AS i WHERE (i)-->() RETURN i
MATCH (g:Gene) WITH g.id AS i WHERE (g)-->() RETURN i
MATCH (g:Gene) RETURN g ORDER BY (g)-->()
MATCH (g:Gene) WHERE any(x IN [1] WHERE (g)-->()) RETURN g
MATCH (g:Gene) RETURN [x IN [1] WHERE (g)-->()] AS l
MATCH (g:Gene) RETURN [x IN [1] | (g)-->()] AS l
MATCH (g:Gene) RETURN collect((g)-->()) AS l
MATCH (g:Gene) RETURN {a: (g)-->()} AS l
MATCH (g:Gene) RETURN coalesce((g)-->(), 1) AS l
MATCH (a), (b) RETURN shortestPath((a)-[r*]-(b)) AS x
MATCH (a)-[r*]-(b) RETURN shortestPath((a)-[r*]-(b)) AS x
MATCH (a), (b) RETURN shortestPath((a:Gene {id: a.id})-[*]-(b)) AS x
MATCH (a), (b) RETURN allShortestPaths((a)-[*]-(b)) AS x
MATCH (a), (b) RETURN nodes(allShortestPaths((a)-[*]-(b))) AS x
MATCH (a), (b) RETURN nodes(shortestPath((a)-[*]-(b))) AS x
MATCH (a), (b) WHERE shortestPath((a)-[*]-(b)) RETURN a
MATCH (a), (b) RETURN shortestPath(()-[*]-(b)) AS x
MATCH (a) WHERE (a {id: 1})-->() RETURN a
MATCH (a) WHERE (a WHERE a.x > 1)-->() RETURN a
MATCH (a) WHERE (a)-[:X WHERE true]->() RETURN a
MATCH (a) WHERE (a)-[:X $p]->() RETURN a
MATCH (a) RETURN [(a)-[$p]->() | 1] AS x
MATCH (a) RETURN [(a)-->(b WHERE b.x > 1) | 1] AS x
MATCH (a) RETURN [(a)-[r WHERE r.x > 1]->(b) | 1] AS x
MATCH (a) RETURN EXISTS { (a)-[r WHERE r.x > 1]->(b WHERE b.x > 1) } AS x
MATCH (a) RETURN [p = (a)-->() | p] AS x, p
MATCH (a)-[r]->(b) RETURN [(a)-[r]->(b) | 1] AS x
MATCH (a) RETURN [(a)-[a*]->(b) | 1] AS x
MATCH (a WHERE count(*) > 1) RETURN a
MATCH (a)-[r WHERE count(*) > 1]->() RETURN a
MATCH (a) ((x)-->(y) WHERE count(*) > 1){1,2} (b) RETURN a
MATCH (a) WHERE (a)-->()-->(a) RETURN a
MATCH (a), (b) WHERE (a)-->(b) OR (b)-->(a) RETURN a
MATCH (a), (b) WHERE ((a)-->(b)) RETURN a
MATCH (a), (b) WHERE (a)-->(b) IS NOT NULL RETURN a
MATCH (a) RETURN [(a)-->(b) | b][0].x AS x
MATCH (a) RETURN labels([(a)-->(b) | b][0]) AS x
MATCH (a) RETURN type([(a)-->(b) | b][0]) AS x
MATCH (a) RETURN type([(a)-[r]->(b) | r][0]) AS x
