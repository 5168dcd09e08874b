"""Orthology transfer as a model: its views, its fit and its results."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.models.base import Estimate, Model, ModelCard, ModelResult, RunContext, Score
from orthoweave.models.device import import_torch
from orthoweave.models.evaluation import seed_estimate
from orthoweave.models.orthology_transfer.config import (
    LEAST_PERCENTILE,
    LEAST_STABILITY,
    TransferConfig,
)
from orthoweave.models.orthology_transfer.problem import Prepared, Transferred, prepare
from orthoweave.views.requests import ExpressionRequest, OrthologyRequest, ViewRequest, Views


class OrthologyTransfer(Model[TransferConfig, Transferred]):
    """Use a network of one species, through orthology, for another with few labelled cells."""

    name = "orthology_transfer"
    card = ModelCard(
        title="Transfer Orthology Networks (TRON)",
        paper="V. Singh, Transfer Orthology Networks, 2025",
        doi="arXiv:2510.15837",
        question="Which orthologs carry a cell type learnt in one species over to another?",
        reads=("expression of two datasets", "consensus orthology of their species"),
        writes=("FUNCTIONAL_ORTHOLOG_OF",),
        limits=(
            "weights of co-orthologs with correlated expression cannot be told apart: importance "
            "is shared among them",
            "it is not evidence of conservation in evolution",
            "between mammals nearly all pairs are one-to-one, where it gains little",
        ),
    )
    config_class = TransferConfig

    def views(self, config: TransferConfig) -> Mapping[str, ViewRequest]:
        """Request log expression of both datasets and the orthology of their species.

        Raises
        ------
        UsageError
            If a dataset is not named.
        """
        if not config.source or not config.target:
            message = (
                "expected two datasets, such as --set source=baron_human --set target=baron_mouse"
            )
            raise UsageError(message)
        return {
            "source": ExpressionRequest(config.source, scale="log1p_cp10k"),
            "target": ExpressionRequest(config.target, scale="log1p_cp10k"),
            "orthology": OrthologyRequest(
                (config.source, config.target), min_sources=config.min_sources
            ),
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
        """Return edges whose weight and importance stand out, and scores beside their baselines."""
        del views, context
        table, notes = _published(fitted, config)
        means = {name: _over_seeds(values) for name, values in fitted.scores.items()}
        score = Score(
            "macro-F1",
            f"{len(fitted.prepared.classes)} cell types of test donors of {config.target}, "
            f"{_n_labelled(fitted.prepared, config)} labelled cells, {config.n_seeds} seeds",
            means.pop("transfer"),
            control=means.pop("rewired"),
            control_name="orthology rewired with degrees kept",
            baselines=means,
        )
        measures = {
            "coverage": round(fitted.coverage, 6),
            "edges": fitted.prepared.wiring.n_edges,
            "edges_published": table.num_rows,
        }
        return ModelResult(
            {"FUNCTIONAL_ORTHOLOG_OF": table}, (score,), measures, fitted.prepared.notes + notes
        )


def _n_labelled(prepared: Prepared, config: TransferConfig) -> int:
    there = int(prepared.target_split.train.sum())
    return min(config.n_target, there) or there


def _over_seeds(values: np.ndarray) -> Estimate:
    # baselines that do not depend on the seed have no spread
    if np.ptp(values) == 0:
        return Estimate(float(values[0]), float(values[0]), float(values[0]))
    return seed_estimate(values.tolist())


def _published(fitted: Transferred, config: TransferConfig) -> tuple[pa.Table, tuple[str, ...]]:
    from orthoweave.models.orthology_transfer.importance import (
        group_sums,
        null_percentile,
        sign_stability,
    )

    wiring = fitted.prepared.wiring
    importance = fitted.importance.mean(axis=0)
    percentile = null_percentile(
        group_sums(importance, fitted.groups), group_sums(fitted.null, fitted.groups)
    )
    stability = sign_stability(fitted.weights)
    kept = (stability >= LEAST_STABILITY) & (percentile >= LEAST_PERCENTILE)
    n_labelled = _n_labelled(fitted.prepared, config)
    columns: dict[str, Any] = {
        "from": wiring.target_genes[wiring.target_index][kept],
        "to": wiring.source_genes[wiring.source_index][kept],
        "weight_mean": fitted.weights.mean(axis=0)[kept].astype(np.float64),
        "weight_sd": fitted.weights.std(axis=0)[kept].astype(np.float64),
        "sign_stability": stability[kept],
        "importance": importance[kept],
        "null_percentile": percentile[kept],
        "phenotype": ["cell type"] * int(kept.sum()),
        "context": [f"{config.source} to {config.target}"] * int(kept.sum()),
        "n_target": [n_labelled] * int(kept.sum()),
    }
    note = (
        f"{int(kept.sum())} of {wiring.n_edges} ortholog pairs written: sign alike in "
        f"{LEAST_STABILITY:.0%} of seeds and importance above {LEAST_PERCENTILE:.0%} of "
        f"{config.n_null} label-permuted fits"
    )
    return pa.table(columns), (note,)
