"""Functions and procedures that may be called, and those that are refused."""

import pytest

from orthoweave.cypher.semantics.check import HINTS, check
from orthoweave.cypher.syntax.parser import parse
from orthoweave.cypher.values.functions import FUNCTIONS
from orthoweave.errors import QueryRefusedError


@pytest.mark.parametrize("name", sorted(HINTS))
def test_functions_that_differ_between_engines_are_refused(name: str) -> None:
    """Internal ids, clocks, random numbers and dates are refused with an alternative."""
    with pytest.raises(
        QueryRefusedError, match=rf"(?i){name}\(…\) at character 18 is not available"
    ):
        check(parse(f"MATCH (n) RETURN {name}(n) AS x").query)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RETURN apoc.load.json('x') AS x", r"apoc\.load\.json"),
        ("RETURN zzz(1) AS x", "SHOW FUNCTIONS lists those that are"),
        ("RETURN tolowr('a') AS x", r"is not available: did you mean toLower"),
        ("RETURN percentile(1, 0.5) AS x", "did you mean percentileDisc or percentileCont"),
        ("RETURN apoc.coll.toSet([1]) AS x", "RETURN DISTINCT x"),
        ("RETURN apoc.coll.nothing([1]) AS x", "use list functions"),
        ("CALL gds.pageRank.stream('g') YIELD nodeId RETURN nodeId", "orthoweave models"),
        ("CALL apoc.path.subgraphNodes(1, 2) YIELD node RETURN node", r"\*1\.\.3"),
        ("CALL db.label()", r"did you mean db\.labels\?"),
        ("SHOW INDEXS", "is not available"),
        ("RETURN [x IN [1] | EXISTS { MATCH (n) WHERE rand() > 0 }] AS x", "rand"),
        ("RETURN head() AS x", "takes 1 argument, found 0"),
        ("RETURN substring('a') AS x", "takes 2 to 3 arguments, found 1"),
        ("RETURN toLower(DISTINCT 'a') AS x", "DISTINCT is only for aggregates"),
        ("CALL dbms.listConfig() YIELD name RETURN name", r"expected one of db\.labels"),
        ("MATCH (n) RETURN keys(n) AS k", "differs between engines"),
        ("MATCH (n) RETURN [k IN keys(n) | k] AS k", "differs between engines"),
    ],
)
def test_a_refusal_names_the_part(text: str, said: str) -> None:
    """A call that is not available is named with its place, wherever it stands."""
    with pytest.raises(QueryRefusedError, match=said):
        check(parse(text).query)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) UNWIND keys(n) AS k RETURN k",
        "MATCH (n) RETURN size(keys(n)) AS n, 'id' IN keys(n) AS b",
        "MATCH (n) WHERE any(k IN keys(n) WHERE k = 'id') RETURN n",
    ],
)
def test_keys_passes_where_order_does_not_matter(text: str) -> None:
    """keys(…) passes where the order of the names does not matter."""
    check(parse(text).query)


def test_every_function_passes_with_as_many_arguments_as_it_takes() -> None:
    """All functions of the table may be called, in upper or lower case."""
    for name, function in FUNCTIONS.items():
        arguments = ", ".join(["1"] * function.least)
        call = f"size({name}({arguments}))" if name == "keys" else f"{name.upper()}({arguments})"
        check(parse(f"RETURN {call} AS x").query)
