"""Set up a knowledge base from a recipe: fetch, ingest and build, and resume after a stop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import sleep as wait

from orthoweave.builds.build import build
from orthoweave.files.download import remote_size
from orthoweave.files.originals import Held, Original, fetch_original, held_original
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Progress
from orthoweave.recipes.recipe import Recipe, Step
from orthoweave.settings import Settings
from orthoweave.storage.layout import Layout


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a recipe, before it is done."""

    step: Step
    to_fetch: tuple[Original, ...]
    """Originals that are not on disk yet."""
    sizes: Mapping[str, int | None]
    """Bytes of each original by name; None where the server does not say."""

    @property
    def bytes_to_fetch(self) -> int | None:
        """Bytes still to come over the network; None if a size is not known."""
        sizes = [self.sizes[original.name] for original in self.to_fetch]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None


def plan(layout: Layout, recipe: Recipe, *, offline: bool = False) -> tuple[Planned, ...]:
    """Return the needs of each step: the originals that are not on disk, and their sizes.

    It requests the sizes from the servers, and fetches nothing.
    """
    planned, counted = [], set[str]()
    for step in recipe.steps:
        sizes: dict[str, int | None] = {}
        missing = []
        for original in step.originals:
            held = held_original(original, layout.sources)
            if held is not None:
                sizes[original.name] = held.bytes
            elif original.name not in counted:
                sizes[original.name] = None if offline else remote_size(original.url)
                missing.append(original)
                counted.add(original.name)
        planned.append(Planned(step, tuple(missing), sizes))
    return tuple(planned)


def set_up(
    layout: Layout,
    recipe: Recipe,
    progress: Progress,
    *,
    settings: Settings,
    sleep: Callable[[float], None] = wait,
) -> None:
    """Fetch the originals, ingest each step in order, build and publish.

    Completed steps are not repeated: a second call after a failure continues where the first
    stopped.

    Raises
    ------
    OrthoweaveError
        As a fetch, a job or the build raises it. Steps before it are kept.
    """
    jobs = {step.job: find_job(settings, step.job) for step in recipe.steps}
    for step in recipe.steps:
        # a misspelt option has to be reported before anything is fetched
        jobs[step.job].parse_options(step.options)
    held = {
        original.name: fetch_original(
            original, layout.sources, progress, offline=settings.offline, sleep=sleep
        )
        for original in recipe.originals
    }
    for number, step in enumerate(recipe.steps, 1):
        originals = [held[original.name] for original in step.originals]
        files = [*step.files, *(item.path for item in originals)]
        options = {**_provenance(originals), **step.options}
        done = ingest(layout, jobs[step.job], files, options, progress)
        state = "in already" if done.unchanged else "ingested"
        progress.note(f"step {number} of {len(recipe.steps)}: {done.entry.name} {state}")
    build(layout, progress)


def _provenance(originals: list[Held]) -> dict[str, str]:
    """Return the options that say where originals came from; a recipe's own ones replace them."""
    if not originals:
        return {}
    versions = [item.original.version or item.fetched.fetched[:10] for item in originals]
    first = originals[0].original
    about = {"version": max(versions), "license": first.license}
    return {**about, "url": first.url, "title": first.title} if len(originals) == 1 else about
