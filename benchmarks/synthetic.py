"""Synthetic data for the benchmarks: made once below ``benchmarks/work/``, the same every time."""

from pathlib import Path
from typing import Final

import h5py
import numpy as np
import pandas as pd

WORK: Final = Path(__file__).parent / "work"
RESULTS: Final = Path(__file__).parent / "results"
_BLOCK: Final = 5_000


def synthetic_h5ad(n_cells: int, n_genes: int, density: float, *, seed: int = 0) -> Path:
    """AnnData file of counts, uncompressed, with 20 cell types, 8 donors and Ensembl ids.

    Each cell has ``density * n_genes`` genes, one in each stretch of the columns; counts are
    geometric with mean 2.
    """
    from anndata.io import write_elem

    path = WORK / f"cells-{n_cells}-{n_genes}-{density:g}-{seed}.h5ad"
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    each = max(1, round(density * n_genes))
    stretch = n_genes // each
    generator = np.random.default_rng(seed)
    pending = path.with_suffix(".pending")
    with h5py.File(pending, "w") as file:
        file.attrs.update({"encoding-type": "anndata", "encoding-version": "0.1.0"})
        group = file.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0"})
        group.attrs["shape"] = np.array([n_cells, n_genes])
        group["indptr"] = np.arange(n_cells + 1, dtype=np.int64) * each
        chunks = (min(1 << 20, n_cells * each),)
        data = group.create_dataset("data", (n_cells * each,), "f4", chunks=chunks)
        indices = group.create_dataset("indices", (n_cells * each,), "i4", chunks=chunks)
        for start in range(0, n_cells, _BLOCK):
            rows = min(_BLOCK, n_cells - start)
            part = slice(start * each, (start + rows) * each)
            offsets = generator.integers(0, stretch, (rows, each), dtype=np.int32)
            columns = np.arange(each, dtype=np.int32) * stretch + offsets
            indices[part] = columns.ravel()
            data[part] = generator.geometric(0.5, rows * each).astype(np.float32)
        types = pd.Categorical([f"type {number % 20:02d}" for number in range(n_cells)])
        donors = pd.Categorical([f"donor {number % 8}" for number in range(n_cells)])
        cells = [f"cell{number:08d}" for number in range(n_cells)]
        write_elem(file, "obs", pd.DataFrame({"cell_type": types, "donor_id": donors}, index=cells))
        genes = [f"ENSG{number:011d}" for number in range(n_genes)]
        write_elem(file, "var", pd.DataFrame(index=genes))
    pending.rename(path)
    return path
