"""Datasets exported as AnnData files, with the results of runs."""

import csv
import json
from pathlib import Path

import anndata
import numpy as np
import pytest
from tests.support.output_model import RUN

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.opening import open_knowledge_base


def test_each_dataset_is_a_file_of_counts_with_its_runs(outputs_kb: Path, tmp_path: Path) -> None:
    """The files are read back by anndata; counts are whole, results are those of the run."""
    target = tmp_path / "out"
    with open_knowledge_base(outputs_kb) as kb:
        done = kb.export("h5ad", target, runs=["all"])
        expected = kb.anndata("toy_human", counts=True, runs=True)
    names = ["EXPORT.json", "LICENSES.tsv", "toy_human.h5ad", "toy_mouse.h5ad"]
    assert sorted(path.name for path in target.iterdir()) == names
    found = anndata.read_h5ad(target / "toy_human.h5ad")
    assert (found.X != expected.X).nnz == 0
    assert found.uns["scale"] == "counts"
    np.testing.assert_array_equal(found.obsm[f"X_{RUN}"], expected.obsm[f"X_{RUN}"])
    np.testing.assert_array_equal(found.layers[f"{RUN}_imputed"], expected.layers[f"{RUN}_imputed"])
    assert found.obs[f"{RUN}_label"].tolist() == expected.obs[f"{RUN}_label"].tolist()
    assert not anndata.read_h5ad(target / "toy_mouse.h5ad").obsm.keys()
    assert done.counts == {"cells of toy_human": 40, "cells of toy_mouse": 40}
    about = json.loads((target / "EXPORT.json").read_text())
    assert about["counts"] == done.counts


def test_the_same_build_has_the_same_bytes(outputs_kb: Path, tmp_path: Path) -> None:
    """Two exports of a dataset with its runs are equal byte for byte."""
    with open_knowledge_base(outputs_kb) as kb:
        files = [
            kb.export("h5ad", tmp_path / name, datasets=["toy_human"], runs=["all"]).folder
            / "toy_human.h5ad"
            for name in ("one", "two")
        ]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_licences_name_the_datasets_and_the_runs(outputs_kb: Path, tmp_path: Path) -> None:
    """Exactly the sources whose data are in the files are listed."""
    with open_knowledge_base(outputs_kb) as kb:
        kb.export("h5ad", tmp_path / "out", datasets=["toy_human"], runs=[RUN])
    lines = (tmp_path / "out" / "LICENSES.tsv").read_text().splitlines()
    rows = {row["source"]: row for row in csv.DictReader(lines, delimiter="\t")}
    assert rows.keys() == {"toy_human", RUN}
    assert {row["rows"] for row in rows.values()} == {"40"}


def test_an_export_that_cannot_be_made_leaves_nothing(outputs_kb: Path, tmp_path: Path) -> None:
    """Runs without their dataset, of another dataset, and options of other formats are refused."""
    target = tmp_path / "out"
    with open_knowledge_base(outputs_kb) as kb:
        with pytest.raises(UsageError, match="expected the dataset that they are of"):
            kb.export("h5ad", target, runs=[RUN])
        with pytest.raises(UnknownNameError, match="of 'toy_mouse'"):
            kb.export("h5ad", target, datasets=["toy_human", "toy_mouse"], runs=[RUN])
        with pytest.raises(UnknownNameError, match="no dataset 'nothing'"):
            kb.export("h5ad", target, datasets=["nothing"])
        with pytest.raises(UsageError, match="tables and genes were named"):
            kb.export("h5ad", target, tables=["Gene"])
        with pytest.raises(UsageError, match="choose --format h5ad"):
            kb.export("kgx", target, datasets=["toy_human"])
    assert list(tmp_path.iterdir()) == []
