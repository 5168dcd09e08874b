"""Cells without a type: those of a dataset without labels, and those that labels leave out.

A dataset without labels is one all the same: its genes were measured, in all of its cells.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

import pyarrow as pa

from orthoweave.questions.expression_rows import Pool
from orthoweave.questions.genes import species_name
from orthoweave.questions.saved import SavedQuery
from orthoweave.questions.session import Session
from orthoweave.views.untyped import REMEDY

ALL_CELLS: Final = "all cells"
WITHOUT_LABEL: Final = "without a label"
_BY_TYPE: Final = re.compile(r":(EXPRESSED_IN|OBSERVED_IN|HAS_TYPE)\b")
_UNTYPED: Final = """
MATCH (d:Dataset)
WHERE NOT EXISTS { MATCH (:CellType)-[:OBSERVED_IN]->(d) }
RETURN d.id AS dataset, d.species AS species
ORDER BY dataset
"""


def pools_of(
    datasets: Sequence[Mapping[str, Any]], observed: Sequence[Mapping[str, Any]]
) -> list[Pool]:
    """List the cell types of each dataset, and its cells without a type as one more.

    Parameters
    ----------
    datasets
        Rows of `species`, `dataset` and `n_cells`.
    observed
        Rows of `species`, `dataset`, `cell_type`, `name` and `n_cells`.
    """
    pools = [
        Pool(
            **{**row, "species": species_name(row["species"])},
            members=((row["cell_type"], row["n_cells"]),),
        )
        for row in observed
    ]
    typed = typed_cells(observed)
    for row in datasets:
        n_typed = typed.get(row["dataset"], 0)
        if row["n_cells"] > n_typed:
            name = WITHOUT_LABEL if n_typed else ALL_CELLS
            about = species_name(row["species"]), row["dataset"], None, name
            pools.append(Pool(*about, row["n_cells"] - n_typed, ()))
    return sorted(pools, key=lambda pool: (pool.dataset, pool.name or "", pool.cell_type or ""))


def typed_cells(observed: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return the number of cells that have a type, by dataset."""
    typed: dict[str, int] = {}
    for row in observed:
        typed[row["dataset"]] = typed.get(row["dataset"], 0) + row["n_cells"]
    return typed


def unlabelled_notes(
    datasets: Sequence[Mapping[str, Any]], observed: Sequence[Mapping[str, Any]], *, pooled: bool
) -> list[str]:
    """Say which datasets have no cell types at all.

    Parameters
    ----------
    pooled
        Whether rows are of kinds of cells, which leaves these datasets out.
    """
    typed = typed_cells(observed)
    how = "it is left out of the kinds asked for" if pooled else f"it has one row, {ALL_CELLS!r}"
    return [
        f"{row['dataset']} has no cell types: {how}; {REMEDY}"
        for row in sorted(datasets, key=lambda row: str(row["dataset"]))
        if row["dataset"] not in typed
    ]


def saved_notes(
    session: Session, query: SavedQuery, values: Mapping[str, object], rows: pa.Table
) -> list[str]:
    """Say which datasets have no cell types, where a saved query is by cell type.

    Those that the query was not asked about are not named: another dataset, another species.
    """
    if not _BY_TYPE.search(query.text):
        return []
    datasets = _values(query, values, "dataset")
    species = _values(query, values, "species")
    shown = set(rows["dataset"].to_pylist()) if "dataset" in rows.column_names else set()
    return [
        f"{row['dataset']} has no cell types: "
        + ("its rows have none" if row["dataset"] in shown else "an answer by type leaves it out")
        + f"; {REMEDY}"
        for row in _untyped(session)
        if (not datasets or row["dataset"] in datasets)
        and (not species or row["species"] in species)
    ]


def filter_notes(session: Session, datasets: Collection[str], species: str | None) -> list[str]:
    """Say which datasets a filter by cell type leaves out, since their cells have none.

    Parameters
    ----------
    datasets
        Those that are searched; all if there are none.
    species
        Key of the species that is searched, or None for all.
    """
    return [
        f"{row['dataset']} has no cell types: a filter by type leaves it out; {REMEDY}"
        for row in _untyped(session)
        if row["dataset"] in (datasets or {row["dataset"]}) and species in (None, row["species"])
    ]


def _values(query: SavedQuery, values: Mapping[str, object], kind: str) -> set[object]:
    return {values[one.name] for one in query.parameters if one.kind == kind} - {None}


def _untyped(session: Session) -> list[dict[str, Any]]:
    """Return the datasets without cell types; read once, since a build never changes."""
    if _UNTYPED not in session.kept:
        session.kept[_UNTYPED] = session.gateway.whole(_UNTYPED).to_pylist()
    return cast("list[dict[str, Any]]", session.kept[_UNTYPED])
