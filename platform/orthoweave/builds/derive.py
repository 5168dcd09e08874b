"""Facts that follow from those of the sources: consensus orthology, its groups, the sources."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orthoweave.builds.assemble import Assembled
from orthoweave.builds.parts import Workshop
from orthoweave.numerics.orthology import consensus, groups
from orthoweave.schema import Schema, check_table
from orthoweave.storage.durable import text_digest
from orthoweave.storage.ledger import Entry
from orthoweave.storage.provenance import SourceInfo, with_provenance
from orthoweave.storage.tableset import TableSet
from orthoweave.version import VERSION

CONSENSUS_SOURCE: Final = "orthoweave_consensus"


def derive_orthology(workshop: Workshop, found: Assembled) -> SourceInfo | None:
    """Add consensus pairs and ortholog groups to `found`; return the source that asserts them.

    They are derived from the evidence in this build alone: a removed source leaves no trace in
    them. Without evidence, return None.
    """
    evidence = list(found.slices.get("ORTHOLOGOUS_TO", []))
    if not evidence:
        return None
    paths = [one.parquet for one in evidence]

    def write(folder: Path) -> dict[str, Path]:
        return _consensus(workshop.schema, paths, folder)

    part = workshop.part(
        {"kind": "consensus", "code": VERSION, "of": [one.part.digest for one in evidence]}, write
    )
    for name in part.tables:
        found.add(name, part, part.kept.folder / f"{name}.parquet")
    if not part.tables:
        return None
    pairs = pq.read_table(part.kept.folder / "ORTHOLOGOUS_TO.parquet", columns=["license"])
    return _consensus_source(pairs["license"][0].as_py())


def _consensus_source(license_text: str) -> SourceInfo:
    return SourceInfo(
        CONSENSUS_SOURCE,
        version=VERSION,
        license=license_text,
        knowledge_level="logical_entailment",
        agent_type="data_analysis_pipeline",
        title="Consensus of the orthology evidence in this build, and its connected components",
    )


def _consensus(schema: Schema, paths: Sequence[Path], folder: Path) -> dict[str, Path]:
    """Write the facts that follow from evidence to a folder; return the files by table."""
    rows = pa.concat_tables([pq.read_table(path) for path in paths])
    rows = rows.filter(pc.equal(rows["assertion"], "evidence"))
    if not rows.num_rows:
        return {}
    source = _consensus_source(" AND ".join(sorted(set(rows["license"].to_pylist()))))
    pairs = consensus(rows)
    group_nodes, member_edges = groups(pairs)
    written = {}
    for name, made in (
        ("ORTHOLOGOUS_TO", pairs),
        ("OrthologGroup", group_nodes),
        ("MEMBER_OF", member_edges),
    ):
        checked = check_table(schema, name, with_provenance(made, schema.table(name), source))
        written[name] = folder / f"{name}.parquet"
        pq.write_table(checked, written[name], compression="zstd")
    return written


def derive_sources(
    workshop: Workshop,
    found: Assembled,
    entries: Sequence[Entry],
    sources: Sequence[TableSet],
    derived: SourceInfo | None,
) -> None:
    """Add one Source node for each source in the build."""
    rows = [
        _source_row(tables.source, entry.job, entry.input_digest, entry.counts)
        for entry, tables in zip(entries, sources, strict=True)
    ]
    if derived is not None:
        rows.append(_source_row(derived, "build", "", {}))
    checked = check_table(workshop.schema, "Source", pa.concat_tables(rows)).sort_by("id")

    def write(folder: Path) -> dict[str, Path]:
        pq.write_table(checked, folder / "Source.parquet", compression="zstd")
        return {"Source": folder / "Source.parquet"}

    digest = text_digest(json.dumps(checked.to_pylist(), sort_keys=True))
    part = workshop.part({"kind": "sources", "rows": digest}, write)
    found.add("Source", part, part.kept.folder / "Source.parquet")


def _source_row(source: SourceInfo, job: str, digest: str, counts: dict[str, int]) -> pa.Table:
    row = {
        "id": source.key,
        "name": source.name,
        "job": job,
        "title": source.title,
        "url": source.url,
        "input_digest": digest,
        "counts": json.dumps(counts, sort_keys=True),
        **source.columns(),
    }
    return pa.table({name: pa.array([value], pa.string()) for name, value in row.items()})
