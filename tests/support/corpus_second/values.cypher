// Lists, maps, comprehensions, quantifiers, reduce, CASE, precedence, mixed types, null.

// name: values_001
RETURN [1, 2, 3][0] AS a, [1, 2, 3][-1] AS b, [1, 2, 3][5] AS c, [1, 2, 3][null] AS d, null[0] AS e;

// name: values_002
RETURN [1, 2, 3][0..2] AS a, [1, 2, 3][..-1] AS b, [1, 2, 3][-2..] AS c, [1, 2, 3][2..1] AS d, [1, 2, 3][0..10] AS e, [1, 2, 3][-10..2] AS f, [1, 2][null..] AS g;

// name: values_003
RETURN [1, 2] + [3] AS a, [1] + 2 AS b, 1 + [2] AS c, [1] + null AS d, [] + [] AS e, [1] + ['a'] AS f, [[1]] + [2] AS g, 'a' + ['b'] AS h;

// name: values_004
RETURN size([]) AS a, size([null]) AS b, size(null) AS c, size('añ😀') AS d;

// name: values_005
RETURN head([]) AS a, head([null, 1]) AS b, last([1, 2]) AS c, tail([1, 2, 3]) AS d, tail([]) AS e, reverse([1, 'a', null]) AS f;

// name: values_006
RETURN range(1, 5) AS a, range(5, 1, -2) AS b, range(1, 1) AS c, range(2, 1) AS d, range(-2, 2, 2) AS e;

// name: values_007
RETURN 1 IN [1, 2] AS a, 3 IN [1, null] AS b, null IN [] AS c, null IN [1] AS d, [1] IN [[1]] AS e, [null] IN [[null]] AS f, 1 IN null AS g, 1.0 IN [1] AS h, '1' IN [1] AS i;

// name: values_008
RETURN [1, 2] = [1, 2] AS a, [1, null] = [1, null] AS b, [1, null] = [2, null] AS c, [1] = [1, null] AS d, [] = [] AS e, [] = null AS f, [1, 2] <> [1, 3] AS g, [[null]] = [[null]] AS h;

// name: values_009
RETURN [1, 2] < [1, 3] AS a, [1] < [1, 2] AS b, [] < [null] AS c, [1, null] < [1, 2] AS d, ['a'] < [1] AS e, [2, null] > [1, 5] AS f;

// name: values_010
RETURN {a: 1} = {a: 1} AS a, {a: 1} = {a: 1.0} AS b, {a: null} = {a: null} AS c, {a: 1} = {b: 1} AS d, {} = {} AS e, {a: 1, b: null} = {a: 2, b: null} AS f, {a: 1} <> {a: 2} AS g;

// name: values_011
RETURN {a: {b: [1, 2, {c: 'x'}]}}.a.b[2].c AS a, {a: 1}['a'] AS b, {a: 1}.z AS c, {a: 1}[null] AS d, {`x y`: 1}.`x y` AS e, {a: 1}['A'] AS f;

// name: values_012
RETURN keys({a: 1}) AS a, size(keys({a: 1, b: null})) AS b, 'b' IN keys({a: 1, b: null}) AS c;

// name: values_013
WITH {a: 1, b: {c: 2}} AS m RETURN m.b.c AS a, m['b']['c'] AS b, m {.a, d: 3} AS c, m {.*, a: 5} AS d, m {.z} AS e;

// name: values_014
WITH {a: 1} AS m RETURN m {.a, .*, x: m.a + 1} AS n;

// name: values_015
WITH null AS m RETURN m.a AS a, m['a'] AS b, m {.a} AS c, keys(m) AS d, properties(m) AS e;

// name: values_016
WITH {a: 1, b: 2} AS m UNWIND keys(m) AS k RETURN k, m[k] AS v;

// name: values_017
WITH [{a: 1, b: [1, 2]}, {a: 2, b: []}, {a: null}] AS l RETURN [x IN l | x.a] AS a, [x IN l | size(x.b)] AS b, [x IN l WHERE x.a > 1] AS c, [x IN l WHERE x.a IS NULL | keys(x)] AS d;

// name: values_018
RETURN [x IN [1, 2, 3] WHERE x > 1 | x * 10] AS a, [x IN [1, 2, 3] WHERE x > 1] AS b, [x IN [1, 2, 3] | x] AS c, [x IN [] | x] AS d, [x IN null | x] AS e, [x IN [1, null] WHERE x IS NULL] AS f;

// name: values_019
RETURN [x IN [[1, 2], [3]] | [y IN x | y * 2]] AS a, [x IN [1, 2] | [x IN [x, 10] | x + 1]] AS b;

// name: values_020
WITH 5 AS x RETURN [x IN [1, 2] | x] AS a, x AS b, [y IN [1, 2] | x + y] AS c;

// name: values_021
WITH [1, 2] AS x RETURN [x IN x | x + 1] AS a, x AS b;

// name: values_022
WITH 1 AS x, [1, 2] AS l RETURN any(x IN l WHERE x = 2) AS a, all(y IN l WHERE y >= x) AS b, none(y IN l WHERE y < x) AS c, single(x IN l WHERE x = 1) AS d;

// name: values_023
RETURN any(x IN [] WHERE true) AS a, all(x IN [] WHERE false) AS b, none(x IN [] WHERE true) AS c, single(x IN [] WHERE true) AS d;

// name: values_024
RETURN any(x IN [1, null] WHERE x = 1) AS a, any(x IN [2, null] WHERE x = 1) AS b, all(x IN [1, null] WHERE x = 1) AS c, all(x IN [2, null] WHERE x = 1) AS d, none(x IN [2, null] WHERE x = 1) AS e, none(x IN [1, null] WHERE x = 1) AS f, single(x IN [1, null] WHERE x = 1) AS g, single(x IN [2, null] WHERE x = 1) AS h, single(x IN [1, 1, null] WHERE x = 1) AS i;

// name: values_025
RETURN any(x IN [[1], []] WHERE size(x) = 0) AS a, all(x IN [{a: 1}, {a: 2}] WHERE x.a > 0) AS b, none(x IN ['a', 'b'] WHERE x STARTS WITH 'c') AS c, any(x IN [true, false] WHERE x) AS d;

// name: values_026
RETURN any(x IN [1, 2] WHERE any(y IN [2, 3] WHERE x = y)) AS a, all(x IN [1, 2] WHERE any(y IN [1, 2] WHERE y > x)) AS b, none(x IN [1] WHERE all(x IN [2] WHERE x = 2)) AS c;

// name: values_027
RETURN reduce(a = 0, x IN [1, 2, 3] | a + x) AS a, reduce(a = '', x IN ['a', 'b'] | a + x) AS b, reduce(a = [], x IN [1, 2] | a + [x * x]) AS c, reduce(a = 1, x IN [] | a * x) AS d, reduce(a = 0, x IN null | a + x) AS e, reduce(a = 0, x IN [1, null] | a + coalesce(x, 10)) AS f;

// name: values_028
RETURN reduce(a = 0, x IN [1, 2] | a + reduce(b = 0, y IN [x, x] | b + y)) AS a, reduce(m = -1, x IN [3, 7, 5] | CASE WHEN x > m THEN x ELSE m END) AS b, reduce(a = 0.0, x IN [1, 2] | a + x) AS c, reduce(a = 0, x IN [1, 2.5] | a + x) AS d;

// name: values_029
RETURN reduce(a = {n: 0}, x IN [1, 2] | {n: a.n + x}) AS a;

// name: values_030
RETURN CASE 1 WHEN 1 THEN 'a' ELSE 'b' END AS a, CASE WHEN false THEN 1 END AS b, CASE 'x' WHEN 'y', 'x' THEN 1 ELSE 2 END AS c, CASE null WHEN null THEN 1 ELSE 2 END AS d, CASE 5 WHEN > 3 THEN 'big' WHEN IS NULL THEN 'no' ELSE 'small' END AS e;

// name: values_031
UNWIND [1, 2.5, 'a', null, true, [1]] AS x RETURN CASE x WHEN 1 THEN 'one' WHEN 'a' THEN 2 WHEN true THEN [x] ELSE x END AS y;

// name: values_032
UNWIND [1, 2, 3] AS x RETURN CASE WHEN x = 1 THEN 1 WHEN x = 2 THEN 2.5 ELSE null END AS y, CASE WHEN x > 1 THEN 'a' ELSE 0 END AS z;

// name: values_033
UNWIND [1, 2, 3] AS x RETURN CASE x % 2 WHEN 0 THEN [x] ELSE {v: x} END AS y;

// name: values_034
UNWIND [1, null] AS x RETURN coalesce(x, 0.5) AS a, coalesce(x, 'none') AS b, coalesce(null, x) AS c, coalesce(x, [x]) AS d, coalesce(x) AS e;

// name: values_035
RETURN coalesce(null, null) AS a, coalesce(1, 1 / 0) AS b, nullIf(1, 1.0) AS c, nullIf('a', null) AS d, nullIf(null, 1) AS e;

// name: values_036
RETURN 1 + 2 * 3 AS a, (1 + 2) * 3 AS b, 2 ^ 3 ^ 2 AS c, -2 ^ 2 AS d, 7 % 3 * 2 AS e, 10 - 4 - 3 AS f, 2 * 3 % 4 AS g, 6 / 4 / 1.0 AS h;

// name: values_037
RETURN NOT true AND false AS a, NOT (true AND false) AS b, true OR true XOR true AS c, true XOR false AND false AS d, NOT false = true AS e, NOT 1 > 2 AS f, true OR false AND false AS g;

// name: values_038
RETURN 1 < 2 < 3 AS a, 3 > 2 > 2 AS b, 1 < 2 > 1 AS c, 1 = 1 < 2 AS d, 1 <= 1 <> 2 AS e, 'a' <= 'b' >= 'a' AS f;

// name: values_039
RETURN 'a' + 'b' = 'ab' AS a, 'abc' STARTS WITH 'a' + 'b' AS b, NOT 'abc' CONTAINS 'd' AS c, 'a' IN ['a'] AND true AS d, 1 + 1 IN [2] AS e, [1] + 2 = [1, 2] AS f, 1 IN [1] = true AS g;

// name: values_040
RETURN null + 1 AS a, null = null AS b, null <> null AS c, null AND false AS d, null OR true AS e, NOT null AS f, null XOR true AS g, null < 1 AS h, null IS NULL AS i, null IN [null] AS j, null STARTS WITH 'a' AS k, null =~ 'a' AS l, -null AS m, null % 2 AS n, null ^ 2 AS o;

// name: values_041
RETURN (1 > null) IS NULL AS a, (null AND null) IS NULL AS b, null IS NOT NULL AS c, [null] IS NULL AS d, {a: null}.a IS NULL AS e;

// name: values_042
RETURN 'a' < 'b' AS a, 'a' < 'B' AS b, 'a' < 'aa' AS c, '' < 'a' AS d, 'é' > 'z' AS e, '10' < '9' AS f, '😀' > 'ﬀ' AS g;

// name: values_043
RETURN 1 = 1.0 AS a, 1 < 1.5 AS b, 9007199254740993 = 9007199254740992.0 AS c, 0.0 = -0.0 AS d, true > false AS e, true < 1 AS f, [1] = 1 AS g, {a: 1} = [1] AS h;

// name: values_044
UNWIND [[1, 2], [3], []] AS l UNWIND l AS x RETURN l, x;

// name: values_045
UNWIND [[1, 2], null, [3]] AS l UNWIND l AS x RETURN x;

// name: values_046
UNWIND [] AS x RETURN x;

// name: values_047
UNWIND null AS x RETURN x;

// name: values_048
UNWIND [null] AS x RETURN x;

// name: values_049
UNWIND [{a: 1, b: 'x'}, {a: 2}] AS m RETURN m.a AS a, m.b AS b, m;

// name: values_050
UNWIND [1, 2] AS a UNWIND ['x', 'y'] AS b UNWIND [a, b] AS c RETURN a, b, c;

// name: values_051
UNWIND range(1, 3) AS x UNWIND range(1, x) AS y WITH x, y WHERE x <> y RETURN x, y;

// name: values_052
WITH [[1, 'a'], [2, 'b']] AS rows UNWIND rows AS r RETURN r[0] AS n, r[1] AS s;

// name: values_053
WITH [1, 2, 3] AS l UNWIND l AS x WITH l, x WHERE x > 1 RETURN x, l[x - 1] AS y, size(l) AS n;

// name: values_054
WITH [3, 1, 2] AS l UNWIND l AS x WITH x ORDER BY x RETURN collect(x) AS s;

// name: values_055
MATCH (g:Gene) UNWIND g.synonyms AS s RETURN g.id AS g, s;

// name: values_056
MATCH (g:Gene) UNWIND (g.synonyms + [g.symbol]) AS s RETURN g.id AS g, s;

// name: values_057
MATCH (g:Gene) UNWIND [g.symbol, g.name] AS s WITH s WHERE s IS NOT NULL RETURN DISTINCT s;

// name: values_058
MATCH (g:Gene) UNWIND [g, null] AS x RETURN x.id AS id, x IS NULL AS n;

// name: values_059
MATCH (g:Gene) UNWIND [g.symbol, size(g.synonyms), null, g.synonyms] AS x RETURN g.id AS g, x;

// name: values_060
MATCH (g:Gene) UNWIND g.symbol AS x RETURN x, count(*) AS n;

// name: values_061
MATCH (g:Gene) RETURN g.id AS g, [s IN g.synonyms | toUpper(s)] AS u, [s IN g.synonyms WHERE s > 'M'] AS m, g.synonyms + g.previous_symbols AS p;

// name: values_062
MATCH (g:Gene) RETURN g.id AS g, reduce(n = 0, s IN g.synonyms | n + size(s)) AS n, head(g.synonyms) AS h, last(g.synonyms) AS l, g.synonyms[1..] AS t;

// name: values_063
MATCH (g:Gene) RETURN g.id AS g, size(g.synonyms) > 0 AND g.synonyms[0] < g.symbol AS x, g.synonyms = [g.symbol] AS y, g.symbol IN g.synonyms + ['a'] AS z;

// name: values_064
MATCH (g:Gene) RETURN g.id AS g, [g.symbol, g.name] AS a, [g.symbol, null] = [g.symbol, g.name] AS b, {s: g.symbol, l: g.synonyms} AS m;

// name: values_065
MATCH (g:Gene) WITH {s: g.symbol, n: size(g.synonyms), l: [g.id]} AS m RETURN m.s AS s, m.n + 1 AS n, m.l[0] AS l, m['s'] AS t;

// name: values_066
MATCH (g:Gene) WITH [g.id, g.species, size(g.synonyms)] AS l RETURN l[0] AS a, l[1] AS b, l[2] AS c;

// name: values_067
MATCH (g:Gene) WITH g, [g.symbol, g.name, g.id] AS l RETURN g.id AS g, [x IN l WHERE x IS NOT NULL][0] AS first, size([x IN l WHERE x IS NULL]) AS missing;

// name: values_068
MATCH (g:Gene) RETURN g.id AS g, CASE WHEN g.symbol IS NULL THEN g.name WHEN g.symbol = '' THEN 'empty' ELSE toLower(g.symbol) END AS x, CASE g.species WHEN 'NCBITaxon:9606' THEN 1 WHEN 'NCBITaxon:10090' THEN 2.0 ELSE null END AS y;

// name: values_069
MATCH (g:Gene) RETURN g.id AS g, coalesce(g.symbol, g.name, g.id) AS x, coalesce(g.summary, size(g.synonyms)) AS y;

// name: values_070
MATCH (g:Gene) RETURN g.id AS g, g.symbol + '/' + g.name AS a, g.symbol + size(g.synonyms) AS b, g.synonyms + g.symbol AS c;

// name: values_071
MATCH ()-[r:COEXPRESSED_WITH]->() RETURN r.n + 1 AS a, r.n + r.coefficient AS b, r.n / 2 AS c, r.n / 2.0 AS d, r.n % 3 AS e, r.n ^ 2 AS f, -r.n AS g, r.n * r.n AS h, r.coefficient / 2 AS i;

// name: values_072
MATCH ()-[r:COEXPRESSED_WITH]->() RETURN CASE WHEN r.coefficient > 0 THEN r.n ELSE r.coefficient END AS a, coalesce(r.cell_type, r.n) AS b, [r.n, r.coefficient] AS c, {n: r.n, c: r.coefficient} AS d;

// name: values_073
MATCH ()-[r:COEXPRESSED_WITH]->() RETURN r.coefficient IN [r.n, 0.5] AS a, r.n = r.coefficient AS b, r.n > r.coefficient AS c, [r.n] = [r.coefficient] AS d, r.n < 'a' AS e;

// name: values_074
MATCH ()-[r:COEXPRESSED_WITH]->() WITH r.n AS x RETURN x, range(0, x) AS l, [y IN range(0, x) WHERE y % 2 = 0] AS e;

// name: values_075
MATCH ()-[r:COEXPRESSED_WITH]->() WITH DISTINCT CASE WHEN r.n > 5 THEN r.n ELSE r.coefficient END AS x RETURN x;

// name: values_076
MATCH (n:Gene|CellType) RETURN n.id AS id, n.synonyms AS s, size(n.synonyms) AS k, n.deprecated AS d, n.symbol AS y;

// name: values_077
MATCH (n:OrthologGroup|Dataset) RETURN n.id AS id, n.species AS s;

// name: values_078
MATCH (n:OrthologGroup|Dataset|Gene) RETURN labels(n)[0] AS l, n.species AS s, count(*) AS c;

// name: values_079
MATCH (n:OrthologGroup|Dataset|Gene) WITH n.species AS s, n ORDER BY s, n.id RETURN s, n.id AS id LIMIT 10;

// name: values_080
MATCH (n:OrthologGroup|Dataset|Gene) WHERE n.species <> 'NCBITaxon:9606' RETURN labels(n)[0] AS l, count(*) AS c;

// name: values_081
MATCH (n:OrthologGroup|Dataset) RETURN max(n.species) AS a, min(n.species) AS b, count(DISTINCT n.species) AS c;

// name: values_082
MATCH ()-[r:COEXPRESSED_WITH|EXPRESSED_IN]->() RETURN type(r) AS t, coalesce(r.mean, r.coefficient) AS x, coalesce(r.n, r.n_cells) AS n;

// name: values_083
MATCH ()-[r:COEXPRESSED_WITH|EXPRESSED_IN]->() RETURN type(r) AS t, CASE type(r) WHEN 'EXPRESSED_IN' THEN r.n_cells ELSE r.coefficient END AS x;

// name: values_084
MATCH (d:Dataset) RETURN d.n_cells / d.n_genes AS a, 1.0 * d.n_cells / (d.n_genes + 1) AS b, d.n_cells % 7 AS c, d.title + d.n_cells AS e, [d.n_cells, d.title] AS f;

// name: values_085
MATCH (g:Gene) WITH g ORDER BY g.id LIMIT 3 WITH collect(g) AS gs RETURN head(gs).id AS a, gs[1].symbol AS b, [g IN gs | g {.id}] AS c, [g IN gs | labels(g)] AS d, gs[5] AS e, gs[5].id AS f;

// name: values_086
MATCH (g:Gene) WITH g ORDER BY g.id LIMIT 3 WITH collect(g) AS gs MATCH (h:Gene) WHERE h IN gs RETURN h.id AS h;

// name: values_087
MATCH (g:Gene) WITH g ORDER BY g.id LIMIT 3 WITH collect(g) AS gs MATCH (h:Gene)-[:COEXPRESSED_WITH]-(k) WHERE h IN gs AND NOT k IN gs RETURN h.id AS h, k.id AS k;

// name: values_088
MATCH (g:Gene) WITH g ORDER BY g.id LIMIT 3 WITH collect(g) AS gs UNWIND gs AS a UNWIND gs AS b WITH a, b WHERE a.id < b.id RETURN a.id AS a, b.id AS b;

// name: values_089
MATCH (g:Gene) WITH g ORDER BY g.id LIMIT 3 WITH collect(g) AS gs UNWIND gs AS a UNWIND gs AS b OPTIONAL MATCH (a)-[r:COEXPRESSED_WITH]-(b) RETURN a.id AS a, b.id AS b, count(r) AS n;

// name: values_090
MATCH (g:Gene)-[r:EXPRESSED_IN]->(t) WITH g, r, t ORDER BY g.id, t.id, r.mean, r.n_cells, r.fraction WITH collect({g: g, r: r, t: t}) AS l UNWIND l AS m RETURN m.g.id AS g, m.r.mean AS r, m.t.id AS t;

// name: values_091
MATCH (g:Gene)-[r:EXPRESSED_IN]->(t) WITH g, r, t ORDER BY g.id, t.id, r.mean, r.n_cells, r.fraction WITH collect([g, r, t]) AS l UNWIND l AS m RETURN m[0].id AS g, m[1].mean AS r, type(m[1]) AS y, m[2].id AS t;

// name: values_092
MATCH (g:Gene)-[r:EXPRESSED_IN]->(t) WITH r ORDER BY r.mean, r.n_cells, r.fraction WITH collect(r) AS rs RETURN rs[0].mean AS a, [r IN rs | r.n_cells] AS b, endNode(rs[0]).id IS NOT NULL AS c;

// name: values_093
MATCH (g:Gene)-[r:EXPRESSED_IN]->(t) WITH g, collect(r) AS rs RETURN g.id AS g, reduce(s = 0, r IN rs | s + r.n_cells) AS n, any(r IN rs WHERE r.mean > 1) AS b, size([r IN rs WHERE endNode(r).name IS NULL]) AS c;

// name: values_094
MATCH (g:Gene)-[r:EXPRESSED_IN]->(t) WITH t, collect(g) AS gs, collect(DISTINCT g) AS ds RETURN t.id AS t, size(gs) AS a, size(ds) AS b, gs[0] IN ds AS c;

// name: values_095
MATCH (s:Species) WITH s ORDER BY s.id WITH collect(s) AS l RETURN [i IN range(0, size(l) - 1) | [i, l[i].common_name]] AS x;

// name: values_096
MATCH (s:Species) WITH s ORDER BY s.id WITH collect(s.id) AS l RETURN [i IN range(0, size(l) - 2) | l[i] + '<' + l[i + 1]] AS x;

// name: values_097
MATCH (s:Species) WITH s ORDER BY s.id WITH collect(s) AS l RETURN l AS x;

// name: values_098
MATCH (s:Species) WITH s ORDER BY s.id WITH collect(s.common_name) AS l RETURN l, 'human' IN l AS a, NULL IN l AS b, size(l) AS n;

// name: values_099
MATCH (a:Species), (b:Species) RETURN a = b AS e, a.id < b.id AS l, count(*) AS n;

// name: values_100
MATCH (a:Species), (b:Dataset) RETURN a = b AS e, count(*) AS n;

// name: values_101
MATCH (a:Gene)-[r]->(b) RETURN a = b AS e, r = r AS f, count(*) AS n;

// name: values_102
MATCH (a:Gene) RETURN a = null AS e, a IN [a] AS f, a IN [null] AS g, [a] = [a] AS h, {x: a} = {x: a} AS i, count(*) AS n;

// name: values_103
MATCH (a:Gene) RETURN a IS NULL AS x, a IS NOT NULL AS y, a:Gene AS z, a:CellType AS w, count(*) AS n;

// name: values_104
MATCH (a:Gene) RETURN a IS :: NODE AS x, a.symbol IS :: STRING AS y, a.symbol IS :: STRING NOT NULL AS z, a.synonyms IS :: LIST<STRING> AS l, count(*) AS n;

// name: values_105
UNWIND [1, 1.5, 'a', true, null, [1], {a: 1}] AS x RETURN x IS :: INTEGER AS a, x IS :: FLOAT AS b, x IS :: STRING AS c, x IS :: BOOLEAN AS d, x IS :: LIST<ANY> AS e, x IS :: MAP AS f, x IS NOT :: INTEGER AS g;

// name: values_106
UNWIND [1, 1.5, 'a', true, null, [1], {a: 1}] AS x RETURN valueType(x) AS v;

// name: values_107
MATCH (g:Gene) RETURN DISTINCT valueType(g.symbol) AS a, valueType(g.species) AS b;

// name: values_108
MATCH ()-[r:COEXPRESSED_WITH]->() RETURN DISTINCT valueType(r.n) AS a, valueType(r.coefficient) AS b, valueType(r.n + r.coefficient) AS c;
