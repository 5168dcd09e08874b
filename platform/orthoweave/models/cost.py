"""The time and memory of a run, estimated before it starts, and the refusal of what is too much."""

from collections.abc import Callable
from dataclasses import dataclass

from orthoweave.errors import UsageError
from orthoweave.views.requests import Views


@dataclass(frozen=True, slots=True)
class Cost:
    """A rough estimate for an idle machine."""

    minutes: float
    """Wall time on this machine's cores."""
    gigabytes: float
    """Peak memory of the process."""

    def __str__(self) -> str:
        """Return both in words."""
        if self.minutes < 1:
            return f"less than a minute and about {self.gigabytes:.2g} GB"
        if self.minutes < 90:
            return f"about {self.minutes:.0f} min and {self.gigabytes:.2g} GB"
        return f"about {self.minutes / 60:.1f} h and {self.gigabytes:.2g} GB"


Approve = Callable[[Cost | None], None]
"""Told what a run will cost, None if that is unknown; raises to refuse it."""


def approval(
    minutes: float, gigabytes: float, say: Callable[[str], None], *, always: bool = False
) -> Approve:
    """Return what tells a user the cost of a run and refuses one above a limit.

    Parameters
    ----------
    minutes, gigabytes
        Limits of time and memory.
    say
        Shows a line to the user.
    always
        Tell, and refuse nothing.
    """

    def approve(cost: Cost | None) -> None:
        say(f"estimated cost: {cost or 'unknown'}")
        if cost is None or always:
            return
        if cost.minutes > minutes or cost.gigabytes > gigabytes:
            message = (
                f"this run takes {cost}: expected at most {minutes:g} min and {gigabytes:g} GB. "
                "Choose fewer cells or a smaller effort among its options, allow more by "
                "ORTHOWEAVE_RUN_MINUTES and ORTHOWEAVE_RUN_GB, or start it all the same with --yes"
            )
            raise UsageError(message)

    return approve


def size_of(views: Views) -> tuple[int, int]:
    """Return the number of cells of all views together, and the most genes of one."""
    found = views.by_name.values()
    n_cells = sum(int(getattr(view, "n_cells", 0)) for view in found)
    return n_cells, max((int(getattr(view, "n_genes", 0)) for view in found), default=0)
