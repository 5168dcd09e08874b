// Title: Orthologs that are not one to one, in a cell type
// Answers: Which genes of a cell type have several orthologs in another species, and which of these are expressed there too?
// Param: cell_type (cell_type) -- Cell Ontology id or name
// Param: source (species) = human -- species to start from
// Param: target (species) = mouse -- species of the orthologs
// Param: limit (int) = 50 -- rows at most
// Example: cell_type=CL:0000169

MATCH (t:CellType {id: $cell_type})
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t)
WHERE g.species = $source
WITH t, g, e
MATCH (g)-[o:ORTHOLOGOUS_TO]-(h:Gene)
WHERE o.assertion = 'consensus' AND o.cardinality <> '1:1' AND h.species = $target
WITH t, g, e, o, h
MATCH (h)-[f:EXPRESSED_IN]->(u:CellType)
WHERE u.id = t.id
RETURN g.id AS gene, g.symbol AS symbol, e.dataset AS dataset, e.mean AS mean,
       CASE WHEN g.id < h.id THEN o.cardinality
            WHEN o.cardinality = '1:many' THEN 'many:1'
            WHEN o.cardinality = 'many:1' THEN '1:many'
            ELSE o.cardinality END AS cardinality,
       h.id AS ortholog, h.symbol AS ortholog_symbol, f.dataset AS ortholog_dataset,
       f.mean AS ortholog_mean
ORDER BY mean DESC, gene, ortholog_mean DESC, ortholog, dataset, ortholog_dataset
LIMIT $limit
