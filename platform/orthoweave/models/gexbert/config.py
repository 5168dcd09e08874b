"""Options of the restoration of bulk samples."""

from dataclasses import dataclass
from typing import Final

from orthoweave.errors import UsageError
from orthoweave.models.options import device_option, option, seed_option

LEAST_PANEL: Final = 8
"""Fewest genes that a sample can be restored from."""
NETWORKS: Final = ("set", "transformer")
MISSING: Final = ("mcar", "mnar", "block")


@dataclass(frozen=True, slots=True)
class GexbertConfig:
    """Options of the restoration of bulk samples."""

    dataset: str = option("", "dataset of bulk samples")
    groups: tuple[str, ...] = option((), "groups of samples to read; empty for all")
    label: str = option("", "column of texts whose values are told apart; empty for the groups")
    panel: tuple[str, ...] = option((), "visible genes, by key or symbol; empty to draw them")
    panel_size: int = option(128, "number of visible genes that are drawn where none are named")
    anchors: tuple[str, ...] = option(
        (), "genes that are restored for survival; empty to choose them in each training part"
    )
    n_anchors: int = option(50, "number of anchor genes where none are named")
    genes: int = option(2000, "most genes to learn, those that vary most; panel and anchors first")
    expressed: float = option(0.2, "least share of samples that express a gene to learn it")
    network: str = option("set", "network of the residual", choices=NETWORKS)
    hidden: int = option(256, "numbers of the inner layer")
    width: int = option(64, "numbers that describe a sample")
    epochs: int = option(12, "passes over the samples; 0 for the linear path alone")
    rate: float = option(1e-3, "highest learning rate")
    batch: int = option(64, "samples of a batch, which share their visible genes")
    folds: int = option(5, "parts of the patients, each restored by a fit to the others")
    missing: tuple[str, ...] = option((), "kinds of missing values to impute: mcar, mnar, block")
    missing_share: float = option(0.5, "share of the values that are missing")
    shuffles: int = option(2, "fits to shuffled genes that judge influences; 0 to write none")
    influences: int = option(5, "most influences to write for each restored gene")
    fdr: float = option(0.05, "false discovery rate of influences")
    seed: int = seed_option()
    device: str = device_option()


def check_config(config: GexbertConfig) -> None:
    """Check that a dataset is named and all numbers are in range.

    Raises
    ------
    UsageError
        If not.
    """
    if not config.dataset:
        message = "expected a dataset of bulk samples, such as --set dataset=tcga"
        raise UsageError(message)
    n_panel = len(set(config.panel)) or config.panel_size
    if n_panel < LEAST_PANEL:
        message = f"a panel of {n_panel} genes: expected {LEAST_PANEL} at least to restore from"
        raise UsageError(message)
    _check_numbers(config)
    unknown = sorted(set(config.missing) - set(MISSING))
    if unknown:
        message = f"missing={unknown[0]!r}: expected some of {', '.join(MISSING)}"
        raise UsageError(message)
    shared = sorted(set(config.panel) & set(config.anchors))
    if shared:
        message = f"gene {shared[0]!r} is in the panel and among the anchors, which are hidden"
        raise UsageError(message)


def _check_numbers(config: GexbertConfig) -> None:
    least = {"n_anchors": 1, "genes": 2 * LEAST_PANEL, "hidden": 1, "width": 1, "epochs": 0}
    least |= {"batch": 2, "folds": 2, "shuffles": 0, "influences": 1}
    for name, low in least.items():
        if getattr(config, name) < low:
            message = f"{name}={getattr(config, name)!r}: expected a whole number from {low}"
            raise UsageError(message)
    if not 0 <= config.expressed < 1:
        message = f"expressed={config.expressed!r}: expected a share from 0, below 1"
        raise UsageError(message)
    for name in ("missing_share", "fdr"):
        if not 0 < getattr(config, name) < 1:
            message = f"{name}={getattr(config, name)!r}: expected a share between 0 and 1"
            raise UsageError(message)
