"""Training of an encoder on cells without labels, or with labels beside the recovery."""

from collections.abc import Mapping

from orthoweave.models.base import RunContext
from orthoweave.models.encoder.cells import Drawn, TrainingCells
from orthoweave.models.encoder.config import EncoderConfig
from orthoweave.models.encoder.network import ExpressionNetwork, Start, make_network
from orthoweave.models.encoder.objectives.base import LabelSet
from orthoweave.models.encoder.tokens import chosen_profiles
from orthoweave.models.training.loop import History, fit


def new_network(
    config: EncoderConfig,
    cells: TrainingCells,
    labels: Mapping[str, LabelSet] | None = None,
    seed: int = 0,
) -> ExpressionNetwork:
    """Return an untrained network for the vocabulary of some cells."""
    return make_network(config, Start(cells.statistics, labels or {}), seed)


def pretrain(
    network: ExpressionNetwork,
    cells: TrainingCells,
    config: EncoderConfig,
    context: RunContext,
    *,
    device: str,
    label: str = "encoder",
) -> History:
    """Train a network by its objectives; it stays on the device.

    Genes are drawn and values hidden anew in each batch, by random numbers that seed, epoch and
    place of the batch decide: an interrupted training goes on from its last save as if it had not
    stopped.

    Parameters
    ----------
    label
        Name of the training; see `fit`.
    """
    network.to(device)

    def loss(network: ExpressionNetwork, batch: Drawn) -> object:
        target, depth = batch
        return network.loss(chosen_profiles(config.tokens, target, depth, training=True), target)

    return fit(
        network,
        cells.data(config.batch, config.plan.seed, device),
        loss,
        config.plan,
        device=device,
        progress=context.progress,
        label=label,
        checkpoint=context.checkpoint,
    )
