// Title: Cells that express a gene most
// Answers: Which cells have my gene among their top genes, highest first, and of what type are they?
// Param: gene (gene) -- symbol, synonym or id of the gene
// Param: dataset (dataset) = null -- only this dataset; null for all
// Param: limit (int) = 20 -- rows at most
// Example: gene=INS

MATCH (g:Gene {id: $gene})
MATCH (c:Cell)-[e:EXPRESSES]->(g)
WHERE c.dataset = coalesce($dataset, c.dataset)
OPTIONAL MATCH (c)-[h:HAS_TYPE]->(t:CellType)
RETURN c.id AS cell, c.dataset AS dataset, t.id AS cell_type, t.name AS name, e.count AS counts,
       e.value AS value, e.rank AS rank
ORDER BY value DESC, cell, cell_type
LIMIT $limit
