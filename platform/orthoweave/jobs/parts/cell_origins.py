"""Whom and what a cell comes from: donor, patient and sample, which are different things.

Their keys carry the dataset, since donor "1" of two datasets is not one donor. A condition or a
batch is none of them; such columns stay with the metadata of the cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from orthoweave.ids import cell_key
from orthoweave.jobs.parts.obs_columns import find_column, known_texts

# in lower case and without dots, spaces, hyphens and underscores
USUAL_NAMES: Final = {
    "donor": ("donorid", "donor", "individual", "individualid", "subject", "subjectid"),
    "patient": ("patientid", "patient", "caseid", "bcrpatientbarcode"),
    "sample": ("sampleid", "sample", "samplename"),
}
"""Usual names of columns."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Donor, patient and sample of each cell, by their keys; None where it is not known."""

    donor: list[str | None]
    patient: list[str | None]
    sample: list[str | None]
    columns: tuple[str, ...]
    """Columns that were taken."""
    notes: tuple[str, ...] = ()


def read_origins(dataset: str, obs: pd.DataFrame, options: Mapping[str, Any]) -> Origins:
    """Return donors, patients and samples by the options of the job, or by usual names.

    Where there are patients and no donors, the patients are the donors, with a note.

    Raises
    ------
    UnknownNameError
        If a column that is asked for is not there.
    """
    columns = {
        what: find_column(obs, options[f"{what}_column"], usual)
        for what, usual in USUAL_NAMES.items()
    }
    notes: tuple[str, ...] = ()
    if columns["donor"] is None and columns["patient"] is not None:
        columns["donor"] = columns["patient"]
        notes = (f"obs[{columns['patient']!r}] holds patients, who are taken as the donors",)
    keys = {what: _keys(dataset, obs, column) for what, column in columns.items()}
    taken = tuple(dict.fromkeys(column for column in columns.values() if column is not None))
    return Origins(**keys, columns=taken, notes=notes)


def _keys(dataset: str, obs: pd.DataFrame, column: str | None) -> list[str | None]:
    texts = known_texts(obs, column)
    made = {text: cell_key(dataset, text) for text in set(texts) if text is not None}
    return [None if text is None else made[text] for text in texts]
