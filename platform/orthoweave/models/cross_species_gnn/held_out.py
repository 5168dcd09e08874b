"""Held-out donors of the source: their cells, and networks that were trained without them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from orthoweave.models.calibration.calibrate import Calibrated, calibrate
from orthoweave.models.calibration.reference import Reference
from orthoweave.models.calibration.trials import Classify, Unlabelled, run_trials
from orthoweave.models.cross_species_gnn.applying import applied, network_of
from orthoweave.models.cross_species_gnn.baselines import carried
from orthoweave.models.cross_species_gnn.task import expressed_pairs
from orthoweave.views.expression import ExpressionView
from orthoweave.views.keys import is_among
from orthoweave.views.orthology import Bipartite

HEARD: Final = "heard"
"""Array of what each source gene hears of its cells, since the source is not read again."""


@dataclass(frozen=True, slots=True)
class FoldNetwork:
    """A network that was trained without one donor."""

    columns: np.ndarray
    """Number of each of its genes among those of the reference, shape ``(n_genes,)``."""
    classes: np.ndarray
    """Number of each of its classes among those of the reference, shape ``(n_classes,)``."""
    learnt: Mapping[str, np.ndarray]
    """Parameters by name, and what its genes hear of their cells."""

    def classifier(self, found: np.ndarray, n_classes: int, device: str) -> Classify:
        """Return it as a classifier of cells whose dataset measures the genes of a mask.

        Parameters
        ----------
        found
            Mask of the reference's genes.
        n_classes
            Number of the reference's classes.
        """
        n_genes, width = self.learnt["genes"].shape
        network = network_of(self.learnt, n_genes, len(self.classes), width)
        own = np.flatnonzero(found[self.columns])
        # each gene is its own ortholog: a laboratory of the same species
        ends = (np.arange(len(own)), own)

        def classify(values: sp.csr_matrix) -> np.ndarray:
            probability = np.zeros((values.shape[0], n_classes))
            probability[:, self.classes], _ = applied(
                network, self.learnt[HEARD], values[:, self.columns[own]], ends, device
            )
            return probability

        return classify


@dataclass(frozen=True, slots=True)
class HeldOut:
    """All that calibration for another dataset takes, without the source."""

    reference: Reference
    genes: np.ndarray
    """Keys of the reference's genes, shape ``(n_genes,)``."""
    compared: np.ndarray
    """Mask of the genes that logistic regression and distances read, shape ``(n_genes,)``."""
    networks: tuple[FoldNetwork, ...]
    """For each fold of the reference, the network that was trained without it."""
    precision: float
    """Share of named cells that must be right."""

    def asked(self, target: ExpressionView, pairs: Bipartite) -> Unlabelled:
        """Return the target's cells over the reference's genes.

        A cell's value of a gene is the mean over the gene's orthologs. One-to-one genes are
        compared; where there are none, all.

        Raises
        ------
        InputError
            If fewer than two genes can be compared.
        """
        pairs = expressed_pairs(target, pairs.among(self.genes, pairs.target_genes))
        values = carried(target, pairs)
        place = {gene: number for number, gene in enumerate(self.genes)}
        columns = np.array([place[gene] for gene in pairs.source_genes], np.int64)
        spread = sp.csr_matrix(
            (np.ones(len(columns)), (np.arange(len(columns)), columns)),
            (len(columns), len(self.genes)),
        )
        found = np.zeros(len(self.genes), bool)
        found[columns] = True
        compared = found & self.compared & is_among(self.genes, _alone(pairs))
        return Unlabelled(sp.csr_matrix(values @ spread), found, compared)

    def calibrated(
        self, own: np.ndarray, target: ExpressionView, pairs: Bipartite, *, seed: int, device: str
    ) -> Calibrated:
        """Return the target's cells, named where held-out donors say so.

        Parameters
        ----------
        own
            Class probabilities of the cells by the network, shape ``(n_cells, n_classes)``.
        """
        asked = self.asked(target, pairs)
        n_classes = self.reference.n_classes
        folds = [one.classifier(asked.found, n_classes, device) for one in self.networks]
        trials = run_trials(self.reference, asked, own, folds, seed=seed)
        return calibrate(self.reference, asked, trials, precision=self.precision, seed=seed)


def _alone(pairs: Bipartite) -> np.ndarray:
    """Return the keys of the source genes with a one-to-one ortholog; all if there is none."""
    one = pairs.select(pairs.cardinality == "1:1").source_genes
    return one if len(one) else pairs.source_genes
