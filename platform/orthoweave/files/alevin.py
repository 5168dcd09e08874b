"""Unspliced, spliced and ambiguous counts of alevin-fry, and which of them are summed.

In its USA mode alevin-fry writes three columns for each gene: spliced for all genes, then
unspliced, then ambiguous. Their names end in nothing, ``-U`` and ``-A``; ``quant.json`` says the
mode as well.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import scipy.sparse as sp

from orthoweave.errors import InputError, UnknownNameError

_ORDER: Final = "SUA"
_SUFFIXES: Final = ("", "-U", "-A")
_WORDS: Final = {"S": "spliced", "U": "unspliced", "A": "ambiguous"}
_SUMS: Final = ("S+A", "U+S+A", "S", "U", "A")
_LARGEST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Parted:
    """Counts in three parts, one behind the other."""

    n_genes: int
    default: str = _SUMS[0]
    """Parts that are summed unless others are chosen: those of single cells."""

    @property
    def n_columns(self) -> int:
        """Number of columns of the matrix."""
        return len(_ORDER) * self.n_genes

    def summed(self, matrix: sp.csr_matrix, layer: str) -> sp.csr_matrix:
        """Return the sum of some parts of a matrix of cells × columns.

        Raises
        ------
        UnknownNameError
            If there are no such parts.
        """
        if layer not in _SUMS:
            message = f"layer={layer!r}: expected the counts to sum, one of {', '.join(_SUMS)}"
            raise UnknownNameError(message)
        starts = [_ORDER.index(part) * self.n_genes for part in layer.split("+")]
        columns = matrix.tocsc()
        parts = [columns[:, start : start + self.n_genes] for start in starts]
        return sp.csr_matrix(sum(parts[1:], parts[0]))

    def note(self, layer: str | None) -> str:
        """Return a note that names the counts that were summed and the other choices."""
        parts = (layer or self.default).split("+")
        taken = " and ".join(_WORDS[part] for part in parts)
        other = [_WORDS[part] for part in _ORDER if part not in parts]
        text = f"took the {taken} counts" + (f", not the {' and '.join(other)}" if other else "")
        if layer is None:
            text += "; of nuclei take all three with --set layer=U+S+A"
        return text


def read_parted(matrix: Path, names: Sequence[str]) -> Parted | None:
    """Return the parts of a matrix of alevin-fry; None if it has one column for each gene.

    Parameters
    ----------
    names
        Names of the columns, of all parts or of the first.

    Raises
    ------
    InputError
        If what lies beside the matrix contradicts the names.
    """
    third, rest = divmod(len(names), len(_SUFFIXES))
    genes = list(names[:third])
    by_names = (
        not rest
        and third > 0
        and all(
            list(names[at * third : (at + 1) * third]) == [f"{gene}{suffix}" for gene in genes]
            for at, suffix in enumerate(_SUFFIXES)
        )
    )
    said = _said(matrix)
    if said is None:
        return Parted(third) if by_names else None
    usa, n_columns = said
    if not usa:
        return None
    if n_columns == len(_SUFFIXES) * len(names):
        return Parted(len(names))
    if not by_names or n_columns != len(names):
        message = (
            f"{matrix} has {len(names):,} names of columns, but quant.json says {n_columns:,} in "
            "USA mode: expected as many, or a third. Fetch the folder again"
        )
        raise InputError(message)
    return Parted(third)


def _said(matrix: Path) -> tuple[bool, int] | None:
    """Return the mode and the number of columns by the files beside the folder; None if none."""
    for name in ("quant.json", "meta_info.json"):
        path = matrix.absolute().parent.parent / name
        if path.is_file() and path.stat().st_size < _LARGEST:
            try:
                about = json.loads(path.read_text(encoding="utf-8"))
                return bool(about["usa_mode"]), int(about["num_genes"])
            except (ValueError, KeyError, TypeError, UnicodeDecodeError, RecursionError):
                continue
    return None
