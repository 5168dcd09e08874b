"""The vector spaces of a published build, also of runs: indexes, text encoders, groups of cells.

A published build never changes, so each part is read once and kept.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orthoweave.errors import IntegrityError, UnknownNameError, UsageError
from orthoweave.questions.session import Session
from orthoweave.storage.published import Published
from orthoweave.text.base import TextEncoder
from orthoweave.text.encoders import find_encoder
from orthoweave.vectors.base import Subset
from orthoweave.vectors.faiss_index import IDS_FILE, INDEX_FILE, FaissIndex, open_index

CELL_TEXT: Final = "cell_text"
"""Space of cells in which a search by meaning finds them."""
GENE_TEXT: Final = "gene_text"
"""The same of genes."""
HOW_TO_EMBED: Final = {
    "gene_text": "orthoweave ingest embeddings --set what=genes",
    "cell_text": "orthoweave ingest embeddings --set what=cells --set dataset=NAME",
    "cell_type_text": "orthoweave ingest embeddings --set what=cell_types",
}
# subsets are kept until together they have each cell so many times, with eight bytes each
_SUBSET_ROWS: Final = 8


@dataclass(frozen=True, slots=True)
class CellGroup:
    """The cells of one dataset that have the same cell types."""

    dataset: str | None
    types: tuple[str, ...]
    """Keys of the types, by authors or by runs; none for cells without a type."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of the index, in groups: every filter allows or excludes whole groups."""

    groups: list[CellGroup]
    group: npt.NDArray[np.int32]
    """Number of each cell's group, by row of the index."""
    species: dict[str, str | None]
    """Key of the species of each dataset."""


class Spaces:
    """The vector spaces of one published build."""

    def __init__(self, published: Published) -> None:
        self.published = published
        self.explainers: dict[str, object] = {}
        """Explainers of hits, by dataset."""
        self.genes_of: dict[tuple[str, str], Subset] = {}
        """Genes by space and species, as subsets of the index of that space."""
        self._cells: dict[str, Cells] = {}
        self._subsets: dict[tuple[str, bytes], Subset] = {}
        self._indexes: dict[str, FaissIndex] = {}
        self._encoders: dict[str, TextEncoder] = {}
        self._last: tuple[str, str, npt.NDArray[np.float32]] | None = None

    def has(self, space: str) -> bool:
        """Return whether the build holds vectors of that space."""
        return space in self.published.manifest.vectors

    def of_run(self, space: str) -> bool:
        """Return whether a run has written a space, so that no text has a vector in it."""
        return "of" in self.published.manifest.vectors[space]

    def index(self, space: str, of: str = "") -> FaissIndex:
        """Return the index of a space.

        Parameters
        ----------
        of
            Node type whose vectors are wanted; any if empty.

        Raises
        ------
        UnknownNameError
            If the build holds no vectors of that space; the message says how to make them, or
            lists the spaces that it holds.
        UsageError
            If the vectors are of another node type.
        """
        vectors = self.published.manifest.vectors
        if space not in vectors:
            raise UnknownNameError(_absent(space, vectors))
        found = vectors[space].get("of") or self.published.schema.vectors[space].of
        if of and found != of:
            message = f"space {space!r} has vectors of {found} nodes: expected one of {of} nodes"
            raise UsageError(message)
        if space not in self._indexes:
            folder = str(self.published.manifest.vectors[space]["folder"])
            for name in (INDEX_FILE, IDS_FILE):
                self.published.checked(f"{folder}/{name}")
            self._indexes[space] = open_index(self.published.layout.root / folder)
        return self._indexes[space]

    def encode(self, space: str, text: str) -> npt.NDArray[np.float32]:
        """Return the vector of `text` by the model that made a space, shape ``(1, dimension)``.

        Raises
        ------
        IntegrityError
            If the model of that name has other weights than the one that made the space.
        UsageError
            If a run has written the space.
        """
        self.index(space)
        if self.of_run(space):
            message = (
                f"space {space!r} is that of a run, in which a text has no vector: search it by a "
                "cell or a gene (like=KEY)"
            )
            raise UsageError(message)
        about = self.published.manifest.vectors[space]
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

    def subset(self, groups: npt.NDArray[np.bool_], space: str = CELL_TEXT) -> Subset:
        """Return the cells of some groups, as a subset of the index of a space of cells.

        Parameters
        ----------
        groups
            Whether each group is in it, shape ``(n_groups,)``.
        """
        key = (space, np.packbits(groups).tobytes())
        subset = self._subsets.get(key)
        if subset is None:
            cells = self.cells(space)
            subset = self.index(space).subset(np.flatnonzero(groups[cells.group]))
            self._subsets[key] = subset
            kept = sum(len(other.rows) for other in self._subsets.values())
            if kept > _SUBSET_ROWS * len(cells.group):
                self._subsets.clear()
        return subset

    def cells(self, space: str = CELL_TEXT) -> Cells:
        """Return the cells of the index of a space."""
        found = self._cells.get(space)
        if found is None:
            found = self._cells[space] = self._read_cells(space)
        return found

    def _read_cells(self, space: str) -> Cells:
        index = self.index(space)
        keys = pa.array(index.ids, pa.string())
        cells = self.published.table("Cell", ["id", "dataset"])
        datasets = self.published.table("Dataset", ["id", "species"])
        names = datasets["id"].to_pylist()
        rows, known = _places(cells["id"], keys), _places(cells["dataset"], datasets["id"])
        dataset = np.full(len(index.ids), -1, np.int64)
        dataset[rows[rows >= 0]] = known[rows >= 0]
        typed = self.published.table("HAS_TYPE", ["from", "to"])
        types = sorted(set(typed["to"].unique().to_pylist()))
        pairs = np.column_stack(
            [_places(typed["from"], keys), _places(typed["to"], pa.array(types, pa.string()))]
        )
        number, members = _group(dataset, pairs[(pairs >= 0).all(axis=1)], max(len(types), 1))
        groups = [
            CellGroup(names[of] if of >= 0 else None, tuple(types[code] for code in codes))
            for of, codes in members
        ]
        return Cells(groups, number, dict(zip(names, datasets["species"].to_pylist(), strict=True)))

    @cached_property
    def type_vectors(self) -> tuple[list[str], npt.NDArray[np.float32]]:
        """Keys and vectors of the types of cells that have a vector, one row each."""
        keys = sorted({key for group in self.cells().groups for key in group.types})
        if not self.has("cell_type_text"):
            return [], np.zeros((0, 0), np.float32)
        index = self.index("cell_type_text")
        named = [key for key in keys if key in index.rows]
        return named, index.vectors_of(named)

    @cached_property
    def members(self) -> npt.NDArray[np.bool_]:
        """Whether each group has each type of `type_vectors`; in a last row, whether it has none.

        Shape ``(n_types + 1, n_groups)``.
        """
        place = {key: number for number, key in enumerate(self.type_vectors[0])}
        groups = self.cells().groups
        has = np.zeros((len(place) + 1, len(groups)), bool)
        for number, group in enumerate(groups):
            known = [place[key] for key in group.types if key in place]
            has[known or [-1], number] = True
        return has


def open_spaces(session: Session) -> Spaces:
    """Return the vector spaces of a build, opened once for all questions of a session."""
    spaces = session.kept.get("spaces")
    if not isinstance(spaces, Spaces):
        spaces = Spaces(session.published)
        session.kept["spaces"] = spaces
    return spaces


def _absent(space: str, vectors: Collection[str]) -> str:
    """Return the sentence on a space that a build lacks."""
    if space in HOW_TO_EMBED:
        return (
            f"this knowledge base holds no vectors of {space}: make them with "
            f"`{HOW_TO_EMBED[space]}`, then `orthoweave build`"
        )
    return f"no vector space {space!r} in this build: expected one of " + (
        ", ".join(sorted(vectors)) or "none: `orthoweave run MODEL` and a build make some"
    )


def _places(values: pa.ChunkedArray, names: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Return the place of each value among `names`, or -1."""
    import pyarrow.compute as pc

    places = pc.fill_null(pc.index_in(values, value_set=names), -1)
    found: npt.NDArray[np.int64] = places.to_numpy().astype(np.int64)
    return found


def _group(
    dataset: npt.NDArray[np.int64], pairs: npt.NDArray[np.int64], n_types: int
) -> tuple[npt.NDArray[np.int32], list[tuple[int, tuple[int, ...]]]]:
    """Number the cells by dataset and set of types.

    Parameters
    ----------
    dataset
        Number of each cell's dataset, or -1.
    pairs
        Row and type, shape ``(n_pairs, 2)``; they may repeat.

    Returns
    -------
    Number of each cell's group, and dataset and types of each group.
    """
    codes = np.unique(pairs[:, 0] * n_types + pairs[:, 1])
    rows, types = codes // n_types, codes % n_types
    number = np.unique(dataset, return_inverse=True)[1]
    # a cell's first type, then its second, and so on: few cells have more than one
    position = np.arange(len(rows)) - np.searchsorted(rows, rows)
    for nth in range(int(position.max(initial=-1)) + 1):
        added = np.zeros(len(dataset), np.int64)
        added[rows[position == nth]] = types[position == nth] + 1
        number = np.unique(number * (n_types + 1) + added, return_inverse=True)[1]
    _, examples = np.unique(number, return_index=True)
    members = [
        (int(dataset[row]), tuple(types[slice(*np.searchsorted(rows, [row, row + 1]))].tolist()))
        for row in examples.tolist()
    ]
    return number.astype(np.int32), members
