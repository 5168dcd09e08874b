// Title: What a cell type is a kind of
// Answers: Of which kinds is a cell type, one step up in the Cell Ontology?
// Param: cell_type (cell_type) -- Cell Ontology id or name
// Example: cell_type=CL:0000169

MATCH (t:CellType {id: $cell_type})
MATCH (t)-[:SUBCLASS_OF]->(k:CellType)
RETURN k.id AS cell_type, k.name AS name, k.definition AS definition
ORDER BY cell_type
