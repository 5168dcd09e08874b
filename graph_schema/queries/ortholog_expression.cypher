// Title: Expression of a gene's orthologs by cell type
// Answers: In which cell types are the orthologs of my gene expressed, and how strongly?
// Param: gene (gene) -- symbol, synonym or id of the gene
// Example: gene=INS

MATCH (g:Gene {id: $gene})
MATCH (g)-[o:ORTHOLOGOUS_TO]-(h:Gene)
WHERE o.assertion = 'consensus'
MATCH (h)-[e:EXPRESSED_IN]->(t:CellType)
RETURN h.species AS species, h.id AS ortholog, h.symbol AS symbol,
       CASE WHEN g.id < h.id THEN o.cardinality
            WHEN o.cardinality = '1:many' THEN 'many:1'
            WHEN o.cardinality = 'many:1' THEN '1:many'
            ELSE o.cardinality END AS cardinality,
       e.dataset AS dataset, t.id AS cell_type, t.name AS name, e.mean AS mean,
       e.fraction AS fraction, e.n_cells AS n_cells
ORDER BY species, symbol, ortholog, dataset, mean DESC, cell_type
