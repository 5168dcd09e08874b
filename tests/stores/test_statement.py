"""What a store reads off a Cypher statement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.stores.statement import limited, masked, parameter_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RETURN $a, $a_1, $b", {"a", "a_1", "b"}),
        ("RETURN '$a', \"$b\", `$c` // $d\n, $e /* $f */", {"e"}),
        (r"RETURN 'it\'s $a', $b", {"b"}),
        ("RETURN 'open $a", {"a"}),
    ],
)
def test_parameters_are_those_outside_of_strings(text: str, expected: set[str]) -> None:
    """A dollar in a string, a backticked name or a comment names no parameter."""
    assert parameter_names(text) == expected


@given(st.text(alphabet="ab$'\"`/*\\\n ", max_size=40))
def test_masking_keeps_the_length(text: str) -> None:
    """Positions in the masked text are positions in the text."""
    assert len(masked(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) RETURN n LIMIT 3",
        "MATCH (n) RETURN n limit $k",
        "MATCH (n) RETURN n UNION MATCH (m) RETURN m",
        "CALL show_tables()",
    ],
)
def test_a_statement_that_must_not_get_a_limit_is_left(text: str) -> None:
    """Its own limit, a union and a bare call stay as they are."""
    assert limited(text, 5) == text


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) RETURN n ; ",
        "MATCH (n) RETURN n // LIMIT 3",
        "MATCH (n) WITH n LIMIT 9 RETURN n",
        "MATCH (n) RETURN n.id AS `limit`",
    ],
)
def test_an_open_statement_is_limited(text: str) -> None:
    """A limit in a comment, an earlier clause or a name is not the statement's."""
    assert limited(text, 5).endswith("\nLIMIT 5")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("RETURN 'x'", "RETURN 'x'"),
        ("RETURN 1 AS `a b` ; // done", "RETURN 1 AS `a b`"),
        ('RETURN 1 AS a, "y;" ;', 'RETURN 1 AS a, "y;"'),
        ("MATCH (n) RETURN n.limit", "MATCH (n) RETURN n.limit"),
        ("RETURN COUNT { MATCH (n) RETURN n LIMIT 3 } AS k",
         "RETURN COUNT { MATCH (n) RETURN n LIMIT 3 } AS k"),
    ],
)  # fmt: skip
def test_all_before_the_limit_is_kept(text: str, kept: str) -> None:
    """Literals at the end stay; limits of properties and inner queries are not the statement's."""
    assert limited(text, 5) == f"{kept}\nLIMIT 5"
