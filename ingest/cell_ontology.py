"""The Cell Ontology: cell types and which of them are kinds of which."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import networkx as nx
import pyarrow as pa

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.files.delimited import read_lines
from orthoweave.files.obo import Term, read_ontology
from orthoweave.jobs import JobContext, Option, SourceInfo, job

_PREFIX = "CL:"


def _identify(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    return SourceInfo(
        name="cell_ontology",
        license="CC-BY-4.0",
        primary_knowledge_source="infores:cl",
        knowledge_level="knowledge_assertion",
        agent_type="manual_agent",
        title="Cell Ontology: cell types and their hierarchy",
        url="https://obofoundry.org/ontology/cl",
    )


@job(
    name="cell_ontology",
    help="Cell types of the Cell Ontology and their hierarchy",
    inputs="cl.obo, cl.json (OBO Graph) or a table with the columns cl_id, label, parents",
    writes=("CellType", "SUBCLASS_OF"),
    options=(
        Option("definitions", "keep the definitions, not only names", bool, default=True),
        Option(
            "only",
            "keep these CL ids and their ancestors: a comma list, or a file of ids",
            file=True,
        ),
    ),
    identify=_identify,
)
def cell_ontology(context: JobContext) -> None:
    """Write the terms of CL and the direct edges between them; others are counted."""
    if len(context.inputs) != 1:
        message = f"expected one file of the Cell Ontology, found {len(context.inputs)}"
        raise UsageError(message)
    path = context.inputs[0]
    read = read_ontology(path)
    terms = {term.id: term for term in read if term.id.startswith(_PREFIX)}
    if not terms:
        message = f"{path}: expected terms of the Cell Ontology (CL:…), found {len(read):,} others"
        raise InputError(message)
    edges = [(term.id, up) for term in terms.values() for up in dict.fromkeys(term.parents)]
    inside = [(low, up) for low, up in edges if up in terms]
    _check_hierarchy(terms, inside)
    kept = _kept(terms, inside, context.options["only"])
    inside = sorted((low, up) for low, up in inside if low in kept)
    context.out.write("CellType", _cell_types([terms[key] for key in sorted(kept)], context))
    if inside:
        context.out.write("SUBCLASS_OF", _edges(inside))
    foreign = sum(not up.startswith(_PREFIX) for _, up in edges)
    absent = len(edges) - foreign - sum(up in terms for _, up in edges)
    report = {
        "terms_read": len(read),
        "cell_types": len(kept),
        "deprecated": sum(terms[key].deprecated for key in kept),
        "subclass_edges": len(inside),
        "edges_to_other_ontologies": foreign,
        "edges_to_absent_terms": absent,
    }
    context.out.write_report("ontology", report)
    context.progress.note(
        f"cell ontology: {len(kept):,} cell types ({report['deprecated']:,} deprecated), "
        f"{len(inside):,} subclass edges; left out: {foreign:,} edges to other ontologies, "
        f"{absent:,} to terms that the file lacks"
    )


def _check_hierarchy(terms: dict[str, Term], edges: list[tuple[str, str]]) -> None:
    """Raise for a live term below an obsolete one, and for a cycle."""
    for low, up in edges:
        if terms[up].deprecated and not terms[low].deprecated:
            message = (
                f"{terms[low].where}: {low} is a kind of {up}, which is obsolete: expected a live "
                "parent. Is the release sound?"
            )
            raise InputError(message)
    graph = nx.DiGraph(edges)
    if not nx.is_directed_acyclic_graph(graph):
        cycle = [low for low, _ in nx.find_cycle(graph)]
        message = f"the hierarchy has a cycle: {' is a '.join([*cycle, cycle[0]])}"
        raise InputError(message)


def _kept(terms: dict[str, Term], edges: list[tuple[str, str]], only: str | None) -> set[str]:
    """Ids to keep: all, or those asked for with all their ancestors."""
    if only is None:
        return set(terms)
    texts = read_lines(Path(only)) if Path(only).is_file() else only.split(",")
    wanted = {text.strip() for text in texts if text.strip()}
    unknown = sorted(wanted - set(terms))
    if unknown or not wanted:
        message = (
            f"only={only!r}: expected a file or a comma list of CL ids of this release, found "
            f"{', '.join(unknown[:5]) or 'none'}"
        )
        raise UnknownNameError(message)
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(wanted)
    return wanted.union(*(nx.descendants(graph, key) for key in wanted))


def _cell_types(terms: list[Term], context: JobContext) -> pa.Table:
    keep = context.options["definitions"]
    return pa.table(
        {
            "id": [term.id for term in terms],
            "name": pa.array([term.name for term in terms], pa.string()),
            "synonyms": [sorted(set(term.synonyms) - {term.name or ""}) for term in terms],
            "exact_synonyms": [sorted(set(term.exact) - {term.name or ""}) for term in terms],
            "definition": pa.array([t.definition if keep else None for t in terms], pa.string()),
            "deprecated": [term.deprecated for term in terms],
            "replaced_by": pa.array([term.replaced_by for term in terms], pa.string()),
        }
    )


def _edges(edges: list[tuple[str, str]]) -> pa.Table:
    ends = {"from": [low for low, _ in edges], "to": [up for _, up in edges]}
    return pa.table(ends | {"original_subject": ends["from"], "original_object": ends["to"]})
