"""An opened knowledge base: every question, search, view, export and run is a method."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from orthoweave.build_data import BuildData
from orthoweave.build_runs import BuildRuns
from orthoweave.build_samples import BuildSamples
from orthoweave.build_search import BuildSearch
from orthoweave.errors import UsageError
from orthoweave.gateway.gateway import Gateway
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.genes.resolution import OnAmbiguous
from orthoweave.questions.answer import Answer
from orthoweave.questions.asked import ask_cypher, ask_saved
from orthoweave.questions.cell_types import kinds, observed_types
from orthoweave.questions.changes import changes
from orthoweave.questions.expression import expression
from orthoweave.questions.gene import GeneNamesAnswer, resolve_names, show_gene
from orthoweave.questions.neighbourhood import find_node, neighbourhood
from orthoweave.questions.orthologs import orthologs, renamed_species
from orthoweave.questions.overview import source_list, table_counts
from orthoweave.questions.saved import SavedQuery, saved_queries
from orthoweave.questions.script import Statement, answer_script, read_script
from orthoweave.questions.session import Session
from orthoweave.settings import Settings
from orthoweave.species import AnySpecies, find_species, species_or_none
from orthoweave.storage.layout import Layout
from orthoweave.storage.manifest import Manifest
from orthoweave.storage.place import plain
from orthoweave.stores.base import CLOSED, AnyStore


class KnowledgeBase(BuildData, BuildSamples, BuildSearch, BuildRuns):
    """One published build, open for asking. Safe to use from several threads.

    See `open_knowledge_base`. An opened build never changes: open the knowledge base again to see
    a build that was published later. Until it is closed its files stay, also if it is collected or
    its sources are removed meanwhile, and on Linux the folder may be moved.

    Notes
    -----
    What several methods take:

    * `genes`: symbols, synonyms or ids, such as ``INS`` or ``NCBIGene:3630``.
    * `species`: common name, scientific name or NCBI taxon id; of any species if None.
    * `to_species`: the species of the orthologs; in `gene_verdicts` none if None.
    * `cell_type`: key, name or author's label; its finer types count too. Any if None.
    * `dataset`: id of a dataset, such as ``baron_human``; any if None.
    * `key`: key of a node, such as ``NCBIGene:3630`` or ``CL:0000169``.
    * `k`: greatest number of rows to return, from 1.
    * `parameters`: values by name, without ``$``.
    * `limit`: greatest number of rows to return; by default as the settings say.
    * `asker`: the client, such as the name of a browser's session, by default the thread: clients
      take turns when questions wait.
    """

    def __init__(self, session: Session, settings: Settings, store: AnyStore) -> None:
        self.settings = settings
        self._session = session
        self._store = store
        self._closed = False

    @property
    def session(self) -> Session:
        """The session of all questions; a UsageError once the knowledge base is closed."""
        if self._closed:
            raise UsageError(CLOSED)
        return self._session

    @property
    def manifest(self) -> Manifest:
        """The manifest of the build."""
        return self._session.manifest

    @property
    def layout(self) -> Layout:
        """The folder layout of the knowledge base, by the name that it has at the moment."""
        return Layout(plain(self._session.layout.root))

    @property
    def folder(self) -> Path:
        """The folder of the build."""
        return self.manifest.folder(self.layout)

    @property
    def store(self) -> AnyStore:
        """The store that holds the graph."""
        _ = self.session
        return self._store

    @property
    def genes(self) -> GeneCatalogue:
        """The catalogue of genes by name."""
        return self.session.genes

    @property
    def gateway(self) -> Gateway:
        """The gateway to the graph."""
        return self.session.gateway

    def resolve(
        self,
        texts: Sequence[str],
        species: AnySpecies | None = None,
        *,
        on_ambiguous: OnAmbiguous = "all",
    ) -> GeneNamesAnswer:
        """List all genes that each text may refer to, with the reason; unmatched texts are kept.

        The answer can also write its coverage report and its mapping as SSSOM.

        Parameters
        ----------
        texts
            Symbols, synonyms or ids of genes.
        on_ambiguous
            For a text that several genes fit equally well: list ``all``, list the first (``best``)
            or raise (``error``).

        Raises
        ------
        AmbiguousNameError
            With ``on_ambiguous="error"``, if several genes fit one text equally well.
        """
        return resolve_names(
            self.session, texts, species_or_none(species), on_ambiguous=on_ambiguous
        )

    def gene(self, text: str, species: AnySpecies | None = None) -> Answer:
        """Return everything that the graph holds on one gene, in one row.

        Parameters
        ----------
        text
            Symbol, synonym or id of the gene.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            If the text names no gene, or several equally well; the message lists candidates.
        """
        return show_gene(self.session, text, species_or_none(species))

    def orthologs(
        self,
        genes: Sequence[str],
        from_species: AnySpecies = "human",
        to_species: AnySpecies = "mouse",
        *,
        min_sources: int = 1,
        sources: Sequence[str] = (),
        through: AnySpecies | None = None,
        **renamed: AnySpecies,
    ) -> Answer:
        """List the orthologs of genes in another species; inputs without one are kept.

        Parameters
        ----------
        from_species
            The species of `genes`.
        min_sources
            Least number of resources that support a pair.
        sources
            Resources (OMA) or ingested sources (mgi_human_mouse) to count; all if empty.
        through
            A third species, such as human: also list genes that share an ortholog there.
        renamed
            The former names `source` and `target` of the species, accepted for one release.

        Raises
        ------
        UnknownNameError
            For a species or source that is not known.
        UsageError
            If both species are the same, or `min_sources` is below 1.
        """
        here, there = renamed_species(renamed, from_species, to_species)
        return orthologs(
            self.session,
            genes,
            find_species(here),
            find_species(there),
            min_sources=min_sources,
            sources=sources,
            through=species_or_none(through),
        )

    def gene_verdicts(
        self,
        names: Sequence[str],
        species: AnySpecies = "human",
        to_species: AnySpecies | None = None,
    ) -> Answer:
        """Check a list of gene names: a row for each, with its gene, orthologs and datasets.

        Parameters
        ----------
        names
            Names or ids; the column `times` counts repeated ones.
        """
        from orthoweave.questions.gene_verdicts import gene_verdicts

        return gene_verdicts(
            self.session, names, find_species(species), species_or_none(to_species)
        )

    def expression(
        self,
        genes: Sequence[str],
        across: Sequence[AnySpecies] = ("human", "mouse"),
        *,
        roll_up: Sequence[str] = (),
    ) -> Answer:
        """Compare the expression of genes and their orthologs by cell type across species.

        The column `state` distinguishes measured, measured zero, not measured and no ortholog.
        `mean` is the mean of log1p of counts per 10 000; `fraction` is that of cells with a count.

        Parameters
        ----------
        across
            The species to compare.
        roll_up
            Cell types, by key or name, to pool finer types into.

        Raises
        ------
        UnknownNameError
            For a species or cell type that is not known.
        """
        return expression(self.session, genes, across, roll_up=roll_up)

    def cypher(
        self,
        text: str,
        parameters: Mapping[str, object] | None = None,
        limit: int | None = None,
        *,
        asker: Hashable = None,
    ) -> Answer:
        """Return the rows of a free Cypher statement, run in a sandboxed process.

        Parameters
        ----------
        text
            One statement that reads only.

        Raises
        ------
        QueryRefusedError
            If it does more than read, or this system cannot sandbox a process.
        MissingParameterError
            If a parameter that it uses is not given.
        QueryTimeoutError, QueryBusyError
            If it takes longer than the setting ``query_timeout_s``, or waits too long.
        QueryError
            If the engine rejects it, or it needs too much memory.
        """
        return ask_cypher(self.session, text, parameters, limit, asker=asker)

    def script(
        self, text: str, parameters: Mapping[str, object] | None = None, limit: int | None = None
    ) -> Iterator[tuple[Statement, Answer]]:
        """Answer each statement of a Cypher script in order; see `questions.script`.

        Parameters
        ----------
        text
            Statements that end in ``;``, with comments and lines ``:param name => value``.
        """
        return answer_script(self.session, read_script(text, parameters), limit)

    def ask(
        self, name: str, parameters: Mapping[str, object] | None = None, *, asker: Hashable = None
    ) -> Answer:
        """Return the answer of a saved query; genes, species and cell types may be given by name.

        Parameters
        ----------
        name
            Name of the query, as `queries` lists it.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            For an unknown query, parameter or name, or a name with several meanings.
        UsageError
            If a parameter is missing or has the wrong type.
        """
        return ask_saved(self.session, name, parameters or {}, self.settings, asker=asker)

    def queries(self) -> dict[str, SavedQuery]:
        """Return all saved queries by name."""
        return saved_queries(self.settings)

    def overview(self) -> Answer:
        """Count the rows of the graph by table."""
        return self.session.answer(
            table_counts(self.manifest), "Tables of the build", "overview", {}
        )

    def sources(self) -> Answer:
        """Return the sources of the build with version and licence."""
        return self.session.answer(
            source_list(self.manifest), "Sources of the build", "sources", {}
        )

    def changes(self) -> Answer | None:
        """List the differences from the previously published build; None if there is none."""
        return changes(self._session.layout, self.manifest.build)

    def observed_types(self) -> Answer:
        """List the cell types of the datasets, with the number of cells in all datasets."""
        return observed_types(self.session)

    def kinds(self) -> Answer:
        """List the kinds that the observed cell types can be pooled into, narrowest first."""
        return kinds(self.session)

    def node(self, key: str) -> dict[str, str]:
        """Return the `key`, `kind`, `name` and `species` of the node with this key."""
        return find_node(self.session, key)

    def neighbourhood(self, key: str, strongest: int = 8) -> Answer:
        """List the neighbours of a gene, cell type, ortholog group or dataset, by relation.

        Parameters
        ----------
        strongest
            Greatest number of neighbours for each relation.
        """
        return neighbourhood(self.session, key, strongest=strongest)

    def close(self) -> None:
        """Close all files and end the sandboxed processes."""
        self._closed = True
        self._session.kept.clear()
        self._session.gateway.close()
        self._session.genes.close()
        self._store.close()
        self._session.published.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
