"""Values that were normalised before: declared, checked, kept, and shown with their unit."""

from collections.abc import Callable
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from tests.support.scaled_values import MADE, counts, cp10k_logs, smoothed_logs, tpm, write, zscores

from orthoweave.errors import InputError, ScaleError, UsageError
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.matrix import open_matrix
from orthoweave.testing.toy import toy_cells, write_toy_sources

RANDOM = np.random.default_rng(7)


class Said(Quiet):
    """Keeps what a job says."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        """Keep a sentence."""
        self.notes.append(text)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a knowledge base with human genes."""
    folder = tmp_path_factory.mktemp("scales")
    layout = Layout(folder / "kb")
    paths = write_toy_sources(folder / "raw")
    run(layout, "gene_descriptions", paths["genes_human"], Said())
    return layout


def run(layout: Layout, job: str, path: Path, said: Said, **options: str) -> Ingested:
    """Ingest a file."""
    found = find_job(Settings(kb=layout.root), job)
    return ingest(layout, found, [path], options, said, replace_changed=True)


@pytest.mark.parametrize("scale", MADE)
def test_values_are_kept_as_they_are(layout: Layout, tmp_path: Path, scale: str) -> None:
    """The matrix holds them with its scale; means and fractions are pandas' over these values."""
    values, said = MADE[scale]().astype(np.float32), Said()
    made = run(layout, "cell_gene", write(tmp_path, values), said, scale=scale)
    folder = layout.matrices / made.tables.matrices["scaled"]
    kept = anndata.read_zarr(folder)
    assert np.array_equal(kept.X.toarray(), values)
    assert kept.uns["scale"] == open_matrix(folder).scale == scale
    assert not any("recovered" in note for note in said.notes)
    about = pq.read_table(made.tables.folder / "Dataset.parquet").to_pylist()[0]
    assert about["scale"] == scale
    frame = pd.DataFrame(values.astype(float), columns=kept.var["gene_curie"])
    types = np.array(toy_cells("human").obs["cell_type_ontology_term_id"]) == "CL:0000169"
    beta = frame[types]
    rows = pq.read_table(made.tables.folder / "EXPRESSED_IN.parquet").to_pylist()
    found = {row["from"]: row for row in rows if row["to"] == "CL:0000169"}
    centred = scale in {"zscore", "log2_intensity"}
    expected = list(beta) if centred else [key for key in beta if (beta[key] > 0).any()]
    assert sorted(found) == sorted(expected)
    for key, row in found.items():
        assert row["mean"] == pytest.approx(beta[key].mean(), abs=1e-9)
        above = None if centred else pytest.approx((beta[key] > 0).mean())
        assert row["fraction"] == above
    measured = pq.read_table(made.tables.folder / "MEASURED_IN.parquet").to_pylist()
    assert len(measured) == frame.shape[1]
    for row in measured:
        assert row["mean"] == pytest.approx(frame[row["from"]].mean(), abs=1e-9)
    cells = pq.read_table(made.tables.folder / "Cell.parquet").to_pylist()
    assert {row["total_count"] for row in cells} == {None}


def test_top_genes_are_those_of_the_values(layout: Layout, tmp_path: Path) -> None:
    """EXPRESSES ranks the values of a cell, has no counts, and none at all for z-scores."""
    made = run(layout, "cell_gene", write(tmp_path, tpm()), Said(), scale="tpm", top_genes="3")
    rows = pq.read_table(made.tables.folder / "EXPRESSES.parquet").to_pandas()
    assert rows["count"].isna().all()
    values = tpm().astype(np.float32)
    for number, (_, cell) in enumerate(rows.groupby("from", sort=False)):
        expected = np.sort(values[number])[::-1][:3]
        assert np.array_equal(cell["value"].to_numpy(), expected[expected > 0])
        assert cell["rank"].tolist() == [1, 2, 3][: len(cell)]
    made = run(layout, "cell_gene", write(tmp_path, zscores()), Said(), scale="zscore")
    assert made.tables.counts.get("EXPRESSES", 0) == 0


def shuffled_unit(values: np.ndarray) -> np.ndarray:
    """Return counts times another number for each cell."""
    return values * np.random.default_rng(3).uniform(0.2, 5.0, (len(values), 1))


@pytest.mark.parametrize(
    ("scale", "make"),
    [
        ("log1p_cp10k", cp10k_logs),
        ("log1p", lambda: np.log1p(shuffled_unit(counts()))),
        ("log1p", lambda: np.log1p(counts())),
        ("tpm", lambda: counts() / counts().sum(axis=1, keepdims=True) * 1e6),
        ("log2_tpm", lambda: np.log2(counts() / counts().sum(axis=1, keepdims=True) * 1e6 + 1)),
    ],
)
def test_counts_are_recovered_where_they_prove_it(
    layout: Layout, tmp_path: Path, scale: str, make: Callable[[], np.ndarray]
) -> None:
    """Multiples of one number by cell are stored as these counts, and the job says so."""
    said = Said()
    made = run(layout, "cell_gene", write(tmp_path, make()), said, scale=scale)
    kept = anndata.read_zarr(layout.matrices / made.tables.matrices["scaled"])
    # counts are known up to a number that divides all those of a cell
    common = np.gcd.reduce(counts().astype(int), axis=1)[:, None]
    assert common.max() == 1
    assert np.array_equal(kept.X.toarray(), counts())
    assert "scale" not in kept.uns
    assert any("stored as counts" in note for note in said.notes)
    about = pq.read_table(made.tables.folder / "Dataset.parquet").to_pylist()[0]
    assert about["scale"] == "counts"


def test_totals_of_a_subset_are_recovered(layout: Layout, tmp_path: Path) -> None:
    """Where genes were left out, the unit says the total that the values were normalised by."""
    total = counts().sum(axis=1, keepdims=True) * 4
    said = Said()
    values = np.log1p(counts() / total * 1e4)
    made = run(layout, "cell_gene", write(tmp_path, values), said, scale="log1p_cp10k")
    cells = pq.read_table(made.tables.folder / "Cell.parquet").to_pylist()
    assert [row["total_count"] for row in cells] == total.ravel().tolist()
    assert any("a subset: cells are normalised by the totals behind" in n for n in said.notes)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda v: np.round(v, 3),
        lambda v: v * RANDOM.uniform(0.999, 1.001, v.shape),
        lambda v: np.where(np.arange(len(v))[:, None] == 5, v * RANDOM.uniform(0.9, 1, v.shape), v),
    ],
    ids=["rounded", "noise", "one cell"],
)
def test_unproven_values_are_not_counts(
    layout: Layout, tmp_path: Path, spoil: Callable[[np.ndarray], np.ndarray]
) -> None:
    """Rounded or noisy values, or one cell that is off, stay on the declared scale."""
    path = write(tmp_path, spoil(cp10k_logs()))
    made = run(layout, "cell_gene", path, Said(), scale="log1p_cp10k")
    about = pq.read_table(made.tables.folder / "Dataset.parquet").to_pylist()[0]
    assert about["scale"] == "log1p_cp10k"


@pytest.mark.parametrize(
    ("scale", "values", "message"),
    [
        ("log1p_cp10k", lambda: np.log1p(tpm()), "adds up to 1,000,000.*--set scale=log1p"),
        ("log1p_cp10k", zscores, "values are negative.*--set scale=zscore"),
        ("log1p_cp10k", counts, "whole numbers.*leave --set scale out"),
        ("log1p_cp10k", tpm, "too large for logarithms"),
        ("log2_tpm", lambda: np.log2(tpm() * 8 + 1), "adds up to 8,000,000"),
        ("tpm", lambda: tpm() * 3, "adds up to 3,000,000"),
        ("zscore", smoothed_logs, "no value is negative.*--set scale=log1p"),
        ("zscore", lambda: np.where(zscores() > 1, np.nan, zscores()), "not finite"),
        ("log1p", lambda: np.where(smoothed_logs() > 5, np.inf, smoothed_logs()), "not finite"),
    ],
)
def test_what_cannot_be_is_refused(
    layout: Layout, tmp_path: Path, scale: str, values: Callable[[], np.ndarray], message: str
) -> None:
    """Values that contradict the declared scale are refused with what they look like."""
    with pytest.raises(ScaleError, match=message):
        run(layout, "cell_gene", write(tmp_path, values()), Said(), scale=scale)


def test_the_remedies_are_taken(layout: Layout, tmp_path: Path) -> None:
    """What the refusals name reads the same file."""
    for values, scale in ((np.log1p(tpm()), "log1p"), (zscores(), "zscore")):
        made = run(layout, "cell_gene", write(tmp_path, values), Said(), scale=scale)
        assert made.tables.counts["Cell"] == 40


def test_doubts_are_noted(layout: Layout, tmp_path: Path) -> None:
    """Sums below the scale's, and z-scores over other cells, are taken with a line."""
    for values, scale, line in (
        (np.log1p(np.expm1(smoothed_logs()) / 3), "log1p_cp10k", "adds up to 3,333 (median)"),
        (tpm() / 2, "tpm", "adds up to 500,000 (median)"),
        (zscores() + 1, "zscore", "a mean of 1"),
    ):
        said = Said()
        run(layout, "cell_gene", write(tmp_path, values), said, scale=scale)
        assert any(line in note for note in said.notes), said.notes


def test_counts_beside_them_are_better(layout: Layout, tmp_path: Path) -> None:
    """A scale is not taken for the raw counts of a layer; --set layer=X takes the values."""
    path = write(tmp_path, smoothed_logs(), counts=counts())
    with pytest.raises(UsageError, match=r"raw counts in layers\['counts'\].*--set layer=X"):
        run(layout, "cell_gene", path, Said(), scale="log1p_cp10k")
    made = run(layout, "cell_gene", path, Said(), scale="log1p_cp10k", layer="X")
    assert made.tables.counts["Cell"] == 40
    made = run(layout, "cell_gene", path, Said())
    assert pq.read_table(made.tables.folder / "Dataset.parquet")["scale"][0].as_py() == "counts"


def test_without_a_scale_the_refusal_names_the_choices(layout: Layout, tmp_path: Path) -> None:
    """Logarithms and z-scores are refused as before, with the scales that could be said."""
    for values in (smoothed_logs(), zscores()):
        with pytest.raises(ScaleError, match=r"--set scale=log1p_cp10k\|log1p\|log2_counts\|"):
            run(layout, "cell_gene", write(tmp_path, values), Said())


def test_options_that_contradict_a_scale(layout: Layout, tmp_path: Path) -> None:
    """Rounding, and sums of logarithms, are refused beside a scale."""
    path = write(tmp_path, smoothed_logs())
    for options in ({"round": "true"}, {"duplicates": "sum"}):
        with pytest.raises(UsageError, match="scale=log1p_cp10k"):
            run(layout, "cell_gene", path, Said(), scale="log1p_cp10k", **options)
    with pytest.raises(UsageError, match="log2_cpm"):
        run(layout, "cell_gene", path, Said(), scale="log2_cpm")


def test_what_needs_counts_refuses_by_name(layout: Layout, tmp_path: Path) -> None:
    """Co-expression and embeddings name the dataset, its scale and what to do."""
    run(layout, "cell_gene", write(tmp_path, tpm()), Said(), scale="tpm")
    for job, more in (
        ("coexpression", {}),
        ("embeddings", {"what": "cells", "model": "hashed-ngrams"}),
    ):
        found = find_job(Settings(kb=layout.root), job)
        with pytest.raises(
            InputError, match=r"scaled holds tpm \(transcripts per million\).*needs counts"
        ):
            ingest(layout, found, [], {"dataset": "scaled", **more}, Quiet())
