"""Bulk samples of all datasets, and the expression of genes in their groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from orthoweave.errors import InputError
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.dataset_scales import scale_notes
from orthoweave.questions.genes import require_gene
from orthoweave.questions.session import Session
from orthoweave.species import Species
from orthoweave.views.reading.samples import read_samples
from orthoweave.views.requests import SamplesRequest
from orthoweave.views.samples import SamplesView

NAMED: Final = (
    ("query", pa.string()),
    ("gene", pa.string()),
    ("symbol", pa.string()),
    ("dataset", pa.string()),
    ("group", pa.string()),
    ("n", pa.int64()),
)
_QUARTERS: Final = ("least", "quarter", "median", "three_quarters", "most")
_GROUPS: Final = pa.schema(
    [*NAMED, *((name, pa.float64()) for name in ("mean", "sd", *_QUARTERS)), ("scale", pa.string())]
)
_COHORTS: Final = """
MATCH (c:Cell {kind: 'sample'})
OPTIONAL MATCH (c)-[f:FOLLOWED_IN]->(d:Dataset)
RETURN c.dataset AS dataset, c.author_label AS label, count(c) AS n, count(f.months) AS followed,
       sum(CASE WHEN f.event THEN 1 ELSE 0 END) AS events, max(f.endpoint) AS endpoint
ORDER BY dataset, label
"""
_COHORT: Final = pa.schema(
    [
        ("dataset", pa.string()),
        ("group", pa.string()),
        *((name, pa.int64()) for name in ("n", "followed", "events")),
        ("endpoint", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class AskedGene:
    """A gene and the samples of a dataset of its species."""

    query: str
    """The gene as it was asked for."""
    gene: str
    symbol: str | None
    view: SamplesView
    given: np.ndarray | None = None
    """Numbers of the samples that stand for the expression, shape ``(n_samples,)``; or None."""

    @property
    def values(self) -> np.ndarray | None:
        """Return the expression of the gene, shape ``(n_samples,)``; None if not measured."""
        if self.given is not None:
            return self.given
        at = np.flatnonzero(self.view.genes == self.gene)
        return self.view.values[:, at[0]].astype(np.float64) if len(at) else None

    def named(self, group: str | None) -> dict[str, Any]:
        """Return the columns that name a row."""
        return {
            "query": self.query,
            "gene": self.gene,
            "symbol": self.symbol,
            "dataset": self.view.dataset,
            "group": group,
            "scale": self.view.scale,
        }


def cohorts(session: Session) -> Answer:
    """List the groups of bulk samples of each dataset; see `KnowledgeBase`."""
    found = session.gateway.whole(_COHORTS).rename_columns({"label": "group"})
    title = "Bulk samples by dataset and group"
    return session.answer(found.cast(_COHORT), title, "cohorts")


def asked_genes(
    session: Session, genes: Sequence[str], species: Species | None, dataset: str | None
) -> Iterator[AskedGene]:
    """Yield each gene with the samples of each dataset of its species.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        For a gene or dataset that is not known, or a gene with several meanings.
    InputError
        If the build has no bulk samples, or the dataset holds cells.
    """
    known = dict.fromkeys(cohorts(session).column("dataset"))
    chosen = [str(name) for name in known] if dataset is None else [dataset]
    if not chosen:
        message = "the build has no bulk samples: run `orthoweave ingest samples` first"
        raise InputError(message)
    found = {text: require_gene(session.genes, text, species) for text in dict.fromkeys(genes)}
    keys = tuple(dict.fromkeys(gene.gene for gene in found.values()))
    views = [read_samples(session.published, SamplesRequest(name, genes=keys)) for name in chosen]
    for text, gene in found.items():
        for view in views:
            if view.species == gene.species:
                yield AskedGene(text, gene.gene, gene.symbol, view)


def notes_on_scales(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the notes on the scales of the datasets in some rows."""
    scales = {str(row["dataset"]): str(row["scale"]) for row in rows}
    return scale_notes(scales, scales)


def expression_by_group(
    session: Session,
    genes: Sequence[str],
    species: Species | None = None,
    *,
    dataset: str | None = None,
) -> Answer:
    """Describe the expression of genes in the groups of samples; see `KnowledgeBase`."""
    rows: list[dict[str, Any]] = []
    notes = []
    for asked in asked_genes(session, genes, species, dataset):
        values = asked.values
        if values is None:
            notes.append(f"{asked.view.dataset} does not measure {asked.query!r}")
        else:
            rows += _described(asked, values)
    parameters = {"genes": list(genes), "dataset": dataset}
    return session.answer(
        table_of(rows, _GROUPS),
        "Expression by group of samples",
        "expression_by_group",
        parameters,
        [*notes, *notes_on_scales(rows)],
    )


def _described(asked: AskedGene, values: np.ndarray) -> Iterator[dict[str, Any]]:
    labels = np.array(["" if one is None else one for one in asked.view.labels], object)
    for label in sorted(set(labels)):
        mine = values[labels == label]
        quarters = np.quantile(mine, [0, 0.25, 0.5, 0.75, 1]).tolist()
        yield asked.named(label or None) | {
            "n": len(mine),
            "mean": float(mine.mean()),
            "sd": float(mine.std(ddof=1)) if len(mine) > 1 else None,
            **dict(zip(_QUARTERS, quarters, strict=True)),
        }
