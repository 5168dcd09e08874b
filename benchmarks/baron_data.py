"""Read the pancreas cells of Baron et al. and their orthology, for several benchmarks."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd

from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.orthology import OrthologyView, orthology_view

KINDS = {"one2one": "1:1", "one2many": "1:many", "many2one": "many:1", "many2many": "many:many"}


def read_dataset(data: Path, name: str, species: str) -> ExpressionView:
    """Read a Baron dataset with genes keyed by NCBI gene id."""
    table = anndata.read_h5ad(data / "baron_pancreas" / f"{name}.h5ad")
    number = table.var["ncbi_gene_id"].astype(str)
    kept = ((number != "") & ~number.duplicated(keep=False)).to_numpy()
    counts = table.X.tocsr()
    return expression_view(
        name,
        species,
        np.array([f"{name}:{cell}" for cell in table.obs_names], object),
        np.array([f"NCBIGene:{key}" for key in number[kept]], object),
        counts[:, kept],
        scale="counts",
        totals=np.asarray(counts.sum(axis=1)).ravel(),
        cell_types=table.obs["cell_type_ontology_term_id"].astype(str).to_numpy(object),
        donors=table.obs["donor"].astype(str).to_numpy(object),
    ).log1p_cp10k()


def read_orthology(data: Path) -> OrthologyView:
    """Read HCOP's human and mouse pairs that three or more resources support."""
    table = pd.read_csv(data / "orthology" / "hcop_human_mouse.tsv.gz", sep="\t", dtype=str)
    table = table[table["support_n"].astype(int) >= 3]
    table = table.dropna(subset=["human_ncbi", "target_ncbi", "relation_support3"])
    table = table.drop_duplicates(["human_ncbi", "target_ncbi"])
    n_pairs = len(table)
    return orthology_view(
        ("NCBIGene:" + table["human_ncbi"]).to_numpy(object),
        ("NCBIGene:" + table["target_ncbi"]).to_numpy(object),
        np.full(n_pairs, "NCBITaxon:9606", object),
        np.full(n_pairs, "NCBITaxon:10090", object),
        cardinality=table["relation_support3"].map(KINDS).to_numpy(object),
        support=table["support_n"].astype(int).to_numpy(),
        covering=np.full(n_pairs, 12),
    )
