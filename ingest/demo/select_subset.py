"""Selects the demo's data from the complete originals; how the files beside it were made.

Usage: ``python select_subset.py ORIGINALS``, where ORIGINALS holds ``baron_pancreas/``,
``orthology/``, ``gene_info/`` and ``cell_ontology/`` as described in PROVENANCE.md.

Cells: at most 60 of each author's type and species. Genes: those detected in at least 10 % of
the picked cells, or in 40 % of a type of five cells or more, and textbook markers; then every
gene in an orthology component with one of them, so that no cardinality changes by the selection
and a gene that is missing from a matrix was truly not measured.
"""

import gzip
import sys
from pathlib import Path

import anndata
import networkx as nx
import numpy as np
import polars as pl

HERE = Path(__file__).parent
CELLS_PER_TYPE = 60
MARKERS = {
    "human": ["INS", "GCG", "SST", "PPY", "GHRL", "KRT19", "PRSS1", "PECAM1", "COL1A1", "CD3D"],
    "mouse": ["Ins1", "Ins2", "Gcg", "Sst", "Ppy", "Ghrl", "Krt19", "Try5", "Pecam1", "Col1a1"],
}
TAXON = {"human": "NCBITaxon:9606", "mouse": "NCBITaxon:10090"}
ORTHOLOGY = {
    "hcop_human_mouse": ("human_symbol", "target_symbol"),
    "ensembl_human_mouse": ("human_symbol", "mouse_symbol"),
    "mgi_human_mouse": ("human_symbol", "mouse_symbol"),
}
GENE_COLUMNS = [
    "taxon_id",
    "symbol",
    "name",
    "synonyms",
    "previous_symbols",
    "ncbi_gene_id",
    "ensembl_id",
    "hgnc_id",
    "mgi_id",
    "biotype",
]
# what was computed from the originals or repeats another column is left out
DROPPED = ["relation_all", "relation_support3", "relation", "support_n", "gene_order_conservation"]


def main(originals: Path) -> None:
    """Write all files of the demo."""
    orthology = {name: _read(originals / "orthology" / f"{name}.tsv.gz") for name in ORTHOLOGY}
    cells = {
        species: _pick_cells(
            anndata.read_h5ad(originals / "baron_pancreas" / f"baron_{species}.h5ad")
        )
        for species in TAXON
    }
    seeds = {species: _informative(data, MARKERS[species]) for species, data in cells.items()}
    kept = _close(orthology, seeds)
    for name, (human, mouse) in ORTHOLOGY.items():
        rows = orthology[name]
        inside = pl.col(human).is_in(kept["human"]) | pl.col(mouse).is_in(kept["mouse"])
        rows = rows.filter(inside & (pl.col(human) != "") & (pl.col(mouse) != ""))
        _write(HERE / f"{name}.tsv.gz", rows.drop([c for c in DROPPED if c in rows.columns]))
    for species, data in cells.items():
        genes = _read(originals / "gene_info" / f"{species}.tsv.gz")
        genes = genes.filter(pl.col("symbol").is_in(kept[species]))
        _write(
            HERE / f"genes_{species}.tsv.gz",
            genes.select([c for c in GENE_COLUMNS if c in genes.columns]),
        )
        _write_matrix(data, kept[species], TAXON[species], HERE / f"baron_{species}.h5ad")
    used = {term for data in cells.values() for term in data.obs["cell_type_ontology_term_id"]}
    _write(HERE / "cell_ontology.tsv.gz", _ontology(originals / "cell_ontology", used))


def _read(path: Path) -> pl.DataFrame:
    table = pl.read_csv(path, separator="\t", infer_schema=False, quote_char=None)
    return table.fill_null("")


def _write(path: Path, table: pl.DataFrame) -> None:
    content = table.write_csv(separator="\t", quote_style="never").encode()
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as stream:
        stream.write(content)


def _pick_cells(data: anndata.AnnData) -> anndata.AnnData:
    rng = np.random.default_rng(0)
    labels = data.obs["cell_type"].to_numpy()
    picked = [
        rng.permutation(np.flatnonzero(labels == label))[:CELLS_PER_TYPE]
        for label in sorted(set(labels))
    ]
    return data[np.sort(np.concatenate(picked))].copy()


def _informative(data: anndata.AnnData, markers: list[str]) -> set[str]:
    labels = data.obs["cell_type"].to_numpy()
    detected = data.X > 0
    keep = np.asarray(detected.mean(axis=0)).ravel() >= 0.10
    for label in set(labels):
        inside = labels == label
        if inside.sum() >= 5:
            keep |= np.asarray(detected[inside].mean(axis=0)).ravel() >= 0.40
    return set(data.var["current_symbol"].astype(str)[keep]) | set(markers)


def _close(orthology: dict[str, pl.DataFrame], seeds: dict[str, set[str]]) -> dict[str, set[str]]:
    """The seeds and all genes that share an orthology component with one."""
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    for name, (human, mouse) in ORTHOLOGY.items():
        rows = orthology[name]
        pairs = rows.select(human, mouse).iter_rows()
        graph.add_edges_from((("human", a), ("mouse", b)) for a, b in pairs if a and b)
    kept = {species: set(genes) for species, genes in seeds.items()}
    for component in nx.connected_components(graph):
        if any(gene in seeds[species] for species, gene in component):
            for species, gene in component:
                kept[species].add(gene)
    return kept


def _write_matrix(data: anndata.AnnData, genes: set[str], taxon: str, path: Path) -> None:
    data = data[:, data.var["current_symbol"].astype(str).isin(genes)].copy()
    data.obs = data.obs[["cell_type", "cell_type_ontology_term_id", "donor", "library"]].astype(str)
    data.var = data.var[["symbol", "ensembl_id", "ncbi_gene_id"]].astype(str)
    data.uns = {
        "organism_ontology_term_id": taxon,
        "title": f"Baron 2016 pancreas, {path.stem.split('_')[1]}, subset for the demo",
        "source": "GSE84133, Baron et al. 2016, doi:10.1016/j.cels.2016.08.011",
        "units": "UMI counts (inDrop)",
    }
    data.write_h5ad(path, compression="gzip", compression_opts=9)


def _ontology(folder: Path, used: set[str]) -> pl.DataFrame:
    """The terms in use and all their ancestors: ids, names, hierarchy; no definitions."""
    ancestors = _read(folder / "cl_ancestors.tsv.gz")
    wanted = used | set(ancestors.filter(pl.col("cl_id").is_in(used))["ancestor_id"])
    terms = _read(folder / "cl_terms.tsv.gz").filter(pl.col("cl_id").is_in(wanted))
    return terms.select("cl_id", "label", "synonyms", "deprecated", "replaced_by", "parents")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
