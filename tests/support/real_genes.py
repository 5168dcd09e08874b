"""The gene names of whole species, which take seconds to read: ingested once for all tests."""

from pathlib import Path

from orthoweave.jobs.discover import discover_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout


def ingest_real_genes(folder: Path, real_data: Path) -> None:
    """Ingest the genes of human and mouse into a knowledge base ``kb`` below `folder`."""
    layout = Layout(folder / "kb")
    job = discover_jobs(Settings(kb=layout.root))["gene_descriptions"]
    for species in ("human", "mouse"):
        given = {"source": f"genes_{species}", "on_duplicate": "separate"}
        ingest(layout, job, [real_data / "gene_info" / f"{species}.tsv.gz"], given, Quiet())
