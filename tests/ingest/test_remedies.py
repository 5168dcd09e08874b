"""What a message says to do is done here, on the case that shows the message, and is right."""

import bz2
import lzma
import re
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse as sp
import zarr

from orthoweave import content
from orthoweave.errors import OrthoweaveError
from orthoweave.jobs.discover import load_jobs
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout

NAMES = ("cell_gene", "gene_descriptions", "orthology", "coexpression")
JOBS = {name: load_jobs(content.folder("ingest") / f"{name}.py")[0] for name in NAMES}
ROOT = Path(__file__).parents[2]
N_CELLS, N_GENES = 12, 30
COUNTS = np.random.default_rng(2).poisson(2.0, (N_CELLS, N_GENES)).astype(np.float32)
SYMBOLS = [f"AAG{number}" for number in range(N_GENES)]
CELLS = [f"AAAC{number}-1" for number in range(N_CELLS)]
HUMAN = {"species": "human"}

pytestmark = pytest.mark.filterwarnings("ignore")


class Notes(Quiet):
    """Keeps the notes of a job."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, text: str) -> None:
        """Keep a line."""
        self.said.append(text)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a knowledge base that names thirty genes of human and of mouse."""
    folder = tmp_path_factory.mktemp("remedies")
    layout = Layout(folder / "kb")
    for taxon, first, name in ((9606, 9000, "AAG"), (10090, 50_000, "Aag")):
        table = "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\tname\n" + "".join(
            f"{taxon}\t{name}{i}\t{first + i}\t\tgene {i}\n" for i in range(N_GENES)
        )
        (folder / f"g{taxon}.tsv").write_text(table)
        path = folder / f"g{taxon}.tsv"
        ingest(layout, JOBS["gene_descriptions"], [path], {}, Quiet())
    return layout


def run(kb: Layout, job: str, path: Path, given: dict[str, str]) -> tuple[Ingested | None, str]:
    """Run a job; return what it made, and its notes, or the message of its error."""
    notes, source = Notes(), given if "dataset" in given else {"source": "tried", **given}
    try:
        inputs = [path] if JOBS[job].needs_input else []
        done = ingest(kb, JOBS[job], inputs, source, notes, replace_changed=True)
    except OrthoweaveError as error:
        return None, str(error)
    return done, "\n".join(notes.said)


def stored(kb: Layout, done: Ingested | None) -> anndata.AnnData:
    """Return the matrix that an ingest made."""
    assert done is not None
    (folder,) = done.tables.matrices.values()
    return anndata.read_zarr(kb.matrices / folder)


def made(**changes: Any) -> anndata.AnnData:
    """Return the dataset as AnnData."""
    values = {"X": sp.csr_matrix(COUNTS), "var": pd.DataFrame(index=SYMBOLS), **changes}
    obs = values.pop("obs", pd.DataFrame(index=CELLS))
    return anndata.AnnData(obs=obs, **values)


def h5ad(**changes: Any) -> Callable[[Path], Path]:
    """Return a maker of an h5ad file."""

    def make(folder: Path) -> Path:
        made(**changes).write_h5ad(folder / "t.h5ad")
        return folder / "t.h5ad"

    return make


@dataclass(frozen=True)
class Case:
    """A file, the message it shows, and the options or the change of the file that it names."""

    make: Callable[[Path], Path]
    message: str
    remedy: dict[str, str] = field(default_factory=dict)
    mend: Callable[[Path], Path] = lambda path: path
    given: dict[str, str] = field(default_factory=lambda: HUMAN)
    counts: np.ndarray = field(default_factory=lambda: COUNTS)
    """What the stored matrix has to hold after the remedy."""
    refused: bool = True
    """Whether the message is an error, not a note."""


LOG = np.log1p(COUNTS / COUNTS.sum(axis=1, keepdims=True) * 1e4)
DECIMALS = np.where(COUNTS > 0, COUNTS + 0.2, 0).astype(np.float32)
TYPES = pd.DataFrame({"group": ["x", "y"] * (N_CELLS // 2)}, index=CELLS)
ODD = pd.DataFrame({"wide": SYMBOLS, "n": 1.5}, index=[f"row{i}" for i in range(N_GENES)])
TWICE = pd.DataFrame(index=[*SYMBOLS[:-1], SYMBOLS[0]])
SUMMED = np.hstack([COUNTS[:, :1] + COUNTS[:, -1:], COUNTS[:, 1:-1]])

CELL_CASES = {
    "layer": Case(
        h5ad(X=LOG, layers={"a": COUNTS, "b": COUNTS * 2}),
        "choose with --set layer=a, --set layer=b",
        {"layer": "b"},
        counts=COUNTS * 2,
    ),
    "layer in place of decimals": Case(
        h5ad(X=DECIMALS, layers={"z": COUNTS, "y": DECIMALS}),
        "took layers\\['z'\\]",
        {"layer": "z"},
        refused=False,
    ),
    "round": Case(
        h5ad(X=sp.csr_matrix(DECIMALS)), "round them with --set round=true", {"round": "true"}
    ),
    "min_matched": Case(
        h5ad(var=pd.DataFrame(index=[*SYMBOLS[:3], *(f"what{i}x" for i in range(27))])),
        "--set min_matched=0",
        {"min_matched": "0"},
    ),
    "gene_id_column": Case(
        h5ad(var=ODD.assign(other=[*SYMBOLS[:8], *(f"w{i}x" for i in range(22))])),
        "took the names of the genes from var\\['wide'\\]",
        {"gene_id_column": "wide"},
        refused=False,
    ),
    "species": Case(
        h5ad(var=pd.DataFrame(index=[name.title() for name in SYMBOLS])),
        "--set species=mouse, or accept",
        {"species": "mouse"},
    ),
    "species that was not said": Case(h5ad(), "such as --set species=human", HUMAN, given={}),
    "duplicates": Case(
        h5ad(var=TWICE), "sum them with --set duplicates=sum", {"duplicates": "sum"}, counts=SUMMED
    ),
    "cell_type_column": Case(
        h5ad(obs=TYPES),
        "take one with --set cell_type_column=",
        {"cell_type_column": "group"},
        refused=False,
    ),
    "barcodes that repeat": Case(
        h5ad(obs=pd.DataFrame(index=["a", *CELLS[1:-1], "a"])),
        r"obs_names_make_unique\(\)",
        mend=lambda path: _rewritten(path, lambda data: data.obs_names_make_unique()),
    ),
    "by columns": Case(
        h5ad(X=sp.csc_matrix(COUNTS)),
        r"adata.X = adata.X.tocsr\(\)",
        mend=lambda path: _rewritten(path, lambda data: setattr(data, "X", data.X.tocsr())),
    ),
}


def _rewritten(path: Path, change: Callable[[anndata.AnnData], object]) -> Path:
    data = anndata.read_h5ad(path)
    change(data)
    data.write_h5ad(path.with_name("mended.h5ad"))
    return path.with_name("mended.h5ad")


def _table(folder: Path) -> Path:
    frame = pd.DataFrame(COUNTS.astype(int), index=[f"p{i}" for i in range(N_CELLS)])
    frame.columns = [f"q{i}" for i in range(N_GENES)]
    frame.to_csv(folder / "t.csv")
    return folder / "t.csv"


def _r_table(folder: Path) -> Path:
    path = folder / "t.csv"
    pd.DataFrame(COUNTS.T.astype(int), index=SYMBOLS, columns=CELLS).to_csv(path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(f'{line},"x"' if n == 3 else line for n, line in enumerate(lines)))
    return path


def _plain_table(path: Path) -> Path:
    path.write_text(path.read_text().replace(',"x"', ""))
    return path


def _mtx(folder: Path, names: tuple[str, str, str], **more: Any) -> Path:
    scipy.io.mmwrite(folder / names[0], sp.coo_matrix(COUNTS.T), **{"field": "integer", **more})
    (folder / names[1]).write_text("\n".join(SYMBOLS) + "\n")
    (folder / names[2]).write_text("\n".join(CELLS) + "\n")
    return folder


def _misnamed(folder: Path) -> Path:
    return _mtx(folder, ("matrix.mtx", "my_genes.csv", "barcodes.tsv"))


def _dense(folder: Path) -> Path:
    _mtx(folder, ("matrix.mtx", "genes.tsv", "barcodes.tsv"))
    scipy.io.mmwrite(folder / "matrix.mtx", COUNTS.T)
    return folder


def _sparse_again(folder: Path) -> Path:
    matrix = sp.coo_matrix(scipy.io.mmread(folder / "matrix.mtx"))
    scipy.io.mmwrite(folder / "matrix.mtx", matrix)
    return folder


def _holed_zarr(folder: Path) -> Path:
    counts = COUNTS.copy()
    counts[:6] = 0
    data = made(X=sp.csr_matrix(COUNTS))
    data.write_zarr(folder / "t.zarr")
    chunk = next(p for p in (folder / "t.zarr/X/data").rglob("*") if p.name in ("0", "0.0"))
    chunk.unlink()
    return folder / "t.zarr"


def _whole_zarr(path: Path) -> Path:
    with zarr.config.set({"array.write_empty_chunks": True}):
        made().write_zarr(path.with_name("again.zarr"))
    return path.with_name("again.zarr")


def _linked(folder: Path) -> Path:
    h5ad()(folder).rename(folder / "other.h5ad")
    with h5py.File(folder / "t.h5ad", "w") as file:
        for name in ("X", "obs", "var"):
            file[name] = h5py.ExternalLink("other.h5ad", name)
    return folder / "t.h5ad"


def _two_values(folder: Path) -> Path:
    path = h5ad()(folder)
    with h5py.File(path, "a") as file:
        file["X/indices"][1] = file["X/indices"][0]
    return path


def _with_one_value(path: Path) -> Path:
    matrix = sp.csr_matrix(COUNTS)
    matrix.indices[1] = matrix.indices[0]
    matrix.sum_duplicates()
    return h5ad(X=matrix)(path.parent)


def _first_two_summed() -> np.ndarray:
    matrix = sp.csr_matrix(COUNTS)
    matrix.indices[1] = matrix.indices[0]
    return np.asarray(matrix.toarray())


def _packed(name: str, pack: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = h5ad()(folder)
        (folder / name).write_bytes(pack(path.read_bytes()))
        path.unlink()
        return folder / name

    return make


def _command(*words: str) -> Callable[[Path], Path]:
    def mend(path: Path) -> Path:
        subprocess.run([*words, str(path)], check=True, cwd=path.parent)
        return path.parent / "t.h5ad"

    return mend


def _tar(folder: Path) -> Path:
    path = h5ad()(folder)
    with tarfile.open(folder / "t.tar.gz", "w:gz") as archive:
        archive.add(path, "t.h5ad")
    path.unlink()
    return folder / "t.tar.gz"


CELL_CASES |= {
    "rows": Case(
        _table, "--set rows=genes or --set rows=cells", {"rows": "cells", "min_matched": "0"}
    ),
    "a table of R with one field more": Case(
        _r_table, "line 4: expected 13 columns", mend=_plain_table
    ),
    "names of the mates": Case(
        _misnamed,
        "rename its features or barcodes so",
        mend=lambda path: (path / "my_genes.csv").rename(path / "features.tsv").parent,
    ),
    "a dense text matrix": Case(_dense, "with scipy.io.mmwrite", mend=_sparse_again),
    "a missing chunk": Case(_holed_zarr, "array.write_empty_chunks", mend=_whole_zarr),
    "links": Case(
        _linked,
        "read the file where it came from and write it again",
        mend=lambda path: _rewritten(path, lambda data: None),
    ),
    "two values of a cell": Case(
        _two_values, r"sum_duplicates\(\)", mend=_with_one_value, counts=_first_two_summed()
    ),
    "bzip2": Case(_packed("t.h5ad.bz2", bz2.compress), "`bunzip2`", mend=_command("bunzip2")),
    "xz": Case(_packed("t.h5ad.xz", lzma.compress), "`unxz`", mend=_command("unxz")),
    "tar": Case(_tar, "`tar xf ", mend=_command("tar", "xf")),
}


@pytest.mark.parametrize("name", CELL_CASES)
def test_the_remedy_of_a_message_is_right(
    kb: Layout, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case shows the message; with what it names the counts that were meant are stored."""
    case = CELL_CASES[name]
    if name == "by columns":
        monkeypatch.setattr("orthoweave.files.anndata_files.MAXIMUM_TURNED_VALUES", 10)
    path = case.make(tmp_path)
    done, said = run(kb, "cell_gene", path, case.given)
    assert re.search(case.message, said), said
    assert (done is None) is case.refused
    again, said = run(kb, "cell_gene", case.mend(path), {**case.given, **case.remedy})
    assert again is not None, said
    data = stored(kb, again)
    assert np.array_equal(data.X.toarray(), case.counts)


def test_a_table_of_cells_gives_types(kb: Layout, tmp_path: Path) -> None:
    """The remedy for a file without types joins them by barcode."""
    path, given = h5ad()(tmp_path), {**HUMAN, "dataset": "types"}
    assert "--set cells=TABLE" in run(kb, "cell_gene", path, given)[1]
    table = TYPES.rename(columns={"group": "cell_type"}).rename_axis("barcode")
    table.to_csv(tmp_path / "cells.tsv", sep="\t")
    done, _ = run(kb, "cell_gene", path, {**given, "cells": str(tmp_path / "cells.tsv")})
    assert stored(kb, done).obs["cell_type"].tolist() == TYPES["group"].tolist()


def test_barcodes_are_written_alike(kb: Layout, tmp_path: Path) -> None:
    """Barcodes without the suffix of the matrix join nothing; with it they join all."""
    path, given = h5ad()(tmp_path), {**HUMAN, "dataset": "alike"}
    table = TYPES.rename(columns={"group": "cell_type"}).rename_axis("barcode")
    bare = table.set_axis([name.removesuffix("-1") for name in CELLS]).rename_axis("barcode")
    bare.to_csv(tmp_path / "bare.tsv", sep="\t")
    done, said = run(kb, "cell_gene", path, {**given, "cells": str(tmp_path / "bare.tsv")})
    assert done is None
    assert "Write them alike, with the same suffix" in said
    table.to_csv(tmp_path / "alike.tsv", sep="\t")
    done, _ = run(kb, "cell_gene", path, {**given, "cells": str(tmp_path / "alike.tsv")})
    assert stored(kb, done).obs["cell_type"].tolist() == TYPES["group"].tolist()


def test_genomes_are_split(kb: Layout, tmp_path: Path) -> None:
    """A mixture of two genomes is split by its prefixes, and each part is read."""
    names = [f"GRCh38_{name}" for name in SYMBOLS[:15]] + [f"mm10___Aag{i}" for i in range(15)]
    path = h5ad(var=pd.DataFrame(index=names))(tmp_path)
    done, said = run(kb, "cell_gene", path, HUMAN)
    assert done is None
    assert "Split the file by genome" in said
    data = anndata.read_h5ad(path)
    for prefix, species in (("GRCh38", "human"), ("mm10", "mouse")):
        part = data[:, data.var_names.str.startswith(prefix)]
        part.write_h5ad(tmp_path / f"{species}.h5ad")
        done, said = run(kb, "cell_gene", tmp_path / f"{species}.h5ad", {"species": species})
        assert np.array_equal(stored(kb, done).X.toarray(), part.X.toarray()), said


def test_species_of_one_file_are_split(kb: Layout, tmp_path: Path) -> None:
    """Cells of two species in one file are split by the column that says so."""
    species = ["Homo sapiens", "Mus musculus"] * (N_CELLS // 2)
    path = h5ad(obs=pd.DataFrame({"organism": species}, index=CELLS))(tmp_path)
    assert "Split the file by species" in run(kb, "cell_gene", path, {})[1]
    data = anndata.read_h5ad(path)
    data[data.obs["organism"] == "Homo sapiens"].write_h5ad(tmp_path / "human.h5ad")
    done, _ = run(kb, "cell_gene", tmp_path / "human.h5ad", {})
    assert np.array_equal(stored(kb, done).X.toarray(), COUNTS[::2])


def _text(name: str, text: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_text(text)
        return folder / name

    return make


PAIRS = "".join(f"AAG{i}\tAag{i}\n" for i in range(5))
OTHER_JOBS = {
    "from and to of pairs": (
        "orthology",
        _text("p.tsv", f"a\tb\n{PAIRS}"),
        {},
        "say --set from=SPECIES --set to=SPECIES",
        {"from": "human", "to": "mouse"},
        5,
    ),
    "from and to of OMA": (
        "orthology",
        _text("p.txt", PAIRS.replace("\n", "\t1:1\n")),
        {"format": "oma"},
        "say --set from=SPECIES --set to=SPECIES",
        {"from": "human", "to": "mouse"},
        5,
    ),
    "a proteome's name": (
        "orthology",
        _text("a__v__b.tsv", "Orthogroup\tmine\tMus_musculus\nOG1\tAAG1\tAag1\n"),
        {"format": "orthofinder"},
        "rename it to a common or scientific name",
        {"mend": "mine=human"},
        1,
    ),
    "the floor of rows": (
        "gene_descriptions",
        _text("g.tsv", "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\n9606\tAAG1\t9001\t\n"),
        {"min_rows": "5"},
        "the floor is --set min_rows=",
        {"min_rows": "1"},
        1,
    ),
    "species of a table": (
        "gene_descriptions",
        _text("g.tsv", "symbol\tncbi_gene_id\tensembl_id\nAAG1\t9001\t\n"),
        {},
        "expected --set species=…",
        {"species": "human"},
        1,
    ),
    "species that is not known": (
        "gene_descriptions",
        _text(
            "g.tsv",
            "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\n9606\tAAG1\t9001\t\n"
            "4113\tpotato1\t10201\t\n",
        ),
        {},
        "Name the species to read with --set species=…",
        {"species": "human"},
        1,
    ),
    "ids that rows contradict": (
        "gene_descriptions",
        _text(
            "g.tsv",
            "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\n9606\tAAG1\t9001\tENSG00000000001\n"
            "9606\tAAG2\t9001\tENSG00000000002\n",
        ),
        {},
        "--set on_duplicate=separate",
        {"on_duplicate": "separate"},
        2,
    ),
}


@pytest.mark.parametrize("name", OTHER_JOBS)
def test_remedies_of_genes_and_orthologs(kb: Layout, tmp_path: Path, name: str) -> None:
    """Each is done as the message says, and gives the rows that were meant."""
    job, make, given, message, remedy, rows = OTHER_JOBS[name]
    path, source = make(tmp_path), {"source": f"tried_{job}"}
    done, said = run(kb, job, path, {**given, **source})
    assert done is None
    assert message in said
    options = dict(remedy)
    if change := options.pop("mend", None):
        old, new = change.split("=")
        path.write_text(path.read_text().replace(old, new))
    done, said = run(kb, job, path, {**given, **source, **options})
    assert done is not None, said
    assert done.entry.counts[JOBS[job].writes[0]] == rows


def test_every_option_that_a_message_names_is_tried() -> None:
    """No message of the readers and jobs names an option that no test of these rooms gives."""
    rooms = [ROOT / "platform/orthoweave" / room for room in ("files", "jobs", "genes")]
    files = [path for room in (*rooms, ROOT / "ingest") for path in room.rglob("*.py")]
    named = {
        option
        for path in files
        for option in re.findall(r"--set (\w+)=", path.read_text(encoding="utf-8"))
    } - {"key"}
    tried = {option for case in CELL_CASES.values() for option in case.remedy}
    tried |= {option for case in OTHER_JOBS.values() for option in case[4]}
    tests = [
        path
        for room in ("files", "ingest", "jobs")
        for path in (ROOT / "tests" / room).rglob("*.py")
    ]
    given = "\n".join(path.read_text(encoding="utf-8") for path in tests)
    tried |= {name for name in named if re.search(rf'\b{name}="|"{name}":', given)}
    assert named - tried == set()
