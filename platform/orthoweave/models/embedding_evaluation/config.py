"""Options of the evaluation of embeddings."""

from dataclasses import dataclass
from typing import Final

from orthoweave.errors import UsageError
from orthoweave.models.options import device_option, option, seed_option

SIZES: Final = (2, 5, 10, 20, 50, 0)
"""Labelled cells of each class; 0 for all."""
LEAST_CELLS: Final = 10
"""Cells that a class must have."""


@dataclass(frozen=True, slots=True)
class EvaluationConfig:
    """Options of the evaluation of embeddings."""

    dataset: str = option("", "dataset whose cells were embedded")
    spaces: tuple[str, ...] = option((), "spaces of the build to evaluate, such as cell_text")
    obsm: tuple[str, ...] = option((), "matrices of the file to evaluate, such as X_scVI")
    file: str = option("", "name of the file that they are from")
    labels: str = option("type", "classes: type, label, or a column of the file")
    level: tuple[str, ...] = option((), "types that finer types are pooled into")
    batch: str = option("donor", "batches that should mix: donor, or a column of the file")
    targets: tuple[str, ...] = option((), "columns of numbers to predict")
    survival: tuple[str, ...] = option((), "two columns: time, and 1 for an event")
    coordinates: tuple[str, ...] = option((), "two columns of places, for splits by blocks")
    blocks: int = option(4, "blocks along each side")
    folds: int = option(5, "parts that are held out in turn; never more than there are donors")
    draws: int = option(5, "draws of labelled cells, and seeds of clusterings")
    resamplings: int = option(500, "resamplings behind the intervals")
    scale: str = option("log1p_cp10k", "scale of the expression that baselines read")
    seed: int = seed_option()
    device: str = device_option()


def check_config(config: EvaluationConfig) -> None:
    """Check that a dataset is named and that the options are in range.

    Raises
    ------
    UsageError
        If one is not.
    """
    if not config.dataset:
        message = "expected a dataset, such as --dataset baron_human"
        raise UsageError(message)
    for name, least in (("draws", 2), ("folds", 2), ("blocks", 2), ("resamplings", 20)):
        if getattr(config, name) < least:
            message = f"{name}={getattr(config, name)!r}: expected a whole number from {least}"
            raise UsageError(message)
    if config.level and config.labels != "type":
        message = f"labels={config.labels!r}: a level pools cell types; leave out one of the two"
        raise UsageError(message)
    for name in ("survival", "coordinates"):
        if len(getattr(config, name)) not in (0, 2):
            message = f"{name}={','.join(getattr(config, name))!r}: expected two columns"
            raise UsageError(message)
