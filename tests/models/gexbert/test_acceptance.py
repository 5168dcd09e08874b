"""On real tumours: near ridge or above it, above the mean and the nearest samples."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from benchmarks.gexbert_data import three_types

from orthoweave.models.gexbert.classification import EMBEDDING, PANEL, panel_features
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitting import fit_restorer
from orthoweave.models.gexbert.imputation import impute_parts
from orthoweave.models.gexbert.parts import Part
from orthoweave.models.gexbert.prepared import Prepared, prepare
from orthoweave.models.gexbert.restoration import MODEL, NEAR
from orthoweave.models.probes.classifiers import logistic

pytestmark = pytest.mark.slow
CONFIG = GexbertConfig(dataset="tcga_three_types", device="cpu")


@pytest.fixture(scope="module")
def part(real_data: Path) -> tuple[Prepared, Part]:
    """Three cancers of TCGA, and a fit to four fifths of their patients."""
    assert (real_data / "tcga_three_types_tpm").is_dir()
    prepared = prepare(three_types(), CONFIG)
    train, test = (np.flatnonzero(found) for found in (prepared.folds != 0, prepared.folds == 0))
    patients = prepared.view.patients[train]
    restorer = fit_restorer(prepared.values[train], patients, CONFIG, label="test")
    return prepared, Part(0, restorer, train, test)


def test_restoration_is_as_good_as_ridge(part: tuple[Prepared, Part]) -> None:
    """From 128 random genes R2 is 0.50 at least, and no more than 0.03 below ridge."""
    prepared, one = part
    values, hidden = prepared.values[one.test], prepared.hidden
    truth = one.scores(prepared)[np.ix_(one.test, hidden)]
    total = float((truth**2).sum())
    model = 1 - ((one.restorer.scores(values, prepared.panel, hidden) - truth) ** 2).sum() / total
    line = one.restorer.line(values, prepared.panel)[:, hidden]
    assert model >= 0.5
    assert model >= 1 - ((line - truth) ** 2).sum() / total - 0.03


def test_missing_values_are_above_mean_and_nearest(part: tuple[Prepared, Part]) -> None:
    """Where 90 % are missing at random."""
    prepared, one = part
    found = impute_parts(prepared, [one], "mcar", 0.9, seed=0)
    assert found.errors[MODEL].sum() < found.errors[NEAR].sum()
    assert found.errors[MODEL].sum() < found.total.sum()


def test_few_genes_name_classes_as_well(part: tuple[Prepared, Part]) -> None:
    """From sixteen random genes, mean over ten panels, by no more than 0.01."""
    prepared, one = part
    labels = prepared.labels.astype(str)
    right: dict[str, list[float]] = {EMBEDDING: [], PANEL: []}
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(len(prepared.columns))
        own = replace(prepared, panel=np.sort(order[:16]))
        features = panel_features(one.restorer, own.values, own.panel)
        for name, found in right.items():
            known = features[name][one.train]
            mean, sd = known.mean(axis=0), known.std(axis=0) + 1e-6
            scaled = (features[name] - mean) / sd
            named = logistic(scaled[one.train], labels[one.train], scaled[one.test])
            found.append(float((named == labels[one.test]).mean()))
    assert np.mean(right[EMBEDDING]) >= np.mean(right[PANEL]) - 0.01
