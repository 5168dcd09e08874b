"""The coexpression job against numpy.corrcoef on a small dataset."""

from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp

from orthoweave import content
from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.tableset import TableSet

CELLS = load_jobs(content.folder("ingest") / "cell_gene.py")[0]
JOB = load_jobs(content.folder("ingest") / "coexpression.py")[0]
KEYS = [f"ENSEMBL:ENSG{number:011d}" for number in range(30)]


def made_counts() -> np.ndarray:
    """Return counts of 120 cells in which genes 0 and 1 follow each other."""
    generator = np.random.default_rng(5)
    counts = generator.poisson(2.0, (120, 30))
    counts[:, 0] += np.repeat([0, 12], 60)
    counts[:, 1] += np.repeat([0, 12], 60)
    counts[:, 29] = 0  # never seen: no correlation
    return counts.astype(np.float32)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a knowledge base with one dataset of two types."""
    obs = pd.DataFrame(
        {"cell_type": ["low"] * 60 + ["high"] * 60, "donor": ["d1", "d2"] * 60},
        index=[f"c{number}" for number in range(120)],
    )
    var = pd.DataFrame(index=[key.removeprefix("ENSEMBL:") for key in KEYS])
    path = tmp_path / "made.h5ad"
    anndata.AnnData(sp.csr_matrix(made_counts()), obs, var).write_h5ad(path)
    layout = Layout(tmp_path / "kb")
    ingest(layout, CELLS, [path], {"species": "human"}, Quiet())
    return layout


def run(layout: Layout, **options: str) -> TableSet:
    """Ingest the co-expression of the dataset."""
    given = {"dataset": "made", "min_abs": "0", "top_k": "40", **options}
    return ingest(layout, JOB, [], given, Quiet()).tables


def edges(tables: TableSet) -> Any:
    """Return the edges as a data frame."""
    path = tables.table_path("COEXPRESSED_WITH")
    assert path is not None
    return pq.read_table(path).to_pandas()


def normalised(counts: np.ndarray) -> np.ndarray:
    """Return log1p of counts per 10 000."""
    return np.log1p(counts / counts.sum(axis=1, keepdims=True) * 1e4)


def test_cells_are_corrcoef(layout: Layout) -> None:
    """Over single cells every coefficient is numpy's, for every pair of seen genes."""
    exact = np.corrcoef(normalised(made_counts())[:, :29].T)
    found = edges(run(layout, method="cells"))
    assert len(found) == 29 * 28 // 2
    places = ([KEYS.index(key) for key in found["from"]], [KEYS.index(key) for key in found["to"]])
    np.testing.assert_allclose(found["coefficient"], exact[places], atol=1e-6)
    assert (found["from"] < found["to"]).all()
    assert set(found["n"]) == {120}


def test_metacells_of_one_cell_are_the_cells(layout: Layout) -> None:
    """With metacells of one cell the estimator is numpy's correlation again."""
    exact = np.corrcoef(normalised(made_counts())[:, :29].T)
    found = edges(run(layout, metacell_size="1"))
    places = ([KEYS.index(key) for key in found["from"]], [KEYS.index(key) for key in found["to"]])
    np.testing.assert_allclose(found["coefficient"], exact[places], atol=1e-4)


def test_metacells_find_the_planted_pair(layout: Layout) -> None:
    """Averaging takes noise from a planted pair; the edge says how it was made."""
    noisy = np.corrcoef(normalised(made_counts())[:, :2].T)[0, 1]
    found = edges(run(layout, metacell_size="8")).set_index(["from", "to"])
    best = found.loc[(KEYS[0], KEYS[1])]
    assert best["coefficient"] > noisy + 0.1
    assert "about 8 cells" in best["method"]
    assert "seed 0" in best["method"]
    assert best["n"] == 16


def test_cell_type_limits_the_cells(layout: Layout) -> None:
    """Within one type the planted difference between types is gone."""
    found = edges(run(layout, method="cells", cell_type="label:made/low"))
    exact = np.corrcoef(normalised(made_counts()[:60])[:, :29].T)
    pair = found[(found["from"] == KEYS[0]) & (found["to"] == KEYS[1])]
    assert pair["coefficient"].item() == pytest.approx(exact[0, 1], abs=1e-6)
    assert set(found["cell_type"]) == {"label:made/low"}
    assert set(found["n"]) == {60}


def test_same_seed_same_tables(layout: Layout) -> None:
    """Running it again changes nothing; a seed of its own is an input of its own."""
    first = ingest(layout, JOB, [], {"dataset": "made", "metacell_size": "8"}, Quiet())
    second = ingest(layout, JOB, [], {"dataset": "made", "metacell_size": "8"}, Quiet())
    assert second.unchanged
    assert first.tables.digest == second.tables.digest


@pytest.mark.parametrize(
    ("options", "error", "wrong"),
    [
        ({"cell_type": "CL:0000169"}, UnknownNameError, "label:made/high"),
        ({"top_k": "0"}, UsageError, "top_k=0"),
        ({"min_fraction": "2"}, UsageError, "min_fraction"),
        ({"metacell_size": "50"}, InputError, "metacells"),
    ],
)
def test_wrong_options_are_refused(
    layout: Layout, options: dict[str, str], error: type, wrong: str
) -> None:
    """Options out of range, unknown types and too few metacells are named."""
    with pytest.raises(error, match=wrong):
        run(layout, **options)
