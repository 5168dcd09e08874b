"""Species by name: a bundled table, and a user's own rows.

The file that ``ORTHOWEAVE_SPECIES`` names adds species, or replaces known ones: a row replaces that
with the same taxon id.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from orthoweave.errors import PluginError, UnknownNameError, UsageError
from orthoweave.plugins import declared, load

VARIABLE: Final = "ORTHOWEAVE_SPECIES"
_BUNDLED: Final = Path(__file__).with_name("species.toml")
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Species:
    """A species by its NCBI Taxonomy id, scientific and common name."""

    taxon: int
    scientific: str
    common: str
    authority: str = ""
    """CURIE prefix of the nomenclature authority's gene ids."""
    ensembl: str = ""
    """Prefix of Ensembl gene ids of this species; model organisms keep their own ids."""
    synonyms: tuple[str, ...] = ()
    """Further names, in any case."""
    taxa: tuple[int, ...] = ()
    """Further taxon ids of this species, such as 4932 for yeast."""

    @property
    def key(self) -> str:
        """Node key, such as ``NCBITaxon:9606``."""
        return f"NCBITaxon:{self.taxon}"

    def names(self) -> set[str]:
        """Return all names by which it is found, in lower case."""
        genus, _, rest = self.scientific.partition(" ")
        words = {self.common, self.scientific, *self.synonyms}
        # H. sapiens, and its form in column names
        words |= {f"{genus[0]}. {rest}"} if rest else set()
        words |= {word.replace(". ", ".") for word in words}
        words |= {word.replace(".", " ").replace("  ", " ").replace(" ", "_") for word in words}
        for taxon in (self.taxon, *self.taxa):
            words |= {str(taxon), f"NCBITaxon:{taxon}"}
        return {word.lower() for word in words}


AnySpecies = str | int | Species
"""A species by common name, scientific name or taxon id, or the species itself."""


def known_species() -> tuple[Species, ...]:
    """Return all known species, those of the user's file last.

    Raises
    ------
    UsageError
        If the user's file cannot be read, or gives a name to two species.
    """
    return _table(os.environ.get(VARIABLE, ""))[0]


def authorities() -> Mapping[str, str]:
    """Return the spelling of nomenclature authorities' prefixes by lower-case prefix."""
    return _table(os.environ.get(VARIABLE, ""))[2]


def find_species(text: AnySpecies) -> Species:
    """Return the species meant by a common name, a scientific name, a taxon id or its CURIE.

    Raises
    ------
    UnknownNameError
        If the species is unknown; the message says how to add it.

    Examples
    --------
    >>> find_species("Mouse").key, find_species(7227).common, find_species("H. sapiens").taxon
    ('NCBITaxon:10090', 'fly', 9606)
    >>> find_species("fruit fly") == find_species("7227"), find_species(4932).common
    (True, 'yeast')
    """
    if isinstance(text, Species):
        return text
    species, by_name, _ = _table(os.environ.get(VARIABLE, ""))
    found = by_name.get(str(text).strip().lower())
    if found is None:
        listed = ", ".join(one.common for one in species[:_SHOWN])
        message = (
            f"unknown species {str(text)!r}: expected a common name, a scientific name or an NCBI "
            f"taxon id. Known: {listed} and {len(species) - _SHOWN} more; to add one, write a file "
            f"with a table [[species]] (taxon, scientific, common) and set {VARIABLE} to its path"
        )
        raise UnknownNameError(message)
    return found


def species_or_none(text: AnySpecies | None) -> Species | None:
    """Return the species that `find_species` finds; None stays None."""
    return None if text is None else find_species(text)


@lru_cache(maxsize=8)
def _table(path: str) -> tuple[tuple[Species, ...], Mapping[str, Species], Mapping[str, str]]:
    rows = {one.taxon: one for one in (*_read(_BUNDLED), *_of_packages())}
    if path:
        own = _read(Path(path))
        for one in own:
            rows.pop(one.taxon, None)
        rows |= {one.taxon: one for one in own}
    species = tuple(rows.values())
    prefixes = {one.authority.lower(): one.authority for one in species if one.authority}
    return species, _by_name(species, path or str(_BUNDLED)), prefixes


def _of_packages() -> list[Species]:
    found: list[Species] = []
    for name in declared("species"):
        made = load("species", name)
        if not (isinstance(made, Sequence) and all(isinstance(one, Species) for one in made)):
            message = f"{made!r} is declared as the species {name!r}: expected a list of Species"
            raise PluginError(message)
        found += made
    return found


def _by_name(species: Iterable[Species], where: str) -> dict[str, Species]:
    found: dict[str, Species] = {}
    for one in species:
        for name in sorted(one.names()):
            other = found.setdefault(name, one)
            if other is not one:
                message = (
                    f"{where}: {name!r} names {other.scientific} and {one.scientific}: expected "
                    "each name and taxon id once"
                )
                raise UsageError(message)
    return found


def _read(path: Path) -> list[Species]:
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["species"]
        return [_species(row) for row in rows]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        message = (
            f"{path} cannot be read as a table of species ({error}): expected tables [[species]] "
            "with taxon, scientific and common, and perhaps authority, ensembl, synonyms and taxa"
        )
        raise UsageError(message) from error


def _species(row: Mapping[str, Any]) -> Species:
    lists = {name: tuple(row[name]) for name in ("synonyms", "taxa") if name in row}
    one = Species(**{**row, **lists})
    if not (isinstance(one.taxon, int) and one.scientific and one.common):
        message = f"found {dict(row)}"
        raise TypeError(message)
    return one
