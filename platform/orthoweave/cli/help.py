"""Print help: commands in groups, descriptions uncut, an example for each command."""

from collections.abc import Callable
from typing import Any, Final

import typer
from typer.core import TyperGroup

DATA: Final = "Bring data in"
BUILDS: Final = "Manage builds"
MODELS: Final = "Run models"
QUESTIONS: Final = "Ask questions"
TOOLS: Final = "Use other tools"
# the order in which help shows the groups
_PANELS: Final = (DATA, BUILDS, MODELS, QUESTIONS, TOOLS)
# longer than any description: none is cut off
_UNCUT: Final = 1000


class GroupedCommands(TyperGroup):
    """A group whose help lists its commands by panel, with their whole descriptions."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands."""
        panels: dict[str, list[tuple[str, str]]] = {panel: [] for panel in _PANELS}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            panel = getattr(command, "rich_help_panel", None)
            title = panel if isinstance(panel, str) else "Commands"
            panels.setdefault(title, []).append((name, command.get_short_help_str(_UNCUT)))
        for title, rows in panels.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def add_command(
    app: typer.Typer, command: Callable[..., None], example: str, panel: str | None = None
) -> None:
    """Add a command under the name of its function, with an example below its help."""
    app.command(command.__name__, rich_help_panel=panel, epilog=f"Example: {example}")(command)
