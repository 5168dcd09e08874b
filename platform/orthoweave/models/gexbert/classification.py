"""Labels of samples from the few genes of the panel, by a linear classifier of the embedding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from orthoweave.models.base import Score
from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.parts import Part, drawn_units
from orthoweave.models.gexbert.prepared import Prepared
from orthoweave.models.gexbert.restoring import Restorer
from orthoweave.models.probes.classifiers import Linear, fit_logistic
from orthoweave.models.resampling import resample, score_of
from orthoweave.models.statistics import of_classes

EMBEDDING: Final = "embedding"
PANEL: Final = "genes of the panel"
COMPLETED: Final = "components of the profile that ridge completes"
CONTROL: Final = "labels of training samples permuted"


@dataclass(frozen=True, slots=True)
class Features:
    """Features of samples, standardised by training samples."""

    mean: np.ndarray
    sd: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return the standardised features."""
        return np.asarray((values - self.mean) / self.sd, np.float64)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A linear classifier of the embedding."""

    features: Features
    linear: Linear

    def probability(self, vectors: np.ndarray) -> np.ndarray:
        """Return the probability of each class, shape ``(n, n_classes)``."""
        return self.linear.probability(self.features.of(vectors))


@dataclass(frozen=True, slots=True)
class Classified:
    """Predicted labels of all samples, each by the fold that did not train on its patient."""

    classes: tuple[str, ...]
    rows: np.ndarray
    """Numbers of the samples that have one of these labels."""
    predicted: Mapping[str, np.ndarray]
    """Predicted labels of these by method."""
    label: np.ndarray
    """Predicted label of every sample by the embedding."""
    probability: np.ndarray
    """Its probability."""


def classes_of(prepared: Prepared, config: GexbertConfig) -> tuple[str, ...]:
    """Return the labels that each fold can learn: those of enough patients; none if only one."""
    found = []
    for name in sorted({str(one) for one in prepared.labels if one is not None}):
        members = prepared.labels == name
        if len(set(prepared.view.patients[members])) >= 2 * config.folds:
            found.append(name)
    return tuple(found) if len(found) > 1 else ()


def fit_classifier(vectors: np.ndarray, labels: np.ndarray) -> Classifier:
    """Return the classifier of training samples.

    Parameters
    ----------
    vectors
        Shape ``(n, width)``.
    labels
        Label of each, none of them None.
    """
    sd = vectors.std(axis=0, dtype=np.float64)
    features = Features(vectors.mean(axis=0, dtype=np.float64), np.where(sd > 1e-6, sd, 1.0))
    return Classifier(features, fit_logistic(features.of(vectors), labels))


def classify_parts(
    prepared: Prepared, parts: Sequence[Part], config: GexbertConfig
) -> Classified | None:
    """Return the labels of all samples from their panel; None if there are not two to tell."""
    classes = classes_of(prepared, config)
    if not classes:
        return None
    known = np.isin(prepared.labels.astype(str), classes)
    labels = prepared.labels.astype(str)
    predicted = {
        name: np.full(len(labels), "", object) for name in (EMBEDDING, PANEL, COMPLETED, CONTROL)
    }
    probability = np.zeros(len(labels))
    random = np.random.default_rng((config.seed % 2**64, 7))
    for part in parts:
        train = part.train[known[part.train]]
        features = panel_features(part.restorer, prepared.values, prepared.panel)
        features[CONTROL] = features[EMBEDDING]
        for name, values in features.items():
            given = labels[train]
            if name == CONTROL:
                given = random.permutation(given)
            fitted = fit_classifier(values[train], given)
            chance = fitted.probability(values[part.test])
            predicted[name][part.test] = fitted.linear.classes[chance.argmax(axis=1)]
            if name == EMBEDDING:
                probability[part.test] = chance.max(axis=1)
    rows = np.flatnonzero(known)
    return Classified(
        classes,
        rows,
        {name: found[rows] for name, found in predicted.items()},
        predicted[EMBEDDING],
        np.clip(probability, 0, 1),
    )


def panel_features(
    restorer: Restorer, values: np.ndarray, panel: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the features of samples by method, from the panel alone."""
    vectors = restorer.vectors(values, panel)
    return {
        EMBEDDING: vectors,
        PANEL: restorer.scaler.scaled(values)[:, panel],
        COMPLETED: vectors[:, : len(restorer.axes)],
    }


def classification_score(
    prepared: Prepared, classified: Classified, config: GexbertConfig
) -> Score:
    """Return the accuracy of the embedding beside the genes themselves."""
    rows = classified.rows
    truth = prepared.labels[rows].astype(str)
    found = resample(
        {
            name: of_classes("accuracy", truth, labels[None])
            for name, labels in classified.predicted.items()
        },
        drawn_units(prepared, rows),
        seed=config.seed,
        unit="patients",
    )
    return score_of(
        "accuracy",
        f"{len(classified.classes)} labels of {prepared.view.dataset} from "
        f"{len(prepared.panel):,} genes, logistic regression, patients apart",
        found,
        model=EMBEDDING,
        control=CONTROL,
        control_name=CONTROL,
    )
