"""Forms and addresses with values that nobody expects, and answers of every type."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

App = Any
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

# a text of parameters, and what the page says of it or the value that comes back
PARAMETERS = [
    ("{", "expecting property name"),
    ("x", "expecting value"),
    ('"x"', "they are a text"),
    ("[1]", "they are a list"),
    ("null", "they are null"),
    ("true", "they are true or false"),
    ("1e5", "they are a number"),
    ('{"x": 1, "x": 2}', "'x' occurs twice"),
    ('{"x": {"a": 1, "a": 2}}', "'a' occurs twice"),
    ("[" * 15_000, "nested too deeply"),
    ('{"x": ' + "9" * 5000 + "}", "too many digits"),
    ('{"x": 99999999999999999999}', "expected a 64-bit integer"),
    ('{"x": ' + "[" * 60 + "]" * 60 + "}", "nested more than 40 deep"),
    ('{"x": "\\ud800"}', "half a character"),
    ('{"y": 1}', "no value is given"),
    ('{"x": 1, "y": 1}', "does not use the parameter 'y'"),
    ("{}", "no value is given"),
    ("  ", "no value is given"),
    ('{"x": null}', None),
    ('{"x": NaN}', None),
    ('{"x": -Infinity}', None),
    ('{"x": 1e999}', None),
    ('{"x": 9223372036854775807}', None),
    ('{"x": [1, "a", null, [2.5, {"b": []}]]}', None),
    ('{"x": {}}', None),
    ('{"x": ""}', None),
    ('{"x": "=1+1\\u0000\\u202e"}', None),
]
ANSWERS = [
    "UNWIND [1, 'a', [1, 'b', null], null, 2.5, {k: 1}, true] AS x RETURN x",
    "UNWIND [[1], ['a'], [null], []] AS x RETURN x, {a: x, b: {}} AS y",
    "UNWIND [1, 'human', [1], null] AS species RETURN species",
    "UNWIND [1, 2] AS species RETURN species, [[species]] AS cells, null AS nothing",
    "UNWIND [['NCBITaxon:9606'], null] AS species RETURN species",
    "UNWIND [9223372036854775807, -9223372036854775808] AS x RETURN x, toFloat(x) AS y",
    "UNWIND [0.0/0.0, 1.0/0.0, null] AS x RETURN x",
    "MATCH (g:Gene) RETURN g, labels(g) AS l LIMIT 2",
    "MATCH (g:Gene)-[o]->(h) RETURN o LIMIT 2",
    "MATCH p = (:Gene)-[]->() RETURN p LIMIT 2",
    "RETURN 1 AS `a b`, 2 AS `=x`, 3 AS ` `",
    "MATCH (g:Gene) WHERE false RETURN g.id AS id, [g.id] AS ids",
    "UNWIND range(1, 1500) AS n RETURN CASE WHEN n % 2 = 0 THEN n ELSE [toString(n)] END AS x",
]


@pytest.fixture
def open_app(
    app_folder: Path, toy_kb_with_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., App]:
    """A function that opens a screen with a state; the app is asked again with another one."""
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("ORTHOWEAVE_KB", str(toy_kb_with_vectors))
    assert app_folder.is_dir()

    def opened(screen: str, state: dict[str, str]) -> App:
        script = f"from parts.frame import run\nrun({screen!r})"
        app = AppTest.from_string(script, default_timeout=300)
        for name, value in state.items():
            app.query_params[name] = value
        return _whole(app.run())

    return opened


def _whole(app: App) -> App:
    assert not app.exception
    assert not app.error, app.error[0].value
    return app


def _ask(app: App, text: str, parameters: str = "") -> str:
    """Send a statement; return the warning, or nothing if there is a table."""
    app.text_area(key="own_text").set_value(text)
    app.text_input(key="own_parameters").set_value(parameters)
    _whole(app.button(key="own_go").click().run())
    said = [str(one.value).replace("\\", "") for one in app.warning]
    assert len(said) + len(app.dataframe) == 1, (text[:80], parameters[:80], said)
    return said[0] if said else ""


def test_parameters_are_an_object_or_a_sentence(open_app: Callable[..., App]) -> None:
    """Each text of parameters is answered by a table or by a sentence with the reason."""
    app = open_app("cypher", {"by": "own"})
    for text, reason in PARAMETERS:
        said = _ask(app, "RETURN $x AS x", text)
        assert (reason in said) if reason else not said, (text[:80], said)


def test_a_value_comes_back_as_it_was_given(open_app: Callable[..., App]) -> None:
    """The largest whole number and a text of markup are the answer, unchanged."""
    app = open_app("cypher", {"by": "own"})
    for value in (9223372036854775807, -1, "<b>", "1", True):
        assert not _ask(app, "RETURN $x AS x", json.dumps({"x": value}))
        assert app.dataframe[0].value["x"].tolist() == [value]


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The functions behind the download buttons, in the order of their making."""
    import streamlit as st

    made: list[Any] = []
    plain = st.download_button

    def noted(label: str, data: Any, *args: Any, **options: Any) -> bool:
        made.append(data)
        return bool(plain(label, data, *args, **options))

    monkeypatch.setattr(st, "download_button", noted)
    return made


def test_answers_of_any_type_are_shown_and_downloaded(
    open_app: Callable[..., App], downloads: list[Any]
) -> None:
    """Numbers beside texts, lists, maps, nodes and nothing: a table, a CSV and a Parquet file."""
    app = open_app("cypher", {"by": "own"})
    for text in ANSWERS:
        downloads.clear()
        said = _ask(app, text)
        assert not said, (text, said)
        shown = app.dataframe[0].value
        csv, parquet = (make() for make in downloads)
        table = pq.read_table(io.BytesIO(parquet))
        lines = [line for line in csv.decode().splitlines() if not line.startswith("# ")]
        assert table.num_columns == shown.shape[1]
        assert min(table.num_rows, 1000) == len(shown), text
        assert len(lines) > table.num_rows


# values for everything that a screen reads from its address
ODD = [
    "-1",
    "1" * 5000,
    '[1, null, {"a": NaN}]',
    ",a,,%00\x00../../etc/passwd <img src=x onerror=alert(1)>",
    "x" * 9000,
]
# each state is opened with every value in place of its dots
STATES = {
    "overview": [{"q": "…"}],
    "gene": [{"gene": "…"}, {"gene": "NCBIGene:3630", "sources": "…", "least": "…"}],
    "across": [{"genes": "…", "order": "…"}, {"genes": "INS", "across": "…", "pool": "…"}],
    "cells": [
        {"text": "…", "k": "…", "dataset": "…", "type": "…", "map": "…", "drawn": "pca"},
        {"up": "INS", "down": "…", "of": "…", "k": "…", "by": "…", "drawn": "pca"},
        {"like": "…", "by": "gene", "mapgene": "…", "drawn": "pca"},
    ],
    "graph": [{"node": "…"}, {"node": "CL:0000169", "open": "…"}],
    "cypher": [
        {"by": "…", "query": "coexpressed_genes", "gene": "INS", "limit": "…"},
        {"query": "markers", "cell_type": "…"},
    ],
    "runs": [{"run": "…"}],
}


@pytest.mark.parametrize("screen", list(STATES))
def test_any_address_shows_a_screen(open_app: Callable[..., App], screen: str) -> None:
    """Whatever the values of the address are, the screen is shown, and nothing fails."""
    for state in STATES[screen]:
        for value in ODD:
            asked = {name: value if said == "…" else said for name, said in state.items()}
            assert open_app(screen, asked).title, asked


def test_a_number_of_the_address_is_read_or_left(app_folder: Path) -> None:
    """Numbers out of bounds become the nearest bound; what is not a number, the default."""
    import streamlit as st

    assert app_folder.is_dir()
    from parts.state import read_number

    for text, number in (("7", 7), ("0", 1), ("99", 9), ("٣", 3), ("1.5", 3), ("-1", 3), ("", 3)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(st, "query_params", {"k": text})
            assert read_number("k", 3, 1, 9) == number, text


def test_an_address_of_300_kb_is_a_sentence(open_app: Callable[..., App]) -> None:
    """No screen reads an address that is longer than any that it writes."""
    for screen, name in (("cells", "text"), ("across", "genes")):
        app = open_app(screen, {name: "x" * 300_000})
        assert "expected at most 32,768" in str(app.warning[0].value)


def test_a_long_list_of_genes_is_cut_with_a_sentence(open_app: Callable[..., App]) -> None:
    """Of 600 genes in a form the first 500 are shown and are in the address, which says so."""
    app = open_app("across", {})
    app.text_area(key="across_genes").set_value("\n".join(f"INS{n}" for n in range(600)))
    _whole(app.button(key="across_go").click().run())
    assert "You entered 600 genes" in str(app.warning[0].value)
    genes = "".join(app.query_params["genes"])
    assert genes.count(",") == 499
    app = open_app("across", {"genes": ",".join(["INS", *("x" * 50 + str(n) for n in range(600))])})
    assert len(app.dataframe) == 1


def test_a_long_text_is_a_sentence(open_app: Callable[..., App]) -> None:
    """A text that is longer than its field takes is not searched for."""
    for screen, name in (("cells", "text"), ("overview", "q"), ("gene", "gene"), ("graph", "node")):
        app = open_app(screen, {name: "x" * 501, "drawn": "pca"})
        assert "501 characters, expected at most 500" in str(app.warning[0].value)
