"""Facts that follow from those of the sources: consensus orthology, its groups, the sources."""

import json
from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orthoweave.builds.assemble import TABLES, Assembled
from orthoweave.data.orthology import consensus, groups
from orthoweave.schema import check_table
from orthoweave.tables.ledger import Entry
from orthoweave.tables.provenance import SourceInfo, with_provenance
from orthoweave.tables.tableset import TableSet
from orthoweave.version import VERSION

CONSENSUS_SOURCE: Final = "orthoweave_consensus"


def derive_orthology(found: Assembled) -> SourceInfo | None:
    """Add consensus pairs and ortholog groups to `found`; the source that asserts them.

    They are made of the evidence that is in this build alone: a source that was removed leaves no
    trace in them. None if there is no evidence.
    """
    parts = [pq.read_table(path) for path in found.paths.get("ORTHOLOGOUS_TO", [])]
    if not parts:
        return None
    evidence = pa.concat_tables(parts)
    evidence = evidence.filter(pc.equal(evidence["assertion"], "evidence"))
    if not evidence.num_rows:
        return None
    source = SourceInfo(
        CONSENSUS_SOURCE,
        version=VERSION,
        license=" AND ".join(sorted(set(evidence["license"].to_pylist()))),
        knowledge_level="logical_entailment",
        agent_type="data_analysis_pipeline",
        title="Consensus of the orthology evidence in this build, and its connected components",
    )
    pairs = consensus(evidence)
    group_nodes, member_edges = groups(pairs)
    for name, rows in (
        ("ORTHOLOGOUS_TO", pairs),
        ("OrthologGroup", group_nodes),
        ("MEMBER_OF", member_edges),
    ):
        _write(found, name, rows, source)
    return source


def derive_sources(
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
    checked = check_table(found.schema, "Source", pa.concat_tables(rows)).sort_by("id")
    path = found.folder / TABLES / "Source.parquet"
    pq.write_table(checked, path, compression="zstd")
    found.add("Source", path)


def derive_run_times(found: Assembled, entries: Sequence[Entry]) -> None:
    """Put the wall time of each run, which only the ledger knows, into its Run node.

    The tables of a run do without, so that the same run gives the same bytes.
    """
    if "Run" not in found.paths:
        return
    rows = pa.concat_tables([pq.read_table(path) for path in found.paths["Run"]])
    seconds = {
        entry.key: next((item["seconds"] for item in entry.inputs if "seconds" in item), None)
        for entry in entries
    }
    times = pa.array([seconds.get(key) for key in rows["source"].to_pylist()], pa.float64())
    rows = rows.set_column(rows.column_names.index("seconds"), "seconds", times).sort_by("id")
    path = found.folder / TABLES / "Run-timed.parquet"
    pq.write_table(rows, path, compression="zstd")
    found.paths["Run"] = [path]


def _source_row(source: SourceInfo, job: str, digest: str, counts: dict[str, int]) -> pa.Table:
    row = {
        "id": source.key,
        "name": source.name,
        "job": job,
        "title": source.title,
        "url": source.url,
        "input_digest": digest,
        "counts": json.dumps(counts, sort_keys=True),
        "source": source.key,
        "source_version": source.version,
        "license": source.license,
        "knowledge_level": source.knowledge_level,
        "agent_type": source.agent_type,
        "primary_knowledge_source": source.primary_knowledge_source,
    }
    return pa.table({name: pa.array([value], pa.string()) for name, value in row.items()})


def _write(found: Assembled, name: str, rows: pa.Table, source: SourceInfo) -> None:
    table = found.schema.table(name)
    checked = check_table(found.schema, name, with_provenance(rows, table, source))
    path = found.folder / TABLES / f"{name}-{source.name}.parquet"
    pq.write_table(checked, path, compression="zstd")
    found.add(name, path)
