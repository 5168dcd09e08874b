"""Search in an opened build: by meaning, and by a signature of genes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from orthoweave.questions.answer import Answer
from orthoweave.questions.genes import require_gene
from orthoweave.questions.session import Session
from orthoweave.species import AnySpecies, species_or_none

if TYPE_CHECKING:
    from orthoweave.search.signature import SignatureAnswer


class BuildSearch(ABC):
    """The part of a knowledge base that searches."""

    @property
    @abstractmethod
    def session(self) -> Session:
        """The opened build."""

    def search_genes(self, text: str, k: int = 10, species: AnySpecies | None = None) -> Answer:
        """List the genes whose names and summaries are nearest in meaning to a text.

        Parameters
        ----------
        text
            The description to search for, in plain words.
        """
        from orthoweave.search.genes import search_genes

        return search_genes(self.session, text, k=k, species=species_or_none(species))

    def search_cells(
        self,
        text: str | None = None,
        k: int = 10,
        species: AnySpecies | None = None,
        *,
        like: str | None = None,
        dataset: str | None = None,
        cell_type: str | None = None,
        space: str = "cell_text",
    ) -> Answer:
        """List the cells nearest in meaning to a text, or nearest to another cell in a space.

        Parameters
        ----------
        text
            The description to search for, in plain words.
        like
            Key of a cell to compare with instead, ``DATASET:BARCODE``.
        space
            Space of cells, such as ``hypergraph_clusters-c7ab263f:cells`` of a run; `overview`
            lists all. A text is compared with cells in ``cell_text`` alone.
        """
        from orthoweave.search.cells import search_cells

        return search_cells(
            self.session,
            text,
            like=like,
            k=k,
            species=species_or_none(species),
            dataset=dataset,
            cell_type=cell_type,
            space=space,
        )

    def nearest_genes(
        self, gene: str, k: int = 10, species: AnySpecies | None = None, *, space: str = "gene_text"
    ) -> Answer:
        """List the genes nearest to another gene: by default those of similar texts.

        Parameters
        ----------
        gene
            The other gene, by name or id, such as ``NCBIGene:3630``.
        space
            Space of genes, such as that of a run; `overview` lists all.
        """
        from orthoweave.search.genes import nearest_genes

        key, of = require_gene(self.session.genes, gene, None).gene, species_or_none(species)
        return nearest_genes(self.session, key, k=k, species=of, space=space)

    def signature(
        self,
        up: Sequence[str],
        down: Sequence[str] = (),
        k: int = 10,
        species: AnySpecies | None = None,
        *,
        among: Sequence[str] = (),
        cell_type: str | None = None,
    ) -> "SignatureAnswer":
        """Find cells in which some genes are high and others low; report the genes used.

        Parameters
        ----------
        up, down
            Symbols, synonyms or ids of genes.
        among
            Ids of the datasets to search; all if empty.
        """
        from orthoweave.search.signature import search_signature

        return search_signature(
            self.session,
            up,
            down,
            k=k,
            species=species_or_none(species),
            among=among,
            cell_type=cell_type,
        )
