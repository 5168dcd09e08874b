"""Bulk samples between their file and their tables: names, patients, groups and follow-up."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from orthoweave.jobs.parts.cell_columns import CellColumns, check_barcodes, other_columns
from orthoweave.jobs.parts.cell_dataset import CellDataset
from orthoweave.jobs.parts.cell_origins import read_origins
from orthoweave.jobs.parts.cell_tables import Tables
from orthoweave.jobs.parts.follow_up import FollowUp, follow_up_columns
from orthoweave.jobs.parts.obs_columns import find_column, known_texts

# in lower case and without dots, spaces, hyphens and underscores
_GROUPS: Final = (
    *("cancertype", "tumortype", "tumourtype", "cancertypeabbreviation", "primarydisease"),
    *("disease", "diseasestate", "diagnosis", "subtype", "condition", "phenotype", "group"),
    *("project", "tissue", "treatment"),
)
_MOST: Final = 5


def read_sample_columns(dataset: str, obs: pd.DataFrame, options: Mapping[str, Any]) -> CellColumns:
    """Return the samples of a file's `obs`; none has a cell type, and its label is its group.

    Parameters
    ----------
    options
        ``group_column``, ``donor_column``, ``patient_column``, ``sample_column``,
        ``time_column`` and ``event_column``.

    Raises
    ------
    InputError
        If two samples have one name.
    UnknownNameError
        If a column does not exist.
    """
    names = [str(name) for name in obs.index]
    check_barcodes(names)
    group = find_column(obs, options["group_column"], _GROUPS)
    labels = known_texts(obs, group)
    origins = read_origins(dataset, obs, options)
    # the outcome is in FOLLOWED_IN, and no fact to predict it from
    metadata = other_columns(obs, {*origins.columns, *follow_up_columns(obs, options)})
    notes = [*origins.notes, _of_groups(group, labels)]
    if not any(origins.patient):
        notes.append("no column of patients: each sample counts as one of its own")
    untyped: list[str | None] = [None] * len(names)
    return CellColumns(names, labels, untyped, origins, None, None, metadata, {}, notes)


def follow_up_tables(dataset: CellDataset, found: FollowUp, endpoint: str | None) -> Tables:
    """Yield the follow-up of the samples that have one.

    Parameters
    ----------
    endpoint
        What the event is, in words, such as ``death``.
    """
    known = np.flatnonzero(np.isfinite(found.months))
    rows = {
        "from": dataset.keys.take(pa.array(known)),
        "to": pa.repeat(dataset.name, len(known)),
        "months": pa.array(found.months[known]),
        "event": pa.array(found.event[known]),
        "unit": pa.repeat(found.unit, len(known)),
        "endpoint": pa.array([endpoint] * len(known), pa.string()),
    }
    yield "FOLLOWED_IN", pa.table(rows)


def _of_groups(column: str | None, labels: list[str | None]) -> str:
    if column is None:
        return "no groups: no column has a usual name; take one with --set group_column="
    counts = pd.Series([text for text in labels if text is not None], dtype=object).value_counts()
    listed = ", ".join(f"{name!r} {count:,}" for name, count in list(counts.items())[:_MOST])
    more = f" and {len(counts) - _MOST:,} more" if len(counts) > _MOST else ""
    return f"groups by {column!r}: {listed or 'none'}{more}"
