"""Tables of counts in text are read as pandas reads them, and their sides are told by names."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orthoweave.errors import InputError
from orthoweave.files import named_tables
from orthoweave.files.count_tables import is_count_table, open_count_table
from orthoweave.files.matrix_sources import MatrixSource

SYMBOLS = ["INS", "GCG", "SST", "MT-CO1"]
CELLS = ["AAAC-1", "AAAG-1", "b 3"]
COUNTS = np.array([[5, 0, 1, 2], [3, 0, 0, 2], [0, 9, 1, 0]], np.float32)


def known(names: Sequence[str]) -> float:
    """Return the share of names that are among ours."""
    return sum(name in SYMBOLS for name in names) / max(len(names), 1)


def values(source: MatrixSource) -> list[list[float]]:
    """Return all values, cells × genes."""
    return np.vstack([block.toarray() for _, block in source.blocks(2)]).tolist()


def frame() -> pd.DataFrame:
    """Return the counts, genes × cells."""
    return pd.DataFrame(COUNTS.T.astype(int), index=SYMBOLS, columns=CELLS)


@pytest.mark.parametrize("separator", [",", "\t", ";", " "])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("zipped", [False, True])
def test_both_sides_are_found(tmp_path: Path, separator: str, turned: bool, zipped: bool) -> None:
    """Genes × cells and cells × genes, of any separator, gzipped or not, give the same counts."""
    path = tmp_path / ("counts.csv.gz" if zipped else "counts.txt")
    (frame().T if turned else frame()).to_csv(path, sep=separator)
    with open_count_table(path, gene_share=known) as source:
        assert values(source) == COUNTS.tolist()
        assert (list(source.obs.index), list(source.var.index)) == (CELLS, SYMBOLS)
        assert source.notes[0].startswith("columns are genes" if turned else "rows are genes")


@pytest.mark.parametrize("rows", ["genes", "cells"])
def test_sides_that_are_not_clear_are_asked(tmp_path: Path, rows: str) -> None:
    """Where no names are known the message asks, and what it names is done."""
    frame().to_csv(tmp_path / "t.csv")
    with pytest.raises(InputError, match="--set rows=genes or --set rows=cells"):
        open_count_table(tmp_path / "t.csv")
    with open_count_table(tmp_path / "t.csv", rows) as source:
        assert source.shape == ((3, 4) if rows == "genes" else (4, 3))


def test_ensembl_ids_are_known_without_genes(tmp_path: Path) -> None:
    """A base without gene tables still tells stable ids from barcodes."""
    table = frame().set_axis([f"ENSMUSG{number:011d}" for number in range(4)])
    table.to_csv(tmp_path / "t.tsv", sep="\t")
    with open_count_table(tmp_path / "t.tsv") as source:
        assert values(source) == COUNTS.tolist()


def test_wells_that_are_names_of_genes_do_not_win(tmp_path: Path) -> None:
    """A few cells named like genes do not turn the table."""
    table = frame().set_axis(["INS", "b", "c"], axis=1)
    table.to_csv(tmp_path / "t.csv")

    def some(names: Sequence[str]) -> float:
        return known(names) * 0.9

    with open_count_table(tmp_path / "t.csv", gene_share=some) as source:
        assert list(source.var.index) == SYMBOLS


def test_tables_of_r_have_no_corner(tmp_path: Path) -> None:
    """write.table names no column of row names; quotes and decimal zeros are usual."""
    lines = ['"c0"\t"c1"', '"INS"\t5.0\t3', '"GCG"\t0\t1e1']
    (tmp_path / "t.tsv").write_text("\n".join(lines) + "\n")
    with open_count_table(tmp_path / "t.tsv", gene_share=known) as source:
        assert values(source) == [[5, 0], [3, 10]]
        assert list(source.obs.index) == ["c0", "c1"]


def test_featurecounts_columns_are_not_samples(tmp_path: Path) -> None:
    """What subread writes beside counts describes the genes, numbers included."""
    text = (
        "# Program:featureCounts v2.0.3; Command:featureCounts -a g.gtf\n"
        "Geneid\tChr\tStart\tEnd\tStrand\tLength\ts1.bam\ts2.bam\n"
        "INS\t11\t100\t200\t-\t300\t5\t3\nGCG\t2;2\t1;9\t5;12\t+;+\t700\t0\t1\n"
    )
    (tmp_path / "t.txt").write_text(text)
    with open_count_table(tmp_path / "t.txt", gene_share=known) as source:
        assert list(source.obs.index) == ["s1.bam", "s2.bam"]
        assert values(source) == [[5, 0], [3, 1]]
        assert list(source.var["Length"]) == ["300", "700"]


def test_text_and_clusters_describe_the_cells(tmp_path: Path) -> None:
    """Types, and numbers with a usual name, are columns of obs and not counts."""
    table = frame().T
    table.insert(0, "cell_type", ["B", "T", "B"])
    table["seurat_clusters"] = [0, 1, 0]
    table["nCount_RNA"] = [8, 5, 10]
    table.to_csv(tmp_path / "t.csv")
    with open_count_table(tmp_path / "t.csv", gene_share=known) as source:
        assert values(source) == COUNTS.tolist()
        assert list(source.obs["cell_type"]) == ["B", "T", "B"]
        assert list(source.obs["seurat_clusters"]) == ["0", "1", "0"]


def test_symbols_in_a_second_column(tmp_path: Path) -> None:
    """Names of genes may stand beside ids of the user's own."""
    table = frame().set_axis(["g1", "g2", "g3", "g4"])
    table.insert(0, "symbol", SYMBOLS)
    table.to_csv(tmp_path / "t.csv")
    with open_count_table(tmp_path / "t.csv", gene_share=known) as source:
        assert values(source) == COUNTS.tolist()
        assert list(source.var["symbol"]) == SYMBOLS


def test_names_of_a_side_may_repeat(tmp_path: Path) -> None:
    """Two columns of one symbol stay two columns; what they mean is decided later."""
    (tmp_path / "t.csv").write_text("cell,INS,INS,GCG\nc0,1,2,3\nc1,0,0,4\n")
    with open_count_table(tmp_path / "t.csv", gene_share=known) as source:
        assert list(source.var.index) == ["INS", "INS", "GCG"]
        assert values(source) == [[1, 2, 3], [0, 0, 4]]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "is empty"),
        ("gene,c0\n", "2 columns and the first line 'gene c0'"),
        ("INS\nGCG\n", "1 columns"),
        ("gene|c0|c1\nINS|1|2\n", "something else than tabs"),
        ("1,2,3\n4,5,6\n", "found numbers"),
        ("INS,1,0,1\nGCG,0,2,1\nSST,0,2,1\n", "found numbers"),
        ("ENSG00000254647,3\nENSG00000115263,2\nENSG00000157005,1\n", "found numbers"),
        ("gene,c0,c1\nINS,1,2\nGCG,NA,3\n", "'NA' in row 'GCG' and column 'c0'"),
        ("gene,c0,c1\nINS,1,2\nGCG,,3\n", "Where nothing was counted write 0"),
        ("gene,c0,c1\nINS,1,2\nGCG,3\n", "line 3: expected 3 columns"),
        ("INS,GCG,SST\n0,1,2\n0,3,4\n", "has numbers that repeat"),
        ("gene,name\nINS,insulin\nGCG,glucagon\n", "no column of numbers"),
        ("gene,c0\nINS,1\nGCG,\x00\n", "NUL bytes"),
    ],
)
def test_other_tables_are_refused(tmp_path: Path, text: str, wrong: str) -> None:
    """Each is refused with its place and what was expected."""
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(InputError, match=wrong):
        open_count_table(tmp_path / "t.csv", "genes")


def test_a_row_for_each_value_is_turned_by_the_advice(tmp_path: Path) -> None:
    """The lines that the message gives make a table that is read."""
    path = tmp_path / "long form.csv"
    path.write_text("cell,gene,count\nc0,INS,5\nc1,INS,3\nc1,GCG,1\nc0,INS,2\n")
    with pytest.raises(InputError, match="a row for each value") as caught:
        open_count_table(path)
    script = str(caught.value).partition("\n")[2].replace("'long form_wide", f"'{tmp_path}/wide")
    exec(script)
    with open_count_table(tmp_path / "wide.csv", gene_share=known) as source:
        assert list(source.var.index) == ["GCG", "INS"]
        assert values(source) == [[0, 7], [1, 3]]


def test_too_many_values_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that does not fit in memory is named before it is held."""
    frame().to_csv(tmp_path / "t.csv")
    monkeypatch.setattr(named_tables, "MAXIMUM_VALUES", 3)
    with pytest.raises(InputError, match="more than 3 values"):
        open_count_table(tmp_path / "t.csv", "genes")


def test_several_blocks_give_one_matrix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table longer than a block is read to its end."""
    monkeypatch.setattr("orthoweave.files.delimited.BLOCK_BYTES", 64)
    counts = np.random.default_rng(1).poisson(1.0, (300, 5))
    names = [f"ENSG{number:011d}" for number in range(300)]
    pd.DataFrame(counts, index=names, columns=list("abcde")).to_csv(tmp_path / "t.csv")
    with open_count_table(tmp_path / "t.csv") as source:
        assert values(source) == counts.T.tolist()
        assert list(source.var.index) == names


def test_utf16_of_a_spreadsheet_is_read(tmp_path: Path) -> None:
    """Excel's unicode text has another encoding."""
    (tmp_path / "t.txt").write_text(frame().to_csv(sep="\t"), encoding="utf-16")
    with open_count_table(tmp_path / "t.txt", gene_share=known) as source:
        assert values(source) == COUNTS.tolist()


def test_a_cut_gzip_is_refused(tmp_path: Path) -> None:
    """A table whose download stopped is not read in part."""
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(frame().to_csv().encode())[:-9])
    with pytest.raises(InputError, match="truncated or damaged"):
        open_count_table(path, "genes")


def test_names_of_tables() -> None:
    """The suffix tells, in any case and gzipped."""
    names = {"a.csv": True, "a.TSV.gz": True, "b.txt": True, "c.tab": True, "d.h5ad": False}
    assert {name: is_count_table(Path(name)) for name in names} == names
