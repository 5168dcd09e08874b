// Title: Co-expressed neighbours of a gene
// Answers: Which genes are co-expressed with my gene, in which dataset?
// Param: gene (gene) -- symbol, synonym or id of the gene
// Param: min_coefficient (float) = 0.0 -- absolute correlation, at least
// Param: limit (int) = 50 -- rows at most
// Example: gene=INS

MATCH (g:Gene {id: $gene})
MATCH (g)-[e:COEXPRESSED_WITH]-(h:Gene)
WHERE abs(e.coefficient) >= $min_coefficient
RETURN e.dataset AS dataset, e.cell_type AS cell_type, h.id AS gene, h.symbol AS symbol,
       e.coefficient AS coefficient, e.method AS method, e.n AS n
ORDER BY coefficient DESC, gene, dataset
LIMIT $limit
