"""Columns without a catalogue: stable ids by their form, foreign species refused."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.ids import find_species
from orthoweave.jobs.gene_columns import GeneColumns, map_gene_columns

NO_CATALOGUE: Any = SimpleNamespace(catalogue=None)


def mapped(var: pd.DataFrame, species: str = "human", column: str | None = None) -> GeneColumns:
    """Give the genes of some columns where no catalogue is there."""
    return map_gene_columns(NO_CATALOGUE, var, find_species(species), column)


def test_stable_ids_are_known_by_form() -> None:
    """Ensembl ids lose their version; NCBI numbers, also those turned to floats, are keys."""
    var = pd.DataFrame(
        {
            "ensembl_id": ["ENSG00000254647.7", "", "", "nan"],
            "ncbi_gene_id": [None, 7157, 2641, None],
        },
        index=["INS", "TP53", "GCG", "odd"],
    )
    found = mapped(var)
    assert found.curie == ["ENSEMBL:ENSG00000254647", "NCBIGene:7157", "NCBIGene:2641", None]
    assert found.status == ["unlisted", "unlisted", "unlisted", "lost"]
    frame = found.frame()
    assert frame["ncbi_gene_id"].tolist() == [None, "7157", "2641", None]
    assert found.report()["n_matched"] == 3


def test_fly_ids_are_flybases() -> None:
    """A model organism's own ids keep their dots and their authority."""
    assert mapped(pd.DataFrame(index=["FBgn0000008"]), "fly").curie == ["FB:FBgn0000008"]


def test_same_gene_twice_is_a_duplicate() -> None:
    """Two versions of one id are one gene: the first column is it."""
    var = pd.DataFrame(index=["ENSG00000254647.7", "ENSG00000254647.8"])
    assert mapped(var).status == ["unlisted", "duplicate"]


def test_foreign_ids_are_refused() -> None:
    """Ensembl ids of another species contradict what was said."""
    with pytest.raises(InputError, match="2 of mouse"):
        mapped(pd.DataFrame(index=["ENSMUSG00000035804", "ENSMUSG00000000215"]))


def test_unknown_column_is_named() -> None:
    """A column that is not there is an error that lists the others."""
    with pytest.raises(UnknownNameError, match="gene_id_column= one of a"):
        mapped(pd.DataFrame({"a": ["x"]}, index=["y"]), column="b")
