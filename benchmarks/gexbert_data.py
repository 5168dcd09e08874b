"""Bulk samples with survival for `benchmarks.gexbert`: TCGA, and breast cancer (GSE7390).

The files lie beside the checkout and are not part of it; see their PROVENANCE.md.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from orthoweave.views.samples import SamplesView

DATA = Path(__file__).parents[2] / "shared" / "data"
HUMAN = "NCBITaxon:9606"
_DAYS = 365.25 / 12


def three_types() -> SamplesView:
    """Return BLCA, STAD and COADREAD: 1,577 pathway genes, log2 of TPM + 1."""
    folder = DATA / "tcga_three_types_tpm"
    kept = np.load(folder / "expression_log2tpm.npz")
    # stored as log2 of TPM + 0.001: its floor is zero
    tpm = np.maximum(np.exp2(kept["X"].astype(np.float64)) - 0.001, 0)
    # three patients have two samples: their mean
    logs = pd.DataFrame(np.log2(tpm + 1)).groupby(kept["case_id"].astype(str)).mean()
    about = pd.read_csv(folder / "clinical.tsv.gz", sep="\t").drop_duplicates("case_id")
    about = about.set_index("case_id").loc[logs.index]
    return _view(
        "tcga_three_types",
        logs.to_numpy(),
        kept["genes"],
        "log2_tpm",
        about["cancer_type"].to_numpy(object),
        about["survival_months"].to_numpy(float),
        about["event"].to_numpy(float),
    )


def pan_cancer(cancer_type: str) -> SamplesView:
    """Return one of the eleven types, z-scores within it, cut at 5: some are as large as 60."""
    folder = DATA / "tcga_pancancer"
    kept = np.load(folder / "expression_zscores.npz")
    about = pd.read_csv(folder / "clinical.tsv.gz", sep="\t").set_index("case_id")
    about = about.loc[kept["case_id"].astype(str)]
    if about.index.has_duplicates:
        message = "a patient stands twice: expected one row for each"
        raise ValueError(message)
    rows = (about["cancer_type"] == cancer_type).to_numpy()
    about = about[rows]
    return _view(
        f"tcga_{cancer_type}",
        np.clip(np.nan_to_num(kept["X"][rows].astype(np.float64)), -5, 5),
        kept["genes"],
        "zscore",
        about["cancer_type"].to_numpy(object),
        about["survival_months"].to_numpy(float),
        about["event"].to_numpy(float),
    )


def breast() -> SamplesView:
    """Return 198 breast cancers, 76 probes, time to distant metastasis; labels are ER status."""
    table = pd.read_csv(DATA / "survival_gse7390" / "gse7390_metastasis.tsv.gz", sep="\t")
    probes = [name for name in table.columns if name.startswith("X")]
    return _view(
        "gse7390",
        table[probes].to_numpy(float),
        np.array(probes),
        "log2_intensity",
        table["er"].astype(str).to_numpy(object),
        table["t.tdm"].to_numpy(float) / _DAYS,
        table["e.tdm"].to_numpy(float),
    )


def _view(
    dataset: str,
    values: np.ndarray,
    genes: np.ndarray,
    scale: Any,
    labels: np.ndarray,
    months: np.ndarray,
    event: np.ndarray,
) -> SamplesView:
    n = len(values)
    months = np.where(months > 0, months, np.nan)
    names = np.array([f"{dataset}:{number}" for number in range(n)], object)
    return SamplesView(
        dataset=dataset,
        species=HUMAN,
        cells=names,
        genes=genes.astype(str).astype(object),
        symbols=genes.astype(str).astype(object),
        scale=scale,
        totals=np.full(n, np.nan),
        cell_types=np.full(n, None, object),
        labels=labels,
        donors=np.full(n, None, object),
        values=values.astype(np.float32),
        # one sample of each patient
        patients=names,
        text_names=(),
        texts=np.empty((n, 0), object),
        number_names=(),
        numbers=np.empty((n, 0)),
        months=months,
        event=(event > 0) & np.isfinite(months),
        endpoint="",
        panels=np.zeros((0, len(genes)), bool),
    )
