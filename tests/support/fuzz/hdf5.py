"""Damage the tree of an HDF5 file: groups, datasets, their types, shapes, values, attributes."""

from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from tests.support.fuzz.texts import damage_bytes

ODD: Final[tuple[Any, ...]] = (
    *(-1, 2**31, 2**63 - 1, 0.5, np.nan, np.inf, True, "", "x", "é\u202e", "a\x1b[31m", b"\xff"),
    *(np.array([1, 2]), np.array([], np.int64), np.array([[0]]), np.array(["a", "b"], "S1")),
    *(h5py.Empty("f8"), np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), 1j),
    *("csc_matrix", "csr_matrix", "categorical", "dataframe", "string-array", "array", "0.1.0"),
)
_TYPES: Final = ("f8", "f2", "i1", "u8", "i8", "?", "S3", "c8", "str", ">i4")
_NOT_HELD: Final = (ValueError, TypeError, AttributeError)
_HOW: Final = (
    *("delete", "replace", "type", "shorter", "longer", "flat", "value", "value", "value", "same"),
    *("attribute", "attribute", "attribute", "no attribute", "group", "extra", "link", "loop"),
)


def damage_hdf5(data: DataObject, path: Path) -> None:
    """Damage one to three parts of a file in place, or its bytes."""
    if data.draw(st.integers(0, 4), label="bytes") == 0:
        path.write_bytes(damage_bytes(data, path.read_bytes()))
        return
    with h5py.File(path, "r+") as file:
        for _ in range(data.draw(st.integers(1, 3), label="times")):
            names: list[str] = ["/"]
            file.visit(names.append)
            name = data.draw(st.sampled_from(names), label="object")
            how = data.draw(st.sampled_from(_HOW), label="how")
            try:
                _damage(data, file, name, how)
            except (ArithmeticError, LookupError, OSError, RuntimeError, *_NOT_HELD):
                # HDF5 cannot hold this: the next part is damaged
                continue


def _damage(data: DataObject, file: h5py.File, name: str, how: str) -> None:
    item = file[name]
    odd = data.draw(st.sampled_from(ODD), label="odd")
    if how == "attribute":
        known = [*item.attrs, "shape", "_index", "encoding-type"]
        item.attrs[data.draw(st.sampled_from(known), label="attribute")] = odd
    elif how == "no attribute":
        del item.attrs[data.draw(st.sampled_from([*item.attrs]), label="attribute")]
    elif how == "extra":
        file[f"{name}/extra"] = odd
    elif how in ("link", "loop"):
        target = h5py.SoftLink("/obs") if how == "link" else file["/"]
        file[f"{name}/{data.draw(st.sampled_from(('extra', 'X', 'raw')))}"] = target
    elif name != "/":
        attributes = dict(item.attrs)
        new = odd if how == "replace" else _changed(data, item, how, odd)
        del file[name]
        if how == "group":
            file.create_group(name)
        elif how != "delete":
            file[name] = new
        if how != "delete":
            file[name].attrs.update(attributes)


def _changed(data: DataObject, item: Any, how: str, odd: Any) -> Any:
    if how in ("delete", "group"):
        return None
    values = item[()]
    if how == "type":
        kind = data.draw(st.sampled_from(_TYPES), label="type")
        return values.astype(str).astype(object) if kind == "str" else values.astype(kind)
    if how == "shorter":
        return values[:-1]
    if how == "longer":
        return np.concatenate([values, values[:1]])
    if how == "flat":
        return values.reshape(1, *values.shape)
    at = data.draw(st.integers(0, max(len(values) - 1, 0)), label="at")
    values[at] = values[0] if how == "same" else odd
    return values
