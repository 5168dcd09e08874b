"""Files of every form with damaged structure are read as they are, or refused in a sentence."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from tests.support.fuzz import sound
from tests.support.fuzz.hdf5 import damage_hdf5
from tests.support.fuzz.process import Reader
from tests.support.fuzz.texts import FIELDS, damage_bytes, damage_text
from tests.support.fuzz.trees import damage_tree

from orthoweave.cli.ui import login_configured
from orthoweave.errors import OrthoweaveError
from orthoweave.files.originals import read_originals
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.recipes.recipe import find_recipe
from orthoweave.settings import HELP, Settings, read_settings
from orthoweave.storage.integrity import sealed
from orthoweave.storage.layout import Layout

Check = Callable[[str, DataObject, bool], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a sound file of every form."""
    made = tmp_path_factory.mktemp("fuzz")
    sound.write_h5ad(made / "sound.h5ad")
    sound.write_tenx(made / "sound.h5")
    sound.write_mtx(made / "sound_mtx")
    for version in (2, 3):
        sound.write_zarr(made / f"sound{version}.zarr", version)
    return made


@pytest.fixture(scope="module")
def reader(folder: Path) -> Iterator[Reader]:
    """Return a process that reads damaged files into a small knowledge base."""
    genes = folder / "genes.tsv"
    genes.write_text(sound.GENES, encoding="utf-8")
    kb = folder / "kb"
    job = find_job(Settings(kb=kb), "gene_descriptions")
    ingest(Layout(kb), job, [genes], {"source": "genes"}, Quiet())
    with Reader(kb) as opened:
        yield opened


@pytest.fixture(scope="module")
def base(toy_kb: Path) -> Path:
    """Return the toy world, whose files are linked to, never written to."""
    return toy_kb


def _fresh(path: Path) -> Path:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    return path


def _h5ad(folder: Path, data: DataObject) -> Path:
    path = shutil.copy(folder / "sound.h5ad", _fresh(folder / "damaged.h5ad"))
    damage_hdf5(data, Path(path))
    return Path(path)


def _tenx(folder: Path, data: DataObject) -> Path:
    path = shutil.copy(folder / "sound.h5", _fresh(folder / "damaged.h5"))
    damage_hdf5(data, Path(path))
    return Path(path)


def _zarr(folder: Path, data: DataObject) -> Path:
    version = data.draw(st.sampled_from((2, 3)), label="version")
    path = folder / "damaged.zarr"
    shutil.copytree(folder / f"sound{version}.zarr", _fresh(path))
    for _ in range(data.draw(st.integers(1, 3), label="times")):
        files = sorted(item for item in path.rglob("*") if item.is_file())
        one = data.draw(st.sampled_from(files), label="file")
        how = data.draw(st.sampled_from(("content", "content", "content", "delete", "move")))
        if how == "delete":
            one.unlink()
        elif how == "move":
            one.replace(data.draw(st.sampled_from(files), label="other"))
        elif "json" in one.name or one.name.startswith(".z"):
            try:
                tree = json.loads(one.read_text(encoding="utf-8"))
            except ValueError:
                continue
            changed = damage_tree(data, tree)
            one.write_text(json.dumps(changed), encoding="utf-8")
        else:
            one.write_bytes(damage_bytes(data, one.read_bytes()))
    return path


def _mtx(folder: Path, data: DataObject) -> Path:
    path = folder / "damaged_mtx"
    shutil.copytree(folder / "sound_mtx", _fresh(path))
    one = data.draw(st.sampled_from(sorted(path.iterdir())), label="file")
    separator = " " if one.suffix == ".mtx" else "\t"
    one.write_bytes(damage_text(data, one.read_bytes(), separator))
    return path


def _counts(folder: Path, data: DataObject) -> Path:
    separator, end = data.draw(st.sampled_from((("\t", "tsv"), (",", "csv"))), label="form")
    path = folder / f"damaged.{end}"
    content = sound.count_table().replace("\t", separator).encode()
    path.write_bytes(damage_text(data, content, separator))
    return path


def _text(content: str, name: str) -> Callable[[Path, DataObject], Path]:
    def make(folder: Path, data: DataObject) -> Path:
        path = folder / name
        path.write_bytes(damage_text(data, content.encode()))
        return path

    return make


def _orthology(folder: Path, data: DataObject) -> Path:
    content = data.draw(st.sampled_from(sound.ORTHOLOGY), label="form")
    return _text(content, "damaged_orthology.tsv")(folder, data)


def _obo_json(folder: Path, data: DataObject) -> Path:
    nodes: list[dict[str, Any]] = [
        {"id": "http://purl.obolibrary.org/obo/CL_0000000", "lbl": "cell", "type": "CLASS"},
        {
            "id": "http://purl.obolibrary.org/obo/CL_0000169",
            "lbl": "beta cell",
            "type": "CLASS",
            "meta": {
                "definition": {"val": "a cell"},
                "synonyms": [{"pred": "hasExactSynonym", "val": "B cell"}],
                "basicPropertyValues": [{"pred": "x#IAO_0100001", "val": "CL:0000000"}],
                "deprecated": False,
            },
        },
    ]
    edges = [{"sub": nodes[1]["id"], "pred": "is_a", "obj": nodes[0]["id"]}]
    tree = damage_tree(data, {"graphs": [{"nodes": nodes, "edges": edges}]})
    path = folder / "damaged.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


FORMS = {
    "h5ad": ("matrix", _h5ad),
    "zarr": ("matrix", _zarr),
    "10x h5": ("matrix", _tenx),
    "mtx": ("matrix", _mtx),
    "counts": ("matrix", _counts),
    "genes": ("gene_descriptions", _text(sound.GENES, "damaged_genes.tsv")),
    "orthology": ("orthology", _orthology),
    "obo": ("cell_ontology", _text(sound.OBO, "damaged.obo")),
    "obo json": ("cell_ontology", _obo_json),
    "gmt": ("gene list", _text(sound.GMT, "damaged.gmt")),
    "cypher": ("script", _text(sound.SCRIPT, "damaged.cypher")),
}


@pytest.fixture(scope="module")
def check(folder: Path, reader: Reader) -> Check:
    """Return a function that damages a file of a form and has it read."""

    def run(form: str, data: DataObject, whole: bool) -> None:
        kind, make = FORMS[form]
        reader.check(kind, make(folder, data), ingest=whole)

    return run


# cases of each form where time is short; with settings and knowledge bases they are 302
CASES = {
    "h5ad": 20,
    "zarr": 20,
    "10x h5": 25,
    "mtx": 40,
    "counts": 40,
    "gmt": 40,
    "cypher": 40,
    "genes": 8,
    "orthology": 8,
    "obo": 8,
    "obo json": 8,
}
# the same cases each time
QUICK = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck]
)
# new cases each time, more than 2,000 in all; what fails is printed with its seed
LONG = settings(
    max_examples=int(os.environ.get("ORTHOWEAVE_TEST_EXAMPLES", "155")),
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[*HealthCheck],
)


def _run(check: Check, form: str, how: settings, whole: bool) -> None:
    @how
    @given(data=st.data())
    def one(data: DataObject) -> None:
        check(form, data, whole)

    one()


@pytest.mark.parametrize("form", FORMS)
def test_damaged_files(check: Check, form: str) -> None:
    """A damaged file is read with an independent reader's values, or refused by name."""
    _run(check, form, settings(QUICK, max_examples=CASES[form]), whole=False)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_many_damaged_files(check: Check, form: str) -> None:
    """The same for many more files, which are ingested too."""
    _run(check, form, LONG, whole=True)


def _damage_base(source: Path, target: Path, data: DataObject) -> bool:
    """Link a knowledge base to `target` with one of its files damaged.

    Return whether the file is as if it had been written so: then it may answer otherwise.
    """
    shutil.copytree(source, _fresh(target), copy_function=os.link)
    files = sorted(item for item in target.rglob("*") if item.is_file() and item.stat().st_size)
    names = [f"{item.parent.parent.name}/{item.name}" for item in files]
    chosen = data.draw(st.sampled_from(sorted(set(names))), label="file")
    path = files[names.index(chosen)]
    content = path.read_bytes()
    path.unlink()
    if path.suffix == ".json" and data.draw(st.booleans(), label="structure"):
        tree = damage_tree(data, json.loads(content))
        text = sealed(tree) if isinstance(tree, dict) else json.dumps(tree)
        path.write_text(text, encoding="utf-8")
        return True
    if path.name == "ledger.sqlite" and data.draw(st.booleans(), label="row"):
        path.write_bytes(content)
        column = data.draw(st.sampled_from(("depends", "counts", "inputs", "job", "check_digest")))
        odd = data.draw(st.sampled_from(("", "x", "[]", "null", "{", "1")))
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"UPDATE source SET {column}=?", [odd])
    else:
        path.write_bytes(damage_bytes(data, content))
    return False


def _check_base(folder: Path, base: Path, reader: Reader, data: DataObject) -> None:
    target = folder / "damaged_kb"
    resealed = _damage_base(base, target, data)
    # a message may name the build that a file belongs to
    reader.check("base", target, expected="" if resealed else str(base), named="")


@settings(QUICK, max_examples=5)
@given(data=st.data())
def test_damaged_bases(folder: Path, base: Path, reader: Reader, data: DataObject) -> None:
    """Manifests, ledger and tables that are damaged end in an answer or a refusal."""
    _check_base(folder, base, reader, data)


@pytest.mark.slow
@LONG
@given(data=st.data())
def test_many_damaged_bases(folder: Path, base: Path, reader: Reader, data: DataObject) -> None:
    """The same for many more."""
    _check_base(folder, base, reader, data)


RECIPE = """title = "A recipe"
[[ingest]]
job = "gene_descriptions"
files = ["originals.toml"]
originals = ["one"]
minutes = 1.5
[ingest.set]
source = "genes"
[originals.one]
title = "t"
url = "https://example.org/one.tsv"
file = "one.tsv"
job = "orthology"
license = "CC0-1.0"
"""
ORIGINALS = """[one]
title = "t"
url = "https://example.org/one.tsv"
file = "one.tsv"
job = "orthology"
license = "CC0-1.0"
version = "3"
"""
SECRETS = """[auth]
redirect_uri = "https://lab.example.org/oauth2callback"
cookie_secret = "secret"
[auth.one]
client_id = "id"
server_metadata_url = "https://id.example.org/"
"""


def _refused_or_read(read: Callable[[], object], named: str) -> None:
    try:
        read()
    except OrthoweaveError as error:
        assert named in str(error)  # noqa: PT017 - most are read


def _check_settings(folder: Path, data: DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(HELP)), label="setting")
    value = data.draw(st.sampled_from(FIELDS) | st.text(max_size=20), label="value")
    variable = f"ORTHOWEAVE_{name.upper()}"
    _refused_or_read(lambda: read_settings({variable: value}), variable)
    reads: dict[str, tuple[str, Callable[[Path], object]]] = {
        "recipe.toml": (RECIPE, lambda path: find_recipe(str(path))),
        "originals.toml": (ORIGINALS, read_originals),
        "secrets.toml": (SECRETS, lambda path: login_configured([path])),
    }
    file = data.draw(st.sampled_from(sorted(reads)), label="file")
    text, read = reads[file]
    path = folder / file
    path.write_bytes(damage_text(data, text.encode(), " = "))
    _refused_or_read(lambda: read(path), file)


@QUICK
@given(data=st.data())
def test_damaged_settings(folder: Path, data: DataObject) -> None:
    """Settings, recipes, lists of originals and secrets are read, or refused by name."""
    _check_settings(folder, data)


@pytest.mark.slow
@LONG
@given(data=st.data())
def test_many_damaged_settings(folder: Path, data: DataObject) -> None:
    """The same for many more."""
    _check_settings(folder, data)
