// Text functions, predicates, escapes and Unicode.

// name: cases
RETURN toUpper('aβc') AS u, toLower('AΒC') AS l, upper('x') AS u2, lower('X') AS l2;

// name: substring
RETURN substring('hello', 1, 3) AS a, substring('hello', 2) AS b, substring('hello', 0, 99) AS c, substring('hello', 5) AS d, substring('hello', 9) AS e, substring('hello', 1, 0) AS f;

// name: left_right
RETURN left('hello', 2) AS a, right('hello', 2) AS b, left('hi', 9) AS c, right('hi', 9) AS d, left('hi', 0) AS e;

// name: trims
RETURN trim('  a b ') AS t, ltrim('  a') AS l, rtrim('a  ') AS r, btrim(' x ') AS b;

// name: replace
RETURN replace('banana', 'an', 'AN') AS a, replace('abc', 'x', 'y') AS b, replace('aaa', 'a', '') AS c;

// name: split
RETURN split('a,b,,c', ',') AS a, split('abc', ',') AS b, split('a--b', '--') AS c, split('', ',') AS d;

// name: split_into_characters
RETURN split('abc', '') AS l;

// name: split_curie
MATCH (s:Species) RETURN split(s.id, ':')[1] AS taxon, toInteger(split(s.id, ':')[1]) AS number;

// name: reverse_and_size
RETURN reverse('abc') AS r, size('héllo') AS s, char_length('abc') AS c, size('') AS z;

// name: unicode
RETURN size('αβγ') AS greek, size('日本') AS kanji, toUpper('straße') AS german, reverse('äö') AS r, 'é' = 'é' AS e;

// name: emoji_size
RETURN size('😀') AS n, left('😀a', 1) AS l;

// name: concatenation
RETURN 'a' + 'b' AS a, 'n=' + 1 AS b, 1 + 'x' AS c, 'f=' + 1.5 AS d, 'b=' + toString(true) AS e;

// name: concatenation_operator
RETURN 'a' || 'b' AS a, [1] || [2] AS l;

// name: escapes
RETURN 'it\'s' AS a, "say \"x\"" AS b, 'tab\there' AS c, 'line\nend' AS d, 'back\\slash' AS e, 'u\u00e9' AS f, "it's" AS g;

// name: starts_ends_contains
MATCH (g:Gene) WHERE g.name STARTS WITH 'insulin' OR g.name ENDS WITH 'b' OR g.name CONTAINS 'polypeptide' RETURN g.symbol AS s;

// name: empty_text_predicates
RETURN 'abc' STARTS WITH '' AS a, 'abc' CONTAINS '' AS b, '' ENDS WITH '' AS c, 'a' CONTAINS 'A' AS d;

// name: regex_whole_text
MATCH (g:Gene) WHERE g.symbol =~ 'Ins' RETURN g.symbol AS s;

// name: regex_prefix
MATCH (g:Gene) WHERE g.symbol =~ 'INS.*|GC.?' RETURN g.symbol AS s;

// name: regex_case_insensitive
MATCH (g:Gene) WHERE g.symbol =~ '(?i)ins.*' RETURN g.symbol AS s;

// name: regex_classes
MATCH (g:Gene) WHERE g.symbol =~ '[A-Z]+\\d{1,2}' RETURN g.symbol AS s;

:param pattern => 'T.*3'
// name: regex_parameter
MATCH (g:Gene) WHERE g.symbol =~ $pattern RETURN g.symbol AS s;

// name: regex_special
RETURN 'a.b' =~ 'a\\.b' AS a, 'axb' =~ 'a\\.b' AS b, 'a\nb' =~ 'a.b' AS c, '' =~ '' AS d, 'ab' =~ 'a' AS e;

// name: comparison
RETURN 'a' < 'b' AS a, 'B' < 'a' AS b, 'a' < 'aa' AS c, '' < 'a' AS d, 'é' > 'z' AS e, '10' < '9' AS f;

// name: comparison_with_property
MATCH (g:Gene) WHERE g.symbol >= 'T' AND g.symbol < 'U' RETURN g.symbol AS s;

// name: to_string
RETURN toString(1) AS a, toString(true) AS b, toString('x') AS c, toString(-5) AS d;

// name: to_string_of_floats
RETURN toString(1.5) AS a, toString(1.0) AS b, toString(0.1) AS c, toString(1e10) AS d, toString(1.0e-5) AS e, toString(123456789.123) AS f;

// name: to_integer
RETURN toInteger('42') AS a, toInteger('x') AS b, toInteger('4.9') AS c, toInteger(4.9) AS d, toInteger(-4.9) AS e, toInteger('') AS f, toInteger(' 7 ') AS g;

// name: to_float
RETURN toFloat('1.5') AS a, toFloat('x') AS b, toFloat(2) AS c, toFloat('1e3') AS d, toFloat('') AS e;

// name: to_boolean
RETURN toBoolean('true') AS a, toBoolean('FALSE') AS b, toBoolean('x') AS c, toBoolean(true) AS d, toBoolean(0) AS e;

// name: or_null_conversions
RETURN toIntegerOrNull('x') AS a, toFloatOrNull('1') AS b, toStringOrNull(1) AS c, toBooleanOrNull('yes') AS d;

:param n => '12'
// name: to_integer_of_parameter
RETURN toInteger($n) + 1 AS n;

// name: normal_forms
RETURN 'Å' = '\u212B' AS same, normalize('\u212B') = 'Å' AS normal;

// name: text_in_quotes_of_both_kinds
RETURN "a 'b' c" AS a, 'a "b" c' AS b, '// no comment' AS c, '/* nor */' AS d, ';' AS e;

// name: comments_everywhere
MATCH (s:Species) // a comment; with 'quotes
/* and another
   over lines */ RETURN s.id /* here */ AS id;

// name: semicolon_in_text
MATCH (g:Gene) WHERE g.symbol <> 'a;b' RETURN count(*) AS n;

// name: like_symbol_lower
MATCH (g:Gene) WHERE toLower(g.symbol) = toLower('TTR') RETURN g.id AS id, g.symbol AS s;

// name: text_minus
MATCH (g:Gene {symbol: 'INS'}) RETURN g.symbol + ' (' + g.name + ')' AS label;

// name: dollar_in_text
RETURN '$x' AS a, '{b}' AS b;

// name: split_by_several
RETURN split('cabd', ['b', 'ab']) AS a, split('a--b', ['-', '--']) AS b, split('aXYb', ['XY', 'X']) AS c, split('a', [null]) AS d, split('', []) AS e;

// name: split_to_signs_beyond_16_bits
RETURN split('😀b', '') AS x;

// name: order_of_late_signs
UNWIND ['ﬁ', '😀', 'a'] AS x WITH x ORDER BY x RETURN collect(x) AS xs;

// name: trim_from
RETURN trim(BOTH FROM ' x ') AS a, trim(LEADING 'a' FROM 'aab') AS b, trim('a' FROM 'aba') AS c, trim(TRAILING FROM 'a ') AS d, trim(BOTH null FROM 'x') AS e;

// name: trim_of_a_name
WITH ' both ' AS both RETURN trim(both) AS a, trim(both + 'x') AS b, trim(LEADING FROM both) AS c;

// name: forms_of_unicode
RETURN normalize('ﬁ', NFKC) AS a, size(normalize('é', NFD)) AS b, normalize('é', NFD) = 'é' AS c, normalize(null, NFC) AS d;

// name: is_normalized
RETURN 'a' IS NORMALIZED AS a, 'é' IS NOT NFD NORMALIZED AS b, null IS NORMALIZED AS c, 'ﬁ' IS NFKC NORMALIZED AS d;
