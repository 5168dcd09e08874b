"""Runs of models: their list, one of them, and starting one."""

import json

import pyarrow as pa
import streamlit as st

from orthoweave.questions.answer import Answer
from parts import base, show
from parts.gate import start_refusal
from parts.run_page import run_page
from parts.run_progress import progress_section
from parts.run_start import start_section
from parts.state import read_text, write_state
from parts.text import md

# columns of the list; the download contains all of them
LISTED = ("model", "best", "run", "seed", "seconds")
START = "start"


def best(metrics: object) -> str:
    """Return the first score with its interval, the best baseline and the control, as a line."""
    scores = json.loads(str(metrics or "[]"))
    if not scores:
        return ""
    score = scores[0]
    name, baseline = max(score["baselines"].items(), key=lambda item: item[1]["value"])
    return (
        f"{score['metric']} {score['value']:.3g} ({score['low']:.3g} to {score['high']:.3g}); "
        f"{name} {baseline['value']:.3g}; {score['control_name']} "
        f"{score['control']['value']:.3g}"
    )


def listed(answer: Answer) -> int | None:
    """Show the list of runs; return the one that was clicked."""
    told = pa.array([best(value) for value in answer.column("metrics")], pa.string())
    whole = Answer(
        answer.table.append_column("best", told), answer.title, provenance=answer.provenance
    )
    empty = {name for name in LISTED if whole.table[name].null_count == len(whole)}
    hide = [name for name in whole.table.column_names if name not in LISTED or name in empty]
    names = {"best": "first score; highest baseline; control"}
    return show.table(whole, "runs", hide=hide, first=LISTED, names=names, select=True)


def overview() -> None:
    """Show the list of runs, and the one that is chosen."""
    answer = base.base().runs()
    if not len(answer):
        st.info(
            "No model has been run on this knowledge base. All other screens show data from its "
            "sources and counts, not predictions.",
            icon=":material/info:",
        )
        return
    names = [str(name) for name in answer.column("run")]
    clicked = listed(answer)
    if clicked is not None:
        write_state(run=names[clicked])
    asked = read_text("run") or (names[0] if len(names) == 1 else "")
    if asked in names:
        run_page(asked)
    elif asked:
        st.info(f"No run is called “{md(asked, 80)}” in this build.", icon=":material/info:")
    else:
        st.caption("Click a run to see its scores, predictions and facts.")


st.title("Runs")
st.caption("A run is one execution of a model. Its results are added to the graph under its name.")
with base.explained():
    busy = progress_section()
    starting = read_text("show") == START
    if starting and not busy:
        if st.button("Back to the runs", icon=":material/arrow_back:", key="back"):
            write_state(show="", model="")
            st.rerun()
        start_section()
    else:
        may = not busy and not start_refusal()
        if may and st.button("Start a run", icon=":material/play_arrow:", key="start"):
            write_state(show=START)
            st.rerun()
        overview()
