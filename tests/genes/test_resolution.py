"""Many texts at once: all, the best or an error, with a report of what was lost."""

import json
from pathlib import Path

import pytest

from orthoweave.errors import AmbiguousNameError, UsageError
from orthoweave.genes.records import Candidate, Reason
from orthoweave.genes.resolution import make_resolution, status_of
from orthoweave.genes.sssom import sssom_table, write_sssom


def candidate(gene: str, reason: Reason) -> Candidate:
    return Candidate(gene, f"symbol of {gene}", None, "NCBITaxon:9606", reason, "x")


ONE = [candidate("HGNC:1", "symbol"), candidate("HGNC:2", "synonym")]
TIE = [
    candidate("HGNC:3", "synonym"),
    candidate("HGNC:4", "synonym"),
    candidate("HGNC:5", "synonym_case"),
]
MOVED = [candidate("HGNC:6", "retired_id")]
FOUND: list[tuple[str, list[Candidate]]] = [
    ("one", ONE),
    ("tie", TIE),
    ("moved", MOVED),
    ("lost", []),
    ("1-Mar", []),
    ("lost", []),
]


def test_all_has_a_row_for_each_candidate() -> None:
    """Every candidate has a row with the status of its query; a lost query has one without gene."""
    rows = make_resolution(FOUND, "all").rows.to_pylist()
    assert [(row["query"], row["gene"], row["status"], row["n_candidates"]) for row in rows] == [
        ("one", "HGNC:1", "matched", 2),
        ("one", "HGNC:2", "matched", 2),
        ("tie", "HGNC:3", "ambiguous", 3),
        ("tie", "HGNC:4", "ambiguous", 3),
        ("tie", "HGNC:5", "ambiguous", 3),
        ("moved", "HGNC:6", "redirected", 1),
        ("lost", None, "lost", 0),
        ("1-Mar", None, "lost", 0),
        ("lost", None, "lost", 0),
    ]


def test_best_has_a_row_for_each_query() -> None:
    """The lowest key of the best reason is taken, and a tie is still called ambiguous."""
    rows = make_resolution(FOUND, "best").rows.to_pylist()
    assert [row["query"] for row in rows] == [text for text, _ in FOUND]
    assert [row["gene"] for row in rows] == ["HGNC:1", "HGNC:3", "HGNC:6", None, None, None]
    assert rows[1]["status"] == "ambiguous"
    assert rows[4]["reason"] == "looks like MARCH1/MARCHF1/MARC1/MTARC1 mangled by a spreadsheet"


def test_error_lists_the_ambiguous() -> None:
    """The message names query, candidates and ways out; without a tie there is no error."""
    with pytest.raises(AmbiguousNameError, match=r"1 ambiguous names.*\n.*'tie': HGNC:3 .* HGNC:4"):
        make_resolution(FOUND, "error")
    assert make_resolution(FOUND[:1], "error").rows.num_rows == 1
    many = [(f"tie{number}", TIE) for number in range(25)]
    with pytest.raises(AmbiguousNameError, match="and 15 more"):
        make_resolution(many, "error")


def test_an_unknown_choice_is_refused() -> None:
    """A misspelt choice is a usage error that lists the choices."""
    with pytest.raises(UsageError, match="'first': expected one of error, all, best"):
        make_resolution([], "first")  # type: ignore[arg-type]


@pytest.mark.parametrize("choice", ["all", "best"])
def test_the_report_adds_up(choice: str) -> None:
    """Every text is in one of four classes, and the lost are listed once, in order."""
    report = make_resolution(FOUND, choice).report  # type: ignore[arg-type]
    assert (report.n_in, report.n_matched, report.n_redirected) == (6, 1, 1)
    assert (report.n_ambiguous, report.n_lost) == (1, 3)
    assert report.lost == ("lost", "1-Mar")
    assert report.mangled == ("1-Mar",)
    assert report.reasons == {"retired_id": 1, "symbol": 1, "synonym": 1}
    assert json.loads(json.dumps(report.as_dict()))["n_lost"] == 3
    assert report.summary() == (
        "6 names: 1 matched, 1 redirected, 1 ambiguous, 3 lost; "
        "'1-Mar' looks like MARCH1/MARCHF1/MARC1/MTARC1 mangled by a spreadsheet"
    )


def test_unique_leaves_out_ties_and_losses() -> None:
    """Only what one gene fits best is in the mapping, redirected ids among it."""
    assert make_resolution(FOUND, "all").unique() == {"one": "HGNC:1", "moved": "HGNC:6"}


def test_another_case_does_not_win_against_an_exact_synonym() -> None:
    """CAT for mouse may be Cat in capitals or the synonym CAT of Crat: that is ambiguous."""
    assert status_of([candidate("a", "symbol_case"), candidate("b", "synonym")]) == "ambiguous"
    assert status_of([candidate("a", "symbol_case"), candidate("b", "synonym_case")]) == "matched"
    assert status_of([candidate("a", "symbol"), candidate("b", "symbol_case")]) == "matched"


def test_nothing_asked_nothing_lost() -> None:
    """No texts give an empty table with its columns."""
    resolution = make_resolution([], "all")
    assert resolution.rows.num_rows == 0
    assert resolution.rows.column_names[0] == "query"
    assert resolution.report.n_in == 0


def test_sssom_claims_no_more_than_is_known(tmp_path: Path) -> None:
    """Only the one gene that is meant is an exact or close match; each pair stands once."""
    resolution = make_resolution([*FOUND, ("one", ONE), ("a\tb|é", MOVED)], "all")
    rows = sssom_table(resolution).to_pylist()
    assert [(row["original_subject"], row["object_id"], row["predicate_id"]) for row in rows] == [
        ("one", "HGNC:1", "skos:exactMatch"),
        ("one", "HGNC:2", "skos:relatedMatch"),
        ("tie", "HGNC:3", "skos:relatedMatch"),
        ("tie", "HGNC:4", "skos:relatedMatch"),
        ("tie", "HGNC:5", "skos:relatedMatch"),
        ("moved", "HGNC:6", "skos:exactMatch"),
        ("a\tb|é", "HGNC:6", "skos:exactMatch"),
    ]
    assert rows[-1]["subject_id"] == "orthoweave.name:a%09b%7C%C3%A9"
    target = tmp_path / "mappings.sssom.tsv"
    write_sssom(resolution, target)
    body = [line for line in target.read_text().splitlines() if not line.startswith("#")]
    assert len(body) == 1 + len(rows)
    assert {line.count("\t") for line in body} == {8}
    write_sssom(resolution, tmp_path / "again.tsv")
    assert (tmp_path / "again.tsv").read_bytes() == target.read_bytes()
