"""Which values a statement reads, and of which datasets: only what is certain limits them."""

import pytest

from orthoweave.cypher.semantics.values_read import values_read
from orthoweave.cypher.syntax.parser import parse

VALUES = {"EXPRESSES": "value", "EXPRESSED_IN": "mean"}
IN = "MATCH (g:Gene)-[e:EXPRESSED_IN]->(t)"


def read(text: str, **parameters: object) -> list[tuple[str, ...] | None]:
    """Return the datasets of each relationship whose values are read; None for any."""
    found = values_read(parse(text).asked, parameters, VALUES)
    return [None if one.datasets is None else tuple(sorted(one.datasets)) for one in found]


@pytest.mark.parametrize(
    "text",
    [
        f"{IN} RETURN e.mean",
        f"{IN} RETURN e['mean']",
        f"{IN} RETURN e",
        f"{IN} RETURN *",
        f"{IN} RETURN e {{.mean}}",
        f"{IN} RETURN e {{.*}}",
        f"{IN} RETURN properties(e)",
        f"{IN} WHERE e.mean > 1 RETURN g.id",
        f"{IN} RETURN g.id ORDER BY e.mean",
        f"{IN} WITH g, e AS x RETURN max(x.mean)",
        f"{IN} WITH collect(e) AS all RETURN [x IN all | x.mean]",
        "MATCH p = (:Gene)-[:EXPRESSED_IN]->() RETURN p",
        "MATCH (:Gene)-[e]->() RETURN e.mean",
        "MATCH (:Gene)-[:EXPRESSED_IN {mean: 1.5}]->() RETURN 1",
        "MATCH (c:Cell) RETURN COLLECT { MATCH (c)-[e:EXPRESSES]->() RETURN e.value }",
        "MATCH (c:Cell) RETURN [(c)-[e:EXPRESSES]->() | e.value]",
        "MATCH (c)-[e:EXPRESSES]->{1,2}(g) RETURN [x IN e | x.value]",
    ],
)
def test_values_of_any_dataset_are_read(text: str) -> None:
    """Every way to get at a value is found."""
    assert read(text) == [None]


@pytest.mark.parametrize(
    "text",
    [
        f"{IN} RETURN e.fraction, e.dataset, type(e), count(e)",
        f"{IN} RETURN g.id, t.id",
        f"{IN} WITH g, e AS x RETURN x.fraction",
        f"{IN} WHERE e IS NOT NULL RETURN g.mean",
        "MATCH (g:Gene)-[o:ORTHOLOGOUS_TO]-() RETURN o",
        "MATCH (c:Cell)-[:EXPRESSES]->(g) RETURN c.id, count(*)",
        "MATCH p = (:Gene)-[:EXPRESSED_IN]->() RETURN length(p)",
        "RETURN 1 AS mean",
    ],
)
def test_statements_without_values_are_silent(text: str) -> None:
    """Patterns, other properties and counts read no value."""
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "datasets"),
    [
        ("MATCH ()-[e:EXPRESSED_IN {dataset: 'a'}]->() RETURN e.mean", [("a",)]),
        (f"{IN} WHERE e.dataset = 'a' AND t.id = 'x' RETURN e.mean", [("a",)]),
        (f"{IN} WHERE 'a' = e.dataset RETURN e.mean", [("a",)]),
        (f"{IN} WHERE e.dataset IN ['a', 'b'] RETURN e.mean", [("a", "b")]),
        (f"{IN} WITH e AS x WHERE x.dataset = 'a' RETURN x.mean", [("a",)]),
        ("MATCH (c:Cell {dataset: 'a'})-[e:EXPRESSES]->() RETURN e.value", [("a",)]),
        ("MATCH (:Dataset {id: 'a'})<-[:FROM]-(c:Cell)-[e:EXPRESSES]->() RETURN e.value", [("a",)]),
        (
            "MATCH (c:Cell)-[:FROM]->(d:Dataset) WHERE d.id = 'a' "
            "MATCH (c)-[e:EXPRESSES]->() RETURN e.value",
            [("a",)],
        ),
        (f"{IN} WHERE e.dataset = 'a' OR true RETURN e.mean", [None]),
        (f"{IN} WHERE NOT e.dataset = 'a' RETURN e.mean", [None]),
        (f"{IN} WHERE e.dataset <> 'a' RETURN e.mean", [None]),
        (f"{IN} WHERE e.dataset STARTS WITH 'a' RETURN e.mean", [None]),
        (f"{IN} WHERE t.dataset = 'a' RETURN e.mean", [None]),
        (f"{IN} WHERE EXISTS {{ MATCH (x) WHERE e.dataset = 'a' }} RETURN e.mean", [None]),
        (f"{IN} OPTIONAL MATCH (x) WHERE e.dataset = 'a' RETURN e.mean", [None]),
        (f"MATCH (g) OPTIONAL {IN} WHERE e.dataset = 'a' RETURN e.mean", [("a",)]),
        (
            f"{IN} WHERE e.dataset = 'a' RETURN e.mean AS m UNION {IN} RETURN e.mean AS m",
            [("a",), None],
        ),
        (
            f"{IN} WHERE e.dataset = 'a' WITH g, max(e.mean) AS top "
            "MATCH (g)-[e:EXPRESSED_IN]->() RETURN e.mean, top",
            [("a",), None],
        ),
        (
            "MATCH (g)-[e:EXPRESSED_IN {dataset: 'a'}]->(), (g)-[f:EXPRESSED_IN]->() "
            "RETURN e.mean - f.mean",
            [("a",), None],
        ),
        (
            "MATCH (:Dataset {id: 'a'})<-[:MEASURED_IN]-(g:Gene)-[e:EXPRESSED_IN]->() "
            "RETURN e.mean",
            [None],
        ),
    ],
)
def test_only_certain_conditions_limit_the_datasets(
    text: str, datasets: list[tuple[str, ...] | None]
) -> None:
    """Equality on the relationship, its cell or the cell's dataset limits it, nothing else."""
    assert read(text) == datasets


def test_parameters_limit_the_datasets() -> None:
    """A parameter stands for its value, a text or a list of texts; null limits nothing."""
    text = f"{IN} WHERE e.dataset IN $some RETURN e.mean"
    assert read(text, some=["a", "b"]) == [("a", "b")]
    assert read("MATCH ()-[e:EXPRESSED_IN {dataset: $one}]->() RETURN e", one="a") == [("a",)]
    assert read("MATCH ()-[e:EXPRESSED_IN {dataset: $one}]->() RETURN e", one=None) == [None]
