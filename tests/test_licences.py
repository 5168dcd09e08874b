"""No package that orthoweave needs is under a copyleft licence that would bind its users."""

import importlib.metadata as metadata
import re
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# MPL-2.0 and LGPL bind the files of the package itself, not what uses it; the GPL family does
_COPYLEFT = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)

_FIELDS = ("License-Expression", "License", "Classifier")


def needed(extras: str) -> dict[str, metadata.Distribution]:
    """Return every installed package that orthoweave needs with some extras, by name."""
    found: dict[str, metadata.Distribution] = {}
    waiting, seen = [Requirement(f"orthoweave[{extras}]")], set[str]()
    while waiting:
        asked = waiting.pop()
        if str(asked) in seen:
            continue
        seen.add(str(asked))
        try:
            package = metadata.distribution(asked.name)
        except metadata.PackageNotFoundError:
            continue  # of another platform
        found[canonicalize_name(asked.name)] = package
        waiting += _requirements(package, asked.extras)
    return found


def _requirements(package: metadata.Distribution, extras: set[str]) -> Iterator[Requirement]:
    for text in package.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in {*extras, ""}):
            yield Requirement(str(requirement).split(";")[0])


def licences(package: metadata.Distribution) -> str:
    """Return all that the metadata of a package says of its licence."""
    said = {name: package.metadata.get_all(name) or [] for name in _FIELDS}
    # a whole licence text in this field would name others that it is compatible with
    said["License"] = [text.strip().split("\n")[0] for text in said["License"]]
    classifiers = [text for text in said.pop("Classifier") if "License" in text]
    return "; ".join([*classifiers, *(text for texts in said.values() for text in texts)])


NEEDED = needed("all")


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_no_needed_package_is_under_the_gpl(name: str) -> None:
    """The base installation and the extra `all` are free of the GPL and AGPL."""
    assert not _COPYLEFT.search(licences(NEEDED[name]))


def test_the_walk_reaches_base_extras_and_what_they_need() -> None:
    """Direct and indirect dependencies are looked at."""
    assert {"orthoweave", "duckdb", "torch", "streamlit", "openai", "sympy"} <= NEEDED.keys()
    assert len(NEEDED) > 80


def test_copyleft_is_recognised() -> None:
    """The extra for hypernetx brings igraph, which is under the GPL: that is why it is an extra."""
    package = needed("hypernetx").get("igraph")
    if package is None:
        pytest.skip("igraph is not installed")
    assert _COPYLEFT.search(licences(package))
