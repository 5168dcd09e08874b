// Counting, summing, collecting; grouping keys; aggregation over nothing.

// name: no_rows
MATCH (g:Gene {symbol: 'NOPE'}) RETURN count(*) AS n, count(g) AS c, sum(g.x) AS s, avg(g.x) AS m, min(g.id) AS lo, collect(g.id) AS ids;

// name: no_rows_grouped
MATCH (g:Gene {symbol: 'NOPE'}) RETURN g.species AS species, count(*) AS n;

// name: grouped
MATCH (g:Gene) RETURN g.species AS species, count(*) AS n, min(g.symbol) AS first, max(g.symbol) AS last;

// name: grouping_by_expression
MATCH (g:Gene) RETURN toUpper(left(g.symbol, 1)) AS letter, count(*) AS n;

// name: two_keys
MATCH (c:Cell)-[:HAS_TYPE]->(t:CellType) RETURN c.dataset AS dataset, t.id AS type, count(*) AS n, sum(c.total_count) AS total;

// name: sum_of_integers
MATCH (c:Cell) RETURN sum(c.n_genes) AS genes, sum(c.n_genes) / count(c) AS whole;

// name: sum_of_floats
MATCH (e:Cell)-[x:EXPRESSES]->() RETURN sum(x.value) AS values, avg(x.count) AS mean, max(x.value) AS most;

// name: avg_of_integers
MATCH (c:Cell) RETURN avg(c.n_genes) AS mean;

// name: count_distinct
MATCH (g:Gene) RETURN count(DISTINCT g.name) AS names, count(g.name) AS genes;

// name: sum_distinct
UNWIND [1, 1, 2, 3, 3] AS x RETURN sum(DISTINCT x) AS s, avg(DISTINCT x) AS m, count(DISTINCT x) AS n, min(DISTINCT x) AS lo;

// name: collect_distinct
// bags
MATCH (c:Cell) RETURN collect(DISTINCT c.donor) AS donors;

// name: collect_ordered
MATCH (s:Species) WITH s ORDER BY s.id RETURN collect(s.common_name) AS names;

// name: collect_of_maps
MATCH (d:Dataset) WITH d ORDER BY d.id RETURN collect({id: d.id, n: d.n_cells}) AS sets;

// name: collect_of_lists
MATCH (s:Species) WITH s ORDER BY s.id RETURN collect([s.id, s.common_name]) AS pairs;

// name: collect_size
MATCH (g:Gene)-[:MEMBER_OF]->(o:OrthologGroup) WITH o, collect(g) AS genes RETURN o.id AS id, size(genes) AS n;

// name: expression_of_aggregates
MATCH (c:Cell) RETURN c.dataset AS d, max(c.total_count) - min(c.total_count) AS range, count(*) * 2 AS twice;

// name: aggregate_and_key_mixed
MATCH (c:Cell) WITH c.dataset AS d, count(*) AS n RETURN d AS d, n + size(d) AS mixed;

// name: having
MATCH (g:Gene)-[:MEMBER_OF]->(o) WITH o, count(*) AS n WHERE n > 2 RETURN o.id AS id, n AS n;

// name: top_k
// ordered
MATCH (:Cell)-[:EXPRESSES]->(g:Gene) WITH g.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 5 RETURN id AS id, n AS n;

// name: aggregate_of_aggregate
MATCH (c:Cell)-[:EXPRESSES]->(g) WITH c, count(g) AS n RETURN min(n) AS lo, max(n) AS hi, avg(n) AS mean;

// name: percentiles
MATCH (c:Cell) RETURN percentileCont(c.total_count, 0.5) AS median, percentileCont(c.n_genes, 0.25) AS q1, percentileDisc(c.n_genes, 0.5) AS disc;

// name: standard_deviation
MATCH (c:Cell) RETURN stDev(c.total_count) AS sample, stDevP(c.total_count) AS population;

// name: standard_deviation_of_one
UNWIND [5] AS x RETURN stDev(x) AS s, stDevP(x) AS p;

// name: min_max_text
MATCH (g:Gene) RETURN min(g.symbol) AS lo, max(g.symbol) AS hi;

// name: min_max_mixed_case
UNWIND ['b', 'B', 'a', 'A', '_', '1'] AS x RETURN min(x) AS lo, max(x) AS hi;

// name: min_of_booleans
UNWIND [true, false] AS x RETURN min(x) AS lo, max(x) AS hi;

// name: count_relationship_values
MATCH (:Gene)-[r:ORTHOLOGOUS_TO]->(:Gene) RETURN count(r) AS all, count(r.cardinality) AS with_cardinality;

// name: distinct_rows
MATCH (c:Cell)-[:HAS_TYPE]->(t) RETURN DISTINCT c.dataset AS d, t.name AS t;

// name: distinct_nodes
MATCH (:Cell)-[:HAS_TYPE]->(t) WITH DISTINCT t RETURN t.id AS id;

// name: distinct_lists
UNWIND [[1, 2], [1, 2], [2, 1]] AS l RETURN DISTINCT l AS l;

// name: distinct_maps
UNWIND [{a: 1}, {a: 1}, {a: 2}] AS m RETURN DISTINCT m AS m;

// name: count_star_of_product
MATCH (:Species), (:Dataset) RETURN count(*) AS n;

// name: group_by_node
MATCH (t:CellType)<-[:HAS_TYPE]-(c) WITH t, count(c) AS n RETURN t.name AS name, n AS n;

// name: group_by_list
MATCH (o:OrthologGroup) RETURN o.species AS species, count(*) AS n;

// name: collect_then_unwind
MATCH (s:Species) WITH collect(s) AS all UNWIND all AS one RETURN one.id AS id;

// name: collect_null_then_size
MATCH (c:Cell) RETURN size(collect(c.x)) AS with_position, size(collect(c.donor)) AS with_donor;

// name: sum_of_booleans_by_case
MATCH (c:Cell) RETURN sum(CASE WHEN c.total_count > 100 THEN 1 ELSE 0 END) AS high, count(CASE WHEN c.total_count > 100 THEN 1 END) AS counted;

// name: share
MATCH (c:Cell)-[:HAS_TYPE]->(t:CellType) WITH t, count(c) AS n
WITH collect({t: t.id, n: n}) AS rows, sum(n) AS total
UNWIND rows AS row RETURN row.t AS t, toFloat(row.n) / total AS share;

// name: aggregate_in_order_by
// ordered
MATCH (g:Gene) RETURN g.species AS species, count(*) AS n ORDER BY count(*) DESC;

// name: key_is_aliased_later
MATCH (c:Cell) WITH c.donor AS donor, c.dataset AS d, count(*) AS n RETURN d AS d, collect(n) AS ns;

// name: percentile_of_whole_numbers
UNWIND [1, 2, 3, 4, 5] AS x RETURN percentileCont(x, 0.25) AS a, percentileCont(x, 0.4) AS b, percentileCont(x, 0) AS c, percentileCont(x, 1) AS d;

// name: percentile_of_one
UNWIND [7] AS x RETURN percentileCont(x, 0.3) AS a, stDev(x) AS b, avg(x) AS c;

// name: percentile_with_infinity
UNWIND [1 / 0.0, 1, 2] AS x RETURN percentileCont(x, 0.5) AS a, percentileCont(x, 0.9) AS b, percentileDisc(x, 1.0) AS c;

// name: percentile_with_nan
UNWIND [0.0 / 0.0, 0.5, 0.1, 4.0] AS x RETURN percentileCont(x, 0.5) AS a, percentileDisc(x, 0.5) AS b;

// name: mean_of_infinities
UNWIND [1 / 0.0, -1 / 0.0] AS x RETURN avg(x) AS a, sum(x) AS s, stDev(x) AS d;

// name: mean_with_infinity
UNWIND [1 / 0.0, 1] AS x RETURN avg(x) AS a, sum(x) AS s, stDev(x) AS d, stDevP(x) AS p;

// name: mean_of_great_numbers
UNWIND [1e308, 1e308] AS x RETURN avg(x) AS a;

// name: deviation_of_great_numbers
UNWIND [1e200, -1e200] AS x RETURN stDev(x) AS d;

// name: nan_in_groups
UNWIND [0.0 / 0.0, 0.0 / 0.0] AS x RETURN x, count(*) AS n;

// name: ratio_in_groups
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType) RETURN e.mean * 0 / 0.0 AS x, count(*) AS n;

// name: size_of_types_percentile
MATCH (t:CellType) RETURN percentileCont(size(t.id), 1.0) AS a, percentileCont(size(t.synonyms), 0.5) AS b;
