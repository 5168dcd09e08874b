"""The plot of scores beside baselines and control."""

from orthoweave.charts.scores import MOST_SCORES, score_plot


def _row(role: str, of: str, value: float, metric: str = "ARI") -> dict[str, object]:
    return {
        "metric": metric,
        "context": "toy",
        "of": of,
        "role": role,
        "value": value,
        "low": value - 0.1,
        "high": value + 0.2,
    }


ROWS = [
    _row("model", "the model", 0.8),
    _row("baseline", "PCA", 0.6),
    _row("control", "labels permuted", 0.0),
]


def test_each_line_is_a_value_with_its_interval() -> None:
    """A line for the model, each baseline and the control, in the order of the answer."""
    figure = score_plot(ROWS)
    assert figure.layout.yaxis.ticktext == ("<b>ARI</b>", "PCA", "labels permuted")
    assert [(trace.name, trace.x, trace.y) for trace in figure.data] == [
        ("model", (0.8,), (0,)),
        ("baseline", (0.6,), (1,)),
        ("control", (0.0,), (2,)),
    ]
    assert abs(figure.data[0].error_x.array[0] - 0.2) < 1e-9
    assert abs(figure.data[0].error_x.arrayminus[0] - 0.1) < 1e-9
    assert len({trace.marker.symbol for trace in figure.data}) == 3


def test_only_the_first_scores_are_drawn_whole() -> None:
    """None is drawn without its baselines."""
    figure = score_plot(ROWS * (MOST_SCORES + 3))
    assert len(figure.layout.yaxis.ticktext) == 3 * MOST_SCORES
    assert len(figure.layout.shapes) == MOST_SCORES - 1


def test_names_are_text() -> None:
    """Markup of the data does not reach the figure."""
    evil = "<a href='javascript:alert(1)'>x</a>"
    rows = [_row("model", evil, 0.1, evil) | {"context": evil}, _row("baseline", evil, 0.1)]
    assert "<a " not in score_plot(rows).to_json()
