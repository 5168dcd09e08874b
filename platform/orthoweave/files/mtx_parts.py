"""Find the features and barcodes that belong to a MatrixMarket file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from orthoweave.errors import InputError

_FEATURES: Final = ("features.tsv", "genes.tsv", "genes.txt", "features.txt")
_BARCODES: Final = ("barcodes.tsv", "barcodes.txt")
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class MtxParts:
    """A MatrixMarket file with its features and barcodes."""

    matrix: Path
    features: Path
    barcodes: Path
    by_cells: bool
    """Whether the name says that rows are cells, as in ``cells_x_genes.mtx``."""


def find_mtx(path: Path) -> MtxParts:
    """Return the three files of a matrix, given its folder or its mtx file.

    Raises
    ------
    InputError
        If one is missing, or a folder has several matrices; the message lists the files.
    """
    matrix = _only_matrix(path) if path.is_dir() else path
    bare = matrix.name.removesuffix(".gz").removesuffix(".mtx")
    by_cells = bare.endswith("cells_x_genes")
    # kb-python writes cells_x_genes.genes.txt, GEO puts a sample's name before all three
    prefix = f"{bare}." if by_cells else bare.removesuffix("matrix")
    return MtxParts(
        matrix, _mate(matrix, prefix, _FEATURES), _mate(matrix, prefix, _BARCODES), by_cells
    )


def _only_matrix(folder: Path) -> Path:
    for name in ("matrix.mtx", "matrix.mtx.gz"):
        if (folder / name).is_file():
            return folder / name
    matrices = sorted([*folder.glob("*.mtx"), *folder.glob("*.mtx.gz")])
    if len(matrices) == 1:
        return matrices[0]
    if matrices:
        listed = ", ".join(item.name for item in matrices[:_SHOWN])
        message = f"{folder} has {len(matrices)} matrices ({listed}): give one of these files"
    else:
        message = (
            f"{folder} has no matrix.mtx (or .gz), but {_files(folder)}: expected a folder of Cell "
            "Ranger, STARsolo or kb-python"
        )
    raise InputError(message)


def _mate(matrix: Path, prefix: str, names: tuple[str, ...]) -> Path:
    for before in (prefix, ""):
        for name in names:
            for mate in (matrix.with_name(before + name), matrix.with_name(f"{before}{name}.gz")):
                if mate.is_file():
                    return mate
    message = (
        f"{matrix.parent} has no {prefix}{names[0]} or {prefix}{names[1]} (or .gz) for "
        f"{matrix.name}, but {_files(matrix.parent)}: rename its features or barcodes so"
    )
    raise InputError(message)


def _files(folder: Path) -> str:
    names = sorted(item.name for item in folder.iterdir())
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "") or "nothing"
