// What looks wrong, and is answered by Neo4j.

// name: errors_032
MATCH (a)-[r]->(b), (c)-[r]->(d) RETURN r;

// name: errors_033
MATCH (a)-[r]->(b)-[r]->(c) RETURN r;

// name: errors_034
MATCH (a)-[r*]->(b)-[r*]->(c) RETURN r;

// name: errors_061
RETURN 1 STARTS WITH 'a' AS x;

// name: errors_062
RETURN 'a' CONTAINS 1 AS x;

// name: errors_204
RETURN '\q' AS l;

// name: errors_225
MATCH (a:Gene) USING INDEX a:Gene(nope) WHERE a.nope = 1 RETURN a;

// name: errors_226
MATCH (a:Gene) ORDER BY a.id RETURN a;

// name: errors_227
MATCH (a:Gene) LIMIT 1 RETURN a;
