"""Results of orthology transfer: the edges that stand out, the score and the measures of a fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from orthoweave.models.base import Estimate, Score
from orthoweave.models.evaluation import seed_estimate
from orthoweave.models.orthology_transfer.config import (
    LEAST_PERCENTILE,
    LEAST_STABILITY,
    TransferConfig,
)
from orthoweave.models.orthology_transfer.problem import Prepared


@dataclass(frozen=True, slots=True)
class Transferred:
    """The result of the fits; arrays over seeds first, then over edges."""

    prepared: Prepared
    weights: np.ndarray
    importance: np.ndarray
    null: np.ndarray
    groups: np.ndarray
    coverage: float
    scores: Mapping[str, np.ndarray]
    """Macro-F1 on the test donors, by method, shape ``(n_seeds,)``."""
    shifts: np.ndarray
    """Shift of each source gene, shape ``(n_seeds, n_source)``."""
    network: Mapping[str, np.ndarray]
    """Parameters of the source network by name."""


def published(fitted: Transferred, config: TransferConfig) -> tuple[pa.Table, str]:
    """Return the rows of FUNCTIONAL_ORTHOLOG_OF and a note: edges that stand out and are stable."""
    # it needs PyTorch, which listing the models does not
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
    return pa.table(columns), note


def score(fitted: Transferred, config: TransferConfig) -> Score:
    """Return the macro-F1 of transfer beside the baselines and rewired orthology."""
    means = {name: _over_seeds(values) for name, values in fitted.scores.items()}
    return Score(
        "macro-F1",
        f"{len(fitted.prepared.classes)} cell types of test donors of {config.target}, "
        f"{_n_labelled(fitted.prepared, config)} labelled cells, {config.n_seeds} seeds",
        means.pop("transfer"),
        control=means.pop("rewired"),
        control_name="orthology rewired with degrees kept",
        baselines=means,
    )


def measures(fitted: Transferred, n_published: int) -> dict[str, float | int | str]:
    """Return the coverage of the network by orthologs, and the numbers of edges."""
    return {
        "coverage": round(fitted.coverage, 6),
        "edges": fitted.prepared.wiring.n_edges,
        "edges_published": n_published,
    }


def _n_labelled(prepared: Prepared, config: TransferConfig) -> int:
    there = int(prepared.target_split.train.sum())
    return min(config.n_target, there) or there


def _over_seeds(values: np.ndarray) -> Estimate:
    # what does not depend on the seed has no spread
    if np.ptp(values) == 0:
        return Estimate(float(values[0]), float(values[0]), float(values[0]))
    return seed_estimate(values.tolist())
