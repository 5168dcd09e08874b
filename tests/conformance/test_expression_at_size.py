"""The table of expression on the large world equals a plain computation with pandas."""

import math

import networkx as nx
import pandas as pd
import pytest
from tests.support.analyst import World

from orthoweave.errors import QueryError
from orthoweave.gateway import gateway as gateway_module
from orthoweave.knowledge_base import KnowledgeBase

HUMAN, MOUSE = "NCBITaxon:9606", "NCBITaxon:10090"
NAMES = {HUMAN: "human", MOUSE: "mouse"}


def _shown(world: World, genes: list[str]) -> pd.DataFrame:
    """List the genes with their orthologs by consensus, in the order of the rows."""
    known = world["Gene"].set_index("id")
    pairs = world["ORTHOLOGOUS_TO"].query("assertion == 'consensus'")
    back = {"1:many": "many:1", "many:1": "1:many"}
    there = dict(
        pairs.groupby("from")[["to", "cardinality"]].apply(lambda g: g.to_numpy().tolist())
    )
    here = dict(pairs.groupby("to")[["from", "cardinality"]].apply(lambda g: g.to_numpy().tolist()))
    rows = []
    for text in genes:
        home = known.loc[text, "species"]
        found = [*there.get(text, ()), *((k, back.get(c, c)) for k, c in here.get(text, ()))]
        for species in NAMES:
            other = sorted(pair for pair in found if known.loc[pair[0], "species"] == species)
            mine = [(text, None)] if species == home else [tuple(pair) for pair in other]
            rows += [(text, species, *pair) for pair in mine or [(None, None)]]
    frame = pd.DataFrame(rows, columns=["query", "species", "gene", "cardinality"])
    return frame.join(known["symbol"], on="gene").reset_index(names="line")


def _pooled(world: World, roll_up: list[str]) -> pd.DataFrame:
    """List the cell types of each dataset with the type that they are shown as."""
    observed = world["OBSERVED_IN"].rename(columns={"from": "member", "to": "dataset"})
    above = nx.DiGraph(world["SUBCLASS_OF"][["from", "to"]].to_numpy().tolist())
    above.add_nodes_from(observed["member"])
    shown = [
        sorted(nx.descendants(above, key).union([key]) & set(roll_up)) if roll_up else [key]
        for key in observed["member"]
    ]
    rows = observed[["member", "dataset", "n_cells"]].assign(
        cell_type=pd.Series(shown, observed.index)
    )
    rows = rows.explode("cell_type").dropna(subset="cell_type")
    species = world["Dataset"].set_index("id")["species"]
    return rows.join(species, on="dataset")


def _expected(world: World, genes: list[str], roll_up: list[str]) -> pd.DataFrame:
    kinds = _pooled(world, roll_up)
    rows = _shown(world, genes).merge(kinds, on="species", how="left")
    rows.loc[rows["gene"].isna(), ["member", "dataset", "n_cells", "cell_type"]] = None
    rows = rows[~(rows["gene"].isna() & rows.duplicated(["line", "gene"]))]
    values = world["EXPRESSED_IN"][["from", "to", "dataset", "mean", "fraction"]]
    rows = rows.merge(
        values.set_axis(["gene", "member", "dataset", "mean", "fraction"], axis=1),
        on=["gene", "member", "dataset"],
        how="left",
    )
    for name in ("mean", "fraction"):
        rows[name] = rows[name].astype(float).fillna(0.0) * rows["n_cells"].astype(float)
    keys = ["line", "query", "species", "gene", "symbol", "cardinality", "dataset", "cell_type"]
    rows = rows.groupby(keys, dropna=False)[["mean", "fraction", "n_cells"]].sum().reset_index()
    rows[["mean", "fraction"]] = rows[["mean", "fraction"]].div(rows["n_cells"], axis=0)
    measured = set(zip(world["MEASURED_IN"]["from"], world["MEASURED_IN"]["to"], strict=True))
    rows["known"] = [pair in measured for pair in zip(rows["gene"], rows["dataset"], strict=True)]
    rows.loc[~rows["known"], ["mean", "fraction"]] = math.nan
    rows["state"] = "measured zero"
    rows.loc[rows["fraction"] > 0, "state"] = "measured"
    rows.loc[~rows["known"], "state"] = "not measured"
    rows.loc[rows["gene"].isna(), "state"] = "no ortholog"
    names = world["CellType"].set_index("id")["name"]
    rows = rows.join(names, on="cell_type")
    rows["down"] = -rows["mean"]
    rows["by_name"] = rows["name"].fillna("")
    return rows.sort_values(["line", "dataset", "down", "by_name", "cell_type"], ignore_index=True)


@pytest.mark.parametrize("rolled", [0, 8])
def test_three_hundred_genes_equal_pandas(large: KnowledgeBase, world: World, rolled: int) -> None:
    """Rows, order, states and numbers of 300 genes with their orthologs are those of pandas."""
    genes = world["Gene"]["id"][::27].tolist()
    types = world["SUBCLASS_OF"]["to"].drop_duplicates().tolist()[:rolled]
    expected = _expected(world, genes, types)
    answer = large.expression(genes, ["human", "mouse"], roll_up=types).table.to_pandas()
    assert len(genes) > 290
    assert set(answer["state"]) == {"measured", "measured zero", "not measured", "no ortholog"}
    expected["species"] = expected["species"].map(NAMES)
    for name in (
        "query",
        "species",
        "gene",
        "symbol",
        "cardinality",
        "dataset",
        "cell_type",
        "name",
        "state",
    ):
        assert answer[name].fillna("").tolist() == expected[name].fillna("").tolist(), name
    for name in ("mean", "fraction"):
        pd.testing.assert_series_equal(answer[name], expected[name], rtol=1e-12)
    counted = expected["n_cells"].where(expected["dataset"].notna()).astype(float)
    pd.testing.assert_series_equal(answer["n_cells"].astype(float), counted)


def test_rows_behind_the_table_are_never_cut(
    large: KnowledgeBase, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All genes of the world are read whole; what cannot be is an error, not a zero."""
    genes = world["Gene"]["id"].tolist()
    assert len(world["EXPRESSED_IN"]) > large.settings.query_row_limit
    states = large.expression(genes, ["human", "mouse"]).table["state"].to_pylist()
    assert len(states) > large.settings.query_row_limit
    monkeypatch.setattr(gateway_module, "MOST_ROWS", 1_000)
    with pytest.raises(QueryError, match="1,000 rows"):
        large.expression(genes[:200])
