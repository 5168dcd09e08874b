"""The offline encoder: deterministic, of unit length, near for shared words."""

import numpy as np

from orthoweave.text.hashed import HashedEncoder


def test_rows_have_length_one_also_for_odd_texts() -> None:
    """Every text, even an empty one, has a vector of length 1."""
    found = HashedEncoder().encode(["insulin", "", "—", "a" * 5000, "胰岛素"])
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_texts_with_shared_words_are_nearer() -> None:
    """'insulin receptor' is nearer to 'insulin' than to 'keratin', and case does not matter."""
    query, near, far, loud = HashedEncoder().encode(
        ["insulin receptor", "insulin", "keratin 19", "INSULIN Receptor"]
    )
    assert query @ near > 0.5 > query @ far
    np.testing.assert_array_equal(query, loud)


def test_vectors_do_not_depend_on_what_came_before() -> None:
    """A fresh encoder gives the same vectors: nothing is kept from text to text."""
    first, second = HashedEncoder(), HashedEncoder()
    texts = ["somatostatin", "glucagon"]
    np.testing.assert_array_equal(first.encode(texts), second.encode(texts[::-1])[::-1])


def test_another_dimension_is_another_encoder() -> None:
    """The digest covers the dimension."""
    assert HashedEncoder(64).digest != HashedEncoder(128).digest
    assert HashedEncoder(64).encode(["x"]).shape == (1, 64)
