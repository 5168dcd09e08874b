// EXISTS, COUNT, COLLECT and CALL subqueries.

// name: exists_pattern
MATCH (t:CellType) WHERE EXISTS { (t)-[:SUBCLASS_OF]->() } RETURN t.id AS id;

// name: exists_match_where
MATCH (g:Gene) WHERE EXISTS { MATCH (g)-[e:EXPRESSED_IN]->(t) WHERE e.fraction > 0.9 AND t.id = 'CL:0000169' } RETURN g.symbol AS s;

// name: not_exists
MATCH (g:Gene {species: 'NCBITaxon:10090'}) WHERE NOT EXISTS { MATCH (g)-[:MEASURED_IN]->(:Dataset) } RETURN g.symbol AS s;

// name: exists_nested
MATCH (s:Species) WHERE EXISTS { MATCH (s)<-[:IN_TAXON]-(g) WHERE EXISTS { (g)-[:EXPRESSED_IN]->() } } RETURN s.common_name AS s;

// name: exists_as_value
MATCH (t:CellType) RETURN t.id AS t, EXISTS { (t)<-[:HAS_TYPE]-() } AS seen;

// name: exists_with_outer_value
MATCH (o:OrthologGroup) WHERE EXISTS { MATCH (o)<-[:MEMBER_OF]-(g:Gene) WHERE g.species = o.species[0] } RETURN count(o) AS n;

// name: count_pattern
MATCH (s:Species) RETURN s.common_name AS s, COUNT { (s)<-[:IN_TAXON]-() } AS n;

// name: count_match_where
MATCH (t:CellType) RETURN t.id AS t, COUNT { MATCH (t)<-[:HAS_TYPE]-(c:Cell) WHERE c.donor = 'toy_human:human1' } AS n;

// name: count_in_where
MATCH (g:Gene) WHERE COUNT { (g)-[:EXPRESSED_IN]->() } > 3 RETURN g.symbol AS s;

// name: count_distinct_inside
MATCH (s:Species) RETURN s.id AS s, COUNT { MATCH (s)<-[:IN_TAXON]-(g)-[:EXPRESSED_IN]->(t) RETURN DISTINCT t } AS n;

// name: count_in_order
// ordered
MATCH (t:CellType) RETURN t.id AS id ORDER BY COUNT { (t)<-[:HAS_TYPE]-() } DESC, id;

// name: collect_ordered
MATCH (s:Species) RETURN s.id AS s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g:Gene) WHERE g.symbol STARTS WITH 'I' RETURN g.symbol ORDER BY g.symbol } AS genes;

// name: collect_limited
MATCH (s:Species) RETURN s.id AS s, COLLECT { MATCH (s)<-[:IN_TAXON]-(g:Gene) RETURN g.symbol ORDER BY g.symbol DESC LIMIT 2 } AS genes;

// name: collect_simple
// bags
MATCH (t:CellType {id: 'CL:0008024'}) RETURN COLLECT { MATCH (t)<-[:SUBCLASS_OF]-(k) RETURN k.id } AS kinds;

// name: call_with_import
MATCH (s:Species)
CALL (s) { MATCH (s)<-[:IN_TAXON]-(g:Gene) RETURN count(g) AS n }
RETURN s.common_name AS s, n AS n;

// name: call_with_old_import
MATCH (t:CellType)
CALL { WITH t MATCH (t)<-[:HAS_TYPE]-(c) RETURN count(c) AS n }
RETURN t.id AS t, n AS n;

// name: call_top_of_each
MATCH (d:Dataset)
CALL (d) { MATCH (c:Cell)-[:FROM]->(d) RETURN c.barcode AS top ORDER BY c.total_count DESC, c.barcode LIMIT 2 }
RETURN d.id AS d, top AS top;

// name: call_without_import
CALL () { MATCH (s:Species) RETURN s.id AS id } RETURN id AS id;

// name: call_union
CALL () { MATCH (s:Species) RETURN s.id AS id UNION MATCH (d:Dataset) RETURN d.id AS id } RETURN count(id) AS n;

// name: call_no_rows_inside
MATCH (t:CellType)
CALL (t) { MATCH (t)-[:SUBCLASS_OF]->(p) RETURN p.id AS p }
RETURN t.id AS t, p AS p;

// name: call_aggregates_nothing
MATCH (t:CellType {id: 'CL:0000000'})
CALL (t) { MATCH (t)-[:SUBCLASS_OF]->(p) RETURN collect(p.id) AS parents, max(p.id) AS most }
RETURN t.id AS t, parents AS parents, most AS most;

// name: exists_of_bound_pair
MATCH (a:CellType), (b:CellType) WHERE EXISTS { (a)-[:SUBCLASS_OF]->(b) } RETURN a.id AS a, b.id AS b;

// name: count_in_with
MATCH (g:Gene) WITH g, COUNT { (g)--() } AS degree WHERE degree > 20 RETURN g.symbol AS s, degree AS degree;

// name: exists_function_of_pattern
MATCH (t:CellType) WHERE exists((t)-[:SUBCLASS_OF]->()) RETURN t.id AS id;

// name: count_zero
MATCH (s:Species {common_name: 'zebrafish'}) RETURN COUNT { (s)<-[:IN_TAXON]-()-[:EXPRESSED_IN]->() } AS n;

// name: exists_full_query
MATCH (d:Dataset) WHERE EXISTS { MATCH (d)<-[:FROM]-(c:Cell) WITH c.donor AS donor, count(*) AS n WHERE n > 5 RETURN donor } RETURN d.id AS d;
