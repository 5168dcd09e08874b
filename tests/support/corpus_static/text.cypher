// Texts, labels and further functions.

RETURN 'abc' STARTS WITH 'a' AS v
RETURN 1 STARTS WITH 2 AS v
RETURN 'a' CONTAINS 1 AS v
RETURN [1] ENDS WITH 'a' AS v
RETURN 'a' =~ 'b' AS v
RETURN 'a' =~ 1 AS v
RETURN 1 =~ 'a' AS v
RETURN 'a' =~ '[' AS v
RETURN 'a' =~ null AS v
RETURN toLower(1) AS v
RETURN toUpper([1]) AS v
RETURN toLower(null) AS v
RETURN upper('a') + lower('B') AS v
RETURN trim(1) AS v
RETURN trim(BOTH 'a' FROM 1) AS v
RETURN trim(BOTH 1 FROM 'a') AS v
RETURN ltrim('xa', 'x') AS v
RETURN btrim('xa', 1) AS v
RETURN left('abc', 'a') AS v
RETURN left(1, 1) AS v
RETURN left('abc') AS v
RETURN right('abc', 1.5) AS v
RETURN substring('abc', 1) AS v
RETURN substring('abc', 'a') AS v
RETURN substring('abc', 1, 'a') AS v
RETURN substring(1, 1) AS v
RETURN replace('a', 'b', 1) AS v
RETURN replace('a', 'b') AS v
RETURN split('a,b', ',') AS v
RETURN split('a,b', ',')[0] + 1 AS v
RETURN split('a,b', ',')[0] - 1 AS v
RETURN split(1, ',') AS v
RETURN split('a,b', 1) AS v
RETURN size('abc') AS v
RETURN char_length('abc') AS v
RETURN char_length([1]) AS v
RETURN normalize('a') AS v
RETURN normalize('a', NFC) AS v
RETURN normalize('a', XYZ) AS v
RETURN normalize(1) AS v
RETURN 'a' + 1 + [1] AS v
RETURN 'a
RETURN 'a\x' AS v
RETURN "it's" AS v
RETURN 'a\u00e9' AS v
MATCH (g:Gene) RETURN toLower(g) AS v
MATCH (g:Gene) RETURN g.id STARTS WITH g AS v
MATCH (g:Gene) RETURN type(g) AS v
MATCH (g:Gene)-[r]->() RETURN labels(r) AS v
MATCH (g:Gene) RETURN labels(g.id) AS v
MATCH (g:Gene) RETURN labels(g)[0] + 'x' AS v
MATCH (g:Gene) RETURN labels(g)[0] - 1 AS v
MATCH (g:Gene) RETURN labels('g') AS v
MATCH (g:Gene) RETURN type(null) AS v
MATCH (g:Gene) RETURN g:Gene AS v
MATCH (g:Gene) RETURN g:Gene + 1 AS v
MATCH (g:Gene) RETURN g.id:Gene AS v
MATCH (g:Gene)-[r]->() RETURN r:FROM AS v
MATCH (g:Gene)-[r]->() RETURN r:FROM|IN_TAXON AS v
MATCH (g:Gene)-[r]->() RETURN r:FROM:IN_TAXON AS v
MATCH (g:Gene) RETURN g:Gene:Cell AS v
MATCH (g:Gene) RETURN g:Gene|Cell:X AS v
MATCH (g:Gene) WHERE g:Gene|Cell RETURN g
RETURN 1:Gene AS v
WITH 1 AS g RETURN g:Gene AS v
MATCH (g:Gene) WHERE g IS Gene RETURN g
MATCH (g:Gene) RETURN nodes(g) AS v
MATCH (g:Gene) RETURN length('abc') AS v
MATCH (g:Gene) RETURN length([1]) AS v
MATCH (g:Gene) RETURN size(g) AS v
MATCH (g:Gene) RETURN coalesce(g.id, 1) AND true AS v
MATCH (g:Gene) RETURN coalesce(1, 2) AND true AS v
MATCH (g:Gene) RETURN coalesce() AS v
MATCH (g:Gene) RETURN nullIf(1) AS v
MATCH (g:Gene) RETURN nullIf(1, 'a') AS v
MATCH (g:Gene) RETURN isEmpty(1) AS v
MATCH (g:Gene) RETURN isEmpty(g) AS v
MATCH (g:Gene) RETURN isEmpty({}) AS v
MATCH (g:Gene) RETURN valueType(g) AS v
MATCH (g:Gene) RETURN exists(g.id) AS v
MATCH (g:Gene) RETURN exists(g) AS v
MATCH (g:Gene) RETURN id(g.id) AS v
MATCH (g:Gene) RETURN elementId(1) AS v
MATCH (g:Gene) RETURN elementId(g) = elementId(g) AS v
MATCH p = (g:Gene)-->() RETURN elementId(p) = elementId(g) AS v
