"""Samples of a build come as pandas has them in the files, with units said, also in bundles."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.support.bulk_samples import KEYS, SYMBOLS, clinical, logs, tpm

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.views.reading.kinds import find_kind
from orthoweave.views.reading.read import read_view
from orthoweave.views.requests import SamplesRequest, Views
from orthoweave.views.samples import Panel, SamplesView

PANELS = (Panel("islet", ("INS", "GCG", "NCBIGene:6750")), Panel("other", ("LYZ", "TP53")))


@pytest.fixture(scope="module")
def published(bulk_kb: Path) -> Published:
    """The build of bulk samples."""
    return open_published(Layout(bulk_kb))


def read(published: Published, dataset: str) -> SamplesView:
    """Return the samples of a dataset, as a model gets them."""
    return Views({"s": read_view(published, SamplesRequest(dataset, PANELS))}).samples("s")


def test_samples_are_those_of_the_files(published: Published) -> None:
    """TPM come as log2(TPM + 1); months, events, groups and phenotype are those of the table."""
    view, facts = read(published, "bulk"), clinical()
    assert (view.scale, view.endpoint) == ("log2_tpm", "death")
    found = pd.DataFrame(view.values, [key.split(":")[1] for key in view.cells], view.genes)
    wanted = logs(tpm()).rename(columns=KEYS).loc[found.index, found.columns]
    assert np.abs(found.to_numpy() - wanted.to_numpy()).max() < 1e-5
    assert np.allclose(view.months, facts["os_days"] * 12 / 365.25)
    assert view.event.tolist() == (facts["os_status"] == "1:DECEASED").tolist()
    assert view.labels.tolist() == facts["disease"].tolist()
    assert view.patients.tolist() == [f"bulk:{name}" for name in facts["patient_id"]]
    assert view.phenotype.number("age").tolist() == facts["age"].tolist()
    assert view.phenotype.text("disease").tolist() == facts["disease"].tolist()
    # the outcome is no phenotype
    assert {*view.text_names, *view.number_names} == {"age", "disease"}


def test_notes_tell_conversions(published: Published) -> None:
    """The scale, the unit of time, and genes of a panel that were not measured."""
    notes = read(published, "bulk").notes
    assert (
        "values were transcripts per million, and are log2 of transcripts per million + 1" in notes
    )
    assert any("its times were in days, and are in months of 365.25/12 days" in n for n in notes)
    assert "panel 'other': 1 of 2 genes are not measured, such as 'TP53'" in notes
    assert "survival of 0 of 40 samples, with 0 events" in read(published, "scores").notes


def test_panels_are_genes_by_key_or_symbol(published: Published) -> None:
    """Numbers of the genes of the view."""
    view = read(published, "bulk")
    assert set(view.genes[view.panel("islet")]) == {KEYS[name] for name in ("INS", "GCG", "SST")}
    with pytest.raises(UnknownNameError, match="measures none of its 1 genes"):
        read_view(published, SamplesRequest("bulk", (Panel("p", ("TP53",)),)))
    with pytest.raises(InputError, match="a name stands twice"):
        read_view(published, SamplesRequest("bulk", (PANELS[0], PANELS[0])))


def test_scores_stay_scores(published: Published) -> None:
    """z-scores are not turned into anything else, and their missing survival is NaN."""
    view = read(published, "scores")
    assert view.scale == "zscore"
    assert np.isnan(view.months).all()
    assert not view.event.any()
    assert view.values.min() < 0
    assert len(view.genes) == len(SYMBOLS)


def test_cells_are_refused(toy_kb: Path) -> None:
    """A dataset of cells is named with what to do."""
    with pytest.raises(InputError, match="'toy_human' holds rows of kind cell"):
        read_view(open_published(Layout(toy_kb)), SamplesRequest("toy_human"))
    with pytest.raises(UnknownNameError, match="no dataset 'nowhere'"):
        read_view(open_published(Layout(toy_kb)), SamplesRequest("nowhere"))


def test_samples_travel_as_plain_files(published: Published, tmp_path: Path) -> None:
    """What a bundle holds is the same view; nothing needs a way of its own."""
    view, kind = read(published, "bulk"), find_kind(SamplesRequest("bulk"))
    about = json.loads(json.dumps(kind.files.write(view, tmp_path)))
    again = kind.files.read(kind.view, tmp_path, about)
    assert again.digest == view.digest
    for field in fields(view):
        assert type(getattr(again, field.name)) is type(getattr(view, field.name))
