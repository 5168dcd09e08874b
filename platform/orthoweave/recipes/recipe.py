"""Read recipes: TOML files that list ingests in order, and their originals."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from orthoweave import content
from orthoweave.errors import InputError, UnknownNameError
from orthoweave.files.originals import Original, find_original, originals_of, read_originals

_STEP_KEYS: Final = {"job", "files", "originals", "set", "minutes"}


@dataclass(frozen=True, slots=True)
class Step:
    """One ingest of a recipe."""

    job: str
    files: tuple[Path, ...]
    """Files beside the recipe."""
    originals: tuple[Original, ...]
    """Public files to fetch first."""
    options: Mapping[str, str]
    """Options of the job, as in ``--set``."""
    minutes: float
    """Estimate of the duration on two cores, without fetching; 0 if it takes seconds."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A knowledge base that can be set up by one command."""

    name: str
    title: str
    steps: tuple[Step, ...]

    @property
    def originals(self) -> tuple[Original, ...]:
        """Every original that the steps read, once, in order."""
        return tuple(dict.fromkeys(item for step in self.steps for item in step.originals))


def bundled_recipes() -> dict[str, Path]:
    """Return the files of the recipes that ship with the project, by name."""
    folder = content.folder("ingest")
    paths = sorted((folder / "recipes").glob("*.toml"))
    return {"demo": folder / "demo" / "recipe.toml", **{path.stem: path for path in paths}}


def find_recipe(name: str, manifest: Path | None = None) -> Recipe:
    """Read a bundled recipe by its name, or a recipe of the user's by its path.

    Parameters
    ----------
    manifest
        Another manifest of originals than ``ingest/originals.toml``.

    Raises
    ------
    UnknownNameError
        If there is no recipe of that name and no such file.
    InputError
        If the file is not a recipe; the message names the step.
    """
    bundled = bundled_recipes()
    if name in bundled:
        return read_recipe(bundled[name], name, manifest)
    if Path(name).is_file():
        return read_recipe(Path(name), Path(name).stem, manifest)
    message = f"no recipe {name!r}: expected one of {', '.join(bundled)}, or the path of a file"
    raise UnknownNameError(message)


def read_recipe(path: Path, name: str, manifest: Path | None = None) -> Recipe:
    """Read a recipe from a TOML file.

    Raises
    ------
    InputError
        If the file is not a recipe; the message names the step.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path} cannot be read as a recipe in TOML: {error}"
        raise InputError(message) from error
    unknown = raw.keys() - {"title", "ingest", "originals"}
    steps = raw.get("ingest")
    if unknown or not isinstance(steps, list) or not steps:
        message = f"{path}: expected a title, [[ingest]] steps and [originals.NAME], found " + (
            f"{', '.join(sorted(unknown))}" if unknown else "no [[ingest]] step"
        )
        raise InputError(message)
    known = {**read_originals(manifest), **originals_of(raw.get("originals", {}), path)}
    return Recipe(
        name,
        raw.get("title", name),
        tuple(_step(step, f"{path}, step {i}", path, known) for i, step in enumerate(steps, 1)),
    )


def _step(raw: Any, where: str, path: Path, known: dict[str, Original]) -> Step:
    if not isinstance(raw, dict) or raw.keys() - _STEP_KEYS or not isinstance(raw.get("job"), str):
        message = f"{where}: expected job, and any of files, originals, set, minutes; found {raw!r}"
        raise InputError(message)
    files, names, options = raw.get("files", []), raw.get("originals", []), raw.get("set", {})
    minutes = raw.get("minutes", 0)
    is_number = isinstance(minutes, int | float)
    if not _texts(files) or not _texts(names) or not isinstance(options, dict) or not is_number:
        message = (
            f"{where}: expected lists of names as files and originals, a table as set and a number "
            f"of minutes; found {raw!r}"
        )
        raise InputError(message)
    missing = [name for name in files if not (path.parent / name).exists()]
    if missing:
        message = f"{where}: no file {missing[0]!r} beside the recipe, in {path.parent}"
        raise InputError(message)
    return Step(
        raw["job"],
        tuple(path.parent / name for name in files),
        tuple(find_original(known, name) for name in names),
        {key: _option_text(value) for key, value in options.items()},
        float(minutes),
    )


def _texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _option_text(value: object) -> str:
    """Return a value of TOML as the text that ``--set`` takes."""
    return str(value).lower() if isinstance(value, bool) else str(value)
