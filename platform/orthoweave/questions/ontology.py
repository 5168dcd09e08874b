"""Cell types by name, and the types above and below each, from the build's tables."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import pyarrow as pa

from orthoweave.errors import AmbiguousNameError, UnknownNameError
from orthoweave.numerics.reachable import reachable
from orthoweave.storage.published import Published

Reason = Literal["id", "name", "synonym", "spelling", "label"]

_HINTS: Final = 3
_GREEK: Final = str.maketrans(
    {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon"}
)


@dataclass(frozen=True, slots=True)
class CellTypeMatch:
    """A cell type that a name refers to."""

    key: str
    name: str
    reason: Reason
    """Kind of name that matched, best first: the type's id, its name, a synonym, a name or synonym
    in another spelling, or the label that the authors of a dataset gave to cells of the type."""
    matched: str
    """The name that matched, as its source spells it."""

    def note(self, text: str) -> str | None:
        """Return a note on how `text` was understood; None if it is the type's id or name."""
        if self.reason in ("id", "name"):
            return None
        source = "the authors' label" if self.reason == "label" else "its synonym"
        if self.reason == "spelling" and self.matched == self.name:
            source = "its name"
        return f"{text!r} was taken for {self.name} ({self.key}), by {source} {self.matched!r}"


class CellTypes:
    """The cell types of a published build. Safe to use from several threads."""

    def __init__(self, published: Published) -> None:
        self._published = published

    @cached_property
    def names(self) -> dict[str, str]:
        """Name of each cell type by key; the key itself for one without a name."""
        rows = self._published.table("CellType", ["id", "name"]).to_pylist()
        return {row["id"]: row["name"] or row["id"] for row in rows}

    @cached_property
    def parents(self) -> dict[str, set[str]]:
        """Direct parents of each cell type, by key."""
        return self._edges("from", "to")

    @cached_property
    def children(self) -> dict[str, set[str]]:
        """Direct children of each cell type, by key."""
        return self._edges("to", "from")

    def find(self, text: str) -> str:
        """Return the key of the cell type that a name refers to; see `understand`."""
        return self.understand(text).key

    def understand(self, text: str) -> CellTypeMatch:
        """Return the one cell type that an id, a name, a synonym or an author's label names.

        Raises
        ------
        UnknownNameError
            If no cell type has that name.
        AmbiguousNameError
            If several have it; the message lists them.
        """
        matches = self.matches(text)
        if not matches:
            message = (
                f"no cell type {text!r} here: expected a Cell Ontology id such as CL:0000169, a "
                f"name or a synonym.{self._hint(text)} `orthoweave ask shared_cell_types` lists "
                "those that were observed"
            )
            raise UnknownNameError(message)
        if len(matches) > 1:
            listed = ", ".join(match.key for match in matches)
            message = f"{text!r} names several cell types: give one of {listed}"
            raise AmbiguousNameError(message)
        return matches[0]

    def matches(self, text: str) -> list[CellTypeMatch]:
        """Return the cell types that a name refers to, by key: those of the best reason only."""
        if text in self.names:
            return [CellTypeMatch(text, self.names[text], "id", text)]
        for reason, names in self._names.items():
            folded = _fold(text) if reason in ("spelling", "label") else text.strip().lower()
            if matched := names.get(folded):
                return [
                    CellTypeMatch(key, self.names.get(key, key), reason, name)
                    for key, name in sorted(matched.items())
                ]
        return []

    def _hint(self, text: str) -> str:
        """Name a few types with a name that contains the text, as whole words."""
        wanted = f" {_fold(text)} "
        alike = {
            f"{name} ({key})"
            for folded, types in self._names["spelling"].items()
            for key, name in types.items()
            if wanted.strip() and wanted in f" {folded} "
        }
        nearest = sorted(alike, key=lambda name: (len(name), name))[:_HINTS]
        return f" Names that contain it: {', '.join(nearest)}." if nearest else ""

    def labels(self, dataset: str, keys: Collection[str]) -> set[str]:
        """Return the labels that the authors of a dataset gave to cells of these types."""
        rows = self._observed.to_pylist()
        return {
            label
            for row in rows
            if row["to"] == dataset and row["from"] in keys
            for label in row["author_labels"] or ()
        }

    def above(self, key: str) -> set[str]:
        """Return the keys of a cell type and of all types above it."""
        return reachable([key], self.parents)

    def below(self, key: str) -> set[str]:
        """Return the keys of a cell type and of all types below it."""
        return reachable([key], self.children)

    @cached_property
    def _names(self) -> dict[Reason, dict[str, dict[str, str]]]:
        """Types by reason and folded name, each with the name as its source spells it."""
        found: dict[Reason, dict[str, dict[str, str]]] = {
            reason: {} for reason in ("id", "name", "synonym", "spelling", "label")
        }

        def add(reason: Reason, folded: str, key: str, name: str) -> None:
            found[reason].setdefault(folded, {}).setdefault(key, name)

        for key, name in self.names.items():
            add("id", key.lower(), key, key)
            add("name", name.lower(), key, name)
            add("spelling", _fold(name), key, name)
        for row in self._published.table("CellType", ["id", "synonyms"]).to_pylist():
            for name in row["synonyms"] or ():
                add("synonym", name.lower(), row["id"], name)
                add("spelling", _fold(name), row["id"], name)
        for row in self._observed.to_pylist():
            for label in row["author_labels"] or ():
                add("label", _fold(label), row["from"], label)
                # authors write "beta" where a reader writes "beta cell"
                add("label", f"{_fold(label)} cell", row["from"], label)
        return found

    @cached_property
    def _observed(self) -> pa.Table:
        return self._published.table("OBSERVED_IN", ["from", "to", "author_labels"])

    def _edges(self, start: str, end: str) -> dict[str, set[str]]:
        edges: dict[str, set[str]] = {}
        for row in self._published.table("SUBCLASS_OF", ["from", "to"]).to_pylist():
            edges.setdefault(row[start], set()).add(row[end])
        return edges


def _fold(text: str) -> str:
    """Fold common variants: case, hyphens and underscores, Greek letters, the plural of cell.

    Examples
    --------
    >>> _fold("Pancreatic β-cells"), _fold("t_cell")
    ('pancreatic beta cell', 't cell')
    """
    words = text.lower().translate(_GREEK).replace("-", " ").replace("_", " ").split()
    return " ".join("cell" if word == "cells" else word for word in words)
