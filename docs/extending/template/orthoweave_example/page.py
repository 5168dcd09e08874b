"""A page of the browser: the datasets of the build. Streamlit runs this file at each visit."""

import streamlit as st

from parts import show
from parts.base import base

st.title("Datasets")
show.table(base().ask("datasets"), "datasets")
