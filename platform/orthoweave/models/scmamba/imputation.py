"""Imputation: from one part of a cell's counts to what the other part is expected to be.

Counts are thinned: of each, a part that is drawn by the binomial distribution is read, and the rest
is to be expected. Both parts are independent if counts follow Poisson's distribution, so that a
network cannot pass by copying noise. Batson et al., Molecular cross-validation, 2019,
doi:10.1101/786269.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp
import torch
from torch import nn

from orthoweave.models.base import RunContext
from orthoweave.models.device import mixed_precision, resolve_device
from orthoweave.models.encoder.network import Start, make_network
from orthoweave.models.encoder.objectives.base import Encoded
from orthoweave.models.encoder.profiles import Target, whole_profiles
from orthoweave.models.encoder.statistics import GeneStatistics
from orthoweave.models.scmamba.config import ScMambaConfig, encoder_config
from orthoweave.models.scmamba.inputs import Profiles
from orthoweave.models.scmamba.network import Arrays, Examples, load_arrays
from orthoweave.models.training.data import Shuffled
from orthoweave.models.training.loop import fit
from orthoweave.numerics.expression import log_normalise

_CELLS: Final = 64


@dataclass(frozen=True, slots=True)
class Thinned:
    """Two parts of the counts of some cells, both as log1p of counts per 10 000."""

    read: Profiles
    """The part that is read."""
    rest: np.ndarray
    """The values of the other part, shape ``(n_cells, n_genes)``, float32."""


def thinned(whole: Profiles, columns: np.ndarray, share: float, seed: int) -> Thinned:
    """Return the counts of cells in two parts, over some genes.

    Parameters
    ----------
    whole
        Profiles over all measured genes, whose totals are thinned with them.
    columns
        Numbers of the genes that are kept.
    share
        Share of the counts that is read.
    """
    random = np.random.default_rng(seed % 2**32)
    counts = whole.counts.copy()
    drawn = random.binomial(counts.data.astype(np.int64), share).astype(np.float32)
    rest = counts.copy()
    rest.data = counts.data - drawn
    counts.data = drawn
    # counts of genes that the view has left out are thinned as a whole
    outside = np.maximum(whole.totals - np.asarray(whole.counts.sum(axis=1)).ravel(), 0)
    shown = random.binomial(outside.astype(np.int64), share)
    totals = np.asarray(counts.sum(axis=1)).ravel() + shown
    others = np.asarray(rest.sum(axis=1)).ravel() + outside - shown
    counts.eliminate_zeros()
    read = Profiles(counts, np.maximum(totals, 1.0), whole.known).over(columns)
    values = log_normalise(sp.csr_matrix(rest[:, columns]), np.maximum(others, 1.0))
    return Thinned(read, values.toarray().astype(np.float32))


class Imputer(nn.Module):
    """An encoder with a value for each gene: its mean, plus a linear map of the gene's own vector.

    For an additive encoder, which has no vectors of genes, the map is one of the cell's vector.
    """

    def __init__(self, genes: GeneStatistics, config: ScMambaConfig) -> None:
        super().__init__()
        self.encoder = make_network(encoder_config(config), Start(genes), config.seed).encoder
        self.mean = nn.Parameter(torch.from_numpy(genes.mean.copy()))
        self.out = nn.Linear(config.width, genes.n_genes if config.mixer == "set" else 1)
        nn.init.zeros_(self.out.bias)

    def forward(self, target: Target) -> torch.Tensor:
        """Return the expected values of the cells of a batch, ``(n_cells, n_genes)``, float32."""
        encoded = self.encoder(whole_profiles(target))
        if isinstance(encoded, Encoded) and encoded.pairs is not None:
            return self.mean + self.out(encoded.pairs).float()[..., 0]
        return self.mean + self.out(encoded).float()


def imputer(genes: GeneStatistics, config: ScMambaConfig) -> Imputer:
    """Return an untrained network for imputation."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        return Imputer(genes, config)


def trained_imputer(
    parts: Thinned,
    genes: GeneStatistics,
    encoder: Arrays | None,
    *,
    config: ScMambaConfig,
    context: RunContext,
    name: str,
    shuffled: bool = False,
) -> Imputer:
    """Return a network that was trained to expect the rest of the counts from what is read.

    Parameters
    ----------
    encoder
        Pretrained parameters; random ones if None.
    name
        Name of the training.
    shuffled
        Whether each cell is given the rest of another: the control.
    """
    network, device = imputer(genes, config), resolve_device(config.device)
    if encoder is not None:
        load_arrays(network.encoder, encoder)
    network.to(device)
    rest = parts.rest
    if shuffled:
        rest = rest[np.random.default_rng(config.seed % 2**32).permutation(len(rest))]
    examples = Examples.of(parts.read)

    def batch(rows: np.ndarray) -> tuple[Target, torch.Tensor]:
        return examples.target(rows), torch.from_numpy(rest[rows])

    def loss(network: Imputer, given: tuple[Target, torch.Tensor]) -> torch.Tensor:
        target, wanted = given
        return ((network(target.to(device)) - wanted.to(device)) ** 2).mean()

    fit(
        network,
        Shuffled(np.arange(len(rest)), config.batch, batch, config.seed),
        loss,
        encoder_config(config, epochs=config.epochs).plan,
        device=device,
        progress=context.progress,
        label=name,
        checkpoint=context.checkpoint,
    )
    return network


def imputed(network: Imputer, profiles: Profiles, config: ScMambaConfig) -> np.ndarray:
    """Return the expected values of cells, ``(n_cells, n_genes)``, float32, from 0."""
    device = resolve_device(config.device)
    examples = Examples.of(profiles)
    network.to(device).eval()
    found = []
    with torch.no_grad(), mixed_precision(device):
        for first in range(0, profiles.n_cells, _CELLS):
            rows = np.arange(first, min(first + _CELLS, profiles.n_cells))
            found.append(network(examples.target(rows).to(device)).float().cpu().numpy())
    return np.maximum(np.concatenate(found), 0.0)
