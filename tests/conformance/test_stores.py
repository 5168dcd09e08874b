"""The stores that ship pass the conformance suite; Neo4j is also the witness of its answers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from tests.support.loading import load_copy

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.sandbox.files import can_sandbox
from orthoweave.stores.neo4j.access import PASSWORD, USER, Access
from orthoweave.testing.conformance import Opener, StoreConformance
from orthoweave.testing.conformance_corpus import read_answers, read_corpus, witness_answers
from orthoweave.testing.conformance_rows import difference


@pytest.mark.skipif(not can_sandbox(), reason="this system cannot sandbox a process")
class TestEmbedded(StoreConformance):
    """DuckDB: the graph that every build has."""

    @pytest.fixture(scope="class")
    @classmethod
    def opener(cls) -> Opener:
        """Open what the build has made."""

        def opened(kb: Path) -> AbstractContextManager[KnowledgeBase]:
            return open_knowledge_base(kb, store="")

        return opened


class TestNeo4j(StoreConformance):
    """A real Neo4j server, filled by the loader."""

    @pytest.fixture(scope="class")
    @classmethod
    def opener(cls, neo4j_fresh: Access) -> Iterator[Opener]:
        """Load the build, whatever the server held before, and open it."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(USER, neo4j_fresh.user)
            patch.setenv(PASSWORD, neo4j_fresh.password)

            @contextmanager
            def opened(kb: Path) -> Iterator[KnowledgeBase]:
                load_copy(kb, neo4j_fresh)
                with open_knowledge_base(kb, store=neo4j_fresh.uri) as found:
                    yield found

            yield opened

    def test_it_is_the_witness(self, toy: KnowledgeBase) -> None:
        """The live server, asked without the gateway, gives every answer that is on record."""
        recorded, live = read_answers(), witness_answers(toy)
        cases = {case.name: case for case in read_corpus()}
        differing = {
            name: found
            for name in recorded.keys() | live.keys()
            if (
                found := difference(
                    live[name],
                    recorded[name],
                    ordered=name not in cases or cases[name].ordered,
                    lists_ordered=name not in cases or cases[name].lists_ordered,
                )
            )
        }
        assert differing == {}
        assert len(cases) >= 170
