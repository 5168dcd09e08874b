"""Sentences that say how far to trust the cells that were named."""

from typing import Final

from orthoweave.models.calibration.calibrate import Calibrated

_TRIALS: Final = "held-out donors as this laboratory would measure them"
_SAYS: Final = {
    "near": "most cells are like those of a donor that was held out",
    "far": "expect more errors and fewer named cells",
    "outside": "most cells are like nothing that was trained on: do not rely on their types",
}


def notes(found: Calibrated, dataset: str, source: str, own: str) -> tuple[str, ...]:
    """Return the notes of a calibration.

    Parameters
    ----------
    dataset, source
        Names of the dataset with the cells, and of the one that was trained on.
    own
        Name of the model's own classifier.
    """
    verdict = found.dataset_verdict
    counts = {name: int((found.verdict == name).sum()) for name in _SAYS}
    n_cells, named = len(found.verdict), int(found.named.sum())
    many = ", ".join(f"{counts[name]} {name}" for name in _SAYS)
    far = (
        f"{dataset} is {verdict}, compared with {source}: {_SAYS[verdict]}. Of its {n_cells} cells "
        f"{many}; none outside is named. {found.shift}"
    )
    alone = f"logistic regression names the cells alone, without the {own}"
    together = f"the {own} and logistic regression name the cells together"
    both, plain = found.right["both"], found.right["plain"]
    who = (
        f"{together if found.choice == 'both' else alone}: on {_TRIALS} they are right for "
        f"{both:.1%} of the cells together, and logistic regression for {plain:.1%} alone"
    )
    if not named:
        return far, who, f"none of {n_cells} cells named: too few would be right on {_TRIALS}"
    how_many = (
        f"{named} of {n_cells} cells named, with a probability of at least "
        f"{float(found.certainty[found.named].min()):.3f}: on {_TRIALS} {found.named_right:.1%} of "
        "such cells are right"
    )
    return far, who, how_many
