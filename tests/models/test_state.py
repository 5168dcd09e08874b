"""What a fitted model keeps: checked arrays and values, and the share of genes that data have."""

import numpy as np
import pytest

from orthoweave.errors import InputError
from orthoweave.models.state import State, Vocabulary, found_share

GENES = Vocabulary("NCBITaxon:9606", np.array([f"NCBIGene:{i}" for i in range(10)], object))
STATE = State(
    {"x": np.zeros((2, 3), np.float32), "n": np.array([0, 4])},
    GENES,
    "counts",
    "none",
    {"classes": ("a", "b"), "twice": ("a", "a"), "share": 0.5, "odd": 2},
)


def _mask(n_found: int) -> np.ndarray:
    return np.arange(10) < n_found


def test_shares_are_reported_warned_of_and_refused() -> None:
    """From 80 % nothing is noted, from 60 % a note warns, below it is refused with what to do."""
    assert found_share(_mask(8), GENES, "'d'") == (0.8, "")
    share, warning = found_share(_mask(6), GENES, "'d'")
    assert share == 0.6
    assert "'d' has 60% of the 10 genes" in warning
    with pytest.raises(InputError, match=r"50% of the 10 genes .*NCBIGene:5.* expected 60%"):
        found_share(_mask(5), GENES, "'d'")
    with pytest.raises(InputError, match="expected a mask of 10 genes"):
        found_share(np.ones(9, bool), GENES, "'d'")


def test_the_digest_is_of_order_and_species() -> None:
    """The same genes in another order, or of another species, are another vocabulary."""
    turned = Vocabulary(GENES.species, GENES.genes[::-1])
    mouse = Vocabulary("NCBITaxon:10090", GENES.genes)
    assert len({GENES.digest, turned.digest, mouse.digest}) == 3
    assert GENES.namespace == "NCBIGene"


def test_arrays_have_the_shape_and_kind_that_is_expected() -> None:
    """A missing array, another shape and another kind are named."""
    assert STATE.array("x", 2, None).shape == (2, 3)
    assert STATE.numbers("n", 2, 5).tolist() == [0, 4]
    for call, message in (
        (lambda: STATE.array("y", 2), "expected an array 'y'"),
        (lambda: STATE.array("x", 3, None), r"expected shape \(3, any\)"),
        (lambda: STATE.array("n", 2), "of kind 'f'"),
        (lambda: STATE.numbers("n", 2, 4), "expected numbers from 0 to 3"),
        (lambda: STATE.texts("share"), "expected a list of texts"),
        (lambda: STATE.texts("twice"), "each once"),
        (lambda: STATE.share("odd"), "from 0 to 1, found 2"),
        (lambda: STATE.share("none"), "found None"),
    ):
        with pytest.raises(InputError, match=message):
            call()
