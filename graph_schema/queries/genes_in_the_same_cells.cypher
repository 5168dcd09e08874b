// Title: Genes in the cells that express a gene
// Answers: Which genes are among the top genes of the cells that have my gene among theirs?
// Param: gene (gene) -- symbol, synonym or id of the gene
// Param: limit (int) = 50 -- rows at most
// Example: gene=INS

MATCH (g:Gene {id: $gene})
MATCH (c:Cell)-[:EXPRESSES]->(g)
WITH g, c
MATCH (c)-[e:EXPRESSES]->(h:Gene)
WHERE h.id <> g.id
// whole numbers are added, in parts of 2^32, so that the order of addition changes nothing
RETURN h.id AS gene, h.symbol AS symbol, count(c) AS n_cells,
       sum(toInteger(e.value * 4294967296.0)) / (count(e.value) * 4294967296.0) AS mean_value
ORDER BY n_cells DESC, mean_value DESC, gene
LIMIT $limit
