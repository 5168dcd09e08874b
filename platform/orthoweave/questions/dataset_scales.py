"""On which scales the values of datasets are, and what to say where these differ."""

from collections.abc import Collection, Mapping
from typing import Final, cast

import pyarrow as pa

from orthoweave.cypher.semantics.values_read import values_read
from orthoweave.gateway.guard import check_statement
from orthoweave.questions.saved import SavedQuery
from orthoweave.questions.session import Session
from orthoweave.scales import LOGS, shown_scale

_VALUES: Final = {"EXPRESSES": "value", "EXPRESSED_IN": "mean", "MEASURED_IN": "mean"}
"""The property that is on its dataset's scale, by type of relationship."""
_ONE_DATASET: Final = {
    "EXPRESSES": "(:Cell {{dataset: {0!r}}})",
    "EXPRESSED_IN": "[:EXPRESSED_IN {{dataset: {0!r}}}]",
    "MEASURED_IN": "(:Dataset {{id: {0!r}}})",
}
"""Pattern that limits a type of relationship to one dataset."""
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
        read = values_read(check_statement(query.text).asked, values, _VALUES)
        return scale_notes(scales, set(scales)) if read else []
    shown = {str(name) for column in columns for name in rows[column].unique().to_pylist() if name}
    asked = [one for one in query.parameters if one.kind == "dataset"]
    one_dataset = any(values[parameter.name] is not None for parameter in asked)
    full = values.get("limit") == rows.num_rows and not one_dataset
    return scale_notes(scales, set(scales) if full else shown & set(scales))


def cypher_notes(session: Session, text: str, parameters: Mapping[str, object]) -> list[str]:
    """Note the scales of the values that a user's statement reads.

    Values of several datasets may meet in a row or in one number, whatever columns an answer has:
    so a statement that is not limited to some datasets counts as reading all of them.
    """
    read = values_read(check_statement(text).asked, parameters, _VALUES)
    if not read:
        return []
    scales = dataset_scales(session)
    anywhere = next((one for one in read if one.datasets is None), None)
    if anywhere is None:
        chosen = frozenset().union(*(one.datasets or () for one in read))
        return scale_notes(scales, chosen & set(scales))
    noted = scale_notes(scales, set(scales))
    if len(set(scales.values())) > 1:
        other = next(dataset for dataset, scale in scales.items() if scale != LOGS)
        way = _ONE_DATASET[anywhere.types[0]].format(other)
        noted = [f"{note}. Limit the statement to one dataset, such as {way}" for note in noted]
    return noted
