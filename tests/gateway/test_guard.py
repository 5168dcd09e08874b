"""Statements and parameters that are allowed, and those that are refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orthoweave.cypher.syntax.tokens import LONGEST_STATEMENT, tokenize, words
from orthoweave.errors import MissingParameterError, QueryRefusedError, UsageError
from orthoweave.gateway.guard import check_parameters, check_statement

PLAIN = [
    "MATCH (g:Gene {id: $x}) RETURN g.symbol AS symbol ORDER BY symbol SKIP 1 LIMIT 5;",
    "OPTIONAL MATCH (g:Gene) WITH count(*) AS n WHERE n > 1 RETURN n",
    "UNWIND [1, 2] AS x RETURN x UNION ALL UNWIND $y AS x RETURN x",
    "RETURN 'LOAD FROM; DELETE' AS x, \"it's\" AS y // CREATE β",
    "MATCH (n) RETURN n.load AS loaded /* DROP TABLE x; */",
    "MATCH (n) WHERE EXISTS { MATCH (n)-[:IN_TAXON]->(:Species) } RETURN n.id",
    "MATCH (n) RETURN COUNT { MATCH (n)--() } AS k",
    "CALL { MATCH (n:Gene) RETURN count(*) AS k } RETURN k",
    "MATCH (load:Gene) RETURN load.id AS `set`",
    "RETURN CASE WHEN 1 <> 2 THEN (1) ELSE -2 END AS x",
    "MATCH (g:Gene) RETURN any(x IN g.synonyms WHERE x =~ 'p5.*') AS found",
    "CALL db.labels()",
    "EXPLAIN MATCH (n) RETURN n",
    "PROFILE MATCH (n) RETURN n",
    "MATCH (größe:Größe) RETURN größe.`é``1` AS 名",
]
ATTACKS = [
    "LOAD FROM '/etc/passwd' RETURN *",
    "load from '/etc/passwd' return *",
    "/* MATCH */ LOAD FROM '/etc/passwd' RETURN *",
    "MATCH (n) LOAD FROM '/etc/passwd' RETURN *",
    "MATCH (n) WITH n LOAD/**/FROM frame RETURN *",
    "MATCH (n) RETURN 1 UNION LOAD FROM '/etc/passwd' RETURN *",
    "COPY (MATCH (g:Gene) RETURN g.id) TO '/tmp/x.csv'",
    "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'",
    "ATTACH '/tmp/x' AS y (dbtype duckdb)",
    "INSTALL httpfs",
    "LOAD EXTENSION '/x.so'",
    "CALL timeout=0",
    "CALL threads = 64",
    "CALL current_setting('threads') RETURN *",
    "CALL `show_tables`() RETURN *",
    "CALL db.clearQueryCaches()",
    "CALL dbms.listConfig() YIELD name RETURN name",
    "CALL apoc.load.json('file:///etc/passwd')",
    "CALL { MATCH (n) SET n.x = 1 RETURN n } RETURN n",
    "CALL { MATCH (n) RETURN n } IN TRANSACTIONS RETURN n",
    "RETURN EXISTS { MATCH (n) DELETE n RETURN n } AS x",
    "CALL show_tables() RETURN *",
    "FOREACH (x IN [1] | CREATE (:Gene {id: 'x'}))",
    "RETURN apoc.util.sleep(1) AS x",
    "USE system MATCH (n) RETURN n",
    "SHOW USERS",
    "CHECKPOINT",
    "MATCH (n) RETURN n; MATCH (n) DETACH DELETE n",
    "MATCH (n) RETURN 1; CHECKPOINT",
    "MATCH (n) SET n.symbol = 'x' RETURN n",
    "MATCH (n) DELETE n",
    "MERGE (n:Gene {id: 'x'}) RETURN n",
    "CREATE (n:Gene {id: 'x'})",
    "MATCH (n) CREATE (m:Gene {id: 'x'}) RETURN m",
    "EXPLAIN MATCH (n) DELETE n",
    "PROFILE EXPLAIN MATCH (n) RETURN n",
    "BEGIN TRANSACTION",
    "CREATE MACRO f(x) AS x",
    "DROP TABLE Gene",
    "RETURN `load_csv`('x') AS y",
    "RETURN gen_random_uuid() AS x",
    "RETURN current_setting('home_directory') AS x",
    "ＬＯＡＤ FROM '/etc/passwd' RETURN *",
    "MATCH (n)\u00a0RETURN n",
    "MATCH (n) RETURN n\u2028; CHECKPOINT",
    "RETURN 'a\u202eb' AS x",
    "RETURN '\x00' AS x",
    "\\u004cOAD FROM '/etc/passwd' RETURN *",
    "RETURN 'unclosed AS x",
    "RETURN 'a\\qb' AS x",
    "RETURN 1 /* unclosed",
    "RETURN `un\nclosed` AS x",
    "RETURN (1 AS x",
    "RETURN 1) AS x",
    "RETURN 0x1G AS x",
    "RETURN $01 AS x",
    "",
    "  // nothing\n;",
]


@pytest.mark.parametrize("statement", PLAIN)
def test_plain_questions_pass(statement: str) -> None:
    """A statement with plain clauses, known functions and any literals passes."""
    assert check_statement(statement).query.parts


@pytest.mark.parametrize("statement", ATTACKS)
def test_all_else_is_refused(statement: str) -> None:
    """Reading and writing files, settings, procedures, stacking and look-alikes are refused."""
    with pytest.raises(QueryRefusedError):
        check_statement(statement)


def test_a_refusal_names_the_part_and_the_way_out() -> None:
    """A refusal names the word, its place and what to do."""
    with pytest.raises(QueryRefusedError, match=r"'SET' at character 11.*only read"):
        check_statement("MATCH (n) SET n.x = 1 RETURN n")
    with pytest.raises(QueryRefusedError, match="SUPERSCRIPT TWO"):
        check_statement("RETURN 1 AS a²")
    with pytest.raises(QueryRefusedError, match="ZERO WIDTH SPACE"):
        check_statement("RETURN 1 AS a\u200bb")


def test_comments_never_reach_the_engine() -> None:
    """Comments become blanks in the text that runs, and a final semicolon is dropped."""
    checked = check_statement("RETURN 1 /* ' */ AS x // \" ;\n;")
    assert checked.text.split() == ["RETURN", "1", "AS", "x"]


def test_a_long_statement_is_refused() -> None:
    """A statement longer than the limit is refused before it is parsed."""
    with pytest.raises(QueryRefusedError, match="parameters"):
        check_statement("RETURN 1" + " " * LONGEST_STATEMENT)


WRITING = sorted(
    words("""
    ALTER ATTACH BEGIN CHECKPOINT COMMIT COPY CREATE DELETE DETACH DROP EXPLAIN EXPORT FINISH
    FOREACH GRANT IMPORT INSERT INSTALL LOAD MERGE PROFILE REMOVE ROLLBACK SET SHOW START
    TERMINATE USE
""")
)
_INNER = st.text(st.sampled_from(" \n\t'\"`/*;$abcLOADFROM(){}[]\\=-"), max_size=40)


@pytest.mark.parametrize("word", WRITING)
def test_no_clause_but_reading_ones(word: str) -> None:
    """Any other clause is refused at any place: first, in between, last, or in a subquery."""
    for text in (
        f"{word} (n:Gene) RETURN n",
        f"MATCH (n) {word} (m:Gene) RETURN m",
        f"MATCH (n) RETURN n {word} n",
        f"MATCH (n) CALL (n) {{ {word} n RETURN 1 AS x }} RETURN x",
    ):
        with pytest.raises(QueryRefusedError):
            check_statement(text)


@given(_INNER, st.sampled_from(WRITING), _INNER)
def test_hidden_words_stay_hidden(before: str, word: str, after: str) -> None:
    """A statement that passes means the same when it is parsed again without its comments."""
    try:
        checked = check_statement(f"MATCH (n) {before} {word} {after} RETURN 1 AS x")
    except QueryRefusedError:
        return
    assert check_statement(checked.text).query == checked.query


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (n) RETURN n ſKIP 1",
        "ſHOW INDEXES",
        "RETURN ſum(1) AS x",
        "MATCH (n) ſET n.x = 1 RETURN n",
    ],
)
def test_a_letter_with_the_capital_of_a_keyword_is_none(text: str) -> None:
    """U+017F has the capital S but is not an S: a word with it is a name, as in Neo4j."""
    with pytest.raises(QueryRefusedError):
        check_statement(text)


def test_names_in_backticks_and_of_other_scripts() -> None:
    """A doubled backtick is one; letters of all scripts and keywords are valid in names."""
    found = [t.text for t in tokenize("`a``b` größe 名 `é b` `😀` ⅷ a٣").tokens]
    assert found == ["a`b", "größe", "名", "é b", "😀", "ⅷ", "a٣"]


def test_names_of_parameters() -> None:
    """Parameters may have names of all scripts, numbers, or names in backticks, as in Neo4j."""
    found = [t.text for t in tokenize("$é $数 $a1 $_ $0 $12 $`a``b` $`é b` $`1`").tokens]
    assert found == ["$é", "$数", "$a1", "$_", "$0", "$12", "$a`b", "$é b", "$1"]
    assert check_statement("RETURN $é + $`a b` AS x").parameters == {"é", "a b"}


@pytest.mark.parametrize(
    "name", ["1a", "01", "0x1", "1_0", "1é", "a·b", "𝒳", "``", "`a", "`a\\b`", "`a\nb`", "", " a"]
)
def test_a_parameter_does_not_end_within_a_name(name: str) -> None:
    """An invalid character after a parameter does not begin a name of its own."""
    with pytest.raises(QueryRefusedError):
        tokenize(f"RETURN ${name} AS x")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Tokenizing either refuses or succeeds, and drops only comments."""
    try:
        found = tokenize(text)
    except QueryRefusedError:
        return
    for token in found.tokens:
        bare = text[token.start : token.end]
        sign = "$" if token.kind == "parameter" else ""
        name = bare.removeprefix(sign)
        if token.kind != "string" and name[0] == "`":
            name = name[1:-1].replace("``", "`")
        assert token.text == sign + name


def test_parameters_must_be_all_there_and_no_more() -> None:
    """A missing parameter is a specific error; an unknown one lists the known ones."""
    with pytest.raises(MissingParameterError, match=r"\$b"):
        check_parameters(frozenset({"a", "b"}), {"a": 1})
    with pytest.raises(MissingParameterError, match=r"\$genes is given, but not used"):
        check_parameters(frozenset({"gene"}), {"genes": 1})
    with pytest.raises(UsageError, match="its parameters are: a"):
        check_parameters(frozenset({"a"}), {"a": 1, "z": 2})


def test_parameters_are_plain_values() -> None:
    """Objects that the engine might inspect are refused as parameters."""
    plain = {"a": [{"b": [1, 2.5, None, True, "x"]}]}
    assert check_parameters(frozenset({"a"}), plain) == plain
    with pytest.raises(UsageError, match="is a object"):
        check_parameters(frozenset({"a"}), {"a": [object()]})
    with pytest.raises(UsageError, match="is a object"):
        check_parameters(frozenset({"a"}), {"a": object()})
