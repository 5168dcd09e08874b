"""The command line on the toy world: data, messages and exit codes."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pandas as pd
import pytest

import orthoweave
from orthoweave.builds import history
from orthoweave.cli.main import main
from orthoweave.content import folder
from orthoweave.jobs import discover
from orthoweave.settings import Settings
from orthoweave.testing.toy import write_toy_sources

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line; return exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def rows(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


ASKING = [
    ("genes", "resolve", "INS", "p53"),
    ("genes", "show", "INS", "--species", "human"),
    ("orthologs", "INS", "GCG", "--from", "human", "--to", "mouse"),
    ("expression", "INS", "--across", "human,mouse"),
    ("search", "genes", "insulin", "-k", "3"),
    ("search", "cells", "insulin", "-k", "3"),
    ("cypher", "-e", "MATCH (s:Species) RETURN s.id AS id"),
    ("ask", "datasets"),
    ("status",),
]


@pytest.mark.parametrize("command", ASKING, ids=" ".join)
def test_every_question_in_every_format(
    toy_kb_with_vectors: Path, tmp_path: Path, run: Run, command: tuple[str, ...]
) -> None:
    """A question has as many rows in JSON, JSON lines, TSV and Parquet, and a table as well."""
    asked = (*command, "--kb", toy_kb_with_vectors)
    code, out, _ = run(*asked, "--format", "json")
    assert code == 0
    found = json.loads(out, parse_constant=pytest.fail)
    assert found["rows"]
    names = [column["name"] for column in found["columns"]]
    assert [list(row) for row in found["rows"]] == [names] * len(found["rows"])
    assert found["provenance"]["build"]
    assert rows(run(*asked, "--format", "jsonl")[1]) == found["rows"]
    tsv = run(*asked, "--format", "tsv", "--no-header-comments")[1].splitlines()
    assert (tsv[0].split("\t"), len(tsv) - 1) == (names, len(found["rows"]))
    code, out, _ = run(*asked, "--output", tmp_path / "answer.parquet")
    assert (code, out) == (0, "")
    assert list(pd.read_parquet(tmp_path / "answer.parquet").columns) == names
    assert run(*asked)[0] == 0


def test_orthologs(toy_kb: Path, run: Run) -> None:
    """Human insulin has two mouse orthologs, each with the resources that assert it."""
    _, out, _ = run("orthologs", "INS", "--kb", toy_kb, "--format", "jsonl")
    assert {row["ortholog_symbol"]: row["cardinality"] for row in rows(out)} == {
        "Ins1": "1:many",
        "Ins2": "1:many",
    }
    _, out, _ = run("orthologs", "INS", "--kb", toy_kb, "--format", "jsonl", "--min-sources", 6)
    assert [row["ortholog_symbol"] for row in rows(out)] == ["Ins2"]
    _, out, _ = run("orthologs", "INS", "--kb", toy_kb, "--format", "jsonl", "--source", "NCBI")
    assert [row["ortholog_symbol"] for row in rows(out)] == ["Ins2"]


def test_resolve_a_file(
    toy_kb: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names come from a file too, and the coverage report and the SSSOM mapping are stored."""
    names = tmp_path / "names.txt"
    names.write_text("INS\n\n  Ins1 \nnope\n1-Sep\n")
    report, mapping = tmp_path / "report.json", tmp_path / "map.sssom.tsv"
    code, out, error = run(
        "genes",
        "resolve",
        "--file",
        names,
        "--on-ambiguous",
        "best",
        "--report",
        report,
        "--sssom",
        mapping,
        "--kb",
        toy_kb,
        "--format",
        "jsonl",
    )
    assert code == 0
    assert [row["gene"] for row in rows(out)] == ["NCBIGene:3630", "NCBIGene:16333", None, None]
    found = json.loads(report.read_text())
    assert (found["n_in"], found["n_lost"], found["lost"]) == (4, 2, ["nope", "1-Sep"])
    assert "4 names: 2 matched" in error
    assert "object_id" in mapping.read_text()


def test_resolve_ambiguous(toy_kb: Path, run: Run) -> None:
    """With --on-ambiguous error a name that fits two genes is an error that lists both."""
    code, out, error = run("genes", "resolve", "p53", "--on-ambiguous", "error", "--kb", toy_kb)
    assert (code, out) == (2, "")
    assert "NCBIGene:7157" in error
    assert "NCBIGene:22059" in error


def test_cypher(toy_kb: Path, tmp_path: Path, run: Run) -> None:
    """A statement comes from a file or the command, its parameters as text or as JSON."""
    statement = tmp_path / "q.cypher"
    statement.write_text(
        "MATCH (g:Gene) WHERE g.symbol IN $symbols RETURN g.id AS id ORDER BY id LIMIT $n"
    )
    code, out, _ = run(
        "cypher",
        statement,
        "--param",
        'symbols=["INS","GCG"]',
        "--param",
        "n=5",
        "--kb",
        toy_kb,
        "--format",
        "jsonl",
    )
    assert code == 0
    assert [row["id"] for row in rows(out)] == ["NCBIGene:2641", "NCBIGene:3630"]


def test_a_cut_by_the_limit_is_reported(toy_kb: Path, run: Run) -> None:
    """Rows that a limit cut are reported as missing, in JSON and on standard error."""
    asked = ("cypher", "-e", "MATCH (g:Gene) RETURN g.id AS id", "--limit", 3, "--kb", toy_kb)
    _, out, error = run(*asked, "--format", "json")
    found = json.loads(out)
    assert (len(found["rows"]), found["truncated"]) == (3, True)
    assert "truncated" in error


@pytest.mark.parametrize(
    ("command", "code", "complaint"),
    [
        (("genes", "show", "p53"), 2, "ambiguous"),
        (("genes", "show", "nope"), 2, "nope"),
        (("genes", "resolve"), 2, "no names given"),
        (("genes", "resolve", "INS", "--species", "martian"), 2, "unknown species"),
        (("genes", "resolve", "--file", "none.txt"), 1, "cannot be read"),
        (("orthologs", "INS", "--to", "martian"), 2, "unknown species"),
        (("orthologs", "INS", "--min-sources", "0"), 2, "min-sources"),
        (("orthologs",), 2, "no names given"),
        (("expression", "INS", "--across", ","), 2, "separated by commas"),
        (("search", "cells"), 2, "either a text or --like"),
        (("cypher",), 2, "either a FILE"),
        (("cypher", "none.cypher"), 1, "cannot be read"),
        (("cypher", "-e", "MATCH (g:Gene) DELETE g"), 1, "statements can only read the graph"),
        (("cypher", "-e", "MATCH (g:Gene {id: $id}) RETURN g.id"), 2, r"$id"),
        (("cypher", "-e", "RETURN 1", "--param", "x"), 2, "expected NAME=VALUE"),
        (("ask", "nope"), 2, "no saved query"),
        (("jobs", "nope"), 2, "unknown job"),
        (("ingest", "nope"), 2, "unknown job"),
        (("ingest", "orthology", "none.tsv"), 1, "none.tsv"),
        (("ingest", "orthology", "x", "--set", "a=1", "--set", "a=2"), 2, "given twice"),
        (("rollback", "nope"), 2, "no build"),
        (("diff", "nope", "nope"), 2, "no build"),
        (("remove", "nope"), 2, "no source"),
        (("export", "--format", "kgx", "--output", "o", "--table", "Nope"), 2, "no table"),
        (("export", "--format", "xml", "--output", "o"), 2, "xml"),
        (("fetch", "nope"), 2, "unknown original"),
        (("bogus",), 2, "bogus"),
        (("genes", "resolve", "INS", "--format", "xml"), 2, "xml"),
    ],
)
def test_wrong_commands(
    toy_kb: Path,
    tmp_path: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    code: int,
    complaint: str,
) -> None:
    """A mistake is a message on standard error, without a traceback and without data."""
    # a copy, since another test may hold the lock of the shared one
    monkeypatch.setenv("ORTHOWEAVE_KB", str(shutil.copytree(toy_kb, tmp_path / "kb")))
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    got, out, error = run(*command)
    assert (got, out) == (code, "")
    assert complaint in error
    assert "Traceback" not in error
    assert list(empty.iterdir()) == []


def test_no_knowledge_base(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a knowledge base a question says how to make one; the default is ./kb."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ORTHOWEAVE_KB", raising=False)
    code, _, error = run("orthologs", "INS")
    assert code == 2
    assert "'kb'" in error
    assert "orthoweave demo" in error


def test_verbose_shows_where(toy_kb: Path, tmp_path: Path, run: Run) -> None:
    """Only --verbose shows the traceback."""
    own = shutil.copytree(toy_kb, tmp_path / "kb")
    _, _, error = run("--verbose", "rollback", "nope", "--kb", own)
    assert "Traceback" in error
    assert "error: no build" in error


def test_version(run: Run) -> None:
    """The version is the package's."""
    assert run("--version") == (0, f"orthoweave {orthoweave.__version__}\n", "")


def test_interrupted(run: Run, toy_kb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends a command with one line and code 130."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(history, "status", interrupted)
    assert run("status", "--kb", toy_kb) == (130, "", "interrupted\n")


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from orthoweave.cli.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_reader_that_goes_away(toy_kb: Path) -> None:
    """When the reader of a pipe goes away, the command ends without a word."""
    command = [sys.executable, "-m", "orthoweave", "jobs", "--format", "json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == ""
    assert running.returncode == 1


def test_no_colour_in_pipes(toy_kb: Path) -> None:
    """Nothing that is not a terminal is coloured, and NO_COLOR is obeyed."""
    done = process("status", "--kb", str(toy_kb), NO_COLOR="1")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr


def test_help_is_light() -> None:
    """Help loads neither the graph engine nor anything of machine learning."""
    heavy = "torch faiss sentence_transformers anndata duckdb polars scipy httpx numba"
    code = (
        "import sys; from orthoweave.cli.main import main; code = main(['--help'])\n"
        f"print(code, sorted(set('{heavy}'.split()) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_from_raw_files_to_answers(tmp_path: Path, run: Run) -> None:
    """Ingest, build, status, diff, rollback and remove do what they say, in that order."""
    raw = write_toy_sources(tmp_path / "raw")
    kb = ("--kb", tmp_path / "kb")
    ingest = ("ingest", "gene_descriptions", raw["genes_human"], "--set", "source=human", *kb)
    code, out, error = run("-q", *ingest)
    assert (code, out) == (0, "")
    assert "14 Gene" in error
    assert "report:" in error
    assert "the same input is in already" in run("-q", *ingest)[2]
    assert run("-q", "build", *kb)[0] == 0
    first = current(run, *kb)
    run("-q", "ingest", "gene_descriptions", raw["genes_mouse"], "--set", "source=mouse", *kb)
    code, out, error = run("status", *kb, "--format", "jsonl")
    assert {row["source"]: row["published"] for row in rows(out)} == {"human": True, "mouse": False}
    assert "not in the published build: mouse" in error
    assert run("-q", "build", *kb)[0] == 0
    second = current(run, *kb)
    code, out, _ = run("diff", first, second, *kb, "--format", "jsonl")
    changes = {(row["kind"], row["name"], row["change"]): row["count"] for row in rows(out)}
    assert changes["source", "mouse", "added"] == 1
    assert changes["table", "Gene", "added"] == 16
    assert run("rollback", first, *kb)[0] == 0
    assert current(run, *kb) == first
    assert "mouse" in run("remove", "mouse", *kb)[2]
    assert run("-q", "build", *kb)[0] == 0
    assert current(run, *kb) == first
    assert "nothing to do" in run("-q", "build", *kb)[2]


def current(run: Run, *kb: object) -> str:
    """Id of the published build, by `status --builds`."""
    _, out, _ = run("status", "--builds", *kb, "--format", "jsonl")
    found: str = next(row["build"] for row in rows(out) if row["current"])
    return found


def test_changed_file(tmp_path: Path, run: Run) -> None:
    """Another content under the same version needs --replace."""
    raw = write_toy_sources(tmp_path / "raw")["genes_human"]
    ingest = (
        "-q",
        "ingest",
        "gene_descriptions",
        raw,
        "--set",
        "source=human",
        "--kb",
        tmp_path / "kb",
    )
    assert run(*ingest)[0] == 0
    raw.write_text(raw.read_text().replace("insulin", "Insulin"))
    code, _, error = run(*ingest)
    assert code == 1
    assert "--replace" in error
    assert run(*ingest, "--replace")[0] == 0


def test_jobs(run: Run) -> None:
    """Every job file is listed with help, inputs and options; one job shows its options."""
    _, out, _ = run("jobs", "--format", "jsonl")
    listed = {row["job"]: row for row in rows(out)}
    files = set(folder("ingest").glob("*.py"))
    assert {job.path for job in discover.discover_jobs(Settings()).values()} == files
    assert all(row["help"] and row["reads"] and row["gives"] for row in listed.values())
    _, out, _ = run("jobs", "cell_gene", "--format", "jsonl")
    assert {"species", "dataset", "version"} <= {row["option"] for row in rows(out)}


def test_export(toy_kb: Path, tmp_path: Path, run: Run) -> None:
    """An export near a gene, named by its symbol, has that gene and its neighbours."""
    target = tmp_path / "out"
    code, out, error = run(
        "export",
        "--format",
        "cytoscape",
        "--output",
        target,
        "--around",
        "INS",
        "--species",
        "human",
        "--table",
        "ORTHOLOGOUS_TO",
        "--kb",
        toy_kb,
    )
    assert (code, out) == (0, "")
    assert "LICENSES.tsv" in error
    graph = json.loads((target / "graph.cyjs").read_text())
    names = {node["data"]["symbol"] for node in graph["elements"]["nodes"]}
    assert names == {"INS", "Ins1", "Ins2", "ins", "insb"}


def test_every_row_of_an_export_has_its_source(toy_kb: Path, tmp_path: Path, run: Run) -> None:
    """LICENSES.tsv of a whole export accounts for every row, also for what a build derives."""
    run("export", "--format", "parquet", "--output", tmp_path / "out", "--kb", toy_kb)
    counts = json.loads((tmp_path / "out" / "EXPORT.json").read_text())["counts"]
    licenses = pd.read_csv(tmp_path / "out" / "LICENSES.tsv", sep="\t")
    assert licenses["rows"].sum() == sum(counts.values())
    assert "orthoweave_consensus" in set(licenses["source"])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Address of a folder with one file, served on this machine."""
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "file.tsv").write_text("symbol\n")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    handler = partial(Handler, directory=str(tmp_path / "www"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_fetch(tmp_path: Path, served: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetch lists originals, downloads the named one, records its checksum, says what next."""
    manifest = tmp_path / "originals.toml"
    manifest.write_text(
        f'[one]\ntitle="t"\nurl="{served}/file.tsv"\nfile="one.tsv"\njob="orthology"\n'
        'license="CC0-1.0"\nversion="3"\n'
    )
    options = ("--manifest", manifest, "--kb", tmp_path / "kb", "--format", "jsonl")
    assert [row["bytes"] for row in rows(run("fetch", *options)[1])] == [None]
    monkeypatch.setenv("ORTHOWEAVE_OFFLINE", "1")
    code, out, error = run("fetch", "one", *options)
    assert (code, out) == (1, "")
    assert "ORTHOWEAVE_OFFLINE=1 forbids" in error
    monkeypatch.delenv("ORTHOWEAVE_OFFLINE")
    code, out, error = run("-q", "fetch", "one", *options)
    path = tmp_path / "kb" / "sources" / "one.tsv"
    assert code == 0
    assert rows(out)[0]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"orthoweave ingest orthology {path} --set version=3" in error
    assert rows(run("fetch", *options)[1])[0]["file"] == str(path)
