"""Questions on bulk samples: groups, and expression by group, against pandas."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from tests.support.bulk_samples import KEYS, clinical, logs, tpm

import orthoweave as ow
from orthoweave.errors import InputError, UnknownNameError
from orthoweave.knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def kb(bulk_kb: Path) -> Iterator[KnowledgeBase]:
    """The opened build of bulk samples."""
    with ow.open(bulk_kb) as opened:
        yield opened


def test_cohorts_count_patients_and_events(kb: KnowledgeBase) -> None:
    """Each group of each dataset, with who was followed and how many had the event."""
    facts = clinical().assign(event=lambda one: one["os_status"].str[0].astype(int))
    events = facts.groupby("disease")["event"].sum()
    rows = kb.cohorts().rows()
    assert [(row["dataset"], row["group"], row["n"]) for row in rows] == [
        (dataset, group, 20) for dataset in ("bulk", "scores") for group in events.index
    ]
    assert [row["events"] for row in rows] == [*events.tolist(), 0, 0]
    assert [row["followed"] for row in rows] == [20, 20, 0, 0]
    assert [row["endpoint"] for row in rows] == ["death", "death", None, None]


def test_expression_by_group_is_that_of_pandas(kb: KnowledgeBase) -> None:
    """Means, deviations and quartiles on the scale of logarithms, of every dataset."""
    answer = kb.expression_by_group(["INS", "glp1"], "human")
    assert {row["dataset"] for row in answer.rows()} == {"bulk", "scores"}
    assert {row["scale"] for row in answer.rows()} == {"log2_tpm", "zscore"}
    assert any("different scales, which do not compare" in note for note in answer.notes)
    groups = clinical()["disease"].to_numpy()
    for name, symbol in (("INS", "INS"), ("glp1", "GCG")):
        wanted = logs(tpm())[symbol].groupby(groups).describe()
        mine = [r for r in answer.rows() if (r["query"], r["dataset"]) == (name, "bulk")]
        found = pd.DataFrame(mine).set_index("group")
        assert set(found["gene"]) == {KEYS[symbol]}
        names = {"n": "count", "mean": "mean", "sd": "std", "least": "min", "quarter": "25%"}
        names |= {"median": "50%", "three_quarters": "75%", "most": "max"}
        for column, other in names.items():
            assert found[column].tolist() == pytest.approx(wanted[other].tolist(), abs=1e-4)


def test_genes_that_were_not_measured_are_named(kb: KnowledgeBase) -> None:
    """A gene of the catalogue alone, and one of another species' datasets."""
    answer = kb.expression_by_group(["TP53"])
    assert len(answer) == 0
    assert set(answer.notes) == {f"{name} does not measure 'TP53'" for name in ("bulk", "scores")}
    with pytest.raises(UnknownNameError, match="NOTAGENE"):
        kb.expression_by_group(["NOTAGENE"])
    with pytest.raises(UnknownNameError, match="no dataset 'elsewhere'"):
        kb.expression_by_group(["INS"], dataset="elsewhere")


def test_builds_of_cells_have_no_samples(toy_kb: Path) -> None:
    """The message names the job that reads them; a dataset of cells is refused."""
    with ow.open(toy_kb) as opened:
        assert len(opened.cohorts()) == 0
        with pytest.raises(InputError, match="no bulk samples: run `orthoweave ingest samples`"):
            opened.expression_by_group(["INS"], "human")
        with pytest.raises(InputError, match="holds rows of kind cell"):
            opened.survival(["INS"], "human", dataset="toy_human")
