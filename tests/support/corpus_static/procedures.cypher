// Procedures, EXPLAIN and names in backticks.

CALL db.labels
CALL db.labels()
CALL db.labels() YIELD label
CALL db.labels() YIELD *
CALL db.labels YIELD label RETURN label
CALL db.labels() YIELD label RETURN label
CALL db.labels() YIELD label AS l WHERE l STARTS WITH 'G' RETURN l
CALL db.labels() YIELD label WHERE label = 'Gene'
CALL db.labels() RETURN 1 AS x
CALL db.labels() YIELD * RETURN label
CALL db.labels() YIELD nope RETURN nope
CALL db.labels(1) YIELD label RETURN label
CALL db.labels() YIELD label AS l
MATCH (n) CALL db.labels() YIELD label RETURN n, label
MATCH (n) CALL db.labels() RETURN n
MATCH (label) CALL db.labels() YIELD label RETURN label
MATCH (n) CALL db.labels YIELD label RETURN n
CALL db.nope()
CALL DB.LABELS()
CALL db.Labels()
CALL `db`.`labels`()
CALL db.labels() YIELD label CALL db.relationshipTypes() YIELD relationshipType RETURN *
CALL db.labels() YIELD label WITH label ORDER BY label LIMIT 2 RETURN collect(label) AS l
CALL db.labels() YIELD label RETURN label UNION CALL db.relationshipTypes() YIELD relationshipType AS label RETURN label
CALL db.propertyKeys() YIELD propertyKey RETURN count(*) AS n
CALL db.schema.nodeTypeProperties()
CALL db.schema.nodeTypeProperties() YIELD nodeLabels, propertyName RETURN nodeLabels[0] AS label, collect(propertyName) AS names
CALL db.schema.relTypeProperties() YIELD relType, propertyName, mandatory WHERE mandatory RETURN relType, propertyName
CALL db.schema.visualization()
CALL db.schema.visualisation()
MATCH (n) RETURN n CALL db.labels()
EXPLAIN MATCH (n) RETURN n
PROFILE MATCH (n) RETURN n
explain RETURN 1 AS x
EXPLAIN
EXPLAIN EXPLAIN RETURN 1 AS x
EXPLAIN MATCH (n) RETURN m
SHOW INDEX
SHOW INDEXES
SHOW ALL INDEXES
SHOW RANGE INDEXES
SHOW INDEXES WHERE type = 'RANGE'
SHOW INDEXES YIELD name
SHOW INDEXES YIELD *
SHOW INDEXES YIELD name, type WHERE type = 'RANGE'
SHOW INDEXES YIELD name, type WHERE type = 'RANGE' RETURN name
SHOW INDEXES YIELD name AS n RETURN n
SHOW INDEXES YIELD name ORDER BY name LIMIT 1
SHOW INDEXES YIELD name ORDER BY name SKIP 1 LIMIT 1 WHERE name > 'a' RETURN count(*) AS n
SHOW INDEXES RETURN name
SHOW INDEXES YIELD * RETURN name
SHOW INDEXES YIELD nope
SHOW INDEXES WHERE nope = 1
SHOW INDEXES YIELD name RETURN name ORDER BY name LIMIT 2
SHOW INDEXES YIELD name MATCH (n) RETURN n
SHOW INDEXES BRIEF
SHOW NOTHING
MATCH (n) SHOW INDEXES
SHOW CONSTRAINT
SHOW CONSTRAINTS YIELD name, labelsOrTypes RETURN labelsOrTypes[0] AS label, name
SHOW FUNCTION
SHOW BUILT IN FUNCTIONS YIELD name
SHOW USER DEFINED FUNCTIONS
SHOW ALL FUNCTIONS
SHOW FUNCTIONS EXECUTABLE
SHOW FUNCTIONS YIELD name WHERE name = 'abs' RETURN name
SHOW PROCEDURES
RETURN 1 AS `a``b`
WITH 1 AS `a``b` RETURN `a``b` + 1 AS x
WITH {`a``b`: 1} AS m RETURN m.`a``b` AS x
MATCH (n:`a``b`) RETURN n
RETURN 1 AS `a`b`
RETURN 1 AS é, 2 AS ñandú
WITH 1 AS größe RETURN größe
WITH 1 AS 名 RETURN 名
MATCH (größe:Größe {größe: 1}) RETURN größe.größe AS g
RETURN 1 AS `é b`
RETURN 1 AS ⅷ
RETURN 1 AS a٣
RETURN 1 AS €
RETURN 1 AS a·b
WITH 1 AS a² RETURN 1 AS x
RETURN 1 AS 😀
RETURN 1 AS `😀`
RETURN 1 AS a#b
WITH 1 AS ſkip RETURN ſkip
RETURN 1 AS x ſKIP 1
