"""Answers to the saved queries about cells and expression, computed by pandas."""

import networkx as nx
import pandas as pd
from tests.support.analyst.question import Parameters
from tests.support.analyst.saved import Key, saved
from tests.support.analyst.world import World

_STEPS = 3


def named(world: World, frame: pd.DataFrame, on: str, table: str, **columns: str) -> pd.DataFrame:
    """Return a frame with added columns of the node whose key is in the column `on`."""
    nodes = world[table].set_index("id")[list(columns.values())].set_axis(list(columns), axis=1)
    found: pd.DataFrame = frame.join(nodes, on=on)
    return found


@saved(("donor", Key.UP), ("n_cells", Key.DOWN), ("cell_type", Key.UP))
def cell_types_by_donor(world: World, given: Parameters) -> pd.DataFrame:
    """Cells of each type by donor, by the authors alone."""
    edges = world["HAS_TYPE"].query("by == 'author'")
    cells = world["Cell"]
    mine = cells[cells["dataset"] == given["dataset"]][["id", "donor"]]
    rows = edges.merge(mine, left_on="from", right_on="id").rename(columns={"to": "cell_type"})
    counted = rows.groupby(["donor", "cell_type"], dropna=False).size().rename("n_cells")
    found = named(world, counted.reset_index(), "cell_type", "CellType", name="name")
    return found[["donor", "cell_type", "name", "n_cells"]]


@saved(("n_cells", Key.DOWN), ("cell_type", Key.UP))
def cell_types_of_dataset(world: World, given: Parameters) -> pd.DataFrame:
    """Types that were observed in a dataset."""
    edges = world["OBSERVED_IN"]
    rows = edges[edges["to"] == given["dataset"]].rename(columns={"from": "cell_type"})
    found = named(world, rows, "cell_type", "CellType", name="name")
    return found[["cell_type", "name", "n_cells", "author_labels"]]


@saved(("mean", Key.DOWN), ("gene", Key.UP), ("dataset", Key.UP))
def genes_in_cell_type(world: World, given: Parameters) -> pd.DataFrame:
    """Genes of a type, in one dataset or all."""
    rows = _of_type(world, given).rename(columns={"from": "gene"})
    found = named(world, rows, "gene", "Gene", symbol="symbol")
    return found[["dataset", "gene", "symbol", "mean", "fraction", "n_cells"]]


@saved(("difference", Key.DOWN), ("gene", Key.UP), ("dataset", Key.UP))
def markers(world: World, given: Parameters) -> pd.DataFrame:
    """Genes of a type beside their mean over all cells of the same dataset."""
    rows = _of_type(world, given)
    rows = rows[rows["fraction"] >= given["min_fraction"]]
    measured = world["MEASURED_IN"][["from", "to", "mean", "fraction"]]
    found = rows.merge(
        measured,
        left_on=["from", "dataset"],
        right_on=["from", "to"],
        suffixes=("_in_type", "_in_all"),
    )
    found = named(world, found.rename(columns={"from": "gene"}), "gene", "Gene", symbol="symbol")
    found["difference"] = found["mean_in_type"] - found["mean_in_all"]
    return found[
        [
            "dataset",
            "gene",
            "symbol",
            "difference",
            "mean_in_type",
            "mean_in_all",
            "fraction_in_type",
            "fraction_in_all",
        ]
    ]


@saved(("n_cells", Key.DOWN), ("mean_value", Key.DOWN), ("gene", Key.UP))
def genes_in_the_same_cells(world: World, given: Parameters) -> pd.DataFrame:
    """Genes of the cells that express a gene."""
    edges = world["EXPRESSES"]
    cells = edges[edges["to"] == given["gene"]][["from"]]
    rows = edges.assign(value=edges["value"].astype(float)).merge(cells, on="from")
    rows = rows[rows["to"] != given["gene"]]
    counted = rows.groupby("to")["value"].agg(["size", "mean"]).reset_index()
    counted = counted.set_axis(["gene", "n_cells", "mean_value"], axis=1)
    found = named(world, counted, "gene", "Gene", symbol="symbol")
    return found[["gene", "symbol", "n_cells", "mean_value"]]


@saved(("value", Key.DOWN), ("cell", Key.UP), ("cell_type", Key.UP))
def top_cells(world: World, given: Parameters) -> pd.DataFrame:
    """Cells that express a gene, with each of their types or none."""
    edges = world["EXPRESSES"]
    rows = edges[edges["to"] == given["gene"]].rename(columns={"from": "cell", "count": "counts"})
    found = named(world, rows, "cell", "Cell", dataset="dataset")
    if given["dataset"] is not None:
        found = found[found["dataset"] == given["dataset"]]
    types = world["HAS_TYPE"][["from", "to"]].set_axis(["cell", "cell_type"], axis=1)
    found = found[["cell", "dataset", "counts", "value", "rank"]].merge(
        types, on="cell", how="left"
    )
    found = named(world, found, "cell_type", "CellType", name="name")
    found = found.astype({"counts": float, "value": float})
    return found[["cell", "dataset", "cell_type", "name", "counts", "value", "rank"]]


@saved(("gene", Key.UP))
def genes_not_measured(world: World, given: Parameters) -> pd.DataFrame:
    """Genes of a dataset's species without a measurement in it."""
    species = world["Dataset"].set_index("id")["species"][given["dataset"]]
    measured = world["MEASURED_IN"].query("to == @given['dataset']")["from"]
    genes = world["Gene"]
    left = genes[(genes["species"] == species) & ~genes["id"].isin(measured)]
    return left[["id", "symbol", "name"]].rename(columns={"id": "gene"})


@saved(("dataset", Key.UP))
def kind_of_cell(world: World, given: Parameters) -> pd.DataFrame:
    """Cells of a type and the kinds below it in each dataset."""
    edges = world["OBSERVED_IN"]
    edges = edges[edges["from"].isin(_within(world, given["cell_type"]))]
    rows = named(world, edges.rename(columns={"to": "dataset"}), "from", "CellType", name="name")
    rows = rows.sort_values(["name", "from"], na_position="last")
    found = [
        (dataset, group["n_cells"].sum(), [name for name in group["name"] if name is not None])
        for dataset, group in rows.groupby("dataset")
    ]
    frame = pd.DataFrame(found, columns=["dataset", "n_cells", "cell_types"])
    frame = named(world, frame, "dataset", "Dataset", species="species")
    return frame[["dataset", "species", "n_cells", "cell_types"]]


@saved(("dataset", Key.UP))
def gene_in_kind_of_cell(world: World, given: Parameters) -> pd.DataFrame:
    """A gene's mean over all cells of a type and the kinds below it, by their number."""
    measured = world["MEASURED_IN"].query("`from` == @given['gene']")["to"]
    kinds = _within(world, given["cell_type"])
    observed = world["OBSERVED_IN"]
    observed = observed[observed["from"].isin(kinds) & observed["to"].isin(measured)]
    observed = observed[["from", "to", "n_cells"]].set_axis(["type", "dataset", "n_cells"], axis=1)
    mine = world["EXPRESSED_IN"].query("`from` == @given['gene']")[
        ["to", "dataset", "mean", "fraction"]
    ]
    rows = observed.merge(mine, left_on=["type", "dataset"], right_on=["to", "dataset"], how="left")
    rows = rows.fillna({"mean": 0.0, "fraction": 0.0})
    found = []
    for dataset, group in rows.groupby("dataset"):
        total = group["n_cells"].sum()
        sums = [(group[name] * group["n_cells"]).sum() / total for name in ("mean", "fraction")]
        found.append((dataset, total, *sums))
    return pd.DataFrame(found, columns=["dataset", "n_cells", "mean", "fraction"])


@saved(("n_cells", Key.DOWN), ("cell_type", Key.UP))
def shared_cell_types(world: World, _: Parameters) -> pd.DataFrame:
    """Types that were observed in more than one dataset."""
    rows = []
    for kind, group in world["OBSERVED_IN"].sort_values("to").groupby("from"):
        names = group["to"].tolist()
        if len(set(names)) > 1:
            rows.append((kind, len(set(names)), names, group["n_cells"].sum()))
    frame = pd.DataFrame(rows, columns=["cell_type", "n_datasets", "datasets", "n_cells"])
    frame = named(world, frame, "cell_type", "CellType", name="name")
    return frame[["cell_type", "name", "n_datasets", "datasets", "n_cells"]]


@saved(("cell_type", Key.UP))
def parents_of_cell_type(world: World, given: Parameters) -> pd.DataFrame:
    """Ancestors of a cell type."""
    edges = world["SUBCLASS_OF"].query("`from` == @given['cell_type']")
    rows = edges[["to"]].rename(columns={"to": "cell_type"})
    found = named(world, rows, "cell_type", "CellType", name="name", definition="definition")
    return found[["cell_type", "name", "definition"]]


def _of_type(world: World, given: Parameters) -> pd.DataFrame:
    edges = world["EXPRESSED_IN"]
    rows = edges[edges["to"] == given["cell_type"]].drop(columns="to")
    if given["dataset"] is not None:
        rows = rows[rows["dataset"] == given["dataset"]]
    return rows


def _within(world: World, kind: str) -> set[str]:
    """Cell types up to three steps below one, and itself."""
    near: dict[str, int] = nx.single_source_shortest_path_length(
        world.kinds.reverse(copy=False), kind, cutoff=_STEPS
    )
    return set(near)
