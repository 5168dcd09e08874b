"""Map authors' labels to terms of the Cell Ontology, and report unmapped labels."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_delimited

_TERM: Final = re.compile(r"^CL[:_](\d{7})\Z", re.ASCII)
_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class LabelMap:
    """Terms of the Cell Ontology by the authors' labels of one dataset."""

    terms: dict[str, str] = field(default_factory=dict)
    n_rows: int = 0
    """Rows of the file, for any dataset."""
    datasets: tuple[str, ...] = ()
    """Other datasets that the file has rows for."""

    def notes(self, dataset: str, labels: Sequence[str | None]) -> list[str]:
        """Return notes on labels that only the map or only the dataset has."""
        notes = []
        if self.n_rows and not self.terms:
            notes.append(
                f"label_map: none of {self.n_rows:,} rows is for dataset {dataset} (the file has: "
                f"{', '.join(self.datasets[:_LISTED])})"
            )
        used = set(labels)
        unused = [label for label in self.terms if label not in used]
        if unused:
            notes.append(f"label_map: no cell has the labels {_quoted(unused)}")
        return notes


def read_label_map(path: str | None, dataset: str) -> LabelMap:
    """Read the Cell Ontology ids of authors' labels from a tab-separated file.

    The file has the columns ``label`` and ``cl_id``; if it has ``dataset`` too, only this
    dataset's rows count.

    Raises
    ------
    InputError
        If an id is not one of the Cell Ontology, or a label is mapped twice.
    """
    if path is None:
        return LabelMap()
    rows = list(read_delimited(Path(path), columns=("label", "cl_id")).iter_rows(named=True))
    terms: dict[str, str] = {}
    for row in rows:
        if row.get("dataset", dataset) != dataset or not row["cl_id"]:
            continue
        label, term = row["label"], as_term(row["cl_id"])
        if term is None:
            message = (
                f"{path}: {row['cl_id']!r} for label {label!r} is not an id such as 'CL:0000169'"
            )
            raise InputError(message)
        if terms.setdefault(label, term) != term:
            message = f"{path}: label {label!r} is mapped to {terms[label]} and to {term}"
            raise InputError(message)
    others = dict.fromkeys(str(row["dataset"]) for row in rows if row.get("dataset"))
    return LabelMap(terms, len(rows), tuple(name for name in others if name != dataset))


def as_term(text: str) -> str | None:
    """Return the id of a term of the Cell Ontology, None for any other text.

    Examples
    --------
    >>> as_term("CL_0000236"), as_term("CL:0000236"), as_term("B cell")
    ('CL:0000236', 'CL:0000236', None)
    """
    match = _TERM.match(text.strip())
    return f"CL:{match[1]}" if match else None


def describe_unmapped(
    labels: Sequence[str | None], keys: Sequence[str | None], hint: str = ""
) -> list[str]:
    """Return a line on the labels that have no term of the Cell Ontology.

    Parameters
    ----------
    hint
        What would give them one, to be added.
    """
    cells = Counter(label for label in labels if label is not None)
    pairs = dict.fromkeys(zip(labels, keys, strict=True))
    without = [label for label, key in pairs if label and key and key.startswith("label:")]
    if not without:
        return []
    n_cells = sum(cells[label] for label in without)
    return [
        f"{len(without):,} of {len(cells):,} labels ({n_cells:,} cells) have no term: "
        f"{_quoted(without)}{hint}"
    ]


def _quoted(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - _LISTED:,} more" if len(labels) > _LISTED else ""
    return ", ".join(repr(label) for label in labels[:_LISTED]) + more
