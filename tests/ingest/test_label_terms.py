"""Authors' labels that equal a name of the Cell Ontology get its term."""

from collections.abc import Sequence
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from orthoweave.builds.build import build
from orthoweave.jobs.depends import changed_dependencies
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.opening import open_knowledge_base
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger
from orthoweave.testing.toy import toy_cells, write_toy_sources

ONTOLOGY = """format-version: 1.2

[Term]
id: CL:0000236
name: B cell
synonym: "B-lymphocyte" EXACT []
synonym: "bursa cell" RELATED []

[Term]
id: CL:0000084
name: T cell
synonym: "T lymphocyte" EXACT []
synonym: "shared name" EXACT []

[Term]
id: CL:0000623
name: natural killer cell
synonym: "NK cells" EXACT []
synonym: "shared name" EXACT []
synonym: "T cell" EXACT []

[Term]
id: CL:0000001
name: old cell
is_obsolete: true
"""


class Said(Quiet):
    """Keeps what a job says."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        """Keep a sentence."""
        self.notes.append(text)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Return a knowledge base with human genes."""
    layout = Layout(tmp_path / "kb")
    paths = write_toy_sources(tmp_path / "raw")
    run(layout, "gene_descriptions", paths["genes_human"], Said())
    return layout


def run(layout: Layout, job: str, path: Path, said: Said, **options: str) -> Ingested:
    """Ingest a file."""
    found = find_job(Settings(kb=layout.root), job)
    return ingest(layout, found, [path], options, said, replace_changed=True)


def ontology(layout: Layout, folder: Path, text: str = ONTOLOGY) -> None:
    """Ingest the small ontology."""
    path = folder / "cl.obo"
    path.write_text(text, encoding="utf-8")
    run(layout, "cell_ontology", path, Said())


def dataset(folder: Path, labels: Sequence[str | None], **columns: Sequence[object]) -> Path:
    """Write a dataset of cells with these labels in turn."""
    cells = toy_cells("human")
    obs = {"cell_type": labels, **columns}
    rows = {name: [values[n % len(values)] for n in range(40)] for name, values in obs.items()}
    cells.obs = pd.DataFrame(rows, index=cells.obs_names)
    path = folder / "made.h5ad"
    cells.write_h5ad(path)
    return path


def types_of(made: Ingested) -> dict[str, str]:
    """Return the type of each label of a dataset."""
    rows = pq.read_table(made.tables.folder / "OBSERVED_IN.parquet").to_pylist()
    return {label: row["from"] for row in rows for label in row["author_labels"]}


@pytest.mark.parametrize(
    ("label", "term"),
    [
        ("B cell", "CL:0000236"),
        ("b CELL", "CL:0000236"),
        (" B  cell", "CL:0000236"),
        ("B-lymphocyte", "CL:0000236"),
        ("NK cells", "CL:0000623"),
        ("T cell", "CL:0000084"),
        ("CL_0000236", "CL:0000236"),
        ("CL:0000236", "CL:0000236"),
        ("B cells", None),
        ("B-cell", None),
        ("bursa cell", None),
        ("shared name", None),
        ("old cell", None),
        ("cell", None),
    ],
)
def test_equal_to_a_name_or_exact_synonym(
    layout: Layout, tmp_path: Path, label: str, term: str | None
) -> None:
    """In any case of letters; no plural of ours, no related synonym, no obsolete or shared name."""
    ontology(layout, tmp_path)
    made = run(layout, "cell_gene", dataset(tmp_path, [label, "other"]), Said(), species="human")
    types = types_of(made)
    assert types[label.strip()] == (term or f"label:made/{label.strip()}")
    assert types["other"] == "label:made/other"


def test_terms_by_name_are_noted(layout: Layout, tmp_path: Path) -> None:
    """One line on labels that are names, one on those without a term, one on a shared name."""
    ontology(layout, tmp_path)
    said = Said()
    path = dataset(tmp_path, ["B cell", "mine", "shared name", "T cell"])
    run(layout, "cell_gene", path, said, species="human")
    text = "\n".join(said.notes)
    assert "2 of 4 labels (20 cells) are names of terms: 'B cell' is CL:0000236" in text
    assert "2 of 4 labels (20 cells) have no term: 'mine', 'shared name'" in text
    assert "'shared name' names several terms (CL:0000084, CL:0000623): map it by label_map" in text


def test_it_can_be_switched_off(layout: Layout, tmp_path: Path) -> None:
    """As the line says: labels stay as they are, and the ontology is not a dependency."""
    ontology(layout, tmp_path)
    path = dataset(tmp_path, ["B cell", "T cell"])
    made = run(layout, "cell_gene", path, Said(), species="human", match_labels="false")
    assert set(types_of(made).values()) == {"label:made/B cell", "label:made/T cell"}
    assert "ontology" not in made.entry.depends


def test_ids_and_maps_come_first(layout: Layout, tmp_path: Path) -> None:
    """A term that the file or the label map gives is not overridden by a name."""
    ontology(layout, tmp_path)
    mapping = tmp_path / "map.tsv"
    mapping.write_text("label\tcl_id\nT cell\tCL:0000625\n", encoding="utf-8")
    path = dataset(tmp_path, ["B cell", "T cell"], cell_ontology_id=["CL_0000789", "none"])
    made = run(layout, "cell_gene", path, Said(), species="human", label_map=str(mapping))
    assert types_of(made) == {"B cell": "CL:0000789", "T cell": "CL:0000625"}


def test_without_an_ontology_a_note_names_the_job(layout: Layout, tmp_path: Path) -> None:
    """The line names the job; after it, and after a change of the ontology, the source is stale."""
    said, path = Said(), dataset(tmp_path, ["B cell", "T cell"])
    made = run(layout, "cell_gene", path, said, species="human")
    assert "orthoweave ingest cell_ontology FILE" in "\n".join(said.notes)
    assert types_of(made)["B cell"] == "label:made/B cell"
    ledger = Ledger(layout.ledger)
    assert changed_dependencies(layout, ledger, made.entry) == []
    ontology(layout, tmp_path)
    assert "the Cell Ontology has changed" in changed_dependencies(layout, ledger, made.entry)
    again = run(layout, "cell_gene", path, Said(), species="human")
    assert types_of(again)["B cell"] == "CL:0000236"
    assert run(layout, "cell_gene", path, Said(), species="human").unchanged
    ontology(layout, tmp_path, ONTOLOGY.replace("name: B cell", "name: lymphocyte B"))
    assert not run(layout, "cell_gene", path, Said(), species="human").unchanged


def test_another_dataset_changes_nothing(layout: Layout, tmp_path: Path) -> None:
    """Datasets write cell types too, but name none: each can be read in any order."""
    ontology(layout, tmp_path)
    path = dataset(tmp_path, ["B cell", "T cell"])
    first = run(layout, "cell_gene", path, Said(), species="human", dataset="first")
    run(layout, "cell_gene", path, Said(), species="human", dataset="second")
    assert changed_dependencies(layout, Ledger(layout.ledger), first.entry) == []


@pytest.mark.slow
def test_species_meet_in_one_row(real_data: Path, tmp_path: Path) -> None:
    """'B cell' of zebrafish blood is the type that PBMC give by id, and both are in one row."""
    layout = Layout(tmp_path / "kb")
    for species in ("human", "zebrafish"):
        given = {"source": f"genes_{species}", "on_duplicate": "separate"}
        run(
            layout, "gene_descriptions", real_data / "gene_info" / f"{species}.tsv.gz",
            Said(), **given,
        )  # fmt: skip
    run(layout, "cell_ontology", real_data / "cell_ontology" / "cl_terms.tsv.gz", Said())
    for path in ("zebrafish_blood/zebrafish_blood.h5ad", "pbmc_zheng_sorted/zheng_sorted_500.h5ad"):
        run(layout, "cell_gene", real_data / path, Said())
    build(layout, Quiet())
    with open_knowledge_base(layout.root) as kb:
        shared = {row["cell_type"]: row for row in kb.ask("shared_cell_types").rows()}
    assert shared["CL:0000236"]["datasets"] == ["zebrafish_blood", "zheng_sorted_500"]
    fish = anndata.read_h5ad(real_data / "zebrafish_blood" / "zebrafish_blood.h5ad")
    cells = int(np.sum(fish.obs["cell_type"] == "B cell"))
    assert shared["CL:0000236"]["n_cells"] == cells + 175
