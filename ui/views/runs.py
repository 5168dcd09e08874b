"""Models that were run: on what, how well beside their baselines, and what they wrote."""

import json

import pyarrow as pa
import streamlit as st

from orthoweave.queries.answer import Answer
from orthoweave.queries.run_results import facts, score_table
from orthoweave.queries.runs import runs
from parts import base, show
from parts.pages import go
from parts.state import write_state
from parts.text import md

# what the list shows of each run; the download has the rest
LISTED = ("model", "best", "run", "seed", "seconds")
FIRST = ("metric", "value", "low", "high", "baseline", "baseline_value", "control",
         "control_value", "context")  # fmt: skip

kb = base.base()


def best(metrics: object) -> str:
    """Give the first score with its interval, the highest baseline and the control, in a line."""
    scores = json.loads(str(metrics or "[]"))
    if not scores:
        return ""
    one = scores[0]
    name, other = max(one["baselines"].items(), key=lambda item: item[1]["value"])
    return (f"{one['metric']} {one['value']:.3g} ({one['low']:.3g} to {one['high']:.3g}); "
            f"{name} {other['value']:.3g}; {one['control_name']} "
            f"{one['control']['value']:.3g}")  # fmt: skip


def listed(answer: Answer) -> int | None:
    """Show the list of runs; the one that was clicked."""
    told = pa.array([best(value) for value in answer.column("metrics")], pa.string())
    whole = Answer(answer.table.append_column("best", told), answer.title,
                   provenance=answer.provenance)  # fmt: skip
    empty = {name for name in LISTED if whole.table[name].null_count == len(whole)}
    hide = [name for name in whole.table.column_names if name not in LISTED or name in empty]
    names = {"best": "first score; highest baseline; control"}
    return show.table(whole, "runs", hide=hide, first=LISTED, names=names, select=True)


def details(one: dict[str, object]) -> None:
    """Everything on one run."""
    run = str(one["run"])
    st.subheader(md(one["model"]))
    st.caption(f"{md(run)} · seed {md(one['seed'])} · orthoweave {md(one['code_version'])}")
    for note in one["notes"] if isinstance(one["notes"], list) else []:
        st.caption(md(note))
    st.markdown("**Scores**")
    st.caption(
        "Each with its 95 % interval, beside every baseline and beside a control: the same model "
        "on data whose signal was destroyed. A model that does not beat both has shown nothing."
    )
    show.table(score_table(kb, run, str(one["metrics"])), "scores", first=FIRST)
    found = facts(kb, run)
    st.markdown("**Facts in the graph**" if found else "**It put no facts into this build.**")
    for name, answer in found.items():
        st.caption(md(answer.title))
        row = show.table(answer, f"facts_{name}", select="gene" in answer.table.column_names)
        if row is not None:
            go("gene", gene=str(answer.column("gene")[row]))
    with st.expander("Settings, measures and views"):
        for name in ("settings", "measures", "views"):
            st.markdown(f"**{name.capitalize()}**")
            st.json(json.loads(str(one[name] or "{}")))


st.title("Runs")
st.caption("A run is one execution of a model. What it finds goes into the graph under its name.")
with base.explained():
    answer = runs(kb)
    if len(answer):
        names = [str(name) for name in answer.column("run")]
        clicked = listed(answer)
        if clicked is not None:
            write_state(run=names[clicked])
        asked = str(st.query_params.get("run", names[0] if len(names) == 1 else ""))
        if asked in names:
            details(answer.rows()[names.index(asked)])
        elif asked:
            st.info(f"No run is called “{md(asked, 80)}” in this build.", icon=":material/info:")
        else:
            st.caption("Click a run to see its scores and its facts.")
    else:
        st.info(
            "No model has been run on this knowledge base. What you see elsewhere comes from its "
            "sources and from counting, not from a model's prediction.",
            icon=":material/info:",
        )
