"""The schema: read from TOML, checked against, written as DDL."""

from pathlib import Path

import pyarrow as pa
import pytest

from orthoweave.errors import SchemaError, UnknownNameError
from orthoweave.schema import check_table, read_schema
from orthoweave.schema.ddl import ladybug_ddl, neo4j_ddl

SCHEMA = read_schema()
PROVENANCE = {
    "source": ["s"], "source_version": ["1"], "license": ["l"], "knowledge_level": ["k"],
    "agent_type": ["a"], "primary_knowledge_source": ["p"],
}  # fmt: skip
GENE = {"id": ["NCBIGene:1"], "species": ["NCBITaxon:9606"], **PROVENANCE}


def test_every_type_names_its_biolink_class() -> None:
    """Nodes have a class, edges a predicate, and ends that are node types."""
    assert all(node.biolink.startswith("biolink:") for node in SCHEMA.nodes.values())
    for edge in SCHEMA.edges.values():
        assert edge.predicate.startswith("biolink:")
        assert {edge.start, edge.end} <= SCHEMA.nodes.keys()


def test_a_sound_table_gets_all_columns_in_order() -> None:
    """Missing optional columns are null; types are those of the schema."""
    checked = check_table(SCHEMA, "Gene", pa.table(GENE))
    assert checked.schema.equals(SCHEMA.arrow("Gene"))
    assert checked["symbol"].null_count == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"nope": [1]}, "unknown column 'nope'"),
        ({"species": [None]}, "1 nulls; none may be null"),
        ({"id": ["Foo:1"]}, "'Foo:1': expected a CURIE"),
        ({"id": ["NCBIGene:"]}, "expected a CURIE"),
        ({"synonyms": [1.5]}, "is not string"),
    ],
)
def test_what_does_not_fit_is_told(change: dict[str, list[object]], message: str) -> None:
    """Each problem with its column and what was found."""
    with pytest.raises(SchemaError, match=message.replace("[", r"\[")):
        check_table(SCHEMA, "Gene", pa.table({**GENE, **change}))


def test_all_problems_at_once() -> None:
    """One message for three faults."""
    rows = {"id": ["x"], "bad": [1], **PROVENANCE}
    with pytest.raises(SchemaError) as caught:
        check_table(SCHEMA, "Gene", pa.table(rows))
    assert "unknown column 'bad'" in str(caught.value)
    assert "missing column 'species'" in str(caught.value)


def encoded(values: list[str | None]) -> pa.DictionaryArray:
    """Give a dictionary-encoded column whose nulls, if any, are among its dictionary's values."""
    indices = pa.array(range(len(values)), pa.int32())
    return pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))


def test_encoded_columns_stay_so_and_are_checked() -> None:
    """Keys, ends and nulls of dictionary-encoded columns are seen like plain ones."""
    checked = check_table(SCHEMA, "Gene", pa.table({**GENE, "id": encoded(["NCBIGene:1"])}))
    assert pa.types.is_dictionary(checked["id"].type)
    assert checked["id"].to_pylist() == ["NCBIGene:1"]
    with pytest.raises(SchemaError, match="expected a CURIE"):
        check_table(SCHEMA, "Gene", pa.table({**GENE, "id": encoded(["Foo:1"])}))
    with pytest.raises(SchemaError, match="none may be null"):
        check_table(SCHEMA, "Gene", pa.table({**GENE, "species": encoded([None])}))
    ends = {"from": encoded(["b"]), "to": encoded(["a"]), **PROVENANCE}
    with pytest.raises(SchemaError, match="sorted ends"):
        check_table(SCHEMA, "PARALOGOUS_TO", pa.table(ends))


def test_symmetric_edges_have_sorted_ends() -> None:
    """A pair the wrong way round, and a gene with itself, are refused."""
    for ends in (("b", "a"), ("a", "a")):
        rows = {"from": [ends[0]], "to": [ends[1]], **PROVENANCE}
        with pytest.raises(SchemaError, match="sorted ends"):
            check_table(SCHEMA, "PARALOGOUS_TO", pa.table(rows))


def test_an_unknown_table_lists_those_there_are() -> None:
    """The message names every table."""
    with pytest.raises(UnknownNameError, match=r"Gene.*ORTHOLOGOUS_TO"):
        SCHEMA.table("Nope")


def test_a_schema_that_is_not_sound(tmp_path: Path) -> None:
    """Unknown kinds, properties without meaning and ends that are no node type, all at once."""
    (tmp_path / "nodes.toml").write_text(
        '[A]\nabout = "a"\nbiolink = "b"\n[A.properties]\nx = "float much"\ny = "string"\n'
    )
    (tmp_path / "edges.toml").write_text(
        '[E]\nabout = "e"\npredicate = "p"\nfrom = "A"\nto = "B"\n'
    )
    (tmp_path / "vectors.toml").write_text('[v]\nabout = "v"\nof = "C"\n')
    with pytest.raises(SchemaError) as caught:
        read_schema(tmp_path)
    for problem in ("unknown kind 'float'", "A.y: say what it means", "no node type 'B'",
                    "no node type 'C'"):  # fmt: skip
        assert problem in str(caught.value)


def test_ddl_has_every_table() -> None:
    """Nodes come before the edges between them; Neo4j gets a constraint for each key."""
    statements = ladybug_ddl(SCHEMA)
    assert len(statements) == len(SCHEMA.nodes) + len(SCHEMA.edges)
    assert all(text.startswith("CREATE NODE") for text in statements[: len(SCHEMA.nodes)])
    assert len(neo4j_ddl(SCHEMA)) == len(SCHEMA.nodes)
