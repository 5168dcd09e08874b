"""Sentences that say how far to trust the cells that were named."""

from orthoweave.models.calibration.calibrate import Calibrated

_SAYS = {
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
    n_cells = len(found.verdict)
    many = ", ".join(f"{counts[name]} {name}" for name in _SAYS)
    far = (
        f"{dataset} is {verdict}, compared with {source}: {_SAYS[verdict]}. Of its {n_cells} cells "
        f"{many}, and none that is outside is named. {found.shift}."
    )
    both, plain = found.right["both"], found.right["plain"]
    who = (
        f"the {own} and logistic regression name these cells together: held-out donors as this "
        f"laboratory would measure them are named rightly for {both:.1%} so, and for {plain:.1%} "
        "by logistic regression alone"
        if found.choice == "both"
        else f"logistic regression names these cells alone, without the {own}: held-out donors as "
        f"this laboratory would measure them are named rightly for {plain:.1%} so, and for "
        f"{both:.1%} with it"
    )
    named = int(found.named.sum())
    how_many = (
        f"{named} of {n_cells} cells named; of such cells of held-out donors as this laboratory "
        f"would measure them {found.named_right:.1%} are right"
        if named
        else f"none of {n_cells} cells named: too few of such cells are right in held-out donors as "
        "this laboratory would measure them"
    )
    return far, who, how_many
