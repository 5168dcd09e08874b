"""The calibration curve."""

from orthoweave.charts.calibration import calibration_curve


def _row(cells: str, low: float, n_right: int, n_cells: int) -> dict[str, object]:
    right = n_right / n_cells
    return {
        "cells": cells,
        "bin_low": low,
        "bin_high": low + 0.1,
        "mean_probability": low + 0.05,
        "n_cells": n_cells,
        "n_right": n_right,
        "right": right,
        "low": max(right - 0.1, 0.0),
        "high": min(right + 0.1, 1.0),
    }


ROWS = [_row("named", 0.8, 9, 10), _row("named", 0.9, 20, 20), _row("abstained", 0.3, 1, 4)]


def test_points_are_shares_with_their_intervals_above_the_counts() -> None:
    """Each bin has a point, its interval and a bar; the diagonal is there."""
    diagonal, named, named_cells, abstained, abstained_cells = calibration_curve(ROWS).data
    assert (diagonal.x, diagonal.y) == ((0, 1), (0, 1))
    assert named.y == (0.9, 1.0)
    assert named.x == (0.8500000000000001, 0.9500000000000001)
    for got, expected in zip(named.error_y.arrayminus, (0.1, 0.1), strict=True):
        assert abs(got - expected) < 1e-9
    assert named.error_y.array[1] == 0.0
    assert named_cells.y == (10, 20)
    assert (abstained.y, abstained_cells.y) == ((0.25,), (4,))


def test_kinds_differ_without_colour() -> None:
    """Lines, markers and patterns differ as well."""
    _, named, named_cells, abstained, abstained_cells = calibration_curve(ROWS).data
    assert named.line.dash != abstained.line.dash
    assert named.marker.symbol != abstained.marker.symbol
    assert named_cells.marker.pattern.shape != abstained_cells.marker.pattern.shape


def test_no_bins_leave_the_diagonal() -> None:
    """A run without probabilities has no curve, and no error."""
    assert len(calibration_curve([]).data) == 1
    assert len(calibration_curve([], dark=True).data) == 1
