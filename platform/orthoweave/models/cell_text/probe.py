"""The classifiers of text-derived cells as weights, and the types that they give to other cells."""

from dataclasses import dataclass
from typing import Final, cast

import numpy as np
from scipy.special import softmax

from orthoweave.errors import InputError
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.embedding import TextCells, weighted_cells
from orthoweave.models.cell_text.evaluation import Task, standards
from orthoweave.models.cell_text.results import Described
from orthoweave.models.named_cells import NamedCells
from orthoweave.models.probes.classifiers import fit_logistic
from orthoweave.models.state import State, Vocabulary
from orthoweave.numerics.cell_vectors import Weighting
from orthoweave.views.expression import ExpressionView

# cells whose scores are computed at a time
_TOGETHER: Final = 4096


@dataclass(frozen=True, slots=True)
class Probe:
    """Gene vectors, and a linear classifier of cells for each draw of labelled cells."""

    vocabulary: Vocabulary
    """Genes with a text."""
    gene_vectors: np.ndarray
    """Corrected vectors of the genes, shape ``(n_genes, dimension)``, float32."""
    factors: np.ndarray
    """Factor of each gene's weight, shape ``(n_genes,)``."""
    mean: np.ndarray
    """Mean of the cell vectors of each draw, shape ``(n_draws, dimension)``."""
    sd: np.ndarray
    """Their standard deviation."""
    coefficients: np.ndarray
    """Shape ``(n_draws, n_classes, dimension)``."""
    intercepts: np.ndarray
    """Shape ``(n_draws, n_classes)``."""
    classes: np.ndarray


def state_of(fitted: Described, view: ExpressionView) -> State:
    """Return the gene vectors, and the classifiers of all draws whose scores a run reports."""
    cells, there = fitted.cells, fitted.cells.has_text
    classes = tuple(map(str, fitted.contributions.classes))
    return State(
        {
            "gene_vectors": cells.gene_vectors[there],
            "factors": cells.factors[there],
            **_classifiers(cells.vectors, fitted.task),
        },
        Vocabulary(view.species, view.genes[there]),
        "counts",
        "weights of the strongest genes of a cell; the weighted mean of their corrected text "
        "vectors, scaled to length 1",
        {"classes": classes},
    )


def restore_probe(state: State) -> Probe:
    """Return the classifiers of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    n_genes, classes = len(state.vocabulary.genes), state.texts("classes")
    vectors = state.array("gene_vectors", n_genes, None)
    mean = state.array("mean", None, vectors.shape[1])
    probe = Probe(
        state.vocabulary,
        vectors.astype(np.float32),
        state.array("factors", n_genes),
        mean,
        state.array("sd", *mean.shape),
        state.array("coefficients", len(mean), len(classes), vectors.shape[1]),
        state.array("intercepts", len(mean), len(classes)),
        classes,
    )
    if not len(mean) or (probe.sd <= 0).any() or (probe.factors < 0).any():
        message = (
            "weights: expected a draw at least, standard deviations above 0 and factors from 0"
        )
        raise InputError(message)
    return probe


def describe_cells(probe: Probe, view: ExpressionView, config: CellTextConfig) -> TextCells:
    """Return the cells of another dataset by the kept vectors of their genes."""
    place = {gene: number for number, gene in enumerate(probe.vocabulary.genes)}
    numbers = np.array([place.get(gene, -1) for gene in view.genes], np.int64)
    there = numbers >= 0
    vectors = np.zeros((view.n_genes, probe.gene_vectors.shape[1]), np.float32)
    vectors[there] = probe.gene_vectors[numbers[there]]
    factors = np.zeros(view.n_genes)
    factors[there] = probe.factors[numbers[there]]
    weighting = cast("Weighting", config.weighting)  # one of WEIGHTINGS
    return weighted_cells(view, vectors, factors, there, top=config.top_genes, weighting=weighting)


def name_cells(probe: Probe, cells: TextCells) -> NamedCells:
    """Return the types of the usable cells: the mean probability over the classifiers."""
    # to standardise and to classify is one linear map, and those of all draws are one matrix
    maps = probe.coefficients / probe.sd[:, None, :]
    shifts = probe.intercepts - (maps * probe.mean[:, None, :]).sum(axis=2)
    matrix = maps.reshape(-1, maps.shape[2]).T.astype(np.float32)
    vectors = cells.vectors[cells.usable]
    found = np.empty((len(vectors), len(probe.classes)))
    for start in range(0, len(vectors), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        scores = (vectors[part] @ matrix).reshape(-1, *shifts.shape) + shifts
        found[part] = softmax(scores, axis=2).mean(axis=1)
    return NamedCells(probe.classes, found, 0.0)


def _classifiers(vectors: np.ndarray, task: Task) -> dict[str, np.ndarray]:
    """Fit the classifier of each draw, as `few_label_predictions` does."""
    found: dict[str, list[np.ndarray]] = {
        name: [] for name in ("mean", "sd", "coefficients", "intercepts")
    }
    for cells in task.draws:
        mean, sd = standards(vectors[cells])
        fitted = fit_logistic((vectors[cells] - mean) / sd, task.labels[cells])
        for name, value in zip(
            found, (mean, sd, fitted.coefficients, fitted.intercepts), strict=True
        ):
            found[name].append(np.asarray(value, np.float64))
    return {name: np.stack(values) for name, values in found.items()}
