"""Maps of a dataset's cells in two dimensions: UMAP of components, or the first two of these.

Components are those of expression, or those of vectors of the cells in a space.

UMAP: McInnes, Healy and Melville 2018, doi:10.48550/arXiv.1802.03426. A map is an illustration:
distances between groups and the sizes of groups mean little.
"""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.ids import cell_key
from orthoweave.numerics.expression import TARGET
from orthoweave.questions.answer import Answer
from orthoweave.questions.session import Session
from orthoweave.scales import COUNTS
from orthoweave.search.cell_sample import CellSample
from orthoweave.search.spaces import open_spaces
from orthoweave.storage.durable import pending_file
from orthoweave.storage.manifest import vectors_folder
from orthoweave.vectors.faiss_index import INDEX_FILE

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
    return _kept(
        cache / f"map-{matrix}-{len(sample.cells)}-{method}-{seed}.npy",
        lambda: _placed(principal_components(sample, _wanted(method)), method, seed),
    )


def map_in_space(
    session: Session, sample: CellSample, space: str, *, method: Method = "umap", seed: int = 0
) -> np.ndarray:
    """Return the places of the cells of a sample by their vectors in a space of cells.

    Vectors are compared by direction, as a search compares them. They are kept as by `map_of`.

    Returns
    -------
    np.ndarray
        Shape ``(n_here, 2)``, without unit; NaN for a cell without a vector.

    Raises
    ------
    UnknownNameError, UsageError
        If the build has no such space, it is not of cells, or no cell has a vector in it.
    MissingExtraError
        If `method` is ``umap`` and umap-learn is not installed.
    """
    index = open_spaces(session).index(space, "Cell")
    keys = np.array([cell_key(sample.dataset, name) for name in sample.barcodes], object)
    there = np.array([key in index.rows for key in keys], bool)
    if not there.any():
        message = (
            f"space {space!r} has no vector of a cell of {sample.dataset!r}: its cells are such "
            f"as {index.ids[0]!r}"
        )
        raise UsageError(message)
    digest = session.manifest.files[f"{vectors_folder(space)}/{INDEX_FILE}"]["sha256"]

    def make() -> np.ndarray:
        vectors = index.vectors_of(keys[there].tolist()).astype(np.float64)
        components = _leading(vectors - vectors.mean(axis=0), _wanted(method))
        places = np.full((len(keys), 2), np.nan, np.float32)
        places[there] = _placed(components, method, seed)
        return places

    name = f"map-{digest[:16]}-{sample.dataset}-{len(keys)}-{method}-{seed}.npy"
    return _kept(session.layout.scratch() / name, make)


def _kept(path: Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    if path.is_file():
        kept: np.ndarray = np.load(path, allow_pickle=False)
        return kept
    places = make()
    with pending_file(path) as pending, pending.open("wb") as stream:
        np.save(stream, places, allow_pickle=False)
    return places


def _wanted(method: Method) -> int:
    return 2 if method == "pca" else _COMPONENTS


def _placed(components: np.ndarray, method: Method, seed: int) -> np.ndarray:
    return components if method == "pca" else _umap(components, seed)


def principal_components(sample: CellSample, count: int) -> np.ndarray:
    """Return the components of the cells, shape ``(n_here, count)``, float32.

    They are those of the most variable genes: log1p of counts per 10 000, or values as they were
    normalised before, centred by gene and not scaled. The largest loading of each component is
    positive, so that signs do not depend on the machine.
    """
    return _leading(_variable_genes(sample), count)


def _leading(dense: np.ndarray, count: int) -> np.ndarray:
    """Return the principal components of centred rows, shape ``(n_here, count)``, float32."""
    n_cells, n_columns = dense.shape
    components = np.zeros((n_cells, count), np.float32)
    if min(n_cells, n_columns) == 0:
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
        # from_pandas: a cell without a place has null, not NaN
        "x": pa.array(places[:, 0].astype(np.float64), from_pandas=True),
        "y": pa.array(places[:, 1].astype(np.float64), from_pandas=True),
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
