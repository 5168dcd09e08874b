// OPTIONAL MATCH: nulls carried on, conditions on outer names, chains.

// name: optional_001
OPTIONAL MATCH (n:Nope) RETURN n;

// name: optional_002
OPTIONAL MATCH (n:Nope) RETURN n IS NULL AS x, n.id AS id, labels(n) AS l, properties(n) AS p;

// name: optional_003
OPTIONAL MATCH (n:Gene {id: 'none'})-[r]->(m) RETURN n, r, m, type(r) AS t, startNode(r) AS s;

// name: optional_004
OPTIONAL MATCH (n:Gene {id: 'none'}) OPTIONAL MATCH (n)-->(m) RETURN n, m;

// name: optional_005
OPTIONAL MATCH (n:Gene {id: 'none'}) OPTIONAL MATCH (n)-[r]-(m) WITH m OPTIONAL MATCH (m)-->(k:Species) RETURN m, k;

// name: optional_006
OPTIONAL MATCH (n:Gene {id: 'none'}) MATCH (m:Species) RETURN n, m.id AS m;

// name: optional_007
OPTIONAL MATCH (n:Gene {id: 'none'}) MATCH (n)-->(m) RETURN n, m;

// name: optional_008
OPTIONAL MATCH (n:Gene {id: 'none'}) MATCH (m) WHERE m = n RETURN n, m;

// name: optional_009
OPTIONAL MATCH (n:Species) WHERE n.common_name = 'nobody' RETURN n, count(*) AS c;

// name: optional_010
OPTIONAL MATCH (n:Species) WHERE n.common_name = 'nobody' RETURN count(n) AS c, collect(n) AS l;

// name: optional_011
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) RETURN t.id AS t, p.id AS p;

// name: optional_012
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) OPTIONAL MATCH (p)-[:SUBCLASS_OF]->(q) RETURN t.id AS t, p.id AS p, q.id AS q;

// name: optional_013
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p)-[:SUBCLASS_OF]->(q) RETURN t.id AS t, p.id AS p, q.id AS q;

// name: optional_014
MATCH (t:CellType) OPTIONAL MATCH (t)-[r:SUBCLASS_OF]->(p) OPTIONAL MATCH (p)-[s:SUBCLASS_OF]->(q) OPTIONAL MATCH (q)<-[u:SUBCLASS_OF]-(v) RETURN t.id AS t, p.id AS p, q.id AS q, v.id AS v, r = u AS ru, s = u AS su;

// name: optional_015
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]-(p) RETURN t.id AS t, count(p) AS c, count(*) AS n;

// name: optional_016
MATCH (t:CellType) OPTIONAL MATCH (t)<-[e:EXPRESSED_IN]-(g:Gene) WHERE e.mean > 1 RETURN t.id AS t, count(g) AS n, avg(e.mean) AS m;

// name: optional_017
MATCH (t:CellType) OPTIONAL MATCH (t)<-[e:EXPRESSED_IN]-(g:Gene) WHERE t.name IS NOT NULL AND e.mean > 1 RETURN t.id AS t, count(g) AS n;

// name: optional_018
MATCH (t:CellType) OPTIONAL MATCH (t)<-[e:EXPRESSED_IN]-(g:Gene) WHERE t.name IS NULL RETURN t.id AS t, count(g) AS n;

// name: optional_019
MATCH (t:CellType) OPTIONAL MATCH (t)<-[e:EXPRESSED_IN]-(g:Gene) WHERE false RETURN t.id AS t, g AS g;

// name: optional_020
MATCH (t:CellType) OPTIONAL MATCH (t)<-[e:EXPRESSED_IN]-(g:Gene) WITH t, g WHERE g IS NULL RETURN t.id AS t;

// name: optional_021
MATCH (g:Gene) OPTIONAL MATCH (g)-[:EXPRESSED_IN]->(t:CellType) WHERE g.symbol = t.name RETURN g.id AS g, t.id AS t;

// name: optional_022
MATCH (g:Gene) OPTIONAL MATCH (g)-[:COEXPRESSED_WITH]-(h:Gene) WHERE g.species = h.species RETURN g.id AS g, count(DISTINCT h) AS n;

// name: optional_023
MATCH (g:Gene) OPTIONAL MATCH (g)-[r:COEXPRESSED_WITH]-(h:Gene) WHERE g.symbol < h.symbol RETURN g.id AS g, h.id AS h, r.coefficient AS c;

// name: optional_024
MATCH (g:Gene) OPTIONAL MATCH (g)-[:COEXPRESSED_WITH]-(g) RETURN count(*) AS n;

// name: optional_025
MATCH (g:Gene) OPTIONAL MATCH (g)-[:EXPRESSED_IN]->(t) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) OPTIONAL MATCH (p)<-[:EXPRESSED_IN]-(g) RETURN g.id AS g, t.id AS t, p.id AS p;

// name: optional_026
MATCH (g:Gene) OPTIONAL MATCH (g)-[:EXPRESSED_IN]->(t) OPTIONAL MATCH (g)-[:COEXPRESSED_WITH]-(h)-[:EXPRESSED_IN]->(t) RETURN g.id AS g, t.id AS t, count(h) AS n;

// name: optional_027
MATCH (g:Gene) OPTIONAL MATCH (g)-[:MEASURED_IN]->(d) WITH g, d OPTIONAL MATCH (g)-[e:EXPRESSED_IN {dataset: d.id}]->(t) RETURN g.id AS g, d.id AS d, count(t) AS n;

// name: optional_028
MATCH (g:Gene) OPTIONAL MATCH (g)-[:MEASURED_IN]->(d) WITH g, d OPTIONAL MATCH (g)-[e:EXPRESSED_IN]->(t) WHERE e.dataset = d.id RETURN g.id AS g, d.id AS d, count(t) AS n;

// name: optional_029
MATCH (g:Gene) OPTIONAL MATCH (g)-[:MEASURED_IN]->(d) WITH g, collect(d.id) AS ds OPTIONAL MATCH (g)-[e:EXPRESSED_IN]->(t) WHERE NOT e.dataset IN ds RETURN g.id AS g, size(ds) AS k, count(t) AS n;

// name: optional_030
MATCH (s:Species) OPTIONAL MATCH (s)<-[:IN_TAXON]-(g:Gene)-[:COEXPRESSED_WITH]-(h:Gene)-[:IN_TAXON]->(s) RETURN s.id AS s, count(DISTINCT g) AS n;

// name: optional_031
MATCH (s:Species) OPTIONAL MATCH (s)<-[:IN_TAXON]-(g:Gene {symbol: 'INS'}) RETURN s.id AS s, g.id AS g, g.symbol IS NULL AS x;

// name: optional_032
MATCH (s:Species) OPTIONAL MATCH (s)<-[:IN_TAXON]-(g:Gene) WHERE g.symbol STARTS WITH 'G' OPTIONAL MATCH (g)-[:ORTHOLOGOUS_TO]-(h) WHERE h.species <> s.id RETURN s.id AS s, g.symbol AS g, count(DISTINCT h) AS h;

// name: optional_033
MATCH (d:Dataset) OPTIONAL MATCH (d)<-[m:MEASURED_IN]-(g) WHERE m.column < 3 RETURN d.id AS d, g.id AS g, m.column AS c;

// name: optional_034
MATCH (d:Dataset) OPTIONAL MATCH (d)<-[:OBSERVED_IN]-(t:CellType) OPTIONAL MATCH (d)<-[:MEASURED_IN]-(g:Gene)-[e:EXPRESSED_IN]->(t) RETURN d.id AS d, t.id AS t, count(e) AS n;

// name: optional_035
MATCH (a:Species), (b:Dataset) OPTIONAL MATCH (a)<-[:IN_TAXON]-(g)-[:MEASURED_IN]->(b) RETURN a.id AS a, b.id AS b, count(g) AS n;

// name: optional_036
MATCH (a:CellType), (b:CellType) OPTIONAL MATCH (a)-[r:SUBCLASS_OF]->(b) RETURN a.id AS a, b.id AS b, r IS NOT NULL AS x;

// name: optional_037
MATCH (a:CellType), (b:CellType) WHERE a.id < b.id OPTIONAL MATCH p = (a)-[:SUBCLASS_OF]-(b) RETURN a.id AS a, b.id AS b, p IS NULL AS x, length(p) AS l;

// name: optional_038
MATCH (t:CellType) OPTIONAL MATCH p = (t)-[:SUBCLASS_OF*]->(q) RETURN t.id AS t, length(p) AS l, [n IN nodes(p) | n.id] AS ns;

// name: optional_039
MATCH (t:CellType) OPTIONAL MATCH (t)-[rs:SUBCLASS_OF*2..]->(q) RETURN t.id AS t, q.id AS q, size(rs) AS l, rs IS NULL AS x;

// name: optional_040
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF*0..1]->(q) RETURN t.id AS t, q.id AS q;

// name: optional_041
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) RETURN t.id AS t, coalesce(p.id, 'root') AS p, CASE WHEN p IS NULL THEN 0 ELSE 1 END AS c;

// name: optional_042
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) RETURN count(*) AS n, count(p) AS m, count(DISTINCT p) AS d, count(p.name) AS k;

// name: optional_043
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) WITH p, count(t) AS n RETURN p.id AS p, n;

// name: optional_044
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) WITH DISTINCT p RETURN p.id AS p, p IS NULL AS x;

// name: optional_045
MATCH (t:CellType) OPTIONAL MATCH (t)-[r:SUBCLASS_OF]->(p) WITH r, p OPTIONAL MATCH (a)-[r]->(b) RETURN p.id AS p, a.id AS a, b.id AS b;

// name: optional_046
MATCH (t:CellType) OPTIONAL MATCH (t)-[r:SUBCLASS_OF]->(p) WITH p MATCH (p)<-[:EXPRESSED_IN]-(g) RETURN p.id AS p, count(g) AS n;

// name: optional_047
MATCH (t:CellType) OPTIONAL MATCH (t)-[r:SUBCLASS_OF]->(p) MATCH (x:CellType) WHERE x = p OR p IS NULL RETURN t.id AS t, p.id AS p, x.id AS x;

// name: optional_048
MATCH (t:CellType) OPTIONAL MATCH (t)-[r:SUBCLASS_OF]->(p) WHERE EXISTS { (p)-[:SUBCLASS_OF]->() } RETURN t.id AS t, p.id AS p;

// name: optional_049
MATCH (t:CellType) OPTIONAL MATCH (t)-[r:SUBCLASS_OF]->(p) WHERE COUNT { (p)<-[:SUBCLASS_OF]-() } > 1 RETURN t.id AS t, p.id AS p;

// name: optional_050
MATCH (t:CellType) OPTIONAL MATCH (t)-[r:SUBCLASS_OF]->(p) RETURN t.id AS t, EXISTS { (p)<--() } AS e, COUNT { (p)<--() } AS c, COUNT { (x:Species) WHERE p IS NULL } AS d;

// name: optional_051
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) RETURN t.id AS t, [(p)<-[:SUBCLASS_OF]-(c) WHERE c <> t | c.id] AS siblings ORDER BY t, siblings[0] LIMIT 0;

// name: optional_052
// bags
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) RETURN t.id AS t, [(p)<-[:SUBCLASS_OF]-(c) WHERE c <> t | c.id] AS siblings;

// name: optional_053
// bags
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) WITH t, collect(p) AS ps RETURN t.id AS t, size(ps) AS n, [p IN ps | p.name] AS names;

// name: optional_054
// bags
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) WITH t, collect(p) AS ps UNWIND ps AS p RETURN t.id AS t, p.id AS p;

// name: optional_055
MATCH (t:CellType) OPTIONAL MATCH (t)-[:SUBCLASS_OF]->(p) WITH t, collect(p) AS ps UNWIND (CASE WHEN ps = [] THEN [null] ELSE ps END) AS p RETURN t.id AS t, p.id AS p;

// name: optional_056
MATCH (c:Cell) WHERE c.id ENDS WITH '0' OPTIONAL MATCH (c)-[e:EXPRESSES]->(g:Gene {symbol: 'INS'}) RETURN c.id AS c, e.rank AS r, g.symbol AS s;

// name: optional_057
MATCH (c:Cell) OPTIONAL MATCH (c)-[e:EXPRESSES {rank: 1}]->(g:Gene) OPTIONAL MATCH (g)-[:EXPRESSED_IN]->(t:CellType)<-[:HAS_TYPE]-(c) RETURN g.symbol AS g, t.name AS t, count(*) AS n;

// name: optional_058
MATCH (g:Gene) WHERE g.symbol IN ['INS', 'TP53', 'LYZ'] OPTIONAL MATCH (g)-[o:ORTHOLOGOUS_TO {assertion: 'consensus'}]-(h:Gene) OPTIONAL MATCH (h)-[e:EXPRESSED_IN]->(t) WHERE e.fraction > 0.5 RETURN g.symbol AS g, h.symbol AS h, t.name AS t, o.cardinality AS c;

// name: optional_059
OPTIONAL MATCH (a:Species)-[r:NOPE]->(b) WITH a, b UNWIND [1, 2] AS x RETURN a, b, x;

// name: optional_060
OPTIONAL MATCH (a:Species {id: 'x'}) WITH a, 1 AS one OPTIONAL MATCH (a)<-[:IN_TAXON]-(g:Gene) WITH a, g, one RETURN a, g, one;

// name: optional_061
UNWIND ['human', 'dog', null, 'mouse'] AS name OPTIONAL MATCH (s:Species {common_name: name}) RETURN name, s.id AS id;

// name: optional_062
UNWIND ['human', 'dog', null, 'mouse'] AS name OPTIONAL MATCH (s:Species) WHERE s.common_name = name OPTIONAL MATCH (s)<-[:IN_TAXON]-(g) RETURN name, count(g) AS n, count(*) AS m;

// name: optional_063
UNWIND ['INS', 'nope', 'GCG'] AS name OPTIONAL MATCH (g:Gene {symbol: name})-[:EXPRESSED_IN]->(t) RETURN name, count(t) AS n, max(t.name) AS m;

// name: optional_064
UNWIND [{s: 'INS', k: 1}, {s: 'GCG', k: 2}, {k: 3}] AS row OPTIONAL MATCH (g:Gene {symbol: row.s}) RETURN row.k AS k, g.id AS id;

// name: optional_065
WITH null AS x OPTIONAL MATCH (n:Species) WHERE n.id = x RETURN x, n;

// name: optional_066
WITH null AS x OPTIONAL MATCH (n:Species {id: x}) RETURN x, n;

// name: optional_067
MATCH (a:Gene) OPTIONAL MATCH (a)-[r1:COEXPRESSED_WITH]-(b) OPTIONAL MATCH (a)-[r2:COEXPRESSED_WITH]-(b) RETURN count(*) AS n, count(r1) AS x, count(r2) AS y;

// name: optional_068
MATCH (a:Gene) OPTIONAL MATCH (a)-[r1:COEXPRESSED_WITH]-(b), (b)-[r2:COEXPRESSED_WITH]-(c) RETURN a.id AS a, count(c) AS n;

// name: optional_069
MATCH (a:Gene) OPTIONAL MATCH (a)-[:EXPRESSED_IN]->(t), (a)-[:MEASURED_IN]->(d) RETURN a.id AS a, count(t) AS t, count(d) AS d;

// name: optional_070
MATCH (a:Gene) OPTIONAL MATCH (b:Gene {symbol: a.name}) RETURN a.id AS a, b.id AS b;

// name: optional_071
MATCH (a:Gene) OPTIONAL MATCH (b:Gene) WHERE b.symbol = a.symbol AND b.id <> a.id RETURN a.id AS a, b.id AS b;

// name: optional_072
MATCH (a:Gene) OPTIONAL MATCH (b:CellType) WHERE (a)-[:EXPRESSED_IN]->(b) AND b.name > a.symbol RETURN a.id AS a, b.id AS b;

// name: optional_073
MATCH (a:Gene) OPTIONAL MATCH (b:CellType) WHERE NOT (a)-[:EXPRESSED_IN]->(b) RETURN a.id AS a, count(b) AS n;

// name: optional_074
MATCH (a:Gene) OPTIONAL MATCH (a)-[x:EXPRESSED_IN|MEASURED_IN]->(b) RETURN a.id AS a, type(x) AS t, count(b) AS n;

// name: optional_075
MATCH (a:Gene) OPTIONAL MATCH (a)-[x]->(b:CellType|Dataset) WHERE x.fraction > 0.3 RETURN a.id AS a, labels(b)[0] AS l, count(*) AS n;

// name: optional_076
MATCH (a:CellType|Species) OPTIONAL MATCH (a)<-[x]-(b:Gene) RETURN a.id AS a, type(x) AS t, count(b) AS n;

// name: optional_077
MATCH (a) WHERE a.id IN ['CL:0000000', 'NCBITaxon:9606', 'set_a', 'NCBIGene:1'] OPTIONAL MATCH (a)-[x]-(b) RETURN a.id AS a, type(x) AS t, labels(b) AS l, count(*) AS n;

// name: optional_078
MATCH (a:Gene) OPTIONAL MATCH (a)-[:IN_TAXON]->(s) WHERE s.common_name IS NULL WITH a, s, s IS NULL AS missing RETURN missing, count(*) AS n, collect(DISTINCT s.id)[0] IS NULL AS z;

// name: optional_079
MATCH (a:Gene) OPTIONAL MATCH (a)-[:EXPRESSED_IN]->(t) WITH a, t ORDER BY a.id, t.id RETURN a.id AS a, collect(t.id) AS ts;

// name: optional_080
MATCH (a:Gene) OPTIONAL MATCH (a)-[e:EXPRESSED_IN]->(t) WITH a, max(e.mean) AS m OPTIONAL MATCH (a)-[e2:EXPRESSED_IN]->(t2) WHERE e2.mean = m RETURN a.id AS a, m, count(t2) AS n;

// name: optional_081
MATCH (a:Gene) OPTIONAL MATCH (a)-[e:EXPRESSED_IN]->(t) WITH a, e ORDER BY e.mean DESC, e.n_cells, e.fraction RETURN a.id AS a, collect(e.mean) AS l;

// name: optional_082
MATCH (a:Gene) OPTIONAL MATCH (a)-[e:EXPRESSED_IN]->(t) RETURN e.dataset AS d, sum(e.n_cells) AS s, avg(e.fraction) AS f, min(t.name) AS t;

// name: optional_083
MATCH (a:Gene) OPTIONAL MATCH (a)-[e:COEXPRESSED_WITH]->(b) RETURN DISTINCT a = b AS eq, a <> b AS ne, a IS NULL AS x, b IS NULL AS y;

// name: optional_084
MATCH (a:CellType) OPTIONAL MATCH (a)-[:SUBCLASS_OF]->(b) OPTIONAL MATCH (a)<-[:SUBCLASS_OF]-(c) RETURN a.id AS a, b = c AS eq, b IN [c] AS i, b IN [a, null] AS j, [b] = [c] AS l;

// name: optional_085
MATCH (a:CellType) OPTIONAL MATCH (a)-[:SUBCLASS_OF]->(b) WITH a, {node: b, n: 1} AS m RETURN a.id AS a, m.node.id AS id, m.n AS n;

// name: optional_086
MATCH (a:CellType) OPTIONAL MATCH (a)-[r:SUBCLASS_OF]->(b) RETURN a.id AS a, startNode(r).id AS s, endNode(r).name AS e, properties(r) IS NULL AS p;
