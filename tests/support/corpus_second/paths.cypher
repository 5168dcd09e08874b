// Paths, variable length, quantified path patterns, shortest paths, pattern predicates.

// name: paths_001
MATCH (a:CellType)-[:SUBCLASS_OF*]->(b) RETURN a.id AS a, b.id AS b;

// name: paths_002
MATCH (a:CellType)-[:SUBCLASS_OF*0..]->(b) RETURN a.id AS a, b.id AS b;

// name: paths_003
MATCH (a:CellType)-[:SUBCLASS_OF*0]->(b) RETURN a.id AS a, b.id AS b, a = b AS e;

// name: paths_004
MATCH (a:CellType)-[:SUBCLASS_OF*0..0]-(b) RETURN a.id AS a, b.id AS b;

// name: paths_005
MATCH (a:CellType)-[:SUBCLASS_OF*1]->(b) RETURN a.id AS a, b.id AS b;

// name: paths_006
MATCH (a:CellType)-[:SUBCLASS_OF*2]->(b) RETURN a.id AS a, b.id AS b;

// name: paths_007
MATCH (a:CellType)-[:SUBCLASS_OF*2..1]->(b) RETURN a.id AS a, b.id AS b;

// name: paths_008
MATCH (a:CellType)-[:SUBCLASS_OF*..2]-(b) RETURN a.id AS a, b.id AS b;

// name: paths_009
MATCH (a:CellType)-[:SUBCLASS_OF*1..3]-(b) RETURN a.id AS a, b.id AS b, count(*) AS n;

// name: paths_010
MATCH (a:CellType)<-[:SUBCLASS_OF*1..3]-(b) RETURN a.id AS a, b.id AS b, count(*) AS n;

// name: paths_011
MATCH (a:CellType)-[r:SUBCLASS_OF*0..2]->(b) RETURN a.id AS a, b.id AS b, size(r) AS l, [x IN r | endNode(x).id] AS e;

// name: paths_012
MATCH (a:CellType)-[r:SUBCLASS_OF*1..2]-(b) RETURN a.id AS a, b.id AS b, [x IN r | startNode(x).id] AS s, [x IN r | type(x)] AS t;

// name: paths_013
MATCH (a:CellType)-[r:SUBCLASS_OF*1..2 {source: 'nope'}]->(b) RETURN a.id AS a;

// name: paths_014
MATCH (a:Gene)-[r:COEXPRESSED_WITH*1..2]-(b) RETURN a.id AS a, b.id AS b, size(r) AS l, count(*) AS n;

// name: paths_015
MATCH (a:Gene)-[r:COEXPRESSED_WITH*2]-(a) RETURN a.id AS a, count(*) AS n;

// name: paths_016
MATCH (a:Gene)-[r:COEXPRESSED_WITH*2]->(a) RETURN a.id AS a, count(*) AS n;

// name: paths_017
MATCH (a:Gene)-[r:COEXPRESSED_WITH*3]-(a) RETURN count(*) AS n;

// name: paths_018
MATCH (a:Gene)-[r:COEXPRESSED_WITH*1..2 {dataset: 'set_a'}]-(b) RETURN count(*) AS n, sum(size(r)) AS s;

// name: paths_019
MATCH (a:Gene)-[r:COEXPRESSED_WITH*2]->(b) RETURN a.id AS a, b.id AS b, [x IN r | x.coefficient] AS c, reduce(p = 1.0, x IN r | p * x.coefficient) AS p;

// name: paths_020
MATCH (a:Gene)-[r:COEXPRESSED_WITH*1..2]-(b) WHERE all(x IN r WHERE x.coefficient > 0) RETURN a.id AS a, b.id AS b, count(*) AS n;

// name: paths_021
MATCH (a:Gene)-[r:COEXPRESSED_WITH*2]-(b) WHERE r[0].coefficient > r[1].coefficient RETURN a.id AS a, b.id AS b, count(*) AS n;

// name: paths_022
MATCH (a:Gene)-[:COEXPRESSED_WITH*1..2]-(b)-[:EXPRESSED_IN]->(t) RETURN t.id AS t, count(*) AS n, count(DISTINCT a) AS d;

// name: paths_023
MATCH (a:Gene)-[:COEXPRESSED_WITH]-(b)-[:COEXPRESSED_WITH*0..1]-(c) RETURN a.id AS a, count(*) AS n, count(DISTINCT c) AS d;

// name: paths_024
MATCH (a:Gene)-[:COEXPRESSED_WITH*0..1]-(b)-[:COEXPRESSED_WITH*0..1]-(c) RETURN count(*) AS n;

// name: paths_025
MATCH (a:Gene)-[r:IN_TAXON|EXPRESSED_IN*1..2]-(b) RETURN labels(b)[0] AS l, size(r) AS k, count(*) AS n;

// name: paths_026
MATCH (a:Species)-[r*1..2]-(b) RETURN labels(b)[0] AS l, [x IN r | type(x)] AS t, count(*) AS n;

// name: paths_027
MATCH (a:Species)<-[r*1..2]-(b) RETURN labels(b)[0] AS l, [x IN r | type(x)] AS t, count(*) AS n;

// name: paths_028
MATCH (a:CellType)-[r*0..1]->(b) RETURN a.id AS a, b.id AS b, size(r) AS k;

// name: paths_029
MATCH (a:Dataset)-[*0..1]-(b:CellType|Dataset) RETURN a.id AS a, b.id AS b;

// name: paths_030
MATCH p = (a:CellType)-[:SUBCLASS_OF*0..]->(b) RETURN length(p) AS l, [n IN nodes(p) | n.id] AS n;

// name: paths_031
MATCH p = (a:CellType)-[:SUBCLASS_OF*0..2]-(b) RETURN length(p) AS l, nodes(p)[0].id AS s, nodes(p)[-1].id AS e, [r IN relationships(p) | startNode(r) = nodes(p)[0]] AS d;

// name: paths_032
MATCH p = (a:CellType)-[:SUBCLASS_OF*1..2]->(b) RETURN p;

// name: paths_033
MATCH p = (a:CellType)<-[:SUBCLASS_OF*1..2]-(b) RETURN p;

// name: paths_034
MATCH p = (a:CellType)-[:SUBCLASS_OF*2]-(b) RETURN p, nodes(p) AS n, relationships(p) AS r;

// name: paths_035
MATCH p = (g:Gene)-[:EXPRESSED_IN]->(t)-[:SUBCLASS_OF*0..1]->(q) RETURN length(p) AS l, nodes(p)[1].id AS m, count(*) AS n;

// name: paths_036
MATCH p = (g:Gene)-[:COEXPRESSED_WITH]-(h)-[:EXPRESSED_IN]->(t) RETURN [n IN nodes(p) | labels(n)[0]] AS l, [r IN relationships(p) | type(r)] AS t, count(*) AS n;

// name: paths_037
MATCH p = (g:Gene)-[:COEXPRESSED_WITH*1..2]-(h) WHERE all(n IN nodes(p) WHERE n.symbol IS NOT NULL) RETURN length(p) AS l, count(*) AS n;

// name: paths_038
MATCH p = (g:Gene)-[:COEXPRESSED_WITH*1..2]-(h) WHERE none(r IN relationships(p) WHERE r.coefficient < 0) RETURN length(p) AS l, count(*) AS n;

// name: paths_039
MATCH p = (g:Gene)-[:COEXPRESSED_WITH*1..2]-(h) RETURN length(p) AS l, max(reduce(s = 0.0, r IN relationships(p) | s + r.coefficient)) AS m;

// name: paths_040
MATCH p = (g:Gene)-[:COEXPRESSED_WITH*2]-(h) WHERE single(n IN nodes(p) WHERE n = g) RETURN count(*) AS n;

// name: paths_041
MATCH p = (g:Gene)-[:COEXPRESSED_WITH*2]-(h) WHERE g.id < h.id RETURN g.id AS g, h.id AS h, nodes(p)[1].id AS m, [r IN relationships(p) | r.n] AS l;

// name: paths_042
MATCH p = (a:CellType)-[:SUBCLASS_OF*]->(b) WITH a, max(length(p)) AS d RETURN a.id AS a, d;

// name: paths_043
MATCH p = (a:CellType)-[:SUBCLASS_OF*]->(b) WITH p ORDER BY length(p) DESC, nodes(p)[0].id, [x IN nodes(p) | x.id] RETURN [n IN nodes(p) | n.name] AS n LIMIT 3;

// name: paths_044
MATCH p = (a:CellType)-[:SUBCLASS_OF*0..1]->(b) WITH collect(p) AS ps RETURN size(ps) AS n, size([p IN ps WHERE length(p) = 0]) AS z;

// name: paths_045
MATCH p = (a:CellType)-[:SUBCLASS_OF]->(b), q = (c:CellType)-[:SUBCLASS_OF]->(d) RETURN p = q AS e, count(*) AS n;

// name: paths_046
MATCH p = (a:CellType)-[:SUBCLASS_OF]->(b) MATCH q = (c:CellType)-[:SUBCLASS_OF]->(d) RETURN p = q AS e, p <> q AS f, count(*) AS n;

// name: paths_047
MATCH p = (a:CellType)-[:SUBCLASS_OF]-(b) MATCH q = (c:CellType)-[:SUBCLASS_OF]-(d) RETURN p = q AS e, length(p) = length(q) AS f, count(*) AS n;

// name: paths_048
MATCH p = (a:CellType)-[:SUBCLASS_OF]-(b) RETURN DISTINCT p;

// name: paths_049
MATCH p = (a:CellType)-[:SUBCLASS_OF]-(b) RETURN p, count(*) AS n;

// name: paths_050
MATCH p = (a:CellType)-[:SUBCLASS_OF]-(b) RETURN count(DISTINCT p) AS n, count(DISTINCT nodes(p)) AS m, count(DISTINCT relationships(p)) AS k;

// name: paths_051
MATCH p = (a:CellType)-->() WITH p, nodes(p) AS ns UNWIND ns AS n RETURN n.id AS n, count(*) AS c;

// name: paths_052
MATCH p = (a:Gene)-[:COEXPRESSED_WITH*1..2]-() UNWIND relationships(p) AS r RETURN r.coefficient AS c, count(*) AS n;

// name: paths_053
MATCH p = (a:Gene)-[:IN_TAXON]->() RETURN DISTINCT [n IN nodes(p) | labels(n)] AS l;

// name: paths_054
MATCH p = (a:Gene) RETURN length(p) AS l, nodes(p) = [a] AS e, relationships(p) = [] AS r, count(*) AS n;

// name: paths_055
MATCH p = (a:Gene)-[r]->(b) RETURN relationships(p)[0] = r AS x, nodes(p) = [a, b] AS y, count(*) AS n;

// name: paths_056
MATCH (a:CellType)-[:SUBCLASS_OF]->+(b) RETURN a.id AS a, b.id AS b;

// name: paths_057
MATCH (a:CellType)-[:SUBCLASS_OF]->*(b) RETURN a.id AS a, b.id AS b;

// name: paths_058
MATCH (a:CellType)-[:SUBCLASS_OF]-{1,2}(b) RETURN a.id AS a, b.id AS b;

// name: paths_059
MATCH (a:CellType)-[r:SUBCLASS_OF]->{0,2}(b) RETURN a.id AS a, b.id AS b, size(r) AS n, [x IN r | type(x)] AS t;

// name: paths_060
MATCH (a:CellType)-[r:SUBCLASS_OF]->{2}(b) RETURN a.id AS a, b.id AS b, size(r) AS n;

// name: paths_061
MATCH (a:CellType)-[r:SUBCLASS_OF]->{,1}(b) RETURN a.id AS a, b.id AS b, size(r) AS n;

// name: paths_062
MATCH (a:CellType) ((x)-[:SUBCLASS_OF]->(y))+ (b) RETURN a.id AS a, b.id AS b, [n IN x | n.id] AS x, [n IN y | n.id] AS y;

// name: paths_063
MATCH (a:CellType) ((x)-[r:SUBCLASS_OF]->(y WHERE y.name IS NOT NULL))* (b) RETURN a.id AS a, b.id AS b, size(r) AS n, size(x) AS k;

// name: paths_064
MATCH (a:CellType) ((x)-[r:SUBCLASS_OF]->(y) WHERE x.id > y.id){1,3} (b) RETURN a.id AS a, b.id AS b, [n IN y | n.name] AS y;

// name: paths_065
MATCH (a:CellType) ((x)<-[:EXPRESSED_IN]-(g)-[:EXPRESSED_IN]->(y) WHERE x.id <> y.id){1,1} (b) RETURN a.id AS a, b.id AS b, count(*) AS n;

// name: paths_066
MATCH (a:Gene) ((x:Gene)-[r:COEXPRESSED_WITH]-(y:Gene) WHERE r.coefficient > 0){1,2} (b:Gene) RETURN a.id AS a, b.id AS b, size(r) AS l, count(*) AS n;

// name: paths_067
MATCH (a:Gene) ((x)-[r:COEXPRESSED_WITH]-(y)){2} (b) WHERE a.id < b.id RETURN [n IN x | n.id] AS x, [n IN y | n.id] AS y, [e IN r | e.coefficient] AS c;

// name: paths_068
MATCH (a:Gene) ((x)-[:EXPRESSED_IN]->(t)<-[:EXPRESSED_IN]-(y)){1} (b) WHERE a <> b RETURN a.id AS a, b.id AS b, t[0].id AS t, count(*) AS n;

// name: paths_069
MATCH p = (a:CellType) ((x)-[:SUBCLASS_OF]->(y)){0,2} (b) RETURN length(p) AS l, [n IN nodes(p) | n.id] AS n;

// name: paths_070
MATCH p = (g:Gene)-[:EXPRESSED_IN]->(t) ((x)-[:SUBCLASS_OF]->(y))* (q {name: 'cell'}) RETURN length(p) AS l, count(*) AS n;

// name: paths_071
MATCH (a:CellType) (()-[:SUBCLASS_OF]->()){0,1} (b) (()-[:SUBCLASS_OF]->()){0,1} (c) RETURN a.id AS a, b.id AS b, c.id AS c;

// name: paths_072
MATCH (a:CellType {id: 'CL:0000169'}), (b:CellType {id: 'CL:0000000'}) MATCH p = shortestPath((a)-[:SUBCLASS_OF*]->(b)) RETURN length(p) AS l, [n IN nodes(p) | n.id] AS n;

// name: paths_073
MATCH (a:CellType), (b:CellType) WHERE a <> b MATCH p = shortestPath((a)-[:SUBCLASS_OF*]-(b)) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: paths_074
MATCH (a:CellType), (b:CellType) WHERE a <> b OPTIONAL MATCH p = shortestPath((a)-[:SUBCLASS_OF*..5]->(b)) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: paths_075
MATCH (a:Gene), (b:Gene) WHERE a.id < b.id MATCH p = shortestPath((a)-[:COEXPRESSED_WITH*]-(b)) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: paths_076
MATCH (a:Gene), (b:Gene) WHERE a.id < b.id MATCH p = allShortestPaths((a)-[:COEXPRESSED_WITH*]-(b)) RETURN a.id AS a, b.id AS b, length(p) AS l, count(*) AS n;

// name: paths_077
MATCH (a:Gene), (b:Gene) WHERE a.id < b.id MATCH p = allShortestPaths((a)-[:COEXPRESSED_WITH*..2]->(b)) RETURN [n IN nodes(p) | n.id] AS n, [r IN relationships(p) | r.coefficient] AS c;

// name: paths_078
MATCH (a:Gene), (b:CellType) MATCH p = shortestPath((a)-[*..3]-(b)) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: paths_079
MATCH (a:Gene), (b:CellType) MATCH p = allShortestPaths((a)-[:EXPRESSED_IN|SUBCLASS_OF*..3]->(b)) RETURN a.id AS a, b.id AS b, length(p) AS l, count(*) AS n;

// name: paths_080
MATCH (a:Gene), (b:Gene) WHERE a.id < b.id RETURN a.id AS a, b.id AS b, length(shortestPath((a)-[:COEXPRESSED_WITH*]-(b))) AS l;

// name: paths_081
MATCH (a:Gene), (b:Gene) WHERE a.id < b.id AND length(shortestPath((a)-[:COEXPRESSED_WITH*]-(b))) = 2 RETURN a.id AS a, b.id AS b;

// name: paths_082
MATCH p = ALL SHORTEST (a:CellType)-[:SUBCLASS_OF]->+(b:CellType) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: paths_083
MATCH p = ALL SHORTEST (a:Gene)-[:COEXPRESSED_WITH]-{1,2}(b:Gene) RETURN a.id AS a, b.id AS b, length(p) AS l, count(*) AS n;

// name: paths_084
MATCH p = SHORTEST 1 (a:CellType)-[:SUBCLASS_OF]-+(b:CellType) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: paths_085
MATCH p = ANY SHORTEST (a:Gene)-[:COEXPRESSED_WITH]-+(b:Gene) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: paths_086
MATCH p = SHORTEST 1 GROUPS (a:CellType)-[:SUBCLASS_OF]-+(b:CellType) RETURN a.id AS a, b.id AS b, length(p) AS l, count(*) AS n;

// name: paths_087
MATCH p = SHORTEST 2 GROUPS (a:Gene)-[:COEXPRESSED_WITH]-{1,3}(b:Gene) RETURN a.id AS a, b.id AS b, length(p) AS l, count(*) AS n;

// name: paths_088
MATCH (a:CellType) WHERE (a)-[:SUBCLASS_OF*]->({name: 'cell'}) RETURN a.id AS a;

// name: paths_089
MATCH (a:CellType) WHERE NOT (a)-[:SUBCLASS_OF*2..]->() RETURN a.id AS a;

// name: paths_090
MATCH (a:CellType) RETURN a.id AS a, exists((a)-[:SUBCLASS_OF]->()) AS x;

// name: paths_091
MATCH (a:CellType) WHERE exists((a)<-[:EXPRESSED_IN]-({species: 'NCBITaxon:9606'})) RETURN a.id AS a;

// name: paths_092
MATCH (a:CellType), (b:CellType) WHERE (a)-[:SUBCLASS_OF*0..]->(b) RETURN a.id AS a, b.id AS b;

// name: paths_093
MATCH (a:CellType), (b:CellType) WHERE (a)-[:SUBCLASS_OF*1..2]-(b) AND a.id < b.id RETURN a.id AS a, b.id AS b;

// name: paths_094
MATCH (a:CellType)-[r:SUBCLASS_OF*]->(b) WITH a, b, r ORDER BY a.id, b.id RETURN a.id AS a, last(r) = head(r) AS x, endNode(last(r)) = b AS y, startNode(head(r)) = a AS z;

// name: paths_095
MATCH (a:CellType)-[r:SUBCLASS_OF*0..1]->(b) RETURN a.id AS a, head(r) IS NULL AS x, size(r) = 0 AS y, r = [] AS z;

// name: paths_096
MATCH (a:CellType)-[rs:SUBCLASS_OF*1..2]->(b) UNWIND rs AS r RETURN startNode(r).id AS s, endNode(r).id AS e, count(*) AS n;

// name: paths_097
MATCH (a:CellType)-[rs:SUBCLASS_OF*1..2]->(b) WITH rs, b MATCH (x)-[r]->(b) WHERE r IN rs RETURN x.id AS x, b.id AS b, count(*) AS n;

// name: paths_098
MATCH (a:CellType)-[r:SUBCLASS_OF]->(b)-[s:SUBCLASS_OF*0..]->(c) WHERE NOT r IN s RETURN a.id AS a, c.id AS c;

// name: paths_099
MATCH (s:Species)<-[:IN_TAXON]-(g)-[:EXPRESSED_IN]->(t)-[:SUBCLASS_OF*0..]->(u) RETURN s.id AS s, u.id AS u, count(DISTINCT g) AS g, count(*) AS n;

// name: paths_100
MATCH (u:CellType)<-[:SUBCLASS_OF*0..]-(t)<-[e:EXPRESSED_IN]-(g) RETURN u.id AS u, sum(e.mean * e.n_cells) / (1 + sum(e.n_cells)) AS w, count(*) AS n;

// name: paths_101
MATCH (c:Cell)-[:HAS_TYPE]->()-[:SUBCLASS_OF*0..2]->(t) RETURN t.id AS t, count(DISTINCT c) AS n, count(*) AS m;

// name: paths_102
MATCH (a:Gene)-[:ORTHOLOGOUS_TO*1..2]-(b:Gene) WHERE a.species = b.species AND a <> b RETURN a.symbol AS a, b.symbol AS b, count(*) AS n;

// name: paths_103
MATCH (a:Gene)-[:ORTHOLOGOUS_TO*2 {assertion: 'consensus'}]-(b:Gene) RETURN a.symbol AS a, b.symbol AS b, count(*) AS n;

// name: paths_104
MATCH (a:Gene)-[:MEMBER_OF]->()<-[:MEMBER_OF]-(b) WHERE NOT (a)-[:ORTHOLOGOUS_TO]-(b) RETURN a.symbol AS a, b.symbol AS b;

// name: paths_105
MATCH (n) WHERE n.id IN ['CL:0000000', 'CL:0000001'] MATCH p = (n)<-[*1..2]-(m) RETURN length(p) AS l, labels(m)[0] AS k, count(*) AS c;

// name: paths_106
MATCH (a)-[r*1..2]->(b:Species) RETURN [x IN r | type(x)] AS t, labels(a)[0] AS l, count(*) AS n;
