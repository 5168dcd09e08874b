"""Counts of real datasets for the benchmarks of scMamba, with doublets that are known or added."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import anndata
import numpy as np
import scipy.sparse as sp

from orthoweave.views.expression import ExpressionView, expression_view

HUMAN = "NCBITaxon:9606"
ADDED = 0.1
"""Share of doublets that is added where none are known, for each cell."""


@dataclass(frozen=True, slots=True)
class WithDoublets:
    """A dataset whose doublets are known."""

    view: ExpressionView
    kinds: np.ndarray
    """``singlet``, ``two types``, ``one type`` or ``doublet`` of each cell."""
    origin: str
    """Origin of the knowledge."""

    @property
    def doublets(self) -> np.ndarray:
        """Mask of the doublets."""
        return np.asarray(self.kinds != "singlet")


def read_counts(path: Path, name: str, *, types: str = "", donors: str = "") -> ExpressionView:
    """Return the counts of a file, with genes by their names there.

    Parameters
    ----------
    types, donors
        Columns of cell types and donors; none if empty.
    """
    table = anndata.read_h5ad(path)
    genes = np.asarray(table.var_names, str)
    first = np.zeros(len(genes), bool)
    first[np.unique(genes, return_index=True)[1]] = True
    counts = sp.csr_matrix(table.X, dtype=np.float32)

    def column(key: str) -> np.ndarray | None:
        return table.obs[key].astype(str).to_numpy(object) if key else None

    return expression_view(
        name,
        HUMAN,
        np.array([f"{name}:{cell}" for cell in table.obs_names], object),
        np.array([f"GENE:{gene}" for gene in genes[first]], object),
        counts[:, first],
        scale="counts",
        totals=np.asarray(counts.sum(axis=1)).ravel(),
        cell_types=column(types),
        donors=column(donors),
    )


def cell_lines(data: Path) -> WithDoublets:
    """Return four cell lines whose doublets were found by hashtags, without droplets of none."""
    path = data / "chcl_doublets" / "chcl_2000.h5ad"
    table = anndata.read_h5ad(path)
    tags = table.obs["hto_classification"].astype(str).to_numpy(object)
    kept = (table.obs["doublet"] != "negative").to_numpy()
    kinds = np.array(["singlet"] * len(tags), object)
    for number in np.flatnonzero(table.obs["doublet"] == "doublet"):
        parts = str(tags[number]).split("_")
        kinds[number] = "one type" if parts[0] == parts[2] else "two types"
    view = read_counts(path, "chcl")
    totals = table.obs["n_umi_full"].to_numpy(np.float64)
    view = replace(view, totals=totals, labels=_labels(kinds)).subset(cells=kept)
    return WithDoublets(view, kinds[kept], "hashtags")


def mixology(data: Path) -> WithDoublets:
    """Return three cell lines on two platforms, whose doublets were found by genotype."""
    path = data / "sc_mixology" / "sc_mixology_3cl.h5ad"
    view = read_counts(path, "sc_mixology", donors="batch")
    found = anndata.read_h5ad(path).obs["demuxlet_class"].astype(str).to_numpy(object)
    kinds = np.where(found == "DBL", "two types", "singlet").astype(object)
    return WithDoublets(replace(view, labels=_labels(kinds)), kinds, "genotypes")


def with_added(view: ExpressionView, seed: int = 0) -> WithDoublets:
    """Return a dataset with sums of two random cells of a donor among its cells."""
    random = np.random.default_rng(seed)
    n_cells = view.n_cells
    first = random.choice(n_cells, round(ADDED * n_cells), replace=False)
    second = np.array(
        [random.choice(np.flatnonzero(view.donors == view.donors[one])) for one in first]
    )
    counts = sp.csr_matrix(sp.vstack([view.values, view.values[first] + view.values[second]]))
    counts.sort_indices()
    same = view.cell_types[first] == view.cell_types[second]
    kinds = np.concatenate(
        [np.full(n_cells, "singlet", object), np.where(same, "one type", "two types")]
    ).astype(object)
    made = np.array([f"{view.dataset}:added{number}" for number in range(len(first))], object)
    grown = replace(
        view,
        cells=np.concatenate([view.cells, made]),
        values=counts,
        totals=np.concatenate([view.totals, view.totals[first] + view.totals[second]]),
        cell_types=np.concatenate([view.cell_types, np.full(len(first), None, object)]),
        donors=np.concatenate([view.donors, view.donors[first]]),
        labels=_labels(kinds),
    )
    return WithDoublets(grown, kinds, "added")


def _labels(kinds: np.ndarray) -> np.ndarray:
    return np.where(kinds == "singlet", "singlet", "doublet").astype(object)


def pbmc(data: Path) -> ExpressionView:
    """Return PBMC 3k with its nine types."""
    path = data / "pbmc3k" / "pbmc3k.h5ad"
    return read_counts(path, "pbmc3k", types="cell_type_ontology_term_id")


def zheng(data: Path) -> ExpressionView:
    """Return 500 sorted blood cells of three types."""
    path = data / "pbmc_zheng_sorted" / "zheng_sorted_500.h5ad"
    return read_counts(path, "zheng", types="cell_type_ontology_term_id")


def baron(data: Path) -> ExpressionView:
    """Return the human pancreas cells of four donors."""
    path = data / "baron_pancreas" / "baron_human.h5ad"
    return read_counts(path, "baron", types="cell_type_ontology_term_id", donors="donor")


DOUBLETS: Mapping[str, Callable[[Path], WithDoublets]] = {
    "four cell lines, hashtags": cell_lines,
    "three cell lines, genotypes": mixology,
    "PBMC 3k, added": lambda data: with_added(pbmc(data)),
    "sorted blood, added": lambda data: with_added(zheng(data)),
    "Baron human pancreas, added": lambda data: with_added(baron(data)),
}
