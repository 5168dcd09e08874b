// Lists: membership, places, comprehensions, any and all, reduce.

RETURN 1 IN [1, 2] AS v
RETURN 1 IN 1 AS v
RETURN 1 IN 'abc' AS v
RETURN 1 IN {a: 1} AS v
RETURN 1 IN true AS v
RETURN 1 IN null AS v
RETURN 1 IN $p AS v
RETURN 'a' IN ['a'] AND 1 AS v
RETURN [1, 2][0] AS v
RETURN [1, 2]['a'] AS v
RETURN [1, 2][1.5] AS v
RETURN [1, 2][true] AS v
RETURN [1, 2][null] AS v
RETURN [1, 2][$p] AS v
RETURN 1[0] AS v
RETURN 'abc'[0] AS v
RETURN true[0] AS v
RETURN {a: 1}['a'] AS v
RETURN {a: 1}[0] AS v
RETURN {a: 1}[null] AS v
RETURN [1, 2, 3][0..2] AS v
RETURN [1, 2, 3]['a'..2] AS v
RETURN [1, 2, 3][0..'b'] AS v
RETURN [1, 2, 3][0.5..2] AS v
RETURN [1, 2, 3][..] AS v
RETURN [1, 2, 3][..2] AS v
RETURN 'abc'[0..2] AS v
RETURN 1[0..2] AS v
RETURN {a: 1}[0..1] AS v
RETURN null[0..1] AS v
RETURN [1] + [2] AS v
RETURN [1] + 2 AS v
RETURN 1 + [2] AS v
RETURN [1] + 'a' AS v
RETURN [1] - [1] AS v
RETURN [1] * 2 AS v
RETURN [1] || [2] AS v
RETURN [1] || 2 AS v
RETURN 'a' || 1 AS v
RETURN 'a' || 'b' AS v
RETURN head([1]) AND true AS v
RETURN head([true]) AND true AS v
RETURN head([1, 'a']) AND true AS v
RETURN head([[1]]) + 1 AS v
RETURN head(head([1])) AS v
RETURN head(1) AS v
RETURN head('abc') AS v
RETURN last([1]) AND true AS v
RETURN tail([1])[0] AND true AS v
RETURN [1][0] AND true AS v
RETURN [1, 'a'][0] AND true AS v
RETURN [1, 2.5][0] AND true AS v
RETURN [1, null][0] AND true AS v
RETURN [$p][0] AND true AS v
RETURN [1, $p][0] AND true AS v
RETURN [[1], [2]][0][0] AND true AS v
RETURN [[1], ['a']][0][0] AND true AS v
RETURN ([1] + ['a'])[0] AND true AS v
RETURN ([1] + [2])[0] AND true AS v
RETURN ([1] + 2)[0] AND true AS v
RETURN ([1] + 'a')[0] AND true AS v
RETURN size(1) AS v
RETURN size([1]) AND true AS v
RETURN size({a: 1}) AS v
RETURN reverse(1) AS v
RETURN reverse([1])[0] AND true AS v
RETURN range(1, 'a') AS v
RETURN range(1, 2.5) AS v
RETURN range(1, 5)[0] AND true AS v
RETURN range(1) AS v
RETURN range(1, 2, 3, 4) AS v
RETURN [x IN [1, 2] | x] AS v
RETURN [x IN [1, 2] WHERE x > 1] AS v
RETURN [x IN [1, 2] WHERE x] AS v
RETURN [x IN [1, 2] WHERE x + 1 | x] AS v
RETURN [x IN [true] WHERE x | x] AS v
RETURN [x IN 1 | x] AS v
RETURN [x IN 'abc' | x] AS v
RETURN [x IN {a: 1} | x] AS v
RETURN [x IN null | x] AS v
RETURN [x IN [1] | x.a] AS v
RETURN [x IN ['a'] | x.a] AS v
RETURN [x IN [{a: 1}] | x.a] AS v
RETURN [x IN [1] | y] AS v
RETURN [x IN [1] | x] AS v, x
RETURN [x IN x | x] AS v
WITH 1 AS x RETURN [x IN [1, 2] | x] AS v
WITH 'a' AS x RETURN [x IN [1, 2] | x AND true] AS v
RETURN [x IN [1, 2] | x AND true] AS v
RETURN [x IN [1] | [y IN [2] | x + y]] AS v
RETURN [x IN [1] | [y IN [2] | z]] AS v
RETURN [x IN [1] | x][0] AND true AS v
RETURN [x IN [1] | 'a'][0] AND true AS v
RETURN [x IN [1] WHERE x > 0][0] AND true AS v
RETURN all(x IN [1] WHERE x > 0) AS v
RETURN all(x IN [1] WHERE x) AS v
RETURN all(x IN 1 WHERE x > 0) AS v
RETURN any(x IN 'a' WHERE x > 0) AS v
RETURN none(x IN [1] WHERE y > 0) AS v
RETURN single(x IN [1] WHERE x = 'a') AS v
RETURN single(x IN [1] WHERE x.a = 'a') AS v
RETURN any(x IN [1] WHERE x > 0) + 1 AS v
RETURN any(x IN [1] WHERE x > 0) AND true AS v
RETURN any(x IN [1]) AS v
RETURN any(x IN [[1]] WHERE any(y IN x WHERE y > 0)) AS v
RETURN any(x IN [1] WHERE any(y IN x WHERE y > 0)) AS v
RETURN reduce(s = 0, x IN [1] | s + x) AS v
RETURN reduce(s = 0, x IN [1] | s + 'a') AS v
RETURN reduce(s = 0, x IN [1] | s + 1.5) AS v
RETURN reduce(s = 0.0, x IN [1] | s + x) AS v
RETURN reduce(s = '', x IN ['a'] | s + x) AS v
RETURN reduce(s = '', x IN [1] | s + x) AS v
RETURN reduce(s = [], x IN [1] | s + x) AS v
RETURN reduce(s = [], x IN [1] | x) AS v
RETURN reduce(s = true, x IN [1] | s AND x > 0) AS v
RETURN reduce(s = true, x IN [1] | s AND x) AS v
RETURN reduce(s = null, x IN [1] | x) AS v
RETURN reduce(s = 0, x IN 1 | s + x) AS v
RETURN reduce(s = 0, x IN [1] | s + y) AS v
RETURN reduce(s = 0, x IN [1] | toFloat(x)) AS v
RETURN reduce(s = 0, x IN [1] | toString(x)) AS v
RETURN reduce(s = 0, x IN $p | s + x) AS v
RETURN reduce(s = 0, x IN ['a'] | s + size(x)) AS v
RETURN reduce(s = {n: 0}, x IN [1] | {n: s.n + x}) AS v
RETURN reduce(s = 0, s IN [1] | s) AS v
RETURN reduce(s = 0, x IN [1] | s + x) AND true AS v
