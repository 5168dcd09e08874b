// OPTIONAL MATCH and what follows it.

// name: with_and_without
MATCH (s:Species) OPTIONAL MATCH (s)<-[:IN_TAXON]-(g:Gene {symbol: 'INS'}) RETURN s.common_name AS s, g.id AS g;

// name: first_clause_no_rows
OPTIONAL MATCH (g:Gene {symbol: 'NOPE'}) RETURN g AS g, g.id AS id;

// name: first_clause_with_rows
OPTIONAL MATCH (s:Species) RETURN s.id AS id;

// name: count_of_missing
MATCH (t:CellType) OPTIONAL MATCH (t)<-[:HAS_TYPE]-(c:Cell) RETURN t.id AS t, count(c) AS cells, count(*) AS lines;

// name: where_belongs_to_it
MATCH (t:CellType) OPTIONAL MATCH (t)-[o:OBSERVED_IN]->(d:Dataset) WHERE d.id = 'toy_human' RETURN t.id AS t, d.id AS d, o.n_cells AS n;

// name: where_refers_outside
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) WHERE t.id = 'CL:0000169' RETURN t.id AS t, p.id AS p;

// name: filter_after_with
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) WITH t, p WHERE p IS NULL RETURN t.id AS t;

// name: chain_of_two
MATCH (g:Gene {species: 'NCBITaxon:7955'})
OPTIONAL MATCH (g)-[:MEMBER_OF]->(o:OrthologGroup)
OPTIONAL MATCH (o)<-[:MEMBER_OF]-(h:Gene {species: 'NCBITaxon:9606'})
RETURN g.symbol AS g, o.n_genes AS n, h.symbol AS h;

// name: second_depends_on_null
MATCH (t:CellType {id: 'CL:0000000'})
OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p)
OPTIONAL MATCH (p)-[:SUBCLASS_OF]->(q)
RETURN t.id AS t, p AS p, q.id AS q;

// name: property_of_null_relationship
MATCH (t:CellType) OPTIONAL MATCH (t)-[r:OBSERVED_IN]->(:Dataset {id: 'nope'}) RETURN t.id AS t, r.n_cells AS n, type(r) AS type;

// name: functions_of_null
OPTIONAL MATCH (g:Gene {symbol: 'NOPE'})-[r]->(x) RETURN labels(g) AS l, type(r) AS t, g.symbol IS NULL AS n, size(g.synonyms) AS s;

// name: collect_skips_nulls
MATCH (t:CellType) OPTIONAL MATCH (t)<-[:SUBCLASS_OF]-(k)
// bags
RETURN t.id AS t, collect(k.id) AS kinds;

// name: mandatory_after_null
OPTIONAL MATCH (g:Gene {symbol: 'NOPE'})
MATCH (s:Species)
RETURN g.id AS g, s.id AS s;

// name: mandatory_from_null
OPTIONAL MATCH (g:Gene {symbol: 'NOPE'})
MATCH (g)-[:IN_TAXON]->(s:Species)
RETURN g.id AS g, s.id AS s;

// name: longer_pattern
MATCH (g:Gene {species: 'NCBITaxon:10090'})
OPTIONAL MATCH (g)-[e:EXPRESSED_IN]->(t:CellType)-[:SUBCLASS_OF]->(p:CellType {id: 'CL:0000000'})
RETURN g.symbol AS g, t.id AS t, p.id AS p;

// name: two_patterns_in_one
MATCH (t:CellType)
OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p), (t)-[:OBSERVED_IN]->(d:Dataset)
RETURN t.id AS t, p.id AS p, d.id AS d;

// name: sum_of_missing
MATCH (t:CellType) OPTIONAL MATCH (t)-[o:OBSERVED_IN]->(d:Dataset) RETURN t.id AS t, sum(o.n_cells) AS n, avg(o.n_cells) AS mean, max(o.n_cells) AS most;

// name: exists_property_after
MATCH (d:Dataset) OPTIONAL MATCH (d)<-[:MEASURED_IN]-(g:Gene {symbol: 'Ppy'}) RETURN d.id AS d, g.id IS NOT NULL AS measured;

// name: coalesce_after
MATCH (g:Gene {species: 'NCBITaxon:7955'}) OPTIONAL MATCH (g)-[:MEASURED_IN]->(d) RETURN g.symbol AS g, coalesce(d.id, 'none') AS d;

// name: case_on_missing
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) RETURN t.id AS t, CASE WHEN p IS NULL THEN 'root' ELSE p.id END AS parent;

// name: distinct_count
MATCH (s:Species) OPTIONAL MATCH (s)<-[:IN_TAXON]-(g)-[:EXPRESSED_IN]->(t) RETURN s.common_name AS s, count(DISTINCT g) AS genes, count(DISTINCT t) AS types;
