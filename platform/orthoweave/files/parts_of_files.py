"""The one AnnData object that is meant, in files that hold several: MuData and SpatialData."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.files.matrix_sources import MatrixSource

_GENE_MODALITIES: Final = ("rna", "gex")


def find_modality(path: Path, modalities: Any, said: str | None) -> str:
    """Return the modality with the genes: as said, else ``rna``, ``gex`` or the only one.

    Raises
    ------
    UnknownNameError
        If there is no modality of that name.
    InputError
        If none was said and several may be meant.
    """
    names = sorted(modalities)
    if said is not None:
        if said not in names:
            message = f"{path} has no modality {said!r}: expected one of {', '.join(names)}"
            raise UnknownNameError(message)
        return said
    chosen = [name for name in names if name.lower() in _GENE_MODALITIES] or names
    if len(chosen) != 1:
        listed = " or ".join(f"--set modality={name}" for name in names)
        message = (
            f"{path} holds the modalities {', '.join(names) or 'none'}: expected one named rna or "
            f"gex. Say which holds the genes: {listed}"
        )
        raise InputError(message)
    return chosen[0]


def with_common_columns(source: MatrixSource, common: pd.DataFrame, name: str) -> MatrixSource:
    """Return a modality with the columns that MuData keeps for all modalities of a cell.

    Columns that only repeat a modality's (``rna:n_counts``) and those that the modality has itself
    are left out, and so are all where cells are not told apart by their names.
    """
    others = [
        column
        for column in common.columns
        if ":" not in str(column) and column not in source.obs.columns
    ]
    usable = common.index.is_unique and source.obs.index.isin(common.index).all()
    if not others or not usable:
        return source
    added = common[others].reindex(source.obs.index)
    note = f"modality {name}; took {', '.join(map(str, others))} from the obs of all modalities"
    obs = pd.concat([source.obs, added], axis=1)
    return replace(source, obs=obs, notes=(*source.notes, note))


def only_table(folder: Path, group: Any) -> Any:
    """Return the AnnData group of a SpatialData folder.

    Raises
    ------
    InputError
        If there are several tables, or none.
    """
    names = sorted(group["tables"])
    if len(names) != 1:
        listed = " or ".join(str(folder / "tables" / name) for name in names) or "none is there"
        message = (
            f"{folder} is a SpatialData folder with {len(names)} tables, expected one: give the "
            f"folder of a table itself ({listed})"
        )
        raise InputError(message)
    return group["tables"][names[0]]
