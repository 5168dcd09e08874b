// Title: Evidence for a pair of orthologs
// Answers: Which sources and resources support a pair of orthologs, in which version and under which licence?
// Param: gene (gene) -- symbol, synonym or id of the gene
// Param: ortholog (gene) -- symbol, synonym or id of the other gene
// Example: gene=INS ortholog=Ins2

MATCH (g:Gene {id: $gene})
MATCH (h:Gene {id: $ortholog})
MATCH (g)-[o:ORTHOLOGOUS_TO]-(h)
RETURN o.assertion AS assertion, o.source AS source, o.source_version AS source_version,
       o.license AS license, o.resources AS resources, o.support_count AS support_count,
       o.covering_count AS covering_count, o.confidence AS confidence,
       o.original_subject AS original_subject, o.original_object AS original_object
ORDER BY assertion, source, original_subject, original_object
