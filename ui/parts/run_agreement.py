"""Agreement of a run's predictions with the authors' labels: plots with their numbers."""

import streamlit as st

from orthoweave.charts.calibration import calibration_curve
from orthoweave.charts.confusion import confusion_map, narrowest
from orthoweave.charts.verdicts import verdict_bars
from parts import show
from parts.base import kinds_here
from parts.run_answers import Level, ask_run
from parts.state import read_list, write_state
from parts.style import widen


def agreement(run: str) -> None:
    """Show the confusion matrix, the calibration curve and the verdicts of a run."""
    level = _level()
    found = ask_run("confusion", run, level)
    st.subheader("Confusion matrix")
    st.caption(
        "Rows are the authors' types, columns what the run says; the last column is the cells on "
        "which it abstained. Colour is the share of a row."
    )
    figure = confusion_map(found.rows(), dark=show.dark())
    widen("confusion_plot", narrowest(figure))
    show.plot(figure, "confusion_plot")
    _numbers("confusion", run, level)
    _calibration(run, level)
    st.subheader("Shift verdicts")
    st.caption(
        "How far the cells are from those that the model learnt from, and what became of them."
    )
    found = ask_run("verdicts", run, level)
    show.plot(verdict_bars(found.rows(), dark=show.dark()), "verdicts_plot")
    _numbers("verdicts", run, level)


def _calibration(run: str, level: Level) -> None:
    st.subheader("Calibration curve")
    found = ask_run("reliability", run, level)
    if not len(found):
        st.caption("No cell has both a probability and an author's label to compare it with.")
        return
    st.caption(
        "On the diagonal the run is right as often as its probability says. Lines at a point are "
        "its 95% interval; bars count the cells."
    )
    show.plot(calibration_curve(found.rows(), dark=show.dark()), "reliability_plot")
    _numbers("reliability", run, level)


def _numbers(question: str, run: str, level: Level) -> None:
    with st.expander("Numbers"):
        show.table(ask_run(question, run, level), question)


def _level() -> Level:
    """Show the choice of the level, which is in the address."""
    names = {str(row["cell_type"]): str(row["name"]) for row in kinds_here().rows()}
    asked = [key for key in read_list("level") if key in names]
    chosen = st.multiselect(
        "Pool cell types into",
        list(names),
        asked,
        format_func=lambda key: names[key],
        key="run_level",
        placeholder="the finest types that authors and run have in common",
    )
    write_state(level=chosen)
    return tuple(chosen)
