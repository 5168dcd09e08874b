r"""The linear path: ridge regression of all genes on whichever are visible.

With z-scores :math:`Z` of n training samples and their products :math:`S = Z^T Z`, a sample whose
genes O are visible is restored as

.. math:: \hat z = S_{\cdot O} (S_{OO} + n \lambda I)^{-1} z_O .

One matrix S answers for every visible set. :math:`\lambda` depends on the number of visible genes
and is chosen by patients left out. Hoerl and Kennard, Ridge regression, 1970,
doi:10.1080/00401706.1970.10488634.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh

SIZES: Final = (8, 16, 32, 64, 128, 256, 512, 1024)
"""Numbers of visible genes for which the penalty is chosen; between them it is interpolated."""
_GRID: Final = np.geomspace(0.01, 3.0, 12)
_DRAWS: Final = 2
_FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Scaler:
    """Mean and spread of the genes over the training samples."""

    mean: np.ndarray
    """Shape ``(n_genes,)``, float32."""
    sd: np.ndarray
    """Shape ``(n_genes,)``, float32; 1 for a gene that does not vary."""

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Return z-scores, float32."""
        return np.asarray((values - self.mean) / self.sd, np.float32)

    def unscaled(self, scores: np.ndarray) -> np.ndarray:
        """Return z-scores on the scale of the dataset, float32."""
        return np.asarray(scores * self.sd + self.mean, np.float32)


def fit_scaler(values: np.ndarray) -> Scaler:
    """Return mean and spread of training samples, shape ``(n_samples, n_genes)``."""
    sd = values.std(axis=0, dtype=np.float64)
    return Scaler(
        np.asarray(values.mean(axis=0, dtype=np.float64), np.float32),
        np.asarray(np.where(sd > 1e-6, sd, 1.0), np.float32),
    )


@dataclass(frozen=True, slots=True)
class LinearPath:
    """Ridge regression from any visible genes."""

    products: np.ndarray
    """Products of the z-scores of all pairs of genes, shape ``(n_genes, n_genes)``, float32."""
    n_samples: int
    penalties: np.ndarray
    """Penalty for each of `SIZES`, as a multiple of the number of samples, float64."""

    def penalty(self, n_visible: int) -> float:
        """Return the penalty for a number of visible genes."""
        logs = np.log(self.penalties)
        return float(np.exp(np.interp(np.log(max(n_visible, 1)), np.log(SIZES), logs)))

    def restore(
        self, scores: np.ndarray, visible: np.ndarray, without: np.ndarray | None = None
    ) -> np.ndarray:
        """Return all genes of samples that share their visible genes, float32.

        Visible genes are answered as they are.

        Parameters
        ----------
        scores
            z-scores, shape ``(n, n_genes)``; only the visible ones are read.
        visible
            Numbers of the visible genes.
        without
            z-scores of training samples that the regression must not use.
        """
        inner, n_samples = self.products[np.ix_(visible, visible)], self.n_samples
        if without is not None:
            inner, n_samples = (
                inner - without[:, visible].T @ without[:, visible],
                n_samples - len(without),
            )
        weights = self._solved(inner, n_samples, scores[:, visible].T)
        found = weights.T @ self.products[visible]
        if without is not None:
            found -= (weights.T @ without[:, visible].T) @ without
        found[:, visible] = scores[:, visible]
        return np.asarray(found, np.float32)

    def restore_each(self, scores: np.ndarray, visible: np.ndarray) -> np.ndarray:
        """Return all genes of samples with visible genes of their own, float32.

        Parameters
        ----------
        visible
            Mask, shape ``(n, n_genes)``.
        """
        found = np.zeros(scores.shape, np.float32)
        for row, mask in enumerate(visible):
            if mask.any():
                found[row] = self.restore(scores[[row]], np.flatnonzero(mask))[0]
        return found

    def coefficients(self, visible: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """Return the slopes of wanted genes on visible ones, ``(n_visible, n_wanted)``."""
        inner = self.products[np.ix_(visible, visible)]
        return self._solved(inner, self.n_samples, self.products[np.ix_(visible, wanted)])

    def _solved(self, inner: np.ndarray, n_samples: int, right: np.ndarray) -> np.ndarray:
        n_visible = len(inner)
        ridge = inner.astype(np.float64)
        ridge[np.diag_indices(n_visible)] += self.penalty(n_visible) * max(n_samples, 1)
        factor = cho_factor(ridge, lower=True, overwrite_a=True, check_finite=False)
        return np.asarray(cho_solve(factor, right.astype(np.float64), check_finite=False))


def fit_linear(scores: np.ndarray, patients: np.ndarray, seed: int) -> LinearPath:
    """Return the linear path of training samples, with penalties chosen by patients left out.

    Parameters
    ----------
    scores
        z-scores, shape ``(n_samples, n_genes)``.
    patients
        Patient of each sample, shape ``(n_samples,)``.
    """
    products = np.asarray(scores.T @ scores, np.float32)
    random = np.random.default_rng((seed % 2**64, 2))
    names, number = np.unique(patients.astype(str), return_inverse=True)
    left_out = random.permutation(len(names))[number] % _FOLDS == 0
    chosen = np.empty(len(SIZES))
    n_genes = scores.shape[1]
    for at, size in enumerate(SIZES):
        if size > n_genes // 2:
            chosen[at] = chosen[at - 1] if at else 0.1
            continue
        errors = sum(
            _errors(products, scores, left_out, random.permutation(n_genes)[:size])
            for _ in range(_DRAWS)
        )
        chosen[at] = _GRID[int(np.argmin(errors))]
    return LinearPath(products, len(scores), chosen)


def _errors(
    products: np.ndarray, scores: np.ndarray, left_out: np.ndarray, visible: np.ndarray
) -> np.ndarray:
    """Return the squared error of the hidden genes of patients left out, for each penalty."""
    away = scores[left_out]
    inner = products[np.ix_(visible, visible)] - away[:, visible].T @ away[:, visible]
    values, axes = eigh(inner.astype(np.float64), check_finite=False)
    turned = axes.T @ away[:, visible].T
    kept = scores[~left_out]
    # slopes of the genes in the turned axes, without the penalty
    right = (axes.T @ kept[:, visible].T) @ kept
    hidden = np.ones(scores.shape[1], bool)
    hidden[visible] = False
    found = []
    for penalty in _GRID:
        shrunk = turned / (np.maximum(values, 0) + penalty * len(kept))[:, None]
        rest = away - shrunk.T @ right
        found.append(float((rest[:, hidden] ** 2).sum()))
    return np.array(found)
