"""Maps of labels to terms: read, checked, and compared with the labels of the cells."""

from pathlib import Path

import pytest

from orthoweave.errors import InputError
from orthoweave.jobs.parts.label_map import describe_unmapped, read_label_map


def write(path: Path, text: str) -> str:
    """Write a map."""
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [("beta\tCL:1\n", "not an id such as"), ("b\tCL:0000169\nb\tCL:0002079\n", "mapped to")],
)
def test_wrong_label_map_is_refused(tmp_path: Path, rows: str, wrong: str) -> None:
    """Ids have seven digits and a label has one of them."""
    with pytest.raises(InputError, match=wrong):
        read_label_map(write(tmp_path / "map.tsv", "label\tcl_id\n" + rows), "d")


def test_underscores_of_ids_are_colons(tmp_path: Path) -> None:
    """CL_0000236 in a map is CL:0000236."""
    path = write(tmp_path / "map.tsv", "label\tcl_id\nB\tCL_0000236\n")
    assert read_label_map(path, "d").terms == {"B": "CL:0000236"}


def test_a_map_of_another_dataset_gets_a_note(tmp_path: Path) -> None:
    """A map without rows for the dataset names those that it has rows for."""
    path = write(tmp_path / "map.tsv", "dataset\tlabel\tcl_id\npbmc\tB\tCL:0000236\n")
    assert read_label_map(path, "d").notes("d", ["B"]) == [
        "label_map: none of 1 rows is for dataset d (the file has: pbmc)"
    ]


def test_labels_that_no_cell_has_get_a_note(tmp_path: Path) -> None:
    """Misspelt labels of a map are listed."""
    path = write(tmp_path / "map.tsv", "label\tcl_id\nB cells\tCL:0000236\nNK\tCL:0000623\n")
    assert read_label_map(path, "d").notes("d", ["B", "NK"]) == [
        "label_map: no cell has the labels 'B cells'"
    ]


def test_labels_without_a_term_are_counted() -> None:
    """The line counts labels and cells; cells without a label do not count."""
    labels, keys = ["B", "B", "NK", None], ["label:d/B", "label:d/B", "CL:0000623", None]
    assert describe_unmapped(labels, keys) == ["1 of 2 labels (2 cells) have no term: 'B'"]
    assert describe_unmapped(["NK"], ["CL:0000623"]) == []
