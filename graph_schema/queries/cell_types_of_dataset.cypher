// Title: Cell types of a dataset
// Answers: Which cell types does a dataset hold, and how many cells of each?
// Param: dataset (dataset) -- name of the dataset
// Example: dataset=baron_human

MATCH (d:Dataset {id: $dataset})
MATCH (t:CellType)-[o:OBSERVED_IN]->(d)
RETURN t.id AS cell_type, t.name AS name, o.n_cells AS n_cells, o.author_labels AS author_labels
ORDER BY n_cells DESC, cell_type
