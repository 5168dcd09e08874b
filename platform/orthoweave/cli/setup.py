"""The command that sets up a knowledge base from a recipe."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow as pa
import typer

from orthoweave.cli.help import DATA, add_command
from orthoweave.cli.options import Form, HeaderComments, Kb, Output, layout_of, progress_of
from orthoweave.cli.output import say, write_answer
from orthoweave.questions.answer import Answer, table_of
from orthoweave.settings import read_settings

if TYPE_CHECKING:
    from orthoweave.recipes.recipe import Recipe
    from orthoweave.recipes.setup import Planned

_RECIPES = pa.schema(
    [("recipe", pa.string()), ("title", pa.string()), ("steps", pa.int64()), ("file", pa.string())]
)
_PLAN = pa.schema(
    [
        ("step", pa.int64()),
        ("job", pa.string()),
        ("reads", pa.list_(pa.string())),
        ("megabytes_on_disk", pa.float64()),
        ("megabytes_to_fetch", pa.float64()),
        ("minutes", pa.float64()),
    ]
)


def setup(
    *,
    context: typer.Context,
    recipe: Annotated[
        str | None,
        typer.Argument(
            metavar="RECIPE", help="A recipe, by name or file; without any, list the recipes."
        ),
    ] = None,
    plan_only: Annotated[
        bool, typer.Option("--plan", help="Show sizes and times, and do nothing else.")
    ] = False,
    manifest: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Use this list of files, not the bundled one."),
    ] = None,
    kb: Kb = None,
    form: Form = None,
    output: Output = None,
    header_comments: HeaderComments = True,
) -> None:
    """Set up a knowledge base in one command: fetch, ingest and build.

    Run it again to continue where an interrupted call stopped.
    """
    from orthoweave.recipes.recipe import find_recipe
    from orthoweave.recipes.setup import plan, set_up

    if recipe is None:
        write_answer(_list_recipes(manifest), form, output, header_comments=header_comments)
        return
    wanted, layout, settings = find_recipe(recipe, manifest), layout_of(kb), read_settings()
    planned = plan(layout, wanted, offline=settings.offline)
    if plan_only:
        answer = _describe_plan(wanted, planned)
        write_answer(answer, form, output, header_comments=header_comments)
        return
    say(f"{wanted.title}: {summary(planned)}")
    set_up(layout, wanted, progress_of(context), settings=settings)
    where = "" if str(layout.root) == "kb" else f" --kb {layout.root}"
    say(f"The knowledge base is in {layout.root}. Open it in the browser: `orthoweave ui{where}`")


def _list_recipes(manifest: Path | None) -> Answer:
    from orthoweave.recipes.recipe import bundled_recipes, find_recipe

    recipes = {name: find_recipe(name, manifest) for name in bundled_recipes()}
    rows = [
        {"recipe": name, "title": item.title, "steps": len(item.steps), "file": str(path)}
        for (name, path), item in zip(bundled_recipes().items(), recipes.values(), strict=True)
    ]
    return Answer(table_of(rows, _RECIPES), "Recipes: `orthoweave setup NAME` sets one up")


def _describe_plan(recipe: "Recipe", planned: "Sequence[Planned]") -> Answer:
    rows: list[dict[str, Any]] = []
    for number, item in enumerate(planned, 1):
        waiting = {original.name for original in item.to_fetch}
        held = sum(size or 0 for name, size in item.sizes.items() if name not in waiting)
        held += sum(path.stat().st_size for path in item.step.files if path.is_file())
        rows.append(
            {
                "step": number,
                "job": item.step.job,
                "reads": [
                    *(path.name for path in item.step.files),
                    *(original.name for original in item.step.originals),
                ],
                "megabytes_on_disk": _megabytes(held),
                "megabytes_to_fetch": _megabytes(item.bytes_to_fetch),
                "minutes": item.step.minutes,
            }
        )
    return Answer(
        table_of(rows, _PLAN), f"Plan of {recipe.name}: {recipe.title}", notes=_notes(planned)
    )


def summary(planned: "Sequence[Planned]") -> str:
    """Return what a plan costs, in one line: bytes to fetch, and minutes of computing."""
    waiting = [item.bytes_to_fetch for item in planned]
    known = sum(size for size in waiting if size is not None)
    unknown = sum(size is None for size in waiting)
    parts = [f"{known / 1e6:,.1f} MB to fetch"]
    if unknown:
        parts.append(f"and the originals of {unknown} steps, of unknown size")
    minutes = sum(item.step.minutes for item in planned)
    return f"{' '.join(parts)}; then about {max(minutes, 1):.0f} min on two cores"


def _notes(planned: "Sequence[Planned]") -> tuple[str, ...]:
    return (summary(planned), "minutes are estimates for two cores; 0 is less than a minute")


def _megabytes(size: int | None) -> float | None:
    return None if size is None else round(size / 1e6, 1)


def add_commands(app: typer.Typer) -> None:
    """Add this command to `app`."""
    add_command(app, setup, "orthoweave setup human_mouse --plan", DATA)
