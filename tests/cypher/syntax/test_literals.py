"""Values as Cypher writes them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.cypher.syntax.literals import read_literal
from orthoweave.errors import UsageError

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_json_is_read_as_json_is(value: object) -> None:
    """Every JSON value reads as the same value: JSON is a part of what Cypher writes."""
    text = json.dumps(value, ensure_ascii=True)
    # a pair of surrogates in \u form is one character in JSON and two in Cypher
    if "\\ud" not in text.lower():
        assert read_literal(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("+3", 3),
        ("2.0", 2.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("TRUE", True),
        ("False", False),
        ("NULL", None),
        ("[]", []),
        ("{}", {}),
        (r"'it\'s'", "it's"),
        ("\"say 'x'\"", "say 'x'"),
        (r"'a\\b\n\t'", "a\\b\n\t"),
        (r"'\u00e9'", "é"),
        (r"'\U0001F600'", "😀"),
        ("' [1, // '", " [1, // "),
        ("{a: 1, `b c`: [2, {d: null}]}", {"a": 1, "b c": [2, {"d": None}]}),
    ],
)
def test_values(text: str, value: object) -> None:
    """Numbers keep their kind, words any case, and text both kinds of quotes and all escapes."""
    found = read_literal(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1 2",
        "1x",
        "[1",
        "[1,]",
        "{a 1}",
        "{a: 1",
        "{1: 2}",
        "'open",
        "1 + 1",
        "$other",
        "date()",
        "[1; 2]",
        "--1",
        "[" * 5_000 + "]" * 5_000,
    ],
)
def test_texts_that_are_not_values_are_refused(text: str) -> None:
    """Everything else is an error that shows where, also expressions and endless nesting."""
    with pytest.raises(UsageError, match="cannot be read at"):
        read_literal(text)
