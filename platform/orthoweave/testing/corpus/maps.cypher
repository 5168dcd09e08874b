// Maps, map projections, properties by name.

// name: literal
RETURN {a: 1, b: 'x', c: [1, 2], d: {e: null}} AS m;

// name: access
WITH {a: 1, b: {c: 2}} AS m RETURN m.a AS a, m.b.c AS c, m.x AS x, m['a'] AS by_name, m['no'] AS no;

// name: map_of_a_node
MATCH (d:Dataset) RETURN {id: d.id, cells: d.n_cells, assay: d.assay} AS about;

// name: projection_of_properties
MATCH (s:Species) RETURN s {.id, .common_name} AS s;

// name: projection_with_extras
MATCH (s:Species)<-[:IN_TAXON]-(g) WITH s, count(g) AS n RETURN s {.common_name, genes: n, n} AS s;

// name: projection_of_all
MATCH (s:Species) RETURN s {.*} AS s;

// name: projection_missing_property
MATCH (s:Species) RETURN s {.id, .nothing} AS s;

// name: projection_of_map
WITH {a: 1, b: 2} AS m RETURN m {.a, c: 3} AS m;

// name: projection_nested_collect
// bags
MATCH (s:Species)<-[:IN_TAXON]-(g:Gene) WHERE g.symbol STARTS WITH 'I' WITH s, collect(g {.id, .symbol}) AS genes RETURN s {.common_name, genes: genes} AS s;

// name: keys_of_map
RETURN keys({b: 1, a: null}) AS k;

// name: keys_of_node
// bags
MATCH (s:Species) RETURN keys(s) AS k;

// name: keys_of_relationship
// bags
MATCH (:Gene {symbol: 'TP53'})-[r:IN_TAXON]->() RETURN keys(r) AS k;

// name: properties_of_node
MATCH (d:Dataset) RETURN properties(d) AS p;

// name: properties_of_relationship
MATCH (:CellType {id: 'CL:0000169'})-[r:SUBCLASS_OF]->() RETURN properties(r) AS p;

:param property => 'symbol'
// name: dynamic_property
MATCH (g:Gene {id: 'NCBIGene:3630'}) RETURN g[$property] AS value;

// name: dynamic_property_literal
MATCH (g:Gene {id: 'NCBIGene:3630'}) RETURN g['name'] AS value, g['nothing'] AS none;

:param filter => {species: 'NCBITaxon:9606', prefix: 'T'}
// name: map_parameter
MATCH (g:Gene {species: $filter.species}) WHERE g.symbol STARTS WITH $filter.prefix RETURN g.symbol AS s;

:param about => {a: 1, b: [1, 2], c: 'x', d: null}
// name: map_parameter_returned
RETURN $about AS m, $about.b AS b, $about['c'] AS c;

// name: equality
RETURN {a: 1, b: 2} = {b: 2, a: 1} AS a, {a: 1} = {a: 1.0} AS b, {a: 1} <> {a: 2} AS c, {} = {} AS d;

// name: list_of_maps
RETURN [{a: 1}, {a: 2}] AS l;

// name: list_of_unlike_maps
RETURN [{a: 1}, {b: 2}] AS l;

// name: map_with_backticked_key
RETURN {`a b`: 1} AS m;

// name: map_in_case
UNWIND [1, 2] AS x RETURN CASE WHEN x = 1 THEN {a: 1} ELSE {a: 2} END AS m;

// name: empty_map
RETURN {} AS m;

// name: group_by_map
MATCH (c:Cell) RETURN {dataset: c.dataset, donor: c.donor} AS key, count(*) AS n;

// name: all_and_one_more
WITH {a: 1, b: 2} AS m RETURN m {a: 9, .*} AS x, m {.*, a: 9} AS y, m {.a, a: 9} AS z, m {a: 9, .a} AS u;

// name: variable_and_all
WITH {a: 1, b: 2} AS m, 7 AS a RETURN m {a, .*} AS x, m {.*, a} AS y;

// name: projection_without_name
MATCH (s:Species) RETURN s {.id, .common_name};
