"""Columns of the cells: species, types, donors and the rest."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.jobs.parts.cell_columns import find_dataset_species, read_cell_columns

OPTIONS: dict[str, object] = {
    "cell_type_column": None,
    "donor_column": None,
    "patient_column": None,
    "sample_column": None,
    "label_map": None,
    "x_column": None,
    "y_column": None,
}


def cells(**columns: object) -> pd.DataFrame:
    """Return three cells with these columns."""
    return pd.DataFrame(columns, index=["a", "b", "c"])


def test_species_is_what_the_file_says() -> None:
    """uns, obs and the user may say it, by name or id, if they agree."""
    obs = cells(organism=["Mus musculus"] * 3)
    about = {"organism_ontology_term_id": "NCBITaxon:10090"}
    assert find_dataset_species(None, about, obs).common == "mouse"
    assert find_dataset_species("mouse", {}, cells()).taxon == 10090


def test_species_that_nobody_says_is_a_usage_error() -> None:
    """Without any statement the user is asked."""
    with pytest.raises(UsageError, match="species=human"):
        find_dataset_species(None, {}, cells())


def test_contradicting_species_are_refused() -> None:
    """The user and the file must not differ."""
    with pytest.raises(InputError, match=r"species= says mouse.*obs\['organism'\] says human"):
        find_dataset_species("mouse", {}, cells(organism=["Homo sapiens"] * 3))


def test_mixed_species_are_refused() -> None:
    """Several species in one file are refused politely."""
    with pytest.raises(InputError, match="Split the file"):
        find_dataset_species(None, {}, cells(organism=["Homo sapiens", "Mus musculus", ""]))


def test_unknown_species_is_refused() -> None:
    """A species that is not known is named."""
    with pytest.raises(UnknownNameError, match="axolotl"):
        find_dataset_species("axolotl", {}, cells())


def test_types_are_terms_or_labels() -> None:
    """An ontology id wins; a label without one is a type of its own; unknown is none."""
    obs = cells(
        cell_type=pd.Categorical(["beta", "odd", "unknown"]),
        cell_type_ontology_term_id=["CL:0000169", "unknown", None],
        cell_type_cl=["type B pancreatic cell", "", ""],
    )
    found = read_cell_columns("d", obs, OPTIONS, None)
    assert found.type_key == ["CL:0000169", "label:d/odd", None]
    assert found.label == ["beta", "odd", None]
    assert found.type_names == {"CL:0000169": "type B pancreatic cell", "label:d/odd": "odd"}


def test_label_map_gives_terms(tmp_path: Path) -> None:
    """Labels are mapped by a table; rows of other datasets do not count."""
    path = tmp_path / "map.tsv"
    path.write_text("dataset\tlabel\tcl_id\nd\tbeta\tCL:0000169\ne\tduct\tCL:0002079\n")
    options = {**OPTIONS, "label_map": str(path)}
    found = read_cell_columns("d", cells(cell_type=["beta", "duct", "beta"]), options, None)
    assert found.type_key == ["CL:0000169", "label:d/duct", "CL:0000169"]
    # an author's label is not the term's name
    assert found.type_names["CL:0000169"] is None


@pytest.mark.parametrize(
    "name", ["cell_ontology_class", "cell.type", "Cell Type", "free_annotation"]
)
def test_usual_columns_hold_types(name: str) -> None:
    """A column of types is known in any case and with any punctuation."""
    obs = cells(**{name: ["B", "NK", "B"]})
    assert read_cell_columns("d", obs, OPTIONS, None).label == ["B", "NK", "B"]


def test_candidates_for_types_are_listed() -> None:
    """Without types, the columns that may hold them are listed, and the remedy takes one."""
    obs = pd.DataFrame(
        {"groups": list("xxyy"), "score": [0.1, 0.2, 0.3, 0.4], "one": ["z"] * 4},
        index=list("abcd"),
    )
    found = read_cell_columns("d", obs, OPTIONS, None)
    assert found.notes == [
        "no cell types: obs has groups (2 values): take one with --set cell_type_column="
    ]
    found = read_cell_columns("d", obs, {**OPTIONS, "cell_type_column": "groups"}, None)
    assert found.label == list("xxyy")


def test_terms_with_an_underscore_are_terms() -> None:
    """CL_0000236 is CL:0000236, as a label and in the column of terms."""
    obs = cells(
        cell_type=["CL_0000236", "B", "B"], cell_type_ontology_term_id=["", "CL_0000623", ""]
    )
    found = read_cell_columns("d", obs, OPTIONS, None)
    assert found.type_key == ["CL:0000236", "CL:0000623", "label:d/B"]
    assert found.notes == ["1 of 2 labels (2 cells) have no term: 'B'"]


def test_repeated_barcodes_are_refused() -> None:
    """Two cells of one name would be one node."""
    obs = pd.DataFrame(index=["a", "b", "a"])
    with pytest.raises(InputError, match="'a'"):
        read_cell_columns("d", obs, OPTIONS, None)


def test_other_columns_become_metadata() -> None:
    """All columns without a use of their own are kept as JSON, missing values left out."""
    obs = cells(
        donor=["d1", "d2", None],
        lib=pd.Categorical(["x", None, "y"]),
        n=np.array([1, 2, 3]),
        r=[0.5, np.nan, 2.0],
    )
    found = read_cell_columns("d", obs, OPTIONS, None)
    assert found.origins.donor == ["d:d1", "d:d2", None]
    parsed = [json.loads(text or "{}") for text in found.metadata]
    assert parsed == [{"lib": "x", "n": 1, "r": 0.5}, {"n": 2}, {"lib": "y", "n": 3, "r": 2.0}]


def test_places_are_columns_or_coordinates() -> None:
    """Named columns win over the file's own places; half a place is a usage error."""
    obs = cells(px=[1, 2, 3], py=[4, 5, 6], text=["a", "b", "c"])
    own = np.arange(6.0).reshape(3, 2)
    found = read_cell_columns("d", obs, OPTIONS, own)
    assert found.x is not None
    assert found.x.tolist() == [0, 2, 4]
    named = {**OPTIONS, "x_column": "px", "y_column": "py"}
    found = read_cell_columns("d", obs, named, own)
    assert found.y is not None
    assert found.y.tolist() == [4, 5, 6]
    with pytest.raises(UsageError, match="both or none"):
        read_cell_columns("d", obs, {**OPTIONS, "x_column": "px"}, None)
    with pytest.raises(InputError, match="not a number"):
        read_cell_columns("d", obs, {**OPTIONS, "x_column": "px", "y_column": "text"}, None)


def test_unknown_column_lists_all_columns() -> None:
    """A column that is not there is an error that names the others."""
    with pytest.raises(UnknownNameError, match="donor"):
        read_cell_columns("d", cells(donor=1), {**OPTIONS, "cell_type_column": "type"}, None)


def test_donor_patient_and_sample_are_apart() -> None:
    """Each has its column and its key; condition and batch are none of them."""
    obs = cells(
        donor_id=["1", "2", "nan"],
        Patient=["p", "p", "q"],
        **{"Sample ID": [1.0, 2.0, np.nan]},
        batch=["x", "y", "z"],
        condition=["ill", "well", "well"],
    )
    found = read_cell_columns("d", obs, OPTIONS, None)
    assert found.origins.donor == ["d:1", "d:2", None]
    assert found.origins.patient == ["d:p", "d:p", "d:q"]
    assert found.origins.sample == ["d:1", "d:2", None]
    assert json.loads(found.metadata[0] or "") == {"batch": "x", "condition": "ill"}
    chosen = {**OPTIONS, "donor_column": "batch", "patient_column": "condition"}
    found = read_cell_columns("d", obs, {**chosen, "sample_column": "Patient"}, None)
    assert found.origins.donor == ["d:x", "d:y", "d:z"]
    assert found.origins.patient[0] == "d:ill"
    assert found.origins.sample == ["d:p", "d:p", "d:q"]


def test_donor_1_of_two_datasets_is_two_donors() -> None:
    """The key has the dataset in it."""
    first, second = (
        read_cell_columns(name, cells(donor=[1, 1, 2]), OPTIONS, None) for name in ("d", "e")
    )
    assert set(first.origins.donor).isdisjoint(second.origins.donor)


def test_patients_are_donors_where_there_are_none() -> None:
    """A file with patients only has them as donors too, and says so."""
    found = read_cell_columns("d", cells(patient=["p", "q", "q"]), OPTIONS, None)
    assert found.origins.donor == found.origins.patient == ["d:p", "d:q", "d:q"]
    assert "obs['patient'] holds patients, who are taken as the donors" in found.notes


@pytest.mark.parametrize("name", ["donor_column", "patient_column", "sample_column"])
def test_unknown_columns_of_origin_list_the_others(name: str) -> None:
    """A misspelt column is refused with those that are there."""
    with pytest.raises(UnknownNameError, match=r"'who'.*expected one of batch"):
        read_cell_columns("d", cells(batch=[1, 1, 2]), {**OPTIONS, name: "who"}, None)
