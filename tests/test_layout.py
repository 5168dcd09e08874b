"""The shape of the repository and of the installed package."""

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    "torch",
    "faiss",
    "duckdb",
    "sentence_transformers",
    "streamlit",
    "neo4j",
    "anndata",
    "numba",
)


def _modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def test_platform_holds_one_package() -> None:
    """platform/ holds orthoweave/ and nothing else."""
    names = {path.name for path in (ROOT / "platform").iterdir()} - {"__pycache__"}
    assert names == {"orthoweave"}


def test_import_is_light() -> None:
    """Importing orthoweave, or its command line, loads no heavy package."""
    code = (
        "import sys, orthoweave, orthoweave.cli.main; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT / "platform",
    )
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("path", _modules("platform", "ingest", "ui"), ids=lambda p: p.name)
def test_modules_stay_small(path: Path) -> None:
    """No module has over 400 lines, and no function over 60."""
    text = path.read_text(encoding="utf-8")
    functions = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert text.count("\n") <= 400
    assert functions == []


@pytest.mark.parametrize("path", _modules("platform", "ingest", "ui"), ids=lambda p: p.name)
def test_no_assert_outside_tests(path: Path) -> None:
    """A user's mistake gives an error of ours; assert vanishes under -O."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)]


def test_patterns_end_at_the_end() -> None:
    """No regular expression ends with ``$``, which fits before a last line end as well."""
    lenient = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _modules("platform", "ingest", "ui", "graph_schema")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _ends_leniently(node)
    ]
    assert not lenient, "write \\Z in place of $"


def _ends_leniently(call: ast.Call) -> bool:
    """Return whether a call of a function of `re` has a pattern with ``$`` and no MULTILINE."""
    name = call.func
    if not (isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name) and call.args):
        return False
    if name.value.id != "re" or "MULTILINE" in ast.unparse(call):
        return False
    constants = [node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant)]
    text = "".join(value for value in constants if isinstance(value, str))
    # not escaped, and where a pattern or one of its alternatives ends
    return bool(re.search(r"\$(\Z|[|)])", re.sub(r"\\.", "", text)))


@pytest.mark.parametrize("path", _modules("ingest", "ui"), ids=lambda p: p.name)
def test_content_names_shadow_nothing(path: Path) -> None:
    """No content file bears the name of a standard-library module."""
    assert path.stem not in sys.stdlib_module_names


def test_demo_data_is_small_and_documented() -> None:
    """The bundled data have at most 8 MB, and PROVENANCE.md names every file."""
    files = [path for path in (ROOT / "ingest/demo").iterdir() if path.suffix in {".gz", ".h5ad"}]
    provenance = (ROOT / "ingest/demo/PROVENANCE.md").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in files) <= 8_000_000
    assert [path.name for path in files if f"`{path.name}`" not in provenance] == []


@pytest.mark.slow
def test_wheel_holds_content(tmp_path: Path) -> None:
    """A wheel carries the library, the jobs, the schema and the demo's data."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path)]
    subprocess.run([*command, str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "orthoweave/errors.py",
        "orthoweave/_bundled/ingest/orthology.py",
        "orthoweave/_bundled/graph_schema/nodes.toml",
        "orthoweave/_bundled/ingest/demo/baron_human.h5ad",
    } <= names
    assert not [name for name in names if name.split("/")[0] in {"ingest", "ui", "graph_schema"}]
