// Finding nodes and relationships: by key, by property, by pattern, in both directions.

// name: by_key
MATCH (g:Gene {id: 'NCBIGene:3630'}) RETURN g.symbol AS symbol, g.name AS name;

:param symbol => 'INS'
// name: by_parameter
MATCH (g:Gene {symbol: $symbol}) RETURN g.id AS id, g.species AS species;

// name: all_of_a_label
MATCH (s:Species) RETURN s.id, s.scientific_name, s.common_name;

// name: without_label
MATCH (n) RETURN count(n) AS nodes;

// name: count_by_label
MATCH (n) RETURN labels(n) AS labels, count(*) AS n;

// name: count_by_type
MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n;

// name: two_labels
MATCH (n:Species|Dataset) RETURN n.id AS id;

// name: any_of_two_types
MATCH (g:Gene {symbol: 'INS'})-[r:MEASURED_IN|EXPRESSED_IN]->(x) RETURN type(r) AS type, x.id AS id;

// name: unknown_label
MATCH (n:Protein) RETURN n.id AS id;

// name: unknown_type
MATCH (a:Gene)-[r:REGULATES]->(b:Gene) RETURN a.id AS a, b.id AS b;

// name: unknown_property
MATCH (s:Species) RETURN s.id AS id, s.genome_size AS size;

// name: unknown_property_in_filter
MATCH (s:Species) WHERE s.genome_size > 10 RETURN s.id AS id;

// name: property_of_another_label
MATCH (g:Gene) WHERE g.n_cells IS NULL RETURN count(g) AS n;

// name: label_in_where
MATCH (n)-[:IN_TAXON]->(m) WHERE n:Gene AND m:Species RETURN count(*) AS n;

// name: not_a_label
MATCH (n) WHERE NOT n:Gene AND NOT n:Cell RETURN count(n) AS n;

// name: label_expression_not
MATCH (n:!Gene&!Cell) RETURN count(n) AS n;

// name: label_expression_and
MATCH (n:Gene&Cell) RETURN count(n) AS n;

// name: inline_where
MATCH (g:Gene WHERE g.symbol STARTS WITH 'I') RETURN g.symbol AS symbol;

// name: inline_where_of_relationship
MATCH (g:Gene)-[e:EXPRESSED_IN WHERE e.fraction > 0.99]->(t:CellType)
RETURN g.symbol AS gene, t.name AS type, e.dataset AS dataset;

// name: two_hops_directed
MATCH (c:Cell)-[:HAS_TYPE]->(t:CellType)-[:SUBCLASS_OF]->(p:CellType)
RETURN t.name AS type, p.name AS parent, count(c) AS cells;

// name: against_the_arrow
MATCH (p:CellType {name: 'pancreatic endocrine cell'})<-[:SUBCLASS_OF]-(t) RETURN t.name AS name;

// name: undirected_hop
MATCH (g:Gene {symbol: 'INS'})-[o:ORTHOLOGOUS_TO]-(h:Gene) RETURN h.symbol AS symbol, o.assertion AS assertion;

// name: undirected_all_twice
MATCH (a:CellType)-[:SUBCLASS_OF]-(b:CellType) RETURN a.name AS a, b.name AS b;

// name: undirected_count
MATCH ()-[r:SUBCLASS_OF]-() RETURN count(r) AS ends, count(DISTINCT r) AS edges;

// name: both_ends_anonymous
MATCH ()-[r:EXPRESSES]->() RETURN count(*) AS n;

// name: any_relationship_undirected
MATCH (t:CellType {id: 'CL:0000169'})-[r]-(x) RETURN type(r) AS type, count(*) AS n;

// name: no_brackets
MATCH (a:CellType)-->(b:CellType) RETURN a.id AS a, b.id AS b;

// name: property_map_on_relationship
MATCH (g:Gene)-[:EXPRESSED_IN {dataset: 'toy_human'}]->(:CellType {id: 'CL:0000171'}) RETURN g.symbol AS symbol;

:param dataset => 'toy_mouse'
// name: parameter_in_property_map
MATCH (d:Dataset {id: $dataset})<-[:FROM]-(c:Cell) RETURN count(c) AS n;

// name: siblings_through_a_parent
MATCH (a:CellType)-[:SUBCLASS_OF]->(p)<-[:SUBCLASS_OF]-(b) RETURN a.name AS a, p.name AS p, b.name AS b;

// name: siblings_of_one
MATCH (:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF]->()<-[:SUBCLASS_OF]-(b) RETURN b.name AS b;

// name: sibling_by_two_matches
MATCH (a:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF]->(p)
MATCH (p)<-[:SUBCLASS_OF]-(b)
RETURN b.name AS b;

// name: two_patterns_with_comma
MATCH (a:Species {common_name: 'human'}), (b:Species {common_name: 'mouse'}) RETURN a.id AS a, b.id AS b;

// name: cartesian_product
MATCH (a:Species), (b:Dataset) RETURN a.id AS a, b.id AS b;

// name: two_patterns_share_a_type
MATCH (a:CellType)-[:SUBCLASS_OF]->(x), (b:CellType)-[:SUBCLASS_OF]->(y) RETURN count(*) AS n;

// name: self_join
MATCH (a:Gene), (b:Gene) WHERE a.species = b.species AND a.id < b.id AND left(a.symbol, 2) = left(b.symbol, 2) RETURN a.id AS a, b.id AS b;

// name: same_name_across_species
MATCH (a:Gene {species: 'NCBITaxon:9606'}), (b:Gene {species: 'NCBITaxon:10090'})
WHERE toLower(a.symbol) = toLower(b.symbol)
RETURN a.symbol AS human, b.symbol AS mouse;

// name: triangle
MATCH (a:Gene)-[:COEXPRESSED_WITH]->(b:Gene)-[:COEXPRESSED_WITH]->(c:Gene), (a)-[:COEXPRESSED_WITH]->(c)
RETURN count(*) AS n;

// name: return_to_bound_node
MATCH (c:Cell)-[:EXPRESSES]->(g:Gene)-[:EXPRESSED_IN]->(t:CellType)<-[:HAS_TYPE]-(c)
WHERE c.barcode = 'human-000'
RETURN g.symbol AS symbol, t.id AS type;

// name: node_compared
MATCH (a:Dataset), (b:Dataset) WHERE a <> b RETURN a.id AS a, b.id AS b;

// name: node_equal
MATCH (a:Dataset), (b:Dataset) WHERE a = b RETURN a.id AS a, b.id AS b;

// name: relationship_compared
MATCH (a:CellType)-[r]->(p:CellType)
MATCH (b:CellType)-[s]->(p)
WHERE r <> s
RETURN a.id AS a, b.id AS b;

// name: orthologs_of_orthologs
MATCH (a:Gene {symbol: 'Ins1'})-[:ORTHOLOGOUS_TO]-(h:Gene)-[:ORTHOLOGOUS_TO]-(b:Gene)
RETURN DISTINCT b.symbol AS symbol;

// name: walk_counts_edges_once
MATCH (a:Gene {symbol: 'Ins1'})-[r:ORTHOLOGOUS_TO]-(h:Gene)-[s:ORTHOLOGOUS_TO]-(b:Gene)
RETURN h.symbol AS h, b.symbol AS b, count(*) AS n;

// name: three_hops_undirected
MATCH (a:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF]-(b)-[:SUBCLASS_OF]-(c)-[:SUBCLASS_OF]-(d)
RETURN d.id AS d;

// name: where_on_pattern
MATCH (t:CellType) WHERE (t)-[:SUBCLASS_OF]->() RETURN t.id AS id;

// name: where_not_pattern
MATCH (t:CellType) WHERE NOT (t)-[:SUBCLASS_OF]->() RETURN t.id AS id;

// name: where_pattern_between_bound
MATCH (g:Gene {species: 'NCBITaxon:9606'}), (d:Dataset) WHERE NOT (g)-[:MEASURED_IN]->(d) RETURN g.symbol AS g, d.id AS d;

// name: where_pattern_and_property
MATCH (g:Gene) WHERE (g)-[:MEMBER_OF]->(:OrthologGroup {n_genes: 5}) OR g.symbol = 'LYZ' RETURN g.symbol AS symbol;

// name: backticks
MATCH (`my gene`:`Gene` {`symbol`: 'GCG'}) RETURN `my gene`.`id` AS `the id`;

// name: unused_variable
MATCH (g:Gene)-[r:IN_TAXON]->(s:Species) RETURN s.common_name AS species, count(*) AS genes;

// name: lower_case_keywords
match (g:Gene) where g.symbol = 'SST' return g.id as id;

// name: keyword_as_property
MATCH (c:Cell)-[e:EXPRESSES]->(g:Gene {symbol: 'GCG'}) WHERE e.count > 20 RETURN count(e) AS count;

// name: type_function_filter
MATCH (g:Gene {symbol: 'INS'})-[r]-() WHERE type(r) <> 'EXPRESSES' RETURN type(r) AS t, count(*) AS n;

// name: type_in_list
MATCH (g:Gene {symbol: 'INS'})-[r]->() WHERE type(r) IN ['IN_TAXON', 'MEMBER_OF'] RETURN type(r) AS t;

// name: relationship_twice_in_pattern_list
MATCH (c:Cell {barcode: 'human-000'})-[a:EXPRESSES]->(g:Gene), (c)-[b:EXPRESSES]->(h:Gene)
RETURN count(*) AS pairs;

// name: optional_direction_left_right
MATCH (a:CellType)<-[:SUBCLASS_OF]->(b:CellType) RETURN count(*) AS n;

// name: not_less_than_nan
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType) WHERE NOT e.mean * 0 / 0.0 < 2 RETURN count(*) AS n;

// name: at_most_nan
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType) WHERE e.mean * 0 / 0.0 <= 2 RETURN count(*) AS n;

// name: order_by_ratio
// ordered
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType) RETURN e.mean / e.fraction AS q, g.id AS g, t.id AS t, e.dataset AS d ORDER BY q DESC, g, t, d LIMIT 10;

// name: decimal_by_whole_column
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t:CellType) RETURN g.id AS g, t.id AS t, e.mean / e.n_cells AS x, -(e.mean * 0) AS z;

// name: hint_index
MATCH (g:Gene) USING INDEX g:Gene(symbol) WHERE g.symbol = 'INS' RETURN g.id AS id;

// name: hint_seek_and_scan
MATCH (g:Gene) USING RANGE INDEX g:Gene(symbol) USING SCAN g:Gene WHERE g.symbol = 'INS' RETURN g.id AS id;

// name: hint_of_relationship
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) USING INDEX e:EXPRESSED_IN(mean) WHERE e.mean > 4 RETURN g.id AS id, t.id AS t;

// name: hint_join
MATCH (g:Gene)-[:IN_TAXON]->(s) USING JOIN ON s WHERE g.symbol = 'INS' RETURN s.id AS id;

// name: element_ids_differ
MATCH (a:CellType)-[:SUBCLASS_OF]->(x)<-[:SUBCLASS_OF]-(b:CellType) WHERE elementId(a) <> elementId(b) RETURN a.id AS a, b.id AS b;

// name: numbers_are_equal
MATCH (a:CellType)-[r:SUBCLASS_OF]->(x) MATCH (x)<-[s:SUBCLASS_OF]-(b:CellType) WHERE id(r) = id(s) RETURN a.id AS a, id(a) = id(b) AS same;

// name: element_ids_counted
MATCH (a:Species)<-[r:IN_TAXON]-(g) RETURN count(DISTINCT elementId(a)) AS s, count(DISTINCT id(r)) AS r, count(elementId(g)) AS g;

// name: label_behind_is
MATCH (n)-[r]-(m:Species) WHERE n IS Gene|Dataset AND r IS IN_TAXON RETURN count(*) AS n;
