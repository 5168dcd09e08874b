"""Saved queries on the bundled demo: each answers its own example, counted by pandas too."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.questions.saved import find_query, saved_queries
from orthoweave.settings import read_settings

BETA, HUMAN = "CL:0000169", "NCBITaxon:9606"
# none may be empty: the demo has two datasets, their coexpression and the cells' top genes
NAMES = sorted(saved_queries())


@pytest.fixture(scope="module")
def kb(demo_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the demo."""
    with open_knowledge_base(demo_kb) as opened:
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_every_example_gives_rows(kb: KnowledgeBase, name: str) -> None:
    """Each query's own example, as it stands in its header, gives rows."""
    assert len(kb.ask(name, find_query(name).example))


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_the_same_every_time(demo_kb: Path, name: str) -> None:
    """Twenty answers by eight threads are one, in every digit and in the order of rows."""
    settings = replace(read_settings(), threads=8)
    with open_knowledge_base(demo_kb, settings) as kb:
        answers = {repr(kb.ask(name, find_query(name).example).rows()) for _ in range(20)}
    assert len(answers) == 1


def _table(kb: KnowledgeBase, name: str) -> pd.DataFrame:
    paths = kb.manifest.table_paths(kb.layout, name)
    return pd.concat([pq.read_table(path).to_pandas() for path in paths])


def _consensus(kb: KnowledgeBase) -> pd.DataFrame:
    pairs = _table(kb, "ORTHOLOGOUS_TO")
    pairs = pairs[pairs["assertion"] == "consensus"]
    swapped = pairs.rename(
        columns={
            "from": "to",
            "to": "from",
            "from_species": "to_species",
            "to_species": "from_species",
        }
    )
    return pd.concat([pairs, swapped])[["from", "to", "from_species", "cardinality"]]


@pytest.mark.parametrize(
    ("name", "one_to_one"), [("species_differences", True), ("one_to_many_in_cell_type", False)]
)
def test_orthologs_in_a_cell_type_are_all_found(
    kb: KnowledgeBase, name: str, one_to_one: bool
) -> None:
    """Genes of beta cells with their orthologs there are as many as pandas joins."""
    expression = _table(kb, "EXPRESSED_IN")
    expressed = expression[expression["to"] == BETA]["from"]
    pairs = _consensus(kb)
    pairs = pairs[pairs["from_species"] == HUMAN]
    pairs = pairs[(pairs["cardinality"] == "1:1") == one_to_one]
    expected = pairs[pairs["from"].isin(expressed) & pairs["to"].isin(expressed)]
    assert expressed.is_unique
    answer = kb.ask(name, {"cell_type": BETA, "limit": 100_000})
    assert set(zip(answer.column("gene"), answer.column("ortholog"), strict=True)) == set(
        zip(expected["from"], expected["to"], strict=True)
    )
    assert len(answer) == len(expected) > 1000


def test_conserved_coexpression_is_all_found(kb: KnowledgeBase) -> None:
    """Neighbours of GCG whose orthologs are neighbours of its orthologs equal those of pandas."""
    mine = "NCBIGene:2641"
    edges = _table(kb, "COEXPRESSED_WITH")[["from", "to", "coefficient"]]
    edges = pd.concat([edges, edges.rename(columns={"from": "to", "to": "from"})])
    pairs = _consensus(kb)
    here = edges[edges["from"] == mine]
    there = edges[edges["from"].isin(pairs[pairs["from"] == mine]["to"])]
    joined = here.merge(pairs, left_on="to", right_on="from", suffixes=("", "_pair"))
    joined = joined.merge(there, left_on="to_pair", right_on="to", suffixes=("", "_there"))
    same_sign = joined["coefficient"] * joined["coefficient_there"] > 0
    answer = kb.ask("conserved_coexpression", {"gene": "GCG", "limit": 1000})
    assert len(answer) == same_sign.sum() > 0
