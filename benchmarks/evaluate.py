"""Plain probes across a great distance: human blood to zebrafish blood, at a common level.

`python -m benchmarks.evaluate [DATA]` reads DATA/pbmc3k, DATA/zebrafish_blood, DATA/orthology and
DATA/cell_ontology. Probes learn cell types on human cells and name zebrafish cells, on one-to-one
genes and on all pairs by the mean of co-orthologs, as they are and standardised by dataset. Types
meet at the finest common level, and at one that is given. It prints accuracy and macro-F1 with
intervals over cells alone, as each plate has one or two types. scANVI joins where scvi-tools is
installed.
"""

import json
import sys
from pathlib import Path
from typing import Final

import anndata
import numpy as np
import pandas as pd
import scipy.sparse as sp
from benchmarks.scanvi import scanvi_predictions

from orthoweave.models.cross_species_gnn.baselines import carried_values, one_to_one_values
from orthoweave.models.levels import Level, common_level
from orthoweave.models.probes.expression import EXPRESSION_PROBES
from orthoweave.models.resampling import resample
from orthoweave.models.statistics import ClassMetric, of_classes
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.ontology import OntologyView
from orthoweave.views.orthology import Bipartite, OrthologyView, orthology_view

HERE = Path(__file__).parent
RESULT = HERE / "results" / "evaluate.json"
HUMAN, FISH = "NCBITaxon:9606", "NCBITaxon:7955"
FISH_TYPES: Final = {
    "T cell": "CL:0000084",
    "B cell": "CL:0000236",
    "neutrophil": "CL:0000775",
    "hematopoietic stem cell": "CL:0000037",
}
# T, B and myeloid cells: what nobody named, but both species have
LEVELS: Final = {"finest common": (), "given": ("CL:0000084", "CL:0000236", "CL:0000766")}
METRICS: tuple[ClassMetric, ...] = ("accuracy", "macro-F1")


def main() -> None:
    """Measure, print a table for each level and write the JSON."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "data"
    human, fish = read_human(data), read_fish(data)
    pairs = read_orthology(data).between(HUMAN, FISH).among(human.genes, fish.genes)
    ontology = read_ontology(data)
    by_dataset = {view.dataset: view.cell_types for view in (human, fish)}
    rows: list[dict[str, object]] = []
    for name, given in LEVELS.items():
        level = common_level(by_dataset, ontology, given)
        print(f"\n### {name} level: {', '.join(map(ontology.name, level.types))}\n")
        print("\n".join(f"* {note}" for note in level.notes))
        rows += measured(name, human, fish, pairs, level)
    if scanvi_predictions(human, fish, pairs) is None:
        print("\nscANVI: skipped, because scvi-tools is not installed")
    RESULT.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def measured(
    name: str, human: ExpressionView, fish: ExpressionView, pairs: Bipartite, level: Level
) -> list[dict[str, object]]:
    """Return a row for each probe and set of genes; print them as a table."""
    types, truth = level.of(human.cell_types), level.of(fish.cell_types)
    known, asked = (column != None for column in (types, truth))  # noqa: E711 - element by element
    human, fish = human.subset(cells=known), fish.subset(cells=asked)
    genes = {
        "1:1": one_to_one_values(human, fish, pairs),
        "all pairs, mean": carried_values(human, fish, pairs),
    }
    genes |= {
        f"{kind}, standardised": (standardised(first), standardised(second))
        for kind, (first, second) in genes.items()
    }
    found: dict[str, np.ndarray] = {}
    for kind, (first, second) in genes.items():
        for probe, method in EXPRESSION_PROBES.items():
            found[f"{probe} | {kind}"] = method(first, types[known], second)
    commonest = pd.Series(types[known]).mode()[0]
    found["commonest human type | none"] = np.full(fish.n_cells, commonest, object)
    rows: list[dict[str, object]] = []
    print("\n| probe | genes | accuracy | macro-F1 |\n|---|---|---|---|")
    drawn = {
        metric: resample(
            {key: of_classes(metric, truth[asked], row[None]) for key, row in found.items()},
            fish.donors,
            seed=0,
        )
        for metric in METRICS
    }
    for key in found:
        probe, _, kind = key.partition(" | ")
        estimates = {metric: drawn[metric].estimate(key) for metric in METRICS}
        row: dict[str, object] = {"level": name, "probe": probe, "genes": kind}
        for metric, one in estimates.items():
            row[metric] = [one.value, one.low, one.high]
        rows.append(row)
        shown = (f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})" for one in estimates.values())
        print(f"| {key} | {' | '.join(shown)} |")
    print(f"\n{fish.n_cells} cells; intervals over {drawn['accuracy'].about}")
    return rows


def read_human(data: Path) -> ExpressionView:
    """Read the human cells, genes keyed by Ensembl."""
    table = anndata.read_h5ad(data / "pbmc3k" / "pbmc3k.h5ad")
    return _view(
        "pbmc3k",
        HUMAN,
        table,
        table.var["ensembl_id"].astype(str),
        table.obs["cell_type_ontology_term_id"].astype(str).to_numpy(object),
        np.full(table.n_obs, None, object),
    )


def read_fish(data: Path) -> ExpressionView:
    """Read the zebrafish cells; a gate of rag1 mutants, which holds NK-like cells, is left out."""
    table = anndata.read_h5ad(data / "zebrafish_blood" / "zebrafish_blood.h5ad")
    table = table[table.obs["sorted_by"].astype(str) != "lck_GFP_rag1"].copy()
    types = table.obs["cell_type"].astype(str).map(FISH_TYPES).to_numpy(object)
    # each plate has one or two types: plates cannot be drawn again without losing types
    nobody = np.full(table.n_obs, None, object)
    return _view(
        "zebrafish_blood", FISH, table, pd.Series(table.var_names.astype(str)), types, nobody
    )


def read_orthology(data: Path) -> OrthologyView:
    """Read HCOP's human and zebrafish pairs that three or more resources support.

    Cardinality is counted among them, since some Ensembl genes share an entry of HCOP.
    """
    table = pd.read_csv(data / "orthology" / "hcop_human_zebrafish.tsv.gz", sep="\t", dtype=str)
    table = table[table["support_n"].astype(int) >= 3]
    table = table.dropna(subset=["human_ensembl", "target_ensembl"])
    table = table.drop_duplicates(["human_ensembl", "target_ensembl"])
    n_pairs = len(table)
    return orthology_view(
        ("ENSEMBL:" + table["human_ensembl"]).to_numpy(object),
        ("ENSEMBL:" + table["target_ensembl"]).to_numpy(object),
        np.full(n_pairs, HUMAN, object),
        np.full(n_pairs, FISH, object),
        cardinality=cardinality(table),
        support=table["support_n"].astype(int).to_numpy(),
        covering=np.full(n_pairs, 12),
    )


def cardinality(table: pd.DataFrame) -> np.ndarray:
    """Return the kind of each pair, read from the human gene, as counted among these pairs."""
    ends = ("human_ensembl", "target_ensembl")
    several = [table.groupby(end)[end].transform("size").gt(1) for end in ends]
    left, right = (np.where(many, "many", "1") for many in several)
    # a human gene in several pairs has many orthologs: 1:many
    return np.array([f"{one}:{other}" for one, other in zip(right, left, strict=True)], object)


def read_ontology(data: Path) -> OntologyView:
    """Read the Cell Ontology."""
    table = pd.read_csv(data / "cell_ontology" / "cl_terms.tsv.gz", sep="\t", dtype=str)
    parents = table["parents"].fillna("").str.split("|")
    edges = [
        (lower, upper)
        for lower, uppers in zip(table["cl_id"], parents, strict=True)
        for upper in uppers
        if upper
    ]
    lower, upper = (np.array(ends, object) for ends in zip(*edges, strict=True))
    keys, names = (table[name].to_numpy(object) for name in ("cl_id", "label"))
    return OntologyView(keys, names, lower, upper)


def _view(
    name: str,
    species: str,
    table: anndata.AnnData,
    genes: pd.Series,
    types: np.ndarray,
    samples: np.ndarray,
) -> ExpressionView:
    kept = ((genes != "") & ~genes.duplicated(keep=False)).to_numpy()
    counts = sp.csr_matrix(table.X)
    return expression_view(
        name,
        species,
        np.array([f"{name}:{cell}" for cell in table.obs_names], object),
        np.array([f"ENSEMBL:{gene}" for gene in genes[kept]], object),
        counts[:, kept],
        scale="counts",
        totals=np.asarray(counts.sum(axis=1)).ravel(),
        cell_types=types,
        donors=samples,
    ).log1p_cp10k()


def standardised(values: sp.csr_matrix) -> sp.csr_matrix:
    """Return genes in standard deviations from their mean over the dataset, cut at ten."""
    dense = values.toarray()
    spread = dense.std(axis=0)
    found = (dense - dense.mean(axis=0)) / np.where(spread > 1e-3, spread, 1)
    return sp.csr_matrix(np.clip(found, -10, 10))


if __name__ == "__main__":
    main()
