"""Sections of HER2+ breast tumours for `benchmarks.histology`: B4 of one patient, four of another.

Andersson et al., Nature Communications, 2021, doi:10.1038/s41467-021-26271-2. The repository of the
data states no licence: they are read where a developer has them, and are not part of this one.
"""

from pathlib import Path

import anndata
import numpy as np
import scipy.sparse as sp

from orthoweave.views.section import PatchesInMemory, SectionView

DATA = Path(__file__).parents[2] / "shared" / "data" / "her2st"
SECTIONS = ("B4", "C2", "C3", "C4", "C5")
# distance of two spots of the array in µm
_PITCH = 200.0


def section(name: str) -> SectionView:
    """Return a section; its patches are 224 pixels of full resolution as 64."""
    data = anndata.read_h5ad(DATA / f"{name}.h5ad")
    with np.load(DATA / f"{name}_patches64.npz", allow_pickle=False) as file:
        patches = file["patches"]
    counts = sp.csr_matrix(data.X, dtype=np.float32)
    counts.sort_indices()
    nothing = np.full(data.n_obs, None, object)
    patient = str(data.obs["patient"].iloc[0])
    return SectionView(
        dataset=name,
        species="NCBITaxon:9606",
        cells=np.array([f"{name}:{one}" for one in data.obs_names], object),
        genes=np.asarray(data.var_names, object),
        symbols=np.asarray(data.var_names, object),
        scale="counts",
        totals=np.asarray(counts.sum(axis=1)).ravel().astype(np.float64),
        cell_types=nothing,
        labels=nothing,
        donors=nothing,
        values=counts,
        places=data.obs[["array_x_exact", "array_y_exact"]].to_numpy(np.float64) * _PITCH,
        patients=np.full(data.n_obs, f"{name}:{patient}", object),
        spot_diameter=100.0,
        patches=PatchesInMemory(patches),
    )
