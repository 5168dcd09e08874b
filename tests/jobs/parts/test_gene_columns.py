"""Columns without a catalogue: stable ids by their form, foreign species refused."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.genes.catalogue import GeneCatalogue, build_catalogue
from orthoweave.jobs.parts.gene_columns import GeneColumns, map_gene_columns
from orthoweave.schema import read_schema
from orthoweave.species import find_species

NO_CATALOGUE: Any = SimpleNamespace(catalogue=None)


def mapped(var: pd.DataFrame, species: str = "human", column: str | None = None) -> GeneColumns:
    """Return the genes of some columns where no catalogue is there."""
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


def test_row_numbers_name_nothing() -> None:
    """An index of row numbers is not NCBI ids; the ids beside it are taken."""
    ids = ["ENSG00000254647", "ENSG00000115263", "ENSG00000157005"]
    found = mapped(pd.DataFrame({"gene_ids": ids}, index=["0", "1", "2"]))
    assert found.curie == [f"ENSEMBL:{text}" for text in ids]
    assert found.notes == ["index holds row numbers: not used as gene ids"]


def test_a_word_for_missing_is_a_gene_by_its_current_symbol(tmp_path: Path) -> None:
    """Fly's nan and na are genes; NaN, NA and a lacking value are not, nor is human's NA XK."""
    rows: list[dict[str, object]] = [
        {
            "id": f"NCBIGene:{number}",
            "symbol": symbol,
            "species": species,
            "synonyms": [synonym],
            "source": "source:test@1",
            "source_version": "1",
            "license": "CC0-1.0",
            "knowledge_level": "knowledge_assertion",
            "agent_type": "manual_agent",
            "primary_knowledge_source": "infores:hgnc",
        }
        for number, symbol, species, synonym in (
            (1, "nan", "NCBITaxon:7227", "NAN"),
            (2, "na", "NCBITaxon:7227", "NA"),
            (3, "XK", "NCBITaxon:9606", "NA"),
        )
    ]
    schema = read_schema().arrow("Gene")
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), tmp_path / "Gene.parquet")
    build_catalogue([tmp_path / "Gene.parquet"], tmp_path / "genes.sqlite")
    var = pd.DataFrame(
        {"symbol": ["nan", "na", "NaN", "NA", float("nan"), None]}, index=list("abcdef")
    )
    with GeneCatalogue.open(tmp_path / "genes.sqlite") as catalogue:
        context: Any = SimpleNamespace(catalogue=catalogue)
        fly = map_gene_columns(context, var, find_species("fly"), None)
        human = map_gene_columns(context, var, find_species("human"), None)
    assert fly.curie == ["NCBIGene:1", "NCBIGene:2", None, None, None, None]
    assert set(human.curie) == {None}
