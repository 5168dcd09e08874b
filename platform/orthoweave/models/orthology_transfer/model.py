"""Orthology transfer as a model: its views, its fit and its results."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.base import Model, ModelCard, ModelResult, RunContext
from orthoweave.models.calibration.named import measures_of, notes_of, verdict_of
from orthoweave.models.cost import Cost
from orthoweave.models.device import import_torch
from orthoweave.models.named_cells import predictions_of, type_rows
from orthoweave.models.options import check_shares
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.cost import run_cost
from orthoweave.models.orthology_transfer.problem import prepare
from orthoweave.models.orthology_transfer.results import Transferred, measures, published, score
from orthoweave.models.state import State
from orthoweave.views.requests import (
    ExpressionRequest,
    OntologyRequest,
    OrthologyRequest,
    ViewRequest,
    Views,
)

if TYPE_CHECKING:
    from orthoweave.models.orthology_transfer.kept import KeptTransfer


_OWN_CELLS = (
    "predictions are of all cells of the target, also of those whose labels were learnt from: the "
    "score is of test donors alone"
)


class OrthologyTransfer(Model[TransferConfig, Transferred]):
    """Use a network of one species, through orthology, for another with few labelled cells."""

    name = "orthology_transfer"
    card = ModelCard(
        title="Transfer Orthology Networks (TRON)",
        paper="V. Singh, Transfer Orthology Networks, 2025",
        doi="arXiv:2510.15837",
        question="Which orthologs carry a cell type learnt in one species over to another?",
        reads=(
            "expression of two datasets",
            "consensus orthology of their species",
            "the Cell Ontology",
        ),
        writes=("FUNCTIONAL_ORTHOLOG_OF", "HAS_TYPE"),
        limits=(
            "weights of co-orthologs with correlated expression cannot be told apart: importance "
            "is shared among them",
            "it is not evidence of conservation in evolution",
            "between mammals nearly all pairs are one-to-one, where it gains little",
        ),
    )
    config_class = TransferConfig
    kept_options = ("target", "device", "threshold")

    def views(self, config: TransferConfig) -> Mapping[str, ViewRequest]:
        """Request log expression of both datasets and the orthology of their species.

        Raises
        ------
        UsageError
            If a dataset is not named, or a share is not from 0 to 1.
        """
        if not config.source or not config.target:
            message = (
                "expected two datasets, such as --set source=baron_human --set target=baron_mouse"
            )
            raise UsageError(message)
        check_shares(config, "precision", "threshold")
        return {
            "source": ExpressionRequest(config.source, scale="log1p_cp10k"),
            "target": ExpressionRequest(config.target, scale="log1p_cp10k"),
            "orthology": OrthologyRequest(
                (config.source, config.target), min_sources=config.min_sources
            ),
            "ontology": OntologyRequest(),
        }

    def fit(self, views: Views, config: TransferConfig, context: RunContext) -> Transferred:
        """Train the source network, then conversions over seeds and over permuted labels.

        Raises
        ------
        InputError
            If genes, cell types or donors of the two datasets do not fit together, or under 60 %
            of the network's attribution lies on genes with an ortholog.
        ScaleError
            If expression is not log1p of counts per 10 000.
        """
        import_torch()
        # it needs PyTorch, which the list of models does not need
        from orthoweave.models.orthology_transfer.fitting import fit_transfer

        return fit_transfer(prepare(views, config), config, context)

    def apply(
        self, fitted: Transferred, views: Views, config: TransferConfig, context: RunContext
    ) -> ModelResult:
        """Return edges whose weight and importance stand out, predictions, and scores."""
        del context
        # it needs PyTorch
        from orthoweave.models.orthology_transfer.kept import name_cells, restore_transfer, state_of

        table, note = published(fitted, config)
        target = views.expression("target").log1p_cp10k()
        named = name_cells(restore_transfer(state_of(fitted, target.species)), target, config)
        return ModelResult(
            {"FUNCTIONAL_ORTHOLOG_OF": table},
            (score(fitted, config),),
            measures(fitted, table.num_rows),
            (*fitted.prepared.notes, note, _OWN_CELLS),
            predictions=(
                predictions_of(named, target.dataset, target.cells, verdict=verdict_of(named)),
            ),
        )

    def cost(self, n_cells: int, n_genes: int, config: TransferConfig) -> Cost:
        """Return an estimate of the time and memory of a run; see `run_cost`."""
        return run_cost(n_cells, n_genes, config)

    def state(self, fitted: Transferred, views: Views, config: TransferConfig) -> State:
        """Return the source network, the conversion of each seed, and held-out donors."""
        del config
        from orthoweave.models.orthology_transfer.kept import state_of

        return state_of(fitted, views.expression("target").species)

    def restore(self, state: State) -> "KeptTransfer":
        """Return network and conversions of kept weights.

        Raises
        ------
        InputError
            If an array or a value does not fit the others.
        """
        import_torch()
        from orthoweave.models.orthology_transfer.kept import restore_transfer

        return restore_transfer(state)

    def kept_views(self, kept: "KeptTransfer", config: TransferConfig) -> Mapping[str, ViewRequest]:
        """Request log expression of the target; the orthology is in the weights."""
        del kept
        return {"target": ExpressionRequest(config.target, scale="log1p_cp10k")}

    def vocabulary_found(
        self, kept: "KeptTransfer", views: Views, config: TransferConfig
    ) -> np.ndarray:
        """Return the mask of the conversions' genes that the dataset measured.

        Raises
        ------
        InputError
            If the dataset is of another species.
        """
        del config
        return kept.vocabulary.measured_by(views.expression("target"))

    def apply_kept(
        self, kept: "KeptTransfer", views: Views, config: TransferConfig, context: RunContext
    ) -> ModelResult:
        """Return the types of the cells of another dataset; it claims no score."""
        from orthoweave.models.orthology_transfer.kept import name_cells

        view = views.expression("target")
        named = name_cells(kept, view, config)
        return ModelResult(
            {"HAS_TYPE": type_rows(named, view.cells, context.run)},
            measures=measures_of(named, view.cell_types),
            notes=notes_of(named, view.dataset, "the training data", "network behind orthology"),
            predictions=(
                predictions_of(named, view.dataset, view.cells, verdict=verdict_of(named)),
            ),
        )
