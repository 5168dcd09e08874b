// Title: Genes that mark a cell type
// Answers: Which genes are higher in a cell type than in all cells of the same dataset?
// Param: cell_type (cell_type) -- Cell Ontology id or name
// Param: dataset (dataset) = null -- only this dataset; null for all
// Param: min_fraction (float) = 0.25 -- fraction of the type's cells that express it, at least
// Param: limit (int) = 50 -- rows at most
// Example: cell_type=CL:0000169

MATCH (t:CellType {id: $cell_type})
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t)
// z-scores have no fraction
WHERE e.dataset = coalesce($dataset, e.dataset)
  AND (e.fraction IS NULL OR e.fraction >= $min_fraction)
MATCH (g)-[m:MEASURED_IN]->(d:Dataset)
WHERE d.id = e.dataset
RETURN e.dataset AS dataset, g.id AS gene, g.symbol AS symbol, e.mean - m.mean AS difference,
       e.mean AS mean_in_type, m.mean AS mean_in_all, e.fraction AS fraction_in_type,
       m.fraction AS fraction_in_all
ORDER BY difference DESC, gene, dataset
LIMIT $limit
