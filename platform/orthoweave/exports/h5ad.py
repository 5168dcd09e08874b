"""Export datasets as AnnData files, one for each, with the results of runs in them."""

from collections.abc import Sequence
from pathlib import Path

from orthoweave.errors import UsageError
from orthoweave.exports.source import ExportSource
from orthoweave.scales import COUNTS
from orthoweave.views.reading.anndata_runs import UNS, read_anndata

ALL_RUNS = "all"
"""Name that stands for every run that has something on a dataset."""


def write_h5ad(
    source: ExportSource, folder: Path, datasets: Sequence[str], runs: Sequence[str]
) -> None:
    """Write ``DATASET.h5ad`` for each dataset, with counts in `X` where it has counts.

    Parameters
    ----------
    datasets
        All of the build if empty.
    runs
        Names or keys of runs, or `ALL_RUNS`.

    Raises
    ------
    UnknownNameError
        If a dataset or run does not exist, or a run has nothing on a dataset.
    UsageError
        If runs are named without the dataset, or the build has no dataset.
    """
    every = ALL_RUNS in runs
    if runs and not every and not datasets:
        message = f"runs {', '.join(runs)}: expected the dataset that they are of (--dataset NAME)"
        raise UsageError(message)
    published = source.published
    chosen = list(datasets) or sorted(published.manifest.matrices)
    if not chosen:
        message = f"build {published.manifest.build} has no dataset to write as h5ad"
        raise UsageError(message)
    keys = {one.name: f"source:{one.name}@{one.version}" for one in published.manifest.sources}
    for dataset in dict.fromkeys(chosen):
        counts = published.stored_scale(dataset) == COUNTS
        data = read_anndata(published, dataset, counts=counts, runs=every or runs)
        data.write_h5ad(folder / f"{dataset}.h5ad", compression="gzip")
        source.rows[f"cells of {dataset}"] = data.n_obs
        [key] = published.table("Dataset", ["source"], [("id", "=", dataset)])["source"].to_pylist()
        source.sources[key] += data.n_obs
        for run in data.uns.get(UNS, {"runs": {}})["runs"]:
            source.sources[keys[run]] += data.n_obs
