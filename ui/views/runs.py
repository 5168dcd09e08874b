"""Runs of models: settings, scores beside baselines, and the facts that they wrote."""

import json

import pyarrow as pa
import streamlit as st

from orthoweave.questions.answer import Answer
from parts import base, show
from parts.pages import go
from parts.state import read_text, write_state
from parts.text import md

# columns of the list; the download contains all of them
LISTED = ("model", "best", "run", "seed", "seconds")
FIRST = (
    "metric",
    "value",
    "low",
    "high",
    "baseline",
    "baseline_value",
    "control",
    "control_value",
    "context",
)

kb = base.base()


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


def details(one: dict[str, object]) -> None:
    """Show everything on one run."""
    run = str(one["run"])
    st.subheader(md(one["model"]))
    st.caption(f"{md(run)} · seed {md(one['seed'])} · orthoweave {md(one['code_version'])}")
    for note in one["notes"] if isinstance(one["notes"], list) else []:
        st.caption(md(note))
    st.markdown("**Scores**")
    st.caption(
        "Each score has its 95% interval, beside every baseline and a control: the same model on "
        "data whose signal was destroyed. A score that does not exceed both is not evidence that "
        "the model works."
    )
    show.table(kb.run_scores(run), "scores", first=FIRST)
    found = kb.run_facts(run)
    st.markdown("**Facts in the graph**" if found else "**This run added no facts to this build.**")
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
st.caption("A run is one execution of a model. Its results are added to the graph under its name.")
with base.explained():
    answer = kb.runs()
    if len(answer):
        names = [str(name) for name in answer.column("run")]
        clicked = listed(answer)
        if clicked is not None:
            write_state(run=names[clicked])
        asked = read_text("run") or (names[0] if len(names) == 1 else "")
        if asked in names:
            details(answer.rows()[names.index(asked)])
        elif asked:
            st.info(f"No run is called “{md(asked, 80)}” in this build.", icon=":material/info:")
        else:
            st.caption("Click a run to see its scores and facts.")
    else:
        st.info(
            "No model has been run on this knowledge base. All other screens show data from its "
            "sources and counts, not predictions.",
            icon=":material/info:",
        )
