"""On which scales the values of datasets are, and what to say where these differ."""

import re
from collections.abc import Collection, Mapping
from typing import Final, cast

import pyarrow as pa

from orthoweave.questions.saved import SavedQuery
from orthoweave.questions.session import Session
from orthoweave.scales import LOGS, shown_scale

_OF_VALUES: Final = re.compile(r":(EXPRESSES|EXPRESSED_IN|MEASURED_IN)\b")
_SCALES: Final = "MATCH (d:Dataset) RETURN d.id AS dataset, d.scale AS scale ORDER BY dataset"


def dataset_scales(session: Session) -> dict[str, str]:
    """Return the scale of each dataset's means; read once, since a build never changes."""
    if _SCALES not in session.kept:
        rows = session.gateway.whole(_SCALES).to_pylist()
        session.kept[_SCALES] = {row["dataset"]: shown_scale(row["scale"]).name for row in rows}
    return cast("dict[str, str]", session.kept[_SCALES])


def scale_notes(scales: Mapping[str, str], shown: Collection[str]) -> list[str]:
    """Note the unit of values other than log1p of counts per 10 000, and that scales differ.

    Parameters
    ----------
    scales
        Scale by dataset.
    shown
        Datasets whose values stand in an answer.
    """
    by_scale: dict[str, list[str]] = {}
    for dataset in sorted(shown):
        by_scale.setdefault(scales.get(dataset, LOGS), []).append(dataset)
    if set(by_scale) <= {LOGS}:
        return []
    said = "; ".join(
        f"{', '.join(datasets)}: {scale} ({shown_scale(scale).unit})"
        for scale, datasets in by_scale.items()
    )
    if len(by_scale) == 1:
        return [f"values of {said}"]
    return [f"values on different scales, which do not compare: {said}"]


def row_notes(
    session: Session, query: SavedQuery, values: Mapping[str, object], rows: pa.Table
) -> list[str]:
    """Say the scales of the datasets that the rows of a saved query name, or were chosen among.

    The first rows by value are chosen among all datasets, also those that are not in them.
    """
    columns = [name for name in rows.column_names if name.endswith("dataset")]
    valued = any(pa.types.is_floating(field.type) for field in rows.schema)
    if not valued or not len(rows):
        return []
    scales = dataset_scales(session)
    if not columns:  # one number may be of several datasets
        return scale_notes(scales, set(scales)) if _OF_VALUES.search(query.text) else []
    shown = {str(name) for column in columns for name in rows[column].unique().to_pylist() if name}
    asked = [one for one in query.parameters if one.kind == "dataset"]
    one_dataset = any(values[parameter.name] is not None for parameter in asked)
    full = values.get("limit") == rows.num_rows and not one_dataset
    return scale_notes(scales, set(scales) if full else shown & set(scales))
