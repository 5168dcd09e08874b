"""One run: its details, scores, predictions, agreement with the authors, clusters and facts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow.compute as pc
import streamlit as st

from orthoweave.charts.scores import MOST_SCORES, score_plot
from orthoweave.questions.answer import Answer
from parts import show
from parts.base import base
from parts.pages import go
from parts.run_agreement import agreement
from parts.run_answers import ask_run
from parts.run_maps import prediction_maps
from parts.state import read_text, write_state
from parts.text import md

_FIRST: Final = (
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
_FEW: Final = 3
_CELLS: Final = {
    "all": "all cells",
    "abstained": "abstained",
    "otherwise": "named otherwise than by the authors",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """A run whose parts are shown."""

    run: str
    details: Answer

    def part(self, name: str) -> list[tuple[str, str]]:
        """Return names and values of a part of the details."""
        return [
            (str(row["name"]), str(row["value"]))
            for row in self.details.rows()
            if row["part"] == name
        ]

    def spaces(self) -> list[str]:
        """Return the spaces of cells that the run wrote."""
        found = [(name, about) for name, about in self.part("wrote") if "by Cell" in about]
        return [name.removeprefix("vectors ") for name, _ in found]


def run_page(run: str) -> None:
    """Show the part of a run that the address names, and the choice of the others."""
    page = _Page(run, base().run_details(run))
    wrote = {name for name, _ in page.part("wrote")}
    parts: dict[str, tuple[str, Callable[[_Page], None]]] = {"scores": ("Scores", _scores)}
    if "predictions" in wrote:
        parts["predictions"] = ("Predictions", _predictions)
        parts["agreement"] = ("Agreement", lambda one: agreement(one.run))
    if "CellCluster" in wrote:
        parts["clusters"] = ("Clusters", _clusters)
    parts |= {"facts": ("Facts", _facts), "details": ("Details", _details)}
    _heading(page)
    asked = read_text("show")
    chosen = st.segmented_control(
        "Part",
        list(parts),
        default=asked if asked in parts else "scores",
        format_func=lambda name: parts[name][0],
        key=f"part_{run}",
        required=True,
        label_visibility="collapsed",
    )
    write_state(show="" if chosen == "scores" else str(chosen))
    parts[str(chosen)][1](page)


def _heading(page: _Page) -> None:
    about = dict(page.part("run"))
    st.subheader(md(about["model"]))
    st.caption(f"{md(page.run)} · seed {md(about['seed'])} · {md(about['code'])}")
    for status, change in page.part("state"):
        if status:
            st.warning(f"Out of date: {md(change, 500)}", icon=":material/history:")
    notes = [md(note, 1000) for _, note in page.part("note")]
    if notes:
        with st.expander(f"Notes: {len(notes)}", expanded=len(notes) <= _FEW):
            st.markdown("\n".join(f"* {note}" for note in notes))


def _scores(page: _Page) -> None:
    scores = base().scores(page.run)
    rows = [row for row in scores.rows() if row["metric"] is not None]
    st.caption(
        "Each score has its 95% interval, beside every baseline and a control: the same model on "
        "data whose signal was destroyed. A score that does not exceed both is not evidence that "
        "the model works."
    )
    if not rows:
        st.info("This run claims no score.", icon=":material/info:")
        return
    show.plot(score_plot(rows, dark=show.dark()), "scores_plot")
    n_scores = sum(row["role"] == "model" for row in rows)
    if n_scores > MOST_SCORES:
        st.caption(f"The first {MOST_SCORES} of {n_scores} scores are drawn; the table has all.")
    show.table(base().run_scores(page.run), "scores", first=_FIRST)


def _predictions(page: _Page) -> None:
    found = ask_run("predictions", page.run)
    prediction_maps(page.run, found, page.spaces())
    st.subheader("Cells")
    kind = st.segmented_control(
        "Cells",
        list(_CELLS),
        default="all",
        format_func=lambda name: _CELLS[name],
        key="cells_kind",
        required=True,
        label_visibility="collapsed",
    )
    cells = _part_of(found, str(kind))
    table = cells.table
    empty = [name for name in table.column_names if 0 < table[name].null_count == len(cells)]
    row = show.table(
        cells,
        "predictions",
        first=("cell", "name", "probability", "verdict", "abstained", "author_name"),
        hide=("label", "author_type", "dataset", *empty),
        select=True,
    )
    if row is not None:
        go("cells", like=str(cells.column("cell")[row]))


def _part_of(found: Answer, kind: str) -> Answer:
    """Return the predictions of some of the cells."""
    table = found.table
    if kind == "abstained":
        mask = table["abstained"]
    elif kind == "otherwise":
        # a label may be a cell type, or a word of the authors
        others = [
            pc.not_equal(table["label"], table[name]) for name in ("author_type", "author_label")
        ]
        mask = pc.and_(pc.invert(table["abstained"]), pc.and_(*others))
    else:
        return found
    title = f"{found.title}: {_CELLS[kind]}"
    return Answer(table.filter(mask), title, provenance=found.provenance)


def _clusters(page: _Page) -> None:
    st.caption(
        "**cell type**: the authors' commonest type of the cluster's cells, **share** of them that "
        "have it. **stability**: agreement of the clusterings over seeds. **genes**: those that "
        "stand out in the cluster."
    )
    first = ("cluster", "cell_type", "share", "n_cells", "stability", "genes")
    show.table(ask_run("clusters", page.run), "clusters", first=first, hide=("run",))


def _facts(page: _Page) -> None:
    found = base().run_facts(page.run)
    st.markdown("**Facts in the graph**" if found else "**This run added no facts to this build.**")
    for name, answer in found.items():
        st.caption(md(answer.title))
        row = show.table(answer, f"facts_{name}", select="gene" in answer.table.column_names)
        if row is not None:
            go("gene", gene=str(answer.column("gene")[row]))


def _details(page: _Page) -> None:
    st.caption("Settings, notes, measures, scores, what it read and wrote, and its state.")
    show.table(page.details, "details")
