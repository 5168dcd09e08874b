// Title: A gene in a kind of cell with all its kinds
// Answers: What is a gene's mean over all cells of a kind, kinds up to three steps below it included?
// Param: gene (gene) -- symbol, synonym or id of the gene
// Param: cell_type (cell_type) -- Cell Ontology id or name
// Example: gene=INS cell_type=CL:0008024

MATCH (g:Gene {id: $gene})
MATCH (g)-[:MEASURED_IN]->(d:Dataset)
MATCH (k:CellType {id: $cell_type})
MATCH (t:CellType)-[:SUBCLASS_OF*0..3]->(k)
WITH DISTINCT g, d, t
MATCH (t)-[o:OBSERVED_IN]->(d)
OPTIONAL MATCH (g)-[e:EXPRESSED_IN]->(t)
WHERE e.dataset = d.id
RETURN d.id AS dataset, sum(o.n_cells) AS n_cells,
       sum(coalesce(e.mean, 0.0) * o.n_cells) / sum(o.n_cells) AS mean,
       sum(coalesce(e.fraction, 0.0) * o.n_cells) / sum(o.n_cells) AS fraction
ORDER BY dataset
