"""The schema: read from TOML, used to check tables, written as DDL."""

from pathlib import Path

import pyarrow as pa
import pytest

from orthoweave.errors import SchemaError, UnknownNameError
from orthoweave.schema import check_table, read_schema
from orthoweave.schema.ddl import neo4j_ddl
from orthoweave.schema.read import VARIABLE

SCHEMA = read_schema()
PROVENANCE = {
    "source": ["s"],
    "source_version": ["1"],
    "license": ["l"],
    "knowledge_level": ["k"],
    "agent_type": ["a"],
    "primary_knowledge_source": ["p"],
}
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
        ({"species": [None]}, "1 nulls; expected none"),
        ({"id": ["Foo:1"]}, "'Foo:1': expected a CURIE"),
        ({"id": ["NCBIGene:"]}, "expected a CURIE"),
        ({"synonyms": [1.5]}, "is not string"),
    ],
)
def test_rows_that_do_not_fit_are_reported(change: dict[str, list[object]], message: str) -> None:
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
    """Return a dictionary-encoded column whose nulls, if any, are among its dictionary's values."""
    indices = pa.array(range(len(values)), pa.int32())
    return pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))


def test_encoded_columns_stay_so_and_are_checked() -> None:
    """Keys, ends and nulls of dictionary-encoded columns are seen like plain ones."""
    checked = check_table(SCHEMA, "Gene", pa.table({**GENE, "id": encoded(["NCBIGene:1"])}))
    assert pa.types.is_dictionary(checked["id"].type)
    assert checked["id"].to_pylist() == ["NCBIGene:1"]
    with pytest.raises(SchemaError, match="expected a CURIE"):
        check_table(SCHEMA, "Gene", pa.table({**GENE, "id": encoded(["Foo:1"])}))
    with pytest.raises(SchemaError, match="expected none"):
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


def test_an_unknown_table_lists_all_tables() -> None:
    """The message names every table."""
    with pytest.raises(UnknownNameError, match=r"Gene.*ORTHOLOGOUS_TO"):
        SCHEMA.table("Nope")


def test_an_invalid_schema_is_refused(tmp_path: Path) -> None:
    """Unknown kinds, properties without meaning and ends that are not node types: all at once."""
    (tmp_path / "nodes.toml").write_text(
        '[A]\nabout = "a"\nbiolink = "b"\n[A.properties]\nx = "float much"\ny = "string"\n'
    )
    (tmp_path / "edges.toml").write_text(
        '[E]\nabout = "e"\npredicate = "p"\nfrom = "A"\nto = "B"\n'
    )
    (tmp_path / "vectors.toml").write_text('[v]\nabout = "v"\nof = "C"\n')
    with pytest.raises(SchemaError) as caught:
        read_schema(tmp_path)
    for problem in (
        "unknown kind 'float'",
        "A.y: say what it means",
        "no node type 'B'",
        "no node type 'C'",
    ):
        assert problem in str(caught.value)


def test_ddl_has_every_key() -> None:
    """Neo4j gets a constraint for each key."""
    assert len(neo4j_ddl(SCHEMA)) == len(SCHEMA.nodes)


def _own(folder: Path, nodes: str, edges: str = "") -> Path:
    (folder / "nodes.toml").write_text(nodes)
    if edges:
        (folder / "edges.toml").write_text(edges)
    return folder


_PATHWAY = '[Pathway]\nabout = "p"\nbiolink = "biolink:Pathway"\n'


def test_a_folder_of_the_user_adds_to_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its edges may join our node types, and files that it lacks are empty."""
    edges = '[IN_PATHWAY]\nabout = "i"\npredicate = "p"\nfrom = "Gene"\nto = "Pathway"\n'
    monkeypatch.setenv(VARIABLE, str(_own(tmp_path, _PATHWAY, edges)))
    schema = read_schema()
    assert schema.nodes.keys() - SCHEMA.nodes.keys() == {"Pathway"}
    assert schema.edges["IN_PATHWAY"].start == "Gene"
    assert schema.vectors == SCHEMA.vectors


@pytest.mark.parametrize(
    ("nodes", "problem"),
    [
        (_PATHWAY.replace("Pathway", "gene", 1), "gene is defined in"),
        (_PATHWAY.replace("Pathway", "'a b'", 1), "expected a name of letters"),
        (_PATHWAY.replace("Pathway", "IN_TAXON", 1), "both a node type and an edge type"),
        (_PATHWAY + '[Pathway.properties]\n"x) --" = "string x"\n', "expected a name of letters"),
        (_PATHWAY + '[Pathway.properties]\nlicense = "string x"\n', "rename it"),
        (
            _PATHWAY + '[Pathway.properties]\nX = "string x"\nx = "string x"\n',
            "not differ in case only",
        ),
        (_PATHWAY + "[Pathway.properties]\nx = 3\n", "expected strings"),
        ('[Pathway]\nabout = "p"\n', "expected the field 'biolink'"),
        ("Pathway = 3\n", r"expected a table \[Pathway\]"),
        ("[Pathway", "cannot be read as TOML"),
    ],
)
def test_a_wrong_folder_of_the_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nodes: str, problem: str
) -> None:
    """A clash with our tables, or a malformed entry, is an error with its place."""
    monkeypatch.setenv(VARIABLE, str(_own(tmp_path, nodes)))
    with pytest.raises(SchemaError, match=problem):
        read_schema()


def test_a_folder_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt path is an error, not a schema without it."""
    monkeypatch.setenv(VARIABLE, "/no/such/folder")
    with pytest.raises(SchemaError, match="/no/such/folder"):
        read_schema()
