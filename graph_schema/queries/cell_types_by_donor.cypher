// Title: Cell types by donor
// Answers: How many cells of each type does each donor of a dataset have?
// Param: dataset (dataset) -- name of the dataset
// Example: dataset=baron_human

MATCH (d:Dataset {id: $dataset})
MATCH (c:Cell)-[:FROM]->(d)
MATCH (c)-[h:HAS_TYPE]->(t:CellType)
WHERE h.by = 'author'
RETURN c.donor AS donor, t.id AS cell_type, t.name AS name, count(*) AS n_cells
ORDER BY donor, n_cells DESC, cell_type
