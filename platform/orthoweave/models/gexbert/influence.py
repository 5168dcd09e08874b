r"""Influences of visible genes on restored ones: slopes of the whole model, beside shuffled genes.

The influence of gene h on gene g is the mean of :math:`|\partial \hat z_g / \partial z_h|` over
samples, with the panel in sight: how much the restored gene moves for a standard deviation of the
visible one. The same is computed for fits to data whose genes were each permuted over the samples;
all pairs of these make the null distribution, and q is the false discovery rate by it. Benjamini
and Hochberg, Controlling the false discovery rate, 1995, doi:10.1111/j.2517-6161.1995.tb02031.x.
Attention, followed through all layers of decoder and encoder (rollout), is written beside it where
the network has any, and decides nothing: Jain and Wallace, Attention is not explanation, 2019,
arXiv:1902.10186.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import torch

from orthoweave.models.gexbert.config import GexbertConfig
from orthoweave.models.gexbert.fitting import fit_restorer
from orthoweave.models.gexbert.network import Residual, TokenResidual
from orthoweave.models.gexbert.prepared import Prepared
from orthoweave.models.gexbert.restoring import Restorer

_SAMPLES: Final = 64


@dataclass(frozen=True, slots=True)
class Influences:
    """Influences of the panel's genes on the hidden ones."""

    size: np.ndarray
    """Mean absolute slope, shape ``(n_panel, n_hidden)``."""
    slope: np.ndarray
    """Mean slope, of the same shape."""
    q: np.ndarray
    """False discovery rate at which each is found; 1 without shuffles."""
    attention: np.ndarray | None
    """Mean attention of the hidden gene that ends at the visible one, followed through all layers;
    None of an additive network."""


def influences(restorer: Restorer, prepared: Prepared, config: GexbertConfig) -> Influences | None:
    """Return the influences of a fit to all samples; None if no fits to shuffled genes are made."""
    if not config.shuffles:
        return None
    rows = np.sort(
        np.random.default_rng((config.seed % 2**64, 13)).permutation(prepared.view.n_cells)[
            :_SAMPLES
        ]
    )
    panel, hidden, values = prepared.panel, prepared.hidden, prepared.values
    size, slope = slopes(restorer, values[rows], panel, hidden)
    null = []
    for number in range(config.shuffles):
        shuffled = shuffled_genes(values, config.seed, number)
        own = replace(config, seed=config.seed + number)
        # each sample stands for itself: its genes are of different patients
        fitted = fit_restorer(
            shuffled, np.arange(len(values)).astype(str), own, label=f"shuffle {number + 1}"
        )
        null.append(slopes(fitted, shuffled[rows], panel, hidden)[0].ravel())
    q = false_discovery(size, np.concatenate(null))
    return Influences(size, slope, q, attention(restorer, values[rows], panel, hidden))


def shuffled_genes(values: np.ndarray, seed: int, number: int) -> np.ndarray:
    """Return the values with each gene permuted over the samples by itself."""
    random = np.random.default_rng((seed % 2**64, 15, number))
    order = random.random(values.shape).argsort(axis=0)
    return np.take_along_axis(values, order, axis=0)


def slopes(
    restorer: Restorer, values: np.ndarray, panel: np.ndarray, hidden: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean absolute slope and mean slope over samples, ``(n_panel, n_hidden)`` each.

    Parameters
    ----------
    values
        Expression on the dataset's scale, shape ``(n, n_genes)``.
    """
    every = np.arange(values.shape[1])
    linear = restorer.linear.coefficients(panel, every)
    linear[:, panel] = np.eye(len(panel))
    straight = linear[:, hidden]
    if restorer.network is None:
        return np.abs(straight), straight
    device, network = restorer.device, restorer.network
    scores = torch.from_numpy(restorer.scaler.scaled(values)).to(device)
    visible = torch.from_numpy(panel).to(device)
    shown = scores[:, visible].clone().requires_grad_()
    whole = torch.zeros_like(scores).index_copy(1, visible, shown)
    line = shown @ torch.from_numpy(linear.astype(np.float32)).to(device)
    out = network(whole, visible, line, torch.from_numpy(hidden).to(device))
    sizes, means = [], []
    for number in range(len(hidden)):
        [slope] = torch.autograd.grad(out[:, number].sum(), shown, retain_graph=True)
        sizes.append(slope.abs().mean(dim=0).cpu().numpy())
        means.append(slope.mean(dim=0).cpu().numpy())
    return np.stack(sizes, axis=1), np.stack(means, axis=1)


def attention(
    restorer: Restorer, values: np.ndarray, panel: np.ndarray, hidden: np.ndarray
) -> np.ndarray | None:
    """Return the mean attention of each hidden gene that ends at each visible one, by rollout.

    None if the network has no attention.
    """
    network: Residual | None = restorer.network
    if not isinstance(network, TokenResidual):
        return None
    device = restorer.device
    scores = torch.from_numpy(restorer.scaler.scaled(values)).to(device)
    visible, asked = (torch.from_numpy(one).to(device) for one in (panel, hidden))
    with torch.no_grad():
        found: Any = network.attention(scores, visible, asked)
    return np.asarray(found.mean(dim=0).T.float().cpu().numpy())


def false_discovery(size: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Return the false discovery rate of each influence, by those of shuffled genes.

    The p value is the share of influences among shuffled genes that are as large, with one added
    to both numbers.
    """
    ordered = np.sort(null)
    as_large = len(ordered) - np.searchsorted(ordered, size.ravel(), side="left")
    p = (as_large + 1) / (len(ordered) + 1)
    order = np.argsort(p, kind="stable")
    rate = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(rate[::-1])[::-1], 1)
    return q.reshape(size.shape)


def influence_rows(found: Influences, prepared: Prepared, config: GexbertConfig) -> pa.Table:
    """Return the rows of INFLUENCES: the strongest of each hidden gene that pass the rate."""
    genes = prepared.genes
    rows: dict[str, list[Any]] = {
        name: []
        for name in ("from", "to", "dataset", "influence", "slope", "rank", "q", "attention", "n")
    }
    order = np.argsort(-found.size, axis=0, kind="stable")[: config.influences]
    for column, gene in enumerate(prepared.hidden):
        for rank, row in enumerate(order[:, column], start=1):
            if found.q[row, column] > config.fdr:
                break
            weight = None if found.attention is None else float(found.attention[row, column])
            rows["from"].append(str(genes[prepared.panel[row]]))
            rows["to"].append(str(genes[gene]))
            rows["dataset"].append(prepared.view.dataset)
            rows["influence"].append(float(found.size[row, column]))
            rows["slope"].append(float(found.slope[row, column]))
            rows["rank"].append(rank)
            rows["q"].append(float(found.q[row, column]))
            rows["attention"].append(weight)
            rows["n"].append(prepared.view.n_cells)
    types = {"rank": pa.int64(), "n": pa.int64(), "dataset": pa.string()}
    types |= {"from": pa.string(), "to": pa.string()}
    return pa.table({name: pa.array(v, types.get(name, pa.float64())) for name, v in rows.items()})
