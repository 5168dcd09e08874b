// WITH, RETURN, DISTINCT, ORDER BY, SKIP, LIMIT, names.

// name: projection_001
RETURN 1;

// name: projection_002
RETURN 1 AS a, 'x' AS b, null AS c, [] AS d, {} AS e, true AS f, 1.5 AS g;

// name: projection_003
RETURN 1 + 1;

// name: projection_004
RETURN  1  +  1 , 'a'   + "b";

// name: projection_005
MATCH (s:Species) RETURN s.id, s.common_name;

// name: projection_006
MATCH (s:Species) RETURN *;

// name: projection_007
MATCH (s:Species)<-[r:IN_TAXON]-(g:Gene {symbol: 'INS'}) RETURN *;

// name: projection_008
MATCH (s:Species) WITH *, 1 AS one RETURN *;

// name: projection_009
MATCH (s:Species) WITH s AS a, s.id AS b RETURN *, b + '!' AS c;

// name: projection_010
MATCH (s:Species) WITH * WHERE s.id ENDS WITH '6' RETURN s.id AS id;

// name: projection_011
MATCH (b:Species), (a:Dataset) WITH * RETURN a.id AS x, b.id AS y;

// name: projection_012
WITH 1 AS z, 2 AS a, 3 AS m RETURN *;

// name: projection_013
WITH 1 AS a WITH a AS b, a + 1 AS a RETURN a, b;

// name: projection_014
WITH 1 AS a, 2 AS b WITH a AS b, b AS a RETURN a, b;

// name: projection_015
WITH 1 AS a, 2 AS b WITH b AS a RETURN a;

// name: projection_016
WITH 1 AS `a b`, 2 AS `c``d` RETURN `a b` + `c``d` AS `e.f`;

// name: projection_017
WITH 1 AS `match`, 2 AS `return` RETURN `match` + `return` AS `where`;

// name: projection_018
WITH 1 AS count, 2 AS order, 3 AS limit RETURN count + order + limit AS n;

// name: projection_019
MATCH (count:Species) RETURN count(count) AS count;

// name: projection_020
MATCH (type:Species)<-[labels:IN_TAXON]-(nodes) RETURN type(labels) AS t, labels(nodes) AS l, count(*) AS n;

// name: projection_022
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x;

// name: projection_023
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x DESC;

// name: projection_024
// ordered
UNWIND [3, 1, null, 2] AS x RETURN x ORDER BY x;

// name: projection_025
// ordered
UNWIND [3, 1, null, 2] AS x RETURN x ORDER BY x DESC;

// name: projection_026
// ordered
UNWIND [3, 1.5, null, 2, 1] AS x RETURN x ORDER BY x;

// name: projection_027
// ordered
UNWIND ['b', 'a', 'B', '', 'é', 'ä', '1', null] AS x RETURN x ORDER BY x;

// name: projection_028
// ordered
UNWIND [true, false, null] AS x RETURN x ORDER BY x DESC;

// name: projection_029
// ordered
UNWIND [[1, 2], [1], [], [1, null], [2], null] AS x RETURN x ORDER BY x;

// name: projection_030
// ordered
UNWIND [1, 'a', true, null, [1], {a: 1}, 1.5] AS x RETURN x ORDER BY x;

// name: projection_031
// ordered
UNWIND [1, 'a', true, null, [1], {a: 1}, 1.5] AS x RETURN x ORDER BY x DESC;

// name: projection_032
// ordered
UNWIND [{a: 1}, {b: 1}, {a: 2}, {a: 1, b: 2}, {}] AS x RETURN x ORDER BY x;

// name: projection_033
// ordered
UNWIND [['a', 1], ['a', 0], [1, 'a']] AS x RETURN x ORDER BY x;

// name: projection_034
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY -x;

// name: projection_035
// ordered
UNWIND [3, 1, 2] AS x RETURN x * 10 AS y ORDER BY x;

// name: projection_036
// ordered
UNWIND [3, 1, 2] AS x RETURN x * 10 AS y ORDER BY y DESC, x;

// name: projection_037
// ordered
UNWIND [3, 1, 2] AS x RETURN -x AS x ORDER BY x;

// name: projection_038
// ordered
UNWIND [3, 1, 2] AS x WITH -x AS x ORDER BY x RETURN x;

// name: projection_039
// ordered
UNWIND [3, 1, 2] AS x WITH -x AS y ORDER BY x RETURN y;

// name: projection_040
// ordered
UNWIND [3, 1, 2] AS x WITH x ORDER BY x LIMIT 2 RETURN x ORDER BY x DESC;

// name: projection_041
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x SKIP 1;

// name: projection_042
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x LIMIT 1;

// name: projection_043
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x SKIP 1 LIMIT 1;

// name: projection_044
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x SKIP 5;

// name: projection_045
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x LIMIT 0;

// name: projection_046
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x SKIP 1 + 1 LIMIT 2 * 2;

:param skip => 1
:param limit => 2
// name: projection_047
// ordered
UNWIND [3, 1, 2, 5] AS x RETURN x ORDER BY x SKIP $skip LIMIT $limit;

:param limit => 0
// name: projection_048
// ordered
UNWIND [3, 1, 2, 5] AS x RETURN x ORDER BY x LIMIT $limit;

// name: projection_049
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x OFFSET 1;

// name: projection_050
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x ASCENDING;

// name: projection_051
// ordered
UNWIND [3, 1, 2] AS x RETURN x ORDER BY x DESCENDING LIMIT 2;

// name: projection_052
// ordered
UNWIND [1, 2, 3, 4] AS x RETURN x ORDER BY x % 2 DESC, x DESC;

// name: projection_053
// ordered
UNWIND [1, 2, 3, 4] AS x WITH x, x % 2 AS m ORDER BY m, x DESC RETURN x;

// name: projection_054
// ordered
UNWIND [1, 1, 2] AS x RETURN DISTINCT x ORDER BY x DESC;

// name: projection_055
// ordered
UNWIND [1, 1, 2] AS x RETURN DISTINCT x AS y ORDER BY y;

// name: projection_056
// ordered
UNWIND [1, 1, 2] AS x RETURN DISTINCT x AS y ORDER BY -y;

// name: projection_057
UNWIND [1, 1.0, '1', null, null, [1], [1.0]] AS x RETURN DISTINCT x;

// name: projection_058
UNWIND [[1, null], [1, null], [null], []] AS x RETURN DISTINCT x;

// name: projection_059
UNWIND [{a: 1, b: null}, {b: null, a: 1}, {a: 1}] AS x RETURN DISTINCT x;

// name: projection_060
MATCH (g:Gene) RETURN DISTINCT g.species;

// name: projection_061
// ordered
MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY s;

// name: projection_062
// ordered
MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY g.species DESC;

// name: projection_063
MATCH (g:Gene) RETURN DISTINCT g.synonyms AS s;

// name: projection_064
MATCH (g:Gene) RETURN DISTINCT g.symbol IS NULL AS x, g.species AS s;

// name: projection_065
MATCH (g:Gene)-[:EXPRESSED_IN]->(t) RETURN DISTINCT t;

// name: projection_066
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN DISTINCT t.id AS t, e.dataset AS d;

// name: projection_067
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH DISTINCT t MATCH (t)-[:SUBCLASS_OF]->(p) RETURN t.id AS t, p.id AS p;

// name: projection_068
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH DISTINCT g, t RETURN count(*) AS n;

// name: projection_069
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH DISTINCT t, labels(g) AS l RETURN t.id AS t, l;

// name: projection_070
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH DISTINCT {t: t.id, s: g.species} AS m RETURN m.t AS t, m.s AS s;

// name: projection_071
// ordered
MATCH (g:Gene) RETURN g.id AS id ORDER BY g.symbol, g.id;

// name: projection_072
// ordered
MATCH (g:Gene) RETURN g.id AS id ORDER BY g.symbol DESC, g.name, g.id DESC;

// name: projection_073
// ordered
MATCH (g:Gene) RETURN g.id AS id ORDER BY g.symbol IS NULL, toUpper(g.symbol), id;

// name: projection_074
// ordered
MATCH (g:Gene) RETURN g.id AS id ORDER BY size(g.synonyms) DESC, id LIMIT 5;

// name: projection_075
// ordered
MATCH (g:Gene) RETURN g.id AS id ORDER BY g.synonyms, id;

// name: projection_076
// ordered
MATCH (g:Gene) RETURN g.symbol AS symbol, g.id AS id ORDER BY symbol DESC, id SKIP 2 LIMIT 4;

// name: projection_077
// ordered
MATCH (g:Gene) RETURN g.id AS symbol ORDER BY g.symbol, symbol;

// name: projection_078
// ordered
MATCH (g:Gene) WITH g ORDER BY g.id SKIP 3 LIMIT 3 RETURN g.id AS id ORDER BY id DESC;

// name: projection_079
// ordered
MATCH (g:Gene) WITH g ORDER BY g.id LIMIT 5 MATCH (g)-[:IN_TAXON]->(s) RETURN g.id AS id, s.id AS s ORDER BY id;

// name: projection_080
// ordered
MATCH (g:Gene) WITH g.species AS s, count(*) AS n ORDER BY n DESC, s LIMIT 2 MATCH (x:Species {id: s}) RETURN x.id AS id, n ORDER BY n, id;

// name: projection_081
// ordered
MATCH (g:Gene) WITH g.species AS s, count(*) AS n WHERE n > 1 RETURN s, n ORDER BY s;

// name: projection_082
// ordered
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY count(*), s;

// name: projection_083
// ordered
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY g.species DESC;

// name: projection_084
// ordered
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY n * -1, s;

// name: projection_086
MATCH (g:Gene) RETURN g.species AS s, max(g.id) AS m ORDER BY max(g.id) LIMIT 1;

// name: projection_087
// ordered
MATCH (g:Gene) WITH g.species AS s, collect(g.id) AS l ORDER BY size(l) DESC, s RETURN s, size(l) AS n;

// name: projection_088
MATCH (g:Gene) WITH g.species AS s, g.symbol AS y WHERE y IS NOT NULL RETURN s, count(y) AS n;

// name: projection_089
MATCH (g:Gene) WITH g.species AS s WHERE g.symbol IS NULL RETURN s, count(*) AS n;

// name: projection_090
MATCH (g:Gene) WITH g.species AS s, g WHERE g.symbol IS NULL AND s ENDS WITH '6' RETURN s, count(*) AS n;

// name: projection_091
// ordered
MATCH (g:Gene) WITH g.species AS s ORDER BY g.id DESC LIMIT 3 RETURN s ORDER BY s;

// name: projection_092
// ordered
MATCH (g:Gene) WITH g.id AS id ORDER BY g.symbol, id SKIP 1 LIMIT 3 WHERE id <> 'x' RETURN id ORDER BY id;

// name: projection_093
// ordered
MATCH (g:Gene) WITH g.id AS id ORDER BY id LIMIT 4 WHERE id > 'NCBIGene:2' RETURN id ORDER BY id;

// name: projection_094
MATCH (g:Gene) WITH g AS h MATCH (h)-[:IN_TAXON]->(s) WITH s AS g, h RETURN g.id AS g, count(h) AS n;

// name: projection_095
MATCH (g:Gene)-[r:COEXPRESSED_WITH]->(h) WITH h AS g, g AS h, r AS s RETURN g.id AS g, h.id AS h, s.coefficient AS c;

// name: projection_096
MATCH (g:Gene) WITH g, g.symbol AS g2 RETURN count(g) AS a, count(g2) AS b;

// name: projection_097
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH g, t, e.mean AS mean WITH t, mean WHERE mean > 1 WITH t.id AS t, avg(mean) AS a RETURN t, a;

// name: projection_098
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, e WHERE e.mean > 0.5 WITH t, sum(e.mean) AS s, count(*) AS n WHERE n > 1 RETURN t.id AS t, s / n AS a;

// name: projection_099
// ordered
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, e ORDER BY t.id, e.mean DESC, e.n_cells, e.fraction WITH t, collect(e.mean)[..2] AS top RETURN t.id AS t, top ORDER BY t;

// name: projection_100
// ordered
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN t.id AS t, e.mean AS m, e.n_cells AS n, e.fraction AS f, g.id AS g ORDER BY t, m DESC, n, f, g LIMIT 7;

// name: projection_101
// ordered
MATCH (t:CellType) RETURN t.deprecated AS d, t.id AS id ORDER BY d, id;

// name: projection_102
// ordered
MATCH (t:CellType) RETURN t.deprecated AS d, t.id AS id ORDER BY d DESC, id;

// name: projection_103
// ordered
MATCH (t:CellType) RETURN t.id AS id ORDER BY coalesce(t.name, t.id), id;

// name: projection_104
// ordered
MATCH (t:CellType) RETURN t.id AS id ORDER BY CASE WHEN t.name CONTAINS 'cell' THEN 0 ELSE 1 END, id;

// name: projection_105
// ordered
MATCH ()-[r:COEXPRESSED_WITH]->() RETURN r.n AS n, r.coefficient AS c ORDER BY c, n;

// name: projection_106
// ordered
MATCH ()-[r:COEXPRESSED_WITH]->() RETURN DISTINCT r.n AS n ORDER BY n DESC;

// name: projection_107
// ordered
MATCH ()-[r:COEXPRESSED_WITH]->() RETURN r.n + r.coefficient AS x ORDER BY r.n + r.coefficient;

// name: projection_108
// ordered
MATCH ()-[r]->() RETURN type(r) AS t, count(*) AS n ORDER BY n, t;

// name: projection_109
// ordered
MATCH (n) RETURN labels(n) AS l, count(*) AS n ORDER BY l;

// name: projection_110
// ordered
MATCH (n) RETURN labels(n)[0] AS l, n.id AS id ORDER BY l DESC, id LIMIT 12;

// name: projection_111
// ordered
MATCH (n) WHERE n.species IS NOT NULL RETURN n.species AS s, n.id AS id ORDER BY s, id LIMIT 12;

// name: projection_112
// ordered
MATCH (n:Gene|CellType) RETURN n.name AS name, n.id AS id ORDER BY name, id;

// name: projection_113
MATCH (n:Gene) RETURN n.id AS id ORDER BY 1 LIMIT 0;

// name: projection_114
MATCH (n:Gene) RETURN n {.id, .symbol} AS m;

// name: projection_115
MATCH (n:Gene) RETURN n {.id, x: n.species, y: size(n.synonyms)} AS m;

// name: projection_116
MATCH (n:Gene) RETURN n {.*, source: null} AS m;

// name: projection_117
MATCH (n:CellType) RETURN n {.*} AS m;

// name: projection_118
MATCH (n:CellType) RETURN n {.nope, .id} AS m;

// name: projection_119
MATCH (n:CellType) OPTIONAL MATCH (n)-[:SUBCLASS_OF]->(p) RETURN n.id AS id, p {.id, .name} AS p;

// name: projection_120
MATCH (n:CellType)-[r:SUBCLASS_OF]->(p) RETURN r {.source, a: n.id, b: p.id} AS m;

// name: projection_121
MATCH (n:CellType) WITH n.id AS id, n RETURN n {id, k: 1} AS m;

// name: projection_122
MATCH (n:CellType) RETURN properties(n) AS p;

// name: projection_123
MATCH (n:CellType) RETURN properties(n).name AS p, properties(n)['id'] AS i;

// name: projection_124
MATCH (n:CellType)-[r:SUBCLASS_OF]->() RETURN properties(r) AS p;

// name: projection_125
MATCH (a:Gene)-[r:COEXPRESSED_WITH]->(b) RETURN properties(r) AS p;

// name: projection_126
MATCH (a:Gene) RETURN properties(a) AS p;

// name: projection_127
MATCH (n:CellType) UNWIND keys(n) AS k RETURN k, count(*) AS c;

// name: projection_128
MATCH (n) UNWIND keys(n) AS k RETURN labels(n)[0] AS l, k, count(*) AS c;

// name: projection_129
MATCH ()-[r]->() UNWIND keys(r) AS k RETURN type(r) AS t, k, count(*) AS c;

// name: projection_130
MATCH (n:CellType) RETURN n.id AS id, size(keys(n)) AS k, 'name' IN keys(n) AS h;
