"""Sources from rows in a test, which become a table set and a ledger entry without a job."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from orthoweave.schema import read_schema
from orthoweave.storage.durable import pending_folder, publish_folder
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.provenance import UNVERSIONED, SourceInfo
from orthoweave.storage.tableset import TableWriter

Rows = dict[str, list[dict[str, object]]]
HUMAN: Final = "NCBITaxon:9606"
MOUSE: Final = "NCBITaxon:10090"


def evidence(mouse: str, human: str, resource: str) -> dict[str, object]:
    """Return a row of ``ORTHOLOGOUS_TO``: evidence of a resource for a mouse and a human gene."""
    return {
        "from": mouse,
        "to": human,
        "assertion": "evidence",
        "from_species": MOUSE,
        "to_species": HUMAN,
        "resources": [resource],
        "support_count": 1,
    }


# insulin in human and mouse: a source of genes, and two sources of orthologs
GENES: Final[Rows] = {
    "Species": [
        {"id": HUMAN, "scientific_name": "Homo sapiens"},
        {"id": MOUSE, "scientific_name": "Mus musculus"},
    ],
    "Gene": [
        {"id": "NCBIGene:3630", "symbol": "INS", "species": HUMAN, "synonyms": ["IDDM2"]},
        {"id": "NCBIGene:16333", "symbol": "Ins1", "species": MOUSE},
        {"id": "NCBIGene:16334", "symbol": "Ins2", "species": MOUSE},
    ],
    "IN_TAXON": [{"from": "NCBIGene:3630", "to": HUMAN}],
}
MGI: Final[Rows] = {
    "Gene": [
        {
            "id": "NCBIGene:3630",
            "symbol": "wrong",
            "name": "insulin",
            "species": HUMAN,
            "synonyms": ["ILPR"],
        }
    ],
    "ORTHOLOGOUS_TO": [
        evidence("NCBIGene:16333", "NCBIGene:3630", "MGI"),
        evidence("NCBIGene:16334", "NCBIGene:3630", "MGI"),
    ],
}
HCOP: Final[Rows] = {
    "ORTHOLOGOUS_TO": [
        evidence("NCBIGene:16334", "NCBIGene:3630", "OMA"),
        # this human gene does not exist in any source
        evidence("NCBIGene:16334", "NCBIGene:999", "OMA"),
    ]
}


def record_source(
    kb: Path,
    name: str,
    rows: Mapping[str, Sequence[Mapping[str, object]] | pa.Table],
    *,
    version: str = UNVERSIONED,
    depends: Mapping[str, str] | None = None,
    vectors: Mapping[str, Sequence[str]] | None = None,
    model: str = "toy",
) -> Entry:
    """Write rows by table as an active source of a knowledge base, and return its entry.

    Parameters
    ----------
    depends
        Dependencies as in the ledger; a source with ``genes`` uses gene names of other sources.
    vectors
        Node keys by vector space, at most 8 each; each key gets a different vector.
    """
    layout = Layout(kb)
    source = SourceInfo(name, version=version, license=f"licence of {name}")
    with writing(layout):
        with pending_folder(layout.tables, name) as folder:
            with TableWriter(folder, read_schema(), source) as out:
                for table, content in rows.items():
                    whole = (
                        content
                        if isinstance(content, pa.Table)
                        else pa.Table.from_pylist([dict(row) for row in content])
                    )
                    out.write(table, whole)
                for space, ids in (vectors or {}).items():
                    unit = np.eye(8, dtype=np.float32)[: len(ids)]
                    out.write_vectors(space, list(ids), unit, model=model, model_digest=model)
                digest, counts = out.finish(), out.counts
            publish_folder(folder, layout.tables / digest)
        entry = Entry(
            name,
            version,
            "toy",
            digest,
            dict(depends or {}),
            {},
            [],
            digest,
            counts,
            source.license,
        )
        Ledger(layout.ledger).record(entry)
    return entry


def record_insulin(kb: Path) -> Path:
    """Record three sources about insulin: ``ncbi`` (genes), ``mgi`` and ``hcop`` (orthologs)."""
    record_source(kb, "ncbi", GENES, version="1")
    record_source(kb, "mgi", MGI, version="1", depends={"genes": "none"})
    record_source(kb, "hcop", HCOP, version="1", depends={"genes": "none"})
    return kb
