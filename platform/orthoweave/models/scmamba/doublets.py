"""Doublets: simulated by adding the counts of two cells, and found by a network.

Cells are split into two halves, those of each donor evenly. The network of each half learns cells
and doublets of the other half, so that no cell is judged by a network that was taught to call it a
singlet. McGinnis et al., DoubletFinder, 2019, doi:10.1016/j.cels.2019.03.003, and
Wolock et al., Scrublet, 2019, doi:10.1016/j.cels.2018.11.005, simulate in the same way.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.scmamba.config import ScMambaConfig
from orthoweave.models.scmamba.inputs import Prepared, Profiles
from orthoweave.models.scmamba.network import (
    Arrays,
    Examples,
    arrays_of,
    class_chances,
    trained_classifier,
)

CLASSES = ("singlet", "doublet")
_LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Half:
    """Half of the cells, and doublets made of them."""

    cells: np.ndarray
    """Numbers of the cells."""
    pairs: np.ndarray
    """Numbers of the two cells of each doublet, shape ``(n_doublets, 2)``."""
    kept: np.ndarray
    """Share of the summed counts that each doublet keeps, shape ``(n_doublets,)``."""


@dataclass(frozen=True, slots=True)
class FoundDoublets:
    """Networks of both halves, and what each says of the half that it has not seen."""

    halves: tuple[Half, Half]
    networks: tuple[Arrays, Arrays]
    cells: np.ndarray
    """Probability that each cell is a doublet, shape ``(n_cells,)``, before the expected rate."""
    simulated: np.ndarray
    """The same of the simulated doublets of both halves, one half after the other."""


def added(profiles: Profiles, pairs: np.ndarray, kept: np.ndarray | None = None) -> Profiles:
    """Return doublets: the sums of the counts of two cells.

    Parameters
    ----------
    pairs
        Numbers of the two cells of each doublet, shape ``(n_doublets, 2)``.
    kept
        Share of the summed counts that each doublet keeps, shape ``(n_doublets,)``, drawn by the
        binomial distribution; all of them if None.
    """
    counts = sp.csr_matrix(profiles.counts[pairs[:, 0]] + profiles.counts[pairs[:, 1]])
    counts.sort_indices()
    totals = profiles.totals[pairs].sum(axis=1)
    if kept is None:
        return Profiles(counts, totals, profiles.known)
    random = np.random.default_rng(len(pairs))
    shares = np.repeat(kept, np.diff(counts.indptr))
    outside = np.maximum(totals - np.asarray(counts.sum(axis=1)).ravel(), 0).astype(np.int64)
    counts.data = random.binomial(counts.data.astype(np.int64), shares).astype(np.float32)
    counts.eliminate_zeros()
    totals = np.asarray(counts.sum(axis=1)).ravel() + random.binomial(outside, kept)
    return Profiles(counts, np.maximum(totals, 1.0), profiles.known)


def halves_of(donors: np.ndarray, config: ScMambaConfig, seed: int) -> tuple[Half, Half]:
    """Return two halves of the cells with random pairs of cells of one donor.

    Parameters
    ----------
    donors
        Donor of each cell, or None.

    Raises
    ------
    InputError
        If there are fewer than 20 cells.
    """
    if len(donors) < 20:
        message = f"{len(donors)} cells: expected 20 at least, to make doublets of"
        raise InputError(message)
    random = np.random.default_rng(seed)
    names = np.array([str(donor) for donor in donors])
    second = np.zeros(len(names), bool)
    for number, name in enumerate(np.unique(names)):
        own = random.permutation(np.flatnonzero(names == name))
        # donors of an odd number of cells give the one more to either half in turn
        second[own[: (len(own) + number % 2) // 2]] = True
    return _half(np.flatnonzero(~second), names, config, random), _half(
        np.flatnonzero(second), names, config, random
    )


def _half(
    cells: np.ndarray, donors: np.ndarray, config: ScMambaConfig, random: np.random.Generator
) -> Half:
    n_pairs = max(1, round(config.simulated * len(cells)))
    first = random.choice(cells, n_pairs)
    second = np.empty_like(first)
    for donor in np.unique(donors[cells]):
        own, mine = cells[donors[cells] == donor], donors[first] == donor
        second[mine] = random.choice(own, int(mine.sum()))
    kept = random.uniform(config.least_depth, 1.0, n_pairs)
    return Half(cells, np.stack([first, second], axis=1), kept)


def find_doublets(
    prepared: Prepared,
    encoder: Arrays | None,
    config: ScMambaConfig,
    context: RunContext,
    *,
    name: str,
    shuffled: bool = False,
) -> FoundDoublets:
    """Train both networks, and judge each half by the network that has not seen it.

    Parameters
    ----------
    encoder
        Pretrained parameters.
    name
        Name of the trainings.
    shuffled
        Whether cells and doublets get their labels at random: the control.
    """
    profiles = prepared.profiles
    halves = halves_of(prepared.view.donors, config, config.seed)
    networks, simulated, judged = [], [], np.zeros(profiles.n_cells)
    for number, asked in enumerate(halves):
        learnt = halves[1 - number]
        examples = _examples(profiles, learnt)
        if shuffled and examples.labels is not None:
            random = np.random.default_rng((config.seed % 2**32, number))
            examples = Examples(
                examples.values, examples.known, random.permutation(examples.labels)
            )
        network = trained_classifier(
            examples,
            2,
            prepared.genes,
            encoder,
            config=config,
            context=context,
            name=f"{name} {number + 1}",
        )
        chances, _ = class_chances(network, _examples(profiles, asked), config)
        n_own = len(asked.cells)
        judged[asked.cells] = chances[:n_own, 1]
        simulated.append(chances[n_own:, 1])
        networks.append(arrays_of(network))
    first, second = networks
    return FoundDoublets(halves, (first, second), judged, np.concatenate(simulated))


def _examples(profiles: Profiles, half: Half) -> Examples:
    """Return the cells of a half, then its doublets."""
    doublets = added(profiles, half.pairs, half.kept)
    own = profiles.rows(half.cells)
    values = sp.csr_matrix(sp.vstack([own.values, doublets.values]))
    labels = np.repeat([0, 1], [len(half.cells), len(half.pairs)])
    return Examples(values, profiles.known, labels)


def expected_chance(chance: np.ndarray, simulated: float, rate: float) -> np.ndarray:
    """Return probabilities for data in which a share `rate` are doublets.

    The network has learnt from `simulated` doublets for each cell. Saerens et al., Adjusting the
    outputs of a classifier to new a priori probabilities, 2002, doi:10.1162/089976602753284446.
    """
    held = np.clip(chance, _LEAST, 1 - _LEAST)
    odds = held / (1 - held) / simulated * rate / (1 - rate)
    return np.asarray(odds / (1 + odds))
