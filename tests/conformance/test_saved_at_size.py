"""Saved queries at size: every row that pandas joins, and in order; the demo was wrong at this."""

import pytest
from tests.support.analyst import SAVED, World

from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.questions.arguments import look_up
from orthoweave.questions.saved import find_query, saved_queries
from orthoweave.testing.conformance_rows import PlainRows, plain_rows

_ALL = 90_000
# the gene in every cell, the one with the most co-expression, the type with nearly every gene
_GIVEN = [
    ("cell_types_by_donor", {"dataset": "biopsy_mouse"}),
    ("cell_types_of_dataset", {"dataset": "atlas_human"}),
    ("coexpressed_genes", {"gene": "GN0"}),
    ("coexpressed_genes", {"gene": "Gn2001", "min_coefficient": "0.4"}),
    ("conserved_coexpression", {"gene": "GN0"}),
    ("conserved_coexpression", {"gene": "Gn17"}),
    ("datasets", {}),
    ("evidence_for_pair", {"gene": "GN1", "ortholog": "Gn1"}),
    ("gene_in_kind_of_cell", {"gene": "GN5", "cell_type": "CL:0000002"}),
    ("gene_in_kind_of_cell", {"gene": "NCBIGene:2000004", "cell_type": "CL:0000001"}),
    ("genes_in_cell_type", {"cell_type": "CL:0000001"}),
    ("genes_in_cell_type", {"cell_type": "CL:0000033", "dataset": "atlas_mouse"}),
    ("genes_in_the_same_cells", {"gene": "GN0"}),
    ("genes_in_the_same_cells", {"gene": "Gn2500"}),
    ("genes_not_measured", {"dataset": "biopsy_human"}),
    ("kind_of_cell", {"cell_type": "CL:0000001"}),
    ("kind_of_cell", {"cell_type": "type 3 cell"}),
    ("markers", {"cell_type": "CL:0000001", "min_fraction": "0"}),
    ("markers", {"cell_type": "CL:0000001", "dataset": "biopsy_mouse"}),
    ("one_to_many_in_cell_type", {"cell_type": "CL:0000001"}),
    ("one_to_many_in_cell_type", {"cell_type": "CL:0000004", "source": "mouse", "target": "human"}),
    ("ortholog_expression", {"gene": "GN0"}),
    ("ortholog_group", {"gene": "GN0"}),
    ("parents_of_cell_type", {"cell_type": "CL:0000042"}),
    ("shared_cell_types", {}),
    ("sources_and_licences", {}),
    ("species", {}),
    ("species_differences", {"cell_type": "CL:0000001"}),
    ("top_cells", {"gene": "GN0"}),
    ("top_cells", {"gene": "Gn0", "dataset": "atlas_mouse"}),
]


def _values(kb: KnowledgeBase, name: str, given: dict[str, str]) -> dict[str, object]:
    query = find_query(name)
    values = query.values(given)
    for parameter in query.parameters:
        value = values[parameter.name]
        if isinstance(value, str):
            values[parameter.name] = look_up(kb.session, parameter.kind, value).key
    return values


def _all_rows(kb: KnowledgeBase, name: str, given: dict[str, str]) -> PlainRows:
    more = {"limit": str(_ALL)} if "limit" in find_query(name).values(given) else {}
    answer = kb.ask(name, {**given, **more})
    assert not answer.truncated
    return plain_rows(answer.table)


def test_every_saved_query_is_asked() -> None:
    """No saved query that ships is left out, and pandas answers no other."""
    assert {name for name, _ in _GIVEN} == set(saved_queries()) == set(SAVED)


@pytest.mark.parametrize(("name", "given"), _GIVEN, ids=str)
def test_every_row_is_found(
    large: KnowledgeBase, world: World, name: str, given: dict[str, str]
) -> None:
    """All rows of a saved query are those of pandas, none lost and none invented."""
    found = _all_rows(large, name, given)
    assert found.rows
    assert SAVED[name].difference(found, world, _values(large, name, given)) is None


@pytest.mark.parametrize(("name", "given"), _GIVEN, ids=str)
def test_the_first_rows_are_the_first(
    large: KnowledgeBase, world: World, name: str, given: dict[str, str]
) -> None:
    """With the limit of the query, the sorted columns are those of pandas' first rows."""
    values = _values(large, name, given)
    limit = int(str(values.get("limit", _ALL)))
    found = plain_rows(large.ask(name, given).table)
    assert SAVED[name].misplaced(found, world, values, limit) is None


@pytest.mark.parametrize(("name", "given"), _GIVEN, ids=str)
def test_an_answer_is_the_same_every_time(
    large_by_threads: KnowledgeBase, name: str, given: dict[str, str]
) -> None:
    """Twenty answers by eight threads are one, in every digit and in the order of rows."""
    answers = {repr(large_by_threads.ask(name, given).rows()) for _ in range(20)}
    assert len(answers) == 1


def test_markers_of_every_type(large: KnowledgeBase, world: World) -> None:
    """The markers of all types equal the joins of pandas: the fault that the demo once had."""
    types = sorted(set(world["EXPRESSED_IN"]["to"]))
    differing = {}
    for kind in types:
        given = {"cell_type": kind, "min_fraction": "0.1"}
        found = _all_rows(large, "markers", given)
        differs = SAVED["markers"].difference(found, world, _values(large, "markers", given))
        if differs:
            differing[kind] = differs
    assert len(types) > 100
    assert differing == {}
