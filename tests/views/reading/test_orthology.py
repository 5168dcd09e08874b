"""Orthology views of the toy world against the graph and against its own list of pairs."""

from pathlib import Path

import pytest

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.opening import open_knowledge_base
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.views.orthology import OrthologyView
from orthoweave.views.reading.orthology import read_orthology
from orthoweave.views.requests import OrthologyRequest

HUMAN, MOUSE, FISH = "NCBITaxon:9606", "NCBITaxon:10090", "NCBITaxon:7955"


@pytest.fixture(scope="module")
def published(toy_kb: Path) -> Published:
    """The toy world's build."""
    return open_published(Layout(toy_kb))


def _edges(view: OrthologyView, source: str, target: str) -> dict[tuple[str, str], tuple[str, int]]:
    found = view.between(source, target)
    return {
        (found.source_genes[s], found.target_genes[t]): (kind, support)
        for s, t, kind, support in zip(
            found.source_index,
            found.target_index,
            found.cardinality,
            found.support.tolist(),
            strict=True,
        )
    }


def test_pairs_are_the_graphs_consensus(published: Published, toy_kb: Path) -> None:
    """Pairs, cardinality and support are what the graph says of human and mouse."""
    with open_knowledge_base(toy_kb) as kb:
        rows = kb.gateway.ask(
            "MATCH (a:Gene {species: $human})-[e:ORTHOLOGOUS_TO]-(b:Gene {species: $mouse}) "
            "WHERE e.assertion = 'consensus' "
            "RETURN a.id AS human, b.id AS mouse, e.support_count AS support",
            {"human": HUMAN, "mouse": MOUSE},
        ).table.to_pylist()
    edges = _edges(read_orthology(published, OrthologyRequest(("human", "mouse"))), HUMAN, MOUSE)
    assert {pair: support for pair, (_, support) in edges.items()} == {
        (row["human"], row["mouse"]): row["support"] for row in rows
    }
    assert edges["NCBIGene:3630", "NCBIGene:16334"][0] == "1:many"
    assert edges["NCBIGene:2641", "NCBIGene:14526"][0] == "1:1"


def test_choosing_among_all_sources_is_the_consensus(published: Published) -> None:
    """Choosing every ingested source by name gives the consensus that the build holds."""
    names = ("ensembl_human_mouse", "hcop_human_mouse", "mgi_human_mouse")
    whole = read_orthology(published, OrthologyRequest(("human", "mouse")))
    chosen = read_orthology(published, OrthologyRequest(("human", "mouse"), sources=names))
    assert _edges(whole, HUMAN, MOUSE) == _edges(chosen, HUMAN, MOUSE)


def test_more_support_makes_fewer_pairs(published: Published) -> None:
    """Pairs below the threshold are gone, and cardinality is counted among those left."""
    every = _edges(read_orthology(published, OrthologyRequest((HUMAN, MOUSE))), HUMAN, MOUSE)
    strong = _edges(
        read_orthology(published, OrthologyRequest((HUMAN, MOUSE), min_sources=5)), HUMAN, MOUSE
    )
    assert set(strong) == {pair for pair, (_, support) in every.items() if support >= 5}
    # Lyz1 has support of 4: without it LYZ has one ortholog
    assert every["NCBIGene:4069", "NCBIGene:17105"][0] == "1:many"
    assert strong["NCBIGene:4069", "NCBIGene:17105"][0] == "1:1"


def test_cardinality_is_read_from_either_end(published: Published) -> None:
    """Asking for 1:many keeps a gene with two orthologs, whichever species it is of."""
    view = read_orthology(published, OrthologyRequest((HUMAN, MOUSE), cardinality=("1:many",)))
    edges = _edges(view, HUMAN, MOUSE)
    assert {pair[0] for pair in edges} == {"NCBIGene:3630", "NCBIGene:5644", "NCBIGene:4069"}
    assert {kind for kind, _ in edges.values()} == {"1:many"}


def test_datasets_stand_for_their_species(published: Published) -> None:
    """Species may be named by datasets; three species give all pairs among them."""
    named = read_orthology(published, OrthologyRequest(("toy_human", "toy_mouse")))
    assert named.digest == read_orthology(published, OrthologyRequest((MOUSE, HUMAN))).digest
    three = read_orthology(published, OrthologyRequest(("human", "mouse", "zebrafish")))
    assert three.species == tuple(sorted((HUMAN, MOUSE, FISH)))
    assert three.between(HUMAN, FISH).n_edges == 6


@pytest.mark.parametrize(
    ("request_", "error", "message"),
    [
        (OrthologyRequest(("human",)), UsageError, "two species or more"),
        (OrthologyRequest(("human", "toy_human")), UsageError, "two species or more"),
        (OrthologyRequest(("human", "martian")), UnknownNameError, "martian"),
        (OrthologyRequest(("human", "yeast")), InputError, "no orthologs of"),
        (OrthologyRequest(("human", "mouse"), min_sources=0), UsageError, "min_sources=0"),
        (OrthologyRequest(("human", "mouse"), min_sources=99), InputError, "fewer supporting"),
        (OrthologyRequest(("human", "mouse"), sources=("x",)), UnknownNameError, "from 'x'"),
        (OrthologyRequest(("human", "mouse"), cardinality=("2:1",)), UsageError, "'2:1'"),
    ],
)
def test_impossible_requests_are_refused(
    published: Published, request_: OrthologyRequest, error: type[Exception], message: str
) -> None:
    """One species, unknown names, no pairs and wrong numbers are refused by name."""
    with pytest.raises(error, match=message):
        read_orthology(published, request_)
