// RETURN, WITH, DISTINCT, ORDER BY, SKIP, LIMIT, UNION; columns and whole entities.

// name: columns_without_alias
MATCH (s:Species) RETURN s.id, s.common_name, count(*);

// name: column_of_expression
RETURN 1 + 1, 'a' + 'b', toUpper('x'), [1,2], {a: 1};

// name: column_of_spaced_expression
RETURN 1+1,  size( [1] ) , count( * );

// name: column_of_variable
MATCH (s:Species) WITH s.id AS id RETURN id;

// name: column_in_backticks
RETURN 1 AS `a b`, 2 AS `c.d`;

// name: return_star
MATCH (s:Species) WITH s.id AS id, s.common_name AS name RETURN *;

// name: return_star_with_more
MATCH (s:Species) WITH s.id AS id RETURN *, size(id) AS n;

// name: with_star
MATCH (s:Species) WITH *, s.common_name AS name WHERE name <> 'mouse' RETURN s.id AS id, name AS name;

// name: whole_node
MATCH (s:Species) RETURN s;

// name: whole_node_with_nulls
MATCH (c:Cell {barcode: 'human-000'}) RETURN c;

// name: whole_node_of_any_label
MATCH (n) WHERE n.id IN ['NCBITaxon:9606', 'toy_human'] RETURN n;

// name: whole_relationship
MATCH (:CellType {id: 'CL:0000169'})-[r:SUBCLASS_OF]->() RETURN r;

// name: whole_relationships_of_two_types
MATCH (:Gene {symbol: 'TP53'})-[r:IN_TAXON|MEASURED_IN]->() RETURN r;

// name: collected_nodes
MATCH (d:Dataset) WITH d ORDER BY d.id RETURN collect(d) AS sets;

// name: node_in_list_and_map
MATCH (s:Species {common_name: 'human'}) RETURN [s] AS l, {node: s} AS m;

// name: order_by_property
// ordered
MATCH (g:Gene) RETURN g.symbol AS s, g.id AS id ORDER BY g.symbol, g.id;

// name: order_descending
// ordered
MATCH (g:Gene) RETURN g.id AS id ORDER BY g.species DESC, g.id DESCENDING;

// name: order_by_alias
// ordered
MATCH (c:Cell) RETURN c.id AS id, c.total_count / c.n_genes AS depth ORDER BY depth DESC, id LIMIT 7;

// name: order_by_not_returned
// ordered
MATCH (s:Species) RETURN s.common_name AS name ORDER BY s.id;

// name: order_by_expression
// ordered
MATCH (s:Species) RETURN s.common_name AS name ORDER BY size(s.common_name), name;

// name: order_with_nulls
// ordered
UNWIND [3, null, 1, null, 2] AS x RETURN x AS x ORDER BY x;

// name: order_with_nulls_descending
// ordered
UNWIND [3, null, 1] AS x RETURN x AS x ORDER BY x DESC;

// name: order_of_missing_property
// ordered
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) RETURN t.id AS t, p.id AS p ORDER BY p.id, t.id;

// name: order_of_text
// ordered
UNWIND ['b', 'A', 'a', 'B', '', '10', '9', 'é', 'z', '_'] AS x RETURN x AS x ORDER BY x;

// name: order_of_booleans
// ordered
UNWIND [true, false, null] AS x RETURN x AS x ORDER BY x;

// name: order_of_floats
// ordered
UNWIND [1.5, -2.0, 0.0, 3.25] AS x RETURN x AS x ORDER BY x DESC;

// name: order_of_lists
// ordered
UNWIND [[2], [1, 2], [1], []] AS x RETURN x AS x ORDER BY x;

// name: order_of_mixed_types
// ordered
UNWIND [1, 'a', true, 2.5, null] AS x RETURN x AS x ORDER BY x;

// name: order_of_mixed_numbers
// ordered
UNWIND [3, 1.5, 2] AS x RETURN x AS x ORDER BY x;

// name: skip_and_limit
// ordered
MATCH (g:Gene) RETURN g.id AS id ORDER BY id SKIP 5 LIMIT 3;

// name: skip_only
// ordered
MATCH (s:Species) RETURN s.id AS id ORDER BY id SKIP 2;

// name: limit_zero
MATCH (s:Species) RETURN s.id AS id LIMIT 0;

// name: skip_beyond
MATCH (s:Species) RETURN s.id AS id SKIP 10;

:param n => 2
:param from => 1
// name: limit_parameter
// ordered
MATCH (s:Species) RETURN s.id AS id ORDER BY id SKIP $from LIMIT $n;

// name: limit_expression
// ordered
MATCH (s:Species) RETURN s.id AS id ORDER BY id LIMIT 1 + 1;

// name: with_order_limit
// ordered
MATCH (c:Cell) WITH c ORDER BY c.total_count DESC, c.id LIMIT 3 RETURN c.id AS id, c.total_count AS n ORDER BY n DESC, id;

// name: with_order_without_limit
// ordered
MATCH (g:Gene) WITH g.symbol AS s ORDER BY s WHERE s STARTS WITH 'G' RETURN s AS s ORDER BY s;

// name: with_limit_then_match
MATCH (s:Species) WITH s ORDER BY s.id LIMIT 1 MATCH (s)<-[:IN_TAXON]-(g) RETURN s.id AS s, count(g) AS n;

// name: with_distinct_limit
MATCH (c:Cell) WITH DISTINCT c.donor AS donor ORDER BY donor LIMIT 3 RETURN donor AS donor;

// name: distinct_order
// ordered
MATCH (g:Gene) RETURN DISTINCT g.species AS s ORDER BY s DESC;

// name: where_after_with
MATCH (g:Gene) WITH g.species AS s, count(*) AS n WHERE n > 10 RETURN s AS s, n AS n;

// name: with_renames
MATCH (g:Gene {symbol: 'INS'}) WITH g AS h MATCH (h)-[:IN_TAXON]->(s) RETURN h.id AS h, s.id AS s;

// name: with_shadows
WITH 1 AS x WITH x + 1 AS x WITH x * 10 AS x RETURN x AS x;

// name: union
MATCH (s:Species) RETURN s.common_name AS name UNION MATCH (d:Dataset) RETURN d.id AS name;

// name: union_removes_duplicates
UNWIND [1, 1, 2] AS x RETURN x AS x UNION UNWIND [2, 3] AS x RETURN x AS x;

// name: union_all_keeps_them
UNWIND [1, 1, 2] AS x RETURN x AS x UNION ALL UNWIND [2, 3] AS x RETURN x AS x;

// name: union_of_types
RETURN 1 AS x UNION RETURN 'a' AS x;

// name: union_whole_and_decimal
RETURN 1 AS x UNION ALL RETURN 1.5 AS x;

// name: union_of_three
RETURN 1 AS x UNION RETURN 1 AS x UNION RETURN 2 AS x;

// name: union_with_limit
MATCH (s:Species) RETURN s.id AS id ORDER BY id LIMIT 1 UNION ALL MATCH (d:Dataset) RETURN d.id AS id ORDER BY id LIMIT 1;

// name: union_with_nulls
RETURN null AS x UNION RETURN 1 AS x;

// name: return_only_literals
RETURN 1 AS i, 1.0 AS f, 'x' AS s, true AS b, null AS n, [] AS l;

// name: names_that_differ_in_case
RETURN 1 AS a, 2 AS A;

// name: names_of_words
RETURN 1 AS count, 2 AS type, 3 AS order_, 4 AS all, 5 AS end_, 6 AS `end`;

// name: distinct_of_two_columns
MATCH (c:Cell) RETURN DISTINCT c.dataset AS d, c.kind AS k;

// name: count_after_distinct
MATCH (c:Cell) WITH DISTINCT c.donor AS d RETURN count(*) AS n;

// name: order_by_two_aggregates
// ordered
MATCH (g:Gene)-[:EXPRESSED_IN]->(t) RETURN t.id AS t, count(*) AS n, count(DISTINCT g.species) AS s ORDER BY n DESC, t;

// name: comments_in_names
RETURN 1 /* one */ + 2, 'a' /* b */ + 'c' // d
;

// name: escapes_in_names
RETURN 'a\u00e9', size("\u0301") + 1;

// name: keywords_as_names
// ordered
WITH 1 AS order, 2 AS limit, [3] AS in RETURN order, limit + in[0] AS x, limit ORDER BY order;

// name: start_and_end
MATCH (start:CellType)-[:SUBCLASS_OF]->(end) WHERE end <> start RETURN start.id AS s, end.id AS e, end IS NULL AS n, labels(end) AS l;
