"""Bulk samples: survival by the expression of a gene, and expression by group across datasets."""

import streamlit as st

from orthoweave.charts.survival import group_plot, restored_plot, survival_plot
from orthoweave.questions.survival import Split
from parts import base, show
from parts.pages import link
from parts.state import read_text, write_state
from parts.text import md

SPLITS: dict[Split, str] = {
    "median": "above and up to the median",
    "tertiles": "upper and lower third",
}
# columns of the tests that the table shows first
FIRST = ("dataset", "group", "n", "events", "hazard_ratio", "low", "high", "p", "log_rank_p")
NAMES = {
    "hazard_ratio": "hazard ratio",
    "log_rank_p": "log-rank p",
    "months_upper": "median months, more",
    "months_lower": "median months, less",
    "n_upper": "n, more",
    "n_lower": "n, less",
}
ALL = "all groups"


def settings(datasets: list[str]) -> None:
    """Show the form, and write what it holds to the address."""
    named = base.cohorts_here().column("group")
    groups = [ALL, *sorted({str(name) for name in named if name is not None})]
    with st.form("samples_form", border=False):
        left, middle, right, last = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
        gene = left.text_input(
            "Gene", value=read_text("gene"), key="samples_gene", placeholder="symbol or ID: TP53"
        )
        dataset = middle.selectbox(
            "Dataset of the curves", datasets, index=place(read_text("dataset"), datasets)
        )
        group = right.selectbox("Group", groups, index=place(read_text("group"), groups))
        split = last.selectbox(
            "Compare",
            list(SPLITS),
            format_func=lambda name: SPLITS[name],
            index=int(split_chosen() == "tertiles"),
        )
        if st.form_submit_button("Show", type="primary", key="samples_go"):
            write_state(
                gene=gene.strip(),
                dataset=dataset,
                group="" if group == ALL else group,
                split="" if split == "median" else split,
            )
            st.rerun()


def place(text: str, among: list[str]) -> int:
    """Return the number of a text in a list, 0 if it is not there."""
    return among.index(text) if text in among else 0


def split_chosen() -> Split:
    """Return the split in the address, else the median."""
    return "tertiles" if read_text("split") == "tertiles" else "median"


def curves(gene: str, dataset: str, group: str) -> None:
    """Show the curves of one dataset with the numbers at risk."""
    with base.explained():
        answer = base.survival_curves(gene, dataset, split_chosen(), group or None)
        st.subheader(md(answer.title, 200))
        show.plot(survival_plot(answer.rows(), dark=show.dark()), "samples_curves")
        st.caption(
            "Kaplan-Meier, with 95 % intervals. A tick is a time at which an observation ended "
            "without an event. Below are the numbers at risk."
        )
        show.notes(answer)
        show.downloads(answer, "samples_curves_data")


def by_runs(gene: str, dataset: str, group: str) -> None:
    """Show curves by what a run says of the samples, and restored beside measured values."""
    with base.explained():
        choices = run_choices(dataset)
        if not choices:
            return
        st.subheader("By a run")
        names = list(choices)
        chosen = st.selectbox(
            "Values of the curves", names, index=place(read_text("by"), names), key="samples_by"
        )
        if chosen != (read_text("by") or names[0]):
            write_state(by=chosen)
        run, risk = choices[chosen]
        asked = None if risk else gene
        answer = base.run_curves(run, dataset, asked, split_chosen(), group or None)
        show.plot(survival_plot(answer.rows(), dark=show.dark()), "samples_run_curves")
        show.notes(answer)
        show.downloads(answer, "samples_run_curves_data")
        if not risk:
            pairs = base.restored_values(run, dataset, gene)
            if any(row["measured"] is not None for row in pairs.rows()):
                show.plot(restored_plot(pairs.rows(), dark=show.dark()), "samples_restored")
            show.notes(pairs)
            show.downloads(pairs, "samples_restored_data")


def run_choices(dataset: str) -> dict[str, tuple[str, bool]]:
    """Return run and whether its predicted number is meant, by what the page calls the choice."""
    found: dict[str, tuple[str, bool]] = {}
    for row in base.sample_runs(dataset).rows():
        run = str(row["run"])
        if row["genes"]:
            found[f"gene as restored by {run}"] = (run, False)
        if row["risk"]:
            found[f"risk by {run}"] = (run, True)
    return found


def tests(gene: str, group: str) -> None:
    """Show the tests of all datasets."""
    with base.explained():
        st.subheader("All datasets")
        answer = base.survival(gene, split_chosen(), group or None)
        hide = ("query", "gene", "symbol")
        show.table(answer, "samples_tests", hide=hide, first=FIRST, names=NAMES)


def by_group(gene: str) -> None:
    """Show the expression by group of all datasets."""
    with base.explained():
        st.subheader("Expression by group")
        answer = base.expression_by_group(gene)
        rows = answer.rows()
        # values on different scales do not share an axis
        for scale in sorted({str(row["scale"]) for row in rows}):
            mine = [row for row in rows if row["scale"] == scale]
            show.plot(group_plot(mine, dark=show.dark()), f"samples_groups_{scale}")
        first = ("dataset", "group", "n", "mean", "sd", "median")
        show.table(answer, "samples_by_group", hide=("query", "gene", "symbol"), first=first)


st.title("Samples")
st.caption("Bulk samples: survival by the expression of a gene, and expression by group.")
with base.explained():
    there = [str(name) for name in dict.fromkeys(base.cohorts_here().column("dataset"))]
    if not there:
        st.info(
            "This build contains no bulk samples. `orthoweave ingest samples` reads them.",
            icon=":material/info:",
        )
    else:
        settings(there)
        wanted = read_text("gene")
        if wanted:
            chosen = there[place(read_text("dataset"), there)]
            curves(wanted, chosen, read_text("group"))
            by_runs(wanted, chosen, read_text("group"))
            tests(wanted, read_text("group"))
            by_group(wanted)
        else:
            st.write("Enter a gene, or start with an example:")
            link("samples", "TP53", gene="TP53")
