"""Evaluation of models: metrics, splits that keep donors apart, and intervals."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse, stats

from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import Estimate

_LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Split:
    """Parts of a data set, made once; each is a mask of shape ``(n_cells,)``."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split_by_donor(
    donors: np.ndarray, *, test: Collection[str], validation: Collection[str] = ()
) -> Split:
    """Split cells so that each donor is in one part; donors that are not named are for training.

    A donor is named by its key, ``dataset:name``, or by its name alone.

    Raises
    ------
    InputError
        If a cell has no donor, or a named donor does not exist.
    UsageError
        If a donor is named for two parts, or none is left for training.
    """
    test, validation = _donor_keys(donors, test), _donor_keys(donors, validation)
    both = sorted(set(test) & set(validation))
    if both:
        message = f"donor {both[0]!r} is named for validation and test: a donor is in one part"
        raise UsageError(message)
    if any(donor is None for donor in donors):
        message = "some cells have no donor: expected one for each cell, to keep donors apart"
        raise InputError(message)
    known = {str(donor) for donor in donors}
    missing = sorted({*test, *validation} - known)
    if missing:
        message = f"no donor {missing[0]!r}: expected some of {', '.join(sorted(known))}"
        raise InputError(message)
    names = np.asarray(donors).astype(str)
    in_test, in_validation = np.isin(names, list(test)), np.isin(names, list(validation))
    train = ~in_test & ~in_validation
    if not train.any():
        message = "no donor is left for training: name fewer for validation and test"
        raise UsageError(message)
    return Split(train, in_validation, in_test)


def _donor_keys(donors: np.ndarray, names: Collection[str]) -> list[str]:
    """Return the keys of donors that are given by key or by name; others stay as they are."""
    known = sorted({str(donor) for donor in donors})
    by_name = {key.partition(":")[2]: key for key in known if ":" in key}
    return [name if name in known else by_name.get(name, name) for name in names]


def accuracy(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Return the share of cells whose class was predicted, from 0 to 1."""
    return float(np.mean(truth == predicted))


def macro_f1(truth: np.ndarray, predicted: np.ndarray) -> float:
    """Return the mean F1 over the classes of `truth`, 0 to 1; 0 for a class never predicted."""
    scores = []
    for name in set(truth):
        right = np.sum((truth == name) & (predicted == name))
        named = np.sum(truth == name) + np.sum(predicted == name)
        scores.append(2 * right / named)
    return float(np.mean(scores))


def adjusted_rand_index(truth: np.ndarray, clusters: np.ndarray) -> float:
    """Return the agreement of two partitions: 1 if equal, about 0 if independent.

    Hubert and Arabie, Comparing partitions, 1985, doi:10.1007/BF01908075.
    """
    _, rows = np.unique(np.asarray(truth).astype(str), return_inverse=True)
    _, columns = np.unique(np.asarray(clusters).astype(str), return_inverse=True)
    table = sparse.coo_array((np.ones(len(rows)), (rows, columns))).tocsr()
    table.sum_duplicates()
    together = _pairs(table.data).sum()
    of_truth = _pairs(np.bincount(rows)).sum()
    of_clusters = _pairs(np.bincount(columns)).sum()
    expected = of_truth * of_clusters / max(_pairs(np.array([len(rows)]))[0], 1)
    highest = (of_truth + of_clusters) / 2
    return 1.0 if highest == expected else float((together - expected) / (highest - expected))


def seed_estimate(values: Collection[float]) -> Estimate:
    """Return the mean of two or more values with the 95 % interval of Student's t."""
    found = np.array(list(values), np.float64)
    if len(found) < 2:
        message = f"{len(found)} values: expected two seeds or draws at least for an interval"
        raise UsageError(message)
    mean, error = float(found.mean()), float(stats.sem(found))
    half = float(stats.t.ppf((1 + _LEVEL) / 2, len(found) - 1)) * error
    return Estimate(mean, mean - half, mean + half)


def _pairs(counts: np.ndarray) -> np.ndarray:
    return counts * (counts - 1) / 2
