// Title: Genes that a dataset did not measure
// Answers: Which genes of a dataset's species did it not measure, so that their absence means nothing?
// Param: dataset (dataset) -- name of the dataset
// Param: limit (int) = 100 -- rows at most
// Example: dataset=baron_human

MATCH (d:Dataset {id: $dataset})
MATCH (g:Gene)
WHERE g.species = d.species AND NOT EXISTS { MATCH (g)-[:MEASURED_IN]->(d) }
RETURN g.id AS gene, g.symbol AS symbol, g.name AS name
ORDER BY gene
LIMIT $limit
