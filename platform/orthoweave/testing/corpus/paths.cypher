// Paths: variable length, trails, shortest, and what can be asked of them.

// name: one_to_two
MATCH (t:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*1..2]->(p) RETURN p.name AS name;

// name: any_length
MATCH (t:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*]->(p) RETURN p.id AS id;

// name: zero_or_more
MATCH (t:CellType)-[:SUBCLASS_OF*0..]->(p:CellType {id: 'CL:0000000'}) RETURN t.id AS id;

// name: zero_only
MATCH (t:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*0..0]->(p) RETURN p.id AS id;

// name: zero_to_one
MATCH (t:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*0..1]->(p) RETURN p.id AS id;

// name: exactly_two
MATCH (t:CellType)-[:SUBCLASS_OF*2]->(p) RETURN t.id AS t, p.id AS p;

// name: at_most_two
MATCH (t:CellType)-[:SUBCLASS_OF*..2]->(p) RETURN t.id AS t, p.id AS p;

// name: undirected_trails
MATCH (t:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*1..3]-(p) RETURN p.id AS id, count(*) AS n;

// name: undirected_trails_orthology
MATCH (g:Gene {symbol: 'INS'})-[:ORTHOLOGOUS_TO*2]-(h:Gene) RETURN h.symbol AS h, count(*) AS n;

// name: trails_return_to_start
MATCH (g:Gene {symbol: 'INS'})-[:ORTHOLOGOUS_TO*2..2]-(g) RETURN count(*) AS n;

// name: coexpression_two_steps
MATCH (g:Gene {id: 'NCBIGene:3630'})-[:COEXPRESSED_WITH*1..2]-(h) RETURN h.symbol AS h, count(*) AS n;

// name: coexpression_directed_three
MATCH (g:Gene {id: 'NCBIGene:2641'})-[:COEXPRESSED_WITH*1..3]->(h) RETURN count(*) AS n, count(DISTINCT h) AS genes;

// name: two_types_variable
MATCH (c:Cell {barcode: 'human-000'})-[:HAS_TYPE|SUBCLASS_OF*1..3]->(t) RETURN t.id AS id;

// name: length
MATCH p = (t:CellType)-[:SUBCLASS_OF*]->(:CellType {id: 'CL:0000000'}) RETURN t.id AS t, length(p) AS l;

// name: length_of_fixed
MATCH p = (c:Cell {barcode: 'human-000'})-[:HAS_TYPE]->()-[:SUBCLASS_OF]->() RETURN length(p) AS l;

// name: nodes_of_path
MATCH p = (:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*]->(:CellType {id: 'CL:0000000'}) RETURN [n IN nodes(p) | n.id] AS ids;

// name: size_of_nodes
MATCH p = (t:CellType)-[:SUBCLASS_OF*1..3]->(x) RETURN t.id AS t, x.id AS x, size(nodes(p)) AS n, size(relationships(p)) AS r;

// name: relationships_of_path
MATCH p = (:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*]->(:CellType {id: 'CL:0000000'}) RETURN [r IN relationships(p) | type(r)] AS types;

// name: whole_path
MATCH p = (:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF]->() RETURN p;

// name: whole_path_two
MATCH p = (:Cell {barcode: 'human-000'})-[:HAS_TYPE]->()-[:SUBCLASS_OF]->() RETURN p;

// name: relationship_list_variable
MATCH (:CellType {id: 'CL:0000169'})-[rs:SUBCLASS_OF*1..2]->(p) RETURN p.id AS p, size(rs) AS n;

// name: relationship_list_properties
MATCH (:Gene {id: 'NCBIGene:3630'})-[rs:COEXPRESSED_WITH*2]->(h) RETURN h.symbol AS h, reduce(x = 1.0, r IN rs | x * r.coefficient) AS product;

// name: all_relationships_filtered
MATCH (g:Gene {id: 'NCBIGene:3630'})-[rs:COEXPRESSED_WITH*1..2]->(h) WHERE all(r IN rs WHERE r.coefficient > 0.1) RETURN h.symbol AS h, count(*) AS n;

// name: all_nodes_filtered
MATCH p = (:Gene {id: 'NCBIGene:3630'})-[:COEXPRESSED_WITH*1..2]-(h) WHERE all(n IN nodes(p) WHERE n.symbol <> 'GCG') RETURN h.symbol AS h, count(*) AS n;

// name: property_map_on_variable
MATCH (g:Gene {symbol: 'INS'})-[:ORTHOLOGOUS_TO*1..2 {assertion: 'consensus'}]-(h) RETURN h.symbol AS h, count(*) AS n;

// name: shortest
MATCH p = shortestPath((a:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*]-(b:CellType {id: 'CL:0002079'})) RETURN length(p) AS l;

// name: shortest_nodes
MATCH p = shortestPath((a:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*]-(b:CellType {id: 'CL:0002079'})) RETURN [n IN nodes(p) | n.id] AS ids;

// name: shortest_bound
MATCH (a:Gene {symbol: 'INS'}), (b:Gene {symbol: 'insb'})
MATCH p = shortestPath((a)-[:ORTHOLOGOUS_TO*..4]-(b)) RETURN length(p) AS l;

// name: shortest_none
MATCH (a:Gene {symbol: 'INS'}), (b:Gene {symbol: 'GCG'})
MATCH p = shortestPath((a)-[:ORTHOLOGOUS_TO*..4]-(b)) RETURN length(p) AS l;

// name: shortest_optional
MATCH (a:Gene {symbol: 'INS'}), (b:Gene {symbol: 'GCG'})
OPTIONAL MATCH p = shortestPath((a)-[:ORTHOLOGOUS_TO*..4]-(b)) RETURN p IS NULL AS none;

// name: shortest_to_all
MATCH (a:CellType {id: 'CL:0000169'}), (b:CellType) WHERE a <> b
MATCH p = shortestPath((a)-[:SUBCLASS_OF*]-(b)) RETURN b.id AS b, length(p) AS l;

// name: all_shortest
MATCH (a:Gene {symbol: 'Ins1'}), (b:Gene {symbol: 'Ins2'})
MATCH p = allShortestPaths((a)-[:ORTHOLOGOUS_TO*..3]-(b)) RETURN length(p) AS l, count(*) AS n;

// name: quantified_relationship
MATCH (t:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF]->{1,3}(p) RETURN p.id AS id;

// name: quantified_plus
MATCH (t:CellType)-[:SUBCLASS_OF]->+(p:CellType {id: 'CL:0000000'}) RETURN t.id AS id;

// name: quantified_star
MATCH (t:CellType)-[:SUBCLASS_OF]->*(p:CellType {id: 'CL:0008024'}) RETURN t.id AS id;

// name: quantified_group
MATCH (t:CellType {id: 'CL:0000169'})(()-[:SUBCLASS_OF]->()){1,2}(p) RETURN p.id AS id;

// name: shortest_keyword
MATCH p = SHORTEST 1 (a:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF]-+(b:CellType {id: 'CL:0002079'}) RETURN length(p) AS l;

// name: optional_variable
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF*2]->(p) RETURN t.id AS t, p.id AS p;

// name: variable_then_fixed
MATCH (c:Cell)-[:HAS_TYPE]->()-[:SUBCLASS_OF*0..2]->(p:CellType) RETURN p.id AS p, count(DISTINCT c) AS cells;

// name: start_and_end
MATCH (:Gene {symbol: 'TP53'})-[r:IN_TAXON]-() RETURN startNode(r).symbol AS s, endNode(r).common_name AS e;

// name: start_and_end_undirected
MATCH (t:CellType {id: 'CL:0008024'})-[r:SUBCLASS_OF]-(x) RETURN startNode(r).id AS s, endNode(r).id AS e, x.id AS x;

// name: path_nodes_unwound
MATCH p = (:CellType {id: 'CL:0000169'})-[:SUBCLASS_OF*2]->() UNWIND nodes(p) AS n RETURN n.id AS id;

// name: paths_counted
MATCH p = (:Gene {species: 'NCBITaxon:9606'})-[:COEXPRESSED_WITH*1..2]->() RETURN length(p) AS l, count(p) AS n;

// name: where_variable_pattern
MATCH (t:CellType) WHERE (t)-[:SUBCLASS_OF*1..2]->(:CellType {id: 'CL:0000000'}) RETURN t.id AS id;

// name: all_shortest_selected
MATCH p = ALL SHORTEST (a:CellType)-[:SUBCLASS_OF]-+(b:CellType) RETURN a.id AS a, b.id AS b, length(p) AS l, [n IN nodes(p) | n.id] AS ids;

// name: all_shortest_from_zero
MATCH p = ALL SHORTEST (a:CellType)-[:SUBCLASS_OF]-*(b:CellType) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: shortest_one
MATCH p = SHORTEST 1 (a:CellType)-[:SUBCLASS_OF]->{1,2}(b:CellType) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: any_selected
MATCH ANY (g:Gene {symbol: 'INS'})-[:COEXPRESSED_WITH]-+(h:Gene) RETURN h.id AS h;

// name: shortest_group
MATCH p = SHORTEST GROUP (a:CellType)-[:SUBCLASS_OF]->+(b:CellType) WHERE a.name < b.name RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: condition_behind_shortest
MATCH p = ALL SHORTEST (a:CellType)-[r:SUBCLASS_OF]->+(b) WHERE size(r) > 1 RETURN a.id AS a, b.id AS b, size(r) AS n;

// name: condition_within_shortest
MATCH p = ALL SHORTEST (g:Gene {symbol: 'INS'})-[c:COEXPRESSED_WITH WHERE c.coefficient > 0]-{1,3}(h:Gene) RETURN h.id AS h, length(p) AS l, count(*) AS n;

// name: shortest_way_back
MATCH p = ALL SHORTEST (g:Gene)-[:COEXPRESSED_WITH|EXPRESSED_IN]-+(g) WHERE g.symbol IN ['INS', 'GCG', 'Ttr'] RETURN g.id AS g, length(p) AS l, count(*) AS n;

// name: optional_shortest
MATCH (a:CellType), (b:CellType) WHERE a.id < b.id OPTIONAL MATCH p = ALL SHORTEST (a)-[:SUBCLASS_OF]->+(b) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: every_path
MATCH p = ALL PATHS (a:CellType)-[:SUBCLASS_OF]->{1,2}(b) RETURN a.id AS a, b.id AS b, length(p) AS l;

// name: counted_reach
MATCH (t:CellType) RETURN t.id AS t, COUNT { MATCH ANY (t)-[:SUBCLASS_OF]->+(u) } AS n;

// name: two_shortest
MATCH p = SHORTEST 2 (a:CellType)-[:SUBCLASS_OF]->+(b:CellType) RETURN a.id AS a, b.id AS b, length(p) AS l;
