"""Functions on values, against what Neo4j 5.26 answered."""

import math

import pytest

from orthoweave.cypher.values.functions import call
from orthoweave.errors import QueryError, QueryRefusedError


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("round", [2.5], 3.0),
        ("round", [-2.5], -2.0),
        ("round", [-1.5], -1.0),
        ("round", [0.49999999999999994], 0.0),
        ("round", [1.55, 1], 1.6),
        ("round", [-1.55, 1], -1.6),
        ("round", [1.005, 2], 1.01),
        ("round", [2.675, 2], 2.68),
        ("round", [1.249, 1, "UP"], 1.3),
        ("round", [1.25, 1, "HALF_EVEN"], 1.2),
        ("round", [-2.5, 0], -2.0),
        ("round", [3], 3.0),
        ("round", [1e300], float(2**63)),
        ("round", [2.5, 1000], 2.5),
        ("abs", [-(2**63)], -(2**63)),
        ("normalize", ["ﬁ", "NFKC"], "fi"),
        ("cot", [-0.0], -math.inf),
        ("split", ["cabd", ["b", "ab"]], ["c", "d"]),
        ("split", ["a", [None]], None),
        ("split", ["abc", []], ["abc"]),
        ("tointegerornull", ["1d"], None),
        ("valuetype", [None], "NULL"),
        ("valuetype", [[1, None]], "LIST<INTEGER> NOT NULL"),
        ("ceil", [1.2], 2.0),
        ("floor", [-1.2], -2.0),
        ("abs", [-3], 3),
        ("abs", [-2.5], 2.5),
        ("sign", [-2.0], -1),
        ("log", [0], -math.inf),
        ("log10", [100], 2.0),
        ("haversin", [1], 0.22984884706593012),
        ("cot", [1], 0.6420926159343306),
        ("isnan", [math.nan], True),
        ("head", [[]], None),
        ("last", [[1, 2]], 2),
        ("tail", [[]], []),
        ("head", [None], None),
        ("range", [1, 10, 3], [1, 4, 7, 10]),
        ("range", [3, 1], []),
        ("range", [3, 1, -1], [3, 2, 1]),
        ("size", ["abc"], 3),
        ("size", ["😀"], 1),
        ("reverse", ["a😀"], "😀a"),
        ("reverse", [[1, 2]], [2, 1]),
        ("isempty", [""], True),
        ("isempty", [{}], True),
        ("coalesce", [None, 1], 1),
        ("nullif", [1, 1], None),
        ("nullif", [1, 2], 1),
        ("substring", ["hello", 1, 3], "ell"),
        ("substring", ["hello", 9], ""),
        ("left", ["abc", 9], "abc"),
        ("right", ["abc", 2], "bc"),
        ("right", ["abc", 0], ""),
        ("split", ["a,b,,c", ","], ["a", "b", "", "c"]),
        ("split", ["abc", ""], ["a", "b", "c"]),
        ("split", ["", ","], [""]),
        ("split", ["", ""], [""]),
        ("split", ["aXbYc", ["X", "Y"]], ["a", "b", "c"]),
        ("replace", ["aaa", "a", "b"], "bbb"),
        ("toupper", ["straße"], "STRASSE"),
        ("tolower", ["ΑΣ"], "ας"),
        ("trim", ["  a "], "a"),
        ("trim", ["\u00a0a"], "\u00a0a"),
        ("btrim", ["xxaxx", "x"], "a"),
        ("ltrim", ["xxa", "x"], "a"),
        ("tointeger", ["1.7"], 1),
        ("tointeger", ["abc"], None),
        ("tointeger", [-1.9], -1),
        ("tointeger", [True], 1),
        ("tointeger", [" 12 "], None),
        ("tointeger", [1e30], 2**63 - 1),
        ("tointeger", [math.nan], 0),
        ("tointeger", ["12abc"], None),
        ("tofloat", ["1e3"], 1000.0),
        ("tofloat", [" 1.5 "], 1.5),
        ("tofloat", ["1.5f"], 1.5),
        ("tofloat", ["1_0"], None),
        ("toboolean", ["TRUE"], True),
        ("toboolean", [" true"], True),
        ("toboolean", ["x"], None),
        ("toboolean", [2], True),
        ("tostring", [True], "true"),
        ("tostringornull", [[1]], None),
        ("tostringlist", [[1, None, "a"]], ["1", None, "a"]),
        ("tointegerlist", [["1", "x", 2.5]], [1, None, 2]),
        ("keys", [{"a": 1}], ["a"]),
        ("properties", [{"a": 1}], {"a": 1}),
    ],
)
def test_functions_answer_as_neo4j(name: str, arguments: list[object], result: object) -> None:
    """Each case was run on Neo4j 5.26; the kind of number agrees too."""
    found = call(name, arguments)
    assert (found, type(found)) == (result, type(result))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("substring", ["hello", -1]),
        ("left", ["abc", -1]),
        ("tofloat", [True]),
        ("tostring", [[1]]),
        ("tointeger", ["99999999999999999999"]),
        ("tointeger", ["1e300"]),
        ("tointeger", ["٣"]),
        ("range", [1, None]),
        ("round", [1.0, 2**62]),
        ("normalize", ["a", "NF"]),
        ("round", [1.0, -1]),
        ("round", [1.0, 1, "x"]),
        ("range", [1, 2, 0]),
        ("range", [1, 10**9]),
        ("size", [1]),
        ("head", ["a"]),
        ("type", [1]),
        ("labels", ["x"]),
        ("nodes", [1]),
        ("tolower", [1]),
        ("abs", ["a"]),
    ],
)
def test_wrong_arguments_are_errors(name: str, arguments: list[object]) -> None:
    """The message says what was expected and what was found."""
    with pytest.raises(QueryError, match=r"expect|exceeds|digits other"):
        call(name, arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("split", ["😀b", ""]),
        ("split", ["ab", ["", "b"]]),
        ("tointegerornull", ["٣"]),
        ("tofloat", ["0x1p3"]),
        ("valuetype", [[[1], [2.0]]]),
        ("tostring", [6.082114683363661e16]),
    ],
)
def test_calls_without_one_answer_are_refused(name: str, arguments: list[object]) -> None:
    """The message says why, and what to write instead."""
    with pytest.raises(QueryRefusedError):
        call(name, arguments)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_zeros_keep_their_sign(zero: float) -> None:
    """Rounding up and down keeps it, rounding to digits does not."""
    for name in ("ceil", "floor"):
        assert math.copysign(1, call(name, [zero])) == math.copysign(1, zero)  # type: ignore[arg-type]
    assert math.copysign(1, call("round", [-0.04, 1])) == 1  # type: ignore[arg-type]
