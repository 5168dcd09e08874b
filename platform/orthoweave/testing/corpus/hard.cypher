// Answered wrongly, or by a crash, by the engine that was the embedded store before.

// name: every_second_of_nothing
RETURN [i IN range(0, size([]) - 1, 2) | i] AS l;

// name: range_step_larger_than_span
RETURN range(0, 5, -10) AS a, range(0, 3, 7) AS b, range(2, 0, 3) AS c;

// name: skip_all
// ordered
MATCH (c:Cell) RETURN c.id AS id ORDER BY id SKIP 100000;

// name: parallel_relationships_behind_a_hop
MATCH (s:Species)<-[:IN_TAXON]-(a:Gene)
MATCH (a)-[x:ORTHOLOGOUS_TO]->(b:Gene)<-[y:ORTHOLOGOUS_TO]-(a)
WHERE x.assertion < y.assertion
RETURN count(*) AS n;
