// Aggregates in subqueries over values of outer names only, and paths of what is known.

// name: outer_001
MATCH (n:Gene) CALL (n) { MATCH (n)-[:IN_TAXON]->(s) RETURN min(n.species) AS c } RETURN c, count(*) AS k;

// name: outer_002
MATCH (n:Gene) CALL (n) { OPTIONAL MATCH (n)-[:EXPRESSED_IN]->(s) RETURN count(n) AS c } RETURN n.id AS id, c;

// name: outer_003
MATCH (n:Gene) CALL (n) { MATCH (n)-[:EXPRESSED_IN]->(s) RETURN size(collect(n.id)) AS c } RETURN n.id AS id, c;

// name: outer_004
MATCH (n:Gene) CALL (n) { MATCH (n)-[:EXPRESSED_IN]->(s) RETURN sum(1) AS c, sum(size(n.synonyms)) AS d } RETURN n.id AS id, c, d;

// name: outer_005
MATCH (n:CellType) WITH n, COLLECT { MATCH (n)-[:SUBCLASS_OF]->(m) RETURN n.name AS w } AS v, count(*) AS k RETURN n.id AS id, v, k;

// name: outer_006
MATCH (n:Gene) WHERE none(q IN COLLECT { MATCH (n)-[:IN_TAXON]-(m) RETURN n.symbol AS w ORDER BY w } WHERE true) RETURN n.id AS id;

// name: outer_007
MATCH (n:Gene) WHERE COLLECT { MATCH (n)-[:IN_TAXON]-(m) RETURN n.species AS w ORDER BY w }[0] IS NULL RETURN n.id AS id;

// name: outer_008
MATCH (n:Gene)-[r:EXPRESSED_IN]->(t) UNWIND COLLECT { MATCH (n)-[:MEASURED_IN]->(m) RETURN r.dataset AS w ORDER BY w } AS u RETURN u, count(*) AS k;

// name: outer_009
MATCH (n:Gene) RETURN COLLECT { MATCH (m:Gene)-[r:MEASURED_IN]->(d) RETURN [][0] AS w ORDER BY w } AS o, max(n.id) AS g;

// name: outer_011
MATCH (n:CellType) OPTIONAL MATCH p = (n) WHERE n.name = 'cell' RETURN n.id AS id, length(p) AS l;

// name: outer_012
MATCH (n:Gene)-[:EXPRESSED_IN]->(t) WITH t, any(q IN COLLECT { MATCH (n)-[:IN_TAXON]->(m) RETURN n.species AS w } WHERE q ENDS WITH '9606') AS v RETURN t.id AS t, v, count(*) AS k;
