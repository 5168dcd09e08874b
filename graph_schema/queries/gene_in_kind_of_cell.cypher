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
// whole numbers are added, in parts of 2^32, so that the order of addition changes nothing
WITH d.id AS dataset, sum(o.n_cells) AS n_cells,
     sum(toInteger(coalesce(e.mean, 0.0) * o.n_cells * 4294967296.0)) AS means,
     sum(toInteger(coalesce(e.fraction, 0.0) * o.n_cells * 4294967296.0)) AS fractions,
     // z-scores have no fraction
     count(e.mean) - count(e.fraction) AS n_unknown
RETURN dataset, n_cells, means / (n_cells * 4294967296.0) AS mean,
       CASE WHEN n_unknown > 0 THEN null ELSE fractions / (n_cells * 4294967296.0) END AS fraction
ORDER BY dataset
