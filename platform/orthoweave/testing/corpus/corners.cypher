// Corners where stores are known to part ways; each is a case of its own.

// name: corner_001
// bags
UNWIND [1, 'a', null, true, 2.5, [1], {a: 1}] AS x RETURN min(x) AS lo, max(x) AS hi;

// name: corner_002
// bags
UNWIND [[1, 2], [1], [], [2], null] AS x RETURN min(x) AS lo, max(x) AS hi;

// name: corner_003
// bags
UNWIND ['😀', 'ﬀ', 'z', 'é'] AS x RETURN x AS x ORDER BY x;

// name: corner_004
// bags
UNWIND [0.0, -0.0, 1] AS x RETURN DISTINCT x AS x;

// name: corner_005
// bags
UNWIND [1, 1.0, 2] AS x RETURN DISTINCT x AS x;

// name: corner_006
// bags
UNWIND [1, 1.0, '1'] AS x RETURN x AS x, count(*) AS n;

// name: corner_007
// bags
RETURN [1, 2, 3] = [1.0, 2.0, 3.0] AS a, {a: 1} = {a: 1.0} AS b, [1] IN [[1.0]] AS c;

// name: corner_008
// bags
RETURN 0.0 / 0 AS nan, [0.0 / 0] = [0.0 / 0] AS l, 0.0 / 0 IN [0.0 / 0] AS i;

// name: corner_009
// bags
UNWIND [0.0 / 0, 1.0, null, 1.0 / 0, -1.0 / 0] AS x RETURN x AS x ORDER BY x;

// name: corner_010
// bags
MATCH (g:Gene) WITH g.species AS s, collect(g.symbol) AS l WITH s, l[0..0] AS none RETURN s AS s, none AS none;

// name: corner_011
// bags
MATCH (s:Species) RETURN s ORDER BY s.id DESC LIMIT 1;

// name: corner_012
// bags
MATCH (s:Species) WITH s ORDER BY s RETURN count(s) AS n;

// name: corner_013
// bags
MATCH (a:CellType)-[r]->(b:CellType) RETURN a.id AS a, b.id AS b, startNode(r) = a AS s, endNode(r) = b AS e;

// name: corner_014
// bags
MATCH p = (a:CellType)-[:SUBCLASS_OF*0..2]->(b) RETURN length(p) AS l, nodes(p)[0] = a AS first, nodes(p)[-1] = b AS last, count(*) AS n;

// name: corner_015
// bags
MATCH p = (a:CellType {id: 'CL:0000169'}) RETURN length(p) AS l, size(nodes(p)) AS n, relationships(p) AS r;

// name: corner_016
// bags
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, e ORDER BY e.mean DESC, g.id RETURN t.id AS t, collect(e.mean)[0] AS top;

// name: corner_017
// bags
MATCH (g:Gene) RETURN g.species AS s, collect(g.symbol)[..2] AS l ORDER BY s LIMIT 0;

// name: corner_018
// bags
MATCH (n) WITH labels(n) AS l, count(*) AS c ORDER BY c DESC, l[0] RETURN collect({l: l[0], c: c}) AS x;

// name: corner_019
// bags
WITH [1, null, 2] AS l RETURN [x IN l WHERE x IS NOT NULL] AS a, [x IN l | x + 1] AS b, size([x IN l WHERE x > 1]) AS c;

// name: corner_020
// bags
RETURN reduce(a = 0, x IN [1, null, 2] | a + x) AS a, reduce(a = [], x IN [1, 2] | [x] + a) AS b;

// name: corner_021
// bags
RETURN CASE WHEN null THEN 1 ELSE 2 END AS a, CASE null WHEN null THEN 1 ELSE 2 END AS b, CASE 1 WHEN 1.0 THEN 'same' END AS c;

// name: corner_022
// bags
RETURN split('a.b.c', '.') AS a, split('abc', 'abc') AS b, split(',', ',') AS c, split('a', 'aa') AS d;

// name: corner_023
// bags
RETURN replace('aaaa', 'aa', 'a') AS a, replace('', '', 'x') AS b, replace('ab', '', '-') AS c;

// name: corner_024
// bags
RETURN trim('\t\n x \u00a0') AS a, ltrim('\u2003x') AS b, size(trim('\u200b')) AS c;

// name: corner_025
// bags
RETURN toFloat('Infinity') AS a, toFloat('NaN') AS b, toFloat('.5') AS c, toFloat('1f') AS d, toFloat('0x1p3') AS e, toFloat(' 1 ') AS f;

// name: corner_026
// bags
RETURN toString(1e21) AS a, toString(1e7) AS b, toString(9999999.0) AS c, toString(0.001) AS d, toString(0.0001) AS e, toString(1.0/3) AS f, toString(100.0) AS g, toString(-0.0) AS h, toString(1e-300) AS i, toString(2e22) AS j, toString(4.35) AS k;

// name: corner_027
// bags
RETURN toString(0.0/0) AS a, toString(1.0/0) AS b, toString(-1.0/0) AS c, 'x' + 1e10 AS d, 'x' + 0.1 AS e;

// name: corner_028
// bags
RETURN 5 / -2 AS a, -5 / 2 AS b, 5 % -2 AS c, -5 % 2 AS d, 5.5 % -2 AS e, 2 ^ 62 AS f, 0 ^ 0 AS g, (-8) ^ (1.0/3) AS h;

// name: corner_029
// bags
RETURN abs(-9223372036854775807) AS a, sign(-0.0) AS b, ceil(-0.2) AS c, floor(-0.0) AS d;

// name: corner_030
// bags
RETURN 1 < 'a' AS a, 'a' < 1 AS b, 1 = 'a' AS c, [1] < ['a'] AS d, true < 1 AS e, null < 'a' AS f, [1, null] < [2] AS g;

// name: corner_031
// bags
RETURN NOT (1 = 1 AND null) AS a, (null = 1) IS NULL AS b, NOT null IS NULL AS c, NOT 1 IN [2] AS d;

// name: corner_032
// bags
RETURN 1 IN [[1], 1] AS a, [1] IN [1, [1]] AS b, null IN [null] AS c, 'a' IN [1, 'a'] AS d;

// name: corner_033
// bags
RETURN any(x IN null WHERE x = 1) AS a, all(x IN null WHERE x) AS b, size([x IN null | x]) AS c;

// name: corner_034
// bags
WITH null AS l UNWIND l AS x RETURN count(x) AS n;

// name: corner_035
// bags
UNWIND [1, 2] AS x WITH x WHERE x > 5 RETURN sum(x) AS s, collect(x) AS c, max(x) AS m, avg(x) AS a, stDev(x) AS d, percentileCont(x, 0.5) AS p;

// name: corner_036
// bags
UNWIND [1, 2, 3, 4] AS x RETURN percentileDisc(x, 0.5) AS a, percentileDisc(x, 0.0) AS b, percentileDisc(x, 1.0) AS c, percentileCont(x, 0.3) AS d;

// name: corner_037
// bags
UNWIND [3, 1, 2] AS x WITH x ORDER BY x DESC LIMIT 2 RETURN collect(x) AS l;

// name: corner_038
// bags
UNWIND [1, 2, 3] AS x WITH DISTINCT x % 2 AS m ORDER BY m RETURN collect(m) AS l;

// name: corner_039
// bags
MATCH (g:Gene) WITH g ORDER BY g.symbol SKIP 3 LIMIT 2 RETURN g.symbol AS s ORDER BY s DESC;

// name: corner_040
// bags
MATCH (s:Species) WITH s, COUNT { (s)<--() } AS n WHERE n > 5 RETURN s.common_name AS s, n AS n;

// name: corner_041
// bags
MATCH (s:Species) WHERE COUNT { (s)<-[:IN_TAXON]-(:Gene) } = 6 RETURN s.id AS id;

// name: corner_042
// bags
MATCH (t:CellType) RETURN t.id AS t, [(t)-[:SUBCLASS_OF*1..2]->(p) | p.id] AS up;

// name: corner_043
// bags
MATCH (g:Gene {symbol: 'INS'}) RETURN [(g)-[r]->(x) WHERE type(r) = 'IN_TAXON' | [type(r), x.common_name]] AS l;

// name: corner_044
// bags
MATCH (a:Gene {symbol: 'INS'})-[r:ORTHOLOGOUS_TO]-(b) RETURN b.symbol AS b, collect(DISTINCT r.assertion) AS l ORDER BY b LIMIT 1;

// name: corner_045
// bags
MATCH (a:Gene)-[:ORTHOLOGOUS_TO {assertion: 'consensus'}]-(b:Gene)-[:ORTHOLOGOUS_TO {assertion: 'consensus'}]-(c:Gene) WHERE a.species = c.species AND a <> c RETURN a.symbol AS a, b.symbol AS b, c.symbol AS c;

// name: corner_046
// bags
MATCH (a:Gene {symbol: 'INS'}), (b:Gene {symbol: 'Ins2'}), p = (a)-[:ORTHOLOGOUS_TO]-(b) RETURN count(p) AS n;

// name: corner_047
// bags
MATCH (c:Cell)-[e1:EXPRESSES]->(g:Gene)<-[e2:EXPRESSES]-(d:Cell) WHERE c.id < d.id AND g.symbol = 'KRT19' RETURN count(*) AS n;

// name: corner_048
// bags
MATCH (c:Cell {donor: 'toy_human:human1'}) OPTIONAL MATCH (c)-[e:EXPRESSES]->(g:Gene) WHERE e.rank = 1 WITH g.symbol AS s, count(*) AS n RETURN s AS s, n AS n;

// name: corner_049
// bags
MATCH (x) WHERE x.id = 'toy_human' OPTIONAL MATCH (x)-[r]->(y) RETURN x.id AS x, r AS r, y AS y;

// name: corner_050
// bags
MATCH (n) WHERE n.n_cells > 10 RETURN labels(n) AS l, n.n_cells AS c;

// name: corner_051
// bags
MATCH ()-[r]->() WHERE r.n_cells > 9 RETURN type(r) AS t, sum(r.n_cells) AS s;

// name: corner_052
// bags
MATCH ()-[r]->() WHERE r.dataset = 'toy_human' RETURN type(r) AS t, count(*) AS n;

// name: corner_053
// bags
MATCH (n) WHERE n.name =~ '(?i).*INSULIN.*' RETURN n.id AS id, labels(n)[0] AS l;

// name: corner_054
// bags
MATCH (g:Gene) WHERE g.symbol IN ['INS', null] RETURN g.id AS id;

// name: corner_055
// bags
MATCH (g:Gene) WHERE NOT g.symbol IN ['INS', null] RETURN g.id AS id;

// name: corner_056
// bags
MATCH (g:Gene {summary: null}) RETURN count(*) AS n;

// name: corner_057
// bags
MATCH (g:Gene) WHERE g['symbol'] = 'INS' RETURN g['id'] AS id;

// name: corner_058
// bags
MATCH (s:Species) RETURN s.id AS id UNION ALL MATCH (s:Species) RETURN s.common_name AS id ORDER BY id LIMIT 2;

// name: corner_059
// bags
CALL () { UNWIND [1, 2] AS x RETURN x UNION ALL UNWIND [2, 3] AS x RETURN x } RETURN sum(x) AS s;

// name: corner_060
// bags
MATCH (s:Species) CALL (s) { OPTIONAL MATCH (s)<-[:IN_TAXON]-(g:Gene {symbol: 'INS'}) RETURN g.id AS id } RETURN s.id AS s, id AS id;

// name: corner_061
// bags
MATCH (s:Species) CALL (*) { MATCH (s)<-[:IN_TAXON]-(g) RETURN max(g.symbol) AS m } RETURN s.id AS s, m AS m;

// name: corner_062
// bags
UNWIND range(1, 3) AS x CALL (x) { WITH x WHERE x > 1 RETURN x * 10 AS y } RETURN x AS x, y AS y;

// name: corner_063
// bags
MATCH (s:Species) RETURN count(*), s.id, s.common_name AS c, 1 AS one ORDER BY c;

// name: corner_064
// bags
MATCH (s:Species) RETURN s.id + '!' AS `count(*)`, size(s.id);

// name: corner_065
// bags
RETURN 'a' AS `x y`, "b" AS `x``y`;

// name: corner_066
// bags
MATCH (g:Gene) RETURN DISTINCT g.species, size(g.synonyms) > 1 ORDER BY g.species;

// name: corner_067
// bags
MATCH (g:Gene) RETURN g.symbol AS symbol, g.name AS name ORDER BY toLower(symbol), name DESC LIMIT 5;

// name: corner_068
// bags
MATCH (g:Gene) WITH g.symbol AS a ORDER BY a RETURN a AS b ORDER BY a DESC LIMIT 3;

// name: corner_069
// bags
MATCH (o:OrthologGroup) UNWIND o.species AS s WITH s, count(*) AS n RETURN s AS s, n AS n;

// name: corner_070
// bags
MATCH (o:OrthologGroup)<-[:MEMBER_OF]-(g) WITH o, g.species AS s, count(*) AS n WITH o, collect([s, n]) AS l WHERE size(l) > 2 RETURN o.id AS o, size(l) AS n;

// name: corner_071
// bags
MATCH (g:Gene)-[:MEMBER_OF]->(o)<-[:MEMBER_OF]-(h:Gene) WHERE g.species < h.species RETURN g.species AS a, h.species AS b, count(*) AS n;

// name: corner_072
// bags
MATCH (a:Gene {symbol: 'INS'})-[:ORTHOLOGOUS_TO*1..3]-(b:Gene) RETURN b.symbol AS b, count(*) AS n;

// name: corner_073
// bags
MATCH (a:Gene {symbol: 'GAPDH'})-[r:COEXPRESSED_WITH*1..2]-(b:Gene {symbol: 'INS'}) RETURN size(r) AS n, count(*) AS c;

// name: corner_074
// bags
MATCH (a:CellType)-[:SUBCLASS_OF]->+(b) RETURN a.id AS a, collect(b.id) AS up ORDER BY a LIMIT 1;

// name: corner_075
// bags
MATCH (a:CellType) (()-[:SUBCLASS_OF]->(x)){0,2} (b:CellType {id: 'CL:0000000'}) RETURN a.id AS a, [n IN x | n.id] AS xs;

// name: corner_076
// bags
MATCH p = (:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF]->{1,2}() RETURN length(p) AS l;

// name: corner_077
// bags
MATCH (a:CellType {id: 'CL:0000169'}), (b:CellType {id: 'CL:0000171'}) RETURN length(shortestPath((a)-[*..5]-(b))) AS l;

// name: corner_078
// bags
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType) WHERE e.mean > 3 WITH t.name AS t, collect(DISTINCT g.symbol) AS l UNWIND l AS s WITH t, s ORDER BY s RETURN t AS t, collect(s) AS l;

// name: corner_079
// bags
MATCH (g:Gene) WITH count(*) AS n, sum(size(g.synonyms)) AS s RETURN n AS n, s AS s, 1.0 * s / n AS mean, s / n AS whole, s % n AS rest;

// name: corner_080
// bags
MATCH (c:Cell) WITH c.dataset AS d, avg(c.total_count) AS m MATCH (c:Cell {dataset: d}) WHERE c.total_count > m RETURN d AS d, count(c) AS n;

// name: corner_081
// bags
MATCH (c:Cell) WITH collect(c) AS cs UNWIND cs AS c MATCH (c)-[:HAS_TYPE]->(t) RETURN t.id AS t, count(*) AS n;

// name: corner_082
// bags
MATCH (d:Dataset) WITH collect(d.id) AS ids MATCH (c:Cell) WHERE c.dataset IN ids RETURN count(*) AS n, ids[0] IN ids AS x;

// name: corner_083
// bags
WITH {a: {b: [1, {c: 'x'}]}} AS m RETURN m.a.b[1].c AS x, m.a.b[0] AS y, m['a']['b'][-1]['c'] AS z, m.a.nope.deep AS n;

// name: corner_084
// bags
WITH [{k: 1}, {k: 2}] AS l RETURN [m IN l | m.k] AS ks, [m IN l WHERE m.k = 2 | m {.k, z: 1}] AS p, reduce(s = 0, m IN l | s + m.k) AS s;

// name: corner_085
// bags
RETURN size([[], [[]], null]) AS a, [[]] = [[]] AS b, [null][0] IS NULL AS c, [1, 2, 3][-2..] AS d, [1, 2, 3][1..null] AS e;

// name: corner_086
// bags
RETURN range(0, 10, 3)[-1] AS a, range(3, 0) AS b, range(3, 0, -1) AS c, size(range(-5, 5)) AS d;

// name: corner_087
// bags
RETURN head(null) AS a, last([]) AS b, tail(null) AS c, reverse([]) AS d, reverse(null) AS e, size('') AS f;

// name: corner_088
// bags
RETURN coalesce(null, [1], 'x') AS a, coalesce([], null) AS b, nullIf(1, 1) AS c, nullIf(1, 2) AS d;

// name: corner_089
// bags
RETURN keys({}) AS k, properties({a: 1}) AS p, {a: 1}.a AS a;

// name: corner_090
// bags
RETURN 1 = 1 = true AS a, 1 <> 2 <> 3 AS b, 1 < 2 = true AS c, NOT 1 = 2 AS d;

// name: corner_091
// bags
RETURN -2 ^ 2 AS a, - 2 ^ 2 AS b, 2 * -3 AS c, 3 - -3 AS d, +3 AS e, 10 / 3 * 3 AS f, 7 - 2 + 1 AS g;

// name: corner_092
// bags
RETURN 'abc' =~ '^b' AS a, 'abc' =~ '.*b.*' AS b, 'a\nb' =~ '(?s)a.b' AS c, 'ABC' =~ '(?i)abc' AS d, 'é' =~ '\\w' AS e, 'ab12' =~ '[a-z]+[0-9]{2}' AS f, 'x' =~ '\\p{L}' AS g;

// name: corner_093
// bags
RETURN toUpper('ß') AS a, toLower('İ') AS b, toUpper('ŉ') AS c, toLower('ΑΣ') AS d, size(toUpper('ß')) AS e;

// name: corner_094
// bags
RETURN ceil(1e300) AS a, floor(-1e300) AS b, toInteger(1e18) AS c;

// name: corner_095
// bags
RETURN toInteger(1e300) AS a;

// name: corner_096
// bags
RETURN 1e308 * 10 AS a, -1e308 * 10 AS b, 1e-320 AS c;

// name: corner_097
// bags
RETURN toInteger(0.0/0) AS a, toInteger(1.0/0) AS b;

// name: corner_098
// bags
RETURN sqrt(2) AS a, exp(1) AS b, log(2.718281828459045) AS c, sin(1) AS d, atan2(0, -1) AS e, haversin(0.5) AS f;

// name: corner_099
// bags
RETURN 1 / 3.0 AS a, 2.0 / 3 AS b, 0.1 + 0.2 AS c, 1e16 + 1 AS d, 3.0 * 1.1 AS e;

// name: corner_100
// bags
UNWIND [0.1, 0.2, 0.3] AS x RETURN sum(x) AS s, avg(x) AS a;

// name: corner_101
// bags
UNWIND [1, 2, 4] AS x RETURN avg(x) AS a, stDev(x) AS s, stDevP(x) AS p;

// name: corner_102
// bags
UNWIND [9223372036854775807, 1] AS x RETURN avg(x) AS a;

// name: corner_103
// bags
RETURN substring('héllo😀x', 5, 1) AS a, size('héllo😀x') AS b, reverse('a😀b') AS c, left('😀😀', 1) AS d, split('a😀b', '😀') AS e;

// name: corner_104
// bags
RETURN toUpper('ǆ') AS a, toLower('Ǆ') AS b, toUpper('ﬁ') AS c, lower('ẞ') AS d;

// name: corner_105
// bags
RETURN 'a' + null AS a, null + [1] AS b, [1] + [null] AS c, [] + null AS d;

// name: corner_106
// bags
RETURN 'a' + ['b'] AS a, ['a'] + 'b' AS b, 1 + [2] AS c;

// name: corner_107
// bags
MATCH (g:Gene {symbol: 'INS'}) RETURN g.synonyms + g.symbol AS a, g.symbol + g.synonyms AS b, 'x' IN g.synonyms + ['x'] AS c;

// name: corner_108
// bags
MATCH (g:Gene) RETURN count(g.symbol = 'INS') AS a, count(CASE WHEN g.symbol = 'INS' THEN 1 END) AS b, count(DISTINCT g.species = 'x') AS c;

// name: corner_109
// bags
MATCH (g:Gene) RETURN sum(CASE g.species WHEN 'NCBITaxon:9606' THEN 1.5 ELSE 1 END) AS s;

// name: corner_110
// bags
MATCH (g:Gene) RETURN max([size(g.symbol), g.symbol]) AS m, min({a: 1}.a) AS n;

// name: corner_111
// bags
MATCH (d:Dataset) RETURN d {.id, .*} AS d;

// name: corner_112
// bags
MATCH (d:Dataset) WITH d {.id, n: d.n_cells} AS m RETURN m.id AS id, m.n + 1 AS n, m.nope AS x;

// name: corner_113
// bags
MATCH (d:Dataset)<-[r:MEASURED_IN]-(g:Gene {symbol: 'INS'}) RETURN r {.mean, g: g {.symbol}} AS r;

// name: corner_114
// bags
MATCH (c:Cell) WHERE c.dataset = 'toy_human' WITH c ORDER BY c.total_count, c.id WITH collect(c.id) AS ids RETURN ids[size(ids) / 2] AS middle, ids[-1] AS last;

// name: corner_115
// bags
MATCH (c:Cell) RETURN c.dataset AS d, CASE WHEN c.n_genes > 6 THEN 'many' ELSE 'few' END AS k, count(*) AS n ORDER BY d, k;

// name: corner_116
// bags
MATCH (c:Cell)-[:HAS_TYPE]->(t)-[:SUBCLASS_OF*0..]->(p:CellType) WITH p, collect(DISTINCT c.id) AS cs RETURN p.name AS p, size(cs) AS n ORDER BY n DESC, p;

// name: corner_117
// bags
MATCH (g:Gene) WHERE EXISTS { (g)-[:EXPRESSED_IN]->(:CellType {id: 'CL:0000169'}) } AND NOT EXISTS { (g)-[:EXPRESSED_IN]->(:CellType {id: 'CL:0000171'}) } RETURN g.symbol AS s;

// name: corner_118
// bags
MATCH (a:Gene) WHERE NOT (a)-[:ORTHOLOGOUS_TO]-() RETURN a.symbol AS s;

// name: corner_119
// bags
MATCH (a:Gene)-[r:ORTHOLOGOUS_TO]->(b:Gene) WITH a, b, collect(r.assertion) AS l WHERE NOT 'consensus' IN l RETURN a.symbol AS a, b.symbol AS b;

// name: corner_120
// bags
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) WITH a, b, r ORDER BY abs(r.coefficient) DESC WITH a, collect(b.symbol)[0] AS best, max(abs(r.coefficient)) AS c RETURN a.symbol AS a, best AS best, c AS c;

// name: corner_121
// bags
MATCH (g:Gene) OPTIONAL MATCH (g)-[e:EXPRESSED_IN]->(t:CellType) WHERE e.fraction > 0.9 WITH g, count(t) AS n, collect(t.name) AS l WHERE n = 0 RETURN count(g) AS n, collect(l)[0] AS l;

// name: corner_122
// bags
MATCH (s:Species) OPTIONAL MATCH (s)<-[:IN_TAXON]-(g:Gene) WHERE g.symbol =~ 'I.*' OPTIONAL MATCH (g)-[:MEMBER_OF]->(o) RETURN s.common_name AS s, g.symbol AS g, o.id AS o;

// name: corner_123
// bags
OPTIONAL MATCH (x:Protein) RETURN x AS x, x.id AS id, labels(x) AS l, count(*) AS n;

// name: corner_124
// bags
MATCH (n:Gene:Cell) RETURN n AS n;

// name: corner_125
// bags
MATCH (n:Gene|Protein {id: 'NCBIGene:3630'}) RETURN n.symbol AS s;

// name: corner_126
// bags
MATCH (a)-[r:NOPE|IN_TAXON]->(b) RETURN type(r) AS t, count(*) AS n;

// name: corner_127
// bags
MATCH (a)-[r:!EXPRESSES]->(b) RETURN type(r) AS t, count(*) AS n;

// name: corner_128
// bags
MATCH (a:%)-[r:%]->(b) WHERE type(r) STARTS WITH 'S' RETURN count(*) AS n;

// name: corner_129
// bags
MATCH (g:Gene) RETURN g.symbol AS s ORDER BY g.species, size(g.synonyms) DESC, s SKIP 2 LIMIT 3;

// name: corner_130
// bags
MATCH (g:Gene) RETURN DISTINCT left(g.symbol, 1) AS l ORDER BY l DESC LIMIT 4;

// name: corner_131
// bags
MATCH (g:Gene) WITH DISTINCT left(g.symbol, 1) AS l RETURN count(l) AS n;

// name: corner_132
// bags
UNWIND [{n: 1, l: [1, 2]}, {n: 2, l: []}, {n: 3, l: null}] AS m UNWIND m.l AS x RETURN m.n AS n, x AS x;

// name: corner_133
// bags
UNWIND [true, null, false] AS a UNWIND [true, null, false] AS b RETURN a AS a, b AS b, a AND b AS c, a OR b AS d, a XOR b AS e, NOT a AS f, a = b AS g, a <> b AS h;

// name: corner_134
// bags
UNWIND [0, 1, -1, 7] AS a UNWIND [1, -1, 2, -3] AS b RETURN a AS a, b AS b, a / b AS d, a % b AS m, a * 1.0 / b AS f, a ^ b AS p;
