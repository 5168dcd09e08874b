"""The cell_ontology job: three formats give one hierarchy; unsound ones are refused."""

import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pandas as pd
import pyarrow.parquet as pq
import pytest

from orthoweave import content
from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.storage.tableset import TableSet

JOB = load_jobs(content.folder("ingest") / "cell_ontology.py")[0]
REAL = Path(__file__).parents[2] / "../shared/data/cell_ontology"
OBO = """format-version: 1.2
data-version: releases/2026-03-26
import: http://purl.obolibrary.org/obo/ro.owl
ontology: cl

[Term]
id: CL:0000000
name: cell
def: "A \\"unit\\" of life." [GOC:x, http://example.org/a]

[Term]
id: CL:0000169 ! beta
name: type B pancreatic cell
synonym: "pancreatic beta cell" EXACT [MESH:1]
synonym: "insulin cell" RELATED OMO:1 []
is_a: CL:0000000 {is_inferred="true"} ! cell
is_a: GO:0005623 ! cell of GO
relationship: part_of UBERON:0000006 ! islet of Langerhans

[Term]
id: CL:0000001
name: primary cultured cell
is_obsolete: true
replaced_by: CL:0000169

[Term]
id: UBERON:0000006
name: islet of Langerhans

[Typedef]
id: part_of
name: part of
"""
TABLE = (
    "cl_id\tlabel\tsynonyms\tdeprecated\treplaced_by\tparents\n"
    "CL:0000000\tcell\t\tFalse\t\t\n"
    "CL:0000169\ttype B pancreatic cell\tpancreatic beta cell|insulin cell\tFalse\t\t"
    "CL:0000000|GO:0005623\n"
    "CL:0000001\tprimary cultured cell\t\tTrue\tCL:0000169\t\n"
)
Ingest = Callable[..., TableSet]


@pytest.fixture
def run(tmp_path: Path) -> Ingest:
    """Ingest a text as an ontology file, with options."""

    def ingest_text(text: str, name: str = "cl.obo", **options: str) -> TableSet:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return ingest(Layout(tmp_path / "kb"), JOB, [path], options, Quiet()).tables

    return ingest_text


def rows(tables: TableSet, name: str) -> list[dict[str, object]]:
    """Rows of a table."""
    path = tables.table_path(name)
    return [] if path is None else pq.read_table(path).to_pylist()


def as_json(text: str = OBO) -> str:
    """Write the terms above as an OBO Graph."""
    base = "http://purl.obolibrary.org/obo/"
    nodes = [
        {
            "id": base + "CL_0000000",
            "lbl": "cell",
            "type": "CLASS",
            "meta": {"definition": {"val": 'A "unit" of life.'}},
        },
        {
            "id": base + "CL_0000169",
            "lbl": "type B pancreatic cell",
            "type": "CLASS",
            "meta": {
                "synonyms": [
                    {"pred": "hasExactSynonym", "val": "pancreatic beta cell"},
                    {"pred": "hasRelatedSynonym", "val": "insulin cell"},
                ]
            },
        },
        {
            "id": base + "CL_0000001",
            "lbl": "primary cultured cell",
            "type": "CLASS",
            "meta": {
                "deprecated": True,
                "basicPropertyValues": [{"pred": base + "IAO_0100001", "val": base + "CL_0000169"}],
            },
        },
        {"id": base + "BFO_0000050", "lbl": "part of", "type": "PROPERTY"},
    ]
    edges = [
        {"sub": base + "CL_0000169", "pred": "is_a", "obj": base + "CL_0000000"},
        {"sub": base + "CL_0000169", "pred": "is_a", "obj": base + "GO_0005623"},
        {"sub": base + "CL_0000169", "pred": base + "BFO_0000050", "obj": base + "UBERON_0000006"},
    ]
    return json.dumps({"graphs": [{"nodes": nodes, "edges": edges}]})


def test_obo_gives_types_and_hierarchy(run: Ingest) -> None:
    """Names, synonyms, escapes, withdrawal and direct parents are read, others counted."""
    tables = run(OBO)
    beta = next(row for row in rows(tables, "CellType") if row["id"] == "CL:0000169")
    assert beta["name"] == "type B pancreatic cell"
    assert beta["synonyms"] == ["insulin cell", "pancreatic beta cell"]
    assert (beta["license"], beta["primary_knowledge_source"]) == ("CC-BY-4.0", "infores:cl")
    old, root = (
        next(row for row in rows(tables, "CellType") if row["id"] == key)
        for key in ("CL:0000001", "CL:0000000")
    )
    assert (old["deprecated"], old["replaced_by"]) == (True, "CL:0000169")
    assert root["definition"] == 'A "unit" of life.'
    edges = [(row["from"], row["to"]) for row in rows(tables, "SUBCLASS_OF")]
    assert edges == [("CL:0000169", "CL:0000000")]
    report = tables.report("ontology")
    assert report is not None
    assert report["edges_to_other_ontologies"] == 1


@pytest.mark.parametrize(("text", "name"), [(as_json(), "cl.json"), (TABLE, "cl.tsv")])
def test_other_formats_give_the_same(run: Ingest, text: str, name: str) -> None:
    """OBO Graph JSON and the table hold what the OBO file holds."""
    expected = run(OBO, version="obo", definitions="false")
    found = run(text, name, version="other", definitions="false")
    names = ("id", "name", "synonyms", "definition", "deprecated", "replaced_by")
    for table, columns in (("CellType", names), ("SUBCLASS_OF", ("from", "to"))):
        got, wanted = (
            [[row[column] for column in columns] for row in rows(tables, table)]
            for tables in (found, expected)
        )
        assert got == wanted


def test_only_keeps_types_and_their_ancestors(run: Ingest, tmp_path: Path) -> None:
    """A subset is closed upwards, by a comma list or by a file of ids."""
    assert run(OBO, only="CL:0000169").counts == {"CellType": 2, "SUBCLASS_OF": 1}
    listed = tmp_path / "ids.txt"
    listed.write_text("CL:0000000\n")
    assert run(OBO, only=str(listed), version="2").counts == {"CellType": 1}
    with pytest.raises(UnknownNameError, match="CL:9999999"):
        run(OBO, only="CL:9999999", version="3")


def test_definitions_can_be_left_out(run: Ingest) -> None:
    """`definitions=false` keeps names only."""
    assert {row["definition"] for row in rows(run(OBO, definitions="false"), "CellType")} == {None}


BAD = {
    "empty": ("", "is empty"),
    "no_ontology": ("hello\nworld\n", "not an ontology in a known format"),
    "no_cl": ("[Term]\nid: GO:1\nname: a\n", "expected terms of the Cell Ontology"),
    "twice": (OBO + "\n[Term]\nid: CL:0000000\nname: again\n", r"'CL:0000000' occurs twice"),
    "cycle": (
        OBO + "\n[Term]\nid: CL:0000002\nis_a: CL:0000003\n"
        "\n[Term]\nid: CL:0000003\nis_a: CL:0000002\n",
        "has a cycle",
    ),
    "self": (OBO + "\n[Term]\nid: CL:0000002\nis_a: CL:0000002\n", "has a cycle"),
    "obsolete_parent": (OBO + "\n[Term]\nid: CL:0000002\nis_a: CL:0000001\n", "which is obsolete"),
    "no_colon": ("[Term]\nid: CL:0000000\nname\n", r"line 3: expected `tag: value`"),
    "unquoted": ("[Term]\nid: CL:0000000\nsynonym: beta\n", "expected a quoted text"),
    "name_first": ("[Term]\nname: cell\nid: CL:0000000\n", "expected the id of the term first"),
    "json": ('{"graphs": [{"nodes": [{"lbl": "cell"}]}]}', "not OBO Graph JSON"),
    "broken_json": ('{"graphs": [', "not OBO Graph JSON"),
    "json_name_as_list": (
        json.dumps({"graphs": [{"nodes": [{"id": "CL:1", "lbl": ["cell"]}]}]}),
        "expected a text, found",
    ),
    "json_half_a_character": (
        '{"graphs": [{"nodes": [{"id": "CL:1", "lbl": "\\ud800"}]}]}',
        "expected a text, found",
    ),
    "json_deprecated_as_text": (
        json.dumps({"graphs": [{"nodes": [{"id": "CL:1", "meta": {"deprecated": "false"}}]}]}),
        "expected true or false",
    ),
    "json_twice": (json.dumps({"graphs": [{"nodes": [{"id": "CL:1"}, {"id": "CL:1"}]}]}), "twice"),
    "width": (TABLE + "CL:0000002\tx\n", "expected 6"),
}


@pytest.mark.parametrize("name", BAD)
def test_unsound_ontologies_are_refused(run: Ingest, tmp_path: Path, name: str) -> None:
    """The message says what is wrong, and nothing is left behind."""
    text, match = BAD[name]
    with pytest.raises(InputError, match=match):
        run(text)
    assert not list((tmp_path / "kb" / "tables").glob("*"))


def test_one_file_is_expected(run: Ingest, tmp_path: Path) -> None:
    """Two files for one ontology are a mistake."""
    run(OBO)
    path = tmp_path / "cl.obo"
    with pytest.raises(UsageError, match="one file"):
        ingest(Layout(tmp_path / "kb"), JOB, [path, path], {"version": "2"}, Quiet())


def test_same_text_gives_the_same_tables(run: Ingest) -> None:
    """The order of terms does not matter to what is written."""
    head, *stanzas = OBO.split("[Term]")
    # the relation at the end stays where it is
    turned = "[Term]".join([head, *reversed(stanzas[:-1]), stanzas[-1]])
    first = [rows(run(OBO), name) for name in ("CellType", "SUBCLASS_OF")]
    again = [rows(run(turned, source="turned"), name) for name in ("CellType", "SUBCLASS_OF")]
    bare = [[{**row, "source": ""} for row in table] for table in (*first, *again)]
    assert bare[:2] == bare[2:]


@pytest.mark.skipif(not REAL.exists(), reason="needs the real Cell Ontology tables")
def test_hierarchy_of_the_real_ontology_equals_the_one_computed_elsewhere(tmp_path: Path) -> None:
    """Direct edges are the ancestors at distance 1, and their closure has no ancestor too many.

    Eight terms have parents in other ontologies only, and reach the root through these.
    """
    path = REAL / "cl_terms.tsv.gz"
    tables = ingest(Layout(tmp_path / "kb"), JOB, [path], {}, Quiet()).tables
    assert tables.counts["CellType"] == 3596
    graph = nx.DiGraph([(row["from"], row["to"]) for row in rows(tables, "SUBCLASS_OF")])
    witness = pd.read_csv(REAL / "cl_ancestors.tsv.gz", sep="\t", dtype=str)
    nearest = witness[witness["distance"] == "1"]
    assert set(graph.edges) == set(zip(nearest["cl_id"], nearest["ancestor_id"], strict=True))
    expected = set(zip(witness["cl_id"], witness["ancestor_id"], strict=True))
    found = {(low, up) for low in graph for up in nx.descendants(graph, low)}
    assert found <= expected
    rest = expected - found
    assert len(rest) == 8
    assert all(low not in graph and up == "CL:0000000" for low, up in rest)


def test_pronto_reads_the_same(tmp_path: Path, run: Ingest) -> None:
    """An independent reader finds the same terms, parents and synonyms."""
    pronto = pytest.importorskip("pronto")
    text = OBO.replace("is_a: GO:0005623 ! cell of GO\n", "").replace(" OMO:1", "")
    types = {row["id"]: row for row in rows(run(text), "CellType")}
    ontology = pronto.Ontology(str(tmp_path / "cl.obo"), import_depth=0)
    for term in ontology.terms():
        if term.id.startswith("CL:"):
            assert types[term.id]["name"] == term.name
            assert types[term.id]["synonyms"] == sorted(one.description for one in term.synonyms)
            assert types[term.id]["deprecated"] == term.obsolete
            assert types[term.id]["definition"] == term.definition
