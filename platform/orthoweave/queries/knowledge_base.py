"""A knowledge base, opened for asking: one published build, which never changes while open."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Self

import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.ids import Species, find_species
from orthoweave.queries.answer import Answer
from orthoweave.queries.arguments import look_up
from orthoweave.queries.expression import expression_table
from orthoweave.queries.gateway import Gateway, Limits
from orthoweave.queries.genes import show_gene
from orthoweave.queries.orthologs import Orthology, ortholog_table
from orthoweave.queries.overview import source_list, table_counts
from orthoweave.queries.saved import SavedQuery, find_query, saved_queries
from orthoweave.settings import Settings, read_settings
from orthoweave.stores.base import CLOSED, GraphStore
from orthoweave.stores.ladybug import LadybugStore
from orthoweave.stores.neo4j import Neo4jStore
from orthoweave.stores.neo4j_access import read_access
from orthoweave.tables.layout import Layout
from orthoweave.tables.manifest import (
    GENES_FILE,
    GRAPH_FILE,
    Manifest,
    current_build,
    read_manifest,
    verify_files,
)

OnAmbiguous = Literal["error", "all", "best"]


class KnowledgeBase:
    """One published build, open for asking. Safe to use from several threads.

    See `open_knowledge_base`. Whatever is published later, this one stays as it is: open the
    knowledge base again to see the new build.
    """

    def __init__(
        self, *, layout: Layout, manifest: Manifest, settings: Settings, store: GraphStore,
        genes: GeneCatalogue, gateway: Gateway,
    ) -> None:  # fmt: skip
        self.layout = layout
        self.manifest = manifest
        self.settings = settings
        self._store = store
        self._genes = genes
        self._gateway = gateway
        self._orthology = Orthology(gateway)
        self._closed = False

    @property
    def store(self) -> GraphStore:
        """The graph; this and what follows is a UsageError once the knowledge base is closed."""
        self._check_open()
        return self._store

    @property
    def genes(self) -> GeneCatalogue:
        """The catalogue of genes by name."""
        self._check_open()
        return self._genes

    @property
    def gateway(self) -> Gateway:
        """The one way to the graph."""
        self._check_open()
        return self._gateway

    @property
    def orthology(self) -> Orthology:
        """The orthology of the build."""
        self._check_open()
        return self._orthology

    @property
    def folder(self) -> Path:
        """Folder of the build."""
        return self.layout.builds / self.manifest.build

    def resolve(
        self, texts: Sequence[str], species: str | int | None = None, *,
        on_ambiguous: OnAmbiguous = "all",
    ) -> Answer:  # fmt: skip
        """All genes that each text may mean, with the reason; lost texts are kept.

        Raises
        ------
        AmbiguousNameError
            With ``on_ambiguous="error"``, if several genes fit one text equally well.
        """
        asked = {"texts": list(texts), "species": species, "on_ambiguous": on_ambiguous}
        found = self.genes.resolve_many(list(texts), _species(species), on_ambiguous=on_ambiguous)
        return self._answer(
            found.rows, "Genes by name", "resolve", asked, (found.report.summary(),)
        )

    def gene(self, text: str, species: str | int | None = None) -> Answer:
        """Everything the graph says of one gene, in one row.

        Raises
        ------
        UnknownNameError
            If the text names no gene; the message lists names that begin alike.
        AmbiguousNameError
            If several genes fit equally well; the message lists them.
        """
        asked = {"text": text, "species": species}
        table, notes = show_gene(self.gateway, self.genes, text, _species(species))
        return self._answer(table, f"Gene {text}", "gene", asked, notes)

    def orthologs(
        self, genes: Sequence[str], source: str | int = "human", target: str | int = "mouse", *,
        min_sources: int = 1, sources: Sequence[str] = (),
    ) -> Answer:  # fmt: skip
        """Orthologs of genes in another species: a row for each pair, inputs without one kept.

        Parameters
        ----------
        source, target
            Species by common name, scientific name or taxon id.
        min_sources
            Resources that have to support a pair.
        sources
            Resources (OMA) or ingested sources (mgi_human_mouse) to go by; all if empty.

        Raises
        ------
        UnknownNameError
            For a species or source that is not known.
        UsageError
            If both species are the same, or `min_sources` is below 1.
        """
        self._check_open()
        here, there = find_species(source), find_species(target)
        asked = {"genes": list(genes), "source": here.common, "target": there.common,
                 "min_sources": min_sources, "sources": list(sources)}  # fmt: skip
        table, notes = ortholog_table(
            self.orthology, self.genes, genes, here, there, min_sources=min_sources, sources=sources
        )
        title = f"Orthologs of {here.common} genes in {there.common}"
        return self._answer(table, title, "orthologs", asked, notes)

    def expression(
        self, genes: Sequence[str], across: Sequence[str | int] = ("human", "mouse"), *,
        roll_up: Sequence[str] = (),
    ) -> Answer:  # fmt: skip
        """Expression of genes and their orthologs by cell type, species side by side.

        `state` tells measured, measured zero, not measured and no ortholog apart. `roll_up` are
        cell types, by id or name, to pool finer types into.

        Raises
        ------
        UnknownNameError
            For a species or cell type that is not known.
        """
        self._check_open()
        species = [find_species(text) for text in dict.fromkeys(across)]
        kinds = [str(look_up(self, "cell_type", kind)) for kind in roll_up]
        asked = {"genes": list(genes), "across": [one.common for one in species], "roll_up": kinds}
        table, notes = expression_table(
            self.gateway, self.orthology, self.genes, genes, species, roll_up=kinds
        )
        return self._answer(table, "Expression by cell type", "expression", asked, notes)

    def search_genes(self, text: str, k: int = 10, species: str | int | None = None) -> Answer:
        """Genes whose names and summaries are nearest in meaning to a text."""
        from orthoweave.queries.search import search_genes

        self._check_open()
        return search_genes(self, text, k=k, species=None if species is None else str(species))

    def search_cells(
        self, text: str | None = None, k: int = 10, species: str | int | None = None, *,
        like: str | None = None, dataset: str | None = None, cell_type: str | None = None,
    ) -> Answer:  # fmt: skip
        """Cells nearest in meaning to a text, or most like another cell (``dataset:barcode``)."""
        from orthoweave.queries.search import search_cells

        self._check_open()
        return search_cells(
            self,
            text,
            like=like,
            k=k,
            species=None if species is None else str(species),
            dataset=dataset,
            cell_type=cell_type,
        )

    def cypher(
        self, text: str, parameters: Mapping[str, object] | None = None, limit: int | None = None
    ) -> Answer:
        """Rows of a Cypher statement of your own, run in a locked-up process.

        Raises
        ------
        QueryRefusedError
            If it is no plain question, or no process can be locked up on this system.
        MissingParameterError
            If a parameter that it uses is not given.
        QueryTimeoutError
            If it takes longer than the setting ``query_timeout_s``.
        QueryError
            If the engine refuses it, or it needs too much memory.
        """
        rows = self.gateway.ask_freely(text, parameters, row_limit=limit)
        asked = dict(parameters or {})
        return self._answer(rows.table, "Cypher", text, asked, truncated=rows.truncated)

    def ask(self, name: str, parameters: Mapping[str, object] | None = None) -> Answer:
        """Answer of a saved query. Genes, species and cell types may be given by name.

        Raises
        ------
        UnknownNameError
            For an unknown query, parameter, gene, species, cell type or dataset.
        AmbiguousNameError
            If a gene's name fits several genes equally well.
        UsageError
            If a parameter is missing or of the wrong kind.
        """
        self._check_open()
        query = find_query(name, self.settings)
        values = query.values(parameters or {})
        for parameter in query.parameters:
            value = values[parameter.name]
            if isinstance(value, str):
                values[parameter.name] = look_up(self, parameter.kind, value)
        run = self.gateway.ask if query.bundled else self.gateway.ask_freely
        rows = run(query.text, values)
        return self._answer(rows.table, query.title, f"ask {name}", values,
                            truncated=rows.truncated)  # fmt: skip

    def queries(self) -> dict[str, SavedQuery]:
        """All saved queries by name."""
        return saved_queries(self.settings)

    def overview(self) -> Answer:
        """Rows of the graph by table."""
        return self._answer(table_counts(self.manifest), "Tables of the build", "overview", {})

    def sources(self) -> Answer:
        """Give the sources of the build with version and licence."""
        return self._answer(source_list(self.manifest), "Sources of the build", "sources", {})

    def close(self) -> None:
        """Let go of all files and end the process for questions."""
        self._closed = True
        self._gateway.close()
        self._genes.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise UsageError(CLOSED)

    def _answer(
        self, table: pa.Table, title: str, query: str, parameters: Mapping[str, object],
        notes: tuple[str, ...] = (), *, truncated: bool = False,
    ) -> Answer:  # fmt: skip
        self._check_open()
        provenance = {
            "build": self.manifest.build,
            "query": query,
            "parameters": json.dumps(parameters, sort_keys=True, default=str),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        return Answer(table, title, truncated, notes, provenance)


def open_knowledge_base(
    kb: str | Path | None = None, settings: Settings | None = None, *, store: str | None = None,
    allow_unsandboxed: bool = False,
) -> KnowledgeBase:  # fmt: skip
    """Open the published build of a knowledge base; use as a context manager.

    Parameters
    ----------
    kb
        Its folder; by default ``$ORTHOWEAVE_KB``, then ``./kb``.
    store
        Address of the Neo4j server that holds the graph of the build, with the login of the
        environment; all else still comes from the folder. Empty for the graph in the folder. By
        default ``$ORTHOWEAVE_STORE``, then empty.
    allow_unsandboxed
        Run free-text Cypher in this process where no process can be locked up. Then only the
        check of the statement stands between it and this user's files.

    Raises
    ------
    UnknownNameError
        If there is no knowledge base, or nothing is published in it.
    IntegrityError
        If a file of the build is missing or has another size than its manifest says, or the
        server holds another build or an unfinished one.
    StoreUnavailableError
        If the server does not answer, or refuses the login.
    """
    known = settings or read_settings()
    layout = Layout(Path(kb) if kb is not None else known.kb)
    manifest = read_manifest(layout, current_build(layout))
    verify_files(layout, manifest, content=False)
    folder = layout.builds / manifest.build
    uri = known.store if store is None else store
    limits = Limits(known.query_timeout_s, known.query_row_limit)
    opened = _open_graph(folder, manifest, known, uri, limits)
    try:
        genes = GeneCatalogue.open(folder / GENES_FILE)
        graph = None if uri else folder / GRAPH_FILE
        gateway = Gateway(opened, graph, limits, allow_unsandboxed=allow_unsandboxed)
        return KnowledgeBase(
            layout=layout, manifest=manifest, settings=known, store=opened, genes=genes,
            gateway=gateway,
        )  # fmt: skip
    except BaseException:
        opened.close()
        raise


def _open_graph(
    folder: Path, manifest: Manifest, settings: Settings, uri: str, limits: Limits
) -> GraphStore:
    if not uri:
        return LadybugStore.open_read_only(
            folder / GRAPH_FILE, buffer_pool_mb=settings.buffer_pool_mb
        )
    store = Neo4jStore.connect(read_access(uri), byte_limit=limits.byte_limit)
    try:
        store.expect(manifest.build, manifest.content_digest)
    except BaseException:
        store.close()
        raise
    return store


def _species(text: str | int | None) -> Species | None:
    return None if text is None else find_species(text)
