"""Bulk samples of the toy world: TPM of human genes, two groups, and survival that follows INS."""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from orthoweave.builds.build import build
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.testing.toy import write_toy_sources

N_SAMPLES: Final = 40
SYMBOLS: Final = ("INS", "GCG", "SST", "PPY", "KRT19", "PRSS1", "IAPP", "TTR", "PDX1", "LYZ")
KEYS: Final = {
    "INS": "NCBIGene:3630",
    "GCG": "NCBIGene:2641",
    "SST": "NCBIGene:6750",
    "PPY": "NCBIGene:5539",
    "KRT19": "NCBIGene:3880",
    "PRSS1": "NCBIGene:5644",
    "IAPP": "NCBIGene:3375",
    "TTR": "NCBIGene:7276",
    "PDX1": "NCBIGene:3651",
    "LYZ": "NCBIGene:4069",
}
ENSEMBL: Final = {
    "INS": "ENSG00000254647.11",
    "GCG": "ENSG00000115263.15",
    "SST": "ENSG00000157005.4",
    "PPY": "ENSG00000108849.8",
    "KRT19": "ENSG00000171345.14",
    "PRSS1": "ENSG00000204983.14",
    "IAPP": "ENSG00000121351.4",
    "TTR": "ENSG00000118271.12",
    "PDX1": "ENSG00000139515.6",
    "LYZ": "ENSG00000090382.7",
}


class Said(Quiet):
    """Keeps what a job says."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        """Keep a sentence."""
        self.notes.append(text)

    def has(self, text: str) -> bool:
        """Return whether a sentence has a text in it."""
        return any(text in note for note in self.notes)


def names(seed: int = 0) -> list[str]:
    """Return the names of the samples."""
    return [f"P{seed}-{number:02d}" for number in range(N_SAMPLES)]


def tpm(seed: int = 0) -> pd.DataFrame:
    """Return transcripts per million, samples × symbols, with some zeros."""
    draw = np.random.default_rng(seed)
    rate = draw.lognormal(3.0, 1.5, (N_SAMPLES, len(SYMBOLS)))
    rate[draw.random(rate.shape) < 0.1] = 0
    rate[:, 0] = draw.lognormal(3.0, 1.0, N_SAMPLES)
    made = rate / rate.sum(axis=1, keepdims=True) * 1e6
    return pd.DataFrame(made, index=names(seed), columns=list(SYMBOLS))


def logs(frame: pd.DataFrame, plus: float = 1.0) -> pd.DataFrame:
    """Return log2 of values and what is added to them."""
    return pd.DataFrame(np.log2(frame.to_numpy() + plus), frame.index, frame.columns)


def clinical(seed: int = 0) -> pd.DataFrame:
    """Return patients with group, age, time in days and event; more INS means an earlier event."""
    draw = np.random.default_rng(seed + 100)
    risk = np.log2(tpm(seed)["INS"].to_numpy() + 1)
    days = draw.exponential(900 * np.exp(-(risk - risk.mean()))) + 1
    end = draw.uniform(200, 2500, N_SAMPLES)
    columns = {
        "patient_id": names(seed),
        "disease": np.where(np.arange(N_SAMPLES) % 2 == 0, "islet tumour", "duct tumour"),
        "age": draw.integers(30, 80, N_SAMPLES),
        "os_days": np.minimum(days, end).round(1),
        "os_status": np.where(days <= end, "1:DECEASED", "0:LIVING"),
    }
    return pd.DataFrame(columns)


def run(layout: Layout, path: Path, said: Quiet | None = None, /, **options: object) -> Ingested:
    """Ingest samples of human."""
    given = {"species": "human"} | {name: str(value) for name, value in options.items()}
    found = find_job(Settings(kb=layout.root), "samples")
    return ingest(layout, found, [path], given, said or Quiet(), replace_changed=True)


def named_genes(folder: Path) -> Layout:
    """Return a knowledge base that names the human genes of the toy world."""
    layout = Layout(folder / "kb")
    path = write_toy_sources(folder / "raw")["genes_human"]
    found = find_job(Settings(kb=layout.root), "gene_descriptions")
    ingest(layout, found, [path], {}, Quiet())
    return layout


def build_bulk_kb(folder: Path) -> None:
    """Build two datasets of samples: TPM of patients, and z-scores of others without follow-up."""
    layout = named_genes(folder)
    tpm().to_csv(folder / "bulk.csv")
    clinical().to_csv(folder / "bulk_clinical.tsv", sep="\t", index=False)
    run(
        layout,
        folder / "bulk.csv",
        clinical=folder / "bulk_clinical.tsv",
        scale="tpm",
        endpoint="death",
    )
    values = logs(tpm(1))
    ((values - values.mean()) / values.std()).to_csv(folder / "scores.csv")
    clinical(1)[["patient_id", "disease"]].to_csv(folder / "scores.tsv", sep="\t", index=False)
    run(layout, folder / "scores.csv", clinical=folder / "scores.tsv", scale="zscore")
    build(layout, Quiet())
