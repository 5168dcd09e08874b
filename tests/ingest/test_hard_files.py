"""The shared files that are easily read wrong; each has its right answer beside it."""

import shutil
from pathlib import Path

import anndata
import pandas as pd
import pytest

from orthoweave import content
from orthoweave.errors import InputError
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout

CELL_GENE = load_jobs(content.folder("ingest") / "cell_gene.py")[0]
READ = (
    *("plain.h5ad", "rownumber_index_with_names.h5ad", "rownumber_index_odd_column.h5ad"),
    *("r_converter_bare_raw_var.h5ad", "r_converter_factor_codes.h5ad", "anndata_before_07.h5ad"),
    *("genome_prefix.h5ad", "slash_in_column.h5ad", "rounding_noise.h5ad", "tabs", "kb_python"),
    *("counts.csv", "counts_in_other_layer.h5ad", "labels_in_other_column.h5ad", "geo_prefix"),
    *("repeated_symbols_with_ids.h5ad", "ids_in_other_column.h5ad", "half_the_cells_empty.h5ad"),
)
REFUSED = {
    "human_symbols_said_mouse.h5ad": "exact symbols of human",
    "barnyard_mtx": r"120 with GRCh38_ \(human\), 120 with mm10___ \(mouse\)",
    "corrected_decimals.h5ad": "--set round=true",
    "first_line_blank": "empty line 1 among 121 lines",
}


@pytest.fixture(scope="module")
def kb(real_genes_kb: Path, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a knowledge base that names the genes of human and mouse."""
    copy = shutil.copytree(real_genes_kb, tmp_path_factory.mktemp("hard") / "kb")
    return Layout(Path(copy))


def read(kb: Layout, path: Path, **options: str) -> anndata.AnnData:
    """Ingest a file and return its matrix."""
    given = {"species": "human", "dataset": "hard", **options}
    tables = ingest(kb, CELL_GENE, [path], given, Quiet(), replace_changed=True).tables
    return anndata.read_zarr(kb.matrices / tables.matrices["hard"])


@pytest.mark.parametrize("name", READ)
def test_every_column_is_its_gene(kb: Layout, real_data: Path, name: str) -> None:
    """All 120 columns are the genes of the truth table, none by a row number."""
    folder = real_data / "hard_cases" / "cells"
    truth = pd.read_csv(folder / "truth_genes_human.tsv", sep="\t", dtype=str)
    made = read(kb, folder / name)
    assert made.var["ncbi_gene_id"].tolist() == truth["ncbi_gene_id"].tolist()
    assert "id" not in set(made.var["mapping_status"])
    if name.endswith("h5ad"):
        assert made.obs["cell_type"].tolist() == ["B", "NK", "T"] * 10


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_say_why(kb: Layout, real_data: Path, name: str) -> None:
    """A file that cannot be read correctly is refused with the reason and a remedy."""
    species = "mouse" if "mouse" in name else "human"
    with pytest.raises(InputError, match=REFUSED[name]):
        read(kb, real_data / "hard_cases" / "cells" / name, species=species)


def test_unlisted_ids_stay(kb: Layout, real_data: Path) -> None:
    """Ids that the catalogue lacks are the keys of columns 20 to 24, not their row numbers."""
    var = read(kb, real_data / "hard_cases" / "cells" / "census_like_unlisted_ids.h5ad").var
    assert var["gene_curie"].iloc[20:25].str.startswith("ENSEMBL:ENSG0099").all()
    assert (var["mapping_status"] != "duplicate").all()


def test_antibodies_are_left_out(kb: Layout, real_data: Path) -> None:
    """The four antibodies are not columns, and CD19 is not measured by one."""
    var = read(kb, real_data / "hard_cases" / "cells" / "citeseq_antibodies_in_X.h5ad").var
    assert len(var) == 119
    assert "CD19" not in set(var["symbol"])


def test_rounded_counts_add_up(kb: Layout, real_data: Path) -> None:
    """The remedy for corrected counts gives the sums of the rounded values."""
    path = real_data / "hard_cases" / "cells" / "corrected_decimals.h5ad"
    values = anndata.read_h5ad(path).X.toarray().round().sum(axis=1)
    assert (read(kb, path, round="true").X.toarray().sum(axis=1) == values).all()
