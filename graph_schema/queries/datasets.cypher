// Title: Datasets
// Answers: Which datasets are there, of which species, and under which licence?
// Example: 

MATCH (d:Dataset)
RETURN d.id AS dataset, d.title AS title, d.species AS species, d.assay AS assay,
       d.n_cells AS n_cells, d.n_genes AS n_genes, d.scale AS scale, d.license AS license, d.source AS source
ORDER BY dataset
