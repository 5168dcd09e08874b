// Title: Species
// Answers: Which species are there, and how many genes of each?
// Example: 

MATCH (s:Species)
OPTIONAL MATCH (g:Gene)-[:IN_TAXON]->(s)
RETURN s.id AS species, s.common_name AS common_name, s.scientific_name AS scientific_name,
       count(DISTINCT g.id) AS n_genes
ORDER BY species
