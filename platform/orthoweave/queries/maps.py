"""Maps of a dataset's cells in two dimensions: UMAP of principal components, or those themselves.

UMAP is that of McInnes, Healy and Melville 2018, doi:10.48550/arXiv.1802.03426. A map is for
looking: distances between groups and sizes of groups in it mean little.
"""

import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Protocol

import numpy as np
import pyarrow as pa

from orthoweave.data.expression import TARGET
from orthoweave.errors import MissingExtraError
from orthoweave.ids import cell_key
from orthoweave.queries.answer import Answer
from orthoweave.queries.cell_sample import CellSample
from orthoweave.tables.durable import pending_file
from orthoweave.tables.manifest import Manifest

Method = Literal["umap", "pca"]

_GENES: Final = 2000
_COMPONENTS: Final = 30
_NEIGHBOURS: Final = 15


class Built(Protocol):
    """What names the build that a map was made of."""

    @property
    def manifest(self) -> Manifest:
        """Its manifest."""


def map_of(
    sample: CellSample, cache: Path, matrix: str, *, method: Method = "umap", seed: int = 0
) -> np.ndarray:
    """Places of the cells of a sample, shape ``(n_here, 2)``, no unit; kept below `cache`.

    Parameters
    ----------
    matrix
        Name of the matrix folder: what it holds never changes.

    Raises
    ------
    MissingExtraError
        If `method` is ``umap`` and umap-learn is not installed.
    """
    path = cache / f"map-{matrix}-{len(sample.cells)}-{method}-{seed}.npy"
    if path.is_file():
        found: np.ndarray = np.load(path, allow_pickle=False)
        return found
    components = principal_components(sample, 2 if method == "pca" else _COMPONENTS)
    places = components if method == "pca" else _umap(components, seed)
    with pending_file(path) as pending, pending.open("wb") as stream:
        np.save(stream, places, allow_pickle=False)
    return places


def principal_components(sample: CellSample, count: int) -> np.ndarray:
    """Components of the cells over the most variable genes, shape ``(n_here, count)``, float32.

    Values are log1p of counts per 10 000, centred by gene and not scaled. The sign of a component
    is such that its largest loading is positive, so that it does not depend on the machine.
    """
    dense = _variable_genes(sample)
    n_cells, n_genes = dense.shape
    found = np.zeros((n_cells, count), np.float32)
    if min(n_cells, n_genes) == 0:
        return found
    _, vectors = np.linalg.eigh(dense.T @ dense)
    leading = vectors[:, ::-1][:, :count]
    largest = np.abs(leading).argmax(axis=0)
    leading = leading * np.sign(leading[largest, np.arange(leading.shape[1])])
    found[:, : leading.shape[1]] = dense @ leading
    return found


def _variable_genes(sample: CellSample) -> np.ndarray:
    """Centred values of the genes that vary most, shape ``(n_here, at most 2000)``."""
    logs = sample.counts.astype(np.float64)
    factor = TARGET / np.maximum(sample.totals, 1)
    logs.data = np.log1p(logs.data * factor[logs.indices])
    n_cells = max(logs.shape[0], 1)
    mean = np.asarray(logs.sum(axis=0)).ravel() / n_cells
    variance = np.asarray(logs.multiply(logs).sum(axis=0)).ravel() / n_cells - mean**2
    chosen = np.sort(np.argsort(-variance, kind="stable")[:_GENES])
    chosen = chosen[variance[chosen] > 0]
    dense: np.ndarray = logs[:, chosen].toarray() - mean[chosen]
    return dense


def _umap(components: np.ndarray, seed: int) -> np.ndarray:
    try:
        with warnings.catch_warnings():
            # it says what it cannot do without TensorFlow, which nobody asked for
            warnings.simplefilter("ignore")
            from umap import UMAP
    except ImportError:
        message = "UMAP needs umap-learn: install orthoweave[ui], or draw the map with method pca"
        raise MissingExtraError(message) from None
    if len(components) <= _NEIGHBOURS + 1:
        return components[:, :2].copy()
    model = UMAP(
        n_neighbors=_NEIGHBOURS, min_dist=0.3, init="pca", random_state=seed, n_jobs=1,
        low_memory=True,
    )  # fmt: skip
    return np.asarray(model.fit_transform(components), dtype=np.float32)


def map_table(
    kb: Built, sample: CellSample, places: np.ndarray, title: str,
    values: Sequence[object] | np.ndarray,
) -> Answer:  # fmt: skip
    """Give the numbers behind a map: each cell with its place and what it is coloured by.

    Parameters
    ----------
    values
        One for each cell, or none at all.
    """
    columns = {
        "cell": pa.array([cell_key(sample.dataset, name) for name in sample.barcodes], pa.string()),
        "x": pa.array(places[:, 0].astype(np.float64)),
        "y": pa.array(places[:, 1].astype(np.float64)),
    }
    if len(values):
        columns["value"] = pa.array(values)
    note = sample.note()
    provenance = {
        "build": kb.manifest.build,
        "query": f"map of {sample.dataset}, value: {title}",
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return Answer(pa.table(columns), f"Map of {sample.dataset} by {title}",
                  notes=(note,) if note else (), provenance=provenance)  # fmt: skip
