"""Counts of alevin-fry: which parts of its USA mode are summed is chosen and noted."""

import json
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import scipy.sparse as sp

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.files.expression_files import Choices, open_expression

GENES = ["ENSG1", "ENSG2", "ENSG3"]
SPLICED = np.array([[5, 0, 1], [3, 0, 2]])
UNSPLICED = np.array([[1, 7, 0], [0, 0, 4]])
AMBIGUOUS = np.array([[0, 2, 0], [1, 0, 0]])


def fry(folder: Path, matrix: np.ndarray, names: list[str], about: dict[str, object]) -> Path:
    """Write a folder as `alevin-fry quant` does; cells have two more columns, as spots have."""
    (folder / "alevin").mkdir(parents=True)
    scipy.io.mmwrite(folder / "alevin" / "quants_mat.mtx", sp.coo_matrix(matrix))
    (folder / "alevin" / "quants_mat_cols.txt").write_text("\n".join(names) + "\n")
    (folder / "alevin" / "quants_mat_rows.txt").write_text("AAAC\t1\t2\nAAAG\t3\t4\n")
    if about:
        (folder / "quant.json").write_text(json.dumps(about))
    return folder


def usa(folder: Path, *, suffixed: bool = True, said: bool = True) -> Path:
    """Write a folder of USA mode, with all three names of a gene or with one of them."""
    suffixes = ("", "-U", "-A") if suffixed else ("",)
    names = [gene + suffix for suffix in suffixes for gene in GENES]
    about: dict[str, object] = {"usa_mode": True, "num_genes": 9} if said else {}
    return fry(folder, np.hstack([SPLICED, UNSPLICED, AMBIGUOUS]), names, about)


def counts(path: Path, layer: str | None = None) -> tuple[np.ndarray, list[str], str]:
    """Return counts, names of genes and the note of a folder."""
    with open_expression(path, Choices(layer=layer)) as source:
        assert list(source.obs.index) == ["AAAC", "AAAG"]
        made = np.vstack([block.toarray() for _, block in source.blocks()])
        return made, list(source.var.index), " ".join(source.notes)


@pytest.mark.parametrize(("suffixed", "said"), [(True, True), (True, False), (False, True)])
def test_spliced_and_ambiguous_counts_are_summed(
    tmp_path: Path, suffixed: bool, said: bool
) -> None:
    """The mode is told by quant.json or by the names, and the note says what was summed."""
    made, genes, note = counts(usa(tmp_path / "out", suffixed=suffixed, said=said))
    assert made.tolist() == (SPLICED + AMBIGUOUS).tolist()
    assert genes == GENES
    assert "took the spliced and ambiguous counts, not the unspliced" in note
    assert "--set layer=U+S+A" in note


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("U+S+A", UNSPLICED + SPLICED + AMBIGUOUS),
        ("S+A", SPLICED + AMBIGUOUS),
        ("S", SPLICED),
        ("U", UNSPLICED),
        ("A", AMBIGUOUS),
    ],
)
def test_other_parts_are_chosen(tmp_path: Path, layer: str, expected: np.ndarray) -> None:
    """What the note names, and each part, is taken by layer=."""
    made, _, note = counts(usa(tmp_path / "out"), layer)
    assert made.tolist() == expected.tolist()
    assert "--set" not in note


def test_one_column_for_each_gene_is_taken_as_it_is(tmp_path: Path) -> None:
    """Without USA mode there is nothing to sum and no choice; all ways to give it are the same."""
    out = fry(tmp_path / "out", SPLICED, GENES, {"usa_mode": False, "num_genes": 3})
    for path in (out, out / "alevin", out / "alevin" / "quants_mat.mtx"):
        made, genes, _ = counts(path)
        assert (made.tolist(), genes) == (SPLICED.tolist(), GENES)
    with pytest.raises(UsageError, match="no such choice; leave the option out"):
        counts(out, "S+A")


def test_contradictions_are_refused(tmp_path: Path) -> None:
    """An unknown part, and names that do not fit quant.json, are errors."""
    with pytest.raises(UnknownNameError, match=r"one of S\+A, U\+S\+A, S, U, A"):
        counts(usa(tmp_path / "out"), "spliced")
    cut = fry(tmp_path / "cut", SPLICED, GENES, {"usa_mode": True, "num_genes": 12})
    with pytest.raises(InputError, match=r"3 names of columns, but quant\.json says 12"):
        counts(cut)
