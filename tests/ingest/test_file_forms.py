"""Every form of file that docs/files.md says is read gives the same dataset, numbers and types."""

from collections.abc import Callable
from pathlib import Path

import anndata
import pytest
from tests.support.file_forms import BARCODES, COUNTS, FORMS, IDS, KEYS, SYMBOLS, TYPES, Made

from orthoweave import content
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout

JOBS = {
    name: load_jobs(content.folder("ingest") / f"{name}.py")[0]
    for name in ("cell_gene", "gene_descriptions")
}

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a knowledge base that names forty genes."""
    folder = tmp_path_factory.mktemp("forms")
    rows = [
        f"9606\t{s}\t{9000 + n}\t{i}\tgene"
        for n, (s, i) in enumerate(zip(SYMBOLS, IDS, strict=True))
    ]
    header = "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\tname\n"
    (folder / "genes.tsv").write_text(header + "\n".join(rows) + "\n")
    layout = Layout(folder / "kb")
    ingest(layout, JOBS["gene_descriptions"], [folder / "genes.tsv"], {"source": "g"}, Quiet())
    return layout


CASES = [
    pytest.param(make, id=f"{name} {number}")
    for name, makers in FORMS.items()
    for number, make in enumerate(makers)
]


@pytest.mark.parametrize("make", CASES)
def test_every_form_gives_the_dataset(
    kb: Layout, tmp_path: Path, make: Callable[[Path], Made]
) -> None:
    """Counts, barcodes, genes and types are those that were written."""
    path, options = make(tmp_path)
    given = {"species": "human", "source": "form", **options}
    done = ingest(kb, JOBS["cell_gene"], [path], given, Quiet(), replace_changed=True)
    (folder,) = done.tables.matrices.values()
    stored = anndata.read_zarr(kb.matrices / folder)
    assert (stored.X.toarray() == COUNTS).all()
    assert list(stored.obs_names) == BARCODES
    assert stored.var["gene_curie"].tolist() == KEYS
    assert stored.obs["cell_type"].tolist() == TYPES
