"""Genes that vary more over the cells than other genes with a similar mean."""

from typing import Final

import numpy as np
import pandas as pd

_BINS: Final = 20


def variable_genes(mean: np.ndarray, dispersion: np.ndarray, n_genes: int) -> np.ndarray:
    """Return numbers of the most variable genes, increasing, shape ``(n_genes,)`` or fewer.

    Genes are binned by their mean and ranked by how far their dispersion, as a logarithm, stands
    above that of their bin, in standard deviations: Satija et al., 2015, doi:10.1038/nbt.3192, as
    in Seurat's ``mean.var.plot``. Ties go to the lower number; genes that no cell expresses come
    last.

    Parameters
    ----------
    mean, dispersion
        Mean and variance over mean of each gene's counts per 10 000, shape ``(n,)`` each.
    """
    with np.errstate(divide="ignore"):
        logged = np.where(dispersion > 0, np.log(dispersion), np.nan)
    frame = pd.DataFrame({"dispersion": logged, "bin": pd.cut(np.log1p(mean), _BINS, labels=False)})
    bins = frame.groupby("bin")["dispersion"].agg(["mean", "std"])
    # a bin of one gene has no spread: its gene scores one deviation
    alone = bins["std"].isna()
    bins.loc[alone, "std"] = bins.loc[alone, "mean"]
    bins.loc[alone, "mean"] = 0
    of_gene = bins.reindex(frame["bin"])
    score = (logged - of_gene["mean"].to_numpy()) / of_gene["std"].to_numpy()
    order = np.argsort(-np.nan_to_num(score, nan=-np.inf), kind="stable")
    return np.sort(order[:n_genes])
