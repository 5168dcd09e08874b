"""Small tissue sections in the true layouts: spots on a grid follow the colour of the image."""

import json
from pathlib import Path
from typing import Final

import anndata
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from PIL import Image
from tests.support.bulk_samples import ENSEMBL, SYMBOLS

from orthoweave.views.section import PatchesInMemory, SectionView

SIDE: Final = 10
"""Spots of a row."""
HEIGHT: Final = 420
WIDTH: Final = 700
PIXEL: Final = 2.0
"""µm of a pixel of the full resolution, which is twice that of the image."""


def places() -> np.ndarray:
    """Return spots in pixels of the full resolution, x and y: a grid wider than high."""
    x, y = np.meshgrid(np.linspace(100, 1300, SIDE), np.linspace(80, 760, SIDE))
    return np.column_stack([x.ravel(), y.ravel()])


def levels(where: np.ndarray) -> np.ndarray:
    """Return how dark the tissue is at each place, from 0 to 1: a wave over the section."""
    return 0.5 + 0.5 * np.sin(where[:, 0] / 180) * np.cos(where[:, 1] / 140)


def image() -> np.ndarray:
    """Return the stained section: purple where the wave is high, white beyond the tissue."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    level = levels(np.column_stack([x.ravel() * 2.0, y.ravel() * 2.0])).reshape(HEIGHT, WIDTH)
    found = np.stack([190 - 90 * level, 140 - 100 * level, 190 - 40 * level], axis=2)
    beyond = (x < 20) | (x > WIDTH - 20) | (y < 15) | (y > HEIGHT - 15)
    found[beyond] = 240
    return found.astype(np.uint8)


def counts(seed: int = 0) -> np.ndarray:
    """Return counts of spots, shape ``(100, 10)``: half of the genes follow the wave."""
    level = levels(places())[:, None]
    slopes = np.where(np.arange(len(SYMBOLS)) % 2, 40.0, 0.0)[None, :]
    return np.random.default_rng(seed).poisson(20 + slopes * level).astype(np.float32)


def barcodes() -> list[str]:
    """Return the names of the spots."""
    return [f"SPOT{number:03d}-1" for number in range(SIDE**2)]


def h5ad(path: Path, seed: int = 0, *, pictured: bool = True) -> Path:
    """Write an AnnData file as scanpy reads a Visium section."""
    obs = pd.DataFrame({"patient": ["p1"] * SIDE**2}, index=barcodes())
    var = pd.DataFrame(index=list(SYMBOLS))
    data = anndata.AnnData(sp.csr_matrix(counts(seed)), obs=obs, var=var)
    data.obsm["spatial"] = places()
    if pictured:
        factors = {"tissue_hires_scalef": 0.5, "spot_diameter_fullres": 65 / PIXEL}
        data.uns["spatial"] = {"lib": {"images": {"hires": image()}, "scalefactors": factors}}
    data.write_h5ad(path)
    return path


def ranger(folder: Path, version: int = 2, seed: int = 0) -> Path:
    """Write an output folder of Space Ranger, as versions 1 to 3 do."""
    spatial = folder / "spatial"
    spatial.mkdir(parents=True)
    matrix = sp.csc_matrix(counts(seed).T)
    with h5py.File(folder / "filtered_feature_bc_matrix.h5", "w") as file:
        group = file.create_group("matrix")
        for name in ("data", "indices", "indptr"):
            group[name] = getattr(matrix, name).astype(np.int64)
        group["shape"] = np.array(matrix.shape)
        group["barcodes"] = np.array(barcodes(), "S")
        features = group.create_group("features")
        features["id"] = np.array([ENSEMBL[one].split(".")[0] for one in SYMBOLS], "S")
        features["name"] = np.array(SYMBOLS, "S")
        features["feature_type"] = np.array(["Gene Expression"] * len(SYMBOLS), "S")
        features["genome"] = np.array(["GRCh38"] * len(SYMBOLS), "S")
    table = position_table()
    if version == 1:
        table.to_csv(spatial / "tissue_positions_list.csv", index=False, header=False)
    elif version == 2:
        table.to_csv(spatial / "tissue_positions.csv", index=False)
    else:
        table.to_parquet(spatial / "tissue_positions.parquet", index=False)
    factors = {"tissue_hires_scalef": 0.5, "spot_diameter_fullres": 65 / PIXEL}
    (spatial / "scalefactors_json.json").write_text(json.dumps(factors))
    Image.fromarray(image()).save(spatial / "tissue_hires_image.png")
    return folder


def position_table() -> pd.DataFrame:
    """Return the positions of all spots, and of one that is not under tissue."""
    where, names = places(), barcodes()
    grid = np.arange(SIDE**2)
    table = pd.DataFrame(
        {
            "barcode": names,
            "in_tissue": 1,
            "array_row": grid // SIDE,
            "array_col": grid % SIDE,
            "pxl_row_in_fullres": where[:, 1],
            "pxl_col_in_fullres": where[:, 0],
        }
    )
    return pd.concat([table, table.iloc[[0]].assign(barcode="OTHER-1", in_tissue=0)])


def view(
    name: str = "one", seed: int = 0, *, patient: str = "p1", n_genes: int = 60, size: int = 32
) -> SectionView:
    """Return a section of 144 spots whose even genes follow the colour of their patches.

    Each gene follows one of two programmes, redness and darkness, which are drawn anew for each
    spot, smoothly over the section.
    """
    random = np.random.default_rng(seed)
    side = 12
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    where = np.column_stack([x.ravel(), y.ravel()]).astype(np.float64)
    shift = random.uniform(0, 6, 4)
    dark = 0.5 + 0.5 * np.sin(where[:, 0] / 1.5 + shift[0]) * np.cos(where[:, 1] / 1.3 + shift[1])
    red = 0.5 + 0.5 * np.sin(where[:, 1] / 1.4 + shift[2]) * np.cos(where[:, 0] / 1.7 + shift[3])
    colour = np.stack([180 - 80 * dark, 120 - 70 * dark - 20 * red, 190 - 90 * red], axis=1)
    noise = random.normal(0, 12, (len(where), size, size, 3))
    patches = np.clip(colour[:, None, None, :] + noise, 0, 199).astype(np.uint8)
    number = np.arange(n_genes)
    slopes = np.stack([np.where(number % 3 == 0, 2.0, 0), np.where(number % 3 == 1, 2.0, 0)])
    base = np.exp(np.linspace(0.5, 2.5, n_genes))[None, :]
    depth = random.lognormal(0, 0.2, (len(where), 1))
    mean = base * depth * np.exp(np.stack([dark, red], axis=1) @ slopes)
    values = sp.csr_matrix(random.poisson(mean).astype(np.float32))
    nothing = np.full(len(where), None, object)
    genes = np.array([f"NCBIGene:{1000 + one}" for one in number], object)
    return SectionView(
        dataset=name,
        species="NCBITaxon:9606",
        cells=np.array([f"{name}:s{one}" for one in range(len(where))], object),
        genes=genes,
        symbols=np.array([f"G{one}" for one in number], object),
        scale="counts",
        totals=np.asarray(values.sum(axis=1)).ravel().astype(np.float64),
        cell_types=nothing,
        labels=nothing,
        donors=nothing,
        values=values,
        places=where * 100.0,
        patients=np.full(len(where), f"{name}:{patient}", object),
        spot_diameter=55.0,
        patches=PatchesInMemory(patches),
    )
