"""The map of cells."""

import numpy as np

from orthoweave.charts.map import MOST_CATEGORIES, categories, map_by_amount, map_by_category

PLACES = np.random.default_rng(0).normal(size=(200, 2))


def test_every_cell_is_drawn_once() -> None:
    """Categories part the cells: each is in exactly one of the traces."""
    labels = [f"type {n % 50}" if n % 7 else None for n in range(200)]
    figure = map_by_category(PLACES, labels)
    assert len(figure.data) == MOST_CATEGORIES + 1
    assert sum(len(trace.x) for trace in figure.data) == 200


def test_many_categories_differ_in_colour_or_shape() -> None:
    """No two categories look the same."""
    figure = map_by_category(PLACES, [f"type {n % MOST_CATEGORIES}" for n in range(200)])
    looks = {(trace.marker.color, trace.marker.symbol) for trace in figure.data}
    assert len(looks) == MOST_CATEGORIES


def test_highest_amounts_are_drawn_last() -> None:
    """Cells that express a gene are not hidden by those that do not."""
    amounts = np.random.default_rng(1).random(200)
    trace = map_by_amount(PLACES, amounts, title="INS").data[0]
    assert np.all(np.diff(trace.marker.color) >= 0)
    assert np.allclose(trace.x, PLACES[np.argsort(amounts), 0], atol=1e-6)


def test_cells_without_value_are_kept_apart() -> None:
    """NaN is drawn as no value, not as zero."""
    amounts = np.where(np.arange(200) < 50, np.nan, 1.0)
    figure = map_by_amount(PLACES, amounts, title="INS")
    assert [len(trace.x) for trace in figure.data] == [50, 150]


def test_hits_are_ringed() -> None:
    """The cells that were found have a ring at their place."""
    ring = map_by_category(PLACES, ["a"] * 200, hits=[3, 5]).data[-1]
    assert ring.name == "found"
    assert np.allclose(ring.x, PLACES[[3, 5], 0], atol=1e-6)


def test_hostile_labels_are_text() -> None:
    """A label's markup does not reach the figure."""
    evil = "<a href='javascript:alert(1)'>x</a>"
    assert "<a " not in map_by_category(PLACES, [evil] * 200).to_json()
    assert "<a " not in map_by_amount(PLACES, np.ones(200), title=evil).to_json()


def test_a_map_of_many_cells_is_small() -> None:
    """Twenty thousand cells, the most that a map draws, take under 1 MB."""
    places = np.random.default_rng(0).normal(size=(20_000, 2))
    labels = [f"type {n % 14}" for n in range(20_000)]
    assert len(map_by_category(places, labels).to_json()) < 1_000_000


def test_two_maps_share_the_looks_of_their_categories() -> None:
    """A category has one colour and shape in both, however many cells it has in either."""
    first = [f"type {n % 9}" for n in range(200)]
    second = ["type 8"] * 150 + ["type 1"] * 50
    order = categories([*first, *second])
    looks = [
        {
            trace.name: (trace.marker.color, trace.marker.symbol)
            for trace in map_by_category(PLACES, labels, order=order).data
        }
        for labels in (first, second)
    ]
    assert order[0] == "type 8"
    assert set(looks[1]) == {"type 8", "type 1"}
    assert looks[1].items() <= looks[0].items()


def test_quiet_categories_are_grey_below_the_others() -> None:
    """They take no colour from the others."""
    labels = ["abstained"] * 150 + ["a"] * 50
    quiet, other = map_by_category(PLACES, labels, quiet=["abstained"]).data
    assert (quiet.name, other.name) == ("abstained", "a")
    assert other.marker.color == map_by_category(PLACES, ["a"] * 200).data[0].marker.color
    assert quiet.marker.color == "#6b6b6b"


def test_cells_have_texts_of_their_own() -> None:
    """The text that the pointer shows goes with its cell."""
    labels = ["a" if n % 3 else "b" for n in range(200)]
    figure = map_by_category(PLACES, labels, hovers=[f"cell {n}" for n in range(200)])
    for trace in figure.data:
        here = [int(text.split()[1]) for text in trace.text]
        assert np.allclose(trace.x, PLACES[here, 0], atol=1e-6)
        assert {labels[n] for n in here} == {trace.name}
