"""Code blocks and tables of Markdown pages, for the tests that run what the pages show.

A fence's info string is a language, and perhaps ``title="FILE"``:

=========== ==================================================================================
``console`` commands; those of orthoweave run or are parsed with all their options
``python``  runs after the page's earlier blocks, in one namespace
``cypher``  a statement, a script or a saved query: it is asked
``toml``    parsed, and read by the reader of what it is
``json``    parsed
``output``  what the block before it prints; of a statement, its notes or why it is refused
``text``    a formula, a listing: shown only
=========== ==================================================================================

With ``title="FILE"`` the block is the content of a file, which the page's commands may read.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
LANGUAGES: Final = ("console", "python", "cypher", "toml", "json", "output", "text")

_FENCE: Final = re.compile(r"( *)(`{3,})(.*)")
_INFO: Final = re.compile(r'(\w*)(?: +title="([^"]+)")?')
_ITEM: Final = re.compile(r" *([*+-]|\d+\.) ")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page."""

    page: str
    """The page's path below the root of the source."""
    line: int
    """Line of the opening fence, from 1."""
    language: str
    title: str
    """Name of the file that the block is; empty for a block that is none."""
    text: str
    after: str
    """What stands between this block and the next one."""

    @property
    def where(self) -> str:
        """Page and line, for messages."""
        return f"{self.page}:{self.line}"


def pages() -> list[str]:
    """Every page with blocks that must hold, as paths below the root."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "graph_schema" / "README.md"]
    found += sorted((ROOT / "docs").rglob("*.md")) + sorted((ROOT / "ingest").rglob("*.md"))
    return [path.relative_to(ROOT).as_posix() for path in found]


def blocks_of(page: str) -> list[Block]:
    """Return the blocks of a page, in order."""
    return read_blocks((ROOT / page).read_text(encoding="utf-8"), page)


def read_blocks(text: str, page: str = "page") -> list[Block]:
    r"""Return the fenced blocks of a text, in order.

    Raises
    ------
    ValueError
        If an info string has another form, or a fence is not closed; the message names the line.

    Examples
    --------
    >>> [block] = read_blocks('```toml title="a.toml"\nn = 1\n```\n')
    >>> block.language, block.title, block.text
    ('toml', 'a.toml', 'n = 1\n')
    """
    found: list[tuple[int, str, str, list[str]]] = []
    between: list[list[str]] = []
    fence = indent = ""
    for number, line in enumerate(text.splitlines(), 1):
        match = _FENCE.fullmatch(line)
        if fence and line.strip() == fence:
            fence = ""
            between.append([])
        elif fence:
            found[-1][3].append(line.removeprefix(indent))
        elif match:
            indent, fence, info = match.groups()
            found.append((number, info.strip(), indent, []))
        elif between:
            between[-1].append(line)
    if fence:
        message = f"{page}:{found[-1][0]}: the fence is not closed"
        raise ValueError(message)
    return [
        _block(page, number, info, lines, "\n".join(after))
        for (number, info, _, lines), after in zip(found, between, strict=True)
    ]


def _block(page: str, number: int, info: str, lines: list[str], after: str) -> Block:
    match = _INFO.fullmatch(info)
    if match is None or match[1] not in LANGUAGES:
        message = (
            f"{page}:{number}: expected one of {', '.join(LANGUAGES)}, and perhaps "
            f'title="FILE"; found {info!r}'
        )
        raise ValueError(message)
    text = "".join(f"{line}\n" for line in lines)
    return Block(page, number, match[1], match[2] or "", text, after)


def indented_code(text: str) -> list[int]:
    r"""Return the lines that Markdown shows as code because they are indented.

    Examples
    --------
    >>> indented_code("a:\n\n    b\n\n* c\n\n    d\n")
    [3]
    """
    found = []
    inside = item = False
    before = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            inside = not inside
        elif not inside:
            if line and not line.startswith(" "):
                item = bool(_ITEM.match(line))
            if line.startswith("    ") and line.strip() and not item and not before.strip():
                found.append(number)
        before = line
    return found


def commands(block: Block) -> Iterator[list[str]]:
    r"""Yield the commands of a ``console`` block as words; a quoted text may span lines.

    Raises
    ------
    ValueError
        If a quotation is not closed.

    Examples
    --------
    >>> [block] = read_blocks("```console\northoweave ask a \\\n  --kb kb  # a comment\n```\n")
    >>> list(commands(block))
    [['orthoweave', 'ask', 'a', '--kb', 'kb']]
    """
    held = ""
    for line in block.text.replace("\\\n", " ").splitlines():
        held = f"{held}\n{line}" if held else line
        try:
            words = shlex.split(held, comments=True)
        except ValueError:
            continue
        held = ""
        if words:
            yield words
    if held:
        message = f"{block.where}: a quotation is not closed in {held!r}"
        raise ValueError(message)


def mentions(text: str) -> list[str]:
    r"""Return the commands of orthoweave that stand in sentences.

    Examples
    --------
    >>> mentions("Say `orthoweave queries`.\n```console\northoweave ui\n```\n")
    ['orthoweave queries']
    """
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`(orthoweave [^`]+)`", prose)


def table_after(block: Block) -> list[dict[str, str]]:
    r"""Return the rows of the Markdown table that follows a block at once; none if there is none.

    Examples
    --------
    >>> text = "```console\northoweave queries\n```\n\n| a | b |\n|---|---|\n| 1 | x |\n"
    >>> table_after(read_blocks(text)[0])
    [{'a': '1', 'b': 'x'}]
    """
    rows = []
    for line in block.after.strip().splitlines():
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]
