"""Parameters and masked text of a Cypher statement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.stores.neo4j.statement import masked, parameter_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RETURN $a, $a_1, $b", {"a", "a_1", "b"}),
        ("RETURN '$a', \"$b\", `$c` // $d\n, $e /* $f */", {"e"}),
        (r"RETURN 'it\'s $a', $b", {"b"}),
        ("RETURN 'open $a", {"a"}),
        (
            "RETURN $é, $数, $1, $`a b`, $`c``d`, $`e` + $f",
            {"é", "数", "1", "a b", "c`d", "e", "f"},
        ),
        ("RETURN `$a`, $`/*`, $b /* $c */, '$`d`'", {"/*", "b"}),
    ],
)
def test_parameters_are_those_outside_of_strings(text: str, expected: set[str]) -> None:
    """A dollar in a string, a backticked name or a comment names no parameter."""
    assert parameter_names(text) == expected


@given(st.text(alphabet="ab$'\"`/*\\\n ", max_size=40))
def test_masking_keeps_the_length(text: str) -> None:
    """Positions in the masked text are positions in the text."""
    assert len(masked(text)) == len(text)
