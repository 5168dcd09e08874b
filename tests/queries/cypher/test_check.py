"""Which functions and procedures may be called."""

import pytest

from orthoweave.errors import QueryRefusedError
from orthoweave.queries.cypher.check import HINTS, check
from orthoweave.queries.cypher.functions import FUNCTIONS
from orthoweave.queries.cypher.parser import parse


@pytest.mark.parametrize("name", sorted(HINTS))
def test_what_no_two_engines_share_is_refused_by_name(name: str) -> None:
    """Numbers of nodes, clocks, chance and dates are refused, each with what to do instead."""
    with pytest.raises(QueryRefusedError, match=rf"(?i){name}\(…\) at character 18 may not"):
        check(parse(f"MATCH (n) RETURN {name}(n) AS x").query)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("RETURN apoc.load.json('x') AS x", r"apoc\.load\.json"),
        ("RETURN nope(1) AS x", "the functions are abs, acos"),
        ("RETURN [x IN [1] | EXISTS { MATCH (n) WHERE rand() > 0 }] AS x", "rand"),
        ("RETURN head() AS x", "takes 1 argument, found 0"),
        ("RETURN substring('a') AS x", "takes 2 to 3 arguments, found 1"),
        ("RETURN toLower(DISTINCT 'a') AS x", "DISTINCT is for count"),
        ("CALL db.labels() YIELD label RETURN label", r"DISTINCT label"),
        ("CALL dbms.listConfig() YIELD name RETURN name", "no procedure may"),
        ("MATCH (n) RETURN keys(n) AS k", "own order"),
        ("MATCH (n) RETURN [k IN keys(n) | k] AS k", "own order"),
    ],
)
def test_a_refusal_names_the_part(text: str, said: str) -> None:
    """Wherever it stands, what may not be called is named with its place."""
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
def test_names_of_properties_where_their_order_is_not_seen(text: str) -> None:
    """keys(…) passes where no order can come out."""
    check(parse(text).query)


def test_every_function_passes_with_as_many_arguments_as_it_takes() -> None:
    """All functions of the table may be called, in any case."""
    for name, function in FUNCTIONS.items():
        arguments = ", ".join(["1"] * function.least)
        call = f"size({name}({arguments}))" if name == "keys" else f"{name.upper()}({arguments})"
        check(parse(f"RETURN {call} AS x").query)
