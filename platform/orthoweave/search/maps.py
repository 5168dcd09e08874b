"""Maps of a dataset's cells in two dimensions: UMAP of principal components, or the first two.

UMAP: McInnes, Healy and Melville 2018, doi:10.48550/arXiv.1802.03426. A map is an illustration:
distances between groups and the sizes of groups mean little.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from orthoweave.errors import MissingExtraError
from orthoweave.ids import cell_key
from orthoweave.numerics.expression import TARGET
from orthoweave.questions.answer import Answer
from orthoweave.questions.session import Session
from orthoweave.scales import COUNTS
from orthoweave.search.cell_sample import CellSample
from orthoweave.storage.durable import pending_file

Method = Literal["umap", "pca"]

_GENES: Final = 2000
_COMPONENTS: Final = 30
_NEIGHBOURS: Final = 15


def map_of(
    sample: CellSample, cache: Path, matrix: str, *, method: Method = "umap", seed: int = 0
) -> np.ndarray:
    """Return the places of the cells of a sample, shape ``(n_here, 2)``, without unit.

    They are kept in the folder `cache`.

    Parameters
    ----------
    matrix
        Name of the matrix folder, whose content never changes.

    Raises
    ------
    MissingExtraError
        If `method` is ``umap`` and umap-learn is not installed.
    """
    path = cache / f"map-{matrix}-{len(sample.cells)}-{method}-{seed}.npy"
    if path.is_file():
        kept: np.ndarray = np.load(path, allow_pickle=False)
        return kept
    components = principal_components(sample, 2 if method == "pca" else _COMPONENTS)
    places = components if method == "pca" else _umap(components, seed)
    with pending_file(path) as pending, pending.open("wb") as stream:
        np.save(stream, places, allow_pickle=False)
    return places


def principal_components(sample: CellSample, count: int) -> np.ndarray:
    """Return the components of the cells, shape ``(n_here, count)``, float32.

    They are those of the most variable genes: log1p of counts per 10 000, or values as they were
    normalised before, centred by gene and not scaled. The largest loading of each component is
    positive, so that signs do not depend on the machine.
    """
    dense = _variable_genes(sample)
    n_cells, n_genes = dense.shape
    components = np.zeros((n_cells, count), np.float32)
    if min(n_cells, n_genes) == 0:
        return components
    _, vectors = np.linalg.eigh(dense.T @ dense)
    leading = vectors[:, ::-1][:, :count]
    largest = np.abs(leading).argmax(axis=0)
    leading = leading * np.sign(leading[largest, np.arange(leading.shape[1])])
    components[:, : leading.shape[1]] = dense @ leading
    return components


def _variable_genes(sample: CellSample) -> np.ndarray:
    """Return the centred values of the genes that vary most, shape ``(n_here, at most 2000)``."""
    logs = sample.counts.astype(np.float64)
    if sample.scale == COUNTS:
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
            # it warns of a part that needs TensorFlow, which is not used here
            warnings.simplefilter("ignore")
            from umap import UMAP
    except ImportError:
        message = "UMAP needs umap-learn: install orthoweave[ui], or draw the map with method pca"
        raise MissingExtraError(message) from None
    if len(components) <= _NEIGHBOURS + 1:
        return components[:, :2].copy()
    model = UMAP(
        n_neighbors=_NEIGHBOURS,
        min_dist=0.3,
        init="pca",
        random_state=seed,
        n_jobs=1,
        low_memory=True,
    )
    return np.asarray(model.fit_transform(components), dtype=np.float32)


def map_table(
    session: Session,
    sample: CellSample,
    places: np.ndarray,
    title: str,
    values: Sequence[object] | np.ndarray,
) -> Answer:
    """Return the numbers behind a map: each cell with its place and the value that colours it.

    Parameters
    ----------
    values
        A value for each cell, or none.
    """
    columns = {
        "cell": pa.array([cell_key(sample.dataset, name) for name in sample.barcodes], pa.string()),
        "x": pa.array(places[:, 0].astype(np.float64)),
        "y": pa.array(places[:, 1].astype(np.float64)),
    }
    if len(values):
        columns["value"] = pa.array(values)
    note = sample.note()
    asked = {"dataset": sample.dataset, "value": title}
    return session.answer(
        pa.table(columns),
        f"Map of {sample.dataset} by {title}",
        "map",
        asked,
        (note,) if note else (),
    )
