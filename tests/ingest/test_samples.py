"""The job samples: every form, orientation and name, units, duplicated patients, wrong input."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp
from tests.support.bulk_samples import (
    ENSEMBL,
    KEYS,
    N_SAMPLES,
    SYMBOLS,
    Said,
    clinical,
    logs,
    named_genes,
    names,
    run,
    tpm,
)

from orthoweave.errors import HostileFileError, InputError, ScaleError, UnknownNameError, UsageError
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import Ingested, ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Return a knowledge base with human genes."""
    return named_genes(tmp_path_factory.mktemp("samples"))


def table(made: Ingested, name: str) -> pd.DataFrame:
    """Return a table that a job wrote."""
    return pq.read_table(made.tables.folder / f"{name}.parquet").to_pandas()


def stored(layout: Layout, made: Ingested) -> pd.DataFrame:
    """Return the values of the only matrix, samples × keys of genes."""
    (folder,) = made.tables.matrices.values()
    data = anndata.read_zarr(layout.matrices / folder)
    return pd.DataFrame(data.X.toarray(), list(data.obs_names), list(data.var["gene_curie"]))


def expected(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the values as they are stored, by the keys of the genes."""
    return frame.rename(columns=KEYS).astype(np.float32)


def csv(folder: Path, frame: pd.DataFrame, **more: Any) -> Path:
    """Write a table."""
    path = folder / "bulk.csv"
    frame.to_csv(path, **more)
    return path


def patients(folder: Path, frame: pd.DataFrame | None = None) -> Path:
    """Write a clinical table."""
    path = folder / "clinical.tsv"
    (clinical() if frame is None else frame).to_csv(path, sep="\t", index=False)
    return path


def gct(folder: Path, frame: pd.DataFrame) -> Path:
    """Write a GCT file."""
    turned = frame.T
    turned.insert(0, "Description", "na")
    path = folder / "bulk.gct"
    text = turned.to_csv(sep="\t", index_label="Name")
    path.write_text(f"#1.2\n{len(turned)}\t{len(frame)}\n{text}")
    return path


def parquet(folder: Path, frame: pd.DataFrame) -> Path:
    """Write a Parquet file of genes × samples."""
    frame.T.to_parquet(folder / "bulk.parquet")
    return folder / "bulk.parquet"


def h5ad(folder: Path, frame: pd.DataFrame) -> Path:
    """Write an AnnData file."""
    made = anndata.AnnData(
        sp.csr_matrix(frame.to_numpy(np.float32)),
        pd.DataFrame(index=list(frame.index)),
        pd.DataFrame(index=list(frame.columns)),
    )
    made.write_h5ad(folder / "bulk.h5ad")
    return folder / "bulk.h5ad"


FORMS: dict[str, Callable[[Path, pd.DataFrame], Path]] = {
    "samples × genes in CSV": csv,
    "genes × samples in TSV": lambda folder, frame: csv(folder, frame.T, sep="\t"),
    "GCT": gct,
    "Parquet": parquet,
    "AnnData": h5ad,
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_dataset(layout: Layout, tmp_path: Path, form: str) -> None:
    """Values, samples, groups and follow-up are those of pandas; a note tells the sides."""
    said = Said()
    path = FORMS[form](tmp_path, tpm())
    made = run(layout, path, said, scale="tpm", clinical=patients(tmp_path), endpoint="death")
    assert np.allclose(stored(layout, made), expected(tpm()), rtol=1e-6)
    assert list(stored(layout, made)) == list(KEYS.values())
    cells = table(made, "Cell")
    assert cells["barcode"].tolist() == names()
    assert set(cells["kind"]) == {"sample"}
    assert cells["author_label"].tolist() == clinical()["disease"].tolist()
    assert cells["patient"].tolist() == [f"bulk:{name}" for name in names()]
    facts = [json.loads(text) for text in cells["metadata"]]
    assert [row["age"] for row in facts] == clinical()["age"].tolist()
    assert all(row.keys() == {"age", "disease"} for row in facts)
    assert "HAS_TYPE" not in made.tables.counts
    assert form == "AnnData" or said.has("rows are genes") or said.has("columns are genes")


def test_follow_up_is_in_months(layout: Layout, tmp_path: Path) -> None:
    """Days become months of a year of 365.25 days, statuses events, and a note tells both."""
    said = Said()
    path = csv(tmp_path, tpm())
    made = run(layout, path, said, scale="tpm", clinical=patients(tmp_path), endpoint="death")
    rows = table(made, "FOLLOWED_IN")
    assert np.allclose(rows["months"], clinical()["os_days"] / 365.25 * 12)
    assert rows["event"].tolist() == (clinical()["os_status"] == "1:DECEASED").tolist()
    assert set(rows["endpoint"]) == {"death"}
    assert set(rows["unit"]) == {"days"}
    n_events = int((clinical()["os_status"] == "1:DECEASED").sum())
    assert said.has(
        f"'os_days' in days and 'os_status'; 40 of 40 samples have both, with {n_events}"
    )
    assert said.has("groups by 'disease': 'islet tumour' 20, 'duct tumour' 20")


@pytest.mark.parametrize("ids", [ENSEMBL, {name: key[9:] for name, key in KEYS.items()}])
def test_genes_by_other_ids(layout: Layout, tmp_path: Path, ids: dict[str, str]) -> None:
    """Ensembl ids with versions and NCBI ids are the same genes as symbols."""
    made = run(layout, csv(tmp_path, tpm().rename(columns=ids)), scale="tpm", rows="samples")
    assert list(stored(layout, made)) == list(KEYS.values())


def test_columns_of_unusual_names_are_taken_as_the_message_says(
    layout: Layout, tmp_path: Path
) -> None:
    """Names of samples, groups, time, event and its unit, by the options that messages name."""
    unusual = {"patient_id": "who", "disease": "arm", "os_days": "t", "os_status": "e"}
    facts = clinical().rename(columns=unusual).assign(e=lambda frame: frame["e"].str[0])
    facts.insert(0, "row", [f"r{at}" for at in range(N_SAMPLES)])
    path, said = csv(tmp_path, tpm()), Said()
    given = {"scale": "tpm", "clinical": patients(tmp_path, facts)}
    with pytest.raises(InputError, match=r"column 'row' has names such as 'r0'.*--set id_column="):
        run(layout, path, **given)
    given |= {"id_column": "who"}
    run(layout, path, said, **given)
    assert said.has("--set group_column=")
    assert said.has("--set time_column= and --set event_column=")
    given |= {"group_column": "arm", "time_column": "t", "event_column": "e"}
    with pytest.raises(UsageError, match="--set time_unit="):
        run(layout, path, **given)
    given |= {"time_unit": "days", "event_value": "0"}
    made = run(layout, path, **given)
    rows = table(made, "FOLLOWED_IN")
    assert np.allclose(rows["months"], clinical()["os_days"] * 12 / 365.25)
    assert rows["event"].tolist() == (clinical()["os_status"] == "0:LIVING").tolist()
    assert table(made, "Cell")["author_label"].tolist() == clinical()["disease"].tolist()


def test_what_has_no_counterpart_is_counted(layout: Layout, tmp_path: Path) -> None:
    """Samples without a clinical row, and rows without a sample, stand in a note."""
    said = Said()
    other = clinical().iloc[[0]].assign(patient_id="P9-99")
    table_of = pd.concat([clinical().iloc[5:], other])
    path = csv(tmp_path, tpm())
    made = run(layout, path, said, scale="tpm", clinical=patients(tmp_path, table_of))
    assert said.has("35 of 40 samples have a row, 5 have none; rows that are of no sample here: 1")
    assert made.tables.counts["Cell"] == N_SAMPLES
    assert made.tables.counts["FOLLOWED_IN"] == N_SAMPLES - 5


def test_floors_are_zeros(layout: Layout, tmp_path: Path) -> None:
    """log2(TPM + 0.001) is stored as log2(TPM + 1) with its zeros, whatever it was rounded to."""
    said = Said()
    floored = logs(tpm(), 0.001).astype(np.float16).astype(float).round(2)
    made = run(layout, csv(tmp_path, floored), said, scale="log2_tpm", top_genes=3)
    found = stored(layout, made)
    n_zero = int((tpm() == 0).to_numpy().sum())
    assert ((found == 0).to_numpy() == (tpm() == 0).to_numpy()).all()
    assert np.abs(found.to_numpy() - logs(tpm()).to_numpy()).max() < 0.02
    assert said.has(f"log2_tpm: {n_zero} of 400 values")
    assert said.has("lie on -9.966, the logarithm of 0.001")
    assert table(made, "Dataset")["scale"].tolist() == ["log2_tpm"]


def test_duplicated_patients_are_refused_or_averaged(layout: Layout, tmp_path: Path) -> None:
    """Two samples of one name are refused; where asked, their logarithms are averaged."""
    values = logs(tpm())
    twice = pd.concat([values, values.iloc[[3]] + 1.0])
    path, facts = csv(tmp_path, twice), patients(tmp_path)
    with pytest.raises(InputError, match=r"1 patients have several samples, such as 'P0-03'"):
        run(layout, path, scale="log2_tpm", clinical=facts)
    said = Said()
    made = run(layout, path, said, scale="log2_counts", clinical=facts, patients="mean")
    wanted = values.copy()
    wanted.iloc[3] += 0.5
    assert np.allclose(stored(layout, made), expected(wanted), atol=1e-5)
    assert said.has("which were averaged: 'P0-03'")
    assert made.tables.counts["FOLLOWED_IN"] == N_SAMPLES


def test_several_samples_of_a_patient(layout: Layout, tmp_path: Path) -> None:
    """Samples with names of their own may stay separate, each with its patient's key."""
    facts = clinical().assign(sample=[f"S{at}" for at in range(N_SAMPLES)])
    facts.loc[1, ["patient_id", "os_days", "os_status"]] = facts.loc[
        0, ["patient_id", "os_days", "os_status"]
    ]
    path = csv(tmp_path, logs(tpm()).set_axis(facts["sample"]))
    said, given = Said(), {"scale": "log2_tpm", "clinical": patients(tmp_path, facts)}
    with pytest.raises(InputError, match="several samples"):
        run(layout, path, **given)
    made = run(layout, path, patients="separate", **given)
    assert table(made, "Cell")["patient"].value_counts()["bulk:P0-00"] == 2
    made = run(layout, path, said, patients="mean", **given)
    assert made.tables.counts["Cell"] == N_SAMPLES - 1
    assert said.has("their samples differ in 'disease', 'age'")
    facts.loc[1, "os_days"] = 5
    given["clinical"] = patients(tmp_path, facts)
    with pytest.raises(InputError, match="differ in 'os_days'"):
        run(layout, path, patients="mean", **given)


def test_probes_with_a_map(layout: Layout, tmp_path: Path) -> None:
    """Probes get their genes; two of one gene are averaged where asked; the others are counted."""
    values = logs(tpm(), 50)
    probes = [f"{2000 + at}_s_at" for at in range(len(SYMBOLS))]
    genes = ["INS", "INS", "SST", "PPY /// GCG", "---", *SYMBOLS[5:]]
    mapped = pd.DataFrame({"ID": probes, "Gene Symbol": genes})
    mapped.to_csv(tmp_path / "map.tsv", sep="\t", index=False)
    path = csv(tmp_path, values.set_axis([f"X{probe}" for probe in probes], axis=1).T)
    given = {"scale": "log2_intensity", "gene_map": tmp_path / "map.tsv"}
    with pytest.raises(InputError, match=r"1 gene ids stand for several columns.*duplicates=mean"):
        run(layout, path, **given)
    said = Said()
    made = run(layout, path, said, duplicates="mean", **given)
    found = stored(layout, made)
    assert np.allclose(found[KEYS["INS"]], values[["INS", "GCG"]].mean(axis=1), atol=1e-5)
    assert np.allclose(found[KEYS["SST"]], values["SST"], atol=1e-5)
    assert said.has("8 of 10 probes have one gene (7 genes); left out: 1 without a gene, 1 with")
    assert made.tables.counts.get("EXPRESSES", 0) == 0
    assert table(made, "MEASURED_IN")["fraction"].isna().all()


WRONG: dict[str, tuple[type[Exception], str, Callable[[], pd.DataFrame], dict[str, Any]]] = {
    "counts without a scale": (ScaleError, "expected raw counts", tpm, {}),
    "TPM as logarithms": (ScaleError, "too large for logarithms", tpm, {"scale": "log2_tpm"}),
    "counts as logarithms": (
        ScaleError,
        "whole numbers",
        lambda: logs(tpm()).round(),
        {"scale": "log2_tpm"},
    ),
    "z-scores as logarithms": (
        ScaleError,
        "smallest value is .*--set scale=zscore.*--set offset=NUMBER",
        lambda: tpm().rank() / 10 - 2,
        {"scale": "log2_tpm"},
    ),
    "z-scores as intensities": (
        ScaleError,
        "50% of the values are negative",
        lambda: (tpm().rank() - 20.5) / 10,
        {"scale": "log2_intensity"},
    ),
    "logarithms as z-scores": (
        ScaleError,
        "no value is negative",
        lambda: logs(tpm()),
        {"scale": "zscore"},
    ),
    "values that are not finite": (
        ScaleError,
        "not finite",
        lambda: tpm().replace(0, np.inf),
        {"scale": "tpm"},
    ),
    "missing values": (
        InputError,
        "expected a number",
        lambda: tpm().replace(0, np.nan),
        {"scale": "tpm"},
    ),
    "an offset of linear values": (
        UsageError,
        "only logarithms have an offset",
        tpm,
        {"scale": "tpm", "offset": 0.5},
    ),
    "an offset below zero": (
        UsageError,
        "expected a number above zero",
        lambda: logs(tpm()),
        {"scale": "log2_tpm", "offset": -1},
    ),
    "a floor above some values": (
        ScaleError,
        "the smallest value is -9.966",
        lambda: logs(tpm(), 0.001),
        {"scale": "log2_tpm", "offset": 0.01},
    ),
    "genes that nobody knows": (
        InputError,
        "0 of 10 columns name a gene",
        lambda: tpm().set_axis([f"probe{at}" for at in range(10)], axis=1),
        {"scale": "tpm", "rows": "samples"},
    ),
    "two columns of a gene": (
        InputError,
        "stand for several columns",
        lambda: pd.concat([tpm(), tpm()[["INS"]]], axis=1),
        {"scale": "tpm"},
    ),
    "a sum of logarithms": (
        UsageError,
        "a sum of logarithms",
        lambda: logs(tpm()),
        {"scale": "log2_tpm", "duplicates": "sum"},
    ),
    "a mean of counts": (
        UsageError,
        "the mean of counts is not a count",
        tpm,
        {"duplicates": "mean"},
    ),
    "a scale of nobody": (UsageError, "log2_cpm", tpm, {"scale": "log2_cpm"}),
    "a column of nobody": (
        UnknownNameError,
        "no column 'stage'",
        tpm,
        {"scale": "tpm", "group_column": "stage"},
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_refused(layout: Layout, tmp_path: Path, case: str) -> None:
    """Each with a sentence on what was found and what to do, and nothing is written."""
    kind, message, values, options = WRONG[case]
    with pytest.raises(kind, match=message):
        run(layout, csv(tmp_path, values()), dataset="wrong", **options)


def test_hostile_files_are_refused(layout: Layout, tmp_path: Path) -> None:
    """A link, and a pickle named as a table, are not read."""
    (tmp_path / "a.parquet").write_bytes(b"\x80\x04cos\nsystem\n.")
    with pytest.raises(InputError, match="pickle, which is never read"):
        run(layout, tmp_path / "a.parquet", scale="tpm")
    (tmp_path / "b.csv").write_text("=cmd|' /C calc'!A0,INS\n")
    with pytest.raises(InputError):
        run(layout, tmp_path / "b.csv", scale="tpm")
    facts = tmp_path / "facts.tsv"
    facts.write_bytes(b"patient_id\tage\nP0-00\t\0\n")
    with pytest.raises((InputError, HostileFileError), match="NUL bytes"):
        run(layout, csv(tmp_path, tpm()), scale="tpm", clinical=facts)


def test_counts_of_samples_are_counts(layout: Layout, tmp_path: Path) -> None:
    """Whole numbers need no scale, and expected counts are rounded where asked."""
    depth = np.random.default_rng(5).uniform(0.5, 2, (N_SAMPLES, 1))
    counts = (tpm() * depth / 100).round()
    made = run(layout, csv(tmp_path, counts))
    assert table(made, "Dataset")["scale"].tolist() == ["counts"]
    assert table(made, "Cell")["total_count"].tolist() == counts.sum(axis=1).tolist()
    made = run(layout, csv(tmp_path, counts + 0.01), round="true")
    assert np.array_equal(stored(layout, made), counts)


def test_the_same_input_gives_the_same_bytes(layout: Layout, tmp_path: Path) -> None:
    """Ingesting twice changes nothing."""
    given = {"scale": "tpm", "clinical": patients(tmp_path), "dataset": "again"}
    first = run(layout, csv(tmp_path, tpm()), **given)
    second = run(layout, csv(tmp_path, tpm()), version="2", **given)
    for name in ("Cell", "FOLLOWED_IN", "MEASURED_IN"):
        drop = ["source", "source_version"]
        one, two = (
            table(made, name).drop(columns=drop, errors="ignore") for made in (first, second)
        )
        assert one.equals(two)


@pytest.fixture(scope="module")
def genes(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Layout:
    """Return a knowledge base with all human genes."""
    layout = Layout(tmp_path_factory.mktemp("real") / "kb")
    found = find_job(Settings(kb=layout.root), "gene_descriptions")
    given = {"species": "human"}
    ingest(layout, found, [real_data / "gene_info" / "human.tsv.gz"], given, Quiet())
    return layout


def test_three_cancers(genes: Layout, tmp_path: Path, real_data: Path) -> None:
    """Floors are zeros, three patients are averaged, and pandas has the same values."""
    folder, said = real_data / "tcga_three_types_tpm", Said()
    held = np.load(folder / "expression_log2tpm.npz")
    values = pd.DataFrame(held["X"].astype(float), held["case_id"], held["genes"]).round(2)
    path = csv(tmp_path, values)
    given = {"scale": "log2_tpm", "clinical": folder / "clinical.tsv.gz", "dataset": "tcga"}
    with pytest.raises(InputError, match="3 patients have several samples"):
        run(genes, path, **given)
    made = run(genes, path, said, patients="mean", **given)
    assert said.has("99,199 of 1,602,232 values (6.2%) lie on -9.966")
    assert said.has("973 of 1,013 samples have both, with 334 events")
    linear = values.where(values > -9.96).rpow(2).sub(0.001).fillna(0).clip(lower=0)
    wanted = logs(linear).groupby(level=0, sort=False).mean()
    found = stored(genes, made)
    by_symbol = dict(zip(table(made, "Gene")["id"], table(made, "Gene")["symbol"], strict=True))
    found = found.loc[:, [key is not None for key in found.columns]].rename(columns=by_symbol)
    shared = [name for name in found.columns if name in wanted]
    assert len(shared) > 1_500
    assert (found[shared] - wanted.loc[found.index, shared]).abs().to_numpy().max() < 1e-4


def test_eleven_cancers(genes: Layout, tmp_path: Path, real_data: Path) -> None:
    """z-scores of 4,844 patients come as Parquet, with 1,501 deaths."""
    folder, said = real_data / "tcga_pancancer", Said()
    held = np.load(folder / "expression_zscores.npz")
    values = pd.DataFrame(held["X"].astype(np.float32), held["case_id"], held["genes"])
    facts = folder / "clinical.tsv.gz"
    made = run(genes, parquet(tmp_path, values), said, scale="zscore", clinical=facts)
    assert made.tables.counts["FOLLOWED_IN"] == 4_844
    assert table(made, "FOLLOWED_IN")["event"].sum() == 1_501
    assert said.has("and 6 more")


def test_a_microarray(genes: Layout, tmp_path: Path, real_data: Path) -> None:
    """Probes need a map, days their unit; metastases are those of the file."""
    path = real_data / "survival_gse7390" / "gse7390_metastasis.tsv.gz"
    whole = pd.read_csv(path, sep="\t")
    whole.insert(0, "sample", [f"GSM{at}" for at in range(len(whole))])
    probes = [str(name) for name in whole if str(name)[:1] == "X"]
    matrix = csv(tmp_path, whole.set_index("sample")[probes].T)
    facts = patients(tmp_path, whole.drop(columns=probes))
    text = "probe,symbol\n206295_at,IL18\n201091_s_at,CBX3\n204015_s_at,DUSP4\n"
    (tmp_path / "map.csv").write_text(text)
    given = {"scale": "log2_intensity", "clinical": facts, "gene_map": tmp_path / "map.csv"}
    with pytest.raises(UsageError, match=r"'t.tdm' does not say its unit"):
        run(genes, matrix, rows="genes", **given)
    made = run(genes, matrix, rows="genes", time_unit="days", **given)
    rows = table(made, "FOLLOWED_IN")
    assert np.allclose(rows["months"] * 365.25 / 12, whole["t.tdm"])
    assert rows["event"].sum() == whole["e.tdm"].sum() == 51
    assert np.allclose(stored(genes, made).to_numpy()[:, 0], whole["X206295_at"], atol=1e-5)
