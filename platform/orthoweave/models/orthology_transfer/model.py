"""Orthology transfer as a model: what it reads, how it is fitted and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from orthoweave.data.expression_view import ExpressionView
from orthoweave.data.view_requests import ExpressionRequest, OrthologyRequest, ViewRequest, Views
from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import Estimate, Model, ModelCard, ModelResult, RunContext, Score
from orthoweave.models.device import import_torch
from orthoweave.models.evaluation import Split, seed_estimate, split_by_donor
from orthoweave.models.orthology_transfer.inputs import (
    Wiring,
    confounding,
    pairs_between,
    require_logs,
    shared_classes,
    standardised,
    variable_genes,
)
from orthoweave.models.settings import device_setting, seed_setting, setting

LEAST_COVERAGE: Final = 0.6
"""Share of the network's attribution that must lie on source genes with an ortholog."""
LEAST_STABILITY: Final = 0.9
"""Share of seeds that must agree on the sign of an edge's weight."""
LEAST_PERCENTILE: Final = 0.99
"""Share of label-permuted fits that an edge's importance must exceed."""


@dataclass(frozen=True, slots=True)
class TransferConfig:
    """Settings of orthology transfer."""

    source: str = setting("", "dataset that the network is trained on")
    target: str = setting("", "dataset of another species to read through orthology")
    test_donors: tuple[str, ...] = setting((), "target donors to test on; empty for the last")
    top_genes: int = setting(2000, "source genes that vary most, which the network reads")
    kinds: str = setting("all", "ortholog pairs to use", choices=("all", "1:1", "1:many"))
    min_sources: int = setting(3, "smallest number of resources that support a pair")
    n_target: int = setting(100, "labelled target cells to learn from; 0 for all")
    strength: float = setting(1e-3, "weight of the squared distance from the mean of co-orthologs")
    epochs: int = setting(200, "most epochs of one training")
    n_seeds: int = setting(10, "fits with other cells and orders, at least 2")
    n_null: int = setting(200, "fits with permuted labels; below 100 no edge can be published")
    seed: int = seed_setting()
    device: str = device_setting()


@dataclass(frozen=True, slots=True)
class Prepared:
    """Views made ready: cells of shared classes, standardised genes, edges, splits."""

    classes: np.ndarray
    wiring: Wiring
    source: np.ndarray
    source_classes: np.ndarray
    source_split: Split
    target: np.ndarray
    target_classes: np.ndarray
    target_split: Split
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transferred:
    """What was learnt; arrays over seeds first, then over edges."""

    prepared: Prepared
    weights: np.ndarray
    importance: np.ndarray
    null: np.ndarray
    groups: np.ndarray
    coverage: float
    scores: Mapping[str, np.ndarray]
    """Macro-F1 on the test donors, by method, shape ``(n_seeds,)``."""


class OrthologyTransfer(Model[TransferConfig, Transferred]):
    """A network of one species, read through orthology by another with few labelled cells."""

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
            "it says nothing about conservation in evolution",
            "between mammals nearly all pairs are one-to-one, where it gains little",
        ),
    )
    config_class = TransferConfig

    def views(self, config: TransferConfig) -> Mapping[str, ViewRequest]:
        """Log expression of both datasets and the orthology of their species.

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
            of what the network looks at has an ortholog.
        ScaleError
            If expression is not log1p of counts per 10 000.
        """
        import_torch()
        # it needs PyTorch, which listing the models does not
        from orthoweave.models.orthology_transfer.fitting import fit_transfer

        return fit_transfer(prepare(views, config), config, context)

    def apply(
        self, fitted: Transferred, views: Views, config: TransferConfig, context: RunContext
    ) -> ModelResult:
        """Edges whose weight and importance stand out, and the scores beside their baselines."""
        del views, context
        table, notes = _published(fitted, config)
        means = {name: _over_seeds(values) for name, values in fitted.scores.items()}
        score = Score(
            "macro-F1",
            f"{len(fitted.prepared.classes)} cell types of test donors of {config.target}, "
            f"{_n_labelled(fitted.prepared, config)} labelled cells, {config.n_seeds} seeds",
            means.pop("transfer"), control=means.pop("rewired"),
            control_name="orthology rewired with degrees kept", baselines=means,
        )  # fmt: skip
        measures = {
            "coverage": round(fitted.coverage, 6),
            "edges": fitted.prepared.wiring.n_edges,
            "edges_published": table.num_rows,
        }
        return ModelResult(
            {"FUNCTIONAL_ORTHOLOG_OF": table}, (score,), measures, fitted.prepared.notes + notes
        )


def prepare(views: Views, config: TransferConfig) -> Prepared:
    """Check the views and bring them into the form that is trained on.

    Raises
    ------
    InputError, ScaleError, UsageError
        As `OrthologyTransfer.fit` does.
    """
    source, target = views.expression("source"), views.expression("target")
    for view in (source, target):
        require_logs(view)
    pairs = pairs_between(views.orthology("orthology"), source, target, config.kinds)
    classes = shared_classes(source, target)
    source = source.subset(cells=np.isin(source.cell_types, classes))
    target = target.subset(cells=np.isin(target.cell_types, classes))
    target_split = _target_split(target, config)
    source_split = _source_split(source, config.seed)
    genes = variable_genes(source, source.genes, config.top_genes)
    wiring = Wiring.of(pairs, genes)
    if not wiring.n_edges:
        message = (
            f"none of the {len(genes)} most variable genes of {config.source!r} has an ortholog "
            f"pair of kind {config.kinds}: raise top_genes"
        )
        raise InputError(message)
    number = {key: place for place, key in enumerate(classes)}
    known = [np.array([number[key] for key in view.cell_types]) for view in (source, target)]
    notes = [confounding(source, source_split.train), confounding(target, target_split.train)]
    return Prepared(
        classes, wiring, standardised(source, genes, source_split.train), known[0], source_split,
        standardised(target, wiring.target_genes, target_split.train), known[1], target_split,
        tuple(note for note in notes if note),
    )  # fmt: skip


def _target_split(view: ExpressionView, config: TransferConfig) -> Split:
    donors = sorted({str(donor) for donor in view.donors if donor is not None})
    if len(donors) < 2:
        message = (
            f"{view.dataset!r} has {len(donors)} donors: expected two at least, to learn from one "
            "and test on another"
        )
        raise InputError(message)
    return split_by_donor(view.donors, test=config.test_donors or donors[-1:])


def _source_split(view: ExpressionView, seed: int) -> Split:
    donors = [str(donor) for donor in view.donors if donor is not None]
    names, counts = np.unique(donors, return_counts=True)
    if len(donors) == view.n_cells and len(names) > 1:
        return split_by_donor(view.donors, test=(), validation=(str(names[counts.argmin()]),))
    held = np.random.default_rng(seed).random(view.n_cells) < 0.2
    return Split(~held, held, np.zeros(view.n_cells, bool))


def _n_labelled(prepared: Prepared, config: TransferConfig) -> int:
    there = int(prepared.target_split.train.sum())
    return min(config.n_target, there) or there


def _over_seeds(values: np.ndarray) -> Estimate:
    # what does not depend on the seed has no spread
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
