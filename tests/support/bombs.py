"""Statements that would use up time or memory; they must be refused or end at a limit."""

from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def bombs() -> dict[str, str]:
    """Return the bombs by name."""
    return {**_TIME, **_MEMORY, **_HARMLESS, **_deep(), **_long()}


_TIME: Final = {
    "count_to_ten_billion": "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y "
    "WITH x, y WHERE x * y < 0 RETURN count(*) AS n",
    "long_range": "UNWIND range(1, 9223372036854775807) AS x RETURN count(x) AS n",
    "range_of_tiny_steps": "RETURN size(range(0, 9223372036854775806, 1)) AS n",
    "product_of_nodes": "MATCH (a), (b), (c), (d), (e) RETURN count(*) AS n",
    "product_with_filter": "MATCH (a), (b), (c), (d) WHERE a.id + b.id = c.id + d.id + 'x' "
    "RETURN a.id AS id",
    "product_of_edges": "MATCH ()-[a]->() MATCH ()-[b]->() MATCH ()-[c]->() "
    "WHERE a.source = b.source AND b.source <> c.source RETURN count(*) AS n",
    "all_trails": "MATCH p = (g:Gene)-[:COEXPRESSED_WITH*1..30]-(h:Gene) RETURN count(p) AS n",
    "all_trails_of_any_type": "MATCH (a)-[*1..20]-(b) RETURN count(*) AS n",
    "unbounded_trails": "MATCH (a)-[*]-(b) RETURN count(*) AS n",
    "all_shortest_of_all": "MATCH (a), (b) WHERE a.id <> b.id "
    "MATCH p = allShortestPaths((a)-[*]-(b)) RETURN sum(length(p)) AS n",
    "regular_expression": "UNWIND range(1, 100000) AS i "
    "WITH i, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' AS t "
    "WHERE t =~ '(a+)+(a+)+(a+)+b' RETURN count(i) AS n",
    "nested_quantifiers": "RETURN all(x IN range(1, 100000) WHERE "
    "any(y IN range(1, 100000) WHERE x * y < 0)) AS found",
    "subquery_of_subquery": "MATCH (a:Gene) WHERE COUNT { MATCH (b), (c), (d) "
    "WHERE b.id + c.id + d.id = a.id } > 0 RETURN a.id AS id",
    "unwinds_of_ten": "UNWIND range(1, 10) AS a "
    + " ".join(f"UNWIND range(1, 10) AS {letter}" for letter in "bcdefghijkl")
    + " RETURN count(*) AS n",
}
# these are valid: what looks like an attack is a string or a comment
_HARMLESS: Final = {
    "escaped_quote": "RETURN 'a\\' AS x; MATCH (n) DETACH DELETE n //' AS y",
    "escaped_backslash_before_u": "RETURN 'a\\\\u0027 AS x' AS y",
    "comment_of_escaped_newline": "RETURN 1 AS x // \\u000a DETACH DELETE x",
    "comment_in_text": "RETURN '/*' AS x, 'MATCH (n) DETACH DELETE n' AS y, '*/' AS z",
    "injection_as_text": "MATCH (g:Gene) WHERE g.symbol = '\\' OR 1=1 //' RETURN g.id AS id",
    "keywords_as_text": "RETURN 'LOAD CSV FROM' AS x, \"CHECKPOINT; COPY\" AS y",
    "keyword_as_property": "MATCH (g:Gene) RETURN g.delete AS x, g.set AS y LIMIT 1",
}
_MEMORY: Final = {
    "collect_range": "UNWIND range(1, 300000000) AS x RETURN size(collect(x)) AS n",
    "collect_distinct_range": "UNWIND range(1, 300000000) AS x RETURN count(DISTINCT x) AS n",
    "collect_texts": "UNWIND range(1, 50000000) AS x "
    "RETURN size(collect('a long text that is repeated over and over' + toString(x))) AS n",
    "sort_range": "UNWIND range(1, 200000000) AS x WITH x ORDER BY -x LIMIT 100000000 "
    "RETURN max(x) AS n",
    "group_range": "UNWIND range(1, 200000000) AS x RETURN x AS x, count(*) AS n "
    "ORDER BY n LIMIT 1",
    "range_as_value": "RETURN range(1, 500000000) AS l",
    "range_of_ranges": "RETURN [x IN range(1, 100000) | range(1, 100000)] AS l",
    "many_rows": "UNWIND range(1, 200000000) AS x RETURN x AS x",
    "wide_rows": "UNWIND range(1, 1000) AS x WITH collect(x) AS l UNWIND range(1, 1000000) AS y "
    "RETURN l AS l",
    "doubling": "WITH 'aaaaaaaaaa' AS a "
    + " ".join("WITH a + a AS a" for _ in range(40))
    + " RETURN size(a) AS n",
    "doubling_by_reduce": "RETURN size(reduce(s = 'a', i IN range(1, 60) | s + s)) AS n",
    "doubling_lists": "WITH [1, 2, 3] AS a "
    + " ".join("WITH a + a AS a" for _ in range(40))
    + " RETURN size(a) AS n",
    "replace_grows": "WITH 'aaaaaaaaaa' AS a "
    + " ".join("WITH replace(a, 'a', 'aaaaaaaaaa') AS a" for _ in range(12))
    + " RETURN size(a) AS n",
    "collect_of_collects": "MATCH (a)-[r]-(b) "
    "WITH collect(a) AS l, collect(r) AS m, collect(b) AS n "
    "UNWIND range(1, 10000) AS i RETURN collect([l, m, n]) AS all_",
    "whole_graph_many_times": "MATCH (a) MATCH (b) RETURN a, b",
    "percentile_of_range": "UNWIND range(1, 300000000) AS x RETURN percentileCont(x, 0.5) AS m",
}


def _deep() -> dict[str, str]:
    # just below the limit of 20,000 characters
    deep = 9_000
    return {
        "too_long": "RETURN " + "(" * 20_000 + "1" + ")" * 20_000 + " AS x",
        "deep_parentheses": "RETURN " + "(" * deep + "1" + ")" * deep + " AS x",
        "deep_lists": "RETURN " + "[" * deep + "]" * deep + " AS x",
        "deep_maps": "RETURN " + "{a: " * 3_500 + "1" + "}" * 3_500 + " AS x",
        "deep_not": "RETURN " + "NOT " * 4_900 + "true AS x",
        "deep_minus": "RETURN " + "- " * deep + "1 AS x",
        "deep_case": "RETURN " + "CASE WHEN true THEN " * 800 + "1" + " END" * 800 + " AS x",
        "deep_calls": "RETURN " + "toUpper(" * 2_000 + "'x'" + ")" * 2_000 + " AS x",
        "deep_exists": "MATCH (n) WHERE "
        + "EXISTS { MATCH (n) WHERE " * 700
        + "true"
        + " }" * 700
        + " RETURN n",
        "deep_subqueries": "CALL () { " * 800 + "RETURN 1 AS x" + " } RETURN x" * 800,
        "deep_comprehensions": "RETURN " + "[x IN " * 1_700 + "[1]" + " | x]" * 1_700 + " AS x",
        "brackets_of_all_kinds": "RETURN " + "([{a: " * 3_000,
        "moderately_deep_parentheses": "RETURN " + "(" * 90 + "1" + ")" * 90 + " AS x",
        "moderately_deep_not": "RETURN " + "NOT " * 150 + "true AS x",
        "moderately_deep_lists": "RETURN " + "[" * 60 + "]" * 60 + " AS x",
    }


def _long() -> dict[str, str]:
    many = 900
    return {
        "long_text": "RETURN '" + "x" * 5_000_000 + "' AS x",
        "long_name": "MATCH (" + "n" * 100_000 + ") RETURN 1 AS x",
        "long_comment": "RETURN 1 AS x /*" + "x" * 2_000_000 + "*/",
        "long_spaces": "RETURN" + " " * 1_000_000 + "1 AS x",
        "long_sum": "RETURN " + " + ".join("1" for _ in range(4_900)) + " AS x",
        "long_or": "MATCH (g:Gene) WHERE "
        + " OR ".join(f"g.id = '{number}'" for number in range(many))
        + " RETURN g.id AS id",
        "long_list": "RETURN size([" + ", ".join(map(str, range(3_500))) + "]) AS n",
        "long_in": "MATCH (g:Gene) WHERE g.id IN ["
        + ", ".join(f"'{number}'" for number in range(many))
        + "] RETURN g.id AS id",
        "many_columns": "RETURN " + ", ".join(f"{n} AS c{n}" for n in range(many)),
        "many_matches": " ".join(f"MATCH (g{n}:Gene)" for n in range(300))
        + " RETURN count(*) AS n",
        "many_unions": " UNION ALL ".join("RETURN 1 AS x" for _ in range(750)),
        "many_withs": "WITH 1 AS x " + " ".join("WITH x AS x" for _ in range(1_000)) + " RETURN x",
        "many_optional": "MATCH (g:Gene) "
        + " ".join(f"OPTIONAL MATCH (g)-[:COEXPRESSED_WITH]-(h{n})" for n in range(40))
        + " RETURN count(*) AS n",
        "long_pattern": "MATCH (g0)"
        + "".join(f"--(g{n})" for n in range(1, 60))
        + " RETURN count(*) AS n",
        "long_digits": "RETURN " + "9" * 10_000 + " AS x",
        "long_decimal": "RETURN 0." + "1" * 100_000 + " AS x",
        "large_exponent": "RETURN 1e999999999 AS x",
        "limit_of_all": "MATCH (n) RETURN n.id AS id LIMIT 9223372036854775807",
        "skip_of_all": "MATCH (n) RETURN n.id AS id SKIP 9223372036854775807",
        "negative_limit": "MATCH (n) RETURN n.id AS id LIMIT -1",
        "large_hops": "MATCH (a:CellType)-[:SUBCLASS_OF*1..9223372036854775807]->(b) "
        "RETURN count(*) AS n",
        "overflow": "RETURN 9223372036854775807 + 1 AS x",
        "overflow_of_minus": "RETURN -(-9223372036854775807 - 1) AS x",
        "division_overflow": "RETURN (-9223372036854775807 - 1) / -1 AS x",
        "remainder_by_zero": "RETURN 1 % 0 AS x",
        "alphabet_of_aliases": "RETURN "
        + ", ".join(f"'{one}{other}' AS {one}{other}_" for one in _LETTERS for other in _LETTERS),
    }
