"""Answers to the saved queries about genes, orthologs and provenance, computed by pandas."""

import pandas as pd
from tests.support.analyst.question import Parameters
from tests.support.analyst.saved import Key, saved
from tests.support.analyst.saved_expression import named
from tests.support.analyst.world import World

_TURNED = {"1:many": "many:1", "many:1": "1:many"}


def orthologs(world: World) -> pd.DataFrame:
    """Return ortholog pairs in both directions, with the cardinality as read from `gene`."""
    pairs = world.consensus[["from", "to", "cardinality", "support_count", "covering_count"]]
    pairs = pairs.rename(columns={"from": "gene", "to": "ortholog"})
    turned = [
        text if gene < ortholog else _TURNED.get(text, text)
        for gene, ortholog, text in zip(
            pairs["gene"], pairs["ortholog"], pairs["cardinality"], strict=True
        )
    ]
    return pairs.assign(cardinality=turned)


@saved(("coefficient", Key.DOWN), ("gene", Key.UP), ("dataset", Key.UP))
def coexpressed_genes(world: World, given: Parameters) -> pd.DataFrame:
    """Neighbours of a gene by co-expression."""
    pairs = world.both_ways("COEXPRESSED_WITH")
    mine = pairs[
        (pairs["from"] == given["gene"]) & (pairs["coefficient"].abs() >= given["min_coefficient"])
    ]
    found = named(world, mine.rename(columns={"to": "gene"}), "gene", "Gene", symbol="symbol")
    return found[["dataset", "cell_type", "gene", "symbol", "coefficient", "method", "n"]]


@saved()
def conserved_coexpression(world: World, given: Parameters) -> pd.DataFrame:
    """Neighbours of a gene whose orthologs are neighbours of its orthologs, with the same sign."""
    pairs = orthologs(world)[["gene", "ortholog"]]
    edges = world.both_ways("COEXPRESSED_WITH")[["from", "to", "dataset", "coefficient"]]
    mine = pairs[pairs["gene"] == given["gene"]]["ortholog"]
    here = edges[edges["from"] == given["gene"]].drop(columns="from")
    here = here.merge(pairs, left_on="to", right_on="gene")
    there = edges[edges["from"].isin(mine)]
    found = here.merge(there, left_on="ortholog", right_on="to", suffixes=("", "_there"))
    found = found[found["coefficient"] * found["coefficient_there"] > 0]
    found = named(world, found, "gene", "Gene", symbol="symbol")
    found = named(world, found, "from", "Gene", ortholog_of_mine="symbol")
    found = named(world, found, "ortholog", "Gene", ortholog_symbol="symbol")
    found = found.rename(
        columns={"dataset_there": "ortholog_dataset", "coefficient_there": "ortholog_coefficient"}
    )
    return found[
        [
            "gene",
            "symbol",
            "dataset",
            "coefficient",
            "ortholog_of_mine",
            "ortholog",
            "ortholog_symbol",
            "ortholog_dataset",
            "ortholog_coefficient",
        ]
    ]


@saved(("dataset", Key.UP))
def datasets(world: World, _: Parameters) -> pd.DataFrame:
    """Return all datasets."""
    about = ["id", "title", "species", "assay", "n_cells", "n_genes", "scale"]
    return world["Dataset"][[*about, "license", "source"]].rename(columns={"id": "dataset"})


@saved(
    ("assertion", Key.UP),
    ("source", Key.UP),
    ("original_subject", Key.UP),
    ("original_object", Key.UP),
)
def evidence_for_pair(world: World, given: Parameters) -> pd.DataFrame:
    """All evidence for a pair of genes."""
    pairs = world.both_ways("ORTHOLOGOUS_TO")
    found = pairs[(pairs["from"] == given["gene"]) & (pairs["to"] == given["ortholog"])]
    found = found.astype({"support_count": object, "covering_count": object})
    whole = [None if pd.isna(value) else int(value) for value in found["covering_count"]]
    found = found.assign(covering_count=pd.Series(whole, index=found.index, dtype=object))
    return found[
        [
            "assertion",
            "source",
            "source_version",
            "license",
            "resources",
            "support_count",
            "covering_count",
            "confidence",
            "original_subject",
            "original_object",
        ]
    ]


@saved(
    ("mean", Key.DOWN),
    ("gene", Key.UP),
    ("ortholog_mean", Key.DOWN),
    ("ortholog", Key.UP),
    ("dataset", Key.UP),
    ("ortholog_dataset", Key.UP),
)
def one_to_many_in_cell_type(world: World, given: Parameters) -> pd.DataFrame:
    """Genes of a cell type with several orthologs, and those expressed in the type too."""
    found = _in_both_species(world, given)
    found = found[found["cardinality"] != "1:1"]
    return found[
        [
            "gene",
            "symbol",
            "dataset",
            "mean",
            "cardinality",
            "ortholog",
            "ortholog_symbol",
            "ortholog_dataset",
            "ortholog_mean",
        ]
    ]


@saved(
    ("difference", Key.DOWN), ("gene", Key.UP), ("dataset", Key.UP), ("ortholog_dataset", Key.UP)
)
def species_differences(world: World, given: Parameters) -> pd.DataFrame:
    """One-to-one orthologs that are both expressed in a cell type, with their difference."""
    found = _in_both_species(world, given)
    found = found[found["cardinality"] == "1:1"]
    found = found.assign(difference=(found["mean"] - found["ortholog_mean"]).abs())
    return found[
        [
            "gene",
            "symbol",
            "ortholog",
            "ortholog_symbol",
            "dataset",
            "ortholog_dataset",
            "mean",
            "ortholog_mean",
            "difference",
        ]
    ]


@saved(
    ("species", Key.UP),
    ("symbol", Key.UP),
    ("ortholog", Key.UP),
    ("dataset", Key.UP),
    ("mean", Key.DOWN),
    ("cell_type", Key.UP),
)
def ortholog_expression(world: World, given: Parameters) -> pd.DataFrame:
    """Expression of the orthologs of a gene."""
    pairs = orthologs(world)
    mine = pairs[pairs["gene"] == given["gene"]][["ortholog", "cardinality"]]
    edges = world["EXPRESSED_IN"].rename(columns={"to": "cell_type"})
    found = mine.merge(edges, left_on="ortholog", right_on="from")
    found = named(world, found, "ortholog", "Gene", species="species", symbol="symbol")
    found = named(world, found, "cell_type", "CellType", name="name")
    return found[
        [
            "species",
            "ortholog",
            "symbol",
            "cardinality",
            "dataset",
            "cell_type",
            "name",
            "mean",
            "fraction",
            "n_cells",
        ]
    ]


@saved(("ortholog_group", Key.UP), ("species", Key.UP), ("gene", Key.UP))
def ortholog_group(world: World, given: Parameters) -> pd.DataFrame:
    """Members of the ortholog group of a gene."""
    edges = world["MEMBER_OF"]
    groups = edges[edges["from"] == given["gene"]]["to"]
    rows = edges[edges["to"].isin(groups)].rename(columns={"from": "gene", "to": "ortholog_group"})
    rows = rows[["gene", "ortholog_group"]]
    rows = named(world, rows, "gene", "Gene", species="species", symbol="symbol", name="name")
    rows = named(
        world, rows, "ortholog_group", "OrthologGroup", n_genes="n_genes", n_species="n_species"
    )
    return rows[["ortholog_group", "n_genes", "n_species", "species", "gene", "symbol", "name"]]


@saved(("source", Key.UP))
def sources_and_licences(world: World, _: Parameters) -> pd.DataFrame:
    """Return all sources."""
    columns = [
        "id",
        "name",
        "source_version",
        "license",
        "job",
        "title",
        "url",
        "primary_knowledge_source",
    ]
    found = world["Source"][columns]
    return found.rename(columns={"id": "source", "source_version": "version"})


@saved(("species", Key.UP))
def species(world: World, _: Parameters) -> pd.DataFrame:
    """All species with the number of their genes."""
    genes = world["IN_TAXON"].groupby("to")["from"].nunique()
    found = world["Species"][["id", "common_name", "scientific_name"]]
    found = found.rename(columns={"id": "species"})
    return found.assign(n_genes=[int(genes.get(key, 0)) for key in found["species"]])


def _in_both_species(world: World, given: Parameters) -> pd.DataFrame:
    edges = world["EXPRESSED_IN"]
    edges = edges[edges["to"] == given["cell_type"]][["from", "dataset", "mean"]]
    pairs = orthologs(world)[["gene", "ortholog", "cardinality"]]
    pairs = pairs[
        (world.species_of(pairs["gene"]) == given["source"])
        & (world.species_of(pairs["ortholog"]) == given["target"])
    ]
    found = pairs.merge(edges, left_on="gene", right_on="from").drop(columns="from")
    there = edges.set_axis(["ortholog", "ortholog_dataset", "ortholog_mean"], axis=1)
    found = found.merge(there, on="ortholog")
    found = named(world, found, "gene", "Gene", symbol="symbol")
    return named(world, found, "ortholog", "Gene", ortholog_symbol="symbol")
