// Numbers, text and conversions.

// name: scalars_001
RETURN 7 / 2 AS a, -7 / 2 AS b, 7 % 3 AS c, -7 % 3 AS d, 7 % -3 AS e, 7.5 % 2 AS f, 7 / 2.0 AS g, 2 ^ 0.5 AS h, 1e3 AS i, 0x1F AS j, 0o17 AS k, 1_000 AS l, .5 AS m;

// name: scalars_002
RETURN 1 / 0.0 AS a, -1 / 0.0 AS b, 0 / 0.0 AS c, 0.0 % 0 AS d, isNaN(0 / 0.0) AS e, isNaN(1) AS f;

// name: scalars_008
RETURN abs(-9223372036854775808) AS a;

// name: scalars_010
RETURN abs(-3) AS a, abs(-3.5) AS b, abs(null) AS c, sign(-2) AS d, sign(0.0) AS e, sign(2.5) AS f;

// name: scalars_011
RETURN ceil(1.2) AS a, floor(-1.2) AS b, ceil(3) AS c, floor(3) AS d, round(2.5) AS e, round(-2.5) AS f, round(-1.5) AS g, round(3) AS h, round(0.5) AS i;

// name: scalars_012
RETURN round(1.2345, 2) AS a, round(1.005, 2) AS b, round(-1.255, 2) AS c, round(1234.5, 0) AS d, round(1.5, 1, 'HALF_UP') AS e, round(1.25, 1, 'HALF_EVEN') AS f, round(1.25, 1, 'HALF_DOWN') AS g, round(-1.21, 1, 'CEILING') AS h, round(1.21, 1, 'UP') AS i, round(1.29, 1, 'DOWN') AS j, round(-1.29, 1, 'FLOOR') AS k;

// name: scalars_013
RETURN round(1e20) AS a, round(123456789012345678.0, 2) AS b, round(0.1 + 0.2, 15) AS c, round(null) AS d, round(1.5, null) AS e;

// name: scalars_014
RETURN sqrt(4) AS a, sqrt(-1) AS b, exp(0) AS c, log(0) AS d, log(-1) AS e, log10(1000) AS f, e() AS g, pi() AS h, cot(1.0) AS i, degrees(pi()) AS j, radians(180) AS k;

// name: scalars_016
RETURN toInteger('12') AS a, toInteger(' 12 ') AS b, toInteger('12.7') AS c, toInteger(12.7) AS d, toInteger(-12.7) AS e, toInteger('x') AS f, toInteger(true) AS g, toInteger(null) AS h, toInteger('1e3') AS i, toInteger('') AS j, toInteger('0x1F') AS k, toInteger('+5') AS l;

// name: scalars_017
RETURN toFloat('1.5') AS a, toFloat('x') AS b, toFloat(2) AS c, toFloat(' 2 ') AS d, toFloat('1e3') AS e, toFloat(null) AS f, toFloat('') AS g, toFloat('1,5') AS h, toFloat('-.5') AS i;

// name: scalars_018
RETURN toBoolean('true') AS a, toBoolean('TRUE') AS b, toBoolean(' true ') AS c, toBoolean('yes') AS d, toBoolean(1) AS e, toBoolean(0) AS f, toBoolean(null) AS g, toBoolean(false) AS h, toBoolean('') AS i;

// name: scalars_019
RETURN toString(1) AS a, toString(1.0) AS b, toString(true) AS c, toString('x') AS d, toString(null) AS e, toString(1e10) AS f, toString(0.00001) AS g, toString(-0.5) AS h, toString(123456789.123) AS i;

// name: scalars_020
RETURN toIntegerOrNull('x') AS a, toIntegerOrNull(true) AS b, toIntegerOrNull([1]) AS c, toFloatOrNull('1') AS d, toFloatOrNull(true) AS e, toFloatOrNull([]) AS f, toBooleanOrNull('x') AS g, toBooleanOrNull(1.5) AS h, toStringOrNull([1]) AS i, toStringOrNull(1.5) AS j;

// name: scalars_021
RETURN toIntegerList(['1', 'x', null, 2.5, true]) AS a, toFloatList(['1', 2, null]) AS b, toBooleanList(['true', 1, 'x', null]) AS c, toStringList([1, 2.0, true, null, 'a']) AS d;

// name: scalars_022
UNWIND ['1', 'x', 2, 2.5, true, null] AS x RETURN toInteger(x) AS a;

// name: scalars_023
UNWIND ['1', 'x', 2, 2.5, null] AS x RETURN toFloat(x) AS a;

// name: scalars_024
UNWIND ['true', 'x', 2, 0, true, null] AS x RETURN toBoolean(x) AS a;

// name: scalars_025
UNWIND ['1', 2, 2.5, true, null] AS x RETURN toString(x) AS a;

// name: scalars_027
RETURN toUpper('aé') AS a, toLower('AÉ') AS b, upper('x') AS c, lower('X') AS d, toUpper(null) AS e, toUpper('') AS f;

// name: scalars_028
RETURN left('hello', 2) AS a, right('hello', 2) AS b, left('hi', 5) AS c, right('hi', 5) AS d, left('hi', 0) AS e, left(null, 2) AS f, right('héé', 2) AS g;

// name: scalars_030
RETURN substring('hello', 1) AS a, substring('hello', 1, 3) AS b, substring('hello', 5) AS c, substring('hello', 10) AS d, substring('hello', 1, 100) AS e, substring('hello', 0, 0) AS f, substring(null, 1) AS g;

// name: scalars_032
RETURN trim('  a ') AS a, ltrim('  a ') AS b, rtrim('  a ') AS c, btrim('xxaxx', 'x') AS d, ltrim('xxa', 'x') AS e, rtrim('axx', 'x') AS f, trim(BOTH 'x' FROM 'xax') AS g, trim(LEADING 'x' FROM 'xax') AS h, trim(TRAILING 'x' FROM 'xax') AS i, trim('\t\na\n') AS j;

// name: scalars_033
RETURN replace('abcabc', 'b', 'x') AS a, replace('abc', 'z', 'x') AS b, replace('abc', '', 'x') AS c, replace('aaa', 'aa', 'b') AS d, replace(null, 'a', 'b') AS e, replace('a', 'a', null) AS f;

// name: scalars_034
RETURN split('a,b,c', ',') AS a, split('abc', '') AS b, split('', ',') AS c, split(',a,', ',') AS d, split('a,b;c', [',', ';']) AS e, split(null, ',') AS f, split('a', null) AS g;

// name: scalars_035
RETURN reverse('abc') AS a, reverse('') AS b, reverse('añ😀') AS c, size('😀') AS d, char_length('añ') AS e, character_length('abc') AS f, substring('a😀b', 1, 1) AS g;

// name: scalars_036
RETURN 'abc' STARTS WITH '' AS a, 'abc' ENDS WITH 'bc' AS b, 'abc' CONTAINS 'B' AS c, '' CONTAINS '' AS d, 'abc' STARTS WITH null AS e, null ENDS WITH 'a' AS f;

// name: scalars_037
RETURN 'abc' =~ 'a.c' AS a, 'abc' =~ 'b' AS b, 'abc' =~ '(?i)ABC' AS c, 'a.c' =~ 'a\\.c' AS d, 'abc' =~ '' AS e, '' =~ '' AS f, null =~ 'a' AS g, 'ab\nc' =~ 'ab.c' AS h, 'aaa' =~ 'a{3}' AS i, 'abc' =~ '[^b]*' AS j, 'foo-1' =~ '(foo|bar)-\\d' AS k;

// name: scalars_038
RETURN 'it\'s' AS a, "say \"x\"" AS b, 'tab\t|' AS c, 'nl\n|' AS d, 'u\u00e9' AS e, 'back\\slash' AS f, "a'b" AS g, '' AS h;

// name: scalars_040
RETURN normalize('é') = 'é' AS a, 'a' IS NORMALIZED AS b;

// name: scalars_041
UNWIND ['INS', 'ins', 'Ins2', '', null] AS s RETURN toLower(s) AS a, size(s) AS b, left(s, 1) AS c, s =~ '(?i)ins.*' AS d, reverse(s) AS e, split(s, 's') AS f, s + '!' AS g, s CONTAINS 's' AS h;

// name: scalars_042
UNWIND [-2.5, -1, 0, 0.5, 1.5, 2, null] AS x RETURN x, round(x) AS a, ceil(x) AS b, floor(x) AS c, abs(x) AS d, sign(x) AS e, toInteger(x) AS f, x / 2 AS g, x % 2 AS h;

// name: scalars_043
UNWIND [-2.5, -1.0, 0.0, 0.5, 1.5, null] AS x RETURN x, round(x) AS a, ceil(x) AS b, floor(x) AS c, abs(x) AS d, sign(x) AS e, toInteger(x) AS f, x / 2 AS g, x % 2 AS h, toString(x) AS i;

// name: scalars_044
UNWIND [-3, -1, 0, 4] AS x RETURN x, x / 2 AS a, x % 3 AS b, x * x AS c, x ^ 2 AS d, x / 2.0 AS e, toFloat(x) AS f, round(x) AS g, sqrt(x * x) AS h, toString(x) AS i, -x AS j;

// name: scalars_045
MATCH (g:Gene) RETURN g.id AS id, toUpper(g.symbol) AS a, size(g.symbol) AS b, left(g.symbol, 2) AS c, right(g.symbol, 2) AS d, substring(g.symbol, 1, 2) AS e, reverse(g.symbol) AS f, trim(g.symbol) AS h, replace(g.symbol, 'a', 'xx') AS i, split(g.symbol, ',') AS j, toInteger(g.symbol) AS k, toFloat(g.symbol) AS l;

// name: scalars_046
MATCH (g:Gene) RETURN g.id AS id, g.name STARTS WITH g.symbol AS a, g.name CONTAINS g.symbol AS b, toLower(g.name) CONTAINS toLower(g.symbol) AS c, split(g.id, ':')[1] AS d, toInteger(split(g.id, ':')[1]) + 1 AS e, substring(g.id, size('NCBIGene:')) AS f;

// name: scalars_047
MATCH (g:Gene) WITH toInteger(split(g.id, ':')[-1]) AS n RETURN min(n) AS a, max(n) AS b, sum(n % 10) AS c;

// name: scalars_048
MATCH (g:Gene) RETURN toBoolean(g.symbol) AS a, toString(size(g.synonyms)) AS b, count(*) AS n;

// name: scalars_049
MATCH ()-[r:EXPRESSED_IN]->() RETURN r.mean AS m, round(r.mean) AS a, round(r.mean, 1) AS b, ceil(r.mean) AS c, floor(r.mean) AS d, abs(r.mean) AS e, sign(r.mean) AS f, toInteger(r.mean) AS h, sqrt(abs(r.mean)) AS i, exp(r.mean) AS j, r.mean ^ 2 AS k, r.n_cells / (r.n_cells + 1) AS l;

// name: scalars_050
MATCH ()-[r:EXPRESSED_IN]->() RETURN toString(r.fraction) AS a, toString(r.n_cells) AS b, r.dataset + ':' + r.n_cells AS c, toFloat(r.n_cells) AS d;

// name: scalars_051
MATCH ()-[r:EXPRESSED_IN]->() RETURN log(r.mean) AS a, r.mean / r.fraction AS b, r.fraction % 0.3 AS c;

// name: scalars_052
MATCH ()-[r:MEASURED_IN]->() RETURN r.column AS c, r.column % 4 AS d, r.column * r.mean AS e, r.column - r.mean AS f, r.column / 3 AS g;

// name: scalars_053
MATCH (c:Cell)-[e:EXPRESSES]->(g) WHERE e.rank = 1 RETURN e.count AS a, e.count / 2 AS b, e.value AS c, e.count + e.rank AS d, round(e.value, 2) AS f, toString(e.count) AS g;

// name: scalars_054
MATCH (c:Cell)-[e:EXPRESSES]->(g) RETURN sum(e.value) AS a, avg(e.value) AS b, max(e.count) AS c, count(DISTINCT e.value) AS d;

// name: scalars_055
MATCH (c:Cell)-[e:EXPRESSES]->(g) WHERE e.value = 9.1 OR e.count = 30.0 RETURN count(*) AS n;

// name: scalars_056
MATCH (c:Cell) RETURN c.total_count / c.n_genes AS a, toInteger(c.total_count) % 5 AS b, count(*) AS n;

// name: scalars_057
MATCH (c:Cell) RETURN split(c.id, ':')[0] = c.dataset AS a, c.id = c.dataset + ':' + c.barcode AS b, toInteger(right(c.barcode, 3)) % 10 AS c, count(*) AS n;

// name: scalars_058
WITH 1.0 AS x, 3 AS y RETURN x + y AS a, x / y AS b, y / x AS c, y % x AS d, x * y = y AS e, toString(x / y) AS f, y ^ x AS g;

// name: scalars_060
RETURN 1.7976931348623157e308 * 2 AS a, 4.9e-324 / 2 AS b;

// name: scalars_061
RETURN 9007199254740993 + 0.0 AS a, 9007199254740993 * 1.0 AS b, 9223372036854775807 + 0.0 AS c;

// name: scalars_062
RETURN toInteger(9.9e18) AS a, toInteger(-9.9e18) AS b;

// name: scalars_063
RETURN toInteger('9223372036854775807') AS a, toInteger('-9223372036854775808') AS b;

// name: scalars_065
RETURN 5 % 2.5 AS a, -5.5 % 3 AS b, 5 % 0.0 AS c;

// name: scalars_066
RETURN 0.1 + 0.2 = 0.3 AS a, 0.1 * 3 AS b, 1 - 0.9 AS c, 1e16 + 1.0 AS d, 3 * 0.1 AS e;
