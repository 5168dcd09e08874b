"""Arrow columns of few distinct values, each stored once."""

import numpy as np
import pyarrow as pa


def encoded(indices: np.ndarray, values: pa.Array) -> pa.DictionaryArray:
    """Return a column of ``values[indices]``."""
    return pa.DictionaryArray.from_arrays(pa.array(indices.astype(np.int32, copy=False)), values)


def repeated(value: str, n_rows: int) -> pa.DictionaryArray:
    """Return a column that holds `value` in all of `n_rows` rows."""
    return encoded(np.zeros(n_rows, np.int32), pa.array([value]))
