"""Models that were run: on what, how well beside their baselines, and what they wrote."""

import json

import streamlit as st

from orthoweave.queries.runs import runs
from parts import base, show
from parts.text import md

kb = base.base()

st.title("Runs")
st.caption("A run is one execution of a model. What it finds goes into the graph under its name.")
with base.explained():
    answer = runs(kb)
    if len(answer):
        row = show.table(answer, "runs", hide=("settings", "metrics"), select=True)
        if row is not None:
            one = answer.rows()[row]
            st.subheader(md(one["model"]))
            for name in ("metrics", "settings"):
                st.markdown(f"**{name.capitalize()}**")
                st.json(json.loads(str(one[name])))
    else:
        st.info(
            "No model has been run on this knowledge base. What you see elsewhere comes from its "
            "sources and from counting, not from a model's prediction.",
            icon=":material/info:",
        )
