"""Find the features and barcodes that belong to a MatrixMarket file."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from orthoweave.errors import InputError

_FEATURES: Final = ("features.tsv", "genes.tsv", "genes.txt", "features.txt")
_BARCODES: Final = ("barcodes.tsv", "barcodes.txt")
_PARSE_FEATURES: Final = ("all_genes.csv", "genes.csv")
_PARSE_BARCODES: Final = ("cell_metadata.csv",)
# kb-python writes cells_x_genes.mtx, or cells_x_genes.mature.mtx and its like
_KB: Final = re.compile(r"^(.*cells_x_genes)(\..+)?\Z")
# names of matrices; GEO puts a sample's name before them
_MATRICES: Final = ("count_matrix", "matrix", "DGE")
# how far below a folder its matrices are looked for: sample/Solo.out/Gene/filtered
_DEPTH: Final = 4
_SHOWN: Final = 8
ALEVIN: Final = "alevin-fry mtx"
"""Kind of the matrices that alevin-fry writes."""
_ALEVIN: Final = "quants_mat"


@dataclass(frozen=True, slots=True)
class MtxParts:
    """A MatrixMarket file with its features and barcodes."""

    matrix: Path
    features: Path
    barcodes: Path
    by_cells: bool
    """The name says that the rows are cells, as in ``cells_x_genes.mtx``."""
    kind: str = "10x mtx"
    names: Path | None = None
    """Symbols of the features, a line each, where they have a file of their own."""
    note: str = ""
    """Note for the user on the choice."""


def find_mtx(path: Path) -> MtxParts:
    """Return the three files of a matrix, given its folder, one above it, or its mtx file.

    Raises
    ------
    InputError
        If one is missing, or a folder has several matrices; the message lists the files.
    """
    if not path.is_dir():
        return _parts(path)
    matrix = _only_matrix(path)
    parts = _parts(matrix)
    if matrix.parent != path:
        return replace(parts, note=f"took {matrix.relative_to(path)} of {path.name or path}")
    others = [item.name for item in _matrices(path) if item != matrix]
    if others:
        listed = ", ".join(others[:_SHOWN])
        return replace(parts, note=f"took {matrix.name}; to take another, give its file ({listed})")
    return parts


def _parts(matrix: Path) -> MtxParts:
    bare = matrix.name.removesuffix(".gz").removesuffix(".mtx")
    if (kb := _KB.match(bare)) is not None:
        prefix = f"{kb[1]}."
        features, barcodes = _mate(matrix, prefix, _FEATURES), _mate(matrix, prefix, _BARCODES)
        names = matrix.with_name(f"{prefix}genes.names.txt")
        symbols = names if names.is_file() else None
        return MtxParts(matrix, features, barcodes, by_cells=True, kind="kb mtx", names=symbols)
    if bare.endswith(_ALEVIN):
        prefix = bare.removesuffix(_ALEVIN)
        genes = _mate(matrix, prefix, (f"{_ALEVIN}_cols.txt",))
        barcodes = _mate(matrix, prefix, (f"{_ALEVIN}_rows.txt",))
        return MtxParts(matrix, genes, barcodes, by_cells=True, kind=ALEVIN)
    name = next((name for name in _MATRICES if bare.endswith(name)), "")
    prefix = bare.removesuffix(name) if name else bare
    if (parse := _first(matrix, prefix, _PARSE_FEATURES)) is not None:
        cells = _mate(matrix, prefix, _PARSE_BARCODES)
        return MtxParts(matrix, parse, cells, by_cells=True, kind="Parse mtx")
    features, barcodes = _mate(matrix, prefix, _FEATURES), _mate(matrix, prefix, _BARCODES)
    return MtxParts(matrix, features, barcodes, by_cells=False)


def _only_matrix(folder: Path) -> Path:
    for name in ("matrix.mtx", "matrix.mtx.gz"):
        if (folder / name).is_file():
            return folder / name
    matrices = _matrices(folder)
    if len(matrices) == 1:
        return matrices[0]
    if matrices:
        listed = ", ".join(item.name for item in matrices[:_SHOWN])
        message = (
            f"{folder} has {len(matrices)} matrices ({listed}), expected one: give one of these "
            "files"
        )
        raise InputError(message)
    below = list(_below(folder))
    filtered = [item for item in below if "filtered" in str(item.relative_to(folder).parent)]
    filtered = [item for item in filtered if "unfiltered" not in str(item.relative_to(folder))]
    chosen = filtered or below
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        listed = ", ".join(str(item.parent) for item in chosen[:_SHOWN])
        message = (
            f"{folder} has {len(chosen)} matrices below it, expected one: give one of the folders "
            f"{listed}"
        )
    else:
        message = (
            f"{folder} has no matrix.mtx (or .gz), but {_files(folder)}: expected a folder of Cell "
            "Ranger, STARsolo, kb-python, alevin-fry or Parse Biosciences. If one of these is the "
            "file, give it"
        )
    raise InputError(message)


def _matrices(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.mtx"), *folder.glob("*.mtx.gz")])


def _below(folder: Path) -> Iterator[Path]:
    """Yield the usual matrix of each folder below one."""
    usual = {
        f"{name}.mtx{end}" for name in (*_MATRICES, "cells_x_genes", _ALEVIN) for end in ("", ".gz")
    }
    for place, folders, names in os.walk(folder):
        folders.sort()
        if len(Path(place).relative_to(folder).parts) >= _DEPTH:
            folders.clear()
        yield from (Path(place) / name for name in sorted(usual & set(names)))


def _mate(matrix: Path, prefix: str, names: tuple[str, ...]) -> Path:
    mate = _first(matrix, prefix, names)
    if mate is not None:
        return mate
    listed = " or ".join(prefix + name for name in names[:2])
    message = (
        f"{matrix.parent} has no {listed} (or .gz) for {matrix.name}, but {_files(matrix.parent)}: "
        "rename its features or barcodes so"
    )
    raise InputError(message)


def _first(matrix: Path, prefix: str, names: tuple[str, ...]) -> Path | None:
    for before in (prefix, ""):
        for name in names:
            for mate in (matrix.with_name(before + name), matrix.with_name(f"{before}{name}.gz")):
                if mate.is_file():
                    return mate
    return None


def _files(folder: Path) -> str:
    names = sorted(item.name for item in folder.iterdir())
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "") or "nothing"
