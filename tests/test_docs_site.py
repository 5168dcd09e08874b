"""The site has every page that the docs lead to, and its links fit."""

import pytest
from docs.site.links import ADDED, ROOT, fitted


@pytest.mark.parametrize("source", ADDED.values())
def test_pages_beside_code_are_there(source: str) -> None:
    """Each page that the site adds is a file of the source."""
    assert (ROOT / source).is_file()


@pytest.mark.parametrize(
    ("link", "page", "there"),
    [
        ("[a](../graph_schema/README.md)", "cli.md", "[a](graph.md)"),
        ("[a](../../graph_schema/README.md#nodes)", "models/README.md", "[a](../graph.md#nodes)"),
        ("[a](models)", "cli.md", "[a](models/README.md)"),
        ("[a](../docs/queries.md)", "graph.md", "[a](queries.md)"),
        ("[a](python.ipynb)", "tutorials/browser.md", "[a](python.ipynb)"),
        ("[a](nodes.toml)", "graph.md", "a (`nodes.toml`)"),
        (
            "[a](../platform/orthoweave/species.toml)",
            "genes.md",
            "a (`platform/orthoweave/species.toml`)",
        ),
        ("[a](https://pytorch.org/)", "index.md", "[a](https://pytorch.org/)"),
        ("[a](#here)", "index.md", "[a](#here)"),
        ("![a](img/cells.png)", "ui.md", "![a](img/cells.png)"),
    ],
)
def test_links_fit_the_site(link: str, page: str, there: str) -> None:
    """A link leads to the page's name in the site; one to code that is not there is its text."""
    assert fitted(link, page) == there
