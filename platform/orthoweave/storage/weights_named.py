"""Weights by the name of the source that holds them: the ledger names the source, this the rest."""

from dataclasses import dataclass
from typing import Final

from orthoweave.errors import UnknownNameError
from orthoweave.storage.layout import Layout
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.tableset import read_tableset
from orthoweave.storage.weights import Weights, read_weights

TRAINING_JOB: Final = "train "
"""Prefix of the ledger's job name of a source that holds weights, before the model's name."""
WEIGHTS_DEPENDENCY: Final = "weights "
"""Prefix of a dependency on weights in the ledger, before the name of their source."""


@dataclass(frozen=True, slots=True)
class NamedWeights:
    """Weights and the ledger's entry of their source."""

    entry: Entry
    weights: Weights


def weights_digest(layout: Layout, entry: Entry) -> str:
    """Return the digest of the weights that a source holds; empty if it holds none."""
    return read_tableset(layout.tables / entry.tables_digest).weights


def find_weights(layout: Layout, name: str) -> NamedWeights:
    """Return the weights of the active source of a name.

    Raises
    ------
    UnknownNameError
        If there are none; the message lists those that exist.
    IntegrityError
        If they are damaged.
    """
    held = weights_names(layout)
    if name not in held:
        known = ", ".join(held) or "none: `orthoweave train MODEL` keeps some"
        message = f"no weights {name!r} in the knowledge base: expected one of {known}"
        raise UnknownNameError(message)
    entry = held[name]
    return NamedWeights(entry, read_weights(layout.weights / weights_digest(layout, entry)))


def weights_names(layout: Layout) -> dict[str, Entry]:
    """Return the active sources that hold weights, by name; damage to others does not matter."""
    layout.require()
    active = Ledger(layout.ledger).active()
    return {entry.name: entry for entry in active if entry.job.startswith(TRAINING_JOB)}


def needed_weights(layout: Layout, entry: Entry) -> set[str]:
    """Return the digests of the weights that a ledger's entry names: its own, and those it read.

    Raises
    ------
    IntegrityError
        If the description of its tables cannot be read.
    """
    read = {digest for name, digest in entry.depends.items() if name.startswith(WEIGHTS_DEPENDENCY)}
    own = weights_digest(layout, entry)
    return read | ({own} if own else set())
