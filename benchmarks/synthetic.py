"""Synthetic data for the benchmarks: made once below ``benchmarks/work/``, the same every time."""

from pathlib import Path
from typing import Final

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa

from orthoweave.progress import TerminalProgress
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout
from orthoweave.testing.sources import HUMAN

WORK: Final = Path(__file__).parent / "work"
RESULTS: Final = Path(__file__).parent / "results"
N_GENES: Final = 20_000
_BLOCK: Final = 5_000


def synthetic_kb(n_cells: int, density: float) -> Layout:
    """Return a published knowledge base with that many cells and 20,000 genes; made once."""
    layout = Layout(WORK / f"kb-{n_cells}-{density:g}")
    if not layout.current.is_file():
        # imported late: a benchmark of memory does not pay for them where the base is there
        from orthoweave.builds.build import build
        from orthoweave.jobs.discover import find_job
        from orthoweave.jobs.ingest import ingest

        source = synthetic_h5ad(n_cells, N_GENES, density)
        given = {"dataset": "synthetic", "species": "human", "source": "synthetic"}
        progress = TerminalProgress()
        ingest(layout, find_job(Settings(), "cell_gene"), [source], given, progress)
        build(layout, progress)
    return layout


def synthetic_h5ad(n_cells: int, n_genes: int, density: float, *, seed: int = 0) -> Path:
    """Return an uncompressed AnnData file of counts: 20 cell types, 8 donors and Ensembl ids.

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


def synthetic_genes() -> dict[str, pa.Table]:
    """Return the tables of a source that names `N_GENES` genes of one species."""
    ids = [f"NCBIGene:{number}" for number in range(1, N_GENES + 1)]
    genes = {
        "id": ids,
        "symbol": [f"G{number}" for number in range(1, N_GENES + 1)],
        "species": [HUMAN] * N_GENES,
    }
    species = {"id": [HUMAN], "scientific_name": ["Homo sapiens"]}
    return {"Gene": pa.table(genes), "Species": pa.table(species)}


def synthetic_cells(n_cells: int, per_cell: int, seed: int = 0) -> dict[str, pa.Table]:
    """Return the tables of a source of cells that express `per_cell` synthetic genes each."""
    rng = np.random.default_rng(seed)
    barcodes = [f"AAACCTG{number:09d}-1" for number in range(n_cells)]
    keys = np.array([f"synthetic:{barcode}" for barcode in barcodes])
    genes = np.array([f"NCBIGene:{number}" for number in range(1, N_GENES + 1)])
    # genes of a cell without repetition: a stride that has no factor in common with their number
    start = rng.integers(N_GENES, size=n_cells)[:, None]
    chosen = (start + np.arange(per_cell)[None, :] * 7919) % N_GENES
    count = rng.poisson(3, size=n_cells * per_cell).astype(np.float32) + 1
    edges = {
        "from": pa.array(np.repeat(keys, per_cell)),
        "to": pa.array(genes[chosen.ravel()]),
        "count": count,
        "value": np.log1p(count),
        "rank": np.tile(np.arange(1, per_cell + 1), n_cells),
    }
    cells = {
        "id": pa.array(keys),
        "dataset": ["synthetic"] * n_cells,
        "barcode": barcodes,
        "kind": ["cell"] * n_cells,
        "total_count": count.reshape(n_cells, per_cell).sum(1, dtype=float),
        "n_genes": np.full(n_cells, per_cell),
    }
    return {"Cell": pa.table(cells), "EXPRESSES": pa.table(edges)}
