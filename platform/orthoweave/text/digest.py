"""The digest of a text model in a folder: two folders with one digest give the same vectors."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Final

# these decide a vector; a model's card or data sheet does not
_DECISIVE: Final = {".safetensors", ".json", ".txt", ".model"}
_IGNORED: Final = {"data_config.json"}


def model_digest(folder: Path) -> str:
    """Return the SHA-256 over the names and contents of weights, tokenizer and configuration."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _DECISIVE and path.name not in _IGNORED and path.is_file():
            with path.open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").hexdigest()
            whole.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return whole.hexdigest()


class FolderModel:
    """The name and the digest of a text model in a folder."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._folder = folder

    @property
    def name(self) -> str:
        """Name by which it was opened."""
        return self._name

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the names and contents of weights, tokenizer and configuration."""
        return model_digest(self._folder)
