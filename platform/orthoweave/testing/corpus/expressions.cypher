// CASE, logic, comparison, types and parameters of every kind.

// name: case_simple
UNWIND [1, 2, 3] AS x RETURN CASE x WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END AS w;

// name: case_searched
MATCH (c:Cell) RETURN CASE WHEN c.total_count > 150 THEN 'deep' WHEN c.total_count > 100 THEN 'medium' ELSE 'shallow' END AS depth, count(*) AS n;

// name: case_without_else
UNWIND [1, 2] AS x RETURN CASE WHEN x = 1 THEN 'one' END AS w;

// name: case_of_several_values
UNWIND [1, 2, 3, 4] AS x RETURN CASE x WHEN 1, 2 THEN 'low' WHEN > 3 THEN 'high' ELSE 'middle' END AS w;

// name: case_of_unlike_types
UNWIND [1, 2] AS x RETURN CASE x WHEN 1 THEN 1 ELSE 'two' END AS w;

// name: case_of_unlike_numbers
UNWIND [1, 2] AS x RETURN CASE x WHEN 1 THEN 1 ELSE 2.5 END AS w;

// name: case_nested
UNWIND [1, 2, 3] AS x RETURN CASE WHEN x < 3 THEN CASE WHEN x < 2 THEN 'a' ELSE 'b' END ELSE 'c' END AS w;

// name: case_in_order
// ordered
MATCH (s:Species) RETURN s.id AS id ORDER BY CASE s.common_name WHEN 'mouse' THEN 0 ELSE 1 END, s.id;

// name: logic
RETURN true AND false OR true AS a, NOT true OR true AS b, true XOR true AS c, NOT (false AND true) AS d, true OR false AND false AS e;

// name: boolean_property
MATCH (t:CellType) WHERE NOT t.deprecated RETURN count(t) AS n;

// name: boolean_equals
MATCH (t:CellType) WHERE t.deprecated = false RETURN count(t) AS n;

// name: value_types
MATCH (c:Cell {barcode: 'human-000'}) RETURN valueType(c.n_genes) AS a, valueType(c.donor) AS b;

// name: is_of_type
RETURN 1 IS :: INTEGER AS a, 'x' IS :: INTEGER AS b, 1.0 IS NOT :: FLOAT AS c;

:param whole => 3
:param decimal => 2.5
:param text => 'it\'s'
:param on => true
:param off => false
:param none => null
:param list => [1, 2]
:param texts => ['a', 'b']
:param map => {k: 'v'}
:param empty => []
// name: parameters_of_every_kind
RETURN $whole AS whole, $decimal AS decimal, $on AS a, $off AS b, $none AS none, $list AS list, $texts AS texts, $map AS map, $empty AS empty;

// name: parameter_types_in_arithmetic
RETURN $whole + 1 AS a, $decimal * 2 AS b, $whole / 2 AS c, $list + [3] AS d, size($texts) AS e;

// name: parameter_whole_for_decimal
MATCH (c:Cell) WHERE c.total_count > $whole RETURN count(c) AS n;

// name: parameter_decimal_for_whole
MATCH (c:Cell) WHERE c.n_genes > $decimal RETURN count(c) AS n;

// name: parameter_in_function
RETURN toUpper($texts[0]) AS a, coalesce($none, 'x') AS b, $map.k AS c;

// name: parameter_in_list
MATCH (s:Species) WHERE s.common_name IN ['human', $texts[0]] RETURN s.id AS id;

:param name => 'Å β 😀 \' " \\ \n'
// name: parameter_of_unicode
RETURN $name AS name, size($name) AS n;

// name: parameter_empty_list
MATCH (s:Species) WHERE s.id IN $empty RETURN s.id AS id;

:param evil => '\' OR 1=1 //'
// name: parameter_hostile
MATCH (g:Gene) WHERE g.symbol = $evil RETURN count(g) AS n;

// name: comparison_across_types
MATCH (c:Cell) WHERE c.donor = 1 OR c.n_genes = 'x' RETURN count(c) AS n;

// name: inequality_across_types
MATCH (g:Gene {symbol: 'INS'}) RETURN g.symbol <> 1 AS a, g.symbol > 1 AS b;

// name: equality_of_booleans
RETURN true = true AS a, true <> false AS b, (1 = 1) = true AS c;

// name: between
MATCH (c:Cell) WHERE c.n_genes >= 5 AND c.n_genes <= 6 RETURN count(c) AS n;

// name: long_conjunction
MATCH (c:Cell) WHERE c.kind = 'cell' AND c.dataset STARTS WITH 'toy' AND c.n_genes > 1 AND NOT c.donor = 'x' RETURN count(c) AS n;

// name: exists_property
MATCH (c:Cell) WHERE c.x IS NOT NULL RETURN count(c) AS n;

// name: labels_of_nodes
MATCH (n) WHERE n.id = 'toy_human' RETURN labels(n) AS l, labels(n)[0] AS first, 'Dataset' IN labels(n) AS is_it, size(labels(n)) AS n;

// name: has_label_as_value
MATCH (n) WHERE n.id IN ['toy_human', 'NCBITaxon:9606'] RETURN n.id AS id, n:Dataset AS d;

// name: type_as_value
MATCH (:Gene {symbol: 'INS'})-[r]->() RETURN DISTINCT type(r) AS t, type(r) = 'IN_TAXON' AS taxon;

// name: nested_functions
MATCH (g:Gene) WHERE size(g.synonyms) > 1 RETURN g.symbol AS g, toLower(head(g.synonyms)) + '/' + toUpper(last(g.synonyms)) AS x;

// name: deep_parentheses
RETURN ((((1 + 2)) * ((3)))) AS x, (((true))) AS y;

// name: list_equality_of_properties
MATCH (o:OrthologGroup) WHERE o.species = ['NCBITaxon:10090', 'NCBITaxon:9606'] RETURN count(o) AS n;

// name: in_of_nodes
MATCH (s:Species) WITH collect(s) AS all MATCH (x) WHERE x IN all RETURN count(x) AS n;

// name: in_expression_list
MATCH (c:Cell) WHERE c.n_genes IN [4 + 1, 2 * 3] RETURN count(c) AS n;

// name: not_in
MATCH (s:Species) WHERE NOT s.common_name IN ['human'] RETURN s.id AS id;

// name: regular_question
MATCH (t:CellType {id: 'CL:0000169'})<-[:HAS_TYPE]-(c:Cell)-[e:EXPRESSES]->(g:Gene)
WITH g, count(c) AS cells, avg(e.value) AS mean
WHERE cells >= 5
RETURN g.symbol AS gene, cells AS cells, mean AS mean;

// name: cross_species_question
MATCH (h:Gene {species: 'NCBITaxon:9606'})-[o:ORTHOLOGOUS_TO {assertion: 'consensus'}]-(m:Gene {species: 'NCBITaxon:10090'})
MATCH (h)-[a:EXPRESSED_IN]->(t:CellType)<-[b:EXPRESSED_IN]-(m)
RETURN h.symbol AS human, m.symbol AS mouse, t.id AS type, a.mean - b.mean AS difference;

// name: marker_question
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType)
WITH g, e.dataset AS d, t, e.fraction AS f
MATCH (g)-[x:EXPRESSED_IN {dataset: d}]->(u:CellType)
WITH g, d, t, f, max(x.fraction) AS most
WHERE f = most
RETURN d AS d, t.id AS t, g.symbol AS g;

// name: types_of_values
RETURN 1 IS :: INTEGER AS a, 1 IS :: FLOAT AS b, null IS :: INTEGER AS c, 1 IS NOT :: STRING AS d, true IS TYPED BOOLEAN AS e, 1 :: INT AS f;

// name: types_without_null
RETURN null IS :: INTEGER NOT NULL AS a, null IS :: NULL AS b, null IS :: NOTHING AS c, null IS NOT :: STRING AS d, 1 IS :: ANY NOT NULL AS e;

// name: types_of_lists
RETURN [1, null] IS :: LIST<INTEGER> AS a, [1, null] IS :: LIST<INTEGER NOT NULL> AS b, [] IS :: LIST<NOTHING> AS c, [1, 2.5] IS :: LIST<INTEGER | FLOAT> AS d, [[1]] IS :: LIST<LIST<INTEGER>> AS e, [1] IS :: INTEGER LIST AS f;

// name: types_for_properties
RETURN 1 IS :: PROPERTY VALUE AS a, {} IS :: PROPERTY VALUE AS b, [] IS :: PROPERTY VALUE AS c, [1, 'a'] IS :: PROPERTY VALUE AS d, [1, null] IS :: PROPERTY VALUE AS e, [1, 2.5] IS :: PROPERTY VALUE AS f;

// name: types_of_times
RETURN 1 IS :: DATE AS a, null IS :: LOCAL DATETIME AS b, 'x' IS :: POINT AS c, null IS :: DURATION NOT NULL AS d;

// name: types_of_elements
MATCH p = (n:Species {id: 'NCBITaxon:9606'})<-[r:IN_TAXON]-(:Gene {symbol: 'INS'}) RETURN p IS :: PATH AS a, r IS :: RELATIONSHIP AS b, n IS :: ANY NODE AS c, n IS :: MAP AS d, n.id IS :: ANY<STRING | INTEGER> AS e, [n, r] IS :: LIST<NODE | RELATIONSHIP> AS f;

// name: types_in_conditions
MATCH (g:Gene) WHERE g.synonyms IS :: LIST<STRING NOT NULL> NOT NULL AND g.zzz IS :: INTEGER RETURN count(*) AS n;

// name: types_in_comprehension
RETURN [x IN [1, 'a', 2.0] WHERE x IS :: INTEGER | FLOAT | x] AS xs, NOT 1 IS :: INTEGER AS n, 1 + 1 IS :: INTEGER AS s;

// name: names_of_types
UNWIND [1, 'a', null, [1, 'a'], {a: 1}, 1.5, [], [1, null], [null], true, [1, 2.5, 'a', true, null, {}, []]] AS x RETURN valueType(x) AS t;

// name: case_of_null
UNWIND [null, 'abc', 'zc', 1] AS x RETURN CASE x WHEN IS NULL THEN 'null' WHEN STARTS WITH 'a' THEN 'a' WHEN ENDS WITH 'c' THEN 'c' WHEN IS NOT NULL THEN 'other' END AS k;

// name: case_of_regular_expression
UNWIND ['abc', 'b'] AS x RETURN CASE x WHEN =~ 'a.*' THEN 1 ELSE 2 END AS k;

// name: lists_with_nan_less
RETURN [-2.5, 0.0 / 0.0] < [0.0 / 0.0, 1] AS a, [1, 2] < [1, 3] AS b;
