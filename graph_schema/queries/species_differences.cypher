// Title: One-to-one orthologs that differ in a cell type
// Answers: Which one-to-one orthologs differ most between two species in the same cell type?
// Param: cell_type (cell_type) -- Cell Ontology id or name
// Param: source (species) = human -- one species
// Param: target (species) = mouse -- the other species
// Param: limit (int) = 50 -- rows at most
// Example: cell_type=CL:0000169

MATCH (t:CellType {id: $cell_type})
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t)
WHERE g.species = $source
WITH t, g, e
MATCH (g)-[o:ORTHOLOGOUS_TO]-(h:Gene)
WHERE o.assertion = 'consensus' AND o.cardinality = '1:1' AND h.species = $target
WITH t, g, e, o, h
MATCH (h)-[f:EXPRESSED_IN]->(u:CellType)
WHERE u.id = t.id
RETURN g.id AS gene, g.symbol AS symbol, h.id AS ortholog, h.symbol AS ortholog_symbol,
       e.dataset AS dataset, f.dataset AS ortholog_dataset, e.mean AS mean,
       f.mean AS ortholog_mean, abs(e.mean - f.mean) AS difference
ORDER BY difference DESC, gene, dataset, ortholog_dataset
LIMIT $limit
