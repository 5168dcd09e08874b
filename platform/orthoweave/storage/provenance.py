"""Provenance: what every row of a source's tables carries."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.ids import check_name
from orthoweave.schema.model import EdgeType, NodeType

# values of Biolink 4.4's enumerations that our jobs use
KnowledgeLevel = Literal[
    "knowledge_assertion",
    "logical_entailment",
    "prediction",
    "statistical_association",
    "observation",
    "not_provided",
]
AgentType = Literal[
    "manual_agent",
    "automated_agent",
    "data_analysis_pipeline",
    "computational_model",
    "text_mining_agent",
    "not_provided",
]

UNVERSIONED: Final = "unversioned"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """One version of one source, as its job identifies it."""

    name: str
    """Name in the ledger; one version of a name is active at a time."""
    version: str = UNVERSIONED
    license: str = "not stated"
    primary_knowledge_source: str = "infores:orthoweave"
    """infores CURIE of the origin of the knowledge."""
    knowledge_level: KnowledgeLevel = "not_provided"
    agent_type: AgentType = "not_provided"
    title: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        check_name(self.name, "source name")
        check_name(self.version, "source version")
        for value, kind in ((self.knowledge_level, KnowledgeLevel), (self.agent_type, AgentType)):
            if value not in get_args(kind):
                message = f"{value!r} is not one of Biolink's values: {', '.join(get_args(kind))}"
                raise UsageError(message)

    @property
    def key(self) -> str:
        """Key of the Source node, such as ``source:hcop_human_mouse@2022-09``."""
        return f"source:{self.name}@{self.version}"

    def columns(self) -> dict[str, str]:
        """Return the values of the provenance columns by name."""
        return {
            "source": self.key,
            "source_version": self.version,
            "license": self.license,
            "knowledge_level": self.knowledge_level,
            "agent_type": self.agent_type,
            "primary_knowledge_source": self.primary_knowledge_source,
        }


def with_provenance(rows: pa.Table, table: NodeType | EdgeType, source: SourceInfo) -> pa.Table:
    """Return `rows` with the provenance columns of `table`."""
    values = source.columns()
    for column in table.columns:
        if column.name in values and column.name not in rows.column_names:
            constant = pa.repeat(pa.scalar(values[column.name]), rows.num_rows)
            rows = rows.append_column(column.name, constant)
    return rows
