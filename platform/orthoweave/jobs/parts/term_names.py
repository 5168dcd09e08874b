"""Terms of the Cell Ontology by their names: the source of terms for authors' labels.

A label has to equal the name or an exact synonym of one term, in any case of letters. A plural, a
short form or a related synonym is not a term: only the authors know what "beta" means.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import pyarrow.parquet as pq

from orthoweave.jobs.depends import ontology_sources
from orthoweave.storage.tableset import TableSet

_COLUMNS: Final = ("id", "name", "exact_synonyms", "deprecated")
_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class TermNames:
    """The terms that names stand for."""

    terms: dict[str, frozenset[str]] = field(default_factory=dict)
    """Ids by folded name; several where a synonym is shared."""
    searched: bool = True
    """Whether names were looked for at all."""

    def find(self, label: str) -> str | None:
        """Return the id of the one term that a label names, or None."""
        found = self.terms.get(_fold(label), frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def notes(self, taken: dict[str, str], labels: Sequence[str | None]) -> list[str]:
        """Say which labels were taken for terms, and which name several.

        Parameters
        ----------
        taken
            Terms by label, of the labels that got theirs by name.
        labels
            The label of each cell.
        """
        cells = Counter(label for label in labels if label is not None)
        notes = []
        if taken:
            n_cells = sum(cells[label] for label in taken)
            listed = ", ".join(f"{label!r} is {term}" for label, term in taken.items())
            notes.append(
                f"{len(taken):,} of {len(cells):,} labels ({n_cells:,} cells) are names of terms: "
                f"{_shortened(listed)} (--set match_labels=false leaves them as they are)"
            )
        several = [label for label in cells if len(self.terms.get(_fold(label), ())) > 1]
        for label in several[:_LISTED]:
            listed = ", ".join(sorted(self.terms[_fold(label)]))
            notes.append(f"label {label!r} names several terms ({listed}): map it by label_map")
        return notes

    @property
    def hint(self) -> str:
        """Return the way to terms for labels where no ontology is known; else an empty text."""
        if self.terms or not self.searched:
            return ""
        return (
            ". No Cell Ontology is here: `orthoweave ingest cell_ontology FILE` first gives labels "
            "that equal a name their term"
        )


NO_NAMES: Final = TermNames(searched=False)
"""For a job that looks for none."""


def read_term_names(upstream: Sequence[TableSet]) -> TermNames:
    """Read the names and exact synonyms of all current terms.

    A name counts before a synonym: where one term has a text as its name, terms that have it as
    a synonym are not meant.
    """
    names: dict[str, set[str]] = {}
    synonyms: dict[str, set[str]] = {}
    for tables in ontology_sources(upstream):
        path = tables.folder / "CellType.parquet"
        there = [name for name in _COLUMNS if name in pq.read_schema(path).names]
        for row in pq.read_table(path, columns=there).to_pylist():
            if row["deprecated"]:
                continue
            if row["name"]:
                names.setdefault(_fold(row["name"]), set()).add(row["id"])
            for text in row.get("exact_synonyms") or ():
                synonyms.setdefault(_fold(text), set()).add(row["id"])
    return TermNames({name: frozenset(ids) for name, ids in (synonyms | names).items()})


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _shortened(text: str, width: int = 200) -> str:
    return text if len(text) <= width else f"{text[:width].rsplit(', ', 1)[0]} …"
