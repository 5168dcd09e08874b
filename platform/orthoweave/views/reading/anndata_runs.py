"""A dataset's cells as AnnData with the results of runs, in the conventions of scverse.

With RUN the name of a run: `obs` has ``RUN_label``, ``RUN_type`` (the name of a label that is a
cell type), ``RUN_probability``, ``RUN_verdict``, ``RUN_abstained``, ``RUN_value`` and
``RUN_cluster``, those that the run has; `obsm` has ``X_RUN`` of its vectors named ``cells``, and
``X_RUN_NAME`` of other vectors and of arrays by cell; `layers` has ``RUN_NAME`` of arrays of cells
by genes; `varm` has ``X_RUN_NAME`` of what is by gene. All are aligned by key: what a run lacks is
NaN, and ``uns["orthoweave"]`` says how much that is.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import pandas as pd
import pyarrow as pa

from orthoweave.scales import COUNTS, shown_scale
from orthoweave.storage.published import Published
from orthoweave.storage.run_outputs import KeyedArray
from orthoweave.views.expression import Scale
from orthoweave.views.reading.expression import read_expression
from orthoweave.views.reading.networks import to_anndata
from orthoweave.views.reading.run_results import RunResults, results_for
from orthoweave.views.requests import ExpressionRequest

if TYPE_CHECKING:
    import anndata

UNS: Final = "orthoweave"
_CELLS: Final = "cells"
# columns of a run in `obs`, with their kinds in pandas
_COLUMNS: Final = {
    "label": "category",
    "probability": "float64",
    "verdict": "category",
    "abstained": "boolean",
    "value": "float64",
}
_ABOUT: Final = ("model", "settings", "seed", "code_version", "view_digest", "license", "notes")


def read_anndata(
    published: Published, dataset: str, *, counts: bool = False, runs: Sequence[str] | bool = ()
) -> "anndata.AnnData":
    """Return a dataset's expression as AnnData, with the results of runs beside it.

    Parameters
    ----------
    counts
        Return counts, rather than log1p of counts per 10 000; see `KnowledgeBase.anndata`.
    runs
        Names or keys of runs; True for all that have something on the dataset.

    Raises
    ------
    UnknownNameError
        If there is no such dataset or run, or a run has nothing on the dataset.
    ScaleError
        If counts are wanted of values that were normalised before.
    """
    scale = COUNTS if counts else shown_scale(published.stored_scale(dataset)).name
    data = to_anndata(
        read_expression(published, ExpressionRequest(dataset, scale=cast("Scale", scale)))
    )
    if runs is False or (runs is not True and not runs):
        return data
    names = None if runs is True else [runs] if isinstance(runs, str) else list(runs)
    described = {}
    for found in results_for(published, dataset, names):
        described[found.run] = _about(published, found) | _join(data, found)
        _name_types(published, data, f"{found.run}_label", f"{found.run}_type")
    data.uns[UNS] = {"build": published.manifest.build, "runs": described}
    return data


def _join(data: "anndata.AnnData", found: RunResults) -> dict[str, Any]:
    """Add the results of a run; return the numbers of cells and genes that it lacks, by place."""
    run, lacking = found.run, {}
    for table, kinds in ((found.predictions, _COLUMNS), (found.clusters, {"cluster": "category"})):
        if table is not None:
            columns, lost = _columns(data, table, kinds)
            data.obs[[f"{run}_{name}" for name in columns]] = pd.DataFrame(columns)
            lacking["obs"] = lost
    every = [*found.vectors.items(), *found.arrays.items()]
    for name, array in every:
        if array.of != "Cell":
            lacking[f"varm {name}"] = _put(data.varm, f"X_{run}_{name}", data.var_names, array)
        elif name in found.arrays and pd.Index(array.columns).isin(data.var_names).any():
            layer = _aligned(data.var_names, array.columns, array.values.T)[0].T
            rows, lost = _aligned(data.obs_names, array.rows, layer)
            data.layers[f"{run}_{name}"] = rows
            lacking[f"layers {name}"] = lost
        else:
            own = name == _CELLS and name in found.vectors
            key = f"X_{run}" if own else f"X_{run}_{name}"
            lacking[f"obsm {name}"] = _put(data.obsm, key, data.obs_names, array)
    return {"lacking": lacking}


def _name_types(published: Published, data: "anndata.AnnData", labels: str, target: str) -> None:
    """Add the names of labels that are cell types, if there are any."""
    if labels not in data.obs:
        return
    types = published.table("CellType", ["id", "name"])
    names = dict(zip(types["id"].to_pylist(), types["name"].to_pylist(), strict=True))
    found = data.obs[labels].astype(object).map(names)
    if found.notna().any():
        data.obs[target] = found.astype("category")


def _columns(
    data: "anndata.AnnData", table: pa.Table, kinds: dict[str, str]
) -> tuple[dict[str, pd.Series], int]:
    """Return the columns of a table that have values, by cell, and the number of cells without."""
    frame = table.to_pandas().set_index("cell").reindex(data.obs_names)
    lost = int((~data.obs_names.isin(table["cell"].to_pylist())).sum())
    columns = {
        name: frame[name].astype(cast("Any", kind))
        for name, kind in kinds.items()
        if frame[name].notna().any()
    }
    return columns, lost


def _put(place: Any, key: str, names: pd.Index, array: KeyedArray) -> int:
    place[key], lost = _aligned(names, array.rows, array.values)
    return lost


def _aligned(names: pd.Index, keys: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return rows in the order of names, NaN for those that are missing, and their number."""
    number = pd.Index(keys).get_indexer(names)
    found = np.full((len(names), values.shape[1]), np.nan, np.float32)
    found[number >= 0] = values[number[number >= 0]]
    return found, int((number < 0).sum())


def _about(published: Published, found: RunResults) -> dict[str, Any]:
    """Return the provenance of a run as values that an h5ad file holds."""
    row = published.table("Run", ["id", *_ABOUT], [("id", "=", found.key)]).to_pylist()[0]
    return {
        "run": found.key,
        **{name: row[name] for name in _ABOUT if name != "notes"},
        "notes": json.dumps(row["notes"] or [], ensure_ascii=False),
    }
