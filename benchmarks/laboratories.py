"""Read cells of other laboratories, and simulate laboratories, for the calibration benchmark.

A folder of others holds h5ad files whose var index are gene symbols and whose obs has `cell_type`:

* ``wang.h5ad``, ``xin.h5ad``: human islets of Wang et al. and Xin et al. 2016 as in the example
  data of the R package scClassify (501 × 219 and 674 × 980, log2 of one plus transcripts per
  million)
* ``embryo.h5ad``: mouse pancreas at day 15.5 of Bastidas-Ponce et al. 2019 as in the R package
  SuperCell (3,696 × 2,000, spliced counts; `total` in obs)
* ``pbmc68k.h5ad``: scanpy's reduced 68k PBMC (700 × 765, log1p of counts per 10 000)
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

import anndata
import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.models.calibration.laboratories import thinned
from orthoweave.views.expression import ExpressionView, expression_view

HUMAN, MOUSE, OTHER_HUMAN = "NCBITaxon:9606", "NCBITaxon:10090", "NCBITaxon:1"
PANCREAS: Final = {
    "alpha": "CL:0000171",
    "beta": "CL:0000169",
    "ductal": "CL:0002079",
    "stellate": "CL:0002410",
    "gamma": "CL:0002275",
    "delta": "CL:0000173",
    "acinar": "CL:0002064",
    "epsilon": "CL:0005019",
}
T, B, NK, MYELOID = "CL:0000084", "CL:0000236", "CL:0000623", "CL:0000766"
BLOOD: Final = {
    "pbmc3k": {
        "Naive CD4 T": T,
        "Memory CD4 T": T,
        "CD8 T": T,
        "CD14+ Mono": MYELOID,
        "FCGR3A+ Mono": MYELOID,
        "DC": MYELOID,
        "B": B,
        "NK": NK,
        "Platelet": "CL:0000233",
    },
    "zheng": {"regulatory T": T, "bcell": B, "cd56_NK": NK},
    "pbmc68k": {
        "CD14+ Monocyte": MYELOID,
        "Dendritic": MYELOID,
        "CD19+ B": B,
        "CD56+ NK": NK,
        "CD34+": "CL:0000037",
    },
}
PARTS: Final = 4


def read_pancreas(data: Path, others: Path, name: str) -> ExpressionView:
    """Read a pancreas of another laboratory, genes keyed by NCBI gene id."""
    table = anndata.read_h5ad(others / f"{name}.h5ad")
    values = sp.csr_matrix(table.X, dtype=np.float32)
    types = [PANCREAS.get(key, key) for key in table.obs["cell_type"].astype(str)]
    species = "mouse" if name == "embryo" else "human"
    genes = ncbi_genes(data, species, table.var_names)
    if name == "embryo":
        totals = table.obs["total"].to_numpy(float)
        return _view(name, MOUSE, table, genes, values, types, totals=totals)
    # per million to per ten thousand
    values.data = np.log1p((np.exp2(values.data.astype(np.float64)) - 1) / 100)
    return _view(name, HUMAN, table, genes, values, types)


def read_blood(data: Path, others: Path, name: str) -> ExpressionView:
    """Read blood with four random parts in place of donors, which it does not name."""
    files = {
        "pbmc3k": data / "pbmc3k" / "pbmc3k.h5ad",
        "zheng": data / "pbmc_zheng_sorted" / "zheng_sorted_500.h5ad",
        "pbmc68k": others / "pbmc68k.h5ad",
    }
    table = anndata.read_h5ad(files[name])
    counted = name != "pbmc68k"
    values = sp.csr_matrix(table.X if counted else table.raw.X, dtype=np.float32)
    labels = table.obs["cell_type" if counted else "bulk_labels"].astype(str)
    # what the 68k name besides are kinds of T cells
    types = [BLOOD[name].get(key, T) for key in labels]
    genes = ncbi_genes(data, "human", table.var_names if counted else table.raw.var_names)
    totals = np.asarray(values.sum(axis=1)).ravel() if counted else None
    view = _view(name, HUMAN, table, genes, values, types, totals=totals)
    return with_parts(view)


def with_parts(view: ExpressionView) -> ExpressionView:
    """Return a view whose donors are four random parts: less than donors, said wherever used."""
    parts = np.random.default_rng(0).integers(0, PARTS, view.n_cells)
    return replace(view, donors=np.array([f"part {one}" for one in parts], object))


def as_other_species(view: ExpressionView) -> ExpressionView:
    """Return human cells under keys of a made-up species, which the model needs two of."""
    genes = np.array([f"{gene}0000000" for gene in view.genes], object)
    nobody = np.full(view.n_cells, None, object)
    return replace(view, species=OTHER_HUMAN, genes=genes, donors=nobody)


def shallow(view: ExpressionView, retention: float) -> ExpressionView:
    """Return cells of which a share of the molecules was counted."""
    random = np.random.default_rng(0)
    values = thinned(view.values, view.totals, retention, random)
    values.data = values.data.astype(np.float32)
    values.eliminate_zeros()
    return replace(view, values=values, totals=view.totals * retention)


def fewer_genes(view: ExpressionView, share: float) -> ExpressionView:
    """Return cells whose laboratory measured a random share of the genes."""
    kept = np.random.default_rng(0).random(view.n_genes) < share
    return view.subset(genes=np.flatnonzero(kept))


def other_composition(view: ExpressionView, share: float) -> ExpressionView:
    """Return cells of which a share of the two commonest types was taken."""
    names, counts = np.unique(view.cell_types.astype(str), return_counts=True)
    common = np.isin(view.cell_types, names[np.argsort(-counts)[:2]])
    kept = ~common | (np.random.default_rng(0).random(view.n_cells) < share)
    return view.subset(cells=np.flatnonzero(kept))


def ncbi_genes(data: Path, species: str, symbols: pd.Index) -> list[str | None]:
    """Return NCBI gene ids of symbols, also of former ones; None where there is none."""
    table = pd.read_csv(
        data / "gene_info" / f"{species}.tsv.gz", sep="\t", dtype=str, keep_default_na=False
    )
    table = table[table["ncbi_gene_id"] != ""]
    found = dict(zip(table["symbol"], table["ncbi_gene_id"], strict=True))
    former = [name for name in ("synonyms", "previous_symbols") if name in table]
    for texts, number in zip(
        table[former].agg("|".join, axis=1), table["ncbi_gene_id"], strict=True
    ):
        for text in texts.split("|"):
            found.setdefault(text, number)
    return [found.get(str(symbol)) for symbol in symbols]


def _view(
    name: str,
    species: str,
    table: anndata.AnnData,
    genes: list[str | None],
    values: sp.csr_matrix,
    types: list[str],
    *,
    totals: np.ndarray | None = None,
) -> ExpressionView:
    keys = pd.Series(genes)
    kept = (keys.notna() & ~keys.duplicated(keep=False)).to_numpy()
    return expression_view(
        name,
        species,
        np.array([f"{name}:{cell}" for cell in table.obs_names], object),
        np.array([f"NCBIGene:{key}" for key in keys[kept]], object),
        values[:, kept],
        scale="counts" if totals is not None else "log1p_cp10k",
        totals=totals,
        cell_types=np.array(types, object),
    ).log1p_cp10k()
