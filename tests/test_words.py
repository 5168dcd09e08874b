"""One word for one thing: the glossary is used, and the words of docs/words.toml are not."""

import ast
import re
from pathlib import Path

import pytest
from tests.support.prose import (
    KINDS,
    ROOT,
    Avoided,
    AvoidedName,
    Prose,
    case_prose,
    code_prose,
    find_avoided,
    find_names,
    project_prose,
    read_avoided,
    read_names,
    unquoted,
)

NAMES = read_names(ROOT / "docs" / "words.toml")
WORDS = read_avoided(ROOT / "docs" / "words.toml")
GLOSSARY = ROOT / "docs" / "glossary.md"
_ROW = re.compile(r"^\| \*\*(.+?)\*\* \|", re.MULTILINE)


@pytest.fixture(scope="module")
def prose() -> list[Prose]:
    """Prose of the whole project."""
    return list(project_prose())


def test_no_avoided_word_is_used(prose: list[Prose]) -> None:
    """No docstring, comment, message or page uses a word of docs/words.toml."""
    assert "\n".join(map(str, find_avoided(prose, WORDS))) == ""


def test_all_kinds_of_prose_are_read(prose: list[Prose]) -> None:
    """There is prose of each kind, in every folder that has some."""
    assert {piece.kind for piece in prose} == set(KINDS)
    folders = {piece.path.relative_to(ROOT).parts[0] for piece in prose}
    assert folders >= {"platform", "ingest", "ui", "benchmarks", "tests", "docs", "graph_schema"}


@pytest.mark.parametrize("folder", ["platform", "ingest", "ui"])
def test_no_avoided_name_is_used(folder: str) -> None:
    """No class, function or parameter has a name of docs/words.toml."""
    modules = sorted((ROOT / folder).rglob("*.py"))
    found = [one for m in modules for one in find_names(m, m.read_text(encoding="utf-8"), NAMES)]
    assert found == []


def _terms() -> list[str]:
    rows = _ROW.findall(GLOSSARY.read_text(encoding="utf-8"))
    return [term for row in rows for term in row.split(", ")]


def test_every_term_of_the_glossary_is_used(prose: list[Prose]) -> None:
    """Each term of the glossary occurs in code, in docs or in both, outside the glossary."""
    said = "\n".join(piece.text for piece in prose if piece.path != GLOSSARY)
    unused = [
        term
        for term in _terms()
        if not re.search(rf"\b{term}s?\b".replace(" ", r"\s+"), said, re.IGNORECASE)
    ]
    assert len(_terms()) >= 30
    assert unused == []


def test_pages_on_a_term_are_titled_with_it() -> None:
    """A page whose file is named after a term of the glossary has the term in its title."""
    pages = {path.stem: path for path in (ROOT / "docs").glob("*.md") if path.stem != "index"}
    pages |= {path.parent.name: path for path in (ROOT / "docs").glob("*/README.md")}
    named = {name.removesuffix("s"): path for name, path in pages.items()}
    about = {term: named[term] for term in _terms() if term in named}
    titles = {
        term: path.read_text(encoding="utf-8").split("\n", 1)[0] for term, path in about.items()
    }
    assert len(titles) >= 5
    assert [title for term, title in titles.items() if term not in title.lower()] == []


def test_terms_are_unique() -> None:
    """A term is explained once."""
    terms = _terms()
    assert sorted(set(terms)) == sorted(terms)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.phrase)
def test_advice_follows_itself(word: Avoided) -> None:
    """Each entry says what to write and why, in words that are not avoided themselves."""
    assert word.write
    assert word.why
    advice = Prose(GLOSSARY, 1, word.kinds[0], f"{word.write}. {word.why}")
    assert [found.words for found in find_avoided([advice], WORDS)] == []


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.phrase)
def test_each_word_is_found(word: Avoided) -> None:
    """A pattern finds the phrase that it stands for, also over the end of a line."""
    text = word.phrase.replace(" ", "\n    ")
    assert [
        found.avoided for found in find_avoided([Prose(GLOSSARY, 1, word.kinds[0], text)], [word])
    ]


PLANTED = '''"""A text with a blorp in it, and ``blorp`` quoted."""

NAME = "blorp"  # a blorp
FIELD: int = 1
"""Blorp
blorp of a field."""


def work(value):
    """Work on blorps."""
    # first line
    # of the blorp
    raise ValueError(f"{value} is"
                     " a blorp")
'''


def test_a_planted_word_is_found_where_it_is(tmp_path: Path) -> None:
    """Docstrings, comments and messages are found by line; names and quotes are not."""
    path = tmp_path / "planted.py"
    word = Avoided("blorp", "glitch", "nobody knows it")
    found = find_avoided(code_prose(path, PLANTED), [word])
    assert sorted(one.line for one in found) == [1, 3, 5, 6, 12, 13]
    assert str(found[0]) == f"{path}:1: 'blorp': write 'glitch' (nobody knows it)"


def test_a_planted_word_in_the_name_of_a_test_is_found(tmp_path: Path) -> None:
    """Names of tests are read as words, whatever their docstrings say."""
    tree = ast.parse("def test_a_blorp_is_seen(): ...\ndef blorp(): ...\n")
    word = Avoided("a blorp", "a glitch", "nobody knows it")
    assert [one.line for one in find_avoided(case_prose(tmp_path, tree), [word])] == [1]


def test_a_planted_word_on_a_page_is_found() -> None:
    """A page's line is that of the word, below fenced code; other kinds are left out."""
    text = unquoted("# Title\n```\nblorp\n```\nthe old\nblorp\n")
    word = Avoided("old blorp", "glitch", "nobody knows it", kinds=("page",))
    assert [one.line for one in find_avoided([Prose(GLOSSARY, 1, "page", text)], [word])] == [5]
    assert find_avoided([Prose(GLOSSARY, 1, "test", text)], [word]) == []


def test_a_planted_name_is_found() -> None:
    """A class, a function and a parameter are found; a parameter of another type is not."""
    code = "class Old: ...\ndef f(source: Species | None, target: str): ...\ndef Old(): ...\n"
    names = [AvoidedName("Old", "New", "it is"), AvoidedName("source", "here", "it is", "Species")]
    found = find_names(Path("planted.py"), code, names)
    assert [one.split(" ", 1)[0] for one in found] == [
        "planted.py:1:",
        "planted.py:3:",
        "planted.py:2:",
    ]
    assert found[2] == "planted.py:2: 'source': write 'here' (it is)"
