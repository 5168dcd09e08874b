// Aggregates of any kind around any expression, grouping keys, aggregates of nothing.

// name: aggregation_001
MATCH (n:Nope) RETURN count(*) AS a, count(n) AS b, sum(n.x) AS c, avg(n.x) AS d, min(n.x) AS e, max(n.x) AS f, collect(n.x) AS g, stDev(n.x) AS h, stDevP(n.x) AS i;

// name: aggregation_002
MATCH (n:Nope) RETURN n.x AS k, count(*) AS a;

// name: aggregation_003
MATCH (n:Nope) RETURN 1 AS k, count(*) AS a;

// name: aggregation_004
MATCH (n:Nope) RETURN count(*) + 1 AS a, 5 AS b;

// name: aggregation_005
MATCH (n:Nope) RETURN sum(n.x) + count(n) AS a, coalesce(max(n.x), -1) AS b, size(collect(n)) AS c;

// name: aggregation_006
MATCH (n:Nope) WITH count(*) AS c WHERE c = 0 RETURN c;

// name: aggregation_007
MATCH (n:Nope) RETURN percentileCont(n.x, 0.5) AS a, percentileDisc(n.x, 0.5) AS b;

// name: aggregation_008
UNWIND [] AS x RETURN sum(x) AS s, collect(DISTINCT x) AS c, count(DISTINCT x) AS d;

// name: aggregation_009
UNWIND [null, null] AS x RETURN sum(x) AS s, avg(x) AS a, min(x) AS m, collect(x) AS c, count(x) AS n, count(*) AS k, stDev(x) AS d;

// name: aggregation_010
UNWIND [1, 2, 2, null, 3.5] AS x RETURN sum(x) AS s, avg(x) AS a, min(x) AS m, max(x) AS k, count(x) AS n, sum(DISTINCT x) AS d, avg(DISTINCT x) AS e, count(DISTINCT x) AS f;

// name: aggregation_011
UNWIND [1, 2, 3] AS x RETURN sum(x) AS s, avg(x) AS a, sum(x) / count(x) AS q, sum(x) * 1.0 / count(x) AS r, stDev(x) AS d, stDevP(x) AS p;

// name: aggregation_012
UNWIND [1.5] AS x RETURN stDev(x) AS d, stDevP(x) AS p, percentileCont(x, 0.9) AS c, percentileDisc(x, 0.1) AS e;

// name: aggregation_013
UNWIND [1, 2, 3, 4] AS x RETURN percentileCont(x, 0.25) AS a, percentileDisc(x, 0.25) AS b, percentileDisc(x, 0.5) AS c, percentileCont(x, 1) AS d;

// name: aggregation_014
UNWIND [10, 20, 20, 30] AS x RETURN percentileCont(DISTINCT x, 0.5) AS a, percentileDisc(DISTINCT x, 0.5) AS b, stDev(DISTINCT x) AS c;

// name: aggregation_015
UNWIND ['b', 'a', null, 'c'] AS x RETURN min(x) AS a, max(x) AS b, count(x) AS c;

// name: aggregation_016
UNWIND [true, false, null] AS x RETURN min(x) AS a, max(x) AS b;

// name: aggregation_017
UNWIND [1, 'a', 2.5, true, [1]] AS x RETURN min(x) AS a, max(x) AS b, count(DISTINCT x) AS c;

// name: aggregation_018
UNWIND [1, 1.0] AS x RETURN count(DISTINCT x) AS c, sum(x) AS s;

// name: aggregation_019
UNWIND [[1], [1], [2]] AS x RETURN count(DISTINCT x) AS c, max(x) AS m;

// name: aggregation_020
// bags
UNWIND [1, null, 1, 2] AS x RETURN collect(x) AS a, collect(DISTINCT x) AS b;

// name: aggregation_021
// bags
UNWIND [1, 2, 3, 4] AS x RETURN x % 2 AS k, collect(x) AS l, sum(x) AS s;

// name: aggregation_022
// bags
UNWIND [1, 2, 3, 4] AS x RETURN x % 2 = 0 AS k, collect({x: x}) AS l, collect([x, -x]) AS m;

// name: aggregation_023
// bags
UNWIND [1, 2, 3, 4] AS x RETURN collect(CASE WHEN x > 2 THEN x END) AS l, count(CASE WHEN x > 2 THEN 1 END) AS n;

// name: aggregation_024
UNWIND [1, 2, 3, 4] AS x RETURN sum(CASE WHEN x > 2 THEN x ELSE 0 END) AS a, sum(CASE WHEN x > 2 THEN x ELSE 0.5 END) AS b;

// name: aggregation_026
UNWIND [1, 2, 3, 4] AS x WITH x % 2 AS k, x RETURN k, k + sum(x) AS a, max(x) - min(x) AS r;

// name: aggregation_028
UNWIND [1, 2, 3, 4] AS x RETURN [count(*), sum(x)] AS l, {n: count(*), m: max(x)} AS m;

// name: aggregation_029
UNWIND [1, 2, 3, 4] AS x WITH sum(x) AS s, count(*) AS n RETURN toFloat(s) / n AS a, round(toFloat(s) / n, 1) AS b;

// name: aggregation_030
UNWIND [1, 2, 3, 4] AS x WITH count(x) AS n UNWIND range(1, n) AS y RETURN sum(y) AS s;

// name: aggregation_031
UNWIND [1, 2, 3, 4] AS x WITH collect(x) AS l RETURN reduce(a = 0, y IN l | a + y) AS s, size(l) AS n;

// name: aggregation_032
MATCH (g:Gene) RETURN count(g) AS a, count(g.symbol) AS b, count(DISTINCT g.symbol) AS c, count(DISTINCT g.species) AS d, count(DISTINCT g) AS e;

// name: aggregation_033
MATCH (g:Gene) RETURN g.species AS s, count(*) AS n, min(g.symbol) AS lo, max(g.symbol) AS hi, min(size(g.synonyms)) AS k;

// name: aggregation_034
MATCH (g:Gene) RETURN g.species AS s, size(g.synonyms) AS k, count(*) AS n;

// name: aggregation_035
MATCH (g:Gene) RETURN toUpper(left(g.symbol, 1)) AS s, count(*) AS n;

// name: aggregation_036
MATCH (g:Gene) RETURN g.symbol IS NULL AS s, count(*) AS n;

// name: aggregation_037
MATCH (g:Gene) RETURN count(*) > 5 AS many, 'x' + toString(count(*)) AS t;

// name: aggregation_038
MATCH (g:Gene) RETURN max(g.synonyms) AS a, min(g.synonyms) AS b;

// name: aggregation_039
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN t.id AS t, avg(e.mean) AS m, sum(e.n_cells) AS n, max(e.fraction) AS f, count(DISTINCT g) AS g;

// name: aggregation_040
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN t.id AS t, sum(e.mean * e.n_cells) / sum(e.n_cells + 1) AS w;

// name: aggregation_041
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN t.id AS t, round(avg(e.mean), 3) AS m, round(stDev(e.mean), 3) AS s, toInteger(sum(e.mean)) AS i;

// name: aggregation_042
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN t.id AS t, percentileCont(e.mean, 0.5) AS c, percentileDisc(e.mean, 0.5) AS d, percentileDisc(e.n_cells, 0.9) AS n;

// name: aggregation_043
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN t.id AS t, e.dataset AS d, max(e.mean) - min(e.mean) AS span;

// name: aggregation_044
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN e.dataset AS d, sum(e.n_cells) AS n, avg(e.n_cells) AS a, stDevP(e.n_cells) AS s;

// name: aggregation_045
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN e.mean > 1 AS high, t.deprecated AS d, count(*) AS n, avg(e.fraction) AS f;

// name: aggregation_046
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, avg(e.mean) AS m MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WHERE e.mean > m RETURN t.id AS t, count(g) AS n;

// name: aggregation_047
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, max(e.mean) AS m MATCH (g)-[e:EXPRESSED_IN {mean: m}]->(t) RETURN t.id AS t, m, count(g) AS n;

// name: aggregation_048
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, avg(e.mean) AS m RETURN avg(m) AS a, min(m) AS lo, max(m) AS hi, count(*) AS n;

// name: aggregation_049
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH g, count(DISTINCT t) AS n RETURN n, count(*) AS c;

// name: aggregation_050
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH g, count(*) AS n WITH max(n) AS m MATCH (h:Gene) WHERE COUNT { (h)-[:EXPRESSED_IN]->() } = m RETURN count(h) AS n, m;

// name: aggregation_051
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, collect(e.mean) AS ms RETURN t.id AS t, size(ms) AS n, reduce(s = 0.0, m IN ms | s + m) / size(ms) AS a;

// name: aggregation_052
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, collect(DISTINCT g) AS gs RETURN t.id AS t, size([g IN gs WHERE g.symbol IS NOT NULL]) AS n;

// name: aggregation_053
// bags
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, collect(DISTINCT g) AS gs RETURN t.id AS t, [g IN gs | g.id] AS l;

// name: aggregation_054
// bags
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) RETURN t.id AS t, collect(DISTINCT e.n_cells) AS l, collect(DISTINCT {d: e.dataset}) AS m;

// name: aggregation_055
// bags
MATCH (g:Gene) RETURN g.species AS s, collect(g.symbol) AS l, collect(DISTINCT g.name) AS m;

// name: aggregation_056
// bags
MATCH (g:Gene) RETURN collect(g.synonyms) AS l;

// name: aggregation_057
// bags
MATCH (g:Gene)-[:IN_TAXON]->(s) RETURN s.common_name AS s, collect(g {.id, .symbol}) AS l;

// name: aggregation_058
// bags
MATCH (g:Gene)-[:IN_TAXON]->(s) RETURN s AS s, collect(g.id) AS l;

// name: aggregation_059
// bags
MATCH (t:CellType) RETURN collect(t) AS l;

// name: aggregation_060
// bags
MATCH (t:CellType)-[r:SUBCLASS_OF]->(p) RETURN p.id AS p, collect(r) AS rs, collect(t.id) AS ts;

// name: aggregation_061
// bags
MATCH p = (t:CellType)-[:SUBCLASS_OF]->() RETURN collect(p) AS ps;

// name: aggregation_062
// bags
MATCH p = (t:CellType)-[:SUBCLASS_OF]->() RETURN collect(length(p)) AS ps, collect(nodes(p)[0].id) AS ns;

// name: aggregation_063
MATCH (g:Gene) WITH g ORDER BY g.symbol, g.id RETURN g.species AS s, collect(g.symbol) AS l;

// name: aggregation_064
MATCH (g:Gene) WITH g ORDER BY g.symbol DESC, g.id RETURN g.species AS s, head(collect(g.id)) AS first, last(collect(g.id)) AS last, collect(g.id)[1] AS second;

// name: aggregation_065
MATCH (g:Gene) WITH g ORDER BY g.id RETURN g.species AS s, head(collect(g)).symbol AS first, [x IN collect(g) | x.id][..2] AS two;

// name: aggregation_066
MATCH (g:Gene) WITH g ORDER BY g.id WITH g.species AS s, collect(g) AS l RETURN s, l[0].id AS a, l[-1].id AS b, size(l) AS n;

// name: aggregation_067
MATCH (g:Gene) WITH g ORDER BY g.id WITH g.species AS s, collect(g) AS l UNWIND l[..2] AS x RETURN s, x.id AS id;

// name: aggregation_068
MATCH (g:Gene) WITH g ORDER BY g.id WITH g.species AS s, collect(g) AS l UNWIND l AS x MATCH (x)-[:EXPRESSED_IN]->(t) RETURN s, count(t) AS n;

// name: aggregation_069
MATCH (g:Gene) WITH g ORDER BY g.species, g.id WITH collect({s: g.species, id: g.id}) AS l RETURN l[0] AS a, l[1].id AS b, size(l) AS n;

// name: aggregation_070
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH g, t, e ORDER BY e.mean DESC, g.id, t.id, e.n_cells, e.fraction WITH t, collect({g: g.id, m: e.mean})[0..2] AS top UNWIND top AS x RETURN t.id AS t, x.g AS g, x.m AS m;

// name: aggregation_071
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, e ORDER BY e.mean, e.n_cells, e.fraction RETURN t.id AS t, collect(DISTINCT e.mean) AS l;

// name: aggregation_072
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) WITH t, e.mean AS m ORDER BY m RETURN t.id AS t, collect(m) AS l, sum(m) AS s;

// name: aggregation_073
MATCH (c:Cell)-[e:EXPRESSES]->(g:Gene) RETURN g.symbol AS g, count(*) AS n, avg(e.count) AS c, max(e.value) AS v, min(e.rank) AS r;

// name: aggregation_074
MATCH (c:Cell)-[e:EXPRESSES]->(g:Gene) RETURN c.author_label AS l, c.dataset AS d, count(DISTINCT g) AS g, sum(e.count) AS s;

// name: aggregation_075
MATCH (c:Cell)-[e:EXPRESSES]->(g:Gene) WITH c, sum(e.count) AS s RETURN c.dataset AS d, count(*) AS n, sum(CASE WHEN s = c.total_count THEN 1 ELSE 0 END) AS same;

// name: aggregation_076
MATCH (c:Cell)-[e:EXPRESSES]->(g:Gene) WHERE e.rank <= 2 WITH c.author_label AS l, g.symbol AS g, count(*) AS n ORDER BY l, n DESC, g WITH l, collect([g, n]) AS top RETURN l, top[0] AS a, top[1][0] AS b;

// name: aggregation_077
MATCH (c:Cell)-[:HAS_TYPE]->(t) WITH c.dataset AS d, t.name AS t, count(*) AS n WITH d, sum(n) AS total, max(n) AS most RETURN d, total, most, 100.0 * most / total AS percent;

// name: aggregation_078
MATCH (c:Cell) RETURN c.donor AS d, c.author_label AS l, count(*) AS n, avg(c.total_count) AS t, stDev(c.n_genes) AS s;

// name: aggregation_079
MATCH (c:Cell) RETURN avg(c.total_count) AS a, avg(c.n_genes) AS b, avg(c.x) AS x, sum(c.y) AS y, count(c.x) AS n;

// name: aggregation_080
MATCH (a:Gene)-[r:ORTHOLOGOUS_TO]->(b:Gene) RETURN r.assertion AS k, r.cardinality AS c, count(*) AS n, avg(r.support_count) AS s, max(r.covering_count) AS m;

// name: aggregation_081
MATCH (a:Gene)-[r:ORTHOLOGOUS_TO]->(b:Gene) UNWIND r.resources AS x RETURN x, count(*) AS n, count(DISTINCT a) AS a;

// name: aggregation_082
MATCH (a:Gene)-[r:ORTHOLOGOUS_TO]-(b:Gene) WITH a, count(DISTINCT b) AS n, collect(DISTINCT b.species) AS s RETURN n, size(s) AS k, count(*) AS c;

// name: aggregation_083
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) RETURN a.id AS a, count(r) AS n, count(DISTINCT b) AS d, avg(r.coefficient) AS c, sum(r.n) AS s;

// name: aggregation_084
MATCH (a:Gene)-[r:COEXPRESSED_WITH]-(b:Gene) WITH a, max(r.coefficient) AS m, min(r.coefficient) AS k RETURN a.id AS a, m, k, m - k AS d, m = k AS e;

// name: aggregation_085
MATCH (a:Gene)-[r:COEXPRESSED_WITH]->(b:Gene) RETURN r.cell_type AS c, r.method AS m, count(*) AS n, sum(abs(r.coefficient)) AS s;

// name: aggregation_086
MATCH (a:Gene)-[r:COEXPRESSED_WITH]->(b:Gene) RETURN sum(r.n) AS a, sum(toFloat(r.n)) AS b, avg(r.n) AS c, sum(r.n * 0.5) AS d, sum(r.n / 2) AS e, sum(r.n % 2) AS f;

// name: aggregation_087
MATCH (a:Gene)-[r:COEXPRESSED_WITH]->(b:Gene) RETURN count(r.cell_type) AS a, count(DISTINCT r.cell_type) AS b, count(DISTINCT r) AS c, count(DISTINCT [a, b]) AS d, count(DISTINCT [a.id, b.id]) AS e;

// name: aggregation_088
MATCH (a:Gene)-[r]->(b) RETURN count(DISTINCT type(r)) AS t, count(DISTINCT labels(b)) AS l, count(DISTINCT [type(r), labels(b)[0]]) AS x;

// name: aggregation_089
MATCH (a:Gene)-[r]->(b) RETURN labels(b)[0] AS l, min(type(r)) AS lo, max(type(r)) AS hi, count(DISTINCT b.id) AS n;

// name: aggregation_090
MATCH (n) RETURN sum(n.n_cells) AS a, max(n.n_cells) AS b, avg(n.n_genes) AS c, count(n.species) AS d;

// name: aggregation_091
MATCH (n) RETURN labels(n)[0] AS l, sum(n.n_cells) AS a, max(n.n_genes) AS b, count(n.name) AS c, min(n.name) AS d;

// name: aggregation_092
MATCH ()-[r]->() RETURN type(r) AS t, sum(r.n_cells) AS a, avg(r.mean) AS b, max(r.fraction) AS c, count(r.dataset) AS d;

// name: aggregation_093
MATCH (o:OrthologGroup) RETURN sum(o.n_genes) AS a, avg(o.n_species) AS b, max(size(o.species)) AS c;

// name: aggregation_094
MATCH (o:OrthologGroup)<-[:MEMBER_OF]-(g) WITH o, count(*) AS n RETURN o.n_genes = n AS same, count(*) AS c;

// name: aggregation_095
MATCH (o:OrthologGroup)<-[:MEMBER_OF]-(g) WITH o, collect(DISTINCT g.species) AS l RETURN all(s IN l WHERE s IN o.species) AS x, size(l) = o.n_species AS y, count(*) AS c;

// name: aggregation_096
MATCH (g:Gene) WITH count(*) AS total MATCH (h:Gene) RETURN h.species AS s, count(*) AS n, total, 1.0 * count(*) / total AS share;

// name: aggregation_097
MATCH (g:Gene) WITH count(*) AS total MATCH (h:Gene) WITH h.species AS s, total, count(*) AS n RETURN s, n * 100 / total AS percent;

// name: aggregation_098
MATCH (g:Gene) WITH g.species AS s, count(*) AS n WITH collect({s: s, n: n}) AS l, sum(n) AS t UNWIND l AS x RETURN x.s AS s, x.n AS n, round(1.0 * x.n / t, 4) AS share;

// name: aggregation_099
MATCH (g:Gene) WITH avg(size(g.synonyms)) AS m MATCH (h:Gene) WHERE size(h.synonyms) > m RETURN count(h) AS n, m;

// name: aggregation_100
MATCH (g:Gene) RETURN sum(size(g.synonyms)) AS a, sum(size(g.symbol)) AS b, avg(size(coalesce(g.name, ''))) AS c;

// name: aggregation_101
MATCH (g:Gene) UNWIND g.synonyms AS s RETURN s, count(*) AS n, count(DISTINCT g) AS d;

// name: aggregation_102
MATCH (g:Gene) UNWIND g.synonyms AS s WITH s, count(DISTINCT g.species) AS n WHERE n > 1 RETURN s, n;

// name: aggregation_103
MATCH (g:Gene) RETURN any(x IN collect(g.symbol) WHERE x = 'INS') AS a, size(collect(g.symbol)) AS b, 'a' IN collect(g.symbol) AS c;

// name: aggregation_104
MATCH (g:Gene) RETURN g.species AS s, [min(g.symbol), max(g.symbol)] AS l, CASE WHEN count(*) > 3 THEN 'many' ELSE 'few' END AS c;

// name: aggregation_105
MATCH (g:Gene) WITH g.species AS s, count(*) AS n RETURN CASE WHEN n > 10 THEN 'many' ELSE 'few' END AS c, sum(n) AS k;

// name: aggregation_106
MATCH (g:Gene) RETURN count(*) AS n UNION ALL MATCH (t:CellType) RETURN count(*) AS n;

// name: aggregation_107
MATCH (g:Gene), (s:Species) RETURN s.id AS s, count(*) AS n, sum(CASE WHEN g.species = s.id THEN 1 ELSE 0 END) AS own;

// name: aggregation_108
MATCH (g:Gene) RETURN count(*) AS n, count(*) AS m, count(*) * 2 AS k;

// name: aggregation_109
MATCH (g:Gene) RETURN DISTINCT count(*) AS n;

// name: aggregation_110
MATCH (g:Gene) RETURN DISTINCT g.species AS s, count(*) > 2 AS n;

// name: aggregation_111
MATCH (g:Gene) WITH DISTINCT g.species AS s, count(*) AS n RETURN count(s) AS a, sum(n) AS b;

// name: aggregation_112
MATCH (g:Gene) WITH g.species AS k, count(*) AS n ORDER BY k LIMIT 1 RETURN k, n;

// name: aggregation_113
MATCH (g:Gene) WITH {s: g.species} AS k, count(*) AS n RETURN k.s AS s, n;

// name: aggregation_114
MATCH (g:Gene) WITH [g.species, g.symbol IS NULL] AS k, count(*) AS n RETURN k[0] AS s, k[1] AS x, n;

// name: aggregation_115
MATCH (g:Gene)-[:IN_TAXON]->(s) WITH s, count(g) AS n RETURN s.common_name AS s, n;

// name: aggregation_116
MATCH (g:Gene)-[r:EXPRESSED_IN]->() WITH g, r, count(*) AS n RETURN n, count(*) AS c;

// name: aggregation_117
MATCH p = (g:CellType)-[:SUBCLASS_OF]->() WITH p, count(*) AS n RETURN n, count(p) AS c;

// name: aggregation_118
UNWIND [9223372036854775806, 1] AS x RETURN sum(x) AS s;

// name: aggregation_119
UNWIND [0.1, 0.2, 0.3] AS x RETURN sum(x) AS s, avg(x) AS a;

// name: aggregation_120
UNWIND [1, 2, 3] AS x UNWIND ['a', 'b'] AS y RETURN y, sum(x) AS s, collect(DISTINCT y) AS l;

// name: aggregation_121
UNWIND [{k: 'a', v: 1}, {k: 'b', v: 2}, {k: 'a', v: null}] AS r RETURN r.k AS k, sum(r.v) AS s, count(r.v) AS c, count(r) AS n;

// name: aggregation_122
UNWIND [{k: 'a', v: 1}, {k: null, v: 2}, {v: 3}] AS r RETURN r.k AS k, sum(r.v) AS s;

// name: aggregation_123
UNWIND [1, 1.0, 2, '1', null, null] AS x RETURN x AS k, count(*) AS n;

// name: aggregation_124
UNWIND [[1], [1.0], [null], [null]] AS x RETURN x AS k, count(*) AS n;
