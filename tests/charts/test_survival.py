"""Kaplan-Meier curves show what the answer has, and boxes the quartiles of each group."""

from typing import Any

import numpy as np
import pytest

from orthoweave.charts.survival import group_plot, restored_plot, survival_plot
from orthoweave.numerics.survival import kaplan_meier


def rows(side: str, seed: int) -> list[dict[str, Any]]:
    """Return the rows of a curve."""
    draw = np.random.default_rng(seed)
    curve = kaplan_meier(draw.uniform(1, 60, 30), draw.random(30) < 0.6)
    names = ("months", "survival", "low", "high", "at_risk", "events")
    return [
        {"side": side}
        | {name: None if np.isnan(v := getattr(curve, name)[at]) else v.item() for name in names}
        for at in range(len(curve.months))
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_curves_are_steps_with_numbers_at_risk(dark: bool) -> None:
    """Each side has its steps, its name with the number of patients, and counts below."""
    given = [*rows("above <b>", 1), *rows("below", 2)]
    figure = survival_plot(given, dark=dark)
    steps = [one for one in figure.data if one.mode == "lines" and one.name]
    assert [one.line.shape for one in steps] == ["hv", "hv"]
    for one, side in zip(steps, ("above <b>", "below"), strict=True):
        mine = [row for row in given if row["side"] == side]
        assert list(one.y) == [row["survival"] for row in mine]
        assert "<b>" not in one.name
        assert one.name.endswith("(30)")
    texts = [one for one in figure.data if one.mode == "text"]
    for one, side in zip(texts, ("above <b>", "below"), strict=True):
        months = [row["months"] for row in given if row["side"] == side][1:]
        # nobody is counted twice where observations end on a tick
        assert one.text[0] == "30"
        assert int(one.text[1]) == sum(month >= one.x[1] for month in months)
        assert one.text[-1] == "0"
    assert figure.layout.xaxis2.title.text == "months"


def test_ticks_are_ends_of_observation() -> None:
    """A mark stands at each time without an event, and at no other."""
    given = rows("all", 3)
    (marks,) = [one for one in survival_plot(given).data if one.mode == "markers"]
    assert list(marks.x) == [row["months"] for row in given[1:] if not row["events"]]


def test_boxes_are_the_quartiles() -> None:
    """One colour for each dataset and gene, with its scale; samples without a group have a box."""
    row = {
        "query": "INS",
        "symbol": "INS",
        "least": 0.0,
        "quarter": 1.0,
        "median": 2.0,
        "three_quarters": 3.0,
        "most": 9.0,
    }
    given = [
        row | {"dataset": dataset, "group": group, "scale": scale}
        for dataset, scale in (("a", "log2_tpm"), ("b", "zscore"))
        for group in ("x", None)
    ]
    figure = group_plot(given)
    assert [box.name for box in figure.data] == ["INS, a (log2_tpm)", "INS, b (zscore)"]
    assert list(figure.data[0].x) == ["x", "no group"]
    assert (figure.data[0].q1[0], figure.data[0].median[0], figure.data[0].q3[0]) == (1, 2, 3)
    assert figure.layout.showlegend
    assert (figure.data[1].lowerfence[0], figure.data[1].upperfence[0]) == (0, 9)
    assert figure.data[0].marker.color != figure.data[1].marker.color


def test_points_are_restored_beside_measured() -> None:
    """A colour for each group; samples that lack either are left out; a line where both agree."""
    given: list[dict[str, Any]] = [
        {"sample": "a<b>", "group": "x", "restored": 1.0, "measured": 2.0, "scale": "log2_tpm"},
        {"sample": "b", "group": None, "restored": 5.0, "measured": 4.0, "scale": "log2_tpm"},
        {"sample": "c", "group": "x", "restored": None, "measured": 4.0, "scale": "log2_tpm"},
    ]
    first, second, line = restored_plot(given).data
    assert (list(first.x), list(first.y), first.name) == ([2.0], [1.0], "x")
    assert (list(second.x), list(second.y), second.name) == ([4.0], [5.0], "no group")
    assert "<b>" not in first.text[0]
    assert list(line.x) == list(line.y) == [1.0, 5.0]
    assert restored_plot([]).layout.yaxis.title.text.startswith("restored")
