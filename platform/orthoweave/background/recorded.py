"""Runs that a process has recorded before it ended, without a build that has them."""

from collections.abc import Collection

from orthoweave.runs.run import JOB
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Ledger


def recorded_runs(layout: Layout, model: str) -> frozenset[str]:
    """Return the keys of the sources that runs of a model have recorded."""
    active = Ledger(layout.ledger).active()
    return frozenset(entry.key for entry in active if entry.job == f"{JOB}{model}")


def note_on_recorded(layout: Layout, model: str, before: Collection[str]) -> str:
    """Return what to do about a run that was recorded since; empty if none was.

    Parameters
    ----------
    before
        `recorded_runs` of the time before.
    """
    new = sorted(recorded_runs(layout, model) - set(before))
    if not new:
        return ""
    name = new[0].removeprefix("source:")
    return (
        f"; the run is recorded as {name}, and in no build yet: `orthoweave build` makes one, "
        f"`orthoweave remove {name.rpartition('@')[0]}` takes it out again"
    )


def cancelled(layout: Layout, model: str, before: Collection[str]) -> str:
    """Return what a run that was cancelled says."""
    return "it was cancelled" + (
        note_on_recorded(layout, model, before) or ", and nothing of it was recorded"
    )
