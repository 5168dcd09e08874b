"""The map of a dataset, coloured by a gene or by a column of its cells."""

import numpy as np
import streamlit as st

from orthoweave.charts.map import map_by_amount, map_by_category
from orthoweave.ids import cell_key
from orthoweave.questions.answer import Answer
from orthoweave.questions.genes import understand
from orthoweave.search.cell_sample import CellSample
from parts import show
from parts.base import base, datasets_here
from parts.defence import defended
from parts.state import write_state
from parts.text import md

METHODS = {"umap": "UMAP", "pca": "principal components"}
MOST_VALUES = 200


@st.fragment
def map_section(answer: Answer | None) -> None:
    """Show a map on which the cells found are ringed."""
    with defended("map"):
        _map(answer)


def _map(answer: Answer | None) -> None:
    names = [str(row["dataset"]) for row in datasets_here()]
    if not names:
        st.info("This build contains no dataset.", icon=":material/info:")
        return
    st.subheader("Map")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Dataset", names, key="map", bind="query-params")
        # not bound to the address: Streamlit would put the label there, and take only that
        method = st.selectbox(
            "Layout",
            list(METHODS),
            int(st.query_params.get("drawn") == "pca"),
            key="map_layout",
            format_func=lambda key: METHODS[key],
        )
        write_state(drawn="pca" if method == "pca" else "")
        sample = sample_of(base().manifest.build, name)
        columns = _columns(sample)
        by = st.selectbox(
            "Colour by", ["gene", *columns], index=_default(columns), key="by", bind="query-params"
        )
        gene = ""
        if by == "gene":
            gene = st.text_input("Gene", "", key="mapgene", bind="query-params", placeholder="INS")
    with st.spinner("Computing the map. This takes up to a minute the first time."):
        places = base().cell_map(sample, "pca" if method == "pca" else "umap")
    found = _hits(sample, name, answer)
    _draw(sample, places, (by, gene), found)
    if answer is not None and len(answer):
        st.caption(f"Ringed: {len(found)} of the {len(answer)} cells found are on this map.")


def _draw(
    sample: CellSample, places: np.ndarray, colour: tuple[str, str], found: list[int]
) -> None:
    by, gene = colour
    amounts: np.ndarray | None = None
    labels: list[str | None] | None = None
    title = by
    if by == "gene":
        amounts, title = _gene_values(sample, gene)
    elif sample.cells[by].dtype.kind in "fiu" and sample.cells[by].nunique() > MOST_VALUES:
        amounts = sample.cells[by].to_numpy(dtype=float)
    else:
        labels = [None if value is None else str(value) for value in sample.cells[by]]
    if amounts is not None:
        figure = map_by_amount(places, amounts, title=title, hits=found, dark=show.dark())
    else:
        labels = labels or [None] * len(places)
        figure = map_by_category(places, labels, hits=found, dark=show.dark())
    show.plot(figure, "cell_map")
    if note := sample.note():
        st.caption(f"This map shows {md(note)}.")
    st.caption("Do not interpret distances between groups or the sizes of groups on this map.")
    values = amounts if amounts is not None else labels
    show.downloads(
        base().cell_map_table(sample, places, title, [] if values is None else values), "map"
    )


def _gene_values(sample: CellSample, text: str) -> tuple[np.ndarray | None, str]:
    if not text.strip():
        st.caption("Enter a gene to colour the cells by its expression.")
        return None, "gene"
    meaning = understand(base().genes, text.strip())
    genes = [(gene, sample.values(gene.gene)) for gene in base().genes.resolve(text.strip())]
    here = [(gene, values) for gene, values in genes if values is not None]
    if not here:
        known = "was not measured in this dataset" if meaning.candidates else "is not a known gene"
        st.info(f"“{md(text, 60)}” {known}.", icon=":material/info:")
        return None, "gene"
    gene, values = here[0]
    if len(here) > 1:
        st.caption(
            f"“{md(text, 60)}” matches {len(here)} genes of this dataset; "
            f"the map shows {md(gene.symbol)} ({md(gene.gene)})."
        )
    return values, str(gene.symbol or gene.gene)


def _columns(sample: CellSample) -> list[str]:
    def usable(name: str) -> bool:
        column = sample.cells[name]
        return column.dtype.kind in "fiu" or 1 <= column.nunique() <= MOST_VALUES

    return [name for name in sample.cells.columns if usable(name)]


def _default(columns: list[str]) -> int:
    return columns.index("cell_type") + 1 if "cell_type" in columns else min(1, len(columns))


def _hits(sample: CellSample, name: str, answer: Answer | None) -> list[int]:
    if answer is None or "cell" not in answer.table.column_names:
        return []
    wanted = set(answer.column("cell"))
    return [n for n, code in enumerate(sample.barcodes) if cell_key(name, code) in wanted]


@st.cache_resource(max_entries=8, show_spinner="Reading the cells …")
def sample_of(build: str, name: str) -> CellSample:
    """Return the cells of a dataset, cached for all visitors."""
    return base().cells(name)
