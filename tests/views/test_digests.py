"""Equal content, equal digest; nearly equal content, another one."""

import hashlib
import struct

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.views.digests import Content, content_digest

PLAIN: dict[str, Content] = {
    "texts": np.array(["a", "bc", None], object),
    "numbers": np.array([1, 2, 3]),
    "matrix": sp.csr_matrix(np.eye(3, dtype=np.float32)),
    "word": "x",
}
CHANGED: list[dict[str, Content]] = [
    {"texts": np.array(["ab", "c", None], object)},
    {"texts": np.array(["a", "bc", ""], object)},
    {"texts": np.array(["a", "bc", "None"], object)},
    {"texts": np.array(["bc", "a", None], object)},
    {"numbers": np.array([1, 2, 3], np.int32)},
    {"numbers": np.array([[1, 2, 3]])},
    {"numbers": np.array([1.0, 2.0, 3.0])},
    {"matrix": sp.csr_matrix(np.eye(3, 4, dtype=np.float32))},
    {"matrix": sp.csr_matrix(np.eye(3)[::-1].astype(np.float32))},
    {"word": "y"},
    {"word": None},
    {"other": "x"},
]


@pytest.mark.parametrize("change", CHANGED, ids=repr)
def test_any_change_is_seen(change: dict[str, Content]) -> None:
    """Another text, order, kind of number, shape or name gives another digest."""
    assert content_digest({**PLAIN, **change}) != content_digest(PLAIN)


def test_form_in_memory_does_not_matter() -> None:
    """Order of names, of a row's entries, of bytes, and width of texts do not change the digest."""
    unsorted = sp.csr_matrix(
        (np.ones(2, np.float32), np.array([2, 0]), np.array([0, 2])), shape=(1, 3)
    )
    assert content_digest({"m": unsorted}) == content_digest({"m": unsorted.sorted_indices()})
    assert content_digest(dict(reversed(PLAIN.items()))) == content_digest(PLAIN)
    big = np.array([1, 2, 3]).astype(">i8")
    assert content_digest({"n": big}) == content_digest({"n": np.array([1, 2, 3])})
    wide = np.array(["a", "b"]).astype("<U50")
    assert content_digest({"t": wide}) == content_digest({"t": np.array(["a", "b"], object)})


def test_form_is_fixed() -> None:
    """A digest can be made again by hand from the documented form."""
    by_hand = hashlib.sha256()
    for kind, content in ((b"name", b"a"), (b"str", b"'x'")):
        by_hand.update(struct.pack("<II", len(kind), 0) + kind + struct.pack("<Q", len(content)))
        by_hand.update(content)
    assert content_digest({"a": "x"}) == by_hand.hexdigest()


@given(st.lists(st.text() | st.none(), max_size=4), st.lists(st.text() | st.none(), max_size=4))
def test_lists_of_texts_share_no_digest(first: list[str | None], second: list[str | None]) -> None:
    """Two lists have one digest if and only if they are equal."""
    digests = [content_digest({"t": np.array(x, object)}) for x in (first, second)]
    assert (digests[0] == digests[1]) == (first == second)
