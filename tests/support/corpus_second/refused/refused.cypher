// What Neo4j 5.26 refuses, before it runs or while it does.

// name: aggregation_025
UNWIND [1, 2, 3, 4] AS x WITH x % 2 AS k, x RETURN k + sum(x) AS a;

// name: aggregation_027
UNWIND [1, 2, 3, 4] AS x RETURN x % 2 AS k, (x % 2) + count(*) AS a;

// name: errors_001
RETURN x;

// name: errors_002
RETURN x.y AS z;

// name: errors_003
MATCH (g:Gene) RETURN h;

// name: errors_004
MATCH (g:Gene) RETURN g.symbol AS a, g.name AS a;

// name: errors_005
MATCH (g:Gene) WITH g.symbol RETURN 1;

// name: errors_006
MATCH (g:Gene) WITH g.symbol AS s RETURN g;

// name: errors_007
MATCH (g:Gene) WITH g, count(*) RETURN g;

// name: errors_008
MATCH (g:Gene) WITH DISTINCT g.symbol AS s WHERE g.name = 'x' RETURN s;

// name: errors_009
MATCH (g:Gene) WITH count(*) AS n WHERE g.symbol = 'x' RETURN n;

// name: errors_010
MATCH (g:Gene) WITH g.species AS s, count(*) AS n ORDER BY g.symbol RETURN s;

// name: errors_011
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n ORDER BY g.symbol;

// name: errors_012
MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY g.symbol;

// name: errors_013
MATCH (g:Gene) WHERE count(g) > 1 RETURN g;

// name: errors_014
MATCH (g:Gene) RETURN count(count(g)) AS n;

// name: errors_015
MATCH (g:Gene) RETURN sum(size(collect(g))) AS n;

// name: errors_016
MATCH (g:Gene) RETURN [x IN collect(g) | count(x)] AS n;

// name: errors_017
MATCH (g:Gene) WHERE [x IN [1] | count(x)] = [1] RETURN g;

// name: errors_018
MATCH (g:Gene) RETURN any(x IN [1] WHERE count(g) > x) AS n;

// name: errors_019
MATCH (g:Gene) RETURN reduce(a = 0, x IN [1] | a + count(g)) AS n;

// name: errors_020
UNWIND [count(1)] AS x RETURN x;

// name: errors_021
MATCH (g:Gene {symbol: count(*)}) RETURN g;

// name: errors_022
MATCH (g:Gene) RETURN g.id + count(*) AS n;

// name: errors_023
MATCH (g:Gene) RETURN g.n + g.m + count(*) AS n;

// name: errors_024
MATCH (g:Gene)-[r]->(g2) RETURN r.mean - avg(r.mean) AS d;

// name: errors_025
MATCH (g:Gene) RETURN {a: g.symbol, n: count(*)} AS m;

// name: errors_026
MATCH (g:Gene) RETURN g.symbol = 'a' AND count(*) > 1 AS m;

// name: errors_027
MATCH (g:Gene) RETURN CASE WHEN g.symbol = 'a' THEN count(*) END AS m;

// name: errors_028
MATCH (g:Gene) RETURN size(g.synonyms) + count(*) AS n, g.id AS g;

// name: errors_029
MATCH (g:Gene) RETURN * , count(*) + size(g.synonyms) AS n ORDER BY h.x;

// name: errors_030
MATCH (g), (g:Gene) MATCH (a)-[g]->(b) RETURN g;

// name: errors_031
MATCH (a)-[a]->(b) RETURN a;

// name: errors_035
MATCH p = (a)-->(b) MATCH (p)-->(c) RETURN p;

// name: errors_036
MATCH p = (a)-->(b), p = (c)-->(d) RETURN p;

// name: errors_037
MATCH p = (a)-->(p) RETURN p;

// name: errors_038
MATCH (a) WITH a AS x, a AS x RETURN x;

// name: errors_039
WITH 1 AS a, 2 AS a RETURN a;

// name: errors_040
WITH 1 AS x MATCH (x) RETURN x;

// name: errors_041
WITH 'a' AS x MATCH (a)-[x]->(b) RETURN x;

// name: errors_042
WITH [1] AS x MATCH (a)-[x]->(b) RETURN x;

// name: errors_043
MATCH (a)-[r]->(b) WITH r MATCH (r)-->(c) RETURN c;

// name: errors_044
MATCH (a) WITH a MATCH (b)-[a]->(c) RETURN c;

// name: errors_045
WITH 1 AS x RETURN x.y AS z;

// name: errors_046
WITH true AS x RETURN x.y AS z;

// name: errors_047
WITH 'a' AS x RETURN x.y AS z;

// name: errors_048
RETURN 1 + true AS x;

// name: errors_049
RETURN 'a' - 1 AS x;

// name: errors_050
RETURN true + true AS x;

// name: errors_051
RETURN 'a' * 2 AS x;

// name: errors_052
RETURN -'a' AS x;

// name: errors_053
RETURN {a: 1} + 1 AS x;

// name: errors_054
RETURN [1] - 1 AS x;

// name: errors_055
RETURN 1 AND true AS x;

// name: errors_056
RETURN 'true' OR false AS x;

// name: errors_057
RETURN NOT 1 AS x;

// name: errors_058
RETURN NOT 'a' AS x;

// name: errors_059
RETURN NOT [] AS x;

// name: errors_060
RETURN true XOR 1.5 AS x;

// name: errors_063
RETURN 1 =~ 'a' AS x;

// name: errors_064
RETURN 'a' =~ '(' AS x;

// name: errors_065
RETURN 1 IN 2 AS x;

// name: errors_066
RETURN 1 IN 'abc' AS x;

// name: errors_067
RETURN [1, 2]['a'] AS x;

// name: errors_068
RETURN [1, 2][1.5] AS x;

// name: errors_069
RETURN {a: 1}[0] AS x;

// name: errors_070
RETURN 5[0] AS x;

// name: errors_071
RETURN [1]['a'..] AS x;

// name: errors_072
RETURN size(5) AS x;

// name: errors_073
RETURN size({a: 1}) AS x;

// name: errors_074
RETURN head('abc') AS x;

// name: errors_075
RETURN last(5) AS x;

// name: errors_076
RETURN keys([1]) AS x;

// name: errors_077
RETURN keys('a') AS x;

// name: errors_078
RETURN labels('a') AS x;

// name: errors_079
RETURN type('a') AS x;

// name: errors_080
RETURN type({a: 1}) AS x;

// name: errors_081
RETURN length('abc') AS x;

// name: errors_082
RETURN length([1]) AS x;

// name: errors_083
RETURN nodes([1]) AS x;

// name: errors_084
RETURN abs('a') AS x;

// name: errors_085
RETURN sqrt('a') AS x;

// name: errors_086
RETURN toUpper(1) AS x;

// name: errors_087
RETURN left('a') AS x;

// name: errors_088
RETURN left('a', 'b') AS x;

// name: errors_089
RETURN substring('abc', 'a') AS x;

// name: errors_090
RETURN toString([1]) AS x;

// name: errors_091
RETURN toString({a: 1}) AS x;

// name: errors_092
RETURN toInteger({a: 1}) AS x;

// name: errors_093
RETURN toBoolean(1.5) AS x;

// name: errors_094
RETURN toFloat(true) AS x;

// name: errors_095
RETURN range(1, 5, 0) AS x;

// name: errors_096
RETURN range('a', 5) AS x;

// name: errors_097
RETURN range(1.5, 5) AS x;

// name: errors_098
RETURN split('a', 1) AS x;

// name: errors_099
RETURN replace('a', 1, 2) AS x;

// name: errors_100
RETURN coalesce() AS x;

// name: errors_101
RETURN nope(1) AS x;

// name: errors_102
RETURN count(*) AS n, nope AS m;

// name: errors_103
RETURN sum('a') AS x;

// name: errors_104
UNWIND ['a'] AS x RETURN sum(x) AS s;

// name: errors_105
UNWIND ['a', 1] AS x RETURN avg(x) AS s;

// name: errors_106
UNWIND [1, 2] AS x RETURN percentileCont(x, 1.5) AS s;

// name: errors_107
UNWIND [1, 2] AS x RETURN percentileDisc(x, -0.1) AS s;

// name: errors_108
UNWIND ['a'] AS x RETURN percentileCont(x, 0.5) AS s;

// name: errors_109
UNWIND ['a'] AS x RETURN stDev(x) AS s;

// name: errors_110
UNWIND [1, 'a'] AS x RETURN x + 1 - 1 AS y;

// name: errors_111
UNWIND [1, 'a'] AS x RETURN abs(x) AS y;

// name: errors_112
UNWIND [true, 1] AS x RETURN NOT x AS y;

// name: errors_114
UNWIND ['a', [1]] AS x RETURN toUpper(x) AS y;

// name: errors_115
UNWIND [1, 2] AS x RETURN 10 / (x - 1) AS y;

// name: errors_116
UNWIND [{a: 1}, 5] AS x RETURN x.a AS y;

// name: errors_117
UNWIND [[1], {a: 1}] AS x RETURN x[0] AS y;

// name: errors_118
MATCH (g:Gene) RETURN g + 1 AS x;

// name: errors_119
MATCH (g:Gene) RETURN g.symbol - 1 AS x;

// name: errors_120
MATCH (g:Gene) WHERE g.symbol RETURN g;

// name: errors_121
MATCH (g:Gene) WHERE g RETURN g;

// name: errors_122
MATCH (g:Gene) WHERE 'a' RETURN g;

// name: errors_123
MATCH (g:Gene) WHERE 1 RETURN g;

// name: errors_124
MATCH (g:Gene) WHERE [] RETURN count(g) AS n;

// name: errors_125
MATCH (g:Gene) WHERE size(g) > 1 RETURN g;

// name: errors_126
MATCH (g:Gene) WHERE type(g) = 'x' RETURN g;

// name: errors_127
MATCH ()-[r]->() RETURN labels(r) AS l;

// name: errors_128
MATCH ()-[r]->() RETURN nodes(r) AS l;

// name: errors_129
MATCH (g:Gene) RETURN startNode(g) AS l;

// name: errors_130
MATCH (g:Gene) RETURN length(g) AS l;

// name: errors_131
MATCH p = (g:Gene) RETURN p.id AS l;

// name: errors_132
MATCH p = (g:Gene)-->() RETURN size(p) AS l;

// name: errors_133
MATCH p = (g:Gene)-->() RETURN labels(p) AS l;

// name: errors_134
MATCH p = (g:Gene)-->() RETURN type(p) AS l;

// name: errors_135
MATCH (g:Gene)-[r*1..2]->() RETURN r.mean AS l;

// name: errors_136
MATCH (g:Gene)-[r*1..2]->() RETURN type(r) AS l;

// name: errors_137
MATCH (g:Gene) WHERE (g)-[r]->() RETURN g;

// name: errors_138
MATCH (g:Gene) WHERE (g)-->(t) RETURN g;

// name: errors_139
MATCH (g:Gene) RETURN (g)-->() AS x;

// name: errors_140
MATCH (g:Gene) RETURN [(g)-->(t)] AS x;

// name: errors_141
MATCH (g:Gene) WITH (g)-->() AS x RETURN x;

// name: errors_142
MATCH (g:Gene) WHERE (g) RETURN g;

// name: errors_143
MATCH (g:Gene)-[:A|B*0..]-(:C) RETURN z;

// name: errors_144
MATCH (g:Gene)-[r:EXPRESSED_IN*..]->(b) WHERE r.mean > 1 RETURN b;

// name: errors_145
MATCH (g:Gene) RETURN g LIMIT -1;

// name: errors_146
MATCH (g:Gene) RETURN g LIMIT 1.5;

// name: errors_147
MATCH (g:Gene) RETURN g LIMIT 'a';

// name: errors_148
MATCH (g:Gene) RETURN g SKIP -1;

// name: errors_149
MATCH (g:Gene) RETURN g LIMIT g.n;

// name: errors_150
MATCH (g:Gene) RETURN g LIMIT null;

// name: errors_151
MATCH (g:Gene) RETURN g SKIP null;

// name: errors_152
MATCH (g:Gene) RETURN g LIMIT count(*);

:param n => -1
// name: errors_153
MATCH (g:Gene) RETURN g.id AS id LIMIT $n;

:param n => "a"
// name: errors_154
MATCH (g:Gene) RETURN g.id AS id LIMIT $n;

// name: errors_155
MATCH (g:Gene);

// name: errors_156
MATCH (g:Gene) WITH g;

// name: errors_157
WITH 1 AS x;

// name: errors_158
UNWIND [1] AS x;

// name: errors_159
RETURN *;

// name: errors_160
MATCH () RETURN *;

// name: errors_161
MATCH (:Gene)-->() RETURN *;

// name: errors_162
RETURN 1 AS a UNION RETURN 2 AS b;

// name: errors_163
RETURN 1 AS a, 2 AS b UNION RETURN 2 AS a;

// name: errors_164
RETURN 1 AS a UNION RETURN 2 AS a UNION ALL RETURN 3 AS a;

// name: errors_165
MATCH (g:Gene) RETURN g UNION MATCH (h:Gene) RETURN h;

// name: errors_166
MATCH (g:Gene) CALL (g) { RETURN g.id AS g } RETURN g;

// name: errors_167
MATCH (g:Gene) CALL (g) { MATCH (h:Gene) RETURN g } RETURN h;

// name: errors_168
MATCH (g:Gene) CALL { WITH g RETURN g } RETURN g;

// name: errors_169
MATCH (g:Gene) CALL (h) { RETURN 1 AS x } RETURN x;

// name: errors_170
MATCH (g:Gene) CALL () { RETURN g.id AS x } RETURN x;

// name: errors_171
MATCH (g:Gene) CALL (g) { RETURN g.id } RETURN g;

// name: errors_172
MATCH (g:Gene) CALL (g) { RETURN 1 AS x UNION RETURN 2 AS y } RETURN x;

// name: errors_173
MATCH (g:Gene) CALL (g) { WITH g RETURN h } RETURN g;

// name: errors_174
MATCH (g:Gene) CALL (g) { MATCH (g)-->(t) RETURN t } RETURN t, x;

// name: errors_175
MATCH (g:Gene) WHERE EXISTS { RETURN h } RETURN g;

// name: errors_176
MATCH (g:Gene) WHERE EXISTS { MATCH (g)-->(t) } RETURN t;

// name: errors_177
MATCH (g:Gene) WHERE COUNT { (g)-->(t) WHERE u.id = 1 } > 1 RETURN g;

// name: errors_178
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) RETURN t, g.id AS x } AS l;

// name: errors_179
MATCH (g:Gene) RETURN COLLECT { MATCH (g)-->(t) } AS l;

// name: errors_180
MATCH (g:Gene) RETURN COUNT { MATCH (g)-->(t) WITH g.id AS g RETURN t } AS l;

// name: errors_181
MATCH (g:Gene) RETURN [g IN [1] | g.x] AS l;

// name: errors_182
RETURN [x IN 5 | x] AS l;

// name: errors_183
RETURN any(x IN 5 WHERE true) AS l;

// name: errors_184
RETURN any(x IN [1] WHERE x) AS l;

// name: errors_185
RETURN [x IN [1] WHERE x | x] AS l;

// name: errors_186
RETURN reduce(a = 0, x IN 5 | a) AS l;

// name: errors_187
RETURN reduce(a = 0, x IN [1] | b) AS l;

// name: errors_188
RETURN CASE WHEN 1 THEN 2 END AS l;

// name: errors_189
RETURN CASE END AS l;

// name: errors_190
RETURN CASE WHEN true THEN 1 ELSE END AS l;

// name: errors_191
RETURN 1 = = 2 AS l;

// name: errors_192
RETURN (1 AS l;

// name: errors_193
RETURN [1, 2 AS l;

// name: errors_194
RETURN {a 1} AS l;

// name: errors_195
RETURN 'a' 'b' AS l;

// name: errors_196
RETURN 1 2 AS l;

// name: errors_197
RETURN AS l;

// name: errors_198
RETURN 1 AS;

// name: errors_199
RETURN 0x AS l;

// name: errors_200
RETURN 1__0 AS l;

// name: errors_201
RETURN 9223372036854775808 AS l;

// name: errors_202
RETURN -9223372036854775809 AS l;

// name: errors_203
RETURN '\u00g1' AS l;

// name: errors_205
RETURN $ AS l;

// name: errors_206
MATCH (g:Gene WHERE h.x = 1) RETURN g;

// name: errors_207
MATCH (g:Gene {symbol}) RETURN g;

// name: errors_208
MATCH (g:) RETURN g;

// name: errors_209
MATCH (g:Gene)-[r:]->() RETURN g;

// name: errors_210
MATCH (g:Gene)-->-->() RETURN g;

// name: errors_211
MATCH (g:Gene)-[r*2..1.5]->() RETURN g;

// name: errors_212
MATCH (g:Gene)-[r*-1]->() RETURN g;

// name: errors_213
MATCH (g:Gene)-[:EXPRESSED_IN]->{2,1}(t) RETURN g;

// name: errors_214
MATCH (g:Gene)-[:EXPRESSED_IN]->{0}(t) RETURN g;

// name: errors_215
MATCH ((x)-[:A]->(y))+ RETURN x.id AS id;

// name: errors_216
MATCH (a) ((x)-[r:SUBCLASS_OF]->(y))+ (b) RETURN r.source AS s;

// name: errors_217
MATCH (a) ((a)-[r:SUBCLASS_OF]->(y))+ (b) RETURN a;

// name: errors_218
MATCH (a) ((x))+ (b) RETURN a;

// name: errors_219
MATCH (a) (((x)-->(y))+)+ (b) RETURN a;

// name: errors_220
MATCH (a)-[:SUBCLASS_OF*]->+(b) RETURN a;

// name: errors_221
MATCH p = shortestPath((a)-[:X]->(b)-[:Y]->(c)) RETURN p;

// name: errors_222
MATCH p = shortestPath((a:Gene)) RETURN p;

// name: errors_223
MATCH p = shortestPath((a)-[:SUBCLASS_OF*2..3]->(b)) RETURN p;

// name: errors_224
MATCH (a:CellType) MATCH p = shortestPath((a)-[:SUBCLASS_OF*]-(a)) RETURN p;

// name: errors_228
MATCH (a:Gene) RETURN a.id ORDER BY;

// name: errors_229
MATCH (a:Gene) RETURN DISTINCT;

// name: errors_230
RETURN DISTINCT *;

// name: errors_231
OPTIONAL WITH 1 AS x RETURN x;

// name: errors_232
MATCH (a) WHERE a.id = 1 WHERE a.x = 2 RETURN a;

// name: errors_233
MATCH (a) RETURN a MATCH (b) RETURN b;

// name: errors_234
RETURN 1 AS x WITH x RETURN x;

// name: errors_235
RETURN foo.bar(1) AS x;

// name: errors_236
RETURN exists(1) AS x;

// name: errors_237
MATCH (g:Gene) RETURN exists(g.symbol) AS x;

// name: errors_238
RETURN filter(x IN [1] WHERE x = 1) AS l;

// name: errors_239
RETURN extract(x IN [1] | x) AS l;

// name: errors_240
MATCH (g:Gene) RETURN id(g.symbol) AS l;

// name: errors_241
MATCH (g:Gene {symbol: $p}) WHERE g.id = {p} RETURN g;

// name: errors_242
WITH 1 AS x CALL { WITH x, y RETURN 1 AS z } RETURN z;

// name: errors_243
WITH 1 AS x CALL (x) { RETURN x + 1 AS x } RETURN x;

// name: errors_244
WITH 1 AS x CALL (x) { WITH 2 AS x RETURN x AS y } RETURN y;

// name: errors_245
MATCH (a:Gene), (a:Species) RETURN labels(a) AS l, b;

// name: errors_246
MATCH (a:Gene)-[r WHERE s.x = 1]->(b)-[s]->(c) RETURN a.zz, zz;

// name: errors_247
RETURN date('x') AS d;

// name: errors_248
RETURN point({x: 'a', y: 1}) AS p;

// name: paths_107
MATCH REPEATABLE ELEMENTS (a:CellType)-[:SUBCLASS_OF]-(b)-[:SUBCLASS_OF]-(c) RETURN count(*) AS n;

// name: paths_108
MATCH DIFFERENT RELATIONSHIPS (a:CellType)-[:SUBCLASS_OF]-(b)-[:SUBCLASS_OF]-(c) RETURN count(*) AS n;

// name: projection_085
// ordered
MATCH (g:Gene) RETURN g.species AS s ORDER BY count(*), s;

// name: scalars_003
RETURN 1 / 0 AS a;

// name: scalars_004
RETURN 1 % 0 AS a;

// name: scalars_005
RETURN 9223372036854775807 + 1 AS a;

// name: scalars_006
RETURN 9223372036854775807 * 2 AS a;

// name: scalars_007
RETURN -9223372036854775808 - 1 AS a;

// name: scalars_015
RETURN sin(0) AS a, cos(0) AS b, tan(0.5) AS c, asin(1) AS d, acos(2) AS e, atan(1) AS f, atan2(1, 2) AS g, haversin(1) AS h, sinh(1) AS i, cosh(1) AS j, tanh(1) AS k, coth(1) AS l;

// name: scalars_026
UNWIND [1, [1]] AS x RETURN toInteger(x) AS a;

// name: scalars_029
RETURN left('hello', -1) AS a;

// name: scalars_031
RETURN substring('hello', -1) AS a;

// name: scalars_039
RETURN 'a' + 1 AS a, 1 + 'a' AS b, 'a' + 1.5 AS c, 'a' + true AS d, 'a' + null AS e, 'a' || 'b' AS f, [1] || [2] AS g;

// name: scalars_059
RETURN 1e400 AS a;

// name: scalars_064
RETURN toInteger('9223372036854775808') AS a;

// name: subquery_036
// ordered
MATCH (t:CellType) RETURN t.id AS t ORDER BY COUNT { (t)<-[:EXPRESSED_IN]-() } DESC, t;
