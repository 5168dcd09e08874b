"""Damage JSON: a part goes, becomes something else, or stands in the wrong place."""

import copy
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DataObject

ODD: Final[tuple[Any, ...]] = (
    *(None, True, 0, -1, 2**31, 2**63, 10**400, 0.5, float("nan"), float("inf"), "", "x"),
    *(
        "\ud800",
        "\x00",
        "\x1b[31m",
        "../../etc/passwd",
        "1" * 5000,
        [],
        {},
        [[]],
        {"a": {}},
        [None],
    ),
)


def damage_tree(data: DataObject, tree: Any) -> Any:
    """Return a copy of a JSON value with one part of it damaged."""
    whole = {"": copy.deepcopy(tree)}
    places = list(_places(whole))
    holder, key = data.draw(st.sampled_from(places), label="place")
    how = data.draw(
        st.sampled_from(("odd", "odd", "delete", "wrap", "swap", "rename")), label="how"
    )
    if how == "odd":
        holder[key] = data.draw(st.sampled_from(ODD), label="odd")
    elif how == "delete" and key != "":
        del holder[key]
    elif how == "wrap":
        holder[key] = [holder[key]]
    elif how == "swap":
        other_holder, other = data.draw(st.sampled_from(places), label="other")
        holder[key] = copy.deepcopy(other_holder[other])
    elif isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)
    return whole.get("", whole.get("x"))


def _places(holder: Any) -> Any:
    keys = range(len(holder)) if isinstance(holder, list) else list(holder)
    for key in keys:
        yield holder, key
        if isinstance(holder[key], dict | list):
            yield from _places(holder[key])
