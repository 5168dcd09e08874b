"""Predictions against authors' labels, counted by hand on the toy world."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.predicted_world import BETA, ENDOCRINE

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.knowledge_base import KnowledgeBase
from orthoweave.opening import open_knowledge_base


@pytest.fixture(scope="module")
def kb(predicted_kb: Path) -> Iterator[KnowledgeBase]:
    """The toy world with known predictions."""
    with open_knowledge_base(predicted_kb) as opened:
        yield opened


def test_confusion_counts_at_the_common_depth(kb: KnowledgeBase) -> None:
    """Beta and alpha cells are pooled, since the model names endocrine cells; a note says so."""
    found = kb.confusion("pooled")
    counts = {
        (row["author_name"], row["predicted_name"]): (row["n_cells"], row["share"])
        for row in found.rows()
    }
    assert counts == {
        ("pancreatic endocrine cell", "pancreatic endocrine cell"): (17, 17 / 20),
        ("pancreatic endocrine cell", "pancreatic ductal cell"): (1, 1 / 20),
        ("pancreatic endocrine cell", "abstained"): (2, 2 / 20),
        ("pancreatic ductal cell", "pancreatic ductal cell"): (8, 8 / 10),
        ("pancreatic ductal cell", "abstained"): (2, 2 / 10),
        ("unknown_7", "abstained"): (10, 1.0),
    }
    assert found.notes == (
        "pooled into pancreatic endocrine cell: type B pancreatic cell, pancreatic A cell",
    )
    assert found.provenance["build"] == kb.manifest.build


def test_shares_of_a_row_sum_to_one_and_counts_to_all_cells(kb: KnowledgeBase) -> None:
    """No cell is lost, and none is counted twice."""
    for run in ("pooled", "texts"):
        rows = kb.confusion(run).rows()
        assert sum(int(str(row["n_cells"])) for row in rows) == 40
        for author in {row["author"] for row in rows}:
            shares = [float(str(row["share"])) for row in rows if row["author"] == author]
            assert sum(shares) == pytest.approx(1)


def test_a_level_is_taken_by_name_or_key(kb: KnowledgeBase) -> None:
    """The level that is given gives the same as the common one where they are equal."""
    by_name = kb.confusion("pooled", level=["pancreatic endocrine cell"])
    assert by_name.table.equals(kb.confusion("pooled", level=[ENDOCRINE]).table)
    assert by_name.table.equals(kb.confusion("pooled").table)


def test_other_labels_than_types_are_compared_with_the_authors_words(kb: KnowledgeBase) -> None:
    """Where a model gives words, the authors' labels are the truth."""
    right = [row for row in kb.confusion("texts").rows() if row["author"] == row["predicted"]]
    assert [(row["author"], row["n_cells"]) for row in right] == [("beta", 10)]
    with pytest.raises(UsageError, match="other than cell types: leave the level out"):
        kb.confusion("texts", level=[BETA])


def test_reliability_counts_right_cells_by_probability(kb: KnowledgeBase) -> None:
    """Cells without probability are left out; abstained ones are apart."""
    rows = kb.reliability("pooled").rows()
    found = [(r["cells"], r["bin_low"], r["n_cells"], r["n_right"]) for r in rows]
    assert found == [
        ("named", 0.8, 17, 17),
        ("named", 0.9, 9, 8),
        ("abstained", 0.4, 2, 2),
        ("abstained", 0.8, 2, 2),
    ]
    assert rows[1]["mean_probability"] == pytest.approx(0.95)
    assert rows[1]["right"] == pytest.approx(8 / 9)
    whole = kb.reliability("pooled", bins=1).rows()
    assert [(row["n_cells"], row["n_right"]) for row in whole] == [(26, 25), (4, 4)]


@pytest.mark.parametrize("bins", [0, -1, 101])
def test_bins_out_of_range_are_refused(kb: KnowledgeBase, bins: int) -> None:
    """The message says what is expected."""
    with pytest.raises(UsageError, match="from 1 to 100"):
        kb.reliability("pooled", bins=bins)


def test_verdicts_are_counted_with_what_became_of_the_cells(kb: KnowledgeBase) -> None:
    """Near, far and outside, with the named cells among them and the right ones."""
    found = [
        (row["verdict"], row["n_cells"], row["n_named"], row["n_compared"], row["n_right"])
        for row in kb.verdicts("pooled").rows()
    ]
    assert found == [("near", 20, 18, 18, 17), ("far", 10, 8, 8, 8), ("outside", 10, 0, 0, 0)]
    assert [row["verdict"] for row in kb.verdicts("texts").rows()] == ["not measured"]


def test_a_run_of_numbers_or_without_predictions_is_refused(kb: KnowledgeBase) -> None:
    """The message says what to do instead."""
    for question in (kb.confusion, kb.reliability, kb.verdicts):
        with pytest.raises(UsageError, match="only numbers"):
            question("numbers")
    with pytest.raises(UnknownNameError, match="no run 'nobody'"):
        kb.confusion("nobody")


def test_a_level_of_nothing_is_refused(kb: KnowledgeBase) -> None:
    """Unknown names, and types of which one is a kind of the other."""
    with pytest.raises(UnknownNameError):
        kb.confusion("pooled", level=["no such type"])
    with pytest.raises(InputError, match="kind of"):
        kb.confusion("pooled", level=[ENDOCRINE, BETA])
