// EXISTS, COUNT, COLLECT and CALL subqueries, nested, with names of every level.

// name: subquery_001
MATCH (s:Species) RETURN s.id AS s, COUNT { (s)<-[:IN_TAXON]-() } AS n;

// name: subquery_002
MATCH (s:Species) RETURN s.id AS s, COUNT { (s)<-[:IN_TAXON]-(g) WHERE g.symbol > 'H' } AS n;

// name: subquery_003
MATCH (s:Species) RETURN s.id AS s, COUNT { MATCH (s)<-[:IN_TAXON]-(g) RETURN DISTINCT g.symbol } AS n;

// name: subquery_004
MATCH (s:Species) RETURN s.id AS s, COUNT { MATCH (s)<-[:IN_TAXON]-(g) RETURN g.symbol LIMIT 2 } AS n;

// name: subquery_005
MATCH (s:Species) RETURN s.id AS s, COUNT { MATCH (s)<-[:IN_TAXON]-(g) WITH g.symbol AS x WHERE x IS NOT NULL RETURN x } AS n;

// name: subquery_006
MATCH (s:Species) RETURN s.id AS s, COUNT { MATCH (g:Gene) WHERE g.species = s.id RETURN g UNION MATCH (g:Gene) WHERE g.symbol = 'INS' RETURN g } AS n;

// name: subquery_007
MATCH (s:Species) RETURN s.id AS s, COUNT { MATCH (g:Gene) WHERE g.species = s.id RETURN g.id AS x UNION ALL MATCH (g:Gene) RETURN g.id AS x } AS n;

// name: subquery_008
MATCH (s:Species) WHERE COUNT { (s)<-[:IN_TAXON]-() } > 3 RETURN s.id AS s;

// name: subquery_009
MATCH (s:Species) WHERE EXISTS { (s)<-[:IN_TAXON]-(g)-[:EXPRESSED_IN]->() } RETURN s.id AS s;

// name: subquery_010
MATCH (s:Species) WHERE EXISTS { MATCH (s)<-[:IN_TAXON]-(g) WHERE g.symbol = 'INS' RETURN g } RETURN s.id AS s;

// name: subquery_011
MATCH (s:Species) WHERE NOT EXISTS { MATCH (d:Dataset) WHERE d.species = s.id } RETURN s.id AS s;

// name: subquery_012
MATCH (s:Species) WHERE EXISTS { (:Dataset {species: s.id}) } RETURN s.id AS s;

// name: subquery_013
MATCH (s:Species) WHERE EXISTS { MATCH (g:Gene) WITH count(*) AS n WHERE n > 0 RETURN n } RETURN s.id AS s;

// name: subquery_014
MATCH (s:Species) RETURN s.id AS s, EXISTS { UNWIND [1, 2] AS x WITH x WHERE x > 2 RETURN x } AS e, EXISTS { RETURN 1 } AS f;

// name: subquery_015
MATCH (s:Species) RETURN s.id AS s, EXISTS { MATCH (s)<-[:IN_TAXON]-(g) RETURN g.id AS x UNION MATCH (d:Dataset {species: s.id}) RETURN d.id AS x } AS e;

// name: subquery_016
MATCH (s:Species) RETURN s.id AS s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN g.id ORDER BY g.id } AS l;

// name: subquery_017
MATCH (s:Species) RETURN s.id AS s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN g.symbol ORDER BY g.symbol DESC, g.id LIMIT 3 } AS l;

// name: subquery_018
MATCH (s:Species) RETURN s.id AS s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN DISTINCT size(g.synonyms) AS x ORDER BY x } AS l;

// name: subquery_019
MATCH (s:Species) RETURN s.id AS s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN count(*) } AS l;

// name: subquery_020
MATCH (s:Species) RETURN s.id AS s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g) WITH g ORDER BY g.id RETURN {id: g.id, n: COUNT { (g)-[:EXPRESSED_IN]->() }} } AS l;

// name: subquery_021
MATCH (s:Species) RETURN s.id AS s, size(COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN g }) AS n;

// name: subquery_022
MATCH (s:Species) RETURN s.id AS s, head(COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN g ORDER BY g.id }).symbol AS x;

// name: subquery_023
MATCH (s:Species) RETURN s.id AS s, [x IN COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN g ORDER BY g.id } | x.id][..2] AS x;

// name: subquery_024
MATCH (s:Species) WITH s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN g ORDER BY g.id LIMIT 2 } AS gs UNWIND gs AS g RETURN s.id AS s, g.id AS g;

// name: subquery_025
MATCH (s:Species) WHERE 'INS' IN COLLECT { MATCH (s)<-[:IN_TAXON]-(g) RETURN g.symbol } RETURN s.id AS s;

// name: subquery_026
MATCH (s:Species) RETURN s.id AS s, COLLECT { UNWIND [3, 1, 2] AS x RETURN x ORDER BY x } AS l, COLLECT { MATCH (n:Nope) RETURN n } AS m;

// name: subquery_027
MATCH (s:Species) RETURN s.id AS s, COUNT { (s)<-[:IN_TAXON]-(g) WHERE EXISTS { (g)-[:EXPRESSED_IN]->(t) WHERE t.name > s.common_name } } AS n;

// name: subquery_028
MATCH (s:Species) RETURN s.id AS s, COUNT { (s)<-[:IN_TAXON]-(g) WHERE COUNT { (g)-[:EXPRESSED_IN]->(t) WHERE EXISTS { (t)-[:SUBCLASS_OF]->(p) WHERE p.name <> s.common_name } } > 0 } AS n;

// name: subquery_029
MATCH (s:Species) RETURN s.id AS s, COUNT { (s)<-[:IN_TAXON]-(g) WHERE NOT EXISTS { (g)-[:COEXPRESSED_WITH]-(h) WHERE NOT EXISTS { (h)-[:IN_TAXON]->(s) } } } AS n;

// name: subquery_030
MATCH (s:Species) WHERE EXISTS { MATCH (s)<-[:IN_TAXON]-(g) WHERE EXISTS { MATCH (g)-[e:EXPRESSED_IN]->(t) WHERE EXISTS { MATCH (t)<-[f:EXPRESSED_IN]-(h) WHERE h <> g AND h.species <> s.id AND f.mean > e.mean } } } RETURN s.id AS s;

// name: subquery_031
MATCH (s:Species) RETURN s.id AS s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g) WHERE EXISTS { (g)-[:EXPRESSED_IN]->() } RETURN [g.id, COLLECT { MATCH (g)-[e:EXPRESSED_IN]->(t) WHERE e.mean > 1 RETURN t.id ORDER BY t.id, e.mean }] ORDER BY g.id } AS l;

// name: subquery_032
MATCH (t:CellType) RETURN t.id AS t, EXISTS { (t)-[:SUBCLASS_OF]->() } AND NOT EXISTS { (t)<-[:SUBCLASS_OF]-() } AS leaf;

// name: subquery_033
MATCH (t:CellType) RETURN CASE WHEN EXISTS { (t)-[:SUBCLASS_OF]->() } THEN 'child' ELSE 'root' END AS k, count(*) AS n;

// name: subquery_034
MATCH (t:CellType) RETURN EXISTS { (t)-[:SUBCLASS_OF]->() } AS k, count(*) AS n, sum(COUNT { (t)<-[:EXPRESSED_IN]-() }) AS s;

// name: subquery_035
MATCH (t:CellType) RETURN max(COUNT { (t)<-[:EXPRESSED_IN]-() }) AS m, avg(COUNT { (t)<-[:EXPRESSED_IN]-() }) AS a;

// name: subquery_037
// ordered
MATCH (t:CellType) WITH t, COUNT { (t)<-[:EXPRESSED_IN]-() } AS n ORDER BY n DESC, t.id LIMIT 2 RETURN t.id AS t, n ORDER BY n, t;

// name: subquery_038
MATCH (t:CellType) WITH t WHERE COUNT { (t)--() } > 1 AND COUNT { (t)--() } < 100 RETURN t.id AS t;

// name: subquery_039
MATCH (g:Gene) RETURN [x IN [1, 2] WHERE EXISTS { (g)-[:EXPRESSED_IN]->() } | x] AS l, count(*) AS n;

// name: subquery_040
MATCH (g:Gene) RETURN [x IN ['a', 'INS'] WHERE EXISTS { MATCH (h:Gene) WHERE h.symbol = x AND h.species = g.species } | x] AS l, count(*) AS n;

// name: subquery_041
MATCH (g:Gene) WHERE any(x IN g.synonyms WHERE EXISTS { MATCH (h:Gene) WHERE h.symbol = x AND h <> g }) RETURN g.id AS id;

// name: subquery_042
MATCH (g:Gene) RETURN g.id AS g, COUNT { (g)-[:COEXPRESSED_WITH]-(h) WHERE h.species = g.species } AS a, COUNT { (g)-[:COEXPRESSED_WITH]->(h) } AS b, COUNT { (g)-[:COEXPRESSED_WITH*2]-(h) } AS c;

// name: subquery_043
MATCH (g:Gene) RETURN g.id AS g, COUNT { (g)-[]-() } AS a, COUNT { (g)-->() } AS b, COUNT { (g)<--() } AS c;

// name: subquery_044
MATCH (g:Gene) WHERE COUNT { (g)-[:EXPRESSED_IN]->() } = COUNT { (g)-[:COEXPRESSED_WITH]-() } RETURN g.id AS g;

// name: subquery_045
MATCH (g:Gene) WHERE EXISTS { (g)-[e:EXPRESSED_IN]->(t:CellType) WHERE e.mean = COLLECT { MATCH (g)-[f:EXPRESSED_IN]->() RETURN max(f.mean) }[0] AND t.name IS NOT NULL } RETURN g.id AS g;

// name: subquery_046
MATCH (a:Gene), (b:Gene) WHERE a.id < b.id AND EXISTS { (a)-[:COEXPRESSED_WITH]-(b) } AND EXISTS { (a)-[:EXPRESSED_IN]->(t)<-[:EXPRESSED_IN]-(b) } RETURN a.id AS a, b.id AS b;

// name: subquery_047
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) WHERE EXISTS { (a)-[s:COEXPRESSED_WITH]-(b) WHERE s <> r } RETURN a.id AS a, b.id AS b, r.coefficient AS c;

// name: subquery_048
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) WHERE EXISTS { (a)-[r]-(b) } RETURN count(*) AS n;

// name: subquery_049
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) WHERE EXISTS { (a)-[r]->(b) } RETURN count(*) AS n;

// name: subquery_050
CALL () { MATCH (s:Species) RETURN s.id AS id } RETURN id;

// name: subquery_051
CALL { MATCH (s:Species) RETURN s.id AS id } RETURN id, count(*) AS n;

// name: subquery_052
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) RETURN count(g) AS n } RETURN s.id AS s, n;

// name: subquery_053
MATCH (s:Species) CALL { WITH s MATCH (s)<-[:IN_TAXON]-(g) RETURN count(g) AS n } RETURN s.id AS s, n;

// name: subquery_054
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) RETURN g ORDER BY g.symbol, g.id LIMIT 2 } RETURN s.id AS s, g.id AS g;

// name: subquery_055
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) RETURN g ORDER BY g.id SKIP 1 LIMIT 1 } RETURN s.id AS s, g.id AS g;

// name: subquery_056
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) WITH g ORDER BY g.id LIMIT 3 RETURN collect(g.id) AS l, min(g.symbol) AS m } RETURN s.id AS s, l, m;

// name: subquery_057
MATCH (s:Species) CALL (s) { OPTIONAL MATCH (s)<-[:IN_TAXON]-(g {symbol: 'INS'}) RETURN g } RETURN s.id AS s, g.id AS g;

// name: subquery_058
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g {symbol: 'INS'}) RETURN g } RETURN s.id AS s, g.id AS g;

// name: subquery_059
MATCH (s:Species) OPTIONAL CALL (s) { MATCH (s)<-[:IN_TAXON]-(g {symbol: 'INS'}) RETURN g } RETURN s.id AS s, g.id AS g;

// name: subquery_060
MATCH (s:Species) CALL (s) { RETURN s.id AS x UNION RETURN s.common_name AS x } RETURN s.id AS s, x;

// name: subquery_061
MATCH (s:Species) CALL (s) { RETURN 1 AS x UNION ALL RETURN 1 AS x } RETURN s.id AS s, count(x) AS n;

// name: subquery_062
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) RETURN g.id AS x, 'gene' AS k UNION ALL MATCH (d:Dataset {species: s.id}) RETURN d.id AS x, 'set' AS k } RETURN s.id AS s, k, count(x) AS n;

// name: subquery_063
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) RETURN g AS x UNION MATCH (d:Dataset {species: s.id}) RETURN d AS x } RETURN s.id AS s, labels(x)[0] AS l, count(x) AS n;

// name: subquery_064
MATCH (s:Species) CALL (*) { MATCH (s)<-[:IN_TAXON]-(g) RETURN max(g.id) AS m } RETURN s.id AS s, m;

// name: subquery_065
MATCH (s:Species) CALL () { MATCH (g:Gene) RETURN max(g.id) AS m } RETURN s.id AS s, m;

// name: subquery_066
MATCH (s:Species), (d:Dataset) CALL (s, d) { MATCH (s)<-[:IN_TAXON]-(g)-[:MEASURED_IN]->(d) RETURN count(DISTINCT g) AS n } RETURN s.id AS s, d.id AS d, n;

// name: subquery_067
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) CALL (g) { MATCH (g)-[e:EXPRESSED_IN]->(t) RETURN t, e.mean AS m ORDER BY m DESC, t.id LIMIT 1 } RETURN g.id AS g, t.id AS t, m } RETURN s.id AS s, g, t, m;

// name: subquery_068
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) CALL (s, g) { MATCH (g)-[e:EXPRESSED_IN]->(t) WHERE t.name > s.common_name RETURN sum(e.mean) AS m } RETURN max(m) AS m } RETURN s.id AS s, m;

// name: subquery_069
MATCH (s:Species) CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) CALL (g) { MATCH (g)-[:EXPRESSED_IN]->(t) CALL (g, t) { MATCH (t)<-[:EXPRESSED_IN]-(h) WHERE h <> g RETURN count(DISTINCT h) AS k } RETURN max(k) AS k } RETURN sum(k) AS k } RETURN s.id AS s, k;

// name: subquery_070
MATCH (g:Gene) CALL (g) { MATCH (g)-[e:EXPRESSED_IN]->(t) RETURN t ORDER BY e.mean DESC, t.id, e.n_cells LIMIT 1 } MATCH (t)-[:SUBCLASS_OF]->(p) RETURN g.id AS g, t.id AS t, p.id AS p;

// name: subquery_071
MATCH (g:Gene) CALL (g) { MATCH (g)-[e:EXPRESSED_IN]->(t) RETURN collect(e.mean) AS ms } RETURN g.id AS g, size(ms) AS n;

// name: subquery_072
MATCH (g:Gene) CALL (g) { UNWIND g.synonyms AS x RETURN count(x) AS n, max(x) AS m } RETURN g.id AS g, n, m;

// name: subquery_073
MATCH (g:Gene) CALL (g) { UNWIND g.synonyms AS x RETURN x ORDER BY x LIMIT 1 } RETURN g.id AS g, x;

// name: subquery_074
MATCH (g:Gene) CALL (g) { WITH g WHERE g.symbol IS NULL RETURN 'nameless' AS k UNION WITH g WHERE g.symbol IS NOT NULL RETURN 'named' AS k } RETURN k, count(*) AS n;

// name: subquery_075
MATCH (g:Gene) CALL (g) { RETURN g.symbol + '!' AS x } RETURN count(x) AS n, max(x) AS m;

// name: subquery_076
MATCH (g:Gene) CALL (g) { RETURN COUNT { (g)-[:EXPRESSED_IN]->() } AS n } RETURN n, count(*) AS c;

// name: subquery_077
UNWIND [1, 2, 3] AS x CALL (x) { RETURN x * 2 AS y } RETURN x, y;

// name: subquery_078
UNWIND [1, 2, 3] AS x CALL (x) { UNWIND range(1, x) AS y RETURN y } RETURN x, y;

// name: subquery_079
UNWIND [1, 2, 3] AS x CALL (x) { UNWIND range(1, x) AS y RETURN sum(y) AS s } RETURN x, s;

// name: subquery_080
UNWIND [1, 2, 3] AS x CALL (x) { WITH x AS y WHERE y > 1 RETURN y } RETURN x, y;

// name: subquery_081
UNWIND [1, 1, 2] AS x CALL (x) { MATCH (s:Species) RETURN s.id AS s ORDER BY s LIMIT 1 } RETURN x, s;

// name: subquery_082
UNWIND [1, 2] AS x CALL (x) { MATCH (s:Species) WITH s ORDER BY s.id LIMIT 2 RETURN s } CALL (s) { MATCH (s)<-[:IN_TAXON]-(g) RETURN count(g) AS n } RETURN x, s.id AS s, n;

// name: subquery_083
UNWIND ['a', 'INS'] AS x CALL (x) { OPTIONAL MATCH (g:Gene {symbol: x}) RETURN count(g) AS n } RETURN x, n;

// name: subquery_084
WITH [1, 2, 3] AS l CALL (l) { UNWIND l AS x WITH x WHERE x > 1 RETURN collect(x) AS m } RETURN l, m;

// name: subquery_085
WITH 5 AS k MATCH (s:Species) CALL (s, k) { MATCH (s)<-[:IN_TAXON]-(g) WITH count(g) AS n WHERE n > k RETURN n } RETURN s.id AS s, n, k;

// name: subquery_086
WITH 2 AS k CALL (k) { MATCH (g:Gene) RETURN g.id AS id ORDER BY id LIMIT 3 } RETURN id, k;

// name: subquery_087
MATCH (n:Nope) CALL (n) { RETURN 1 AS x } RETURN x;

// name: subquery_088
OPTIONAL MATCH (n:Nope) CALL (n) { RETURN n IS NULL AS x } RETURN x;

// name: subquery_089
OPTIONAL MATCH (n:Nope) CALL (n) { MATCH (n)-->(m) RETURN count(m) AS x } RETURN x;

// name: subquery_090
OPTIONAL MATCH (n:Species {id: 'x'}) RETURN COUNT { (n)<--() } AS c, EXISTS { (n) } AS e, COLLECT { MATCH (n)<--(m) RETURN m } AS l;

// name: subquery_091
MATCH (s:Species) WITH s, COUNT { (s)<-[:IN_TAXON]-() } AS n WITH collect({id: s.id, n: n}) AS l, max(n) AS m UNWIND l AS x WITH x, m WHERE x.n = m RETURN x.id AS id, m;

// name: subquery_092
MATCH (s:Species) WITH collect(s) AS ss CALL (ss) { UNWIND ss AS s MATCH (s)<-[:IN_TAXON]-(g) RETURN s, count(g) AS n } RETURN s.id AS id, n, size(ss) AS k;

// name: subquery_093
MATCH (a:CellType) CALL (a) { MATCH (a)-[:SUBCLASS_OF*0..]->(b) RETURN collect(DISTINCT b.id) AS l, count(*) AS n } RETURN a.id AS a, size(l) AS k, n;

// name: subquery_094
MATCH (a:CellType) WHERE EXISTS { (a)-[:SUBCLASS_OF*1..3]->(b) WHERE b.name = 'cell' } RETURN a.id AS a;

// name: subquery_095
MATCH (a:CellType) RETURN a.id AS a, COUNT { (a)((x)-[:SUBCLASS_OF]->(y)){1,3}() } AS n;

// name: subquery_096
MATCH (a:CellType) RETURN a.id AS a, COLLECT { MATCH p = (a)-[:SUBCLASS_OF*0..2]->(b) RETURN [n IN nodes(p) | n.id] AS l ORDER BY size(l), l } AS ls;

// name: subquery_097
// bags
MATCH (s:Species) RETURN s.id AS s, [(s)<-[:IN_TAXON]-(g) | g.id] AS l;

// name: subquery_098
// bags
MATCH (s:Species) RETURN s.id AS s, [(s)<-[:IN_TAXON]-(g) WHERE g.symbol IS NOT NULL | g.symbol] AS l;

// name: subquery_099
// bags
MATCH (s:Species) RETURN s.id AS s, [(s)<-[:IN_TAXON]-(g)-[e:EXPRESSED_IN]->(t) WHERE e.mean > 1 | [g.id, t.id, e.mean]] AS l;

// name: subquery_100
// bags
MATCH (s:Species) RETURN s.id AS s, [p = (s)<-[:IN_TAXON]-(g) | length(p)] AS l;

// name: subquery_101
// bags
MATCH (s:Species) RETURN s.id AS s, [(s)<-[:IN_TAXON]-(g) | {id: g.id, ts: [(g)-[:EXPRESSED_IN]->(t) | t.id]}] AS l;

// name: subquery_102
MATCH (s:Species) RETURN s.id AS s, size([(s)<-[:IN_TAXON]-(g) | 1]) AS n, size([(s)<-[:IN_TAXON]-(g) WHERE size([(g)-[:EXPRESSED_IN]->() | 1]) > 1 | 1]) AS m;

// name: subquery_103
MATCH (s:Species) WHERE size([(s)<-[:IN_TAXON]-(g) | g]) > 4 RETURN s.id AS s;

// name: subquery_104
MATCH (s:Species) RETURN s.id AS s, reduce(n = 0, x IN [(s)<-[:IN_TAXON]-(g) | size(g.synonyms)] | n + x) AS n;

// name: subquery_105
MATCH (s:Species) RETURN s.id AS s, any(x IN [(s)<-[:IN_TAXON]-(g) | g.symbol] WHERE x = 'INS') AS n;

// name: subquery_106
// bags
MATCH (a:CellType) RETURN a.id AS a, [(a)-[:SUBCLASS_OF*]->(b) | b.id] AS l, [(a)-[:SUBCLASS_OF]-(b) | b.id] AS m;

// name: subquery_107
// bags
MATCH (a:CellType)-[:SUBCLASS_OF]->(b) RETURN a.id AS a, [(b)<-[:SUBCLASS_OF]-(c) WHERE c <> a | c.name] AS l;

// name: subquery_108
MATCH (a:Gene) WITH a ORDER BY a.id LIMIT 3 WITH collect(a) AS l RETURN [x IN l | COUNT { (x)-[:EXPRESSED_IN]->() }] AS n;

// name: subquery_109
MATCH (a:Gene) WITH a ORDER BY a.id LIMIT 3 WITH collect(a) AS l RETURN [x IN l | size([(x)-[:COEXPRESSED_WITH]-(y) | y])] AS n;

// name: subquery_110
MATCH (x:Gene) WITH x.species AS x CALL (x) { MATCH (y:Species {id: x}) RETURN y.common_name AS z } RETURN z, count(*) AS n;

// name: subquery_111
MATCH (x:Species) RETURN x.id AS id, COUNT { MATCH (y:Gene) WHERE y.species = x.id } AS n, EXISTS { MATCH (y:Dataset) WHERE y.species = x.id } AS d;

// name: subquery_112
MATCH (x:Species) RETURN x.id AS id, [y IN [1, 2, 3] WHERE y > COUNT { MATCH (z:Dataset) WHERE z.species = x.id } | y] AS l;

// name: subquery_113
MATCH (x:Species) RETURN x.id AS id, COLLECT { WITH x.common_name AS n UNWIND [n, n + 's'] AS m RETURN m } AS l;

// name: subquery_114
MATCH (x:Species) RETURN x.id AS id, COLLECT { MATCH (x)<-[:IN_TAXON]-(g) WITH g.symbol AS s, count(*) AS n WHERE s IS NOT NULL RETURN s + ':' + toString(n) AS t ORDER BY t } AS l;
