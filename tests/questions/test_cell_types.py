"""Cell types that were observed, and the kinds they are."""

from pathlib import Path

import networkx as nx

from orthoweave.opening import open_knowledge_base


def test_observed_types_have_all_their_cells(toy_kb: Path) -> None:
    """Ten beta cells of human and ten of mouse are twenty."""
    with open_knowledge_base(toy_kb) as kb:
        rows = {row["cell_type"]: row for row in kb.observed_types().rows()}
    assert rows["CL:0000169"]["n_cells"] == 20
    assert rows["CL:0000169"]["datasets"] == ["toy_human", "toy_mouse"]
    assert sum(int(str(row["n_cells"])) for row in rows.values()) == 80


def test_kinds_agree_with_networkx(toy_kb: Path) -> None:
    """A kind holds the observed types that are below it or are it."""
    with open_knowledge_base(toy_kb) as kb:
        edges = kb.cypher(
            "MATCH (a:CellType)-[:SUBCLASS_OF]->(b:CellType) RETURN a.id AS a, b.id AS b"
        )
        observed = set(kb.observed_types().column("cell_type"))
        found = {row["cell_type"]: row["n_types"] for row in kb.kinds().rows()}
    graph = nx.DiGraph([(row["b"], row["a"]) for row in edges.rows()])
    for kind, count in found.items():
        below = nx.descendants(graph, kind) if kind in graph else set()
        assert count == len((below | {kind}) & observed)
    assert found["CL:0008024"] == 2
