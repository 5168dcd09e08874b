"""A synthetic build of a laboratory's size: a million cells, 150 000 genes, three species.

Genes, orthology, ontology and counts are drawn from a seed and go through the ordinary jobs; the
result is kept below ``benchmarks/work/``. What is not like real data: names and ids mean nothing,
a cell has some 50 expressed genes in place of a few thousand, and only its 5 highest become
EXPRESSES edges. What the screens read is not smaller for it: sums by gene and cell type,
orthology and text vectors have as many rows as real data of this size, or more.
"""

from pathlib import Path
from typing import Final

import anndata
import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.builds.build import build
from orthoweave.jobs.discover import discover_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Progress, TerminalProgress
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout

WORK: Final = Path(__file__).parent / "work"
SPECIES: Final = {
    "human": ("9606", "ENSG"),
    "mouse": ("10090", "ENSMUSG"),
    "zebrafish": ("7955", "ENSDARG"),
}
DATASETS: Final = {
    "human_a": "human",
    "human_b": "human",
    "mouse_a": "mouse",
    "zebrafish_a": "zebrafish",
}
N_TYPES: Final = 100
# a type is a kind of one of these
_N_GROUPS: Final = 10
_MARKERS: Final = 60
_WORDS: Final = (
    "kinase",
    "receptor",
    "channel",
    "transporter",
    "ligase",
    "collagen",
    "zinc",
    "finger",
    "homeobox",
    "ribosomal",
    "mitochondrial",
    "synaptic",
    "membrane",
    "nuclear",
    "binding",
    "factor",
    "subunit",
    "alpha",
    "beta",
    "gamma",
    "like",
    "family",
    "domain",
    "containing",
    "insulin",
    "glucose",
    "calcium",
    "sodium",
    "neural",
    "muscle",
    "immune",
    "repair",
)


def synthetic_build(n_genes: int = 50_000, n_cells: int = 250_000, measured: int = 8_000) -> Path:
    """Return the folder of the knowledge base; make it on the first call.

    Parameters
    ----------
    n_genes
        Genes of each species.
    n_cells
        Cells of each of the four datasets.
    measured
        Genes of a species that its datasets measured: the first ones.
    """
    folder = WORK / f"lab-{n_genes}-{n_cells}-{measured}"
    if (folder / "kb" / "CURRENT").is_file():
        return folder / "kb"
    folder.mkdir(parents=True, exist_ok=True)
    layout, progress = Layout(folder / "kb"), TerminalProgress()
    for species in SPECIES:
        path = folder / f"genes_{species}.tsv"
        _genes(species, n_genes).to_csv(path, sep="\t", index=False)
        _run(layout, "gene_descriptions", [path], {"source": f"genes_{species}"}, progress)
    for other in ("mouse", "zebrafish"):
        path = folder / f"hcop_human_{other}.tsv"
        _orthology(other, n_genes).to_csv(path, sep="\t", index=False)
        _run(layout, "orthology", [path], {}, progress)
    path = folder / "cl.obo"
    path.write_text(_ontology(), encoding="utf-8")
    _run(layout, "cell_ontology", [path], {}, progress)
    for number, (name, species) in enumerate(DATASETS.items()):
        path = folder / f"{name}.h5ad"
        _cells(species, n_cells, measured, seed=number).write_h5ad(path)
        _run(layout, "cell_gene", [path], {"top_genes": "5"}, progress)
        path.unlink()
        _run(layout, "coexpression", [], {"dataset": name, "min_fraction": "0.005"}, progress)
    for what in ("genes", "cell_types"):
        _run(layout, "embeddings", [], {"what": what, "model": "hashed-ngrams"}, progress)
    build(layout, progress)
    return folder / "kb"


def gene_key(species: str, number: int) -> str:
    """Return the key of a gene of a species by its number."""
    return f"NCBIGene:{_ncbi(species, number)}"


def symbol(species: str, number: int) -> str:
    """Return the symbol of a gene of a species by its number."""
    text = f"GENE{number}"
    return {"human": text, "mouse": text.capitalize(), "zebrafish": text.lower()}[species]


def _run(
    layout: Layout, job: str, inputs: list[Path], options: dict[str, str], progress: Progress
) -> None:
    ingest(layout, discover_jobs(Settings(kb=layout.root))[job], inputs, options, progress)


def _genes(species: str, count: int) -> pd.DataFrame:
    generator = np.random.default_rng(int(SPECIES[species][0]))
    words = generator.choice(_WORDS, (count, 5))
    return pd.DataFrame(
        {
            "taxon_id": SPECIES[species][0],
            "symbol": [symbol(species, n) for n in range(count)],
            "name": [" ".join(line) for line in words],
            "synonyms": [f"S{n}{species[0]}|T{n // 2}" for n in range(count)],
            "ncbi_gene_id": [_ncbi(species, n) for n in range(count)],
            "ensembl_id": [_ensembl(species, n) for n in range(count)],
        }
    )


def _ncbi(species: str, number: int) -> int:
    return 900_000_000 + 1_000_000 * list(SPECIES).index(species) + number


def _ensembl(species: str, number: int) -> str:
    return f"{SPECIES[species][1]}{90_000_000_000 + number:011d}"


def _orthology(other: str, count: int) -> pd.DataFrame:
    """Return orthology in which two thirds of the human genes have one ortholog or two."""
    partners = [(n, n) for n in range(count) if n % 3]
    partners += [(n, n + 1) for n in range(8, count - 1, 9)]
    resources = ("Ensembl|NCBI|OMA|Panther|EggNOG", "Ensembl|OMA|Panther", "OMA|Inparanoid")
    return pd.DataFrame(
        {
            "human_symbol": [symbol("human", n) for n, _ in partners],
            "human_ncbi": [_ncbi("human", n) for n, _ in partners],
            "human_ensembl": [_ensembl("human", n) for n, _ in partners],
            "target_taxon_id": SPECIES[other][0],
            "target_symbol": [symbol(other, n) for _, n in partners],
            "target_ncbi": [_ncbi(other, n) for _, n in partners],
            "target_ensembl": [_ensembl(other, n) for _, n in partners],
            "support": [resources[(n + m) % 3] for n, m in partners],
        }
    )


def _ontology() -> str:
    terms = ["format-version: 1.2\nontology: cl\n", "[Term]\nid: CL:9000000\nname: cell\n"]
    for group in range(_N_GROUPS):
        key = f"CL:{9_100_000 + group}"
        terms.append(f"[Term]\nid: {key}\nname: kind {group}\nis_a: CL:9000000 ! cell\n")
    for kind in range(N_TYPES):
        above = f"CL:{9_100_000 + kind % _N_GROUPS}"
        terms.append(f"[Term]\nid: {_type(kind)}\nname: type {kind:03d} cell\nis_a: {above}\n")
    return "\n".join(terms)


def _type(kind: int) -> str:
    return f"CL:{9_200_000 + kind}"


def _cells(species: str, n_cells: int, n_genes: int, *, seed: int) -> anndata.AnnData:
    """Return counts ``(n_cells, n_genes)`` of common genes, rare genes and markers of the type."""
    generator = np.random.default_rng(seed)
    kinds = generator.integers(0, N_TYPES, n_cells)
    common = (n_genes * generator.random((n_cells, 24)) ** 3).astype(np.int32)
    rare = generator.integers(0, n_genes, (n_cells, 12), np.int32)
    # the markers of a type are the same genes in every dataset
    markers = np.random.default_rng(99).integers(0, n_genes, (N_TYPES, _MARKERS), np.int32)
    own = markers[kinds[:, None], generator.integers(0, _MARKERS, (n_cells, 20))]
    columns = np.concatenate([common, rare, own], axis=1).ravel()
    counts = generator.geometric(0.5, columns.size).astype(np.float32)
    rows = np.arange(n_cells + 1, dtype=np.int64) * (columns.size // n_cells)
    matrix = sp.csr_matrix((counts, columns, rows), shape=(n_cells, n_genes))
    matrix.sum_duplicates()
    obs = pd.DataFrame(
        {
            "cell_type": pd.Categorical([f"type {kind:03d} cell" for kind in kinds]),
            "cell_type_ontology_term_id": pd.Categorical([_type(kind) for kind in kinds]),
            "donor_id": pd.Categorical([f"donor {number % 8}" for number in range(n_cells)]),
        },
        index=[f"cell{number:07d}" for number in range(n_cells)],
    )
    var = pd.DataFrame(index=[_ensembl(species, number) for number in range(n_genes)])
    about = {"organism_ontology_term_id": f"NCBITaxon:{SPECIES[species][0]}"}
    return anndata.AnnData(matrix, obs, var, uns=about)
