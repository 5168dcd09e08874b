"""Gene names of a published dataset resolve to the ids that were joined to it by others."""

from collections.abc import Iterator
from pathlib import Path

import anndata
import pandas as pd
import pytest

from orthoweave.genes.catalogue import GeneCatalogue, open_cached_catalogue
from orthoweave.jobs.discover import find_job
from orthoweave.jobs.ingest import ingest
from orthoweave.progress import Quiet
from orthoweave.settings import Settings
from orthoweave.species import find_species
from orthoweave.storage.layout import Layout

pytestmark = pytest.mark.slow
OPTIONS = {"on_duplicate": "separate"}


@pytest.fixture(scope="module")
def catalogue(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GeneCatalogue]:
    layout = Layout(tmp_path_factory.mktemp("published") / "kb")
    job = find_job(Settings(), "gene_descriptions")
    files = [real_data / "gene_info" / f"{species}.tsv.gz" for species in ("human", "mouse")]
    tables = [ingest(layout, job, [path], OPTIONS, Quiet()).tables for path in files]
    with open_cached_catalogue(layout.cache, tables) as opened:
        yield opened


def published(folder: Path, species: str) -> pd.DataFrame:
    """Names, ids and how they were found, as they stand in the file."""
    path = folder / "baron_pancreas" / f"baron_{species}.h5ad"
    var: pd.DataFrame = anndata.read_h5ad(path, backed="r").var.astype(str)
    return var


@pytest.mark.parametrize(("species", "floor"), [("human", 19_500), ("mouse", 14_700)])
def test_names_of_the_pancreas_data_get_their_ids(
    catalogue: GeneCatalogue, real_data: Path, species: str, floor: int
) -> None:
    """Every name that both we and the witness map has the same NCBI or Ensembl id in both.

    Left out are the names that the witness found by cutting them at a dot: ``ABHD14A.ACY1`` is the
    readthrough gene ABHD14A-ACY1, not ABHD14A.
    """
    names = published(real_data, species)
    meant = catalogue.resolve_many(list(names.index), find_species(species)).unique()
    names = names[names["id_match"].isin(["symbol", "synonym"]) & names.index.isin(list(meant))]
    names = names[(names["ncbi_gene_id"] != "") | (names["ensembl_id"] != "")]
    wrong = []
    for name, ncbi, ensembl in zip(
        names.index, names["ncbi_gene_id"], names["ensembl_id"], strict=True
    ):
        record = catalogue.gene(meant[name])
        assert record is not None
        ids = {record.id, *record.xrefs}
        if f"NCBIGene:{ncbi}" not in ids and f"ENSEMBL:{ensembl}" not in ids:
            wrong.append((name, record.id))
    assert wrong == []
    assert len(names) > floor


@pytest.mark.parametrize(("species", "lost"), [("human", 0.01), ("mouse", 0.005)])
def test_few_names_of_the_pancreas_data_are_lost(
    catalogue: GeneCatalogue, real_data: Path, species: str, lost: float
) -> None:
    """Hardly a name is lost or ambiguous, and whatever the witness maps by symbol so do we."""
    names = published(real_data, species)
    resolution = catalogue.resolve_many(
        list(names.index), find_species(species), on_ambiguous="best"
    )
    report = resolution.report
    assert report.n_in == len(names)
    assert report.n_lost <= lost * report.n_in
    assert report.n_ambiguous <= 10
    by_symbol = set(names.index[names["id_match"] == "symbol"])
    assert not by_symbol.intersection(report.lost)
    pairs = zip(*(resolution.rows[name].to_pylist() for name in ("query", "symbol")), strict=True)
    assert all(query == symbol for query, symbol in pairs if query in by_symbol)


def test_no_name_of_the_tables_finds_another_gene_only(catalogue: GeneCatalogue) -> None:
    """Symbols of the two species' genes find their own gene first in their species."""
    for key, symbol, species in [
        ("NCBIGene:3630", "INS", "human"),
        ("NCBIGene:16334", "Ins2", "mouse"),
        ("NCBIGene:7157", "TP53", "human"),
        ("NCBIGene:22059", "Trp53", "mouse"),
    ]:
        first = catalogue.resolve(symbol, find_species(species))[0]
        assert (first.gene, first.reason) == (key, "symbol")
