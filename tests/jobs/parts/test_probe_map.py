"""Probes become genes by a table; what has none or several is left out and counted."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.files.matrix_sources import MatrixSource, memory_blocks
from orthoweave.jobs.parts.probe_map import map_probes, probe_share

VALUES = np.arange(8, dtype=np.float32).reshape(2, 4)


def source(probes: list[str]) -> MatrixSource:
    """Return two samples with these columns."""
    read = partial(memory_blocks, Path("a.csv"), sp.csr_matrix(VALUES))
    var = pd.DataFrame(index=probes)
    return MatrixSource("table", "table", pd.DataFrame(index=["s", "t"]), var, read)


def written(folder: Path, *lines: str) -> str:
    """Write a map."""
    (folder / "map.tsv").write_text("\n".join(lines) + "\n")
    return str(folder / "map.tsv")


def test_columns_are_named_after_genes(tmp_path: Path) -> None:
    """Also those that R put an X before; probes without a gene, or with several, are left out."""
    path = written(
        tmp_path, "ID\tTitle\tGene Symbol", "1_at\tx\tINS", "2_at\ty\tGCG /// SST", "3_at\tz\t---"
    )
    found = map_probes(source(["X1_at", "2_at", "3_at", "9_at"]), path)
    assert list(found.var.index) == ["INS"]
    assert found.var["probe"].tolist() == ["X1_at"]
    assert np.vstack([block.toarray() for _, block in found.blocks(1)]).tolist() == [[0], [4]]
    assert found.notes[0].endswith(
        "1 of 4 probes have one gene (1 genes); left out: 2 without a gene, 1 with several"
    )
    assert probe_share(path, ["X1_at", "3_at", "INS", "s"]) == 0.5


def test_rows_that_contradict_are_several_genes(tmp_path: Path) -> None:
    """A probe that two rows give to two genes is left out; two that agree are one."""
    path = written(tmp_path, "probe,gene", "a,INS", "a,GCG", "b,SST", "b,SST")
    assert list(map_probes(source(["a", "b", "c", "d"]), path).var.index) == ["SST"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("probe\tfirst\tsecond", "a\tINS\tx"), "expected a column of probes and one of genes"),
        (("probe\tgene", "A\tINS"), "knows none of 4 columns: it has probes such as 'A'"),
    ],
)
def test_maps_of_others_are_refused(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    """Without a column of genes, or without any of the probes."""
    with pytest.raises(InputError, match=message):
        map_probes(source(["a", "b", "c", "d"]), written(tmp_path, *lines))
