"""Datasets, gene texts with class names masked, and their vectors, for `cell_text.py`."""

import re
from dataclasses import dataclass
from pathlib import Path

import anndata
import numpy as np
import pandas as pd

from orthoweave.text.cache import CACHE_FILE, CachedEncoder
from orthoweave.text.encoders import find_encoder
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.vector import VectorView

TAXA = {"human": 9606, "mouse": 10090}
MODEL = "all-MiniLM-L6-v2"
# words of the class names of all datasets here, singular; longer words that contain them stay
MASKED = re.compile(
    r"\b(pancreatic|pancreas|islets?|langerhans|type|alpha|beta|delta|gamma|epsilon|pp|acinar|"
    r"ductal?|ducts?|endothelial|endothelium|macrophages?|mast|schwann|stellate|quiescent|"
    r"activated|t|b|nk|natural killer|killer|monocytes?|mono|cd14|cd4|cd8|cd56|fcgr3a|dendritic|"
    r"dc|platelets?|megakaryocytes?|regulatory|memory|naive|leukocytes?|lymphocytes?|cells?)\b",
    re.IGNORECASE,
)
GENES_OF_A_CELL = 100


@dataclass(frozen=True, slots=True)
class Source:
    """One dataset."""

    name: str
    path: str
    species: str
    labels: str
    test_donors: tuple[str, ...]
    """Donors to test on; empty where there is only one, and cells are split at random."""


SOURCES = (
    Source(
        "baron_human",
        "baron_pancreas/baron_human.h5ad",
        "human",
        "cell_type_ontology_term_id",
        ("human3",),
    ),
    Source(
        "baron_mouse",
        "baron_pancreas/baron_mouse.h5ad",
        "mouse",
        "cell_type_ontology_term_id",
        ("mouse2",),
    ),
    Source("pbmc3k", "pbmc3k/pbmc3k.h5ad", "human", "cell_type", ()),
    Source("zheng_sorted", "pbmc_zheng_sorted/zheng_sorted_500.h5ad", "human", "cell_type", ()),
)


def read_counts(data: Path, source: Source) -> ExpressionView:
    """Read the counts of a dataset with genes keyed by NCBI gene id."""
    table = anndata.read_h5ad(data / source.path)
    number = table.var["ncbi_gene_id"].astype(str)
    kept = ((number != "") & (number != "nan") & ~number.duplicated(keep=False)).to_numpy()
    counts = table.X.tocsr()
    donors = table.obs["donor"] if "donor" in table.obs else pd.Series("one", table.obs.index)
    symbol = table.var["symbol"] if "symbol" in table.var else table.var_names.to_series()
    return expression_view(
        source.name,
        f"NCBITaxon:{TAXA[source.species]}",
        np.array([f"{source.name}:{cell}" for cell in table.obs_names], object),
        np.array([f"NCBIGene:{key}" for key in number[kept]], object),
        counts[:, kept],
        scale="counts",
        symbols=symbol[kept].astype(str).to_numpy(object),
        totals=np.asarray(counts.sum(axis=1)).ravel(),
        cell_types=table.obs[source.labels].astype(str).to_numpy(object),
        donors=donors.astype(str).to_numpy(object),
    )


def gene_texts(data: Path, species: str, *, summaries: bool) -> dict[str, str]:
    """Return each gene's text by key: symbol, full name and RefSeq summary, with names masked."""
    table = pd.read_csv(data / "gene_info" / f"{species}.tsv.gz", sep="\t", dtype=str).fillna("")
    table = table[table["ncbi_gene_id"] != ""].drop_duplicates("ncbi_gene_id")
    texts = {
        f"NCBIGene:{key}": f"{symbol}: {MASKED.sub(' ', name)}"
        for key, symbol, name in zip(
            table["ncbi_gene_id"], table["symbol"], table["name"], strict=True
        )
    }
    if summaries:
        path = data / "gene_info" / "refseq_summaries.tsv.gz"
        said = pd.read_csv(path, sep="\t", dtype=str).fillna("")
        said = said[said["taxon_id"] == str(TAXA[species])]
        for key, summary in zip(said["ncbi_gene_id"], said["summary"], strict=True):
            if f"NCBIGene:{key}" in texts:
                texts[f"NCBIGene:{key}"] += f". {MASKED.sub(' ', summary)}"
    return texts


def prominent_genes(view: ExpressionView) -> np.ndarray:
    """Return the genes that are among the strongest of some cell, which alone can have a weight."""
    seen = np.zeros(view.n_genes, bool)
    for row in range(view.n_cells):
        start, end = view.values.indptr[row : row + 2]
        values = view.values.data[start:end]
        # twice as many as count, since some genes are left out by the model
        n_kept = min(2 * GENES_OF_A_CELL, len(values))
        strongest = np.argpartition(-values, n_kept - 1)[:n_kept]
        seen[view.values.indices[start:end][strongest]] = True
    return np.asarray(view.genes[seen])


def text_vectors(
    data: Path, work: Path, species: str, genes: np.ndarray, *, summaries: bool
) -> VectorView:
    """Return the vectors of the texts of `genes`, encoded once."""
    texts = gene_texts(data, species, summaries=summaries)
    known = [gene for gene in genes if gene in texts]
    encoder = CachedEncoder(find_encoder(MODEL), work / CACHE_FILE)
    vectors = encoder.encode([texts[gene] for gene in known])
    return VectorView("gene_text", MODEL, np.array(known, object), vectors)
