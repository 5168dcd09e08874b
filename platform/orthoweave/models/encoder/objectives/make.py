"""Objectives from their configurations."""

from collections.abc import Mapping
from typing import assert_never

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import (
    Adversary,
    EncoderConfig,
    LabelHead,
    MaskedValues,
    ObjectiveConfig,
    Restoration,
    WholeProfile,
)
from orthoweave.models.encoder.objectives.base import LabelSet, Objective
from orthoweave.models.encoder.objectives.labels import LabelObjective
from orthoweave.models.encoder.objectives.masked import MaskedObjective
from orthoweave.models.encoder.objectives.restoration import RestorationObjective
from orthoweave.models.encoder.objectives.reversal import AdversaryObjective
from orthoweave.models.encoder.objectives.wced import WholeObjective
from orthoweave.models.encoder.statistics import GeneStatistics


def make_objective(
    config: ObjectiveConfig,
    encoder: EncoderConfig,
    genes: GeneStatistics,
    labels: Mapping[str, LabelSet],
) -> Objective:
    """Return the untrained objective.

    Parameters
    ----------
    encoder
        Configuration of the encoder that it reads.
    labels
        Labels by their kind.

    Raises
    ------
    UsageError
        If the labels of a kind are not given.
    """
    width = encoder.width
    of_cell = width * (3 if encoder.pool == "cls3" else 1)
    match config:
        case MaskedValues():
            return MaskedObjective(config, genes, width)
        case WholeProfile():
            return WholeObjective(config, genes, of_cell)
        case Restoration():
            return RestorationObjective(config, genes, width)
        case LabelHead(label):
            return LabelObjective(config, _of_kind(labels, label), of_cell)
        case Adversary(label):
            return AdversaryObjective(config, _of_kind(labels, label), of_cell)
        case _:
            assert_never(config)


def _of_kind(labels: Mapping[str, LabelSet], label: str) -> LabelSet:
    found = labels.get(label)
    if found is None:
        message = (
            f"objective: no labels of kind {label!r}, only of {sorted(labels)}: expected those of "
            "each label head"
        )
        raise UsageError(message)
    return found
