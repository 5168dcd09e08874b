"""What a search reads of a published build: indexes, the encoder, and what filters need.

A published build never changes, so all of it is opened once for each build and kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import IntegrityError, UnknownNameError
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import Manifest, read_manifest
from orthoweave.text.base import TextEncoder
from orthoweave.text.encoders import find_encoder
from orthoweave.vectors.faiss_index import FaissIndex, open_index

HOW_TO_EMBED: Final = {
    "gene_text": "orthoweave ingest embeddings --set what=genes",
    "cell_text": "orthoweave ingest embeddings --set what=cells --set dataset=NAME",
    "cell_type_text": "orthoweave ingest embeddings --set what=cell_types",
}


@dataclass(frozen=True, slots=True)
class Cells:
    """What is known of the cells of the index, by row; codes point into the lists, -1 is none."""

    datasets: list[str]
    dataset: npt.NDArray[np.int32]
    species: list[str | None]
    """Key of each dataset's species."""
    types: list[str]
    type_names: list[str]
    has_type: npt.NDArray[np.int64]
    """Pairs of row and type, shape ``(n_pairs, 2)``: a cell may have several types."""


class Spaces:
    """The vector spaces of one published build."""

    def __init__(self, layout: Layout, build: str) -> None:
        self.layout = layout
        self.manifest: Manifest = read_manifest(layout, build)
        self._indexes: dict[str, FaissIndex] = {}
        self._encoders: dict[str, TextEncoder] = {}
        self._last: tuple[str, str, npt.NDArray[np.float32]] | None = None

    def has(self, space: str) -> bool:
        """Whether the build holds vectors of that space."""
        return space in self.manifest.vectors

    def index(self, space: str) -> FaissIndex:
        """Open the index of a space, or say how to make one."""
        if not self.has(space):
            message = (
                f"this knowledge base holds no vectors of {space}: make them with "
                f"`{HOW_TO_EMBED.get(space, 'orthoweave ingest embeddings')}`, then "
                "`orthoweave build`"
            )
            raise UnknownNameError(message)
        if space not in self._indexes:
            folder = self.layout.root / self.manifest.vectors[space]["folder"]
            self._indexes[space] = open_index(folder)
        return self._indexes[space]

    def encode(self, space: str, text: str) -> npt.NDArray[np.float32]:
        """Vector of `text` by the model that made a space, shape ``(1, dimension)``.

        Raises
        ------
        IntegrityError
            If the model of that name has other weights than the one that made the space.
        """
        self.index(space)
        about = self.manifest.vectors[space]
        name, digest = str(about["model"]), str(about["model_digest"])
        if name not in self._encoders:
            self._encoders[name] = find_encoder(name)
        encoder = self._encoders[name]
        if encoder.digest != digest:
            message = (
                f"the vectors of {space} were made with another version of {name!r} (SHA-256 "
                f"{digest[:12]}…, here {encoder.digest[:12]}…): use that version, or embed again"
            )
            raise IntegrityError(message)
        last = self._last
        # one question asks several spaces of one model
        if last is None or last[:2] != (digest, text):
            last = (digest, text, encoder.encode([text]))
            self._last = last
        return last[2]

    @cached_property
    def genes(self) -> dict[str, dict[str, Any]]:
        """Symbol, name and species of each gene by key."""
        table = self.read("Gene", ["id", "symbol", "name", "species"])
        return {row["id"]: row for row in table.to_pylist()}

    @cached_property
    def cells(self) -> Cells:
        """What is known of the cells of the index `cell_text`."""
        index = self.index("cell_text")
        cells = self.read("Cell", ["id", "dataset"])
        of = _rows_of(index, cells["id"])
        datasets = self.read("Dataset", ["id", "species"])
        names: list[str] = datasets["id"].to_pylist()
        dataset = np.full(len(index), -1, np.int32)
        codes = _codes(cells["dataset"], names)
        dataset[of[of >= 0]] = codes[of >= 0]
        typed = self.read("HAS_TYPE", ["from", "to"])
        about = {
            row["id"]: row["name"] for row in self.read("CellType", ["id", "name"]).to_pylist()
        }
        types = sorted({str(key) for key in typed["to"].unique().to_pylist()})
        pairs = np.column_stack([_rows_of(index, typed["from"]), _codes(typed["to"], types)])
        pairs = np.unique(pairs[(pairs >= 0).all(axis=1)], axis=0)
        return Cells(
            names, dataset, datasets["species"].to_pylist(), types,
            [about.get(key) or key.rpartition("/")[2] for key in types], pairs,
        )  # fmt: skip

    @cached_property
    def subclasses(self) -> dict[str, list[str]]:
        """Direct subclasses of each cell type."""
        found: dict[str, list[str]] = {}
        for row in self.read("SUBCLASS_OF", ["from", "to"]).to_pylist():
            found.setdefault(row["to"], []).append(row["from"])
        return found

    def read(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Columns of a node or edge table, as it is in the graph."""
        paths = [self.layout.root / path for path in self.manifest.tables.get(name, [])]
        parts = [pq.read_table(path, columns=list(columns)) for path in paths]
        empty = pa.table({column: pa.array([], pa.string()) for column in columns})
        return pa.concat_tables(parts) if parts else empty


def open_spaces(layout: Layout, build: str) -> Spaces:
    """Give the vector spaces of a published build; opened once in a process."""
    return _opened(layout.root.resolve(), build)


@lru_cache(maxsize=4)
def _opened(root: Path, build: str) -> Spaces:
    return Spaces(Layout(root), build)


def _rows_of(index: FaissIndex, ids: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    rows = index.rows
    return np.array([rows.get(key, -1) for key in ids.to_pylist()], np.int64)


def _codes(values: pa.ChunkedArray, names: Iterable[str]) -> npt.NDArray[np.int64]:
    code = {name: number for number, name in enumerate(names)}
    return np.array([code.get(value, -1) for value in values.to_pylist()], np.int64)
