"""Training: an encoder without labels, its annotator, and those without held-out donors."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from orthoweave.models.base import RunContext
from orthoweave.models.bmfm_rna.annotation import Annotator, frozen_head, tune, vectors_of
from orthoweave.models.bmfm_rna.config import BmfmConfig, encoder_config
from orthoweave.models.bmfm_rna.held_out import HeldOut, hold_out
from orthoweave.models.bmfm_rna.inputs import (
    Cells,
    Labelled,
    labelled_cells,
    sources_of,
    training_view,
)
from orthoweave.models.calibration.named import CalibratedCells, least_certain
from orthoweave.models.encoder.cells import TrainingCells, with_labels
from orthoweave.models.encoder.fitting import new_network, pretrain
from orthoweave.models.encoder.network import ExpressionNetwork
from orthoweave.models.encoder.objectives.base import UNKNOWN, LabelSet
from orthoweave.models.encoder.objectives.wced import WholeObjective
from orthoweave.models.encoder.sets import SetEncoder, measure_by_recovery
from orthoweave.models.state import Vocabulary
from orthoweave.views.ontology import OntologyView
from orthoweave.views.requests import Views


@dataclass(frozen=True, slots=True)
class Learnt:
    """Encoder, classifier and held-out donors, without the cells that they were learnt from."""

    vocabulary: Vocabulary
    config: BmfmConfig
    network: ExpressionNetwork
    annotator: Annotator | None
    """None without a source."""
    classes: np.ndarray
    """Keys of the types told apart; empty without a source."""
    held_out: HeldOut | None
    """Held-out donors; None if the threshold was given."""

    def applied(
        self, cells: Cells, *, threshold: float | None, seed: int, device: str
    ) -> tuple[np.ndarray, CalibratedCells | None]:
        """Return vectors of the cells of one dataset, and the named cells if there is a source.

        Parameters
        ----------
        threshold
            Probability below which a cell gets no type; None to choose it by held-out donors.
        """
        network = self.network if self.annotator is None else self.annotator.network
        vectors = vectors_of(network, cells, device)
        if self.annotator is None:
            return vectors, None
        own = self.annotator.head.probability(vectors)
        if threshold is None and self.held_out is not None:
            found = self.held_out.calibrated(own, cells, seed=seed, device=device)
            return vectors, CalibratedCells(
                self.classes, found.probability, least_certain(found), calibrated=found
            )
        given = threshold if threshold is not None else self.config.threshold
        return vectors, CalibratedCells(self.classes, own, given or 0.0)


@dataclass(frozen=True, slots=True)
class Trainer:
    """All that the trainings of one run share."""

    cells: TrainingCells
    views: Views
    config: BmfmConfig
    context: RunContext
    device: str

    @classmethod
    def of(cls, views: Views, config: BmfmConfig, context: RunContext, device: str) -> "Trainer":
        """Return the trainer of a run; see `training_view` for errors."""
        return cls(training_view(views, config), views, config, context, device)

    def labelled(self, seed: int | None = None) -> Labelled:
        """Return the labelled cells, drawn by a seed where they are few."""
        return labelled_cells(self.views, self.cells.genes, self.config, seed)

    def encoder(
        self, label: str, labelled: Labelled | None, seed: int, *, trained: bool = True
    ) -> ExpressionNetwork:
        """Return an encoder; with random weights if it is not trained.

        Parameters
        ----------
        label
            Name of the training.
        labelled
            Labelled cells, whose labels a multitask training reads.
        """
        config = encoder_config(replace(self.config, seed=seed))
        cells = self.cells
        kinds: Mapping[str, LabelSet] = {}
        if self.config.objective == "multitask" and labelled is not None:
            cells, kinds = self._with_labels(labelled)
        network = new_network(config, cells, kinds, seed).to(self.device)
        if trained:
            pretrain(network, cells, config, self.context, device=self.device, label=label)
            whole = network.objectives[0]
            if isinstance(network.encoder, SetEncoder) and isinstance(whole, WholeObjective):
                measure_by_recovery(network.encoder, whole.head)
        return network

    def annotator(
        self, network: ExpressionNetwork, labelled: Labelled, label: str, seed: int
    ) -> Annotator:
        """Return a classifier on an encoder, which is left as it was."""
        if self.config.annotate == "tuned":
            config = replace(self.config, seed=seed)
            own = copy.deepcopy(network)
            return tune(own, labelled, config, self.context, device=self.device, label=label)
        vectors = vectors_of(network, labelled.cells, self.device)
        return Annotator(network, frozen_head(vectors, labelled.labels, len(labelled.classes)))

    def learnt(self) -> tuple[Learnt, Labelled | None]:
        """Train encoder and annotator, and one without each fold of donors."""
        config = self.config
        labelled = self.labelled() if config.source else None
        network = self.encoder("encoder", labelled, config.seed)
        annotator, held_out = None, None
        if labelled is not None:
            annotator = self.annotator(network, labelled, "annotator", config.seed)
            if config.threshold is None:
                held_out = hold_out(
                    labelled,
                    lambda others, name: self._without(network, others, name),
                    precision=config.precision,
                    seed=config.seed,
                )
        species = self.views.expression("target").species
        return (
            Learnt(
                Vocabulary(species, self.cells.genes),
                config,
                network,
                annotator,
                np.array([], object) if labelled is None else labelled.classes,
                held_out,
            ),
            labelled,
        )

    def _without(self, network: ExpressionNetwork, others: Labelled, name: str) -> Annotator:
        """Return the annotator of the other folds; an encoder that read labels is trained anew."""
        if self.config.objective == "multitask":
            network = self.encoder(f"encoder {name}", others, self.config.seed)
        return self.annotator(network, others, f"annotator {name}", self.config.seed)

    def _with_labels(self, labelled: Labelled) -> tuple[TrainingCells, Mapping[str, LabelSet]]:
        """Return the training cells with types and donors of the labelled ones alone."""
        types, donors = labelled.cells.types, labelled.cells.donors
        names = {"cell_type": _texts(types), "donor": _texts(donors)}
        keys = {
            name: sorted({key for key in one if key is not None}) for name, one in names.items()
        }
        found = {name: self._by_dataset(labelled, names[name], keys[name]) for name in keys}
        leaves, compatible = _leaves(keys["cell_type"], self.views.ontology("ontology"))
        kinds = {
            "cell_type": LabelSet(len(leaves), compatible),
            "donor": LabelSet(max(len(keys["donor"]), 1)),
        }
        return with_labels(self.cells, found), kinds

    def _by_dataset(
        self, labelled: Labelled, names: list[str | None], keys: list[str]
    ) -> tuple[np.ndarray | None, ...]:
        place = {key: number for number, key in enumerate(keys)}
        sizes = {view.dataset: view.n_cells for view in sources_of(self.views, self.config)}
        found = {}
        for number, (dataset, n_cells) in enumerate(sizes.items()):
            rows = np.flatnonzero(labelled.cells.dataset == number)
            labels = np.full(n_cells, UNKNOWN, np.int64)
            labels[labelled.rows[rows]] = [
                UNKNOWN if names[row] is None else place[str(names[row])] for row in rows
            ]
            found[dataset] = labels
        return tuple(found.get(name) for name in self.cells.batches.datasets)


def _texts(values: np.ndarray) -> list[str | None]:
    return [None if one is None else str(one) for one in values]


def _leaves(keys: list[str], ontology: OntologyView) -> tuple[list[str], np.ndarray]:
    """Return the types that hold no other, and which of them fit each type."""
    above = ontology.above(set(keys))
    leaves = [key for key in keys if not any(key in above[other] for other in keys if other != key)]
    compatible = np.array([[key in above[leaf] for leaf in leaves] for key in keys], bool)
    return leaves, compatible
