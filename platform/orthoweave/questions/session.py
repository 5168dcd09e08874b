"""The session: one opened build, the first argument of every question."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from orthoweave.gateway.gateway import Gateway
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.questions.answer import Answer
from orthoweave.questions.ontology import CellTypes
from orthoweave.questions.orthology import Orthology
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest
from orthoweave.storage.published import Published


@dataclass(frozen=True, slots=True)
class Session:
    """A published build with its gene catalogue and the gateway to its graph."""

    published: Published
    genes: GeneCatalogue
    """The catalogue of genes by name."""
    gateway: Gateway
    """The gateway to the graph."""
    orthology: Orthology
    """The orthology of the build."""
    cell_types: CellTypes
    """Its cell types by name, and their kinds."""
    kept: dict[str, object] = field(default_factory=dict, repr=False)
    """Objects that one question opens and later ones use, until the knowledge base is closed."""

    @property
    def layout(self) -> Layout:
        """The folder layout of the knowledge base."""
        return self.published.layout

    @property
    def manifest(self) -> Manifest:
        """The manifest of the build."""
        return self.published.manifest

    def answer(
        self,
        table: pa.Table,
        title: str,
        query: str,
        parameters: Mapping[str, object] | None = None,
        notes: Sequence[str] = (),
        *,
        truncated: bool = False,
    ) -> Answer:
        """Return rows as an answer with its provenance: build, question, parameters and time.

        Parameters
        ----------
        query
            Name of the question, or its text in Cypher.
        parameters
            Parameters of the question.
        """
        provenance = {
            "build": self.manifest.build,
            "query": query,
            "parameters": json.dumps(dict(parameters or {}), sort_keys=True, default=str),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        return Answer(table, title, truncated, tuple(notes), provenance)
