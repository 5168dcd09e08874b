"""Tables of clusters and genes, by hand."""

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse as sp

from orthoweave.models.hypergraph_clusters.checks import Incidence
from orthoweave.models.hypergraph_clusters.results import (
    Clusters,
    cluster_tables,
    depth_notes,
    traffic_table,
)
from orthoweave.models.hypergraph_clusters.traffic import Traffic
from orthoweave.views.expression import expression_view
from orthoweave.views.hypergraph import HypergraphView, hypergraph_view


@pytest.fixture
def view() -> HypergraphView:
    """Four cells of different depth and two genes; the second cell is empty."""
    values = sp.csr_matrix(np.array([[1.5, 0], [0, 0], [0.5, 2.5], [0, 1.2]], np.float32))
    names = np.array(["d:a", "d:b", "d:c", "d:d"], dtype=object)
    genes = np.array(["NCBIGene:1", "NCBIGene:2"], dtype=object)
    return hypergraph_view(
        expression_view(
            "d",
            "NCBITaxon:9606",
            names,
            genes,
            values,
            scale="log1p_cp10k",
            totals=np.array([10.0, 0, 30, 20]),
        )
    )


def clusters(view: HypergraphView, occupancy: list[float], gave_up: int = 0) -> Clusters:
    """Three of the four cells in two clusters."""
    kept = np.array([0, 2, 3])
    incidence = Incidence(view.by_cell[kept], kept, np.arange(2), np.zeros(3, np.int64), ())
    vectors = np.ones((3, 2), np.float32)
    return Clusters(incidence, np.array([[0, 1, 0]]), 0, np.array(occupancy), 4.5, gave_up, vectors)


def test_tables_name_the_cells_that_were_kept(view: HypergraphView) -> None:
    """Cells left out are in no cluster; sizes, exponent and run are in every row."""
    tables = cluster_tables(
        view, clusters(view, [0.3, 0.3, 0.4]), np.array([0, 1, 0]), 0.9, "run:x"
    )
    assert tables["IN_CLUSTER"].to_pydict() == {
        "from": ["d:a", "d:c", "d:d"],
        "to": ["run:x/0", "run:x/1", "run:x/0"],
    }
    assert tables["CellCluster"].to_pydict() == {
        "id": ["run:x/0", "run:x/1"],
        "dataset": ["d", "d"],
        "run": ["run:x", "run:x"],
        "label": ["0", "1"],
        "n_cells": [2, 1],
        "stability": [0.9, 0.9],
        "exponent": [4.5, 4.5],
    }


def test_traffic_names_genes_by_key() -> None:
    """Columns become keys of genes, clusters keys of clusters."""
    traffic = Traffic(np.array([1]), np.array([1]), np.array([0.7]), np.array([0.95]))
    table = traffic_table(traffic, np.array(["NCBIGene:1", "NCBIGene:2"]), "run:x")
    assert table.to_pylist() == [
        {"from": "run:x/1", "to": "NCBIGene:2", "log_ratio": 0.7, "percentile": 0.95}
    ]
    assert table.schema.field("from").type == pa.string()


@pytest.mark.parametrize(("occupancy", "told"), [([0.2, 0.5, 0.3], True), ([0.5, 0.2, 0.3], False)])
def test_depth_gets_a_note_where_it_decides(
    occupancy: list[float], told: bool, view: HypergraphView
) -> None:
    """Depths 10, 30, 20: visits that rise with them are a worry, others are not."""
    notes = depth_notes(view, clusters(view, occupancy))
    assert ["sequencing depth" in note for note in notes] == [True] * told


def test_steps_that_gave_up_get_a_note(view: HypergraphView) -> None:
    """Their number is in the note."""
    (note,) = depth_notes(view, clusters(view, [1 / 3, 1 / 3, 1 / 3], gave_up=1234))
    assert note.startswith("1,234 steps took a cell after 10,000 refused proposals")
