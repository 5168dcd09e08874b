"""The dot plot across species."""

import numpy as np
import pytest

from orthoweave.charts.dots import MEASURED, cell_types_of, columns_of, dot_plot, narrowest


def _row(
    query: str,
    species: str,
    symbol: str | None,
    kind: str | None,
    state: str = MEASURED,
    *,
    mean: float = 1.0,
    fraction: float = 0.25,
    dataset: str = "d",
) -> dict[str, object]:
    return {
        "query": query,
        "species": species,
        "gene": symbol and f"key:{symbol}",
        "symbol": symbol,
        "cardinality": None,
        "dataset": dataset if symbol else None,
        "cell_type": kind,
        "name": kind and kind.upper(),
        "mean": mean,
        "fraction": fraction,
        "n_cells": 10,
        "state": state,
    }


INS = [
    _row("INS", "human", "INS", "beta", fraction=1.0, mean=4.0),
    _row("INS", "human", "INS", "acinar", "measured zero"),
    _row("INS", "mouse", "Ins2", "beta"),
    _row("INS", "mouse", "Ins1", "beta", "not measured"),
    _row("INS", "fly", None, None, "no ortholog"),
]


def test_one_to_many_gives_a_column_for_each_ortholog() -> None:
    """Ins1 and Ins2 stand beside INS; none is picked."""
    assert [(c.species, c.symbol) for c in columns_of(INS)] == [
        ("human", "INS"),
        ("mouse", "Ins1"),
        ("mouse", "Ins2"),
        ("fly", "—"),
    ]


def test_columns_group_by_gene_or_by_species() -> None:
    """The same columns come gene by gene, or species by species."""
    rows = [
        _row(query, species, query, "beta")
        for query in ("A", "B")
        for species in ("human", "mouse")
    ]
    by_gene = [(c.query, c.species) for c in columns_of(rows, "gene")]
    by_species = [(c.query, c.species) for c in columns_of(rows, "species")]
    assert by_gene == [("A", "human"), ("A", "mouse"), ("B", "human"), ("B", "mouse")]
    assert by_species == [("A", "human"), ("B", "human"), ("A", "mouse"), ("B", "mouse")]


def test_a_plot_is_as_wide_as_its_labels_need() -> None:
    """Labels that lie flat widen it, slanted ones do not; one gene fits on a phone."""
    flat = [_row(f"G{n}", "human", f"G{n}", "beta") for n in range(7)]
    long = [_row(f"G{n}", "human", f"LOC10537{n}", "beta") for n in range(7)]
    many = [_row(f"G{n}", "human", f"LOC10537{n}", "beta") for n in range(20)]
    assert narrowest(dot_plot(flat[:1])) < 358
    assert 7 * 35 < narrowest(dot_plot(flat)) < narrowest(dot_plot(long))
    assert 20 * 24 <= narrowest(dot_plot(many)) < 20 * 30


def test_states_have_marks_of_their_own() -> None:
    """Measured, measured zero, not measured and no ortholog differ in shape, and are named."""
    figure = dot_plot(INS)
    traces = {trace.name: trace for trace in figure.data[:4]}
    shapes = {name: trace.marker.symbol for name, trace in traces.items()}
    assert len(set(shapes.values())) == 4
    assert {name for name, trace in traces.items() if trace.showlegend} == {
        "measured zero",
        "not measured",
        "no ortholog",
    }


def test_no_ortholog_is_marked_in_every_row() -> None:
    """A column without gene says so for each cell type."""
    trace = next(trace for trace in dot_plot(INS).data if trace.name == "no ortholog")
    assert list(trace.y) == [0, 1]
    assert set(trace.x) == {3}


def test_dot_area_is_proportional_to_the_fraction() -> None:
    """A quarter of the cells gives half the width above the smallest dot."""
    trace = dot_plot(INS).data[0]
    assert trace.marker.size == pytest.approx((22.0, 3.0 + 19.0 * 0.5))
    assert list(trace.marker.color) == [4.0, 1.0]


def test_types_in_most_species_come_first() -> None:
    """Cell types that can be compared are on top."""
    assert [key for key, _ in cell_types_of(INS)] == ["beta", "acinar"]


def test_hostile_names_are_text() -> None:
    """No markup of a gene's, type's or dataset's name reaches the figure."""
    evil = "<img src=x onerror=alert(1)>"
    rows = [
        _row(evil, "human", evil, evil, dataset=evil),
        _row(evil, "mouse", None, None, "no ortholog"),
    ]
    assert "<img" not in dot_plot(rows).to_json()
    assert "<img" not in dot_plot(rows, order="species", dark=True).to_json()


def test_nothing_gives_an_empty_plot() -> None:
    """No rows make a figure without dots, not an error."""
    figure = dot_plot([])
    assert all(trace.x[0] is None or np.isnan(trace.x[0]) for trace in figure.data)
