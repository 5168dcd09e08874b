"""The large world has what engines trip over, above the units that they work in."""

from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
from tests.support.large_world import FULL, MIDDLE, SMALL, Size, large_sources

VECTOR, ROW_GROUP = 2_048, 122_880


@cache
def _tables(size: Size, seed: int = 0) -> dict[str, pa.Table]:
    parts: dict[str, list[pa.Table]] = {}
    for tables in large_sources(size, seed).values():
        for name, table in tables.items():
            parts.setdefault(name, []).append(table)
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


def _frame(name: str) -> pd.DataFrame:
    return _tables(MIDDLE)[name].to_pandas()


def test_the_same_seed_gives_the_same_world() -> None:
    """Two worlds of one seed are equal, those of two seeds are not."""
    one, again, other = (large_sources(SMALL, seed) for seed in (3, 3, 4))
    assert one == again
    assert one != other


def test_three_tables_are_above_a_row_group() -> None:
    """At the middle size three edge tables have more than 150,000 rows, a dozen more than 2,048."""
    rows = {name: table.num_rows for name, table in _tables(MIDDLE).items()}
    large = {"EXPRESSES", "EXPRESSED_IN", "COEXPRESSED_WITH"}
    assert {name for name, n in rows.items() if n > max(ROW_GROUP, 150_000)} == large
    assert sum(n > VECTOR for n in rows.values()) >= 12


def test_the_full_size() -> None:
    """There are about 100,000 nodes and 1.6 million edges."""
    nodes = 2 * FULL.genes + 4 * FULL.cells + FULL.types
    assert 95_000 < nodes < 105_000
    assert 2 * FULL.genes * FULL.per_gene + 4 * FULL.cells * FULL.per_cell > 800_000


def test_one_gene_is_in_every_cell_and_one_type_has_nearly_every_gene() -> None:
    """The commonest gene of a species is in all of its cells; the first type has 95 % of genes."""
    cells, edges = _frame("Cell"), _frame("EXPRESSES")
    commonest = edges["to"].value_counts()
    assert list(commonest[:2]) == [len(cells) // 2] * 2
    crowded = _frame("EXPRESSED_IN").query("to == 'CL:0000001'")["from"].nunique()
    assert crowded > 0.95 * len(_frame("Gene"))


def test_there_are_parallel_edges_and_equal_ones() -> None:
    """Some pairs of genes are joined many times, some by edges that are equal in every value."""
    pairs = _frame("COEXPRESSED_WITH")
    assert pairs.duplicated(["from", "to"]).sum() > 40_000
    assert pairs.duplicated().sum() > 1_000
    assert _frame("HAS_TYPE").duplicated(["from", "to"]).sum() > 1_000


def test_there_are_loops() -> None:
    """Some cell types and genes have an edge to themselves."""
    for name in ("SUBCLASS_OF", "FUNCTIONAL_ORTHOLOG_OF"):
        edges = _frame(name)
        assert (edges["from"] == edges["to"]).sum() >= 3


def test_there_are_nulls_empty_texts_and_empty_lists() -> None:
    """Texts are missing or empty, lists are null or empty, truth values and numbers are null."""
    genes, types, cells = _frame("Gene"), _frame("CellType"), _frame("Cell")
    assert genes["name"].isna().any()
    assert (genes["name"] == "").any()
    assert genes["synonyms"].isna().any()
    assert (genes["synonyms"].dropna().map(len) == 0).any()
    assert types["deprecated"].isna().any()
    assert cells["x"].isna().any()


def test_orthologs_are_single_and_several() -> None:
    """By all sources together some human genes have one partner, some several, some none."""
    pairs = _frame("ORTHOLOGOUS_TO").drop_duplicates(["from", "to"])
    partners = pairs["from"].value_counts()
    assert {1, 2} <= set(partners)
    assert partners.size < MIDDLE.genes


def test_sums_do_not_depend_on_the_order_of_addition() -> None:
    """Means are multiples of a power of two: added forwards and backwards they give one number."""
    mean = _frame("EXPRESSED_IN")["mean"].to_numpy()
    assert np.add.accumulate(mean)[-1] == np.add.accumulate(mean[::-1])[-1]
