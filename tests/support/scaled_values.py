"""The toy cells on every scale that values come in."""

from collections.abc import Callable
from pathlib import Path

import anndata
import numpy as np
import scipy.sparse as sp
from tests.support.untyped_world import run

from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.testing.toy import toy_cells, write_toy_sources


def counts() -> np.ndarray:
    """Return the counts of the toy cells."""
    dense: np.ndarray = np.asarray(toy_cells("human").X.todense(), dtype=float)
    return dense


def lengths() -> np.ndarray:
    """Return lengths of the genes, so that TPM are not multiples of one number."""
    made: np.ndarray = np.random.default_rng(1).uniform(0.3, 9.0, size=(counts().shape[1],))
    return made


def tpm() -> np.ndarray:
    """Return transcripts per million."""
    rate = counts() / lengths()
    return rate / rate.sum(axis=1, keepdims=True) * 1e6


def zscores() -> np.ndarray:
    """Return z-scores as scanpy's scale makes them."""
    logs = cp10k_logs()
    deviation = logs.std(axis=0, ddof=1)
    deviation[deviation == 0] = 1
    return (logs - logs.mean(axis=0)) / deviation


def cp10k_logs() -> np.ndarray:
    """Return log1p of counts per 10 000 of whole counts."""
    return np.log1p(counts() / counts().sum(axis=1, keepdims=True) * 1e4)


def smoothed_logs() -> np.ndarray:
    """Return log1p of parts per 10 000 of no whole counts."""
    rate = counts() / lengths()
    return np.log1p(rate / rate.sum(axis=1, keepdims=True) * 1e4)


def write(folder: Path, values: np.ndarray, **layers: np.ndarray) -> Path:
    """Write values, sparse, with the cells and genes of the toy world."""
    cells = toy_cells("human")
    made = anndata.AnnData(sp.csr_matrix(values.astype(np.float32)), cells.obs, cells.var)
    made.uns = dict(cells.uns)
    for name, layer in layers.items():
        made.layers[name] = layer.astype(np.float32)
    path = folder / "scaled.h5ad"
    made.write_h5ad(path)
    return path


MADE: dict[str, Callable[[], np.ndarray]] = {
    "log1p_cp10k": smoothed_logs,
    "log1p": lambda: np.log1p(tpm() / 77),
    "log2_counts": lambda: np.log2(tpm() / 77 + 1),
    "log2_tpm": lambda: np.log2(tpm() + 1),
    "log2_fpkm": lambda: np.log2(tpm() * 1.7 + 1),
    "tpm": tpm,
    "fpkm": lambda: tpm() * 1.7,
    "log2_intensity": lambda: np.log2(tpm() + 50),
    "zscore": zscores,
}


def build_scaled_kb(folder: Path) -> None:
    """Build one dataset of counts in mouse, and three of other scales in human."""
    layout = Layout(folder / "kb")
    sources = write_toy_sources(folder / "raw")
    for job, name in (
        ("gene_descriptions", "genes_human"),
        ("gene_descriptions", "genes_mouse"),
        ("orthology", "hcop_human_mouse"),
        ("cell_gene", "toy_mouse"),
    ):
        run(layout, job, sources[name])
    for scale in ("log1p_cp10k", "tpm", "zscore"):
        path = write(folder, MADE[scale]())
        run(layout, "cell_gene", path, scale=scale, dataset=f"human_{scale}")
    build(layout, Quiet())
