"""Ids and symbols of a file find the genes that the catalogue means by them."""

from collections.abc import Iterator

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orthoweave.errors import InputError
from orthoweave.genes.catalogue import GeneCatalogue, build_catalogue
from orthoweave.jobs.parts.gene_ends import END, find_gene_keys
from orthoweave.schema import read_schema
from orthoweave.species import find_species

HUMAN, MOUSE = find_species("human"), find_species("mouse")
GENES: list[dict[str, object]] = [
    {"id": "NCBIGene:1", "symbol": "A", "species": HUMAN.key, "retired_ids": ["NCBIGene:9"]},
    {"id": "NCBIGene:2", "symbol": None, "species": HUMAN.key, "xrefs": ["HGNC:1"]},
    {"id": "NCBIGene:3", "symbol": "C", "species": HUMAN.key, "retired_ids": ["NCBIGene:1"]},
    {"id": "NCBIGene:4", "symbol": "D", "species": HUMAN.key, "synonyms": ["NCBIGene:2"]},
    {"id": "NCBIGene:5", "symbol": "Aa", "species": MOUSE.key},
    {"id": "HGNC:2", "symbol": "E", "species": HUMAN.key, "xrefs": ["HGNC:1"]},
]
PROVENANCE = dict.fromkeys(
    (
        *("source", "source_version", "license", "knowledge_level", "agent_type"),
        "primary_knowledge_source",
    ),
    "test",
)
ENDS = st.fixed_dictionaries(
    {
        "species": st.sampled_from([HUMAN.key, HUMAN.key, MOUSE.key]),
        "ncbi": st.none() | st.sampled_from([f"NCBIGene:{n}" for n in (1, 2, 3, 4, 5, 9, 77)]),
        "id": st.none() | st.sampled_from(["HGNC:1", "HGNC:2", "HGNC:3"]),
        "ensembl": st.none() | st.just("ENSEMBL:ENSG00000000001"),
        "symbol": st.none() | st.sampled_from(["A", "a", "C", "Aa", "Z"]),
    }
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GeneCatalogue]:
    folder = tmp_path_factory.mktemp("catalogue")
    rows = pa.Table.from_pylist(
        [{**PROVENANCE, **gene} for gene in GENES], read_schema().arrow("Gene")
    )
    pq.write_table(rows, folder / "Gene.parquet")
    build_catalogue([folder / "Gene.parquet"], folder / "genes.sqlite")
    with GeneCatalogue.open(folder / "genes.sqlite") as opened:
        yield opened


def keys(catalogue: GeneCatalogue, ends: list[dict[str, str | None]]) -> object:
    """Return the keys of ends and the report, or the message that refuses them."""
    frame = pl.DataFrame(ends, schema=dict.fromkeys(END, pl.String))
    try:
        found = find_gene_keys(frame, catalogue, "file")
    except InputError as error:
        return str(error)
    return found.ends.sort(END).rows(), found.report


@given(st.lists(ENDS, min_size=1, max_size=8))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_ids_that_are_keys_mean_what_all_their_spellings_mean(
    catalogue: GeneCatalogue, monkeypatch: pytest.MonkeyPatch, ends: list[dict[str, str | None]]
) -> None:
    """The look-up by key agrees with the look-up of every text in all its spellings."""
    quickly = keys(catalogue, ends)
    with monkeypatch.context() as patched:
        patched.setattr(GeneCatalogue, "symbols_of", lambda *_: {})
        assert keys(catalogue, ends) == quickly


def test_keys_of_another_species_are_not_looked_up(catalogue: GeneCatalogue) -> None:
    """A key names a gene of its own species alone; a gene may have no symbol."""
    asked = ["NCBIGene:1", "NCBIGene:2", "NCBIGene:5", "NCBIGene:77"]
    assert catalogue.symbols_of(asked, HUMAN) == {"NCBIGene:1": "A", "NCBIGene:2": None}
    assert catalogue.symbols_of(asked, MOUSE) == {"NCBIGene:5": "Aa"}
