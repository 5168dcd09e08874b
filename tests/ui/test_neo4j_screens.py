"""The screens over a live Neo4j: what they show is what they show over the embedded engine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from orthoweave.stores.neo4j.access import Access

App = Any
Show = Callable[..., App]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
SCREENS: list[tuple[str, dict[str, str]]] = [
    ("overview", {"q": "INS"}),
    ("gene", {"gene": "NCBIGene:3630"}),
    ("across", {"genes": "INS,TP53,PPY", "across": "human,mouse,zebrafish"}),
    ("across", {"genes": "INS", "across": "human", "pool": "CL:0008024"}),
    ("cells", {"text": "insulin", "type": "CL:0000171", "drawn": "pca"}),
    ("cells", {"up": "INS,IAPP", "down": "GCG", "of": "human", "drawn": "pca"}),
    ("graph", {"node": "CL:0000169"}),
    ("cypher", {"query": "ortholog_group", "gene": "INS"}),
    ("cypher", {"query": "markers", "cell_type": "CL:0000169"}),
    ("runs", {}),
]


@pytest.fixture
def show(
    app_folder: Path, toy_kb_with_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Show]:
    """A function that shows a screen over one of the stores; nothing is kept between them."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("ORTHOWEAVE_KB", str(toy_kb_with_vectors))
    assert app_folder.is_dir()

    def shown(screen: str, store: Access | None, /, **state: str) -> App:
        from parts import opened

        opened.close()
        st.cache_data.clear()
        st.cache_resource.clear()
        for name, value in _login(store).items():
            monkeypatch.setenv(name, value)
        app = AppTest.from_string(
            f"from parts.frame import run\nrun({screen!r})", default_timeout=300
        )
        for name, value in state.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        assert not app.error
        return app

    yield shown
    st.cache_data.clear()
    st.cache_resource.clear()


def _login(store: Access | None) -> dict[str, str]:
    if store is None:
        return {"ORTHOWEAVE_STORE": ""}
    return {
        "ORTHOWEAVE_STORE": store.uri,
        "ORTHOWEAVE_NEO4J_USER": store.user,
        "ORTHOWEAVE_NEO4J_PASSWORD": store.password,
    }


@pytest.mark.parametrize(("screen", "state"), SCREENS)
def test_both_stores_show_the_same(
    show: Show, neo4j_toy: Access, screen: str, state: dict[str, str]
) -> None:
    """Every table of a screen has the same columns and rows in both stores, in the same order."""
    embedded = [one.value for one in show(screen, None, **state).dataframe]
    server = [one.value for one in show(screen, neo4j_toy, **state).dataframe]
    assert len(embedded) == len(server)
    assert embedded or screen == "runs"
    for mine, theirs in zip(embedded, server, strict=True):
        pd.testing.assert_frame_equal(mine, theirs, check_dtype=False)


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) DETACH DELETE n",
        "LOAD CSV FROM 'file:///etc/passwd' AS l RETURN l",
        "CALL dbms.listConfig()",
    ],
)
def test_forbidden_cypher_is_refused_there_too(show: Show, neo4j_toy: Access, text: str) -> None:
    """A refused statement gives a sentence and no rows over Neo4j as well."""
    app = show("cypher", neo4j_toy, by="own")
    app.text_area(key="own_text").set_value(text)
    app.button(key="own_go").click().run()
    assert not app.exception
    assert len(app.warning) == 1
    assert not app.dataframe


def test_own_cypher_is_answered_by_the_server(show: Show, neo4j_toy: Access) -> None:
    """A plain question is answered."""
    app = show("cypher", neo4j_toy, by="own")
    app.text_area(key="own_text").set_value("MATCH (g:Gene {symbol: $s}) RETURN g.id AS id")
    app.text_input(key="own_parameters").set_value('{"s": "INS"}')
    app.button(key="own_go").click().run()
    assert list(app.dataframe[0].value["id"]) == ["NCBIGene:3630"]
