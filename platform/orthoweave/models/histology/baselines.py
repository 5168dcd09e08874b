"""Plain predictions of expression: colour and texture, the mean, the nearest place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from orthoweave.models.histology.prepared import Prepared

PENALTY: Final = 100.0
"""Of ridge regression on features with deviation 1."""
_NEAREST: Final = 50
_PLACES: Final = 10
# optical densities of haematoxylin and eosin: Ruifrok and Johnston, 2001
_STAINS: Final = np.array([[0.650, 0.704, 0.286], [0.072, 0.990, 0.105]])

Baseline = Callable[[Sequence[Prepared], Prepared], np.ndarray]
"""From training sections and one of which only the image is read, to its expression."""


def features(pixels: np.ndarray) -> np.ndarray:
    """Return colour and texture of all patches of a section, with mean 0 and deviation 1 in it.

    Mean, deviation and tenths of channels and stains, and gradients at two widths. Without
    standardisation by section, the stain decides.

    Parameters
    ----------
    pixels
        Shape ``(n, size, size, 3)``, uint8.
    """
    values = pixels.astype(np.float32) / 255
    density = -np.log(np.maximum(values, 1 / 255))
    stains = density @ np.linalg.pinv(_STAINS).astype(np.float32)
    grey = values.mean(3)
    parts = [one.reshape(len(pixels), -1, one.shape[3]) for one in (values, stains)]
    found = [function(part) for part in parts for function in (_mean, _sd, _low, _high)]
    for step in (1, 4):
        across = np.abs(grey[:, :, step:] - grey[:, :, :-step]).mean((1, 2))
        down = np.abs(grey[:, step:] - grey[:, :-step]).mean((1, 2))
        found.append(np.column_stack([across + down, grey[:, ::step, ::step].std((1, 2))]))
    made = np.concatenate(found, axis=1).astype(np.float64)
    return (made - made.mean(0)) / np.maximum(made.std(0), 1e-9)


def ridge(known: Sequence[Prepared], asked: Prepared) -> np.ndarray:
    """Predict by ridge regression on colour and texture, standardised by section."""
    x = np.concatenate([features(one.pixels) for one in known])
    y = np.concatenate([one.values for one in known]).astype(np.float64)
    mean = y.mean(0)
    slopes = np.linalg.solve(x.T @ x + PENALTY * np.eye(x.shape[1]), x.T @ (y - mean))
    return features(asked.pixels) @ slopes + mean


def nearest_features(known: Sequence[Prepared], asked: Prepared) -> np.ndarray:
    """Predict by the mean of the 50 training spots with the nearest colour and texture."""
    x = np.concatenate([features(one.pixels) for one in known])
    return _nearest(x, features(asked.pixels), known, _NEAREST)


def training_mean(known: Sequence[Prepared], asked: Prepared) -> np.ndarray:
    """Predict the mean of the training spots, everywhere the same."""
    mean = np.concatenate([one.values for one in known]).mean(0)
    return np.tile(mean, (len(asked.values), 1))


def nearest_place(known: Sequence[Prepared], asked: Prepared) -> np.ndarray:
    """Predict by the ten training spots at the nearest place of their section."""
    x = np.concatenate([_relative(one) for one in known])
    return _nearest(x, _relative(asked), known, _PLACES)


BASELINES: Final[Mapping[str, Baseline]] = {
    "ridge on colour and texture": ridge,
    "nearest colour and texture": nearest_features,
    "nearest place": nearest_place,
    "training mean": training_mean,
}
"""All of them, by name."""


def _nearest(x: np.ndarray, asked: np.ndarray, known: Sequence[Prepared], count: int) -> np.ndarray:
    values = np.concatenate([one.values for one in known])
    far = (asked**2).sum(1)[:, None] + (x**2).sum(1)[None, :] - 2 * asked @ x.T
    order = np.argsort(far, axis=1, kind="stable")[:, :count]
    return np.stack([values[row].mean(0) for row in order])


def _relative(section: Prepared) -> np.ndarray:
    places = section.view.places
    return (places - places.mean(0)) / np.maximum(places.std(0), 1e-9)


def _mean(part: np.ndarray) -> np.ndarray:
    return part.mean(1)


def _sd(part: np.ndarray) -> np.ndarray:
    return part.std(1)


def _low(part: np.ndarray) -> np.ndarray:
    return np.quantile(part, 0.1, axis=1)


def _high(part: np.ndarray) -> np.ndarray:
    return np.quantile(part, 0.9, axis=1)
