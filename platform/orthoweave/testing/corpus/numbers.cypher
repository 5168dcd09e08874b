// Whole and decimal numbers, division, remainders, functions.

// name: division
RETURN 7 / 2 AS a, -7 / 2 AS b, 7.0 / 2 AS c, 7 / 2.0 AS d, 1 / 3 AS e, 6 / 3 AS f;

// name: remainder
RETURN 7 % 3 AS a, -7 % 3 AS b, 7 % -3 AS c, 7.5 % 2 AS d, -7.5 % 2 AS e;

// name: division_by_zero_decimal
RETURN 1.0 / 0 AS a, -1.0 / 0.0 AS b;

// name: not_a_number
RETURN 0.0 / 0 = 0.0 / 0 AS a, 0.0 / 0 <> 1 AS b;

// name: power
RETURN 2 ^ 3 AS a, 2 ^ -1 AS b, 2 ^ 0.5 AS c, -2 ^ 2 AS d, 2 ^ 3 ^ 2 AS e;

// name: precedence
RETURN 1 + 2 * 3 AS a, (1 + 2) * 3 AS b, 10 - 4 - 3 AS c, 100 / 10 / 5 AS d, 2 * 3 % 4 AS e, -3 + 5 AS f;

// name: whole_and_decimal
RETURN 1 + 1.0 AS a, 2 * 1.5 AS b, 1 = 1.0 AS c, 3 - 1 AS d, 2 > 1.5 AS e;

// name: rounding
RETURN round(1.5) AS a, round(2.5) AS b, round(-1.5) AS c, round(-2.5) AS d, round(1.249, 1) AS e, round(0.5) AS f;

// name: rounding_digits
RETURN round(3.14159, 2) AS a, round(2.345, 2) AS b, round(1234.5, 0) AS c, round(5) AS d;

// name: ceil_floor
RETURN ceil(1.2) AS a, floor(-1.2) AS b, ceil(-0.5) AS c, floor(2) AS d, ceil(3) AS e;

// name: abs_sign
RETURN abs(-3) AS a, abs(-2.5) AS b, sign(-3) AS c, sign(0) AS d, sign(2.5) AS e;

// name: roots_and_logs
RETURN sqrt(16) AS a, exp(0) AS b, log(10) AS c, log10(1000) AS d, e() AS e, pi() AS f;

// name: trigonometry
RETURN sin(0) AS a, cos(0) AS b, tan(0) AS c, atan2(1, 1) AS d, degrees(pi()) AS e, radians(180) AS f, asin(1) AS g, cot(1) AS h;

// name: log_of_zero
RETURN sqrt(-1) = 1 AS a, log(0) < 0 AS b;

// name: log_of_mean
MATCH (:Gene {symbol: 'INS'})-[e:EXPRESSED_IN {dataset: 'toy_human'}]->(t) RETURN t.id AS t, log(e.mean) AS l, exp(e.mean) - 1 AS x;

// name: large_numbers
RETURN 9223372036854775807 AS most, -9223372036854775807 AS least, 1e300 * 10 AS big, 5e-324 AS tiny;

// name: number_forms
RETURN 1e3 AS a, 1.5E-3 AS b, .5 AS c, 0x1F AS d, 0o17 AS e, 1_000 AS f;

// name: comparison_chain
MATCH (c:Cell) WHERE 5 < c.n_genes <= 7 RETURN c.n_genes AS n, count(*) AS cells;

// name: comparison_chain_literal
RETURN 1 < 2 < 3 AS a, 3 > 2 > 2 AS b, 1 = 1 = true AS c;

// name: float32_property_sum
MATCH (:Cell {barcode: 'human-000'})-[e:EXPRESSES]->() RETURN sum(e.value) AS s, sum(e.count) AS n;

// name: float32_arithmetic
MATCH (:Cell {barcode: 'human-000'})-[e:EXPRESSES]->(g) RETURN g.symbol AS g, e.value * 3 AS a, e.value / 7 AS b, e.count + 0.1 AS c;

// name: float32_returned
MATCH (:Cell {barcode: 'human-000'})-[e:EXPRESSES]->(g) RETURN g.symbol AS g, e.value AS v, e.count AS c, e.rank AS r;

// name: float32_compared
MATCH (:Cell)-[e:EXPRESSES]->(g) WHERE e.value = 4.34815788269043 RETURN count(*) AS n;

// name: float32_greater
MATCH (:Cell)-[e:EXPRESSES]->(g) WHERE e.value > 6.1 RETURN g.symbol AS g, count(*) AS n;

// name: float32_average
MATCH (:Cell)-[e:EXPRESSES]->(g) RETURN g.symbol AS g, avg(e.value) AS mean, min(e.value) AS lo, stDev(e.value) AS sd;

// name: whole_average
UNWIND [1, 2] AS x RETURN avg(x) AS a, sum(x) / count(x) AS b, sum(x) * 1.0 / count(x) AS c;

// name: sum_mixed
UNWIND [1, 2.5] AS x RETURN sum(x) AS s, max(x) AS m;

// name: integer_from_float
RETURN toInteger(7.9) AS a, toInteger(-7.9) AS b, toFloat(7) AS c, toInteger(round(2.6)) AS d;

// name: minus_property
MATCH (d:Dataset) RETURN d.id AS id, -d.n_cells AS n, +d.n_genes AS g, d.n_cells - d.n_genes AS x;

// name: percent
MATCH (c:Cell) WITH count(*) AS total MATCH (c:Cell {donor: 'toy_human:human1'}) WITH total, count(c) AS n RETURN n * 100 / total AS whole, 100.0 * n / total AS decimal;

// name: is_nan
RETURN isNaN(0.0 / 0.0) AS a, isNaN(1.0) AS b;

// name: text_and_number
RETURN '1' = 1 AS a, 1 <> 'x' AS b, true = 1 AS c;

// name: text_less_than_number
RETURN '1' < 2 AS a, true > 0 AS b;

// name: sum_beyond_64_bits
UNWIND [9223372036854775807, 1] AS x RETURN sum(x) AS s;

// name: least_number_without_sign
RETURN abs(-9223372036854775808) AS x;

// name: zeros_below_zero
RETURN toString(ceil(-0.5)) AS c, toString(round(-0.04, 1)) AS r, toString(floor(-0.0)) AS f, toString(-0.0 + 0) AS a;

// name: negative_of_zero
UNWIND [0.0, 2.0] AS x RETURN -x AS n, toString(-x) AS s, toString(x * -1) AS t, 1 / -x AS d;

// name: order_of_zeros
// ordered
UNWIND [0.0, -0.0, 0.0] AS x RETURN toString(x) AS s ORDER BY x;

// name: least_of_zeros
UNWIND [0.0, -0.0, 0] AS x RETURN toString(min(x)) AS lo, toString(max(x)) AS hi;

// name: written_decimal_by_written_zero
RETURN 1.5 / 0 AS a, 1.5 / 0.0 AS b, 7 % 0.0 AS c;

// name: cotangent_of_zeros
UNWIND [0.0, -0.0] AS x RETURN cot(x) AS c;

// name: many_digits
RETURN round(2.5, 300) AS a, round(1e-320, 340) > 0 AS b, round(3.14159, 4) AS c;

// name: close_whole_and_decimal
UNWIND [9007199254740993] AS a UNWIND [9007199254740992.0] AS b RETURN a = b AS e, a > b AS g;

// name: digits_in_groups
RETURN 1_000_000 AS a, 0xFF_FF AS b, 1_0.5_0 AS c, 0o1_7 AS d, 1_000e1_0 AS e;

// name: texts_of_edges
RETURN toString(1e21) AS a, toString(1.7976931348623157e308) AS b, toString(100.0) AS c, toString(1e17) AS d, toString(9007199254740992.0) AS e;

// name: text_of_many_digits
RETURN toString(60821146833636610.0) AS a;

// name: suffixes
UNWIND ['1d', '1f', '1.5', '1.', '.5', '1e2', 'NaN', 'Infinity', ' 1'] AS s RETURN s, toIntegerOrNull(s) AS i, toFloatOrNull(s) AS f;

// name: digits_of_others
UNWIND ['١'] AS s RETURN toIntegerOrNull(s) AS i;
