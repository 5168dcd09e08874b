"""A build of datasets that have labels for some of their cells or for none."""

from pathlib import Path

import anndata

from orthoweave.builds.build import build
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.testing.toy import toy_cells, write_toy_sources

# the ends of the names of the cells that are left without a label where some are
WITHOUT = tuple(f"{number:03d}" for number in range(20, 40))
DATASETS = {
    "bare_human": ("human", "none"),
    "bare_mouse": ("mouse", "none"),
    "partly_human": ("human", "some"),
}


def cells_of(species: str, labels: str) -> anndata.AnnData:
    """Return toy cells with ``some`` or ``none`` of their labels."""
    cells = toy_cells(species, seed=len(labels) + len(species))
    if labels == "none":
        cells.obs = cells.obs[["donor"]]
    else:
        cells.obs = cells.obs[["cell_type", "donor"]]
        cells.obs.loc[cells.obs.index.str.endswith(WITHOUT), "cell_type"] = None
    return cells


def run(layout: Layout, job: str, path: Path, **options: str) -> None:
    """Ingest a file."""
    found = find_job(Settings(kb=layout.root), job)
    ingest(layout, found, [path], options, Quiet(), replace_changed=True)


def build_untyped_kb(folder: Path) -> Path:
    """Build ``folder/kb``, in which mouse has a dataset without labels only."""
    sources = write_toy_sources(folder / "raw")
    for name, about in DATASETS.items():
        sources[name] = folder / "raw" / f"{name}.h5ad"
        cells_of(*about).write_h5ad(sources[name])
    layout = Layout(folder / "kb")
    for job, name in (
        ("gene_descriptions", "genes_human"),
        ("gene_descriptions", "genes_mouse"),
        ("cell_ontology", "cell_ontology"),
        ("orthology", "hcop_human_mouse"),
        *(("cell_gene", name) for name in DATASETS),
    ):
        run(layout, job, sources[name])
    build(layout, Quiet())
    return layout.root
