"""For mkdocs: a link that leads out of the docs, into the source tree, becomes its text."""

import re
from pathlib import Path
from typing import Any

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#:]+)(#[^)]*)?\)")


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Replace the links of a page whose target is not below the docs."""
    docs = Path(config["docs_dir"]).resolve()
    here = (docs / page.file.src_uri).parent

    def replaced(found: re.Match[str]) -> str:
        target = (here / found[2]).resolve()
        inside = target.is_relative_to(docs) and (
            target.is_file() or (target / "README.md").is_file()
        )
        return found[0] if inside else f"{found[1]} (`{found[2].lstrip('./')}`)"

    return _LINK.sub(replaced, markdown)
