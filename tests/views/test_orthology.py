"""Orthology views against pairs counted by hand, in either direction."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.numerics.orthology import cardinality
from orthoweave.views.orthology import OrthologyView, orthology_view

SPECIES = {"h": "NCBITaxon:9606", "m": "NCBITaxon:10090", "f": "NCBITaxon:7227"}
HUMAN, MOUSE, FLY = SPECIES.values()
# h1 has two mouse genes; m3 has two human genes; h4 and m4 are alone; the fly has one pair
PAIRS = [("h1", "m1"), ("m2", "h1"), ("h2", "m3"), ("h3", "m3"), ("m4", "h4"), ("f1", "h1")]


def _view(pairs: list[tuple[str, str]]) -> OrthologyView:
    left, right = (np.array(ends, object) for ends in zip(*pairs, strict=True))
    species = [np.array([SPECIES[key[0]] for key in ends], object) for ends in (left, right)]
    table = pa.table(
        {"from": left, "to": right, "from_species": species[0], "to_species": species[1]}
    )
    kinds = np.array(cardinality(table).to_pylist(), object)
    support, covering = np.arange(1, len(pairs) + 1), np.full(len(pairs), 9)
    return orthology_view(
        left, right, *species, cardinality=kinds, support=support, covering=covering
    )


def test_pairs_of_two_species_from_either_end() -> None:
    """Edges from human to mouse are all pairs, whichever end was named first, read from human."""
    found = _view(PAIRS).between(HUMAN, MOUSE)
    edges = [
        (found.source_genes[s], found.target_genes[t], kind, support)
        for s, t, kind, support in zip(
            found.source_index, found.target_index, found.cardinality, found.support, strict=True
        )
    ]
    assert edges == [
        ("h1", "m1", "1:many", 1),
        ("h1", "m2", "1:many", 2),
        ("h2", "m3", "many:1", 3),
        ("h3", "m3", "many:1", 4),
        ("h4", "m4", "1:1", 5),
    ]


def test_turned_round_it_reads_from_the_other_end() -> None:
    """From mouse to human the pairs are the same and 1:many becomes many:1."""
    found = _view(PAIRS).between(MOUSE, HUMAN)
    kinds = {
        (found.source_genes[s], found.target_genes[t]): kind
        for s, t, kind in zip(
            found.source_index, found.target_index, found.cardinality, strict=True
        )
    }
    assert kinds == {
        ("m1", "h1"): "many:1",
        ("m2", "h1"): "many:1",
        ("m3", "h2"): "1:many",
        ("m3", "h3"): "1:many",
        ("m4", "h4"): "1:1",
    }


def test_third_species_stay_apart() -> None:
    """Only pairs of the two species are edges; a pair of species without pairs gives none."""
    view = _view(PAIRS)
    assert view.species == tuple(sorted(SPECIES.values()))
    assert view.between(FLY, HUMAN).n_edges == 1
    assert view.between(FLY, MOUSE).n_edges == 0
    with pytest.raises(UnknownNameError, match="NCBITaxon:1"):
        view.between(HUMAN, "NCBITaxon:1")


def test_among_keeps_edges_with_both_ends() -> None:
    """Edges between chosen genes stay, renumbered, with the cardinality of the whole orthology."""
    found = _view(PAIRS).between(HUMAN, MOUSE)
    part = found.among(np.array(["h1", "h4"], object), np.array(["m2", "m4", "m9"], object))
    assert part.source_genes.tolist() == ["h1", "h4"]
    assert part.target_genes.tolist() == ["m2", "m4"]
    assert part.source_index.tolist() == part.target_index.tolist() == [0, 1]
    assert part.cardinality.tolist() == ["1:many", "1:1"]
    assert part.support.tolist() == [2, 5]


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1))
def test_there_and_back_are_the_same_pairs(pairs: set[tuple[int, int]]) -> None:
    """Edges from human to mouse turned round are the edges from mouse to human."""
    view = _view([(f"h{a}", f"m{b}") for a, b in sorted(pairs)])
    there, back = view.between(HUMAN, MOUSE), view.between(MOUSE, HUMAN)
    forward = set(
        zip(
            there.source_genes[there.source_index],
            there.target_genes[there.target_index],
            strict=True,
        )
    )
    backward = set(
        zip(back.target_genes[back.target_index], back.source_genes[back.source_index], strict=True)
    )
    assert forward == backward == {(f"h{a}", f"m{b}") for a, b in pairs}


def test_doubles_and_paralogs_are_refused() -> None:
    """A pair twice, in either order, and a pair within a species are refused."""
    with pytest.raises(InputError, match="stands twice"):
        _view([("h1", "m1"), ("m1", "h1")])
    nothing = np.array(["1:1"], object)
    with pytest.raises(InputError, match="within one species"):
        orthology_view(
            np.array(["h1"]),
            np.array(["h2"]),
            np.array([HUMAN]),
            np.array([HUMAN]),
            cardinality=nothing,
            support=np.ones(1),
            covering=np.ones(1),
        )


def test_digest_follows_the_content() -> None:
    """Another pair, support or direction gives another digest."""
    views = [_view(PAIRS), _view(PAIRS[:-1])]
    bipartite = [views[0].between(HUMAN, MOUSE), views[0].between(MOUSE, HUMAN)]
    assert views[0].digest == _view(PAIRS).digest
    digests = {view.digest for view in views} | {pairs.digest for pairs in bipartite}
    assert len(digests) == 4
