// Title: Cell types in several datasets
// Answers: Which cell types were observed in more than one dataset, so that they can be compared?
// Example: 

MATCH (t:CellType)-[o:OBSERVED_IN]->(d:Dataset)
WITH t, o, d
ORDER BY d.id
WITH t, count(DISTINCT d.id) AS n_datasets, collect(d.id) AS datasets, sum(o.n_cells) AS n_cells
WHERE n_datasets > 1
RETURN t.id AS cell_type, t.name AS name, n_datasets, datasets, n_cells
ORDER BY n_cells DESC, cell_type
