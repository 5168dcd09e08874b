"""The contract of graph stores as tests; a new store subclasses `StoreConformance`.

A subclass provides the fixture `opener`: a function that loads the published build of a knowledge
base into the store, which may be empty or not, and opens it. Everything else goes through the
gateway. ``tests/conformance/`` has the subclasses for the stores that ship.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orthoweave.builds.build import build
from orthoweave.builds.history import remove_source
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.progress import Quiet
from orthoweave.questions.saved import saved_queries
from orthoweave.schema import EdgeType, NodeType, read_schema
from orthoweave.storage.layout import Layout
from orthoweave.testing.conformance_corpus import (
    CORPUS,
    judge,
    read_answers,
    read_corpus,
    tally,
    toy_example,
)
from orthoweave.testing.conformance_rows import PlainRows, difference, plain_rows
from orthoweave.testing.require import require_equal
from orthoweave.testing.sources import GENES, HCOP, MGI, record_source
from orthoweave.testing.toy import build_toy_kb

Opener = Callable[[Path], AbstractContextManager[KnowledgeBase]]
"""Loads the published build of the knowledge base in a folder into the store, and opens it."""
SHARE: Final = 0.85
"""Minimum share of the corpus that must be answered; the rest must be refused."""
_LIMIT: Final = 1_000_000
_SOURCES: Final = {"ncbi": GENES, "mgi": MGI, "hcop": HCOP}
_CONTENT: Final[list[NodeType | EdgeType]] = [
    *read_schema().nodes.values(),
    *read_schema().edges.values(),
]


class StoreConformance:
    """Tests that every store must pass; see the module."""

    @pytest.fixture(scope="class")
    @classmethod
    def toy_folder(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        """Build the toy world."""
        return build_toy_kb(tmp_path_factory.mktemp("conformance"))

    @pytest.fixture
    def toy(self, opener: Opener, toy_folder: Path) -> Iterator[KnowledgeBase]:
        """Open the toy world in the store for each test, since a store may have one graph."""
        with opener(toy_folder) as kb:
            yield kb

    def test_schema(self, toy: KnowledgeBase) -> None:
        """All columns of every table can be queried, also of empty tables."""
        for table in _CONTENT:
            found = content(toy, table)
            require_equal(len(found.columns), len(table.columns))
            require_equal(len(found.rows), toy.manifest.counts.get(table.name, 0))

    def test_counts(self, toy: KnowledgeBase) -> None:
        """The counts of the store equal the manifest, and the graph contains nothing else."""
        counts = {name: n for name, n in toy.store.counts().items() if n}
        require_equal(counts, toy.manifest.counts)
        nodes = toy.cypher("MATCH (n) RETURN count(n) AS n").column("n")
        edges = toy.cypher("MATCH ()-[r]->() RETURN count(r) AS n").column("n")
        schema = read_schema()
        counted = toy.manifest.counts.items()
        require_equal(nodes, [sum(rows for name, rows in counted if name in schema.nodes)])
        require_equal(edges, [sum(rows for name, rows in counted if name in schema.edges)])

    def test_content(self, toy: KnowledgeBase) -> None:
        """Every value of every row in the store equals the build's tables."""
        for table in _CONTENT:
            require_equal(difference(content(toy, table), in_tables(toy, table)), None)

    def test_loading_twice(self, toy: KnowledgeBase, opener: Opener) -> None:
        """Loading the same build again changes nothing."""
        with opener(toy.layout.root) as again:
            for table in _CONTENT:
                require_equal(difference(content(again, table), in_tables(toy, table)), None)

    def test_order_of_sources(self, opener: Opener, tmp_path: Path) -> None:
        """The graph does not depend on the order in which sources were recorded."""
        graphs = []
        for number, names in enumerate((["ncbi", "mgi", "hcop"], ["hcop", "mgi", "ncbi"])):
            kb = _record(tmp_path / str(number), *names)
            with opener(kb) as opened:
                graphs.append([content(opened, table) for table in _CONTENT])
        for first, second in zip(*graphs, strict=True):
            require_equal(difference(first, second), None)

    def test_removal(self, opener: Opener, tmp_path: Path) -> None:
        """A removed source leaves no trace, and all other rows stay."""
        kb = _record(tmp_path / "kb", "ncbi", "mgi", "hcop")
        with opener(kb):
            remove_source(Layout(kb), "hcop")
            build(Layout(kb), Quiet())
        with opener(kb) as left, opener_of(_record(tmp_path / "never", "ncbi", "mgi")) as never:
            for table in _CONTENT:
                require_equal(difference(content(left, table), in_tables(never, table)), None)

    def test_saved_queries(self, toy: KnowledgeBase) -> None:
        """Each saved query on the toy world has the rows of the witness, in order."""
        answers = read_answers(CORPUS)
        differing = {
            name: found
            for name in saved_queries()
            if (
                found := difference(
                    plain_rows(toy.ask(name, toy_example(name)).table),
                    answers[f"saved.{name}"],
                    ordered=True,
                )
            )
        }
        require_equal(differing, {})

    def test_corpus(self, toy: KnowledgeBase) -> None:
        """Nearly all queries of the corpus have the right answer; the rest are refused."""
        answers, cases = read_answers(CORPUS), read_corpus(CORPUS)
        ask = toy.gateway.ask_freely
        outcomes = [judge(case, ask, answers[case.name]) for case in cases]
        wrong = [outcome for outcome in outcomes if outcome.kind in {"different", "failed"}]
        require_equal(wrong, [])
        require_equal(tally(outcomes)["equal"] >= SHARE * len(cases), expected=True)
        # a refusal names the part and what to do instead
        bare = [
            outcome
            for outcome in outcomes
            if outcome.kind == "refused" and ":" not in outcome.message
        ]
        require_equal(bare, [])


def content(kb: KnowledgeBase, table: NodeType | EdgeType) -> PlainRows:
    """Return all rows of a table from the store."""
    names = [column.name for column in table.columns]
    if isinstance(table, EdgeType):
        values = ["a.id", "b.id", *(f"x.`{name}`" for name in names[2:])]
        pattern = f"(a:`{table.start}`)-[x:`{table.name}`]->(b:`{table.end}`)"
    else:
        values = [f"x.`{name}`" for name in names]
        pattern = f"(x:`{table.name}`)"
    columns = [f"{value} AS `{name}`" for value, name in zip(values, names, strict=True)]
    rows = kb.gateway.ask(f"MATCH {pattern} RETURN {', '.join(columns)}", row_limit=_LIMIT)
    return plain_rows(rows.table)


def in_tables(kb: KnowledgeBase, table: NodeType | EdgeType) -> PlainRows:
    """Return all rows of a table from the build's files."""
    names = [column.name for column in table.columns]
    paths = kb.manifest.table_paths(kb.layout, table.name)
    if not paths:
        return PlainRows(tuple(names), ())
    return plain_rows(pa.concat_tables([pq.read_table(path, columns=names) for path in paths]))


def opener_of(kb: Path) -> AbstractContextManager[KnowledgeBase]:
    """Open the embedded store of a knowledge base."""
    from orthoweave.opening import open_knowledge_base

    return open_knowledge_base(kb, store="")


def _record(kb: Path, *names: str) -> Path:
    for name in names:
        depends = None if name == "ncbi" else {"genes": "none"}
        record_source(kb, name, _SOURCES[name], version="1", depends=depends)
    build(Layout(kb), Quiet())
    return kb
