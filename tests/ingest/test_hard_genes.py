"""Files whose genes are easily mistaken: each is read right or refused with a way on."""

from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.sparse as sp

from orthoweave import content
from orthoweave.errors import InputError
from orthoweave.jobs import JobContext, SourceInfo, job
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.tableset import TableSet

JOB = load_jobs(content.folder("ingest") / "cell_gene.py")[0]
N = 30
SYMBOLS = [f"GEN{number}" for number in range(N)]
ENSEMBL = [f"ENSG{10_000 + number:011d}" for number in range(N)]
# the ids of rows 5 to 14 are those of other genes than the numbers of these rows
NCBI = [str(5 + number % 10 if number < 10 else 1_000 + number) for number in range(N)]
KEYS = [f"NCBIGene:{text}" for text in NCBI]


def _made(_inputs: object, _options: object) -> SourceInfo:
    return SourceInfo("made_genes")


@job(
    name="made_genes",
    help="genes",
    inputs="none",
    writes=("Gene",),
    identify=_made,
    needs_input=False,
)
def made_genes(context: JobContext) -> None:
    """Write thirty human genes and mouse genes of the same symbols in another case."""
    rows = {
        "id": [*KEYS, *(f"NCBIGene:{9_000 + number}" for number in range(N))],
        "symbol": [*SYMBOLS, *(text.capitalize() for text in SYMBOLS)],
        "species": ["NCBITaxon:9606"] * N + ["NCBITaxon:10090"] * N,
        "xrefs": [[f"ENSEMBL:{text}"] for text in ENSEMBL] + [[]] * N,
    }
    context.out.write("Gene", pa.table(rows))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a knowledge base that names the genes."""
    layout = Layout(tmp_path / "kb")
    ingest(layout, made_genes, [], {}, Quiet())
    return layout


def write(path: Path, index: list[str], **columns: list[str]) -> Path:
    """Write four cells of some columns."""
    counts = np.arange(4 * len(index), dtype=np.float32).reshape(4, -1) % 5
    obs = pd.DataFrame({"cell_type": list("ABAB")}, index=list("abcd"))
    anndata.AnnData(sp.csr_matrix(counts), obs, pd.DataFrame(columns, index=index)).write_h5ad(path)
    return path


class Notes(Quiet):
    """Progress that keeps its notes."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)


def run(layout: Layout, path: Path, notes: Quiet | None = None, **options: str) -> TableSet:
    """Ingest a file as human."""
    given = {"species": "human", **options}
    return ingest(layout, JOB, [path], given, notes or Quiet()).tables


def genes(layout: Layout, tables: TableSet) -> Any:
    """Return the `var` of the matrix."""
    return anndata.read_zarr(layout.matrices / next(iter(tables.matrices.values()))).var


@pytest.mark.parametrize(
    ("index", "columns"),
    [
        ([str(number) for number in range(N)], {"feature_name": SYMBOLS}),
        ([str(number) for number in range(1, N + 1)], {"features": SYMBOLS}),
        ([str(number) for number in range(N)], {"what_is_it": SYMBOLS}),
        ([str(2 * number) for number in range(N)], {"feature_name": SYMBOLS}),
        ([f"row{number}" for number in range(N)], {"my_ids": ENSEMBL}),
        (NCBI, {}),
        (NCBI, {"feature_name": SYMBOLS}),
        ([f"GRCh38_{text}" for text in SYMBOLS], {}),
        ([f"{key}.3" for key in ENSEMBL], {}),
        ([f"DEPRECATED_{key}|{text}|a1" for key, text in zip(ENSEMBL, SYMBOLS, strict=True)], {}),
        ([f'"{text}"' for text in SYMBOLS], {}),
        ([f"LOC{text}" for text in NCBI], {}),
    ],
)
def test_every_column_is_its_gene(
    layout: Layout, tmp_path: Path, index: list[str], columns: dict[str, list[str]]
) -> None:
    """Row numbers, prefixes and decorations do not keep a column from its gene."""
    tables = run(layout, write(tmp_path / "made.h5ad", index, **columns))
    assert genes(layout, tables)["gene_curie"].tolist() == KEYS


def test_a_stable_id_is_not_overridden(layout: Layout, tmp_path: Path) -> None:
    """An id that the catalogue lacks stays the key beside a symbol that is another gene's."""
    ids = ["ENSG00990000001", *ENSEMBL[1:]]
    index = [str(number) for number in range(N)]
    tables = run(layout, write(tmp_path / "made.h5ad", index, gene_ids=ids, feature_name=SYMBOLS))
    var = genes(layout, tables)
    assert var["gene_curie"].tolist() == ["ENSEMBL:ENSG00990000001", *KEYS[1:]]
    assert var["mapping_status"].tolist() == ["unlisted"] + ["xref"] * (N - 1)


def test_too_few_genes_are_refused(layout: Layout, tmp_path: Path) -> None:
    """A matrix of which few columns are genes is refused with numbers, names and a way on."""
    index = [f"odd{number}" for number in range(N)]
    names = [*SYMBOLS[:3], *(f"x{number}" for number in range(N - 3))]
    path = write(tmp_path / "made.h5ad", index, feature_name=names)
    with pytest.raises(InputError, match=r"3 of 30 columns.*'odd3'.*--set min_matched=0"):
        run(layout, path)
    assert run(layout, path, min_matched="0").counts["Gene"] == 3


def test_names_of_another_species_are_refused(layout: Layout, tmp_path: Path) -> None:
    """Names that fit in another case only, and another species exactly, are refused."""
    path = write(tmp_path / "made.h5ad", [text.capitalize() for text in SYMBOLS])
    with pytest.raises(InputError, match=r"30 of 30 names .*exact symbols of mouse.*species=mouse"):
        run(layout, path)
    tables = run(layout, path, species="mouse")
    assert genes(layout, tables)["gene_curie"].tolist() == [
        f"NCBIGene:{9000 + n}" for n in range(N)
    ]


def test_two_genomes_are_refused(layout: Layout, tmp_path: Path) -> None:
    """Columns of two genomes are refused, naming both."""
    index = [f"GRCh38_{text}" for text in SYMBOLS] + [f"mm10___{text}" for text in SYMBOLS]
    with pytest.raises(InputError, match=r"30 with GRCh38_ \(human\), 30 with mm10___ \(mouse\)"):
        run(layout, write(tmp_path / "made.h5ad", index))


def test_prefixes_and_row_numbers_get_notes(layout: Layout, tmp_path: Path) -> None:
    """Removed prefixes and unused columns are in the notes."""
    notes = Notes()
    index = [str(number) for number in range(N)]
    prefixed = [f"GRCh38_{text}" for text in SYMBOLS]
    run(layout, write(tmp_path / "made.h5ad", index, feature_name=prefixed), notes)
    assert "made: took the prefix GRCh38_ off 30 names in feature_name" in notes.lines
    assert "made: index holds row numbers: not used as gene ids" in notes.lines
