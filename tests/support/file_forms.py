"""Makers of one dataset in every form of file that is read, as the programs write it."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata
import h5py
import numpy as np
import pandas as pd
import scipy.io
import scipy.sparse as sp
import zarr
from anndata.io import write_elem

N_CELLS, N_GENES = 8, 40
COUNTS = np.random.default_rng(11).poisson(2.0, (N_CELLS, N_GENES)).astype(np.float32)
IDS = [f"ENSG{number:011d}" for number in range(N_GENES)]
SYMBOLS = [f"AAG{number}" for number in range(N_GENES)]
KEYS = [f"NCBIGene:{9000 + number}" for number in range(N_GENES)]
BARCODES = [f"AAACCTGA{number}-1" for number in range(N_CELLS)]
TYPES = ["B", "T"] * (N_CELLS // 2)
Made = tuple[Path, dict[str, str]]


def made() -> anndata.AnnData:
    """Return the dataset as AnnData."""
    obs = pd.DataFrame({"cell_type": pd.Categorical(TYPES)}, index=BARCODES)
    var = pd.DataFrame({"gene_ids": IDS}, index=SYMBOLS)
    return anndata.AnnData(sp.csr_matrix(COUNTS), obs, var)


def h5ad(folder: Path) -> Made:
    """AnnData's own file."""
    made().write_h5ad(folder / "a.h5ad")
    return folder / "a.h5ad", {}


def h5ad_gz(folder: Path) -> Made:
    """The same, gzipped."""
    path = h5ad(folder)[0]
    packed = path.with_name("a.h5ad.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    return packed, {}


def h5ad_csc(folder: Path) -> Made:
    """AnnData by columns, with names that need care."""
    data = made()
    data.X = sp.csc_matrix(COUNTS)
    data.obs["100 % β\tx"] = 1
    data.obs["..."] = "a"
    data.obs["_odd"] = list("abcdefgh")
    data.var["__strange__"] = 0.5
    data.write_h5ad(folder / "größe β (1).h5ad")
    return folder / "größe β (1).h5ad", {}


def h5ad_slashes(folder: Path) -> Made:
    """Columns of obs and var that older versions of anndata wrote with slashes."""
    path = h5ad(folder)[0]
    with h5py.File(path, "a") as file:
        for frame, column, values in (
            ("obs", "pct mito/total", np.arange(N_CELLS) / 10),
            ("var", "a/b/c", np.arange(N_GENES)),
        ):
            file[f"{frame}/{column}"] = values
            order = [*file[frame].attrs["column-order"], column]
            file[frame].attrs["column-order"] = np.array(order, dtype=object)
            target = file[f"{frame}/{column}"]
            target.attrs["encoding-type"] = "array"
            target.attrs["encoding-version"] = "0.2.0"
    return path, {}


def anndata_zarr(version: int) -> Callable[[Path], Made]:
    """Return a maker of AnnData in zarr."""

    def make(folder: Path) -> Made:
        with anndata.settings.override(zarr_write_format=version):
            made().write_zarr(folder / "a.zarr")
        return folder / "a.zarr", {}

    return make


def h5mu(folder: Path) -> Made:
    """MuData with antibodies beside the genes."""
    proteins = anndata.AnnData(np.ones((N_CELLS, 2), np.float32), made().obs[[]])
    with h5py.File(folder / "a.h5mu", "w", userblock_size=512) as file:
        write_elem(file, "mod/transcripts", made())
        write_elem(file, "mod/prot", proteins)
        write_elem(file, "obs", made().obs)
    return folder / "a.h5mu", {"modality": "transcripts"}


def spatialdata(folder: Path) -> Made:
    """SpatialData with one table."""
    group = zarr.open_group(folder / "s.zarr", mode="w")
    group.create_group("shapes")
    write_elem(group, "tables/table", made())
    return folder / "s.zarr", {}


def loom(folder: Path) -> Made:
    """Loom as loompy writes it."""
    with h5py.File(folder / "a.loom", "w") as file:
        file.create_dataset("matrix", data=COUNTS.T, chunks=(32, 8), compression="gzip")
        text = h5py.string_dtype()
        for name, values in (
            ("row_attrs/Gene", SYMBOLS),
            ("row_attrs/Accession", IDS),
            ("col_attrs/CellID", BARCODES),
            ("col_attrs/cell_type", TYPES),
        ):
            file.create_dataset(name, data=values, dtype=text)
    return folder / "a.loom", {}


def tenx_h5(version: int) -> Callable[[Path], Made]:
    """Return a maker of Cell Ranger's file."""

    def make(folder: Path) -> Made:
        matrix = sp.csr_matrix(COUNTS.astype(np.int32))
        with h5py.File(folder / "a.h5", "w") as file:
            group = file.create_group("matrix" if version == 3 else "GRCh38")
            group["data"], group["indices"] = matrix.data, matrix.indices
            group["indptr"], group["shape"] = matrix.indptr, [N_GENES, N_CELLS]
            group["barcodes"] = np.array(BARCODES, "S")
            if version == 3:
                group["features/id"], group["features/name"] = (
                    np.array(IDS, "S"),
                    np.array(SYMBOLS, "S"),
                )
                group["features/feature_type"] = np.array(["Gene Expression"] * N_GENES, "S")
            else:
                group["genes"], group["gene_names"] = np.array(IDS, "S"), np.array(SYMBOLS, "S")
        return folder / "a.h5", {"cells": str(cell_table(folder))}

    return make


def cell_table(folder: Path) -> Path:
    """Write a table of barcodes and types."""
    path = folder / "cells.tsv"
    pd.DataFrame({"barcode": BARCODES, "cell_type": TYPES}).to_csv(path, sep="\t", index=False)
    return path


def mtx(place: str, names: tuple[str, str, str], *, zipped: bool = False) -> Callable[[Path], Made]:
    """Return a maker of a folder of genes × cells with three files."""

    def make(folder: Path) -> Made:
        target = folder / place
        target.mkdir(parents=True)
        scipy.io.mmwrite(target / "made.mtx", sp.coo_matrix(COUNTS.T), field="integer")
        genes = "".join(f"{i}\t{s}\tGene Expression\n" for i, s in zip(IDS, SYMBOLS, strict=True))
        texts = ((target / "made.mtx").read_text(), genes, "\n".join(BARCODES) + "\n")
        (target / "made.mtx").unlink()
        for name, text in zip(names, texts, strict=True):
            content = gzip.compress(text.encode()) if zipped else text.encode()
            (target / (name + (".gz" if zipped else ""))).write_bytes(content)
        return folder / place.split("/", maxsplit=1)[0], {"cells": str(cell_table(folder))}

    return make


GEO = ("GSM1_s1_matrix.mtx", "GSM1_s1_features.tsv", "GSM1_s1_barcodes.tsv")
TEN = ("matrix.mtx", "features.tsv", "barcodes.tsv")


def starsolo_em(folder: Path) -> Made:
    """STARsolo's counts of multi-mapped reads, beside the unique ones."""
    path, options = mtx("Solo.out/Gene/raw", TEN)(folder)
    decimals = sp.coo_matrix(np.where(COUNTS > 0, COUNTS + 0.25, 0).T)
    scipy.io.mmwrite(path / "Gene/raw/UniqueAndMult-EM.mtx", decimals)
    return path / "Gene/raw/UniqueAndMult-EM.mtx", {**options, "round": "true"}


def kb_python(folder: Path) -> Made:
    """kb-python's folder, cells × genes."""
    target = folder / "counts_unfiltered"
    target.mkdir()
    scipy.io.mmwrite(target / "cells_x_genes.mtx", sp.coo_matrix(COUNTS), field="integer")
    for name, values in (
        ("genes.txt", IDS),
        ("genes.names.txt", SYMBOLS),
        ("barcodes.txt", BARCODES),
    ):
        (target / f"cells_x_genes.{name}").write_text("\n".join(values) + "\n")
    return target, {"cells": str(cell_table(folder))}


def parse(folder: Path) -> Made:
    """Parse Biosciences' folder, cells × genes."""
    target = folder / "all-sample" / "DGE_filtered"
    target.mkdir(parents=True)
    scipy.io.mmwrite(target / "DGE.mtx", sp.coo_matrix(COUNTS), field="integer")
    genes = pd.DataFrame({"gene_id": IDS, "gene_name": SYMBOLS, "genome": "hg38"})
    genes.to_csv(target / "all_genes.csv", index=False)
    cells = pd.DataFrame({"bc_wells": BARCODES, "sample": "s1", "cell_type": TYPES})
    cells.to_csv(target / "cell_metadata.csv", index=False)
    return folder / "all-sample", {}


def alevin(folder: Path) -> Made:
    """alevin-fry's folder in USA mode: spliced, unspliced and ambiguous counts of each gene."""
    target = folder / "af_quant" / "alevin"
    target.mkdir(parents=True)
    ambiguous = (COUNTS > 3).astype(np.float32)
    parts = sp.coo_matrix(np.hstack([COUNTS - ambiguous, COUNTS, ambiguous]))
    scipy.io.mmwrite(target / "quants_mat.mtx", parts, field="integer")
    names = [gene + suffix for suffix in ("", "-U", "-A") for gene in IDS]
    (target / "quants_mat_cols.txt").write_text("\n".join(names) + "\n")
    (target / "quants_mat_rows.txt").write_text("\n".join(BARCODES) + "\n")
    about = f'{{"usa_mode": true, "num_genes": {3 * N_GENES}}}'
    (target.parent / "quant.json").write_text(about)
    return target.parent, {"cells": str(cell_table(folder))}


def h5seurat(folder: Path) -> Made:
    """SeuratDisk's file: features × cells by columns, factors by levels."""
    path = folder / "a.h5seurat"
    text = h5py.string_dtype()
    matrix = sp.csc_matrix(COUNTS.T)
    with h5py.File(path, "w") as file:
        file.attrs["active.assay"] = np.array(["RNA"], dtype=object)
        file.create_dataset("cell.names", data=BARCODES, dtype=text)
        assay = file.create_group("assays/RNA")
        assay.create_dataset("features", data=IDS, dtype=text)
        counts = assay.create_group("counts")
        counts.attrs["dims"] = matrix.shape
        for part in ("data", "indices", "indptr"):
            counts.create_dataset(part, data=getattr(matrix, part))
        factor = file.create_group("meta.data/cell_type")
        factor.create_dataset("levels", data=["B", "T"], dtype=text)
        factor.create_dataset("values", data=np.array([1, 2] * (N_CELLS // 2), np.int32))
    return path, {}


def table(name: str, *, turned: bool, **more: Any) -> Callable[[Path], Made]:
    """Return a maker of a table of counts."""

    def make(folder: Path) -> Made:
        frame = pd.DataFrame(COUNTS.astype(int), index=BARCODES, columns=SYMBOLS)
        (frame.T if turned else frame).to_csv(folder / name, **more)
        return folder / name, {"cells": str(cell_table(folder))}

    return make


def gct(version: str) -> Callable[[Path], Made]:
    """Return a maker of a GCT file; version 1.3 holds the cell types itself."""

    def make(folder: Path) -> Made:
        frame = pd.DataFrame(COUNTS.T.astype(int), index=SYMBOLS, columns=BARCODES)
        frame.insert(0, "Description", IDS)
        sizes, facts = f"{N_GENES}\t{N_CELLS}", ""
        if version == "1.3":
            sizes += "\t1\t1"
            facts = "\t".join(["cell_type", "na", *TYPES]) + "\n"
        head, _, rest = frame.to_csv(sep="\t", index_label="id").partition("\n")
        path = folder / "a.gct"
        path.write_text(f"#{version}\n{sizes}\n{head}\n{facts}{rest}")
        return path, {} if facts else {"cells": str(cell_table(folder))}

    return make


def parquet(*, turned: bool) -> Callable[[Path], Made]:
    """Return a maker of a Parquet file; where cells are rows, with their types."""

    def make(folder: Path) -> Made:
        frame = pd.DataFrame(COUNTS.astype(int), index=BARCODES, columns=SYMBOLS)
        if turned:
            frame.T.rename_axis("gene").reset_index().to_parquet(folder / "a.parquet")
            return folder / "a.parquet", {"cells": str(cell_table(folder))}
        frame.assign(cell_type=pd.Categorical(TYPES)).to_parquet(folder / "a.parquet")
        return folder / "a.parquet", {}

    return make


FORMS: dict[str, list[Callable[[Path], Made]]] = {
    "AnnData `.h5ad`": [h5ad, h5ad_csc, h5ad_slashes],
    "gzipped `.h5ad.gz`": [h5ad_gz],
    "AnnData `.zarr`": [anndata_zarr(2), anndata_zarr(3)],
    "MuData `.h5mu`": [h5mu],
    "SpatialData `.zarr`": [spatialdata],
    "loom `.loom`": [loom],
    "h5Seurat `.h5seurat`": [h5seurat],
    "Cell Ranger `.h5`": [tenx_h5(2), tenx_h5(3)],
    "Cell Ranger folder": [
        mtx("filtered_feature_bc_matrix", TEN, zipped=True),
        mtx("outs/filtered_feature_bc_matrix", TEN),
        mtx("filtered_gene_bc_matrices", ("matrix.mtx", "genes.tsv", "barcodes.tsv")),
    ],
    "GEO files": [
        mtx(
            "GSE1",
            ("GSM1_s1_matrix.mtx", "GSM1_s1_features.tsv", "GSM1_s1_barcodes.tsv"),
            zipped=True,
        )
    ],
    "STARsolo folder": [mtx("Solo.out/Gene/filtered", TEN), mtx("raw", TEN), starsolo_em],
    "kb-python folder": [kb_python],
    "alevin-fry folder": [alevin],
    "Parse Biosciences folder": [parse],
    "table of counts": [
        table("my counts.csv", turned=True),
        table("counts.csv.gz", turned=False),
        table("counts.tsv", turned=True, sep="\t"),
        table("counts.txt", turned=False, sep=";"),
    ],
    "GCT `.gct`": [gct("1.2"), gct("1.3")],
    "Parquet `.parquet`": [parquet(turned=False), parquet(turned=True)],
}
