"""Dependencies of a source's tables besides its raw files: gene names, other sources, datasets.

The same functions supply an ingest with its dependencies, record them in the ledger, and find out
whether they would differ today.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orthoweave.errors import UnknownNameError
from orthoweave.genes.catalogue import GeneCatalogue, open_cached_catalogue
from orthoweave.jobs.datasets import DatasetFiles
from orthoweave.jobs.job import Job
from orthoweave.storage.durable import file_digest, text_digest
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.tableset import TableSet, read_tableset
from orthoweave.version import VERSION

# names in the ledger of dependencies on every source that writes a table
_WRITERS_OF = {
    "gene_texts": "Gene",
    "cell_types": "CellType",
    "orthology": "ORTHOLOGOUS_TO",
    "coexpression": "COEXPRESSED_WITH",
}
# tables of the sources that a job with a use is given
_READ_BY = {
    **_WRITERS_OF,
    "genes": "Gene",
    "gene_tables": "Gene",
    "ontology": "CellType",
    "dataset": "Dataset",
}
_DATASET = "dataset "
_TABLE = "table "
_VECTORS = "vectors "
_ONTOLOGY = "ontology"
CATALOGUES = frozenset({"genes", "gene_tables"})
"""Uses that supply a job with a gene catalogue; a job has one of them at most."""


def gene_catalogue(
    layout: Layout, ledger: Ledger, name: str, uses: str = "genes"
) -> GeneCatalogue | None:
    """Return the genes that resolve names when source `name` is ingested; None if there are none.

    Parameters
    ----------
    uses
        ``genes`` for all sources that name genes, ``gene_tables`` for those of whole gene tables.
    """
    passed_over = {"genes", uses}
    # only sources that name genes by themselves: a job that resolves names adds no new ones
    tables = [
        read_tableset(layout.tables / entry.tables_digest)
        for entry in ledger.active()
        if "Gene" in entry.counts and passed_over.isdisjoint(entry.depends) and entry.name != name
    ]
    return open_cached_catalogue(layout.scratch(), tables) if tables else None


def upstream_tables(
    layout: Layout, ledger: Ledger, uses: Collection[str], name: str
) -> tuple[TableSet, ...]:
    """Return the table sets that a job of these uses is given for source `name`, by source name.

    Those of other sources are not read, so that damage to them does not stop the job.
    """
    wanted = {_READ_BY[use] for use in uses}
    return tuple(
        read_tableset(layout.tables / entry.tables_digest)
        for entry in ledger.active()
        if entry.name != name and not wanted.isdisjoint(entry.counts)
    )


def catalogue_of_job(job: Job, layout: Layout, ledger: Ledger, name: str) -> GeneCatalogue | None:
    """Return the catalogue that a job gets for source `name`; None if it uses none."""
    uses = sorted(CATALOGUES & job.uses)
    return gene_catalogue(layout, ledger, name, uses[0]) if uses else None


def find_dataset(
    layout: Layout, upstream: Sequence[TableSet], options: Mapping[str, Any]
) -> DatasetFiles | None:
    """Return the dataset that the option `dataset` names; None if it is not set.

    Raises
    ------
    UnknownNameError
        If no active source has a dataset of that name; the message lists those that exist.
    """
    wanted = options.get("dataset")
    if wanted is None:  # for a job that needs a dataset the option is required
        return None
    found = {name: tables for tables in upstream for name in tables.matrices}
    if wanted not in found:
        known = ", ".join(found) or "none"
        message = f"no dataset {wanted!r}: expected --set dataset= one of {known}"
        raise UnknownNameError(message)
    tables = found[wanted]
    return DatasetFiles(wanted, layout.matrices / tables.matrices[wanted], tables)


def dependencies(
    job: Job,
    upstream: Sequence[TableSet],
    catalogue: GeneCatalogue | None,
    dataset: DatasetFiles | None,
) -> dict[str, str]:
    """Return digests of everything that the job's tables depend on besides its input, by name."""
    depends = {"code": VERSION}
    if job.path is not None:
        depends["job"] = file_digest(job.path)
    for use in sorted(CATALOGUES & job.uses):
        depends[use] = catalogue.digest if catalogue is not None else "none"
    for use, table in _WRITERS_OF.items():
        if use in job.uses:
            depends[use] = writers_digest(table, upstream)
    if _ONTOLOGY in job.uses:
        depends[_ONTOLOGY] = _ontology_digest(upstream)
    if dataset is not None:
        depends[dataset_dependency(dataset.name)] = dataset.tables.digest
    return depends


def dataset_dependency(dataset: str) -> str:
    """Return the name of a dependency on a dataset in the ledger."""
    return f"{_DATASET}{dataset}"


def writers_dependency(table: str) -> str:
    """Return the name of a dependency on all sources that write a table."""
    names = {written: name for name, written in _WRITERS_OF.items()}
    return names.get(table, f"{_TABLE}{table}")


def vectors_dependency(space: str) -> str:
    """Return the name of a dependency on the vectors of a space in the ledger."""
    return f"{_VECTORS}{space}"


def vectors_digest(space: str, upstream: Sequence[TableSet]) -> str:
    """Return the digests of all sources of a space's vectors; empty if there are none."""
    return " ".join(sorted(tables.digest for tables in upstream if space in tables.vectors))


def changed_dependencies(layout: Layout, ledger: Ledger, entry: Entry) -> list[str]:
    """Return the changes since a source was ingested; empty if it is up to date.

    The job's own file is not looked at: ingesting again does that.
    """
    sources = [read_tableset(layout.tables / other.tables_digest) for other in ledger.active()]
    upstream = [tables for tables in sources if tables.source.name != entry.name]
    changed = []
    for name, digest in entry.depends.items():
        if name == "code" and digest != VERSION:
            changed.append(f"made by orthoweave {digest}")
        elif name in CATALOGUES and digest != _genes_digest(layout, ledger, entry.name, name):
            changed.append("the gene names have changed")
        elif (now := tables_dependency(name, upstream)) is not None and now != digest:
            if name in _WRITERS_OF:
                changed.append(f"sources of {_WRITERS_OF[name]} have changed")
            elif name == _ONTOLOGY:
                changed.append("the Cell Ontology has changed")
            else:
                verb = "have" if name.startswith(_VECTORS) else "has"
                changed.append(f"{name} {verb} {'changed' if now else 'gone'}")
    return changed


def tables_dependency(name: str, upstream: Sequence[TableSet]) -> str | None:
    """Return the digest that a dependency on other sources' tables has today.

    It is empty for a dataset or vectors that have gone, and None for a dependency of another kind.
    """
    if name in _WRITERS_OF:
        return writers_digest(_WRITERS_OF[name], upstream)
    if name == _ONTOLOGY:
        return _ontology_digest(upstream)
    if name.startswith(_TABLE):
        return writers_digest(name.removeprefix(_TABLE), upstream)
    if name.startswith(_DATASET):
        dataset = name.removeprefix(_DATASET)
        return " ".join(tables.digest for tables in upstream if dataset in tables.matrices)
    if name.startswith(_VECTORS):
        return vectors_digest(name.removeprefix(_VECTORS), upstream)
    return None


def sources_behind(name: str, upstream: Sequence[TableSet]) -> list[TableSet] | None:
    """Return the sources that a dependency on other sources' tables is of; None for other kinds."""
    if name == _ONTOLOGY:
        return ontology_sources(upstream)
    if name.startswith(_DATASET):
        return [one for one in upstream if name.removeprefix(_DATASET) in one.matrices]
    if name.startswith(_VECTORS):
        return [one for one in upstream if name.removeprefix(_VECTORS) in one.vectors]
    if name in _WRITERS_OF or name.startswith(_TABLE):
        table = _WRITERS_OF.get(name, name.removeprefix(_TABLE))
        return [one for one in upstream if table in one.counts]
    return None


def ontology_sources(upstream: Sequence[TableSet]) -> list[TableSet]:
    """Return the sources that name cell types by themselves, such as the Cell Ontology.

    A dataset writes the types of its cells too; it takes their names and gives none.
    """
    return [t for t in upstream if "CellType" in t.counts and "OBSERVED_IN" not in t.counts]


def _ontology_digest(upstream: Sequence[TableSet]) -> str:
    """Digest over the sources of an ontology, in any order; "none" if there are none."""
    digests = sorted(tables.digest for tables in ontology_sources(upstream))
    return text_digest("\n".join(digests)) if digests else "none"


def writers_digest(table: str, upstream: Sequence[TableSet]) -> str:
    """Return a digest over all sources that write a table, in any order."""
    return text_digest("\n".join(sorted(t.digest for t in upstream if table in t.counts)))


def _genes_digest(layout: Layout, ledger: Ledger, name: str, uses: str) -> str:
    catalogue = gene_catalogue(layout, ledger, name, uses)
    if catalogue is None:
        return "none"
    with catalogue:
        return catalogue.digest
