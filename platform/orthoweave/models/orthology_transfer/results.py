"""Results of orthology transfer: the edges that stand out, the score and the measures of a fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from orthoweave.models.base import Score
from orthoweave.models.evaluation import macro_f1
from orthoweave.models.orthology_transfer.config import (
    LEAST_PERCENTILE,
    LEAST_STABILITY,
    TransferConfig,
)
from orthoweave.models.orthology_transfer.problem import Prepared
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import of_classes

if TYPE_CHECKING:
    # it needs PyTorch, which the list of models does not need
    from orthoweave.models.orthology_transfer.held_out import HeldOut


@dataclass(frozen=True, slots=True)
class Transferred:
    """The result of the fits; arrays over seeds first, then over edges."""

    prepared: Prepared
    weights: np.ndarray
    importance: np.ndarray
    null: np.ndarray
    groups: np.ndarray
    coverage: float
    predicted: Mapping[str, np.ndarray]
    """Number of the class of each cell of the test donors, by method, ``(n_seeds, n_test)``."""
    shifts: np.ndarray
    """Shift of each source gene, shape ``(n_seeds, n_source)``."""
    network: Mapping[str, np.ndarray]
    """Parameters of the source network by name."""
    held_out: "HeldOut | None"
    """Held-out donors of the target; None where it does not tell donors apart."""

    @property
    def truth(self) -> np.ndarray:
        """Number of the class that the authors give each cell of the test donors."""
        return self.prepared.target_classes[self.prepared.target_split.test]

    @property
    def scores(self) -> dict[str, np.ndarray]:
        """Macro-F1 on the test donors, by method, shape ``(n_seeds,)``."""
        return {
            name: np.array([macro_f1(self.truth, row) for row in rows])
            for name, rows in self.predicted.items()
        }


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
    found = resample(
        {name: of_classes("macro-F1", fitted.truth, of) for name, of in fitted.predicted.items()},
        fitted.prepared.target_donors[fitted.prepared.target_split.test],
        seed=config.seed,
    )
    return score_of(
        "macro-F1",
        f"{len(fitted.prepared.classes)} cell types of test donors of {config.target}, "
        f"{_n_labelled(fitted.prepared, config)} labelled cells",
        found,
        model="transfer",
        control="rewired",
        control_name="orthology rewired with degrees kept",
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
