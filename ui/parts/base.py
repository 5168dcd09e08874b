"""What the screens ask of the knowledge base, with answers kept a while for all visitors."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import pyarrow as pa
import streamlit as st

from orthoweave.errors import OrthoweaveError
from orthoweave.queries.answer import Answer
from orthoweave.queries.cell_types import kinds, observed_types
from orthoweave.queries.knowledge_base import KnowledgeBase
from orthoweave.settings import Settings, read_settings
from parts.opened import published
from parts.text import md

# answers kept for all visitors, without copies: neither they nor a published build ever change
_KEPT = 200


def settings() -> Settings:
    """Read the settings that the app was started with."""
    return read_settings()


def base() -> KnowledgeBase:
    """Open the published build. A newer one is opened as soon as it is there."""
    return published()


@contextmanager
def explained() -> Iterator[None]:
    """Show an error of ours as the sentence it is, in place of what could not be shown."""
    try:
        yield
    except OrthoweaveError as error:
        st.warning(md(error, 2000), icon=":material/info:")


def species_here() -> list[str]:
    """List the common names of the species that this build has genes of, human first."""
    found = [str(row["common_name"] or row["species"]) for row in ask("species").rows()]
    return sorted(found, key=lambda name: (name != "human", name != "mouse", name))


def datasets_here() -> list[dict[str, object]]:
    """List the datasets of this build."""
    return ask("datasets").rows()


def ask(name: str, parameters: Mapping[str, object] | None = None) -> Answer:
    """Answer of a saved query, kept."""
    kb = base()
    return _ask(kb, kb.manifest.build, name, tuple(sorted((parameters or {}).items())))


def orthologs(genes: tuple[str, ...], source: str, target: str, min_sources: int = 1,
              sources: tuple[str, ...] = ()) -> Answer:  # fmt: skip
    """Orthologs of genes in another species, kept."""
    kb = base()
    return _orthologs(
        kb,
        kb.manifest.build,
        genes,
        source=source,
        target=target,
        min_sources=min_sources,
        sources=sources,
    )


def expression(
    genes: tuple[str, ...], across: tuple[str, ...], roll_up: tuple[str, ...] = ()
) -> Answer:
    """Expression of genes and their orthologs by cell type, kept."""
    kb = base()
    return _expression(kb, kb.manifest.build, genes, across, roll_up)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _ask(
    _kb: KnowledgeBase, build: str, name: str, parameters: tuple[tuple[str, object], ...]
) -> Answer:
    return _kb.ask(name, dict(parameters))


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _orthologs(
    _kb: KnowledgeBase, build: str, genes: tuple[str, ...], *, source: str, target: str,
    min_sources: int, sources: tuple[str, ...],
) -> Answer:  # fmt: skip
    return _kb.orthologs(
        list(genes), source=source, target=target, min_sources=min_sources, sources=sources
    )


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _expression(
    _kb: KnowledgeBase, build: str, genes: tuple[str, ...], across: tuple[str, ...],
    roll_up: tuple[str, ...],
) -> Answer:  # fmt: skip
    return _kb.expression(list(genes), across=across, roll_up=roll_up)


def types_here() -> Answer:
    """List the cell types that datasets of this build hold, kept."""
    kb = base()
    return _types(kb, kb.manifest.build)


def kinds_here() -> Answer:
    """List the kinds that cell types of this build can be pooled into, kept."""
    kb = base()
    return _kinds(kb, kb.manifest.build)


@st.cache_resource(max_entries=4, show_spinner=False)
def _types(_kb: KnowledgeBase, build: str) -> Answer:
    return observed_types(_kb)


@st.cache_resource(max_entries=4, show_spinner=False)
def _kinds(_kb: KnowledgeBase, build: str) -> Answer:
    return kinds(_kb)


def species_key(name: str) -> str:
    """Key of a species of this build by its common name."""
    for row in ask("species").rows():
        if name in {row["common_name"], row["species"]}:
            return str(row["species"])
    return name


def joined(answers: Sequence[Answer], schema: pa.Schema, title: str) -> Answer:
    """Several answers of one form as one."""
    table = pa.concat_tables([answer.table for answer in answers]) if answers else None
    rows = schema.empty_table() if table is None else table
    return Answer(rows, title, provenance=answers[0].provenance if answers else {})
