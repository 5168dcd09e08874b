// Kinds of values that follow from literals and patterns.

UNWIND {a: 1} AS x RETURN x AND true AS v
MATCH (g) UNWIND g.x AS s RETURN labels(s) AS v
MATCH (g) UNWIND g AS s RETURN type(s) AS v
MATCH (g) RETURN head(g.x) AND true AS v
MATCH (g) RETURN labels(head(g.x)) AS v
MATCH (g) RETURN [x IN g.l | labels(x)] AS v
MATCH (g) RETURN [x IN g.l | x AND true] AS v
MATCH (g) RETURN coalesce(g.l, ['a'])[0] AND true AS v
RETURN coalesce([1], ['a'])[0] AND true AS v
RETURN CASE WHEN true THEN [1] ELSE ['a'] END[0] AND true AS v
RETURN coalesce(null, 1) AND true AS v
RETURN CASE WHEN true THEN null ELSE 1 END AND true AS v
RETURN nullIf(1, 2) AND true AS v
RETURN head([]) AND true AS v
RETURN (1 + $p) AND true AS v
MATCH (g) RETURN (1 + g.x) AND true AS v
MATCH (g) RETURN (g.x - g.y) AND true AS v
MATCH (g) RETURN (g.x + g.y) AND true AS v
MATCH (g) RETURN -g.x AND true AS v
MATCH (g) RETURN ('a' + g.x) AND true AS v
MATCH (g) RETURN ('a' + g.x) - 1 AS v
MATCH (g) RETURN (1 + g.x) =~ 'a' AS v
MATCH (g) RETURN (1 * g.x) =~ 'a' AS v
RETURN ($p * 1) =~ 'a' AS v
MATCH (g) RETURN [1][g.x * 2] AS v
RETURN [1][1 / 2] AS v
RETURN [1][2 ^ 2] AS v
RETURN [1][1.5 + 1] AS v
MATCH (g) RETURN [1][g.x + 1.5] AS v
RETURN [1][$p * 1.5] AS v
RETURN [1][abs(1.5)] AS v
RETURN [1][round(1.5)] AS v
MATCH (g) RETURN [1][max(g.x)] AS v
MATCH (g) RETURN [1][avg(g.x)] AS v
RETURN [1][7 % 2.5] AS v
RETURN [[1], [$p]][0][0] AND true AS v
RETURN [{a: 1}, [1]][0] AND true AS v
RETURN [1] + [] + 'a' AS v
MATCH (n)-[r*]->() RETURN r + 1 AS v
MATCH (n)-[r*]->() RETURN r[0].x AS v
MATCH (n)-[r*]->() RETURN labels(r[0]) AS v
MATCH (n)-[r*]->() RETURN r =~ 'a' AS v
MATCH (n) RETURN {a: n}.a:Gene AS v
MATCH (n)-[r]->() RETURN labels(coalesce(n, r)) AS v
RETURN properties($p) AND true AS v
RETURN keys($p)[0] AND true AS v
RETURN reduce(s = 0, x IN [1] | $p) AND true AS v
RETURN reduce(s = $p, x IN [1] | 'a') AND true AS v
MATCH (n) RETURN reduce(s = n.x, x IN [1] | labels(s)) AS v
MATCH (n) RETURN reduce(s = 0, x IN [1] | s + n.x) AS v
MATCH (n) RETURN reduce(s = n.x, x IN [1] | {a: 1}) AS v
RETURN reduce(s = 1, x IN [1] | [1]) AS v
RETURN reduce(s = ['b'], x IN [1] | [1]) AS v
MATCH (n) RETURN reduce(s = {}, x IN [1] | n) AS v
MATCH (n) RETURN reduce(s = n, x IN [1] | 1) AS v
