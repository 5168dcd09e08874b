"""The samples that a fit reads: checked, with numbers for panel and anchors, and folds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.models.gexbert.config import LEAST_PANEL, GexbertConfig
from orthoweave.views.samples import SamplesView

_HIGHEST_LOG: Final = 40.0
# no measured expression has a logarithm above it
_FLOOR: Final = -5.0
_FLOOR_SHARE: Final = 0.001
_FEWEST: Final = 20


@dataclass(frozen=True, slots=True)
class Prepared:
    """Samples with the genes to learn."""

    view: SamplesView
    """The samples that were asked for."""
    columns: np.ndarray
    """Numbers of the genes to learn among those of the view, increasing, ``(n_genes,)``."""
    panel: np.ndarray
    """Numbers of the visible genes among those, increasing."""
    anchors: np.ndarray
    """Numbers of the named anchors among those; empty where none are named."""
    labels: np.ndarray
    """Label of each sample or None, shape ``(n_samples,)``."""
    folds: np.ndarray
    """Number of the fold of each sample; a patient is in one, shape ``(n_samples,)``."""
    notes: tuple[str, ...] = ()

    @property
    def values(self) -> np.ndarray:
        """Expression of the genes to learn, shape ``(n_samples, n_genes)``, float32."""
        return self.view.values[:, self.columns]

    @property
    def genes(self) -> np.ndarray:
        """Keys of the genes to learn."""
        return self.view.genes[self.columns]

    @property
    def hidden(self) -> np.ndarray:
        """Numbers of the genes that are restored, increasing."""
        return np.setdiff1d(np.arange(len(self.columns)), self.panel)


def prepare(view: SamplesView, config: GexbertConfig) -> Prepared:
    """Return the samples of the groups that were asked for, with panel, anchors and folds.

    Raises
    ------
    InputError
        If values do not look like logarithms, or samples, genes or patients are too few.
    UnknownNameError
        If a group, a column, or a gene of panel or anchors does not exist.
    """
    view = _of_groups(view, config.groups)
    check_values(view)
    panel, anchors = (numbers_of(view, names) for names in (config.panel, config.anchors))
    columns = _chosen(view, np.concatenate([panel, anchors]), config)
    place = np.full(view.n_genes, -1)
    place[columns] = np.arange(len(columns))
    n_wanted = len(panel) or config.panel_size
    if len(columns) - len(anchors) <= n_wanted:
        message = (
            f"{view.dataset!r}: {len(columns):,} genes can be learnt, of which {n_wanted:,} would "
            f"be in the panel and {len(anchors):,} are anchors: expected others to restore. Choose "
            "a smaller panel"
        )
        raise InputError(message)
    if not len(panel):
        free = np.setdiff1d(columns, anchors)
        random = np.random.default_rng(config.seed % 2**64)
        panel = random.permutation(free)[: config.panel_size]
    labels = labels_of(view, config.label)
    folds = patient_folds(view.patients, labels, config.folds, config.seed)
    left_out = view.n_genes - len(columns)
    note = (
        f"{left_out:,} genes are not learnt: fewer than {config.expressed:.0%} of the samples "
        f"express them, or they vary less than the other {len(columns):,}"
    )
    return Prepared(
        view,
        columns,
        np.sort(place[panel]),
        np.sort(place[anchors]),
        labels,
        folds,
        (note,) if left_out else (),
    )


def check_values(view: SamplesView) -> None:
    """Check that values are finite and look like the logarithms that they are declared to be.

    Raises
    ------
    InputError
        If not.
    """
    values = view.values
    if view.n_cells < _FEWEST:
        message = f"{view.dataset!r} has {view.n_cells} such samples: expected {_FEWEST} at least"
        raise InputError(message)
    if not np.isfinite(values).all():
        message = f"{view.dataset!r} has values that are not finite: expected each gene measured"
        raise InputError(message)
    if view.scale == "zscore":
        return
    highest, lowest = float(values.max()), float(values.min())
    if highest > _HIGHEST_LOG:
        message = (
            f"{view.dataset!r} is declared as {view.scale} and has the value {highest:.6g}: "
            f"logarithms of expression are at most {_HIGHEST_LOG:g}, so these look like counts. "
            "Ingest the dataset with the scale that it has"
        )
        raise InputError(message)
    if lowest < _FLOOR and float((values == lowest).mean()) > _FLOOR_SHARE:
        message = (
            f"{view.dataset!r} has {float((values == lowest).mean()):.1%} of its values at "
            f"{lowest:.4g}: these are zeros under a logarithm with a small offset. Ingest it with "
            "the job samples, which finds such an offset"
        )
        raise InputError(message)


def numbers_of(view: SamplesView, names: Sequence[str]) -> np.ndarray:
    """Return the numbers of genes by key or symbol, each once.

    Raises
    ------
    UnknownNameError
        If the dataset does not measure one.
    """
    place = {str(name): at for at, name in enumerate(view.symbols)}
    place |= {str(key): at for at, key in enumerate(view.genes)}
    missing = [name for name in dict.fromkeys(names) if name not in place]
    if missing:
        message = (
            f"{view.dataset!r} does not measure {len(missing):,} of the genes that are named for "
            f"panel or anchors, such as {missing[0]!r}: expected keys or symbols of {view.species}"
        )
        raise UnknownNameError(message)
    found = list(dict.fromkeys(place[name] for name in names))
    if 0 < len(found) < len(set(names)) and len(found) < LEAST_PANEL:
        message = f"{len(found)} different genes are named: expected {LEAST_PANEL} for a panel"
        raise InputError(message)
    return np.array(found, np.int64)


def labels_of(view: SamplesView, label: str) -> np.ndarray:
    """Return the label of each sample: its group, or the text of a column.

    Raises
    ------
    UnknownNameError
        If the dataset lacks the column.
    """
    return view.labels if not label else view.phenotype.text(label)


def patient_folds(patients: np.ndarray, labels: np.ndarray, n_folds: int, seed: int) -> np.ndarray:
    """Return the fold of each sample: no patient is in two, and each has its share of the labels.

    Raises
    ------
    InputError
        If there are fewer patients than folds.
    """
    names, first = np.unique(patients.astype(str), return_index=True)
    if len(names) < 2 * n_folds:
        message = f"{len(names)} patients for {n_folds} folds: expected two for each at least"
        raise InputError(message)
    random = np.random.default_rng((seed % 2**64, 1))
    order = random.permutation(len(names))
    # patients of one label are dealt out in turn
    kinds = np.array([str(labels[at]) for at in first], object)[order]
    order = order[np.argsort(kinds.astype(str), kind="stable")]
    of_patient = np.empty(len(names), np.int64)
    of_patient[order] = np.arange(len(names)) % n_folds
    return of_patient[np.searchsorted(names, patients.astype(str))]


def _of_groups(view: SamplesView, groups: Sequence[str]) -> SamplesView:
    if not groups:
        return view
    known = sorted({str(one) for one in view.labels if one is not None})
    for group in groups:
        if group not in known:
            message = (
                f"{view.dataset!r} has no group {group!r}: expected some of {', '.join(known)}"
            )
            raise UnknownNameError(message)
    return view.subset(np.isin(view.labels.astype(str), list(groups)))


def _chosen(view: SamplesView, named: np.ndarray, config: GexbertConfig) -> np.ndarray:
    """Return the named genes, and of those that enough samples express those that vary most.

    A gene that few samples express has z-scores of any size in others: it would decide alone over
    all squared errors. No label is read.
    """
    spread = view.values.astype(np.float64).var(axis=0)
    if view.scale != "zscore":
        spread = np.where((view.values > 0).mean(axis=0) >= config.expressed, spread, 0.0)
    order = np.argsort(-spread, kind="stable")
    order = order[spread[order] > 0]
    others = order[~np.isin(order, named)][: max(config.genes - len(named), 0)]
    return np.sort(np.concatenate([named, others]))
