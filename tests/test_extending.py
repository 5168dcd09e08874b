"""The package of docs/extending is built, installed and used: each of its parts is one file."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

from orthoweave.errors import PluginError, SchemaError, UnknownNameError
from orthoweave.models.registry import find_model
from orthoweave.opening import open_knowledge_base
from orthoweave.plugins import declared, load
from orthoweave.schema import read_schema

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "docs" / "extending" / "template"
USE = """
import json, sys
from pathlib import Path
from orthoweave.builds.build import build
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.models.registry import model_names
from orthoweave.opening import open_knowledge_base
from orthoweave.plugins import load
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.species import find_species
from orthoweave.storage.layout import Layout
from orthoweave.testing.toy import build_toy_kb
from orthoweave.text.encoders import find_encoder
from orthoweave_example.view import DepthRequest

folder = Path(sys.argv[1])
layout = Layout(build_toy_kb(folder))
tables = {
    "lab_summaries": "gene\\tsummary\\nNCBIGene:3630\\tours: insulin\\n",
    "lab_pathways": "pathway\\tgene\\tweight\\nhormones\\tINS\\t1\\nhormones\\tGCG\\t0.5\\n",
}
for name, text in tables.items():
    table = folder / f"{name}.tsv"
    table.write_text(text)
    ingest(layout, find_job(Settings(kb=layout.root), name), [table], {}, Quiet())
build(layout, Quiet())
with open_knowledge_base(layout.root, store="") as kb:
    ran = kb.run("commonest_type", dataset="toy_human")
    result = {
        "models": model_names(),
        "sources": kb.sources().column("source"),
        "measures": dict(ran.result.measures),
        "species": find_species("Mexican salamander").key,
        "depths": kb.view(DepthRequest("toy_human")).depths.tolist(),
        "letters": find_encoder("letters").encode(["abba"]).round(3)[0, :2].tolist(),
    }
with open_knowledge_base(layout.root, store="") as kb:
    kb.run("pathway_model")
build(layout, Quiet())
with open_knowledge_base(layout.root, store="") as kb:
    [run] = [row["run"] for row in kb.runs().rows() if row["model"] == "pathway_model"]
    hop = "MATCH (g:Gene)-[i:IN_PATHWAY]->(p:Pathway {id: 'pathway:hormones'})"
    result |= {
        "node": kb.node("pathway:hormones"),
        "around_it": kb.neighbourhood("pathway:hormones").rows(),
        "around_gene": kb.neighbourhood("NCBIGene:3630").rows(),
        "cypher": kb.cypher(hop + " RETURN g.symbol AS gene ORDER BY gene").column("gene"),
        "labels": kb.cypher("CALL db.labels() YIELD label RETURN label").column("label"),
        "facts": {name: answer.rows() for name, answer in kb.run_facts(run).items()},
        "overview": str(kb.overview().rows()),
    }
    for form in ("kgx", "parquet", "graphml", "cytoscape", "neo4j-admin"):
        kb.export(form, folder / form)
print(json.dumps(result))
"""
MODEL = """
from dataclasses import dataclass

import pyarrow as pa

from orthoweave.models.base import Model, ModelCard, ModelResult
from orthoweave.models.settings import seed_setting


@dataclass(frozen=True, slots=True)
class Config:
    seed: int = seed_setting()


class PathwayModel(Model[Config, None]):
    name = "pathway_model"
    card = ModelCard("Pathways", "none", "", "Which?", reads=(), writes=("Pathway",), limits=())
    config_class = Config

    def views(self, config):
        return {}

    def fit(self, views, config, context):
        return None

    def apply(self, fitted, views, config, context):
        row = {"id": f"{context.run}/1", "name": "learnt", "n_genes": 0}
        return ModelResult({"Pathway": pa.Table.from_pylist([row])})
"""
PAGE = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from streamlit import config
from streamlit.testing.v1 import AppTest

config.set_option("server.address", "127.0.0.1")
shown = {}
for screen, state in (("datasets", {}), ("graph", {"node": "pathway:hormones"})):
    code = f"from parts.frame import run\\nrun({screen!r})"
    app = AppTest.from_string(code, default_timeout=300)
    app.query_params.update(state)
    app.run()
    assert not app.exception, app.exception
    shown[screen] = {
        "title": app.title[0].value,
        "navigation": list(app.session_state["screens"]),
        "text": " ".join(str(item.value) for item in (*app.markdown, *app.caption)),
        "table": [frame.value.astype(str).to_dict("list") for frame in app.dataframe],
    }
sys.modules["parts.opened"].close()
print(json.dumps(shown))
"""


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Python of an environment that has orthoweave, and the template installed."""
    folder = tmp_path_factory.mktemp("extending")
    venv.create(folder / "env", with_pip=False)
    [site] = (folder / "env" / "lib").glob("python*/site-packages")
    # this checkout comes first, then all that orthoweave needs
    paths = [str(ROOT / "platform"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    (site / "orthoweave.pth").write_text("\n".join(dict.fromkeys(paths)))
    _pip("wheel", "--no-deps", "-w", str(folder), str(TEMPLATE))
    [wheel] = folder.glob("*.whl")
    _pip("install", "--no-deps", "--target", str(site), str(wheel))
    _declare(site, "pathway_model", "orthoweave.models", "PathwayModel")
    (site / "pathway_model.py").write_text(MODEL)
    return folder / "env" / "bin" / "python"


def _declare(site: Path, module: str, group: str, value: str) -> None:
    """Install one entry point of a package of its own."""
    about = site / f"{module}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{group}]\n{module} = {module}:{value}\n")


def _run(python: Path, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [str(python), *arguments],
        env={**os.environ, "PYTHONPATH": "", **environment},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def used(installed: Path) -> dict[str, Any]:
    """Use all parts of the package on the toy world, in `installed`'s grandparent's folder."""
    output = _run(installed, "-c", USE, str(installed.parents[2]))
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


@pytest.fixture(scope="module")
def shown(installed: Path, used: dict[str, Any]) -> dict[str, Any]:
    """Show the package's page, and its node type on the graph page, in the browser app."""
    pytest.importorskip("streamlit", reason="Streamlit is not installed: pip install '.[ui]'")
    assert used
    kb = installed.parents[2] / "kb"
    output = _run(installed, "-W", "ignore", "-c", PAGE, str(ROOT / "ui"), ORTHOWEAVE_KB=str(kb))
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def test_a_job_of_another_package_is_a_source(used: dict[str, Any]) -> None:
    """The sources of its jobs are in the build."""
    assert {"lab_summaries", "lab_pathways"} <= set(used["sources"])


def test_a_model_of_another_package_runs(used: dict[str, Any]) -> None:
    """It is listed beside ours, and its measures are those of the toy world."""
    assert {"commonest_type", "cell_text"} <= set(used["models"])
    assert 0 < used["measures"]["share"] < 1
    assert used["measures"]["type"].startswith("CL:")


def test_a_kind_of_view_of_another_package_is_read(used: dict[str, Any]) -> None:
    """Its request gives its view."""
    assert len(used["depths"]) == 40
    assert min(used["depths"]) > 0


def test_species_and_encoder_of_another_package(used: dict[str, Any]) -> None:
    """A species is found by its synonym, an encoder by its name."""
    assert used["species"] == "NCBITaxon:8296"
    assert used["letters"] == pytest.approx([0.707, 0.707], abs=1e-3)


def test_a_page_of_another_package_is_shown(shown: dict[str, Any]) -> None:
    """It stands in the navigation after ours, and lists the datasets of the build."""
    page = shown["datasets"]
    assert page["title"] == "Datasets"
    assert page["navigation"][-1] == "datasets"
    assert {"overview", "graph"} <= set(page["navigation"])
    assert "toy_human" in str(page["table"])


def test_a_node_type_of_another_package_is_asked(used: dict[str, Any]) -> None:
    """Its nodes are found by key, by their neighbours and in free Cypher."""
    assert used["node"] == {
        "key": "pathway:hormones",
        "kind": "Pathway",
        "name": "hormones",
        "species": "",
    }
    assert [(row["name"], row["about"]) for row in used["around_it"]] == [
        ("INS", "weight 1"),
        ("GCG", "weight 0.5"),
    ]
    assert ("IN_PATHWAY", "hormones") in {
        (row["relation"], row["name"]) for row in used["around_gene"]
    }
    assert used["cypher"] == ["GCG", "INS"]
    assert "Pathway" in used["labels"]
    assert "Pathway" in used["overview"]


def test_a_run_writes_a_node_type_of_another_package(used: dict[str, Any]) -> None:
    """The facts of the run are its rows, without those that the job wrote."""
    [row] = used["facts"]["Pathway"]
    assert (row["name"], row["n_genes"]) == ("learnt", 0)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("kgx/nodes.tsv", "biolink:Pathway"),
        ("kgx/edges.tsv", "biolink:participates_in"),
        ("parquet/Pathway.parquet", ""),
        ("parquet/IN_PATHWAY.parquet", ""),
        ("graphml/graph.graphml", ">IN_PATHWAY<"),
        ("cytoscape/graph.cyjs", '"label": "Pathway"'),
        ("neo4j-admin/import.sh", "IN_PATHWAY"),
        ("neo4j-admin/constraints.cypher", "Pathway"),
    ],
)
def test_exports_have_the_node_type(
    installed: Path, used: dict[str, Any], path: str, expected: str
) -> None:
    """Each form of export holds the nodes and edges of the package."""
    assert used
    content = (installed.parents[2] / path).read_bytes()
    assert expected.encode() in content
    assert path.endswith((".sh", ".cypher")) or len(content) > 100


def test_the_graph_page_shows_the_node_type(shown: dict[str, Any]) -> None:
    """The page around a pathway says what it is and shows its genes."""
    assert "· pathway ·" in shown["graph"]["text"]
    assert "3 nodes, 2 edges" in shown["graph"]["text"]


def test_a_build_without_its_schema_is_refused(installed: Path, used: dict[str, Any]) -> None:
    """Without the package, the message names its tables; with its schema's folder it opens."""
    assert used
    kb = installed.parents[2] / "kb"
    with pytest.raises(SchemaError, match=r"IN_PATHWAY, Pathway.*ORTHOWEAVE_SCHEMA_PATH"):
        open_knowledge_base(kb, store="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORTHOWEAVE_SCHEMA_PATH", str(TEMPLATE / "orthoweave_example" / "schema"))
        with open_knowledge_base(kb, store="") as opened:
            assert opened.node("pathway:hormones")["kind"] == "Pathway"


@pytest.mark.slow
def test_store_and_model_of_the_template_pass_their_suites(installed: Path, tmp_path: Path) -> None:
    """The suites run in the package's own tests, as its author would run them."""
    output = _run(
        installed,
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore"),
        *("--rootdir", str(tmp_path), str(TEMPLATE / "tests")),
    )
    assert " passed" in output
    assert "failed" not in output


def test_each_part_is_one_file() -> None:
    """Each part takes one file of Python, a schema two tables at most."""
    package = TEMPLATE / "orthoweave_example"
    files = {path.stem for path in package.glob("*.py")}
    expected = {
        "__init__",
        "job",
        "model",
        "encoder",
        "store",
        "species",
        "page",
        "pathways",
        "view",
    }
    assert files == expected
    assert {path.name for path in (package / "schema").iterdir()} == {"nodes.toml", "edges.toml"}


def test_ours_are_declared_as_others_are() -> None:
    """Our models, kinds of views, encoders and stores are entry points."""
    assert set(declared("models")) >= {"cell_text", "hypergraph_clusters"}
    assert set(declared("views")) >= {"expression", "hypergraph", "network", "vectors"}
    assert set(declared("encoders")) >= {"hashed-ngrams", "openai"}
    assert set(declared("stores")) >= {"bolt", "neo4j"}


def test_an_unknown_model_lists_all_models() -> None:
    """The message of an unknown name has ours."""
    with pytest.raises(UnknownNameError, match="cell_text, cross_species_gnn"):
        find_model("nope")


def test_a_package_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An extension that cannot be loaded is an error that names the package and a remedy."""
    about = tmp_path / "broken-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[orthoweave.pages]\nbroken = no_such_module:PAGE\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    declared.cache_clear()
    try:
        with pytest.raises(PluginError, match=r"of package broken cannot be loaded as page"):
            load("pages", "broken")
    finally:
        monkeypatch.undo()
        declared.cache_clear()


def test_two_packages_of_one_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that has the name of ours is an error that names both packages."""
    about = tmp_path / "twin-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: twin\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[orthoweave.models]\ncell_text = twin:Model\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    declared.cache_clear()
    try:
        with pytest.raises(PluginError, match=r"'cell_text' among the models: .*twin"):
            declared("models")
    finally:
        monkeypatch.undo()
        declared.cache_clear()


def test_a_schema_that_is_not_a_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package declares the folder of its schema, not its content."""
    (tmp_path / "strange.py").write_text("SCHEMA = {'Pathway': {}}\n")
    _declare(tmp_path, "strange", "orthoweave.schemas", "SCHEMA")
    monkeypatch.syspath_prepend(str(tmp_path))
    declared.cache_clear()
    try:
        with pytest.raises(PluginError, match=r"the schema 'strange': expected a folder"):
            read_schema()
    finally:
        monkeypatch.undo()
        declared.cache_clear()
