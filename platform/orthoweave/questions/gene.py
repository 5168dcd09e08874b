"""Genes by name, and everything that the graph holds on one gene."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

import pyarrow as pa

from orthoweave.genes.resolution import OnAmbiguous, Resolution
from orthoweave.genes.sssom import write_sssom
from orthoweave.questions.answer import Answer
from orthoweave.questions.genes import Meant, require_gene, species_name
from orthoweave.questions.session import Session
from orthoweave.schema import read_schema
from orthoweave.species import Species
from orthoweave.storage.durable import write_text

_ORTHOLOGS: Final = """
MATCH (g:Gene {id: $gene})
MATCH (g)-[o:ORTHOLOGOUS_TO]-(h:Gene)
WHERE o.assertion = 'consensus'
RETURN h.id AS ortholog, h.symbol AS symbol, h.species AS species, o.support_count AS support,
       o.covering_count AS covering
ORDER BY species, support DESC, ortholog
"""
_MEASURED: Final = """
MATCH (g:Gene {id: $gene})
MATCH (g)-[m:MEASURED_IN]->(d:Dataset)
RETURN d.id AS dataset
ORDER BY dataset
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneNamesAnswer(Answer):
    """The genes that names refer to, with a report of what was matched and lost."""

    resolution: Resolution
    """The candidates of each name, and the coverage report."""

    def write_report(self, target: Path) -> None:
        """Write the coverage report as JSON, with the provenance of the answer."""
        report = {**self.provenance, **self.resolution.report.as_dict()}
        write_text(target, json.dumps(report, indent=1, ensure_ascii=False) + "\n")

    def write_sssom(self, target: Path) -> None:
        """Write the mapping from names to genes as an SSSOM table."""
        write_sssom(self.resolution, target)


def resolve_names(
    session: Session,
    texts: Sequence[str],
    species: Species | None,
    *,
    on_ambiguous: OnAmbiguous = "all",
) -> GeneNamesAnswer:
    """List all genes that each text may refer to, with the reason; unmatched texts are kept.

    Raises
    ------
    AmbiguousNameError
        With ``on_ambiguous="error"``, if several genes fit one text equally well.
    """
    resolution = session.genes.resolve_many(list(texts), species, on_ambiguous=on_ambiguous)
    asked = {
        "texts": list(texts),
        "species": species.key if species else None,
        "on_ambiguous": on_ambiguous,
    }
    notes = (resolution.report.summary(),)
    answer = session.answer(resolution.rows, "Genes by name", "resolve", asked, notes)
    parts = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return GeneNamesAnswer(**parts, resolution=resolution)


def show_gene(session: Session, text: str, species: Species | None = None) -> Answer:
    """Return everything that the graph holds on one gene, in one row.

    The columns are `query`, `matched` (the name that fits), `reason`, all columns of Gene,
    `orthologs` (key, symbol, species and support, as text) and `measured_in` (datasets).

    Raises
    ------
    UnknownNameError
        If the text names no gene.
    AmbiguousNameError
        If several genes fit equally well.
    """
    found = require_gene(session.genes, text, species)
    key = {"gene": found.gene}
    gene = session.gateway.ask(_every_column(), key).table
    orthologs = [
        f"{row['ortholog']} {row['symbol']} ({species_name(row['species'])}, "
        f"{row['support']} of {row['covering']} resources)"
        for row in session.gateway.ask(_ORTHOLOGS, key).table.to_pylist()
    ]
    datasets = session.gateway.ask(_MEASURED, key).table["dataset"].to_pylist()
    texts = pa.list_(pa.string())
    for name, value in reversed(
        (("query", text), ("matched", found.matched), ("reason", found.reason))
    ):
        gene = gene.add_column(0, name, pa.array([value], pa.string()))
    gene = gene.append_column("orthologs", pa.array([orthologs], texts))
    gene = gene.append_column("measured_in", pa.array([sorted(set(datasets))], texts))
    note = Meant(text, "found", (found,)).note()
    asked = {"text": text, "species": species.key if species else None}
    return session.answer(gene, f"Gene {text}", "gene", asked, (note,) if note else ())


@cache
def _every_column() -> str:
    # reading the schema takes longer than asking
    names = [column.name for column in read_schema().nodes["Gene"].columns]
    columns = ", ".join(f"g.`{name}` AS `{name}`" for name in names)
    return f"MATCH (g:Gene {{id: $gene}}) RETURN {columns}"
