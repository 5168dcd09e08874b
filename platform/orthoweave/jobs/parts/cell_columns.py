"""The cells of a matrix file: species, types, donors, places and all other columns."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from orthoweave.errors import InputError, UsageError
from orthoweave.jobs.parts.cell_origins import Origins, read_origins
from orthoweave.jobs.parts.label_map import as_term, describe_unmapped, read_label_map
from orthoweave.jobs.parts.obs_columns import columns_by_name, find_column, known_texts
from orthoweave.jobs.parts.term_names import NO_NAMES, TermNames
from orthoweave.species import Species, find_species

# in lower case and without dots, spaces, hyphens and underscores, as the others below
_TERM_COLUMNS: Final = (
    *("celltypeontologytermid", "cellontologytermid", "cellontologyid", "celltypeontologyid"),
    *("celltypeontology", "clid", "clterm", "cltermid"),
)
_TERM_NAME_COLUMN: Final = "cell_type_cl"
_LABEL_COLUMNS: Final = (
    *("authorcelltype", "celltype", "celllabel", "celltypes", "celllabels", "cellontologyclass"),
    *("celltypeannotation", "annotatedcelltype", "cellannotation", "annotation", "annotations"),
    *("freeannotation", "celltypename", "celltypeoriginal", "majorcelltype", "celltypemajor"),
    *("finalcelltype", "manualcelltype", "celltypefine", "celltypecoarse", "celltypefinal"),
)
# a column with more values than this is not proposed as the cell types
_MOST_TYPES: Final = 200
_SPECIES_KEYS: Final = ("organism_ontology_term_id", "organism")
_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class CellColumns:
    """The cells of a dataset, one entry for each."""

    barcode: list[str]
    label: list[str | None]
    """The authors' cell type or cluster."""
    type_key: list[str | None]
    """Node key of the cell type: of the Cell Ontology, or of the label itself."""
    origins: Origins
    """Donor, patient and sample of each cell."""
    x: np.ndarray | None
    y: np.ndarray | None
    metadata: list[str | None]
    """The other columns as a JSON object."""
    type_names: dict[str, str | None]
    """Name by key of a cell type; None where the file does not have the term's own name."""
    notes: list[str]
    """Notes on the labels."""


def find_dataset_species(said: str | None, about: Mapping[str, str], obs: pd.DataFrame) -> Species:
    """Return the one species of a dataset, by the user and by the file.

    Raises
    ------
    UsageError
        If neither names one.
    InputError
        If they differ, or the file holds several.
    """
    stated = {f"uns[{key!r}]": about[key] for key in _SPECIES_KEYS if key in about}
    for key in _SPECIES_KEYS:
        if key in obs.columns:
            values = sorted({str(value) for value in obs[key].dropna().unique()} - {""})
            if len(values) > 1:
                message = (
                    f"obs[{key!r}] names several species ({', '.join(values[:_LISTED])}): one "
                    "dataset holds one. Split the file by species and ingest each part"
                )
                raise InputError(message)
            stated |= {f"obs[{key!r}]": values[0]} if values else {}
    found = {place: find_species(text) for place, text in stated.items()}
    if said is not None:
        found = {"species=": find_species(said), **found}
    if not found:
        message = "the file does not say its species: give it, such as --set species=human"
        raise UsageError(message)
    if len(set(found.values())) > 1:
        listed = ", ".join(f"{place} says {species.common}" for place, species in found.items())
        message = f"the species is not clear: {listed}. One dataset holds one species"
        raise InputError(message)
    return next(iter(found.values()))


def read_cell_columns(
    dataset: str,
    obs: pd.DataFrame,
    options: Mapping[str, Any],
    coordinates: np.ndarray | None,
    names: TermNames = NO_NAMES,
) -> CellColumns:
    """Return the cells of a file's `obs`, by the options of the job.

    Parameters
    ----------
    options
        ``cell_type_column``, ``donor_column``, ``patient_column``, ``sample_column``,
        ``label_map``, ``x_column``, ``y_column``.
    coordinates
        Places of the cells in the file, shape ``(n_cells, 2)``, or None.
    names
        Terms that a label may name; by default none.

    Raises
    ------
    InputError
        If two cells have one barcode.
    UnknownNameError
        If a column does not exist.
    """
    barcodes = [str(name) for name in obs.index]
    check_barcodes(barcodes)
    label_column = find_column(obs, options["cell_type_column"], _LABEL_COLUMNS)
    origins = read_origins(dataset, obs, options)
    labels = known_texts(obs, label_column)
    term_column = _term_column(obs)
    terms = _each(known_texts(obs, term_column), as_term)
    if options["cell_type_column"] is None and label_column is None and any(terms):
        labels = list(terms)
    mapped = read_label_map(options["label_map"], dataset)
    named = _named(labels, mapped.terms, names)
    types = _each(labels, lambda label: _type_key(dataset, label, mapped.terms | named))
    keys = [term or key for term, key in zip(terms, types, strict=True)]
    x, y = _places(obs, options, coordinates)
    used = {label_column, term_column, options["x_column"], options["y_column"], *origins.columns}
    return CellColumns(
        barcodes,
        labels,
        keys,
        origins,
        x,
        y,
        other_columns(obs, used),
        _type_names(keys, terms, labels, known_texts(obs, _TERM_NAME_COLUMN)),
        [
            *_describe_unlabelled(obs, labels, used),
            *origins.notes,
            *mapped.notes(dataset, labels),
            *names.notes(_used(named, labels, keys), labels),
            *describe_unmapped(labels, keys, names.hint),
        ],
    )


def check_barcodes(barcodes: Sequence[str]) -> None:
    """Refuse cells of one name, and cells without a name, by an InputError."""
    if len(set(barcodes)) < len(barcodes):
        counts = pd.Series(barcodes, dtype=object).value_counts()
        repeated = [str(name) for name in counts.index[counts > 1]]
        message = (
            f"{len(repeated):,} barcodes stand for several cells, such as "
            f"{', '.join(repr(name) for name in repeated[:_LISTED])}: expected each once. Join "
            "batches with obs_names_make_unique() or a prefix"
        )
        raise InputError(message)
    if "" in barcodes:
        message = f"cell {barcodes.index(''):,} (from 0) has no barcode: expected a name for each"
        raise InputError(message)


def _each(texts: Sequence[str | None], convert: Callable[[str], str | None]) -> list[str | None]:
    """Convert texts, each distinct one once."""
    converted = {text: convert(text) for text in set(texts) if text is not None}
    return [None if text is None else converted[text] for text in texts]


def _named(
    labels: Sequence[str | None], mapped: Mapping[str, str], names: TermNames
) -> dict[str, str]:
    """Return the terms of the labels that are names; an id or the map says it better."""
    unsaid = [text for text in dict.fromkeys(labels) if text and not as_term(text)]
    found = {text: names.find(text) for text in unsaid if text not in mapped}
    return {text: term for text, term in found.items() if term is not None}


def _term_column(obs: pd.DataFrame) -> str | None:
    """Return the first usual column of ids that holds some of the Cell Ontology."""
    by_name = columns_by_name(obs)
    there = [by_name[name] for name in _TERM_COLUMNS if name in by_name]
    return next((name for name in there if any(map(as_term, map(str, obs[name].unique())))), None)


def _used(
    named: Mapping[str, str], labels: Sequence[str | None], keys: Sequence[str | None]
) -> dict[str, str]:
    """Return the labels that got their term by name: of no cell did the file say another."""
    pairs = dict.fromkeys(zip(labels, keys, strict=True))
    return {label: key for label, key in pairs if label and key and named.get(label) == key}


def _type_key(dataset: str, label: str, mapped: Mapping[str, str]) -> str:
    return as_term(label) or mapped.get(label) or f"label:{dataset}/{label}"


def _describe_unlabelled(
    obs: pd.DataFrame, labels: Sequence[str | None], used: set[str | None]
) -> list[str]:
    """Return a note that proposes columns of cell types, if no cell has a label."""
    if any(label is not None for label in labels):
        return []
    candidates = []
    for name in obs.columns:
        if name in used or obs[name].dtype.kind in "fbc":
            continue
        n_values = obs[name].nunique()
        if 1 < n_values <= min(_MOST_TYPES, len(obs) / 2):
            candidates.append(f"{name} ({n_values:,} values)")
    if candidates:
        return [
            f"no cell types: obs has {', '.join(candidates)}: take one with --set cell_type_column="
        ]
    return ["no cell types: join a table of barcodes and types with --set cells=TABLE"]


def _type_names(
    keys: Sequence[str | None],
    terms: Sequence[str | None],
    labels: Sequence[str | None],
    term_names: Sequence[str | None],
) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    for key, term, label, name in dict.fromkeys(zip(keys, terms, labels, term_names, strict=True)):
        if key is not None and names.get(key) is None:
            # an author's label is not the name of the term that it was mapped to
            names[key] = label if key.startswith("label:") else name if term else None
    return names


def _places(
    obs: pd.DataFrame, options: Mapping[str, Any], coordinates: np.ndarray | None
) -> tuple[np.ndarray | None, np.ndarray | None]:
    said = (options["x_column"], options["y_column"])
    if (said[0] is None) != (said[1] is None):
        message = f"x_column={said[0]!r} and y_column={said[1]!r}: expected both or none"
        raise UsageError(message)
    if said[0] is None:
        return (None, None) if coordinates is None else (coordinates[:, 0], coordinates[:, 1])
    x, y = (_numbers(obs, str(name)) for name in said)
    return x, y


def _numbers(obs: pd.DataFrame, said: str) -> np.ndarray:
    column = find_column(obs, said, ())
    try:
        return obs[column].to_numpy(dtype=np.float64)
    except (ValueError, TypeError) as error:
        message = f"column {said!r} holds a place that is not a number: {error}"
        raise InputError(message) from error


def other_columns(obs: pd.DataFrame, used: set[str | None]) -> list[str | None]:
    """Return, for each cell, a JSON object of the columns that are not used otherwise."""
    parts = []
    for name in sorted(str(column) for column in obs.columns if column not in used):
        codes, values = pd.factorize(obs[name])
        head = json.dumps(name)
        texts = [f"{head}: {json.dumps(_plain(value))}" for value in values]
        parts.append([texts[code] if code >= 0 else "" for code in codes])
    if not parts:
        return [None] * len(obs)
    joined = (", ".join(filter(None, row)) for row in zip(*parts, strict=True))
    return [f"{{{text}}}" if text else None for text in joined]


def _plain(value: Any) -> str | int | float | bool | None:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)
