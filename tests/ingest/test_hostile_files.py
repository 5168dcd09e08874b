"""Damaged and hostile files end with one sentence and an exit code, never with a traceback."""

import json
import tarfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from orthoweave.cli.main import main

N_CELLS, N_GENES = 6, 5
GENES = "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\tname\n" + "".join(
    f"9606\tAAG{number}\t{9000 + number}\t\tgene {number}\n" for number in range(40)
)
# read: a category that is stored by its absence, an odd name, and ids that are set aside
SOUND = {"chunk-missing-codes.zarr", "var-ansi.h5ad", "ids.tsv"}


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a knowledge base that names forty genes."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "genes.tsv").write_text(GENES, encoding="utf-8")
    assert run(folder / "kb", "gene_descriptions", folder / "genes.tsv", "--set", "source=g") == 0
    return folder / "kb"


def run(kb: Path, job: str, path: Path, *more: str) -> int:
    """Ingest a file by the command line and return the exit code; an exception is a failure."""
    return main(["--quiet", "ingest", job, str(path), "--kb", str(kb), "--replace", *more])


def ingest_any(kb: Path, path: Path) -> int:
    """Ingest a file by the job that its name stands for."""
    if path.suffix == ".json":
        return run(kb, "cell_ontology", path)
    if path.suffix == ".tsv":
        return run(kb, "gene_descriptions", path, "--set", "source=ids")
    options = ("--set", "species=human", "--set", "min_matched=0", "--set", "source=made")
    return run(kb, "cell_gene", path, *options)


def check_message(path: Path, said: str) -> None:
    """Check that a refusal is one message that names the file, and shows no control character."""
    assert "Traceback" not in said
    message = said[said.index("error: ") :]
    assert str(path) in message
    assert any(word in message for word in ("expected", "refused", "more than")), message
    assert not set(map(chr, range(0x20))) - {"\n"} & set(said)


HOSTILE = (
    *("X-empty.h5ad", "X-scalar.h5ad", "chunk-missing-codes.zarr", "chunk-missing-data.zarr"),
    *("chunk-trunc.zarr", "chunk0.zarr", "dtype-obj.zarr", "fill-str.zarr", "flip1.h5ad"),
    *("flip17.h5ad", "huge1e30.h5ad", "ids.tsv", "manycols.zarr", "mtx_bigval", "mtx_hex"),
    *("nodetype.zarr", "obo-json-deep.json", "ptr-floatfrac.h5ad", "shape-neg.zarr"),
    *("shape-str.h5ad", "strdata.h5ad", "t-bc-bytes.h5", "t-group.h5", "t-scalar.h5"),
    *("t-type-none.h5", "var-ansi.h5ad"),
)


@pytest.fixture(scope="module")
def hostile(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the shared hostile files."""
    folder = tmp_path_factory.mktemp("inputs")
    with tarfile.open(real_data / "hard_cases" / "hostile" / "inputs.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "inputs"


def test_every_shared_file_is_tried(hostile: Path) -> None:
    """No file of the folder is left out."""
    assert {path.name for path in hostile.iterdir()} == set(HOSTILE)


@pytest.mark.parametrize("name", HOSTILE)
def test_shared_files_end_with_a_message(
    kb: Path, hostile: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is refused with a message, or is known to be read in full."""
    code = ingest_any(kb, hostile / name)
    said = capsys.readouterr().err
    if name in SOUND:
        assert code == 0
        assert "\x1b" not in said
    else:
        assert code == 1
        check_message(hostile / name, said)


def write_h5ad(path: Path, **more: Any) -> Path:
    """Write a small sound file of five known genes."""
    counts = sp.csr_matrix(np.arange(N_CELLS * N_GENES, dtype=np.float32).reshape(N_CELLS, N_GENES))
    var = more.pop("var", pd.DataFrame(index=[f"AAG{number}" for number in range(N_GENES)]))
    obs = pd.DataFrame(index=[f"c{number}" for number in range(N_CELLS)])
    anndata.AnnData(counts, obs, var, **more).write_h5ad(path)
    return path


def write_tenx(path: Path) -> Path:
    """Write a small sound file of Cell Ranger."""
    counts = sp.csr_matrix(np.ones((N_CELLS, N_GENES), np.int32))
    texts = {"id": "AAG%d", "name": "AAG%d", "feature_type": "Gene Expression", "genome": "x"}
    with h5py.File(path, "w") as file:
        group = file.create_group("matrix")
        group["data"], group["indices"], group["indptr"] = (
            counts.data,
            counts.indices,
            counts.indptr,
        )
        group["shape"] = [N_GENES, N_CELLS]
        group["barcodes"] = [f"AAAC-{number}".encode() for number in range(N_CELLS)]
        for name, text in texts.items():
            values = [(text % i if "%" in text else text).encode() for i in range(N_GENES)]
            group[f"features/{name}"] = values
    return path


def _edit(**changes: Any) -> Callable[[Path], Path]:
    """Return a maker of an h5ad file whose objects are replaced; None deletes one."""

    def make(folder: Path) -> Path:
        path = write_h5ad(folder / "made.h5ad")
        with h5py.File(path, "a") as file:
            for name, value in changes.items():
                place = name.replace("__", "/")
                del file[place]
                if value is not None:
                    file[place] = value
        return path

    return make


def _stated_shape(shape: Any) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = write_h5ad(folder / "made.h5ad")
        with h5py.File(path, "a") as file:
            file["X"].attrs["shape"] = shape
        return path

    return make


def _flipped(share: float) -> Callable[[Path], Path]:
    """Return a maker of a file with a stretch of bytes turned over."""

    def make(folder: Path) -> Path:
        path = write_h5ad(folder / "made.h5ad")
        content = bytearray(path.read_bytes())
        start = int(len(content) * share)
        content[start : start + 2000] = bytes(255 - b for b in content[start : start + 2000])
        path.write_bytes(content)
        return path

    return make


def _cut(folder: Path) -> Path:
    path = write_h5ad(folder / "made.h5ad")
    path.write_bytes(path.read_bytes()[:-900])
    return path


def _tenx(**changes: Any) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = write_tenx(folder / "made.h5")
        with h5py.File(path, "a") as file:
            for name, value in changes.items():
                place = "matrix/" + name.replace("__", "/")
                del file[place]
                if isinstance(value, str):
                    file.create_group(place)
                else:
                    file[place] = value
        return path

    return make


def _zarr(place: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Path], Path]:
    """Return a maker of a zarr folder one of whose descriptions is changed."""

    def make(folder: Path) -> Path:
        path = folder / "made.zarr"
        with warnings.catch_warnings(), anndata.settings.override(zarr_write_format=3):
            # only what reads the file must be quiet
            warnings.simplefilter("ignore")
            anndata.read_h5ad(write_h5ad(folder / "made.h5ad")).write_zarr(path)
        description = path / place / "zarr.json"
        about = json.loads(description.read_text(encoding="utf-8"))
        change(about)
        description.write_text(json.dumps(about), encoding="utf-8")
        return path

    return make


def _zarr_chunk(place: str, content: bytes | None) -> Callable[[Path], Path]:
    """Return a maker of a zarr folder one of whose chunks is cut or gone."""

    def make(folder: Path) -> Path:
        path = _zarr("X", lambda _: None)(folder)
        chunk = path / place
        chunk.unlink() if content is None else chunk.write_bytes(content)
        return path

    return make


def _mtx(line: str, banner: str = "integer general") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "made"
        path.mkdir()
        head = f"%%MatrixMarket matrix coordinate {banner}\n3 2 1\n"
        (path / "matrix.mtx").write_text(f"{head}{line}\n")
        (path / "features.tsv").write_text("AAG0\tAAG0\nAAG1\tAAG1\nAAG2\tAAG2\n")
        (path / "barcodes.tsv").write_text("A\nB\n")
        return path

    return make


def _text(name: str, content: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_text(content, encoding="utf-8")
        return folder / name

    return make


ONES = np.ones(N_CELLS * N_GENES - 1)
IDS = "taxon_id\tsymbol\tncbi_gene_id\tensembl_id\n"
MADE: dict[str, Callable[[Path], Path]] = {
    "row pointers with fractions": _edit(X__indptr=np.linspace(0, 29, N_CELLS + 1) + 0.5),
    "values that are texts": _edit(X__data=np.array([b"1"] * len(ONES))),
    "a value beyond all counts": _edit(X__data=ONES * 1e30),
    "values that are not numbers": _edit(X__data=ONES * np.nan),
    "a matrix that is one number": _edit(X=np.float32(1)),
    "a matrix without a space": _edit(X=h5py.Empty("f4")),
    "a matrix with three axes": _edit(X=np.ones((N_CELLS, N_GENES, 2))),
    "no cells": _edit(obs=None),
    "cells that are one number": _edit(obs=np.int64(3)),
    "a shape in words": _stated_shape("x"),
    "a negative shape": _stated_shape([-1, N_GENES]),
    "a shape of one number": _stated_shape([N_CELLS]),
    "bytes turned over at the start": _flipped(0.1),
    "bytes turned over in the middle": _flipped(0.5),
    "the end cut off": _cut,
    "a group in place of barcodes": _tenx(barcodes="group"),
    "barcodes that are no text": _tenx(barcodes=np.array([b"\xff\xfe"] * N_CELLS)),
    "barcodes that are one text": _tenx(barcodes=b"A"),
    "features of no gene": _tenx(features__feature_type=[b"Antibody"] * N_GENES),
    "a shape of one number in 10x": _tenx(shape=N_GENES),
    "a chunk of no width": _zarr(
        "X/data", lambda d: d["chunk_grid"]["configuration"].update(chunk_shape=[0])
    ),
    "a negative shape in zarr": _zarr("X/data", lambda d: d.update(shape=[-5])),
    "a huge shape in zarr": _zarr("X/data", lambda d: d.update(shape=[10**15])),
    "a type that is an object": _zarr("X/data", lambda d: d.update(data_type="object")),
    "a fill value in words": _zarr("X/data", lambda d: d.update(fill_value="evil")),
    "no type of node": _zarr("X/data", lambda d: d.pop("node_type")),
    "a codec that executes": _zarr(
        "X/data", lambda d: d.update(codecs=[{"name": "pickle"}, *d["codecs"]])
    ),
    "a chunk that is gone": _zarr_chunk("X/data/c/0", None),
    "a chunk cut off": _zarr_chunk("X/data/c/0", b"\x28\xb5"),
    "an array without its description": _zarr_chunk("X/indices/zarr.json", None),
    "an array whose description is not of zarr": _zarr_chunk("X/indptr/zarr.json", b'{"a": 1}'),
    "a hexadecimal index": _mtx("0x1 1 5"),
    "a hexadecimal value": _mtx("1 1 0x5"),
    "a missing value in mtx": _mtx("1 1 NA"),
    "an infinite value": _mtx("1 1 inf"),
    "a count of 21 digits": _mtx("1 1 99999999999999999999"),
    "an index of 30 digits": _mtx(f"{'9' * 30} 1 1"),
    "a matrix of pairs": _mtx("1 1 1 1", "complex general"),
    "a matrix without values": _mtx("1 1", "pattern general"),
    "JSON that is nested deeply": _text("deep.json", '{"graphs":' + "[" * 100_000),
    "JSON that ends early": _text("cut.json", '{"graphs": [{"nodes": ['),
    "JSON of another shape": _text("other.json", '{"graphs": 3}'),
    "ids that are numbers of a spreadsheet": _text("ids.tsv", f"{IDS}9606\tA1\t1.0\t\n"),
}


@pytest.mark.parametrize("what", MADE)
def test_made_files_end_with_a_message(
    kb: Path, tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kind of damage, made here, is refused with a message that names the file."""
    path = MADE[what](tmp_path)
    assert ingest_any(kb, path) == 1
    check_message(path, capsys.readouterr().err)


def test_a_species_of_the_file_that_is_unknown_names_the_file(
    kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown name that the file states is refused as the file's, not as the user's."""
    path = write_h5ad(tmp_path / "made.h5ad", uns={"organism": "Homo martialis"})
    assert run(kb, "cell_gene", path) == 2
    said = capsys.readouterr().err
    assert str(path) in said
    assert "Homo martialis" in said


def test_control_characters_are_shown_escaped(
    kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that would clear the screen reaches neither the terminal nor the list of lost names.

    The report and the sentence of the floor both name it.
    """
    names = ["\x1b[2Jevil", "a\x9b31m", "b\u202ec", "AAG3", "AAG4"]
    path = write_h5ad(tmp_path / "od\x1bd.h5ad", var=pd.DataFrame(index=names))
    options = ("--set", "species=human", "--set", "dataset=odd")
    assert run(kb, "cell_gene", path, *options) == 0
    assert run(kb, "cell_gene", path, *options, "--set", "min_matched=1") == 1
    said = capsys.readouterr().err
    assert "\\x1b[2Jevil" in said
    assert not {"\x1b", "\x9b", "\u202e"} & set(said)
    lost = [p.read_text(encoding="utf-8") for p in kb.glob("tables/*/genes-lost.txt")]
    assert any("\\x1b[2Jevil\tlost\na\\x9b31m\tlost\nb\\u202ec\tlost\n" in text for text in lost)
    assert not {"\x1b", "\x9b", "\u202e"} & set("".join(lost))
