"""For mkdocs: pages that lie beside the code they describe, and links that fit the site.

A link out of the docs, into the source tree, becomes its text; one to a page that is shown under
another name leads there.
"""

import os
import re
from pathlib import Path
from typing import Any, Final

from mkdocs.structure.files import File

ROOT: Final = Path(__file__).resolve().parents[2]
# pages beside code, by the name that they have in the site
ADDED: Final = {
    "graph.md": "graph_schema/README.md",
    "writing-jobs.md": "ingest/README.md",
    "demo-data.md": "ingest/demo/PROVENANCE.md",
}
_LINK: Final = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#:]+)(#[^)]*)?\)")


def on_files(files: Any, *, config: Any) -> Any:
    """Add the pages that lie beside code."""
    for name, source in ADDED.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Replace the links of a page."""
    return fitted(markdown, page.file.src_uri)


def fitted(markdown: str, name: str) -> str:
    """Return a page with links that fit the site; `name` is that of the page in the site."""
    source = ROOT / ADDED.get(name, f"docs/{name}")

    def replaced(found: re.Match[str]) -> str:
        text, link, anchor = found.groups()
        target = _in_site((source.parent / link).resolve())
        if target is None:
            return f"{text} (`{link.lstrip('./')}`)"
        return f"[{text}]({os.path.relpath(target, Path(name).parent)}{anchor or ''})"

    return _LINK.sub(replaced, markdown)


def _in_site(path: Path) -> str | None:
    """Name of a file in the site; None if it is not there."""
    if (path / "README.md").is_file():
        path /= "README.md"
    names = {ROOT / source: name for name, source in ADDED.items()}
    docs = ROOT / "docs"
    if path.is_file() and path.is_relative_to(docs):
        return path.relative_to(docs).as_posix()
    return names.get(path)
