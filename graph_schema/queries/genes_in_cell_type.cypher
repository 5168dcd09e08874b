// Title: Genes of a cell type
// Answers: Which genes are expressed most in a cell type?
// Param: cell_type (cell_type) -- Cell Ontology id or name
// Param: dataset (dataset) = null -- only this dataset; null for all
// Param: limit (int) = 50 -- rows at most
// Example: cell_type=CL:0000169

MATCH (t:CellType {id: $cell_type})
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t)
WHERE e.dataset = coalesce($dataset, e.dataset)
RETURN e.dataset AS dataset, g.id AS gene, g.symbol AS symbol, e.mean AS mean,
       e.fraction AS fraction, e.n_cells AS n_cells
ORDER BY mean DESC, gene, dataset
LIMIT $limit
