// Conditions: three-valued logic, comparisons, nulls, strings, patterns as conditions.

// name: where_001
MATCH (g:Gene) WHERE g.symbol > 'S' RETURN g.symbol AS s;

// name: where_002
MATCH (g:Gene) WHERE NOT g.symbol > 'S' RETURN g.symbol AS s;

// name: where_003
MATCH (g:Gene) WHERE NOT (g.symbol > 'S' OR g.symbol IS NULL) RETURN g.symbol AS s;

// name: where_004
MATCH (g:Gene) WHERE g.symbol IS NULL RETURN g.id AS s;

// name: where_005
MATCH (g:Gene) WHERE g.symbol <> 'a' RETURN g.id AS s;

// name: where_006
MATCH (g:Gene) WHERE g.symbol = null RETURN g.id AS s;

// name: where_007
MATCH (g:Gene) WHERE NOT g.symbol = null RETURN g.id AS s;

// name: where_008
MATCH (g:Gene) WHERE g.symbol = g.name RETURN g.id AS s;

// name: where_009
MATCH (g:Gene) WHERE g.symbol <= g.name RETURN g.id AS s;

// name: where_010
MATCH (g:Gene) WHERE (g.symbol = g.name) IS NULL RETURN g.id AS s;

// name: where_011
MATCH (g:Gene) WHERE g.symbol = 'a' XOR g.name = 'a' RETURN g.id AS s;

// name: where_012
MATCH (g:Gene) WHERE g.symbol = 'a' XOR null RETURN g.id AS s;

// name: where_013
MATCH (g:Gene) WHERE (g.symbol = 'a' OR null) RETURN g.id AS s;

// name: where_014
MATCH (g:Gene) WHERE NOT (g.symbol = 'a' AND null) RETURN g.id AS s;

// name: where_015
MATCH (g:Gene) WHERE g.symbol IN [g.name, 'a', 'INS'] RETURN g.id AS s;

// name: where_016
MATCH (g:Gene) WHERE NOT g.symbol IN ['a', 'b'] RETURN g.id AS s;

// name: where_017
MATCH (g:Gene) WHERE NOT g.symbol IN ['a', null] RETURN g.id AS s;

// name: where_018
MATCH (g:Gene) WHERE g.symbol IN [] RETURN g.id AS s;

// name: where_019
MATCH (g:Gene) WHERE NOT g.symbol IN [] RETURN g.id AS s;

// name: where_020
MATCH (g:Gene) WHERE null IN g.synonyms RETURN g.id AS s;

// name: where_021
MATCH (g:Gene) WHERE NOT null IN g.synonyms RETURN g.id AS s;

// name: where_022
MATCH (g:Gene) WHERE (null IN g.synonyms) IS NULL RETURN g.id AS s;

// name: where_023
MATCH (g:Gene) WHERE g.symbol IN g.synonyms RETURN g.id AS s;

// name: where_024
MATCH (g:Gene) WHERE (g.symbol IN g.synonyms) IS NULL RETURN g.id AS s;

// name: where_025
MATCH (g:Gene) WHERE g.symbol STARTS WITH 'I' OR g.symbol ENDS WITH '1' OR g.symbol CONTAINS 'p' RETURN g.symbol AS s;

// name: where_026
MATCH (g:Gene) WHERE g.symbol STARTS WITH '' RETURN g.id AS s;

// name: where_027
MATCH (g:Gene) WHERE g.symbol CONTAINS null RETURN g.id AS s;

// name: where_028
MATCH (g:Gene) WHERE NOT g.symbol CONTAINS 'a' RETURN g.id AS s;

// name: where_029
MATCH (g:Gene) WHERE g.symbol CONTAINS '\\' OR g.symbol CONTAINS '\'' OR g.symbol CONTAINS '"' RETURN g.symbol AS s;

// name: where_030
MATCH (g:Gene) WHERE g.symbol =~ '[A-Z]+[0-9]*' RETURN g.symbol AS s;

// name: where_031
MATCH (g:Gene) WHERE g.symbol =~ '(?i)ins.*' RETURN g.symbol AS s;

// name: where_032
MATCH (g:Gene) WHERE NOT g.symbol =~ '.*[0-9]' RETURN g.symbol AS s;

// name: where_033
MATCH (g:Gene) WHERE g.name =~ g.symbol RETURN g.id AS s;

// name: where_034
MATCH (g:Gene) WHERE g.name =~ '.*\\d+.*' RETURN g.name AS s;

// name: where_035
MATCH (g:Gene) WHERE toLower(g.symbol) = 'ins' RETURN g.symbol AS s;

// name: where_036
MATCH (g:Gene) WHERE 'A' < g.symbol < 'L' RETURN g.symbol AS s;

// name: where_037
MATCH (g:Gene) WHERE 'A' <= g.symbol <= g.name < 'z' RETURN g.symbol AS s;

// name: where_038
MATCH (g:Gene) WHERE g.symbol < 5 RETURN g.id AS s;

// name: where_039
MATCH (g:Gene) WHERE NOT g.symbol < 5 RETURN g.id AS s;

// name: where_040
MATCH (g:Gene) WHERE g.symbol = 5 RETURN g.id AS s;

// name: where_041
MATCH (g:Gene) WHERE g.symbol <> 5 RETURN count(*) AS n;

// name: where_042
MATCH ()-[r:COEXPRESSED_WITH]->() WHERE r.n = 3.0 OR r.coefficient = 1 RETURN r.n AS n, r.coefficient AS c;

// name: where_043
MATCH ()-[r:COEXPRESSED_WITH]->() WHERE r.n < r.coefficient RETURN r.n AS n, r.coefficient AS c;

// name: where_044
MATCH ()-[r:COEXPRESSED_WITH]->() WHERE r.coefficient IN [1, 0.5, -1] RETURN r.coefficient AS c, count(*) AS n;

// name: where_045
MATCH ()-[r:COEXPRESSED_WITH]->() WHERE r.n IN [1.0, 2.5, 9, 40] RETURN r.n AS c, count(*) AS n;

// name: where_046
MATCH ()-[r:EXPRESSED_IN]->() WHERE r.mean / r.n_cells > 0.1 RETURN count(*) AS n;

// name: where_047
MATCH ()-[r:EXPRESSED_IN]->() WHERE r.n_cells > 0 AND r.mean / r.n_cells > 0.1 RETURN count(*) AS n;

// name: where_048
MATCH ()-[r:EXPRESSED_IN]->() WHERE r.n_cells % 2 = 1 RETURN count(*) AS n, sum(r.n_cells) AS s;

// name: where_049
MATCH ()-[r:EXPRESSED_IN]->() WHERE r.n_cells / 2 * 2 = r.n_cells RETURN count(*) AS n;

// name: where_050
MATCH ()-[r:EXPRESSED_IN]->() WHERE abs(r.mean) = r.mean AND sign(r.mean) <> -1 RETURN count(*) AS n;

// name: where_051
MATCH (t:CellType) WHERE t.deprecated RETURN t.id AS id;

// name: where_052
MATCH (t:CellType) WHERE NOT t.deprecated RETURN t.id AS id;

// name: where_053
MATCH (t:CellType) WHERE t.deprecated IS NULL RETURN t.id AS id;

// name: where_054
MATCH (t:CellType) WHERE t.deprecated = false OR t.name = 'a' RETURN t.id AS id;

// name: where_055
MATCH (t:CellType) WHERE t.deprecated <> true RETURN t.id AS id;

// name: where_056
MATCH (t:CellType) WHERE coalesce(t.deprecated, true) RETURN t.id AS id;

// name: where_057
MATCH (t:CellType) WHERE CASE WHEN t.deprecated THEN false ELSE t.name IS NOT NULL END RETURN t.id AS id;

// name: where_058
MATCH (t:CellType) WHERE t.deprecated OR t.name CONTAINS 'cell' RETURN t.id AS id;

// name: where_059
MATCH (t:CellType) WHERE t.deprecated < true RETURN t.id AS id;

// name: where_060
MATCH (t:CellType) WHERE t.synonyms IS NULL OR size(t.synonyms) = 0 RETURN t.id AS id;

// name: where_061
MATCH (t:CellType) WHERE t.synonyms < ['b'] RETURN t.id AS id;

// name: where_062
MATCH (t:CellType) WHERE any(s IN t.synonyms WHERE s CONTAINS 'cell' OR s = 'a') RETURN t.id AS id;

// name: where_063
MATCH (t:CellType) WHERE all(s IN t.synonyms WHERE s <> 'a') RETURN t.id AS id;

// name: where_064
MATCH (t:CellType) WHERE none(s IN t.synonyms WHERE s = 'a') RETURN t.id AS id;

// name: where_065
MATCH (t:CellType) WHERE single(s IN t.synonyms WHERE s <> '') RETURN t.id AS id;

// name: where_066
MATCH (t:CellType) WHERE exists { (t)-[:SUBCLASS_OF]->() } RETURN t.id AS id;

// name: where_067
MATCH (t:CellType) WHERE NOT exists { (t)-[:SUBCLASS_OF]->() } AND exists { (t)<-[:EXPRESSED_IN]-(g) WHERE g.symbol IS NOT NULL } RETURN t.id AS id;

// name: where_068
MATCH (t:CellType) WHERE (t)-[:SUBCLASS_OF]->(:CellType) OR (t)<-[:SUBCLASS_OF]-(:CellType) RETURN t.id AS id;

// name: where_069
MATCH (t:CellType) WHERE (t)-[:SUBCLASS_OF]->(:CellType)-[:SUBCLASS_OF]->(:CellType) RETURN t.id AS id;

// name: where_070
MATCH (t:CellType) WHERE (t)-[:SUBCLASS_OF*2]->() RETURN t.id AS id;

// name: where_071
MATCH (t:CellType) WHERE (t)-[:SUBCLASS_OF*]->(t) RETURN t.id AS id;

// name: where_072
MATCH (t:CellType) WHERE (t)-[:SUBCLASS_OF]-(t) RETURN t.id AS id;

// name: where_073
MATCH (t:CellType) WHERE NOT (t)--() RETURN t.id AS id;

// name: where_074
MATCH (g:Gene) WHERE (g)-[:EXPRESSED_IN {dataset: 'toy_human'}]->() XOR (g)-[:COEXPRESSED_WITH]-() RETURN g.id AS id;

// name: where_075
MATCH (g:Gene) WHERE NOT (g)-[:EXPRESSED_IN|MEASURED_IN]->() RETURN g.id AS id;

// name: where_076
MATCH (g:Gene)-[:IN_TAXON]->(s) WHERE NOT (g)-[:COEXPRESSED_WITH]-(:Gene)-[:IN_TAXON]->(s) RETURN g.id AS id;

// name: where_077
MATCH (a:Gene), (b:Gene) WHERE a.id < b.id AND (a)-[:COEXPRESSED_WITH]-(b) AND NOT (a)-[:EXPRESSED_IN]->()<-[:EXPRESSED_IN]-(b) RETURN a.id AS a, b.id AS b;

// name: where_078
MATCH (a:Gene)-[:EXPRESSED_IN]->(t)<-[:EXPRESSED_IN]-(b:Gene) WHERE a.id < b.id AND NOT (a)-[:COEXPRESSED_WITH]-(b) RETURN DISTINCT a.id AS a, b.id AS b;

// name: where_079
MATCH (g:Gene) WHERE g.id = 'NCBIGene:1' OR g.symbol = 'INS' AND g.species = 'NCBITaxon:9606' RETURN g.id AS id;

// name: where_080
MATCH (g:Gene) WHERE (g.id = 'NCBIGene:1' OR g.symbol = 'INS') AND g.species = 'NCBITaxon:9606' RETURN g.id AS id;

// name: where_081
MATCH (g:Gene) WHERE true RETURN count(*) AS n;

// name: where_082
MATCH (g:Gene) WHERE false RETURN count(*) AS n;

// name: where_083
MATCH (g:Gene) WHERE null RETURN count(*) AS n;

// name: where_084
MATCH (n) WHERE n.mean > 1 RETURN count(*) AS n;

// name: where_085
MATCH (n) WHERE n.n_cells > 1 AND n.n_genes > 1 RETURN labels(n)[0] AS l, n.id AS id;

// name: where_086
MATCH (n) WHERE size(n.species) > 1 RETURN count(*) AS n;

// name: where_087
MATCH (n:Gene|Dataset) WHERE size(n.species) > 15 RETURN labels(n)[0] AS l, count(*) AS n;

// name: where_088
MATCH (n) WHERE n.species = 'NCBITaxon:9606' OR 'NCBITaxon:9606' IN n.species RETURN labels(n)[0] AS l, count(*) AS n;

// name: where_089
MATCH (n) WHERE n.source IS NOT NULL AND n.license IS NULL RETURN count(*) AS n;

// name: where_090
MATCH (n) WHERE n.source STARTS WITH 'source:' RETURN labels(n)[0] AS l, count(DISTINCT n.source) AS c;

// name: where_091
MATCH (a:Gene)-[r:ORTHOLOGOUS_TO]->(b:Gene) WHERE 'OMA' IN r.resources AND r.support_count > 2 RETURN a.symbol AS a, b.symbol AS b, r.support_count AS c;

// name: where_092
MATCH (a:Gene)-[r:ORTHOLOGOUS_TO]->(b:Gene) WHERE r.covering_count - r.support_count > 0 OR r.confidence IS NOT NULL RETURN a.symbol AS a, b.symbol AS b, r.covering_count AS c, r.assertion AS k;

// name: where_093
MATCH (c:Cell) WHERE c.x IS NULL AND c.total_count > 50.5 RETURN c.dataset AS d, count(*) AS n;

// name: where_094
MATCH (c:Cell) WHERE c.donor ENDS WITH '1' AND NOT c.author_label IN ['alpha', 'beta'] RETURN c.author_label AS l, count(*) AS n;

// name: where_095
MATCH (c:Cell)-[e:EXPRESSES]->(g) WHERE e.count > 30 AND e.value < 9 RETURN g.symbol AS g, count(*) AS n, max(e.rank) AS r;

// name: where_096
MATCH (a)-[r]->(b) WHERE a.name = b.name OR a.symbol = b.name RETURN type(r) AS t, a.id AS a, b.id AS b;

// name: where_097
MATCH (a)-[r]->(b) WHERE r.dataset = b.id RETURN type(r) AS t, count(*) AS n;

:param key => "mean"
// name: where_098
MATCH (a)-[r]->(b) WHERE r['dataset'] = 'toy_human' AND r[$key] > 1 RETURN type(r) AS t, count(*) AS n;

// name: where_099
WITH 1 AS x WHERE x > 1 RETURN x;

// name: where_100
WITH [1, 2] AS l WHERE 2 IN l RETURN l;

// name: where_101
UNWIND [1, null, 2] AS x WITH x WHERE x <> 1 RETURN x;

// name: where_102
UNWIND [1, null, 2] AS x WITH x WHERE NOT (x = 1) OR x IS NULL RETURN x;

// name: where_103
UNWIND [true, false, null] AS a UNWIND [true, false, null] AS b RETURN a, b, a AND b AS c, a OR b AS d, a XOR b AS e, NOT a AS f;

// name: where_104
UNWIND [true, false, null] AS a RETURN a = true AS b, a <> true AS c, a IS NULL AS d, a IS NOT NULL AS e, a IN [true, null] AS f;

// name: where_105
UNWIND [1, 2.0, 'a', null, true, [1], {a: 1}] AS x UNWIND [1, 2.0, 'a', null, true, [1], {a: 1}] AS y RETURN x, y, x = y AS e, x <> y AS n;

// name: where_106
UNWIND [1, 2.0, 'a', null, true, [1]] AS x UNWIND [1, 2.0, 'a', null, true, [1]] AS y RETURN x, y, x < y AS l, x >= y AS g;

// name: where_107
UNWIND [0.0 / 0, 1.0, null] AS x RETURN x = x AS e, x < x AS l, x <> x AS n, x >= 1 AS g;
