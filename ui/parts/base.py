"""The questions that the screens ask, with answers cached for all visitors."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa
import streamlit as st

from orthoweave.errors import OrthoweaveError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.questions.answer import Answer
from orthoweave.settings import Settings, read_settings
from parts.opened import published
from parts.text import md

if TYPE_CHECKING:
    from orthoweave.questions.survival import Split

# number of answers cached for all visitors, without copies: answers and builds never change
_KEPT = 200


def settings() -> Settings:
    """Return the settings that the app was started with."""
    return read_settings()


def base() -> KnowledgeBase:
    """Return the published build, opened; a newer one is opened as soon as it is published."""
    return published()


@contextmanager
def explained() -> Iterator[None]:
    """Show the message of an orthoweave error in place of the content that failed."""
    try:
        yield
    except OrthoweaveError as error:
        st.warning(md(error, 2000), icon=":material/info:")


def species_here() -> list[str]:
    """List the common names of the species whose genes this build has, human first."""
    names = [str(row["common_name"] or row["species"]) for row in ask("species").rows()]
    return sorted(names, key=lambda name: (name != "human", name != "mouse", name))


def datasets_here() -> list[dict[str, object]]:
    """List the datasets of this build."""
    return ask("datasets").rows()


def ask(name: str, parameters: Mapping[str, object] | None = None) -> Answer:
    """Return the cached answer of a saved query."""
    kb = base()
    given = tuple(sorted((parameters or {}).items()))
    return _ask(kb, kb.manifest.build, name, given, _asker=visitor())


def visitor() -> str:
    """Return the name of this visitor's session; waiting questions of visitors take turns."""
    name: str = st.session_state.setdefault("visitor", secrets.token_hex(8))
    return name


def orthologs(
    genes: tuple[str, ...],
    source: str,
    target: str,
    min_sources: int = 1,
    sources: tuple[str, ...] = (),
) -> Answer:
    """Return the cached orthologs of genes in another species."""
    kb = base()
    return _orthologs(
        kb,
        kb.manifest.build,
        genes,
        from_species=source,
        to_species=target,
        min_sources=min_sources,
        sources=sources,
    )


def expression(
    genes: tuple[str, ...], across: tuple[str, ...], roll_up: tuple[str, ...] = ()
) -> Answer:
    """Return the cached expression of genes and their orthologs by cell type."""
    kb = base()
    return _expression(kb, kb.manifest.build, genes, across, roll_up)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _ask(
    _kb: KnowledgeBase,
    build: str,
    name: str,
    parameters: tuple[tuple[str, object], ...],
    *,
    _asker: str,
) -> Answer:
    return _kb.ask(name, dict(parameters), asker=_asker)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _orthologs(
    _kb: KnowledgeBase,
    build: str,
    genes: tuple[str, ...],
    *,
    from_species: str,
    to_species: str,
    min_sources: int,
    sources: tuple[str, ...],
) -> Answer:
    return _kb.orthologs(
        list(genes), from_species, to_species, min_sources=min_sources, sources=sources
    )


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _expression(
    _kb: KnowledgeBase,
    build: str,
    genes: tuple[str, ...],
    across: tuple[str, ...],
    roll_up: tuple[str, ...],
) -> Answer:
    return _kb.expression(list(genes), across=across, roll_up=roll_up)


def cohorts_here() -> Answer:
    """Return the cached list of groups of bulk samples of this build."""
    kb = base()
    return _cohorts(kb, kb.manifest.build)


def survival(gene: str, split: "Split", group: str | None) -> Answer:
    """Return the cached tests of survival by a gene."""
    kb = base()
    return _survival(kb, kb.manifest.build, gene, split, group)


def survival_curves(gene: str, dataset: str, split: "Split", group: str | None) -> Answer:
    """Return the cached Kaplan-Meier curves of a dataset by a gene."""
    kb = base()
    return _curves(kb, kb.manifest.build, gene, dataset, split, group)


def sample_runs(dataset: str) -> Answer:
    """Return the cached list of runs that restore genes of samples, or predict a number."""
    kb = base()
    return _sample_runs(kb, kb.manifest.build, dataset)


def run_curves(
    run: str, dataset: str, gene: str | None, split: "Split", group: str | None
) -> Answer:
    """Return the cached Kaplan-Meier curves of a dataset by what a run says of its samples."""
    kb = base()
    return _run_curves(kb, kb.manifest.build, (run, dataset, gene), split, group)


def restored_values(run: str, dataset: str, gene: str) -> Answer:
    """Return the cached values of a gene that a run has restored, beside the measured ones."""
    kb = base()
    return _restored(kb, kb.manifest.build, run, dataset, gene)


def expression_by_group(gene: str) -> Answer:
    """Return the cached expression of a gene by group of samples."""
    kb = base()
    return _by_group(kb, kb.manifest.build, gene)


@st.cache_resource(max_entries=4, show_spinner=False)
def _cohorts(_kb: KnowledgeBase, build: str) -> Answer:
    return _kb.cohorts()


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _survival(
    _kb: KnowledgeBase, build: str, gene: str, split: "Split", group: str | None
) -> Answer:
    return _kb.survival([gene], split=split, group=group)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _curves(
    _kb: KnowledgeBase, build: str, gene: str, dataset: str, split: "Split", group: str | None
) -> Answer:
    return _kb.survival_curves(gene, dataset, split=split, group=group)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _sample_runs(_kb: KnowledgeBase, build: str, dataset: str) -> Answer:
    return _kb.sample_runs(dataset)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _run_curves(
    _kb: KnowledgeBase,
    build: str,
    asked: tuple[str, str, str | None],
    split: "Split",
    group: str | None,
) -> Answer:
    run, dataset, gene = asked
    return _kb.run_survival_curves(run, dataset, gene, split=split, group=group)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _restored(_kb: KnowledgeBase, build: str, run: str, dataset: str, gene: str) -> Answer:
    return _kb.restored_values(run, dataset, gene)


@st.cache_resource(max_entries=_KEPT, show_spinner=False)
def _by_group(_kb: KnowledgeBase, build: str, gene: str) -> Answer:
    return _kb.expression_by_group([gene])


def types_here() -> Answer:
    """Return the cached list of cell types in the datasets of this build."""
    kb = base()
    return _types(kb, kb.manifest.build)


def kinds_here() -> Answer:
    """Return the cached list of kinds that the cell types of this build can be pooled into."""
    kb = base()
    return _kinds(kb, kb.manifest.build)


@st.cache_resource(max_entries=4, show_spinner=False)
def _types(_kb: KnowledgeBase, build: str) -> Answer:
    return _kb.observed_types()


@st.cache_resource(max_entries=4, show_spinner=False)
def _kinds(_kb: KnowledgeBase, build: str) -> Answer:
    return _kb.kinds()


def species_key(name: str) -> str:
    """Return the key of a species of this build by its common name."""
    for row in ask("species").rows():
        if name in {row["common_name"], row["species"]}:
            return str(row["species"])
    return name


def joined(answers: Sequence[Answer], schema: pa.Schema, title: str) -> Answer:
    """Return several answers with the same columns as one."""
    table = pa.concat_tables([answer.table for answer in answers]) if answers else None
    rows = schema.empty_table() if table is None else table
    return Answer(rows, title, provenance=answers[0].provenance if answers else {})
