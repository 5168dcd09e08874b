"""The Cell Ontology of a published build."""

from typing import Final

import numpy as np

from orthoweave.storage.published import Published
from orthoweave.views.ontology import OntologyView
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.requests import OntologyRequest


def read_ontology(published: Published, request: OntologyRequest) -> OntologyView:
    """Read all cell types and their direct kinds; empty if no ontology was ingested."""
    del request
    names = {
        row["id"]: row["name"] or row["id"]
        for row in published.table("CellType", ["id", "name"]).to_pylist()
    }
    edges = published.table("SUBCLASS_OF", ["from", "to"]).to_pylist()
    pairs = sorted({(row["from"], row["to"]) for row in edges})
    return OntologyView(
        _texts(sorted(names)),
        _texts([names[key] for key in sorted(names)]),
        _texts([lower for lower, _ in pairs]),
        _texts([upper for _, upper in pairs]),
    )


def _texts(values: list[str]) -> np.ndarray:
    found = np.empty(len(values), object)
    found[:] = values
    return found


# a dataset that names its cells writes cell types too, and changes nothing here
KIND: Final = ViewKind(
    OntologyRequest, OntologyView, read_ontology, lambda _: Behind(named=("SUBCLASS_OF",))
)
