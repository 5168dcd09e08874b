// Lists: positions, slices, comprehensions, functions.

// name: positions
WITH [10, 20, 30] AS l RETURN l[0] AS a, l[2] AS b, l[-1] AS c, l[3] AS d, l[-4] AS e;

// name: slices
WITH [1, 2, 3, 4, 5] AS l RETURN l[0..2] AS a, l[1..] AS b, l[..3] AS c, l[-2..] AS d, l[..-2] AS e, l[2..2] AS f, l[3..1] AS g, l[0..99] AS h;

// name: slice_of_property
MATCH (g:Gene {symbol: 'TP53'}) RETURN g.synonyms[0] AS first, g.synonyms[..1] AS one, g.synonyms[5] AS none;

// name: position_by_expression
UNWIND range(0, 2) AS i WITH i, ['a', 'b', 'c'] AS l RETURN i AS i, l[i] AS x, l[size(l) - 1 - i] AS y;

// name: ranges
RETURN range(0, 3) AS a, range(5, 1, -2) AS b, range(3, 1) AS c, range(1, 10, 4) AS d, range(2, 2) AS e;

// name: plus
RETURN [1, 2] + [3] AS a, [1] + 2 AS b, 0 + [1] AS c, [] + [] AS d, [1] + null AS e;

// name: size_head_last_tail
RETURN size([1, 2, 3]) AS s, head([1, 2]) AS h, last([1, 2]) AS l, tail([1, 2, 3]) AS t, tail([]) AS e, size([]) AS z;

// name: reverse
RETURN reverse([1, 2, 3]) AS l, reverse('abc') AS t;

// name: comprehension
RETURN [x IN range(1, 5) WHERE x % 2 = 1 | x * x] AS a, [x IN [1, 2] | x + 1] AS b, [x IN [1, 2, 3] WHERE x > 1] AS c, [x IN [3, 4]] AS d;

// name: comprehension_of_property
MATCH (g:Gene {symbol: 'INS'}) RETURN [s IN g.synonyms | toLower(s)] AS lower, [s IN g.synonyms WHERE s ENDS WITH '1'] AS one;

// name: comprehension_nested
RETURN [x IN [1, 2] | [y IN [10, 20] | x + y]] AS a;

// name: comprehension_outer_variable
MATCH (s:Species) RETURN s.id AS id, [x IN ['a', 'b'] | x + s.common_name] AS l;

// name: reduce
RETURN reduce(total = 0, x IN [1, 2, 3] | total + x) AS s, reduce(t = '', x IN ['a', 'b'] | t + x) AS t, reduce(m = 1, x IN [] | m * x) AS e;

// name: quantifiers
MATCH (g:Gene) WHERE any(s IN g.synonyms WHERE s STARTS WITH 'M') RETURN g.symbol AS symbol;

// name: quantifier_all_none
MATCH (g:Gene) WHERE size(g.synonyms) > 0 AND all(s IN g.synonyms WHERE size(s) > 3) AND none(s IN g.synonyms WHERE s CONTAINS '-') RETURN g.symbol AS symbol;

// name: quantifier_single
MATCH (g:Gene) WHERE single(x IN g.xrefs WHERE x STARTS WITH 'ENSEMBL') RETURN count(g) AS n;

:param wanted => ['IDDM1', 'SRIF']
// name: quantifier_with_parameter
MATCH (g:Gene) WHERE any(s IN g.synonyms WHERE s IN $wanted) RETURN g.symbol AS symbol;

// name: in_property
MATCH (g:Gene) WHERE 'p53' IN g.synonyms RETURN g.symbol AS symbol;

// name: in_literal
MATCH (g:Gene) WHERE g.symbol IN ['INS', 'Ins1', 'nope'] RETURN g.id AS id;

:param symbols => ['GCG', 'SST']
// name: in_parameter
MATCH (g:Gene) WHERE g.symbol IN $symbols RETURN g.id AS id;

// name: in_empty
MATCH (g:Gene) WHERE g.symbol IN [] RETURN g.id AS id;

// name: nested_in
RETURN [1] IN [[1], [2]] AS a, 1 IN [[1]] AS b, [] IN [[]] AS c;

// name: comparison
RETURN [1, 2] = [1, 2] AS a, [1, 2] <> [2, 1] AS b, [1, 2] < [1, 3] AS c, [1] < [1, 0] AS d;

// name: unwind_property
MATCH (g:Gene {symbol: 'TP53'}) UNWIND g.synonyms AS s RETURN s AS s;

// name: unwind_empty_list
MATCH (g:Gene {symbol: 'ins'}) UNWIND g.synonyms AS s RETURN g.id AS id, s AS s;

// name: unwind_null
UNWIND null AS x RETURN x AS x;

// name: unwind_scalar
UNWIND 5 AS x RETURN x AS x;

// name: unwind_nested
UNWIND [[1, 2], [3], []] AS l UNWIND l AS x RETURN l AS l, x AS x;

// name: unwind_twice
UNWIND [1, 2] AS x UNWIND ['a', 'b'] AS y RETURN x AS x, y AS y;

// name: unwind_maps
UNWIND [{s: 'INS', n: 1}, {s: 'GCG', n: 2}] AS row MATCH (g:Gene {symbol: row.s}) RETURN g.id AS id, row.n AS n;

:param rows => [{gene: 'NCBIGene:3630', weight: 0.5}, {gene: 'NCBIGene:2641', weight: 2}]
// name: unwind_parameter_rows
UNWIND $rows AS row MATCH (g:Gene {id: row.gene}) RETURN g.symbol AS symbol, row.weight * 2 AS weight;

// name: mixed_types
RETURN [1, 'a', true, null, 2.5] AS l;

// name: mixed_numbers
RETURN [1, 2.5] AS l, [1, 2.5][0] AS first;

// name: nested_lists
RETURN [[1], [], [2, 3]] AS l, size([[1], []]) AS n;

// name: list_of_nulls
RETURN [null, null] AS l, size([null]) AS n;

// name: to_lists
RETURN toStringList([1, 2]) AS s, toIntegerList(['1', 'x']) AS i, toFloatList(['1.5']) AS f;

// name: keep_order_of_list
WITH ['c', 'a', 'b'] AS l UNWIND l AS x WITH x ORDER BY x RETURN collect(x) AS sorted;

// name: is_empty
RETURN isEmpty([]) AS a, isEmpty([1]) AS b, isEmpty('') AS c, isEmpty('x') AS d;

// name: index_out_of_list_property
MATCH (g:Gene) WHERE g.synonyms[0] = 'IDDM1' RETURN g.symbol AS s;

// name: size_of_list_property
MATCH (g:Gene) RETURN size(g.synonyms) AS n, count(*) AS genes;

// name: pattern_comprehension
// bags
MATCH (t:CellType) RETURN t.id AS t, [(t)<-[:SUBCLASS_OF]-(k) | k.id] AS kinds;

// name: pattern_comprehension_filtered
// bags
MATCH (g:Gene {symbol: 'INS'}) RETURN [(g)-[e:EXPRESSED_IN]->(t:CellType) WHERE e.fraction > 0.2 | t.name] AS types;

// name: pattern_comprehension_size
MATCH (s:Species) RETURN s.common_name AS s, size([(s)<-[:IN_TAXON]-(g:Gene) | g]) AS n;

// name: list_in_where_index
WITH [{k: 'a', v: 1}, {k: 'b', v: 2}] AS l RETURN [m IN l WHERE m.v > 1 | m.k] AS k, l[0].k AS first;
