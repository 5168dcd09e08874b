"""Jobs on untrusted files: the same source as else, and nothing reached by a hostile one."""

import socket
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave import content
from orthoweave.errors import HostileFileError, InputError, OrthoweaveError, UsageError
from orthoweave.jobs import untrusted
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.jobs.job import Job
from orthoweave.progress import Quiet
from orthoweave.sandbox.landlock import landlock_version
from orthoweave.sandbox.seccomp import seccomp_available
from orthoweave.storage.layout import Layout

needs_sandbox = pytest.mark.skipif(
    not landlock_version() or not seccomp_available(),
    reason="this system cannot sandbox a reader of files",
)
GENES = "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\tname\n" + "".join(
    f"9606\tAAG{number}\t{9000 + number}\t\tgene {number}\n" for number in range(40)
)
# a job that does what a reader that was taken over would do
ATTACK = """
import ctypes, errno, os, signal, socket, subprocess
from pathlib import Path
import h5py, numpy as np
from orthoweave.jobs import Option, job

def outcomes(context, canary):
    inputs = context.inputs[0]
    folder, ledger = canary.parent, context.layout.ledger
    attempts = {
        "read": lambda: canary.read_text(),
        "read_ledger": lambda: ledger.read_bytes(),
        "read_environment": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "external_link": lambda: h5py.File(inputs / "a.h5")["link"][()],
        "external_storage": lambda: h5py.File(inputs / "a.h5")["stored"][:].tobytes(),
        "virtual": lambda: check(h5py.File(inputs / "a.h5")["virtual"][:]),
        "symbolic_link": lambda: (inputs / "x.zarr" / "link").read_text(),
        "hard_link": lambda: os.link(canary, inputs / "hard"),
        "write": lambda: (folder / "new").write_text("x"),
        "write_input": lambda: (inputs / "new").write_text("x"),
        "write_tables": lambda: (context.layout.tables / "new").write_text("x"),
        "remove": lambda: (inputs / "a.h5").unlink(),
        "chmod": lambda: inputs.chmod(0o777),
        "utime": lambda: os.utime(inputs),
        "socket": lambda: socket.socket(),
        "unix": lambda: socket.socket(socket.AF_UNIX),
        "fork": lambda: os.fork() or os._exit(0),
        "program": lambda: subprocess.run(["/bin/true"]),
        "signal": lambda: os.kill(os.getppid(), 0),
    }
    found = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            found[name] = "done"
        except (OSError, KeyError, ValueError) as error:
            found[name] = type(error).__name__
    return found

def check(values):
    if not values.any():
        raise OSError("nothing came")

def crash(context):
    ctypes.string_at(0)

def grow(context):
    kept = []
    while True:
        kept.append(np.ones(1 << 24))

@job(name="attack", help="x", inputs="x", writes=("Species",),
     options=(Option("what", "x"), Option("canary", "x")))
def attack(context):
    what = context.options["what"]
    if what == "outcomes":
        found = outcomes(context, Path(context.options["canary"]))
        context.out.write_report("outcomes", found)
    elif what == "crash":
        crash(context)
    elif what == "grow":
        grow(context)
    elif what == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif what == "exit":
        os._exit(3)
    elif what == "link":
        context.out.write_lines("one", ["x"])
        os.link(context.out.folder / "one.txt", context.out.folder / "two.txt")
    elif what == "lie":
        context.progress._answers.write(b"hello\\n")
"""


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Return a job that attacks."""
    path = tmp_path_factory.mktemp("jobs") / "attack.py"
    path.write_text(ATTACK, encoding="utf-8")
    return load_jobs(path)[0]


def hostile_folder(folder: Path) -> tuple[Path, Path]:
    """Return a folder with every kind of link to a file outside, and that file."""
    outside, inputs = folder / "outside", folder / "inputs"
    outside.mkdir()
    (inputs / "x.zarr").mkdir(parents=True)
    canary = outside / "canary"
    canary.write_text("secret" * 100, encoding="utf-8")
    with h5py.File(outside / "other.h5", "w") as file:
        file["x"] = np.arange(1, 11)
    with h5py.File(inputs / "a.h5", "w", libver="latest") as file:
        file["link"] = h5py.ExternalLink(str(outside / "other.h5"), "/x")
        file.create_dataset("stored", (16,), "u1", external=[(str(canary), 0, 16)])
        layout = h5py.VirtualLayout((10,), "i8")
        layout[:] = h5py.VirtualSource(str(outside / "other.h5"), "x", (10,))
        file.create_virtual_dataset("virtual", layout)
    (inputs / "x.zarr" / "link").symlink_to(canary)
    return inputs, canary


def run(layout: Layout, job: Job, path: Path, **given: str) -> Ingested:
    """Ingest a file as untrusted."""
    return ingest(layout, job, [path], given, Quiet(), untrusted=True)


@needs_sandbox
def test_a_reader_that_was_taken_over_reaches_nothing(tmp_path: Path, attack: Job) -> None:
    """Links of every kind, writing, sockets, programs and other processes all fail."""
    inputs, canary = hostile_folder(tmp_path)
    given = {"what": "outcomes", "canary": str(canary), "min_rows": "0", "source": "x"}
    done = run(Layout(tmp_path / "kb"), attack, inputs, **given)
    found = done.tables.report("outcomes") or {}
    assert len(found) == 19
    assert {name for name, outcome in found.items() if outcome == "done"} == set()
    assert {path.name for path in canary.parent.iterdir()} == {"canary", "other.h5"}
    assert {path.name for path in inputs.iterdir()} == {"a.h5", "x.zarr"}


def test_the_attacks_are_real(tmp_path: Path, attack: Job) -> None:
    """Without a sandbox, each link leads outside: only the guards of readers are left."""
    inputs, _ = hostile_folder(tmp_path)
    with h5py.File(inputs / "a.h5") as file:
        assert file["link"][()].tolist() == list(range(1, 11))
        assert file["stored"][:].tobytes() == b"secretsecretsecr"
        assert file["virtual"][:].any()
    assert "secret" in (inputs / "x.zarr" / "link").read_text()
    with socket.socket():
        pass


@needs_sandbox
@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("crash", "SIGSEGV.*ORTHOWEAVE_UNTRUSTED_MEMORY_MB"),
        ("grow", "256 MiB.*ORTHOWEAVE_UNTRUSTED_MEMORY_MB"),
        ("killed", "SIGKILL"),
        ("exit", "exit code 3"),
        ("lie", "answered"),
        ("link", "not a plain file"),
    ],
)
def test_a_reader_that_fails_gives_one_message(
    tmp_path: Path, attack: Job, what: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash, too much memory, a kill and a forged answer leave one message and nothing else."""
    monkeypatch.setenv("ORTHOWEAVE_UNTRUSTED_MEMORY_MB", "256")
    layout, path = Layout(tmp_path / "kb"), tmp_path / "file"
    path.write_text("x")
    with pytest.raises(HostileFileError, match=message) as caught:
        run(layout, attack, path, what=what, min_rows="0")
    assert str(path) in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert list(layout.tables.glob("*")) == []


def job_of(name: str) -> Job:
    """Return one of our jobs."""
    return load_jobs(content.folder("ingest") / f"{name}.py")[0]


@needs_sandbox
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_source_is_the_same(tmp_path: Path) -> None:
    """Tables, matrices and their digests do not depend on where the files were read."""
    genes, cells = tmp_path / "genes.tsv", tmp_path / "cells.h5ad"
    genes.write_text(GENES, encoding="utf-8")
    counts = sp.csr_matrix(np.arange(30, dtype=np.float32).reshape(6, 5))
    obs = pd.DataFrame({"cell_type": list("aabbcc")}, index=[f"c{number}" for number in range(6)])
    var = pd.DataFrame(index=[f"AAG{number}" for number in range(5)])
    anndata.AnnData(counts, obs, var).write_h5ad(cells)
    digests = []
    for name, apart in (("here", False), ("apart", True)):
        layout = Layout(tmp_path / name)
        steps = (
            ("gene_descriptions", genes, {"source": "genes"}),
            ("cell_gene", cells, {"species": "human"}),
        )
        done = [
            ingest(layout, job_of(job), [path], given, Quiet(), untrusted=apart)
            for job, path, given in steps
        ]
        digests.append([(one.entry.tables_digest, one.entry.input_digest) for one in done])
        assert [path.name for path in layout.matrices.iterdir()] == [
            *done[1].tables.matrices.values()
        ]
    assert digests[0] == digests[1]


@needs_sandbox
def test_refusals_of_a_reader_come_through(tmp_path: Path) -> None:
    """What a job refuses is refused in the same words, and so is a wrong option."""
    path = tmp_path / "genes.tsv"
    path.write_text("what\tis\tthis\n1\t2\t3\n", encoding="utf-8")
    said = []
    for apart in (False, True):
        with pytest.raises(OrthoweaveError) as caught:
            ingest(
                Layout(tmp_path / "kb"),
                job_of("gene_descriptions"),
                [path],
                {},
                Quiet(),
                untrusted=apart,
            )
        said.append((type(caught.value), str(caught.value)))
    assert said[0] == said[1]
    assert issubclass(said[0][0], InputError)


def test_a_job_without_files_is_refused(tmp_path: Path) -> None:
    """There is nothing to distrust where no file is read."""
    given = {"what": "genes"}
    with pytest.raises(UsageError, match="leave --untrusted out"):
        ingest(Layout(tmp_path), job_of("embeddings"), [], given, Quiet(), untrusted=True)


def test_without_a_sandbox_nothing_is_pretended(
    tmp_path: Path, attack: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a system without Landlock or seccomp the option is refused."""
    monkeypatch.setattr(untrusted, "seccomp_available", lambda: False)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match=r"Landlock .* and seccomp"):
        run(Layout(tmp_path / "kb"), attack, tmp_path / "file")
