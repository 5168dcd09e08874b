"""Named questions of the library at size: orthologs, expression, a gene, what is around a node."""

from collections import defaultdict

import pandas as pd
import pytest
from tests.support.analyst import World
from tests.support.analyst.saved_genes import orthologs

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.species import find_species
from orthoweave.testing.sources import HUMAN, MOUSE

_KEYS = {"human": HUMAN, "mouse": MOUSE}
_RESOURCES = {"orthology_a", "orthology_b", "orthology_c"}


def _symbols(world: World, species: str, step: int = 40) -> list[str]:
    genes = world["Gene"]
    mine = genes[(genes["species"] == _KEYS[species]) & genes["symbol"].notna()]
    found: list[str] = mine["symbol"].tolist()[::step]
    return found


@pytest.mark.parametrize(("here", "there"), [("human", "mouse"), ("mouse", "human")])
def test_orthologs(large: KnowledgeBase, world: World, here: str, there: str) -> None:
    """Partners, cardinality, support and cover of a hundred genes are those of pandas."""
    symbols = _symbols(world, here)
    keys = dict(zip(world["Gene"]["symbol"], world["Gene"]["id"], strict=True))
    columns = ["gene", "ortholog", "cardinality", "support_count", "covering_count"]
    partners = defaultdict(list)
    for row in orthologs(world)[columns].to_numpy().tolist():
        partners[row[0]].append(tuple(row[1:]))
    expected = {
        (symbol, keys[symbol], *partner)
        for symbol in symbols
        for partner in partners[keys[symbol]] or [(None,) * 4]
    }
    rows = large.orthologs(symbols, here, there).rows()
    assert {tuple(row[name] for name in ("query", *columns)) for row in rows} == expected
    assert len(rows) == len(expected) > 100


def test_orthologs_by_chosen_sources(large: KnowledgeBase, world: World) -> None:
    """By one source alone, with two resources at least, the pairs are those that it supports."""
    symbols = _symbols(world, "human")
    keys = dict(zip(world["Gene"]["symbol"], world["Gene"]["id"], strict=True))
    pairs = world["ORTHOLOGOUS_TO"]
    said = pairs[(pairs["source"] == "source:orthology_a@1") & (pairs["resources"].map(len) >= 2)]
    expected = {
        (gene, other)
        for gene, other in zip(said["from"], said["to"], strict=True)
        if gene in {keys[symbol] for symbol in symbols}
    }
    answer = large.orthologs(symbols, sources=["orthology_a"], min_sources=2)
    found = {(row["gene"], row["ortholog"]) for row in answer.rows() if row["ortholog"]}
    assert found == expected
    assert len(found) > 20


def _expected_states(
    world: World, shown: set[tuple[str, str]]
) -> dict[tuple[str, str, str], tuple[str, float | None]]:
    """State and mean of each gene in each type of each dataset of its species."""
    observed, datasets = world["OBSERVED_IN"], world["Dataset"]
    measured = set(zip(world["MEASURED_IN"]["from"], world["MEASURED_IN"]["to"], strict=True))
    edges = world["EXPRESSED_IN"][["from", "dataset", "to", "mean"]]
    mine = edges[edges["from"].isin([gene for gene, _ in shown])].to_numpy().tolist()
    means = {(gene, dataset, kind): mean for gene, dataset, kind, mean in mine}
    found: dict[tuple[str, str, str], tuple[str, float | None]] = {}
    for gene, species in shown:
        own = datasets[datasets["species"] == _KEYS[species]]["id"]
        for kind, dataset in zip(observed["from"], observed["to"], strict=True):
            if dataset not in set(own):
                continue
            mean = means.get((gene, dataset, kind), 0.0)
            state = "measured" if mean else "measured zero"
            known = (gene, dataset) in measured
            found[gene, dataset, kind] = (state, mean) if known else ("not measured", None)
    return found


def test_expression(large: KnowledgeBase, world: World) -> None:
    """Genes and all their orthologs in all types: state and mean of each are those of pandas."""
    symbols = _symbols(world, "human", 200)
    rows = large.expression(symbols).rows()
    pairs = orthologs(world)
    keys = dict(zip(world["Gene"]["symbol"], world["Gene"]["id"], strict=True))
    mine = [keys[symbol] for symbol in symbols]
    shown = {(gene, "human") for gene in mine}
    shown |= {(other, "mouse") for other in pairs[pairs["gene"].isin(mine)]["ortholog"]}
    found = {
        (row["gene"], row["dataset"], row["cell_type"]): (row["state"], row["mean"])
        for row in rows
        if row["gene"]
    }
    assert found == _expected_states(world, shown)
    alone = {row["query"] for row in rows if row["state"] == "no ortholog"}
    assert alone == {
        text for text, key in zip(symbols, mine, strict=True) if key not in set(pairs["gene"])
    }
    assert {state for state, _ in found.values()} == {"measured", "measured zero", "not measured"}


def test_expression_rolled_up(large: KnowledgeBase, world: World) -> None:
    """Types pooled into a kind have its cells and the mean weighted by them."""
    import networkx as nx

    kind, gene = "CL:0000002", "NCBIGene:1000006"
    below = nx.ancestors(world.kinds, kind) | {kind}
    observed = world["OBSERVED_IN"]
    observed = observed[observed["from"].isin(below)].rename(
        columns={"from": "type", "to": "dataset"}
    )
    edges = world["EXPRESSED_IN"]
    mine = edges[edges["from"] == gene][["to", "dataset", "mean"]]
    both = observed.merge(mine, how="left", left_on=["type", "dataset"], right_on=["to", "dataset"])
    rows = large.expression(["GN5"], across=["human"], roll_up=[kind]).rows()
    assert len(rows) == 2
    for row in rows:
        pool = both[both["dataset"] == row["dataset"]]
        total = pool["n_cells"].sum()
        assert row["n_cells"] == total
        mean = (pool["mean"].fillna(0.0) * pool["n_cells"]).sum() / total
        assert row["mean"] == pytest.approx(mean)


@pytest.mark.parametrize("symbol", ["GN0", "Gn0", "GN1234", "Gn3999"])
def test_a_gene(large: KnowledgeBase, world: World, symbol: str) -> None:
    """Properties, orthologs and datasets of a gene are those of the tables."""
    [row] = large.gene(symbol).rows()
    gene = world["Gene"].set_index("symbol").loc[symbol]
    assert (row["id"], row["name"], row["synonyms"]) == (gene["id"], gene["name"], gene["synonyms"])
    pairs = orthologs(world)
    partners = set(pairs[pairs["gene"] == gene["id"]]["ortholog"])
    assert {str(text).split(" ")[0] for text in _list(row["orthologs"])} == partners
    measured = world["MEASURED_IN"]
    assert row["measured_in"] == sorted(measured[measured["from"] == gene["id"]]["to"])


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


@pytest.mark.parametrize(
    "key", ["NCBIGene:1000001", "NCBIGene:2002000", "CL:0000001", "CL:0000005", "atlas_mouse"]
)
def test_neighbourhood(large: KnowledgeBase, world: World, key: str) -> None:
    """The neighbourhood of a node is that of the tables, each neighbour once by each relation."""
    rows = large.neighbourhood(key, strongest=1_000_000).rows()
    found = defaultdict(set)
    for row in rows:
        found[row["relation"]].add((row["start"], row["end"]))
    expected = {}
    for name in (
        "MEMBER_OF",
        "EXPRESSED_IN",
        "SUBCLASS_OF",
        "OBSERVED_IN",
        "COEXPRESSED_WITH",
        "ORTHOLOGOUS_TO",
        "PARALOGOUS_TO",
    ):
        pairs = _around(world, name, key)
        if pairs:
            expected[name] = pairs
    assert dict(found) == expected


def _around(world: World, name: str, key: str) -> set[tuple[str, str]]:
    edges = (
        world["ORTHOLOGOUS_TO"].query("assertion == 'consensus'")
        if (name == "ORTHOLOGOUS_TO")
        else world[name]
    )
    mine = edges[(edges["from"] == key) | (edges["to"] == key)]
    pairs = set(zip(mine["from"], mine["to"], strict=True))
    if name in {
        "ORTHOLOGOUS_TO",
        "PARALOGOUS_TO",
        "COEXPRESSED_WITH",
    }:  # shown from the node that was asked for
        return {(key, other if one == key else one) for one, other in pairs}
    return pairs


def test_clusters(large: KnowledgeBase, world: World) -> None:
    """Commonest type, its share and the first genes of each cluster are those of pandas."""
    inside = world["IN_CLUSTER"].set_axis(["cell", "cluster", "source"], axis=1)
    types = world["HAS_TYPE"].query("by == 'author'")
    names = world["CellType"].set_index("id")["name"]
    both = inside.merge(types, left_on="cell", right_on="from")
    both = both.assign(name=both["to"].map(names))
    edges = world["HIGH_TRAFFIC"].sort_values(["log_ratio", "to"], ascending=[False, True])
    symbols = world["Gene"].set_index("id")["symbol"]
    rows = {row["cluster"]: row for row in large.clusters().rows()}
    assert len(rows) == 12
    for cluster in world["CellCluster"].to_dict("records"):
        row = rows[cluster["label"]]
        counts = both[both["cluster"] == cluster["id"]]["name"].value_counts(dropna=False)
        most = counts[row["cell_type"]] if row["cell_type"] else counts[counts.index.isna()].iloc[0]
        assert most == counts.max()
        assert row["share"] == pytest.approx(counts.max() / cluster["n_cells"])
        genes = edges[edges["from"] == cluster["id"]]["to"].head(5)
        named = [symbols[gene] if symbols[gene] is not None else gene for gene in genes]
        assert row["genes"] == named


def test_observed_types_and_kinds(large: KnowledgeBase, world: World) -> None:
    """Types with their cells and datasets, and all kinds that they can be pooled into."""
    import networkx as nx

    observed = world["OBSERVED_IN"]
    cells = observed.groupby("from")["n_cells"].sum()
    rows = {row["cell_type"]: row for row in large.observed_types().rows()}
    assert {kind: row["n_cells"] for kind, row in rows.items()} == cells.to_dict()
    datasets = observed.groupby("from")["to"].agg(sorted)
    assert {kind: row["datasets"] for kind, row in rows.items()} == datasets.to_dict()
    expected: dict[str, list[str]] = defaultdict(list)
    for kind in cells.index:
        for above in nx.descendants(world.kinds, kind) | {kind}:
            expected[above].append(kind)
    found = {row["cell_type"]: (row["n_types"], row["n_cells"]) for row in large.kinds().rows()}
    assert found == {above: (len(below), cells[below].sum()) for above, below in expected.items()}


def test_stand_ins_of_a_signature(large: KnowledgeBase, world: World) -> None:
    """The genes that stand in for others in another species are all of their orthologs."""
    pairs = orthologs(world)
    keys = sorted(set(pairs["gene"]))[::25]
    found = large.session.orthology.partners(keys, [find_species("mouse").key])
    mouse = pairs[pairs["gene"].isin(keys) & (world.species_of(pairs["ortholog"]) == MOUSE)]
    assert {(row["gene"], row["ortholog"]) for row in found} == set(
        zip(mouse["gene"], mouse["ortholog"], strict=True)
    )
    assert len(found) == len(mouse) > 100


def test_counts_of_tables(large: KnowledgeBase, world: World) -> None:
    """The overview counts what the tables hold, and every source is listed."""
    counts = {str(row["table"]): row["rows"] for row in large.overview().rows()}
    frames: dict[str, pd.DataFrame] = {name: world[name] for name in counts}
    assert counts == {name: len(frame) for name, frame in frames.items()}
    assert {row["source"] for row in large.sources().rows()} >= _RESOURCES
