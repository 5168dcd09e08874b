"""Values of numpy, pandas, polars and Arrow become plain values; other objects are refused."""

import datetime as dt
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from orthoweave.errors import UsageError
from orthoweave.gateway.plain_values import plain_value

PLAIN = [
    (np.int64(3), 3),
    (np.uint8(3), 3),
    (np.float32(0.5), 0.5),
    (np.float64(0.5), 0.5),
    (np.bool_(True), True),
    (np.str_("a"), "a"),
    (np.array(3), 3),
    (np.array([1, 2]), [1, 2]),
    (np.array([[1.5], [2.5]]), [[1.5], [2.5]]),
    (np.array(["a", "b"]), ["a", "b"]),
    (np.array(["a", None], dtype=object), ["a", None]),
    (pd.Series([1, 2]), [1, 2]),
    (pd.Series(["a", None]), ["a", None]),
    (pd.Series([1, None], dtype="Int64"), [1, None]),
    (pd.Index(["a", "b"]), ["a", "b"]),
    (pd.Series(["a", "b"], dtype="category"), ["a", "b"]),
    (pd.NA, None),
    (pd.NaT, None),
    (pl.Series([1, None]), [1, None]),
    (pa.array(["a", None]), ["a", None]),
    (pa.chunked_array([[1], [2]]), [1, 2]),
    (pa.scalar(1), 1),
    ({"ids": np.array([1]), "n": (np.int8(1), "a")}, {"ids": [1], "n": [1, "a"]}),
]


@pytest.mark.parametrize(("value", "plain"), PLAIN, ids=lambda value: repr(value)[:30])
def test_values_of_libraries_are_taken_for_what_they_hold(value: object, plain: object) -> None:
    """Each value becomes plain Python, at every level."""
    found = plain_value("p", value)
    assert found == plain
    assert type(found) is type(plain)
    assert not isinstance(found, list) or [type(one) for one in found] == [
        type(one)
        for one in plain  # type: ignore[attr-defined]
    ]


def test_no_number_stays_no_number_where_it_is_one() -> None:
    """NaN among numbers stays a number; among strings it becomes null."""
    found = plain_value("p", pd.Series([math.nan]))
    assert isinstance(found, list)
    assert math.isnan(found[0])
    assert plain_value("p", pd.Series(["a", math.nan], dtype=object)) == ["a", None]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "is a object"),
        (b"a", "is a bytes"),
        ({1, 2}, "is a set"),
        (pd.Timestamp("2024-01-01"), "is a Timestamp.*dates as strings"),
        (np.datetime64("2024-01-01"), "write dates as strings"),
        (dt.date(2024, 1, 1), "is a date"),
        (pd.DataFrame({"a": [1]}), "is a DataFrame"),
        ("\ud800", "half a character"),
        ({"\udcff": 1}, "half a character"),
        (2**63, "64-bit integer"),
        (np.uint64(2**63), "64-bit integer"),
        ({1: 2}, "the key 1"),
        (1 + 2j, "is a complex"),
        (np.complex128(1), "is a complex"),
    ],
)
def test_unsupported_values_are_refused_by_name(value: object, said: str) -> None:
    """The message names the parameter and its type."""
    with pytest.raises(UsageError, match=f"'p'.*{said}"):
        plain_value("p", value)


def test_a_list_within_itself_ends() -> None:
    """A list that contains itself is refused."""
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(UsageError, match="nested more than 40 deep"):
        plain_value("p", endless)


def test_no_library_is_loaded_for_it() -> None:
    """Plain values are converted without importing numpy or pandas."""
    code = (
        "import sys; import orthoweave.gateway.plain_values as p; p.plain_value('a', [1, 'x']); "
        "sys.exit(bool({'numpy', 'pandas', 'polars', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
