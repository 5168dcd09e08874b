// Title: Sources and licences
// Answers: Which sources are in this graph, in which version and under which licence?
// Example: 

MATCH (s:Source)
RETURN s.id AS source, s.name AS name, s.source_version AS version, s.license AS license,
       s.job AS job, s.title AS title, s.url AS url,
       s.primary_knowledge_source AS primary_knowledge_source
ORDER BY source
