// Three-valued logic.

// name: comparisons
RETURN null = null AS a, null <> null AS b, 1 = null AS c, null < 1 AS d, null IS NULL AS e, 1 IS NOT NULL AS f;

// name: logic
RETURN true AND null AS a, false AND null AS b, true OR null AS c, false OR null AS d, NOT null AS e, true XOR null AS f;

// name: in_list
RETURN 1 IN [1, null] AS a, 2 IN [1, null] AS b, null IN [1, 2] AS c, null IN [] AS d, 2 IN [1, 3] AS e, 1 IN [] AS f;

// name: not_in_list_with_null
UNWIND [1, 2, null] AS x RETURN x AS x, NOT x IN [1, null] AS y;

// name: arithmetic
RETURN 1 + null AS a, null * 2 AS b, -null AS c, 'a' + null AS d, null / 2 AS e, 2 ^ null AS f;

// name: equality_of_lists
RETURN [1, null] = [1, null] AS a, [1, 2] = [1, null] AS b, [1] = [1, null] AS c, [] = [] AS d, [2, null] = [1, null] AS e;

// name: equality_of_maps
RETURN {a: 1} = {a: 1} AS a, {a: 1, b: null} = {a: 1, b: null} AS b, {a: 1} = {b: 1} AS c;

// name: text_predicates
RETURN null STARTS WITH 'a' AS a, 'a' CONTAINS null AS b, null ENDS WITH null AS c, null =~ 'a' AS d;

// name: where_null_is_false
MATCH (c:Cell) WHERE c.x > 0 OR NOT c.x > 0 RETURN count(*) AS n;

// name: where_not_null_comparison
MATCH (g:Gene) WHERE NOT g.summary = 'x' RETURN count(*) AS n;

// name: is_null_property
MATCH (g:Gene) WHERE g.summary IS NULL AND g.symbol IS NOT NULL RETURN count(*) AS n;

// name: unequal_misses_nulls
MATCH (o:Gene)-[r:ORTHOLOGOUS_TO]->() WHERE r.cardinality <> '1:1' RETURN r.cardinality AS c, count(*) AS n;

// name: aggregates_skip_nulls
UNWIND [1, null, 3] AS x RETURN count(x) AS c, count(*) AS all, sum(x) AS s, avg(x) AS m, min(x) AS lo, max(x) AS hi, collect(x) AS l;

// name: aggregates_of_only_nulls
UNWIND [null, null] AS x RETURN count(x) AS c, sum(x) AS s, avg(x) AS m, min(x) AS lo, max(x) AS hi, collect(x) AS l;

// name: distinct_null
UNWIND [1, null, 1, null] AS x RETURN DISTINCT x AS x;

// name: group_by_null
MATCH ()-[r:ORTHOLOGOUS_TO]->() RETURN r.cardinality AS c, count(*) AS n;

// name: coalesce
RETURN coalesce(null, null, 3) AS a, coalesce(null) AS b, coalesce('x', 1) AS c;

// name: list_functions
RETURN size(null) AS a, head([]) AS b, head([null, 1]) AS c, last([1, null]) AS d, [1, 2][null] AS e, [1, 2][5] AS f;

// name: quantifiers
RETURN any(x IN [1, null] WHERE x = 1) AS a, any(x IN [2, null] WHERE x = 1) AS b, all(x IN [1, null] WHERE x = 1) AS c,
       all(x IN [2, null] WHERE x = 1) AS d, none(x IN [2, null] WHERE x = 1) AS e, single(x IN [1, null] WHERE x = 1) AS f;

// name: quantifiers_empty
RETURN any(x IN [] WHERE x = 1) AS a, all(x IN [] WHERE x = 1) AS b, none(x IN [] WHERE x = 1) AS c, single(x IN [] WHERE x = 1) AS d;

// name: case_null
UNWIND [1, null] AS x RETURN x AS x, CASE x WHEN null THEN 'null' WHEN 1 THEN 'one' ELSE 'other' END AS simple, CASE WHEN x IS NULL THEN 'null' ELSE 'some' END AS searched;

// name: nullif_by_case
UNWIND [0, 1] AS x RETURN CASE WHEN x = 0 THEN null ELSE 10 / x END AS y;

// name: property_of_null
WITH null AS n RETURN n.x AS x, n['x'] AS y;

:param nothing => null
// name: null_parameter
MATCH (s:Species) WHERE s.common_name = $nothing OR $nothing IS NULL RETURN count(s) AS n;

// name: nothing_parameter_coalesce
MATCH (s:Species) WHERE s.common_name = coalesce($nothing, s.common_name) RETURN count(s) AS n;
