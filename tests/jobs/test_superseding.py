"""A second sample never hides the first: it is refused, and the remedy keeps both."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from orthoweave import content
from orthoweave.errors import SourceChangedError
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger

CELL_GENE = load_jobs(content.folder("ingest") / "cell_gene.py")[0]
GENES = load_jobs(content.folder("ingest") / "gene_descriptions.py")[0]
HEADER = "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\tname\n"


class Notes(Quiet):
    """Keeps the notes of a job."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        """Keep a line."""
        self.said.append(text)


def gene_table(path: Path, taxon: int, first: int, n: int = 30) -> Path:
    """Write a table of genes."""
    rows = [f"{taxon}\tAAG{i}\t{first + i}\t\tgene {i}\n" for i in range(n)]
    path.write_text(HEADER + "".join(rows))
    return path


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a knowledge base that names thirty genes."""
    layout = Layout(tmp_path / "kb")
    table = gene_table(tmp_path / "genes.tsv", 9606, 9000)
    ingest(layout, GENES, [table], {"source": "genes"}, Quiet())
    return layout


def sample(folder: Path, barcodes: list[str], seed: int = 0) -> Path:
    """Write a sample under the name that every sample of a pipeline has."""
    folder.mkdir(exist_ok=True)
    counts = np.random.default_rng(seed).poisson(2.0, (len(barcodes), 30)).astype(np.float32)
    var = pd.DataFrame(index=[f"AAG{i}" for i in range(30)])
    made = anndata.AnnData(counts, pd.DataFrame(index=barcodes), var)
    made.write_h5ad(folder / "filtered.h5ad")
    return folder / "filtered.h5ad"


def run(
    layout: Layout, path: Path, progress: Quiet | None = None, *, replace: bool = False, **more: str
) -> Ingested:
    """Ingest a sample."""
    given = {"species": "human", **more}
    return ingest(layout, CELL_GENE, [path], given, progress or Quiet(), replace_changed=replace)


def barcodes(start: int, n: int = 60) -> list[str]:
    """Return names of cells."""
    return [f"AAAC{number:05d}-1" for number in range(start, start + n)]


def active(layout: Layout) -> list[tuple[str, str]]:
    """Return the active sources of cells."""
    entries = Ledger(layout.ledger).active()
    return [(entry.name, entry.version) for entry in entries if entry.name != "genes"]


@pytest.mark.parametrize("shared", [0, 2])
def test_a_second_sample_is_not_a_newer_version(
    layout: Layout, tmp_path: Path, shared: int
) -> None:
    """Other cells under version=2, a few barcodes shared by chance, are refused; both come in.

    The message of the first try does not name a version as the only way, and a dataset's own name
    keeps both.
    """
    run(layout, sample(tmp_path / "a", barcodes(0)))
    second = sample(tmp_path / "b", barcodes(60 - shared), seed=1)
    with pytest.raises(SourceChangedError, match=r"such as another sample.*--set dataset=…"):
        run(layout, second)
    tables = {path.name for path in layout.tables.iterdir()}
    with pytest.raises(SourceChangedError, match=f"60 Cell, of which {shared} are among"):
        run(layout, second, version="2")
    assert {path.name for path in layout.tables.iterdir()} == tables
    assert active(layout) == [("filtered", "unversioned")]
    run(layout, second, dataset="b")
    assert active(layout) == [("b", "unversioned"), ("filtered", "unversioned")]


def test_a_newer_version_says_what_it_replaces(layout: Layout, tmp_path: Path) -> None:
    """The same cells with other counts, and some gone, are a newer version, with a note."""
    run(layout, sample(tmp_path / "a", barcodes(0)))
    notes = Notes()
    run(layout, sample(tmp_path / "b", barcodes(0, 50), seed=1), notes, version="2")
    assert active(layout) == [("filtered", "2")]
    assert any("'unversioned': 50 of its 60 Cell are here" in line for line in notes.said)


def test_replace_is_the_users_word(layout: Layout, tmp_path: Path) -> None:
    """With --replace other cells take the place of the first, and a note has the number."""
    run(layout, sample(tmp_path / "a", barcodes(0)))
    notes = Notes()
    run(layout, sample(tmp_path / "b", barcodes(60)), notes, replace=True, version="2")
    assert active(layout) == [("filtered", "2")]
    assert any("of whose 60 Cell 0 are here" in line for line in notes.said)


def test_the_same_cells_say_nothing(layout: Layout, tmp_path: Path) -> None:
    """A corrected file of the same cells needs no note."""
    run(layout, sample(tmp_path / "a", barcodes(0)))
    notes = Notes()
    run(layout, sample(tmp_path / "b", barcodes(0), seed=1), notes, replace=True)
    assert not any("place of" in line for line in notes.said)


def test_a_dataset_has_one_source(layout: Layout, tmp_path: Path) -> None:
    """Another source name alone does not tell two samples apart: their cells' keys are alike."""
    run(layout, sample(tmp_path / "a", barcodes(0)))
    second = sample(tmp_path / "b", barcodes(0), seed=1)
    with pytest.raises(SourceChangedError, match=r"is in source 'filtered' already.*dataset=NAME"):
        run(layout, second, source="other")
    run(layout, second, source="other", dataset="other")
    assert active(layout) == [("filtered", "unversioned"), ("other", "unversioned")]


def test_genes_of_another_species_are_another_source(layout: Layout, tmp_path: Path) -> None:
    """Not only cells: mouse genes do not take the place of the human ones as version 2."""
    mouse = gene_table(tmp_path / "genes.tsv", 10090, 500_000)
    with pytest.raises(SourceChangedError, match=r"30 Gene, of which 0.*--set source=NAME"):
        ingest(layout, GENES, [mouse], {"source": "genes", "version": "2"}, Quiet())
    ingest(layout, GENES, [mouse], {"source": "genes_mouse"}, Quiet())
    names = [entry.name for entry in Ledger(layout.ledger).active()]
    assert names == ["genes", "genes_mouse"]
