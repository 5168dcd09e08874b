"""The cache of text vectors: free the second time, and honest when damaged."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from orthoweave.errors import IntegrityError
from orthoweave.progress import Progress
from orthoweave.text.base import Vectors
from orthoweave.text.cache import CachedEncoder
from orthoweave.text.hashed import HashedEncoder


class Counting(HashedEncoder):
    """The hashed encoder, which notes what it was asked."""

    def __init__(self, dimension: int = 32) -> None:
        super().__init__(dimension)
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Note and encode."""
        self.asked += texts
        return super().encode(texts, progress)


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    """The second request costs nothing and gives the same bytes, in the order asked."""
    encoder = Counting()
    cached = CachedEncoder(encoder, tmp_path / "cache" / "v.sqlite")
    texts = [f"gene {number}" for number in range(2000)]
    first = cached.encode([*texts, texts[0]])
    assert sorted(encoder.asked) == sorted(texts)
    again = CachedEncoder(encoder, tmp_path / "cache" / "v.sqlite").encode(texts[::-1])
    assert len(encoder.asked) == len(texts)
    np.testing.assert_array_equal(again[::-1], first[:-1])
    np.testing.assert_array_equal(first, HashedEncoder(32).encode([*texts, texts[0]]))


def test_models_do_not_share_vectors(tmp_path: Path) -> None:
    """The key holds the model's digest: another model's vector is never given."""
    small, large = Counting(16), Counting(64)
    path = tmp_path / "v.sqlite"
    assert CachedEncoder(small, path).encode(["ins"]).shape == (1, 16)
    assert CachedEncoder(large, path).encode(["ins"]).shape == (1, 64)


def test_nothing_asked_is_nothing_given(tmp_path: Path) -> None:
    """No texts give an empty array of the right width."""
    assert CachedEncoder(Counting(), tmp_path / "v.sqlite").encode([]).shape == (0, 32)


def test_a_damaged_cache_says_which_file_to_delete(tmp_path: Path) -> None:
    """A file that is not an SQLite database is an integrity error with its name."""
    path = tmp_path / "v.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(IntegrityError, match=r"v\.sqlite.*delete it"):
        CachedEncoder(Counting(), path).encode(["ins"])
