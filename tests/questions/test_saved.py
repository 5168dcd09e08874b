"""Saved queries: each is documented, portable and answers its own example."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orthoweave import content
from orthoweave.errors import SchemaError, UnknownNameError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.questions.saved import find_query, read_query, saved_queries
from orthoweave.settings import Settings

NAMES = sorted(saved_queries())
# nothing to find in the toy world, where every gene is measured in human
MAY_BE_EMPTY = {"genes_not_measured"}
SOUND = """// Title: Genes by symbol
// Answers: Which genes have this symbol?
// Param: symbol (text) -- the symbol
// Param: limit (int) = 3 -- rows at most
// Example: symbol=INS

MATCH (g:Gene) WHERE g.symbol = $symbol RETURN g.id AS gene ORDER BY gene LIMIT $limit
"""


@pytest.fixture(scope="module")
def kb(toy_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world."""
    with open_knowledge_base(toy_kb) as opened:
        yield opened


def test_there_are_enough() -> None:
    """At least fifteen saved queries ship."""
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_every_query_answers_its_example(kb: KnowledgeBase, name: str) -> None:
    """Each query's own example, on the toy world's datasets, gives rows with named columns."""
    query = find_query(name)
    example = {key: value.replace("baron_", "toy_") for key, value in query.example.items()}
    answer = kb.ask(name, example)
    assert len(answer) or name in MAY_BE_EMPTY
    assert all(column.isidentifier() for column in answer.table.column_names)
    assert answer.title == query.title
    assert not answer.truncated


@pytest.mark.parametrize("name", NAMES)
def test_every_query_is_documented(name: str) -> None:
    """Each query is named in docs/queries.md, and says what it answers as a question."""
    assert find_query(name).answers.endswith("?")
    page = Path(__file__).parents[2] / "docs" / "queries.md"
    assert f"`{name}`" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_rows_come_in_a_fixed_order(name: str) -> None:
    """Each query orders its rows, so that the same build gives the same answer."""
    path = content.folder("graph_schema") / "queries" / f"{name}.cypher"
    assert "\nORDER BY " in path.read_text(encoding="utf-8")


def test_names_are_looked_up(kb: KnowledgeBase) -> None:
    """A gene by symbol, synonym or key, and a cell type by name or id, give the same rows."""
    rows = [
        kb.ask("ortholog_group", {"gene": text}).rows()
        for text in ("INS", "IDDM1", "NCBIGene:3630")
    ]
    assert rows[0] == rows[1] == rows[2]
    assert {row["symbol"] for row in rows[0]} == {"INS", "Ins1", "Ins2", "ins", "insb"}
    by_id = kb.ask("markers", {"cell_type": "CL:0000169"}).rows()
    assert kb.ask("markers", {"cell_type": "type B pancreatic cell"}).rows() == by_id
    assert kb.ask("markers", {"cell_type": "pancreatic beta cell"}).rows() == by_id


def test_roll_up_counts_each_cell_once(kb: KnowledgeBase) -> None:
    """Alpha and beta cells, ten of each per dataset, are the endocrine cells; ductal are not."""
    rows = kb.ask("kind_of_cell", {"cell_type": "CL:0008024"}).rows()
    assert [(row["dataset"], row["n_cells"]) for row in rows] == [
        ("toy_human", 20),
        ("toy_mouse", 20),
    ]
    [human] = kb.ask("gene_in_kind_of_cell", {"gene": "INS", "cell_type": "CL:0008024"}).rows()
    fine = [
        row
        for row in kb.expression(["INS"], across=["human"]).rows()
        if row["cell_type"] in {"CL:0000169", "CL:0000171"}
    ]
    means = [float(str(row["mean"])) for row in fine]
    assert human["mean"] == pytest.approx(sum(means) / 2)


def test_markers_are_the_genes_that_were_raised(kb: KnowledgeBase) -> None:
    """Of beta cells, the toy world raised INS, IAPP and PDX1: they lead the markers."""
    rows = kb.ask("markers", {"cell_type": "CL:0000169", "dataset": "toy_human", "limit": 3}).rows()
    assert {row["symbol"] for row in rows} == {"INS", "IAPP", "PDX1"}


def test_wrong_parameters_are_errors(kb: KnowledgeBase) -> None:
    """Missing, unknown and unfitting parameters are refused with those that exist."""
    with pytest.raises(UsageError, match="needs --param gene="):
        kb.ask("ortholog_group")
    with pytest.raises(UnknownNameError, match="Its parameters: gene"):
        kb.ask("ortholog_group", {"gene": "INS", "genes": "INS"})
    with pytest.raises(UsageError, match="a whole number from 0"):
        kb.ask("coexpressed_genes", {"gene": "INS", "limit": "many"})
    with pytest.raises(UsageError, match="a whole number from 0"):
        kb.ask("coexpressed_genes", {"gene": "INS", "limit": -1})
    with pytest.raises(UnknownNameError, match="expected one of toy_human"):
        kb.ask("cell_types_of_dataset", {"dataset": "nope"})
    with pytest.raises(UnknownNameError, match="Cell Ontology id"):
        kb.ask("markers", {"cell_type": "nope"})
    with pytest.raises(UnknownNameError, match="no saved query 'nope'"):
        kb.ask("nope")
    with pytest.raises(UnknownNameError, match="no saved query"):
        kb.ask("../../secret")


def test_own_folders_are_read_and_run_sandboxed(toy_kb: Path, tmp_path: Path) -> None:
    """A query in a user's own folder is found and answered; it counts as free text."""
    (tmp_path / "by_symbol.cypher").write_text(SOUND, encoding="utf-8")
    settings = Settings(query_path=str(tmp_path))
    assert not find_query("by_symbol", settings).bundled
    with open_knowledge_base(toy_kb, settings) as kb:
        assert kb.ask("by_symbol", {"symbol": "INS"}).rows() == [{"gene": "NCBIGene:3630"}]


def test_two_queries_of_one_name_are_an_error(tmp_path: Path) -> None:
    """A file that would hide a query that ships is refused."""
    (tmp_path / "markers.cypher").write_text(SOUND, encoding="utf-8")
    with pytest.raises(UsageError, match="two saved queries are called 'markers'"):
        saved_queries(Settings(query_path=str(tmp_path)))
    with pytest.raises(UsageError, match="no such folder"):
        saved_queries(Settings(query_path=str(tmp_path / "none")))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("// Title: Genes by symbol\n", "", "'// Title: …', found 0"),
        ("(text)", "(string)", "KIND one of"),
        ("-- the symbol", "the symbol", "KIND one of"),
        ("$symbol RETURN", "$sym RETURN", "the header says otherwise"),
    ],
)
def test_a_broken_header_is_an_error(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """The error on missing lines, unknown kinds and mismatched parameters names the file."""
    path = tmp_path / "broken.cypher"
    path.write_text(SOUND.replace(old, new), encoding="utf-8")
    with pytest.raises(SchemaError, match=problem):
        read_query(path)
