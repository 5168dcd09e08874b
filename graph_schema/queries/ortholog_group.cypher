// Title: The ortholog group of a gene
// Answers: Which genes of all species descend from one gene together with mine?
// Param: gene (gene) -- symbol, synonym or id of the gene
// Example: gene=INS

MATCH (g:Gene {id: $gene})
MATCH (g)-[:MEMBER_OF]->(k:OrthologGroup)
WITH k
MATCH (h:Gene)-[:MEMBER_OF]->(k)
RETURN k.id AS ortholog_group, k.n_genes AS n_genes, k.n_species AS n_species,
       h.species AS species, h.id AS gene, h.symbol AS symbol, h.name AS name
ORDER BY ortholog_group, species, gene
