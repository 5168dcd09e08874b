// Numbers: arithmetic, literals, conversions.

RETURN 1 + 2.5 AS v
RETURN 1 + 'a' AS v
RETURN 1 - 'a' AS v
RETURN 'a' - 1 AS v
RETURN 'a' * 2 AS v
RETURN 'a' / 2 AS v
RETURN 'a' % 2 AS v
RETURN 2 ^ 'a' AS v
RETURN true + 1 AS v
RETURN true + 'a' AS v
RETURN 'a' + true AS v
RETURN true + true AS v
RETURN true * 2 AS v
RETURN -true AS v
RETURN -'a' AS v
RETURN +'a' AS v
RETURN -[1] AS v
RETURN -{} AS v
RETURN -null AS v
RETURN null + 1 AS v
RETURN null - 'a' AS v
RETURN $p - 1 AS v
RETURN $p - 'a' AS v
RETURN 1 / 0 AS v
RETURN 1 % 0 AS v
RETURN 1.0 / 0 AS v
RETURN 9223372036854775807 AS v
RETURN 9223372036854775808 AS v
RETURN -9223372036854775808 AS v
RETURN -9223372036854775809 AS v
RETURN 9223372036854775807 + 1 AS v
RETURN 0x7FFFFFFFFFFFFFFF AS v
RETURN 0xFFFFFFFFFFFFFFFF AS v
RETURN 0x AS v
RETURN 0xG AS v
RETURN 0o17 AS v
RETURN 0o19 AS v
RETURN 017 AS v
RETURN 1e308 AS v
RETURN 1e309 AS v
RETURN 1e-400 AS v
RETURN 1_000 AS v
RETURN 1__000 AS v
RETURN .5 AS v
RETURN 5. AS v
RETURN 1.5.5 AS v
RETURN 12abc AS v
RETURN abs('a') AS v
RETURN abs(true) AS v
RETURN abs([1]) AS v
RETURN abs(null) AS v
RETURN abs() AS v
RETURN abs(1, 2) AS v
RETURN sqrt('4') AS v
RETURN round(1.5, 1) AS v
RETURN round(1.5, 'a') AS v
RETURN round(1.5, 1, 'HALF_UP') AS v
RETURN round(1.5, 1, 2) AS v
RETURN round('a') AS v
RETURN ceil(true) AS v
RETURN sin('a') AS v
RETURN atan2(1, 'a') AS v
RETURN pi() + 1 AS v
RETURN pi(1) AS v
RETURN e() AND true AS v
RETURN ceiling(1.5) AS v
RETURN ln(1.5) AS v
RETURN sign(1) AND true AS v
RETURN abs(1) AND true AS v
RETURN isNaN('a') AS v
RETURN isNaN(1) + 1 AS v
RETURN nope(1) AS v
RETURN foo.bar(1) AS v
RETURN toInteger('1') + 1 AS v
RETURN toInteger('1') AND true AS v
RETURN toInteger({a: 1}) AS v
RETURN toInteger([1]) AS v
RETURN toFloat(true) AS v
RETURN toFloat([1]) AS v
RETURN toBoolean(1) AS v
RETURN toBoolean(1.5) AS v
RETURN toBoolean([1]) AS v
RETURN toString([1]) AS v
RETURN toString({a: 1}) AS v
RETURN toString(1) + 1 AS v
RETURN toString(1) - 1 AS v
MATCH (g:Gene) RETURN toString(g) AS v
MATCH (g:Gene) RETURN toInteger(g) AS v
MATCH (g:Gene) RETURN toStringOrNull(g) AS v
RETURN toIntegerOrNull([1]) AS v
RETURN toIntegerList(['1']) AS v
RETURN toIntegerList('1') AS v
RETURN toStringList([1])[0] + 1 AS v
RETURN toStringList([1])[0] - 1 AS v
