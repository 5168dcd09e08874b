"""Time and event: units by name or as said, codes of events, and what cannot be."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.jobs.parts.follow_up import MONTHS, read_follow_up

NOTHING: dict[str, Any] = dict.fromkeys(("time_column", "event_column", "time_unit", "event_value"))


def samples(**columns: object) -> pd.DataFrame:
    """Return four samples with these columns."""
    return pd.DataFrame(columns, index=["a", "b", "c", "d"])


@pytest.mark.parametrize(
    ("name", "unit", "days"),
    [
        ("OS_DAYS", None, 1.0),
        ("survival_months", None, 365.25 / 12),
        ("os.time", "weeks", 7.0),
        ("time", "years", 365.25),
        ("t.tdm", "days", 1.0),
    ],
)
def test_units_become_months(name: str, unit: str | None, days: float) -> None:
    """A unit stands in the name or in the option; a month has 365.25/12 days."""
    obs = samples(**{name: [1.0, 2.5, np.nan, 4.0], "event": [1, 0, 1, 0]})
    found = read_follow_up(obs, NOTHING | {"time_unit": unit})
    wanted = np.array([1.0, 2.5, np.nan, 4.0]) * days / (365.25 / 12)
    assert np.allclose(found.months, wanted, equal_nan=True)
    assert found.event.tolist() == [True, False, False, False]
    assert f"{name!r} in {found.unit} and 'event'; 3 of 4" in found.notes[0]
    assert found.unit in MONTHS


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, 0, 1, 0], None),
        ([1.0, 0.0, 1.0, 0.0], None),
        ([True, False, True, False], None),
        (["Dead", "Alive", "dead", "alive"], None),
        (["1:DECEASED", "0:LIVING", "1:DECEASED", "0:LIVING"], None),
        (["2", "1", "2", "1"], "2"),
        ([0, 1, 0, 1], "0"),
        (pd.Categorical(["yes", "no", "yes", "no"]), None),
    ],
)
def test_codes_of_events(values: object, said: str | None) -> None:
    """Numbers, flags and words are read; what means an event may be said."""
    obs = samples(time=[1, 2, 3, 4], status=values)
    given = NOTHING | {"time_unit": "months", "event_value": said}
    assert read_follow_up(obs, given).event.tolist() == [True, False, True, False]


def test_what_is_not_known_is_counted() -> None:
    """A time of zero, and a time or an event alone, leave the follow-up unknown."""
    obs = samples(os_months=[0, 2, np.nan, 4], event=["1", "", "1", "1"])
    found = read_follow_up(obs, NOTHING)
    assert np.isnan(found.months).tolist() == [True, True, True, False]
    assert found.event.tolist() == [False, False, False, True]
    assert "1 of 4 samples have both, with 1 events" in found.notes[0]
    assert "1 have a time of 0" in found.notes[0]


def test_samples_without_follow_up_are_noted() -> None:
    """Without columns of usual names nothing is taken, and the note says how to say them."""
    found = read_follow_up(samples(age=[1, 2, 3, 4]), NOTHING)
    assert np.isnan(found.months).all()
    assert "no column has a usual name. Say --set time_column=" in found.notes[0]
    found = read_follow_up(samples(os_days=[1, 2, 3, 4]), NOTHING)
    assert "only 'os_days' has a usual name" in found.notes[0]


@pytest.mark.parametrize(
    ("columns", "said", "kind", "message"),
    [
        ({"time": [1, 2, 3, 4]}, {}, UsageError, "'time' does not say its unit"),
        ({"os_days": [1, 2, 3, 4]}, {"time_unit": "years"}, UsageError, "is named 'os_days'"),
        ({"os_days": [1, -2, 3, 4]}, {}, InputError, "negative or infinite, such as -2 .*'b'"),
        ({"os_days": ["1", "x", "3", "4"]}, {}, InputError, "expected times as numbers"),
        ({"os_days": [1, np.inf, 3, 4]}, {}, InputError, "1 times are negative or infinite"),
        ({"os_months": [1, 2, 3, 4000]}, {}, InputError, "the longest time is 4,000 months"),
        ({"os_days": [1, 2, 3, 4]}, {"time_column": "t"}, UnknownNameError, "no column 't'"),
    ],
)
def test_times_that_cannot_be_are_refused(
    columns: dict[str, Any], said: dict[str, str], kind: type[Exception], message: str
) -> None:
    """Each with what was found."""
    obs = samples(**columns, event=[1, 0, 1, 0])
    with pytest.raises(kind, match=message):
        read_follow_up(obs, NOTHING | said)


@pytest.mark.parametrize(
    ("name", "values", "said", "message"),
    [
        ("status", ["1", "2", "1", "2"], None, "has '1', '2': expected 1 for an event"),
        ("event", ["lost", "0", "1", "1"], None, "event_value="),
        ("censorship", [1, 0, 1, 0], None, "event_value="),
        ("event", [1, 0, 1, 0], "2", "event_value='2': column 'event' has '0', '1'"),
    ],
)
def test_events_that_are_not_clear_are_refused(
    name: str, values: list[Any], said: str | None, message: str
) -> None:
    """Other codes, and columns of censoring, need the value that means an event."""
    obs = samples(os_months=[1, 2, 3, 4], **{name: values})
    given = NOTHING | {"event_column": name, "event_value": said}
    with pytest.raises(InputError, match=message):
        read_follow_up(obs, given)


def test_one_column_alone_is_refused_where_it_was_said() -> None:
    """A time that was asked for needs its event."""
    with pytest.raises(UsageError, match="--set event_column="):
        read_follow_up(samples(t=[1, 2, 3, 4]), NOTHING | {"time_column": "t"})
