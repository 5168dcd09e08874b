"""Levels of cell types on a small ontology whose answers are worked out by hand."""

import numpy as np
import pytest

from orthoweave.errors import InputError
from orthoweave.models.levels import common_level
from orthoweave.views.ontology import OntologyView, no_ontology

# leukocyte > lymphocyte > T > (CD4 > naive CD4), (CD8); lymphocyte > B; leukocyte > neutrophil
EDGES = [
    ("lymphocyte", "leukocyte"),
    ("T", "lymphocyte"),
    ("B", "lymphocyte"),
    ("CD4", "T"),
    ("CD8", "T"),
    ("naive CD4", "CD4"),
    ("neutrophil", "leukocyte"),
    ("monocyte", "leukocyte"),
    ("leukocyte", "cell"),
]


@pytest.fixture
def ontology() -> OntologyView:
    """The ontology above."""
    keys = sorted({key for edge in EDGES for key in edge})
    lower, upper = zip(*EDGES, strict=True)
    columns = (keys, keys, list(lower), list(upper))
    return OntologyView(*(np.array(column, object) for column in columns))


def _types(**counts: int) -> np.ndarray:
    names = [name.replace("_", " ") for name in counts]
    found = np.repeat(np.array([*names, None], object), [*counts.values(), 2])
    return np.asarray(found)


def test_finer_types_are_pooled_into_what_the_other_dataset_names(ontology: OntologyView) -> None:
    """Naive CD4 and CD8 T cells here and T cells there meet as T cells; the notes say so."""
    human = _types(naive_CD4=5, CD8=3, B=2, monocyte=4)
    fish = _types(T=7, B=3, neutrophil=6)
    level = common_level({"human": human, "fish": fish}, ontology)
    assert level.types == ("B", "T")
    pooled = level.of(human)
    assert [np.sum(pooled == name) for name in ("T", "B")] == [8, 2]
    assert np.sum(level.of(fish) == "T") == 7
    assert level.notes == (
        "human: pooled into T (T): CD8 (3 cells), naive CD4 (5 cells).",
        "human: of no type of the common level, left out: monocyte (4 cells).",
        "fish: of no type of the common level, left out: neutrophil (6 cells).",
    )


def test_equal_types_stay_as_they_are(ontology: OntologyView) -> None:
    """Datasets of one depth are not pooled, and there is no note."""
    one, two = _types(CD4=5, CD8=3), _types(CD8=1, CD4=2)
    level = common_level({"one": one, "two": two}, ontology)
    assert level.types == ("CD4", "CD8")
    assert level.of(one).tolist() == one.tolist()
    assert level.notes == ()


def test_many_cells_of_the_coarser_name_decide(ontology: OntologyView) -> None:
    """A thousand T cells beside three CD8 ones are not lost; eight beside a hundred are."""
    other = _types(CD8=50, B=9)
    kept = common_level({"a": _types(T=1000, CD8=3, B=1), "b": other}, ontology)
    assert kept.types == ("B", "T")
    lost = common_level({"a": _types(T=8, CD8=100, B=1), "b": other}, ontology)
    assert lost.types == ("B", "CD8")
    assert any("left out: T (8 cells)" in note for note in lost.notes)


def test_a_given_level_pools_what_no_dataset_names(ontology: OntologyView) -> None:
    """Neutrophils and monocytes meet as leukocytes only if that is asked for."""
    human, fish = _types(monocyte=4), _types(neutrophil=6)
    both = {"human": human, "fish": fish}
    assert common_level(both, ontology).types == ()
    level = common_level(both, ontology, ("leukocyte",))
    assert set(level.of(fish)) == {"leukocyte", None}
    assert set(level.of(human)) == {"leukocyte", None}


@pytest.mark.parametrize(
    ("level", "message"),
    [
        (("T", "CD4"), "CD4 is a kind of T"),
        (("T", "neutrophil"), "no dataset has cells of neutrophil"),
        (("T", "unheard of"), "no dataset has cells of unheard of"),
    ],
)
def test_levels_that_make_no_sense_are_refused(
    ontology: OntologyView, level: tuple[str, ...], message: str
) -> None:
    """One type below another, or without any cell, and the message says what to give."""
    with pytest.raises(InputError, match=message):
        common_level({"a": _types(naive_CD4=3, CD4=1)}, ontology, level)


def test_a_type_below_two_is_refused(ontology: OntologyView) -> None:
    """A cell cannot count in two types of a level."""
    twice = OntologyView(
        ontology.keys,
        ontology.names,
        np.append(ontology.lower, "T"),
        np.append(ontology.upper, "monocyte"),
    )
    with pytest.raises(InputError, match="T is a kind of two of the types"):
        common_level({"a": _types(T=3)}, twice, ("lymphocyte", "monocyte"))


def test_without_an_ontology_only_equal_types_meet() -> None:
    """Each type is a kind of itself alone."""
    level = common_level({"a": _types(T=3, CD4=1), "b": _types(T=2)}, no_ontology())
    assert level.types == ("T",)
