// Title: A kind of cell with all its kinds
// Answers: How many cells of a kind, or of kinds up to three steps below it in the Cell Ontology, does each dataset hold?
// Param: cell_type (cell_type) -- Cell Ontology id or name
// Example: cell_type=CL:0008024

MATCH (k:CellType {id: $cell_type})
MATCH (t:CellType)-[:SUBCLASS_OF*0..3]->(k)
WITH DISTINCT t
MATCH (t)-[o:OBSERVED_IN]->(d:Dataset)
WITH t, o, d
ORDER BY t.name, t.id
RETURN d.id AS dataset, d.species AS species, sum(o.n_cells) AS n_cells, collect(t.name) AS cell_types
ORDER BY dataset
