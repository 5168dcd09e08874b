"""The map of a dataset, coloured by a gene, a column of its cells, or the search."""

import numpy as np
import streamlit as st

from orthoweave.charts.map import map_by_amount, map_by_category
from orthoweave.ids import cell_key
from orthoweave.queries.answer import Answer
from orthoweave.queries.cell_sample import CellSample
from orthoweave.queries.genes import understand
from orthoweave.queries.maps import map_of, map_table
from orthoweave.queries.signature import dataset_sample, matrix_folder
from parts import show
from parts.base import base, datasets_here
from parts.text import md

METHODS = {"umap": "UMAP", "pca": "principal components"}
MOST_VALUES = 200


@st.fragment
def map_section(answer: Answer | None) -> None:
    """Show a map with the cells that were found ringed."""
    names = [str(row["dataset"]) for row in datasets_here()]
    if not names:
        st.info("There is no dataset in this build.", icon=":material/info:")
        return
    st.subheader("Map")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox("Dataset", names, key="map", bind="query-params")
        method = st.selectbox("Drawn by", list(METHODS), key="drawn", bind="query-params",
                              format_func=lambda key: METHODS[key])  # fmt: skip
        sample = _sample(base().manifest.build, name)
        columns = _columns(sample)
        by = st.selectbox("Colour by", ["gene", *columns], index=_default(columns), key="by",
                          bind="query-params")  # fmt: skip
        gene = ""
        if by == "gene":
            gene = st.text_input("Gene", "", key="mapgene", bind="query-params",
                                 placeholder="INS")  # fmt: skip
    with st.spinner("Drawing the map. The first time takes up to a minute, then it is kept."):
        matrix = matrix_folder(base(), name).name
        places = map_of(
            sample, base().layout.cache, matrix, method="pca" if method == "pca" else "umap"
        )
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
    if sample.sampled:
        st.caption(f"A map of {md(sample.note())}.")
    st.caption("Distances between groups and sizes of groups on a map mean little.")
    values = amounts if amounts is not None else labels
    show.downloads(
        map_table(base(), sample, places, title, [] if values is None else values), "map"
    )


def _gene_values(sample: CellSample, text: str) -> tuple[np.ndarray | None, str]:
    if not text.strip():
        st.caption("Type a gene to colour by it.")
        return None, "gene"
    item = understand(base().genes, text.strip())
    found = [(one, sample.values(one.gene)) for one in base().genes.resolve(text.strip())]
    here = [(one, values) for one, values in found if values is not None]
    if not here:
        known = "is not measured in this dataset" if item.candidates else "names no gene"
        st.info(f"“{md(text, 60)}” {known}.", icon=":material/info:")
        return None, "gene"
    one, values = here[0]
    if len(here) > 1:
        st.caption(f"“{md(text, 60)}” may mean {len(here)} genes of this dataset; "
                   f"shown is {md(one.symbol)} ({md(one.gene)}).")  # fmt: skip
    return values, str(one.symbol or one.gene)


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
def _sample(build: str, name: str) -> CellSample:
    return dataset_sample(base(), name)
