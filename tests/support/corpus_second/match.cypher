// Patterns of MATCH: labels, types, directions, loops, parallel relationships, rings and products.

// name: match_001
MATCH (n) RETURN count(*) AS n;

// name: match_002
MATCH (n:Gene|CellType) RETURN labels(n) AS l, count(*) AS n;

// name: match_003
MATCH (n:Gene|CellType|Dataset) WHERE n.species IS NULL RETURN n.id AS id;

// name: match_004
MATCH (n:!Gene) RETURN labels(n)[0] AS l, count(n) AS n;

// name: match_005
MATCH (n:!Gene&!Cell) RETURN n.id AS id;

// name: match_006
MATCH (n:Gene&CellType) RETURN count(*) AS n;

// name: match_007
MATCH (n:%) RETURN count(*) AS n;

// name: match_008
MATCH (n:(Gene|Species)&!Gene) RETURN n.id AS id;

// name: match_009
MATCH (n) WHERE n:Gene|Species RETURN labels(n) AS l, count(*) AS c;

// name: match_010
MATCH (n) WHERE n:Gene OR n:Dataset RETURN n.id AS id;

// name: match_011
MATCH (n) WHERE NOT n:Gene AND NOT n:Cell RETURN n.id AS id, n:Species AS s;

// name: match_012
MATCH (n:Nope) RETURN n;

// name: match_013
MATCH (n:Gene) RETURN n.nope AS x, count(*) AS n;

// name: match_014
MATCH ()-[r:NOPE]->() RETURN r;

// name: match_015
MATCH (n) RETURN n.species AS s, labels(n)[0] AS l, count(*) AS n;

// name: match_016
MATCH (a)-[r]->(b) RETURN type(r) AS t, labels(a) AS a, labels(b) AS b, count(*) AS n;

// name: match_017
MATCH (a)-[r]-(b) RETURN type(r) AS t, labels(a)[0] AS a, count(*) AS n;

// name: match_018
MATCH (a)<-[r]-(b) RETURN type(r) AS t, count(DISTINCT a) AS a, count(DISTINCT b) AS b;

// name: match_019
MATCH (a)--(b) RETURN count(*) AS n;

// name: match_020
MATCH (a)-->(b) RETURN count(*) AS n, count(DISTINCT a) AS a;

// name: match_021
MATCH (a)<-->(b) RETURN count(*) AS n;

// name: match_022
MATCH (a)-[r:EXPRESSED_IN|MEASURED_IN]->(b) RETURN type(r) AS t, b.id AS b, count(*) AS n, sum(r.fraction) AS f;

// name: match_023
MATCH (a)-[r:EXPRESSED_IN|COEXPRESSED_WITH|NOPE]-(b) RETURN type(r) AS t, r.dataset AS d, count(*) AS n;

// name: match_024
MATCH (a:Gene)-[r:!IN_TAXON]->(b) RETURN type(r) AS t, count(*) AS n;

// name: match_025
MATCH (a)-[r:!EXPRESSES&!HAS_TYPE&!FROM]->(b) RETURN type(r) AS t, count(*) AS n;

// name: match_026
MATCH (a:Gene)-[r:%]->(b:Species) RETURN type(r) AS t, count(*) AS n;

// name: match_027
MATCH (a)-[r:COEXPRESSED_WITH]-(a) RETURN a.id AS a, r.coefficient AS c;

// name: match_028
MATCH (a)-[r]->(a) RETURN labels(a) AS l, type(r) AS t, count(*) AS n;

// name: match_029
MATCH (a)-[r]-(a) RETURN labels(a) AS l, type(r) AS t, count(*) AS n;

// name: match_030
MATCH (a:CellType)-[:SUBCLASS_OF]-(a) RETURN a.id AS id;

// name: match_031
MATCH (a:CellType)-[:SUBCLASS_OF]-(b:CellType) RETURN a.id AS a, b.id AS b;

// name: match_032
MATCH (a:CellType)-[r:SUBCLASS_OF]-(b:CellType)-[s:SUBCLASS_OF]-(c:CellType) RETURN a.id AS a, b.id AS b, c.id AS c;

// name: match_033
MATCH (a:CellType)-[:SUBCLASS_OF]->(b)<-[:SUBCLASS_OF]-(c) RETURN a.id AS a, c.id AS c;

// name: match_034
MATCH (a:CellType)-[:SUBCLASS_OF]->(b), (c:CellType)-[:SUBCLASS_OF]->(b) RETURN a.id AS a, c.id AS c;

// name: match_035
MATCH (a:CellType)-[:SUBCLASS_OF]->(b) MATCH (c:CellType)-[:SUBCLASS_OF]->(b) RETURN a.id AS a, c.id AS c;

// name: match_036
MATCH (a:Gene)-[:COEXPRESSED_WITH]-(b)-[:COEXPRESSED_WITH]-(c)-[:COEXPRESSED_WITH]-(a) RETURN count(*) AS n;

// name: match_037
MATCH (a:Gene)-[:COEXPRESSED_WITH]->(b)-[:COEXPRESSED_WITH]->(c)<-[:COEXPRESSED_WITH]-(a) RETURN a.id AS a, b.id AS b, c.id AS c;

// name: match_038
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene), (a)-[s:COEXPRESSED_WITH]-(b) RETURN count(*) AS n;

// name: match_039
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) MATCH (a)-[s:COEXPRESSED_WITH]-(b) RETURN count(*) AS n, sum(CASE WHEN r = s THEN 1 ELSE 0 END) AS same;

// name: match_040
MATCH (a:Gene)-[r]->(b)<-[s]-(c:Gene) WHERE a.id < c.id RETURN type(r) AS t, type(s) AS u, count(*) AS n;

// name: match_041
MATCH (a:Gene)-[r:IN_TAXON|EXPRESSED_IN]->(b)<-[s:IN_TAXON|EXPRESSED_IN]-(c:Gene) WHERE a <> c RETURN type(r) AS t, type(s) AS u, count(*) AS n;

// name: match_042
MATCH (a:Species), (b:Species) RETURN a.id AS a, b.id AS b;

// name: match_043
MATCH (a:Species), (b:Dataset), (c:CellType) RETURN count(*) AS n;

// name: match_044
MATCH (a:Species), (b:Species) WHERE a.id < b.id RETURN a.id AS a, b.id AS b;

// name: match_045
MATCH (a:Species), (b:Dataset {species: a.id}) RETURN a.id AS a, b.id AS b;

// name: match_046
MATCH (a:Species) MATCH (b:Gene {species: a.id}) RETURN a.id AS a, count(*) AS n;

// name: match_047
MATCH (a:Gene), (b:Gene) WHERE a.symbol = b.symbol AND a <> b RETURN a.id AS a, b.id AS b;

// name: match_048
MATCH (a:Gene), (b:Gene) WHERE a.symbol = b.symbol RETURN count(*) AS n;

// name: match_049
MATCH (a:Gene), (b:CellType) WHERE (a)-[:EXPRESSED_IN]->(b) RETURN count(*) AS n;

// name: match_050
MATCH (a:Gene), (b:CellType) WHERE NOT (a)-[:EXPRESSED_IN]->(b) RETURN count(*) AS n;

// name: match_051
MATCH (a:Gene)-[:IN_TAXON]->(s)<-[:IN_TAXON]-(a) RETURN count(*) AS n;

// name: match_052
MATCH (a:Gene)-[r:IN_TAXON]->(s) MATCH (a)-[r]->(t) RETURN count(*) AS n, sum(CASE s WHEN t THEN 1 ELSE 0 END) AS same;

// name: match_053
MATCH (a:Gene)-[r:COEXPRESSED_WITH]->(b) MATCH (x)-[r]-(y) RETURN count(*) AS n;

// name: match_054
MATCH (a:Gene)-[r:COEXPRESSED_WITH]->(b) MATCH (b)-[r]->(a) RETURN count(*) AS n;

// name: match_055
MATCH (a:Gene)-[r:COEXPRESSED_WITH]->(b) MATCH (b)-[r]-(a) RETURN count(*) AS n;

// name: match_056
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b) WITH r MATCH (x)-[r]->(y) RETURN x.id AS x, y.id AS y, count(*) AS n;

// name: match_057
MATCH (a:Gene) MATCH (a)-[:EXPRESSED_IN]->(t) RETURN t.id AS t, count(a) AS n;

// name: match_058
MATCH (a:Gene) WHERE a.species = 'NCBITaxon:9606' MATCH (a)-->(b:CellType|Dataset) RETURN labels(b) AS l, b.id AS id, count(*) AS n;

// name: match_059
MATCH (a {species: 'NCBITaxon:9606'}) RETURN labels(a)[0] AS l, count(*) AS n;

// name: match_060
MATCH (a {id: 'NCBITaxon:9606'})<--(b) RETURN b.id AS id;

// name: match_061
MATCH (a)-[r {dataset: 'toy_human'}]->(b) RETURN type(r) AS t, count(*) AS n;

// name: match_062
MATCH (a)-[{dataset: 'set_a'}]->(b:CellType) RETURN a.id AS a, b.id AS b;

// name: match_063
MATCH (:Gene)-[r:EXPRESSED_IN {n_cells: 9}]->(t:CellType) RETURN t.id AS t, r.mean AS m;

// name: match_064
MATCH (a:Gene)-[r:EXPRESSED_IN WHERE r.fraction > 0.5]->(t:CellType WHERE t.name IS NOT NULL) RETURN a.id AS a, t.id AS t;

// name: match_065
MATCH (a:Gene WHERE a.symbol STARTS WITH 'I')-[r:EXPRESSED_IN WHERE r.mean > 0]->(t) RETURN a.symbol AS s, t.id AS t, r.mean AS m;

// name: match_066
MATCH (a:Gene WHERE a.species = 'NCBITaxon:9606' AND a.symbol IS NOT NULL) RETURN count(a) AS n;

// name: match_067
MATCH (a:Gene)-[r:COEXPRESSED_WITH WHERE r.n = r.n]-(b:Gene) RETURN count(*) AS n;

// name: match_068
MATCH (a:Gene)-[:COEXPRESSED_WITH]-(b:Gene)-[:EXPRESSED_IN]->(t:CellType)<-[:EXPRESSED_IN]-(a) RETURN t.id AS t, count(*) AS n;

// name: match_069
MATCH (a:Gene)-[:COEXPRESSED_WITH]-(b:Gene)-[e:EXPRESSED_IN]->(t:CellType)<-[f:EXPRESSED_IN]-(a) WHERE e.mean > f.mean RETURN a.id AS a, b.id AS b, t.id AS t;

// name: match_070
MATCH (a:Gene)-[:EXPRESSED_IN]->(t:CellType)<-[:EXPRESSED_IN]-(b:Gene)-[:EXPRESSED_IN]->(u:CellType)<-[:EXPRESSED_IN]-(a) WHERE a.id < b.id RETURN count(*) AS n;

// name: match_071
MATCH (a:Gene)-[:IN_TAXON]->(s:Species), (b:Gene)-[:IN_TAXON]->(s), (a)-[:COEXPRESSED_WITH]-(b) RETURN s.id AS s, count(*) AS n;

// name: match_072
MATCH (a:Gene)-[x]->(b)-[y]->(c) RETURN type(x) AS x, type(y) AS y, count(*) AS n;

// name: match_073
MATCH (a)-[x]->(b)-[y]->(c)-[z]->(d) RETURN type(x) AS x, type(y) AS y, type(z) AS z, count(*) AS n;

// name: match_074
MATCH (a:CellType)<-[x]-(b)-[y]->(c) WHERE type(x) <> type(y) RETURN type(x) AS x, type(y) AS y, count(*) AS n;

// name: match_075
MATCH (:Gene)-[r]-() WITH DISTINCT type(r) AS t RETURN t ORDER BY t;

// name: match_076
MATCH (a:Gene)-[r:ORTHOLOGOUS_TO]-(b:Gene) RETURN a.symbol AS a, b.symbol AS b, r.assertion AS k, startNode(r) = a AS forward;

// name: match_077
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) RETURN startNode(r).id AS s, endNode(r).id AS e, a.id AS a;

// name: match_078
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) WHERE startNode(r) = b RETURN count(*) AS n;

// name: match_079
MATCH ()-[r]->() WHERE startNode(r):Gene AND endNode(r):Species RETURN count(r) AS n;

// name: match_080
MATCH ()-[r]-() RETURN count(DISTINCT r) AS n, count(r) AS m, count(*) AS k;

// name: match_081
MATCH ()-[r]-() WHERE r.mean IS NOT NULL RETURN type(r) AS t, round(avg(r.mean), 6) AS m;

// name: match_082
MATCH (a)-[r]->(b) WHERE r.n_cells IS NOT NULL RETURN type(r) AS t, min(r.n_cells) AS lo, max(r.n_cells) AS hi;

// name: match_083
MATCH (n) WHERE n.n_cells >= 0 RETURN labels(n) AS l, n.n_cells AS c;

// name: match_084
MATCH (n) WHERE n.symbol = n.id RETURN n;

// name: match_085
MATCH (n) WHERE n['name'] IS NOT NULL RETURN labels(n)[0] AS l, count(*) AS c;

// name: match_086
MATCH (n:Gene) WHERE n.species IN ['NCBITaxon:9606', 'NCBITaxon:7955', null] RETURN n.species AS s, count(*) AS c;

// name: match_087
MATCH (a:Dataset)<-[:MEASURED_IN]-(g:Gene)-[:EXPRESSED_IN]->(t:CellType) RETURN a.id AS a, t.id AS t, count(g) AS n, count(DISTINCT g) AS d;

// name: match_088
MATCH (a:Dataset)<-[m:MEASURED_IN]-(g:Gene)-[e:EXPRESSED_IN]->(t:CellType) WHERE e.dataset = a.id AND e.mean > m.mean RETURN a.id AS a, t.id AS t, count(*) AS n;

// name: match_089
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType), (g)-[:IN_TAXON]->(s:Species {common_name: 'human'}) RETURN t.id AS t, max(e.mean) AS m;

// name: match_090
MATCH (c:Cell)-[:HAS_TYPE]->(t:CellType), (c)-[:FROM]->(d:Dataset) RETURN d.id AS d, t.id AS t, count(c) AS n;

// name: match_091
MATCH (c:Cell)-[e:EXPRESSES]->(g:Gene)-[:EXPRESSED_IN]->(t:CellType)<-[:HAS_TYPE]-(c) WHERE e.rank = 1 RETURN g.symbol AS g, t.id AS t, count(*) AS n;

// name: match_092
MATCH (c:Cell)-[:EXPRESSES]->(g:Gene)<-[:EXPRESSES]-(d:Cell) WHERE c.id < d.id RETURN count(*) AS n, count(DISTINCT c) AS c;

// name: match_093
MATCH (a:Gene)-[r1:COEXPRESSED_WITH]-(b)-[r2:COEXPRESSED_WITH]-(c) WHERE r1.coefficient > 0 AND r2.coefficient < 0 RETURN count(*) AS n;

// name: match_094
MATCH (a:Gene)-[r1:COEXPRESSED_WITH]-(b)-[r2:COEXPRESSED_WITH]-(c) WHERE r1.n = r2.n AND a = c RETURN count(*) AS n;

// name: match_095
MATCH (a:Gene), (a)-[:COEXPRESSED_WITH]-(b), (b)-[:COEXPRESSED_WITH]-(c), (c)-[:COEXPRESSED_WITH]-(d) RETURN count(*) AS n;

// name: match_096
MATCH (a:Gene)-[:COEXPRESSED_WITH]-(b)-[:COEXPRESSED_WITH]-(c)-[:COEXPRESSED_WITH]-(d) WHERE a = d RETURN count(*) AS n;

// name: match_097
MATCH (a:Gene)-[:COEXPRESSED_WITH]-(b), (c:Gene)-[:COEXPRESSED_WITH]-(d) WHERE a = c RETURN count(*) AS n;

// name: match_098
MATCH (a)-[:IN_TAXON]->(b) MATCH (a)-[:EXPRESSED_IN]->(c) MATCH (a)-[:MEASURED_IN]->(d) RETURN count(*) AS n, count(DISTINCT a.id) AS a;

// name: match_099
MATCH (a:Gene) MATCH (b:Gene) MATCH (a)-[:COEXPRESSED_WITH]->(b) RETURN count(*) AS n;

// name: match_100
MATCH (a:Gene) MATCH (b:Gene) WHERE a.id = b.id RETURN count(*) AS n;

// name: match_101
MATCH (a:Gene) WITH a MATCH (b:Gene) WHERE a = b RETURN count(*) AS n;

// name: match_102
MATCH (a:Gene) WITH a, a.species AS s MATCH (b:Species {id: s}) RETURN b.id AS b, count(a) AS n;

// name: match_103
MATCH (a:Gene) WITH a.id AS i MATCH (b:Gene {id: i})-[:IN_TAXON]->(s) RETURN s.id AS s, count(*) AS n;

// name: match_104
MATCH (n:Gene:Gene) RETURN count(*) AS n;

// name: match_105
MATCH (n:Gene) WHERE n:Gene:CellType RETURN n;

// name: match_106
MATCH (a:Gene)-[:IN_TAXON]->(:Gene) RETURN a;

// name: match_107
MATCH (a:Species)-[:IN_TAXON]->(b) RETURN count(*) AS n;

// name: match_108
MATCH (a:CellType|Dataset)<-[r]-(b:Gene) RETURN labels(a)[0] AS l, type(r) AS t, count(*) AS n;

// name: match_109
MATCH (a:CellType|Dataset)--(b:CellType|Dataset) RETURN a.id AS a, b.id AS b;

// name: match_110
MATCH (a:Gene|Cell)-[:EXPRESSED_IN|HAS_TYPE]->(t:CellType) RETURN labels(a)[0] AS l, t.id AS t, count(*) AS n;

// name: match_111
MATCH p = (a:Gene)-[:IN_TAXON]->(s:Species) RETURN length(p) AS l, count(*) AS n;

// name: match_112
MATCH p = (a:Species) RETURN p;

// name: match_113
MATCH p = (a:CellType)-[:SUBCLASS_OF]->(b) RETURN p;

// name: match_114
MATCH p = (a:CellType)<-[:SUBCLASS_OF]-(b) RETURN [n IN nodes(p) | n.id] AS ns, [r IN relationships(p) | type(r)] AS rs;

// name: match_115
MATCH p = (a:CellType)<-[:SUBCLASS_OF]-(b)-[:SUBCLASS_OF]->(c) RETURN [n IN nodes(p) | n.id] AS ns, size(relationships(p)) AS l;

// name: match_116
MATCH p = (a:CellType)-[:SUBCLASS_OF]-(b), q = (b)-[:SUBCLASS_OF]-(a) RETURN count(*) AS n;

// name: match_117
MATCH p = (a:CellType)-[:SUBCLASS_OF]-(b) MATCH q = (b)-[:SUBCLASS_OF]-(a) RETURN count(*) AS n, sum(CASE WHEN relationships(p) = relationships(q) THEN 1 ELSE 0 END) AS same;

// name: match_118
MATCH (a:Gene {symbol: 'INS'}) RETURN a.id AS id, a['id'] AS j, a.synonyms AS s, a.synonyms[0] AS s0;

// name: match_119
MATCH (g:Gene) WHERE 'p53' IN g.synonyms RETURN g.symbol AS s;

// name: match_120
MATCH (g:Gene) WHERE 'a' IN g.synonyms AND NOT 'A' IN g.synonyms RETURN g.id AS id;

// name: match_121
MATCH (g:Gene) WHERE size(g.synonyms) >= 2 RETURN g.id AS id, g.synonyms AS l;

// name: match_122
MATCH (g:Gene) WHERE g.synonyms = [] RETURN g.id AS id;

// name: match_123
MATCH (g:Gene) WHERE g.synonyms = ['a'] OR g.synonyms[1] = 'b' RETURN g.id AS id;

// name: match_124
MATCH (a:Gene {symbol: 'INS', species: 'NCBITaxon:9606'})-[r]->(b) RETURN type(r) AS t, count(b) AS n;

// name: match_125
MATCH (a:Gene)-[r:EXPRESSED_IN]->(t) RETURN r;

// name: match_126
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) WHERE a.id < b.id RETURN a, r, b;

// name: match_127
MATCH (t:CellType)-[r]->(x) RETURN t, r, x;

// name: match_128
MATCH (t:CellType)<-[r:SUBCLASS_OF]-(x) RETURN *;
