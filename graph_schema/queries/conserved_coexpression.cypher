// Title: Co-expression conserved between species
// Answers: Which genes are co-expressed with my gene, and through orthologs also in another species?
// Param: gene (gene) -- symbol, synonym or id of the gene
// Param: limit (int) = 50 -- rows at most
// Example: gene=GCG

MATCH (g:Gene {id: $gene})
MATCH (g)-[o:ORTHOLOGOUS_TO]-(g2:Gene)
WHERE o.assertion = 'consensus'
WITH g, g2
MATCH (g)-[e:COEXPRESSED_WITH]-(h:Gene)
WITH g2, h, e
MATCH (h)-[p:ORTHOLOGOUS_TO]-(h2:Gene)
WHERE p.assertion = 'consensus'
WITH g2, h, e, h2
MATCH (g2)-[f:COEXPRESSED_WITH]-(k:Gene)
WHERE k.id = h2.id AND e.coefficient * f.coefficient > 0
RETURN h.id AS gene, h.symbol AS symbol, e.dataset AS dataset, e.coefficient AS coefficient,
       g2.symbol AS ortholog_of_mine, h2.id AS ortholog, h2.symbol AS ortholog_symbol,
       f.dataset AS ortholog_dataset, f.coefficient AS ortholog_coefficient
ORDER BY coefficient + ortholog_coefficient DESC, gene, ortholog, dataset, ortholog_dataset,
         ortholog_of_mine
LIMIT $limit
