"""Exports of a small build with hostile text, read back by other people's readers."""

import csv
import json
import re
import subprocess
from pathlib import Path

import networkx as nx
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orthoweave import errors
from orthoweave.exports import network
from orthoweave.exports.export import Exported, export
from orthoweave.exports.formats import ExportFormat
from orthoweave.progress import Quiet
from orthoweave.schema import EdgeType, read_schema
from orthoweave.storage.durable import file_digest
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest
from orthoweave.storage.published import Published

SCHEMA = read_schema()
GRAPHS = [form for form in ExportFormat if form != ExportFormat.h5ad]
HOSTILE = (
    'a "quoted"\ttab\nline\r\nend; semi, comma | bar \\ <img src=x onerror=alert(1)> ünï'
    "\x00\x1b[31m"
)
INS, INS1, INS2, GCG = "NCBIGene:3630", "NCBIGene:16333", "NCBIGene:16334", "NCBIGene:2641"
GENES = {
    INS: ("9606", "INS", HOSTILE, ["IDDM", "a;b", "c|d", 'e"f']),
    INS1: ("10090", "Ins1", "insulin I", None),
    INS2: ("10090", "Ins2", None, []),
    GCG: ("9606", "GCG", "glucagon", ["GLP-1"]),
}


def provenance(name: str) -> dict[str, object]:
    return {
        "source": f"source:{name}@1",
        "source_version": "1",
        "license": f"licence of {name}",
        "knowledge_level": "knowledge_assertion",
        "agent_type": "manual_agent",
        "primary_knowledge_source": f"infores:{name}",
    }


def rows_of_all() -> dict[str, list[dict[str, object]]]:
    genes, homologs = provenance("genes"), provenance("homologs")
    cells = {"source": "source:cells@1"}
    pair = {
        "from_species": "NCBITaxon:10090",
        "to_species": "NCBITaxon:9606",
        "support_count": 2,
        "resources": ["OMA", "Panther"],
        "original_subject": "mouse Ins",
        **homologs,
    }
    return {
        "Species": [
            {"id": f"NCBITaxon:{taxon}", "scientific_name": name, "common_name": common, **genes}
            for taxon, name, common in ((9606, "Homo sapiens", "human"), (10090, "Mus", "mouse"))
        ],
        "Gene": [
            {
                "id": key,
                "species": f"NCBITaxon:{taxon}",
                "symbol": symbol,
                "name": name,
                "synonyms": synonyms,
                "previous_symbols": ["old"] if key == INS else None,
                "xrefs": ["HGNC:6081"] if key == INS else None,
                **genes,
            }
            for key, (taxon, symbol, name, synonyms) in GENES.items()
        ],
        "Dataset": [
            {
                "id": "toy",
                "title": "a toy",
                "species": "NCBITaxon:9606",
                "n_cells": 1,
                "n_genes": 2,
                "matrix": "m",
                "matrix_digest": "d",
                "scale": "counts",
                "normalised": "n",
                **provenance("cells"),
            }
        ],
        "Cell": [
            {
                "id": "toy:c1",
                "dataset": "toy",
                "barcode": "c1",
                "kind": "cell",
                "total_count": 3.0,
                "n_genes": 1,
                "x": float("inf"),
                **cells,
            }
        ],
        "Source": [
            {
                "id": f"source:{name}@1",
                "name": name,
                "job": "job",
                "input_digest": "x",
                "counts": counts,
                "title": "two\twords",
                **provenance(name),
            }
            for name, counts in (
                ("genes", '{"Gene": 4}'),
                ("homologs", '{"ORTHOLOGOUS_TO": 3, "Gene": 3}'),
                ("cells", '{"Cell": 1}'),
                ("idle", "{}"),
            )
        ],
        "IN_TAXON": [
            {"from": key, "to": f"NCBITaxon:{taxon}", **genes} for key, (taxon, *_) in GENES.items()
        ],
        "ORTHOLOGOUS_TO": [
            {"from": INS1, "to": INS, "assertion": assertion, "cardinality": cardinality, **pair}
            for assertion, cardinality in (("evidence", None), ("consensus", "many:1"))
        ]
        + [{"from": INS2, "to": INS, "assertion": "evidence", **pair}],
        "EXPRESSES": [
            {"from": "toy:c1", "to": INS, "count": 3.0, "value": 1.5, "rank": 1, **cells}
        ],
    }


def make_build(root: Path, rows: dict[str, list[dict[str, object]]]) -> Published:
    layout = Layout(root)
    folder = layout.builds / "abc123"
    folder.mkdir(parents=True)
    tables, counts, files = {}, {}, {}
    for name, items in rows.items():
        # two files for a table with more than one row, as several sources give them
        halves = [items[:1], items[1:]] if len(items) > 1 else [items]
        tables[name] = [f"builds/abc123/{name}-{number}.parquet" for number in range(len(halves))]
        counts[name] = len(items)
        for path, half in zip(tables[name], halves, strict=True):
            pq.write_table(pa.Table.from_pylist(half, schema=SCHEMA.arrow(name)), root / path)
            files[Path(path).name] = {"sha256": file_digest(root / path), "bytes": 0}
    manifest = Manifest("abc123", "2026-01-01T00:00:00+00:00", "0.1", (), counts, tables, files)
    return Published(layout, manifest, SCHEMA)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return make_build(tmp_path_factory.mktemp("kb"), rows_of_all())


def run(built: Published, form: str, target: Path, **options: object) -> Exported:
    return export(built, form, target, Quiet(), **options)  # type: ignore[arg-type]


def read_tsv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False, dtype=str)


@pytest.mark.parametrize("form", GRAPHS)
def test_counts(built: Published, tmp_path: Path, form: str) -> None:
    """Every format says how many rows of each table it wrote: all that the manifest counts."""
    exported = run(built, form, tmp_path / "out")
    assert exported.counts == built.manifest.counts
    about = json.loads((tmp_path / "out" / "EXPORT.json").read_text())
    assert (about["build"], about["format"], about["counts"]) == ("abc123", form, exported.counts)


@pytest.mark.parametrize("form", GRAPHS)
def test_same_build_same_bytes(built: Published, tmp_path: Path, form: str) -> None:
    """Two exports of one build are equal byte for byte."""
    for name in ("one", "two"):
        run(built, form, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_licenses(built: Published, tmp_path: Path) -> None:
    """LICENSES.tsv counts the exported rows of each source and adds up to all of them."""
    exported = run(built, "parquet", tmp_path / "out")
    table = read_tsv(tmp_path / "out" / "LICENSES.tsv").set_index("source")
    assert table["license"].to_dict() == {
        name: f"licence of {name}" for name in ("genes", "homologs", "cells", "idle")
    }
    assert table["rows"].astype(int).sum() == sum(exported.counts.values())
    assert exported.licenses["licence of homologs"] == 3 + 1
    assert set(table["title"]) == {"two words"}


def test_source_that_was_merged_away(built: Published, tmp_path: Path) -> None:
    """A source whose genes were merged into another's rows is still named with its licence."""
    run(built, "parquet", tmp_path / "out", tables=["Gene"])
    table = read_tsv(tmp_path / "out" / "LICENSES.tsv").set_index("source")
    assert table["rows"].to_dict() == {"genes": "4", "homologs": "0"}


def test_parquet_is_the_graph(built: Published, tmp_path: Path) -> None:
    """A Parquet export has the rows of the build: lists as lists, hostile text untouched."""
    run(built, "parquet", tmp_path / "out")
    for name, rows in rows_of_all().items():
        expected = pa.Table.from_pylist(rows, schema=SCHEMA.arrow(name))
        table = pq.read_table(tmp_path / "out" / f"{name}.parquet")
        assert table.replace_schema_metadata(None).equals(expected)
        assert table.schema.metadata[b"orthoweave.build"] == b"abc123"


def test_kgx_nodes(built: Published, tmp_path: Path) -> None:
    """KGX nodes have an id, a Biolink category and a name; a gene's name is its symbol."""
    run(built, "kgx", tmp_path / "out")
    nodes = read_tsv(tmp_path / "out" / "nodes.tsv").set_index("id")
    assert len(nodes) == 12
    assert (nodes["category"].str.startswith("biolink:")).all()
    assert (nodes["name"] != "").all()
    ins = nodes.loc[INS]
    assert (ins["name"], ins["in_taxon"], ins["xref"]) == ("INS", "NCBITaxon:9606", "HGNC:6081")
    assert ins["synonym"] == 'IDDM|a;b|c/d|e"f|old'
    assert ins["full_name"] == re.sub(r"[\t\n\r\x00-\x1f]+", " ", HOSTILE)
    assert nodes.loc["NCBITaxon:9606", "name"] == "Homo sapiens"
    assert nodes.loc["toy", "in_taxon"] == "NCBITaxon:9606"


def test_kgx_edges(built: Published, tmp_path: Path) -> None:
    """KGX edges join nodes that are there and carry an id of their own and their provenance."""
    run(built, "kgx", tmp_path / "out")
    nodes = read_tsv(tmp_path / "out" / "nodes.tsv")
    edges = read_tsv(tmp_path / "out" / "edges.tsv")
    assert len(edges) == 8
    assert edges["id"].is_unique
    assert set(edges["subject"]) | set(edges["object"]) <= set(nodes["id"])
    needed = ["predicate", "category", "primary_knowledge_source", "knowledge_level", "agent_type"]
    assert (edges[needed] != "").all(axis=None)
    expresses = edges[edges["predicate"] == "biolink:expresses"].iloc[0]
    assert expresses["primary_knowledge_source"] == "infores:cells"
    assert (expresses["provided_by"], expresses["rank"]) == ("source:cells@1", "1")
    pairs = edges[edges["predicate"] == "biolink:orthologous_to"]
    assert set(pairs["category"]) == {"biolink:GeneToGeneHomologyAssociation"}
    assert set(pairs["resources"]) == {"OMA|Panther"}


def test_kgx_parquet_says_the_same(built: Published, tmp_path: Path) -> None:
    """KGX as Parquet has the same ids and columns as KGX as TSV, and keeps lists."""
    run(built, "kgx", tmp_path / "tsv")
    run(built, "kgx-parquet", tmp_path / "parquet")
    for name in ("nodes", "edges"):
        text = read_tsv(tmp_path / "tsv" / f"{name}.tsv")
        table = pl.read_parquet(tmp_path / "parquet" / f"{name}.parquet")
        assert table.columns == list(text.columns)
        assert table["id"].to_list() == text["id"].to_list()
    synonyms = pl.read_parquet(tmp_path / "parquet" / "nodes.parquet").filter(pl.col("id") == INS)
    assert synonyms["synonym"].to_list() == [["IDDM", "a;b", "c|d", 'e"f', "old"]]


def test_graphml(built: Published, tmp_path: Path) -> None:
    """The GraphML is read by networkx: every node and edge, with types and hostile text."""
    run(built, "graphml", tmp_path / "out")
    graph = nx.read_graphml(tmp_path / "out" / "graph.graphml", force_multigraph=True)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (12, 8)
    assert graph.nodes[INS]["label"] == "Gene"
    assert graph.nodes[INS]["synonyms"] == 'IDDM|a;b|c|d|e"f'
    assert "<img src=x onerror=alert(1)> ünï" in graph.nodes[INS]["name"]
    assert "name" not in graph.nodes[INS2]
    kinds = {
        data["assertion"] for _, _, data in graph.edges(INS1, data=True) if "assertion" in data
    }
    assert kinds == {"evidence", "consensus"}
    counts = {data.get("support_count") for _, _, data in graph.edges(data=True)}
    assert counts == {None, 2}


def test_cytoscape(built: Published, tmp_path: Path) -> None:
    """Cytoscape JSON has every node and edge once, ends that exist and no NaN or infinity."""
    run(built, "cytoscape", tmp_path / "out")
    text = (tmp_path / "out" / "graph.cyjs").read_text()
    graph = json.loads(text, parse_constant=pytest.fail)
    nodes = [node["data"] for node in graph["elements"]["nodes"]]
    edges = [edge["data"] for edge in graph["elements"]["edges"]]
    assert (len(nodes), len(edges)) == (12, 8)
    names = {node["id"]: node for node in nodes}
    assert {edge[end] for edge in edges for end in ("source", "target")} <= names.keys()
    assert names[INS]["synonyms"] == GENES[INS][3]
    assert names[INS]["name"] == "INS"
    assert {edge["provided_by"] for edge in edges} == {
        f"source:{name}@1" for name in ("genes", "homologs", "cells")
    }
    assert len({edge["id"] for edge in edges} | names.keys()) == 20


@pytest.mark.parametrize("form", ["graphml", "cytoscape"])
@pytest.mark.parametrize("around", [[], [INS]])
def test_too_large_for_a_desktop(
    built: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, around: list[str]
) -> None:
    """Above its limit a desktop format is refused by name of the limit, and nothing is left."""
    monkeypatch.setattr(network, f"{form.upper()}_LIMIT", 6)
    with pytest.raises(errors.UsageError, match=r"up to 6\. Choose some tables"):
        run(built, form, tmp_path / "out", around=around)
    assert list(tmp_path.iterdir()) == []


def read_neo4j(folder: Path, stem: str) -> list[dict[str, str]]:
    header = (folder / f"{stem}-header.csv").read_text().strip().split(",")
    with (folder / f"{stem}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, strict=True))
    assert all(len(row) == len(header) for row in rows)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_neo4j_admin(built: Published, tmp_path: Path) -> None:
    """Every record has the fields of its header, typed and in an id space, texts as they are."""
    run(built, "neo4j-admin", tmp_path / "out")
    genes = {row["id:ID(Gene)"]: row for row in read_neo4j(tmp_path / "out", "nodes-Gene")}
    assert genes.keys() == GENES.keys()
    assert genes[INS]["synonyms:string[]"] == 'IDDM\x1fa;b\x1fc|d\x1fe"f'
    assert genes[INS]["name"] == HOSTILE
    pairs = read_neo4j(tmp_path / "out", "edges-ORTHOLOGOUS_TO")
    ends = [(row[":START_ID(Gene)"], row[":END_ID(Gene)"]) for row in pairs]
    assert ends == [(INS1, INS), (INS1, INS), (INS2, INS)]
    assert pairs[0]["support_count:long"] == "2"
    cell = read_neo4j(tmp_path / "out", "nodes-Cell")[0]
    assert (cell["total_count:double"], cell["x:double"]) == ("3.0", "Infinity")


def test_neo4j_null_is_not_an_empty_text(built: Published, tmp_path: Path) -> None:
    """A null is an unquoted empty field, which the importer leaves out."""
    run(built, "neo4j-admin", tmp_path / "out")
    lines = (tmp_path / "out" / "nodes-Gene.csv").read_text(encoding="utf-8").splitlines()
    ins2 = next(line for line in lines if line.startswith(f'"{INS2}"'))
    assert ins2.startswith(f'"{INS2}","Ins2",,"NCBITaxon:10090",')


def test_neo4j_command(built: Published, tmp_path: Path) -> None:
    """The import command is a sound shell script that names every file there is."""
    run(built, "neo4j-admin", tmp_path / "out")
    script = tmp_path / "out" / "import.sh"
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    named = set(re.findall(r"[\w-]+\.csv", script.read_text()))
    assert named == {path.name for path in (tmp_path / "out").glob("*.csv")}
    constraints = (tmp_path / "out" / "constraints.cypher").read_text()
    assert constraints.count("CREATE CONSTRAINT ") == 6
    # two lists are empty: one gene's, as what stands for it
    assert constraints.count("CALL (x)") == 2


@pytest.mark.parametrize(
    ("options", "whole"), [({}, True), ({"tables": ["Gene"]}, False), ({"around": [INS2]}, False)]
)
def test_neo4j_says_what_it_holds(
    built: Published, tmp_path: Path, options: dict[str, list[str]], *, whole: bool
) -> None:
    """Only an export of the whole build makes a database that counts as holding that build."""
    run(built, "neo4j-admin", tmp_path / "out", **options)
    constraints = (tmp_path / "out" / "constraints.cypher").read_text()
    name = f"`orthoweave_build_{built.manifest.build}_{built.manifest.content_digest}`"
    assert (name in constraints) is whole


CHARACTERS = st.characters(codec="utf-8")
SPECIES = rows_of_all()["Species"][:1]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(st.none() | st.text(CHARACTERS, max_size=30), min_size=1),
    items=st.lists(st.text(CHARACTERS, min_size=1), max_size=3),
)
def test_neo4j_quoting_of_any_text(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str | None], items: list[str]
) -> None:
    """Whatever is in a text, Python's csv reader gives it back; line ends are announced."""
    folder = tmp_path_factory.mktemp("any")
    genes = [
        {
            "id": f"NCBIGene:{n}",
            "species": "NCBITaxon:9606",
            "symbol": text,
            "synonyms": items,
            **provenance("genes"),
        }
        for n, text in enumerate(texts, 1)
    ]
    built = make_build(folder / "kb", {"Gene": genes, "Species": SPECIES})
    run(built, "neo4j-admin", folder / "out")
    with (folder / "out" / "nodes-Gene.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, strict=True))
    assert [row[1] for row in rows] == [symbol or "" for symbol in texts]
    listed = "\x1f".join(re.sub("[\x1e\x1f]", " ", item) for item in items) or "\x1e"
    assert {row[6] for row in rows} == {listed}
    several = any(set("\r\n") & set(text or "") for text in [*texts, *items])
    script = (folder / "out" / "import.sh").read_text()
    assert f"--multiline-fields={str(several).lower()} " in script


def test_chosen_tables_bring_their_ends(built: Published, tmp_path: Path) -> None:
    """An edge table that is asked for comes with the node tables of its ends, and no others."""
    exported = run(built, "kgx", tmp_path / "out", tables=["ORTHOLOGOUS_TO"])
    assert exported.counts == {"Gene": 4, "ORTHOLOGOUS_TO": 3}


def test_around_a_gene(built: Published, tmp_path: Path) -> None:
    """One hop from a gene are its neighbours with the edges among them, as in networkx."""
    run(built, "graphml", tmp_path / "all")
    whole = nx.read_graphml(tmp_path / "all" / "graph.graphml", force_multigraph=True)
    expected = nx.ego_graph(whole.to_undirected(), INS2, radius=1)
    exported = run(built, "graphml", tmp_path / "out", around=[INS2], hops=1)
    found = nx.read_graphml(tmp_path / "out" / "graph.graphml", force_multigraph=True)
    assert set(found.nodes) == set(expected.nodes) == {INS2, INS, "NCBITaxon:10090"}
    assert exported.counts["ORTHOLOGOUS_TO"] == 1


def test_hubs_are_not_passed_through(built: Published, tmp_path: Path) -> None:
    """Two hops do not lead from a gene over its species to every other gene of it."""
    exported = run(built, "parquet", tmp_path / "out", around=[GCG], hops=5)
    assert exported.counts == {"Species": 1, "Gene": 1, "IN_TAXON": 1}


@pytest.mark.parametrize(
    ("form", "options", "complaint"),
    [
        ("xml", {}, "expected one of kgx, kgx-parquet"),
        ("kgx", {"tables": ["Genes"]}, "no table 'Genes'"),
        ("kgx", {"around": ["NCBIGene:1"]}, "no gene NCBIGene:1"),
        ("kgx", {"around": [INS], "hops": 0}, "expected 1 or more"),
    ],
)
def test_impossible_exports_are_refused(
    built: Published, tmp_path: Path, form: str, options: dict[str, object], complaint: str
) -> None:
    """An impossible export is refused and leaves nothing behind."""
    with pytest.raises(errors.UsageError, match=complaint):
        run(built, form, tmp_path / "out", **options)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(built: Published, tmp_path: Path) -> None:
    """An existing folder is left alone."""
    (tmp_path / "out").mkdir()
    with pytest.raises(errors.UsageError, match="exists already"):
        run(built, "kgx", tmp_path / "out")


def test_edge_columns_keep_their_types() -> None:
    """No two edge tables of the schema give one column two types, so KGX columns keep theirs."""
    kinds: dict[str, set[str]] = {}
    tables: list[EdgeType] = list(SCHEMA.edges.values())
    for column in (column for table in tables for column in table.columns):
        kinds.setdefault(column.name, set()).add(column.kind)
    mixed = {name for name, found in kinds.items() if len(found) > 1}
    assert mixed == set()
