"""Cypher scripts: statements, names, parameters, and complete answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.errors import MissingParameterError, QueryError, QueryRefusedError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base
from orthoweave.questions import script as script_module
from orthoweave.questions.script import answer_script, read_script

SCRIPT = """// Genes of the islets; what's asked is '; not the end'
:param symbols => ['INS', 'GCG']  // both
:param least => 0.95

// name: genes
MATCH (g:Gene) WHERE g.symbol IN $symbols
RETURN g.id AS id; // name: kinds
MATCH (g:Gene)-[e:EXPRESSED_IN]->(t) /* ; */
WHERE g.symbol IN $symbols AND e.fraction > $least AND t.id <> ';'
RETURN DISTINCT t.id AS t;

:param symbols => []
MATCH (g:Gene) WHERE g.symbol IN $symbols RETURN g.id AS id
// the end; of all
"""


@pytest.fixture(scope="module")
def kb(toy_kb: Path) -> Iterator[KnowledgeBase]:
    """Open the toy world."""
    with open_knowledge_base(toy_kb) as opened:
        yield opened


def test_statements_have_names_lines_and_parameters() -> None:
    """Each statement has the name above it, the line it begins in, and what it uses as set then."""
    found = read_script(SCRIPT)
    assert [(one.name, one.line) for one in found] == [
        ("genes", 6),
        ("kinds", 8),
        ("statement_3", 13),
    ]
    assert [dict(one.parameters) for one in found] == [
        {"symbols": ["INS", "GCG"]},
        {"least": 0.95, "symbols": ["INS", "GCG"]},
        {"symbols": []},
    ]
    assert found[0].text.endswith("RETURN g.id AS id")


def test_given_parameters_win() -> None:
    """A parameter from elsewhere replaces that of the script, in all its statements."""
    found = read_script(SCRIPT, {"symbols": ["SST"]})
    assert [one.parameters["symbols"] for one in found] == [["SST"]] * 3
    with pytest.raises(UsageError, match="'gene'"):
        read_script(SCRIPT, {"gene": "INS"})


def test_parameters_of_any_name() -> None:
    """Names of other scripts and in backticks are set and used."""
    text = ":param é => 1\n:param `a``b` => 2\nRETURN $é AS x, $`a``b` AS y;"
    [one] = read_script(text)
    assert one.parameters == {"é": 1, "a`b": 2}


def test_maps_of_parameters() -> None:
    """:param takes a map too; names may be in backticks."""
    [one] = read_script(
        ":param {a: 1, b: 'x'}\n:param `c d` => 2;\n:param e => '//;'\nRETURN $a, $e"
    )
    assert dict(one.parameters) == {"a": 1, "e": "//;"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no statement"),
        (" // nothing\n;;/* ; */", "no statement"),
        (":param a => 1", "no statement"),
        (":auto MATCH (n) RETURN n", "':auto MATCH"),
        (":param a\nRETURN 1", "line 1"),
        ("RETURN 1;\n:param a => $b\nRETURN 2", "line 2"),
        (":param [1]\nRETURN 1", "name => value"),
        (":source /etc/passwd\nRETURN 1", "not a command of a script"),
    ],
)
def test_files_that_are_not_scripts_are_refused(text: str, problem: str) -> None:
    """Empty scripts, other commands and unreadable values are refused with their line."""
    with pytest.raises(QueryRefusedError, match=problem):
        read_script(text)


@pytest.mark.parametrize("name", ["../evil", "a/b", ".hidden", "a b", "", "x" * 101, "a\x00"])
def test_a_name_is_not_a_path(name: str) -> None:
    """A name that could lead out of a folder, or is none, is refused."""
    with pytest.raises(UsageError, match="is called so"):
        read_script(f"// name: {name}\nRETURN 1 AS x")


def test_two_statements_of_one_name_are_refused() -> None:
    """Names that differ in case only count as one, as they do in some file systems."""
    with pytest.raises(UsageError, match="lines 2 and 4"):
        read_script("// name: a\nRETURN 1;\n// name: A\nRETURN 2")


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=1, max_size=4
    )
)
def test_text_never_splits_a_statement(texts: list[str]) -> None:
    """Whatever stands in quotes, as many statements come out as went in, each as it was."""
    quoted = ["RETURN '" + text.replace("\\", "\\\\").replace("'", "\\'") + "'" for text in texts]
    assert [one.text for one in read_script(";\n".join(quoted))] == quoted


def test_answers_are_complete_and_named(kb: KnowledgeBase) -> None:
    """Every statement is answered in order under its name; parameters hold from where they are."""
    found = [(one.name, answer) for one, answer in answer_script(kb.session, read_script(SCRIPT))]
    assert [(name, len(answer)) for name, answer in found] == [
        ("genes", 2),
        ("kinds", 2),
        ("statement_3", 0),
    ]
    assert [answer.title for _, answer in found] == ["genes", "kinds", "statement_3"]
    assert sorted(map(str, found[0][1].column("id"))) == ["NCBIGene:2641", "NCBIGene:3630"]


def test_problems_name_the_statement(kb: KnowledgeBase) -> None:
    """A refusal and a missing parameter say in which statement; those before it are answered."""
    script = read_script("RETURN 1 AS x;\n// name: bad\nMATCH (n) DELETE n")
    answers = answer_script(kb.session, script)
    assert next(answers)[1].rows() == [{"x": 1}]
    with pytest.raises(QueryRefusedError, match=r"^bad \(line 3\): "):
        next(answers)
    with pytest.raises(MissingParameterError, match=r"statement_1 \(line 1\).*\$x"):
        next(answer_script(kb.session, read_script("RETURN $x AS x")))


def test_no_answer_is_cut_silently(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows beyond what can be complete are an error; with a limit they are cut and marked."""
    monkeypatch.setattr(script_module, "MOST_ROWS", 3)
    script = read_script("UNWIND range(1, 4) AS x RETURN x")
    with pytest.raises(QueryError, match="more than 3 rows"):
        next(answer_script(kb.session, script))
    [(_, answer)] = answer_script(kb.session, script, 2)
    assert (len(answer), answer.truncated) == (2, True)
