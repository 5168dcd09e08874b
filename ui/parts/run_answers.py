"""Answers about a run, cached for all visitors: a build never changes."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.questions.answer import Answer
from parts.base import base

Level = tuple[str, ...]
_KEPT: Final = 50
_QUESTIONS: Final[dict[str, Callable[[KnowledgeBase, str, Level], Answer]]] = {
    "predictions": lambda kb, run, _: kb.predictions(run),
    "confusion": lambda kb, run, level: kb.confusion(run, level=level),
    "reliability": lambda kb, run, level: kb.reliability(run, level=level),
    "verdicts": lambda kb, run, level: kb.verdicts(run, level=level),
    "clusters": lambda kb, run, _: kb.clusters(run=run),
}


def ask_run(question: str, run: str, level: Level = ()) -> Answer:
    """Return an answer about a run.

    Parameters
    ----------
    question
        *predictions*, *confusion*, *reliability*, *verdicts* or *clusters*.
    level
        Cell types that their kinds are pooled into; the finest common one if empty.
    """
    kb = base()
    return _ask(kb, kb.manifest.build, question, run, level)


@st.cache_resource(max_entries=_KEPT, show_spinner="Comparing the cells …")
def _ask(_kb: KnowledgeBase, build: str, question: str, run: str, level: Level) -> Answer:
    return _QUESTIONS[question](_kb, run, level)
