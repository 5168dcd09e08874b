"""Orthology transfer across a great distance: human blood to zebrafish blood, by kind of pairs.

``python -m benchmarks.transfer_zebrafish [DATA]`` reads what ``benchmarks.evaluate`` reads. A
network of human cells is turned to zebrafish by 20 labelled cells, and tested on a random quarter
of the cells, since each plate has one or two types and no donor is named. It is scored with all
pairs, with one-to-one pairs alone, and with the others alone, at two levels of cell types.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.evaluate import LEVELS, read_fish, read_human, read_ontology
from benchmarks.evaluate import read_orthology as read_pairs
from benchmarks.laboratories import with_parts

from orthoweave.errors import InputError
from orthoweave.models.base import Estimate, RunContext
from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.models.orthology_transfer.model import OrthologyTransfer
from orthoweave.views.requests import Views

HERE = Path(__file__).parent
KINDS: Final = ("all", "1:1", "1:many")


def main() -> None:
    """Print a table for each level and write the JSON."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "data"
    human, fish = read_human(data), with_parts(read_fish(data))
    views = Views(
        {
            "source": human,
            "target": fish,
            "orthology": read_pairs(data),
            "ontology": read_ontology(data),
        }
    )
    config = TransferConfig(
        source=human.dataset, target=fish.dataset, n_target=20, n_null=2, device="cpu"
    )
    rows = []
    for name, level in LEVELS.items():
        for kinds in KINDS:
            rows.append({"level": name, "kinds": kinds, **measured(views, config, level, kinds)})
            print(json.dumps(rows[-1]), flush=True)
    path = HERE / "results" / "transfer_zebrafish.json"
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def measured(
    views: Views, config: TransferConfig, level: tuple[str, ...], kinds: str
) -> dict[str, Any]:
    """Return the score of a fit, its baselines and its control, as texts."""
    model, config = OrthologyTransfer(), replace(config, level=level, kinds=kinds)
    context = RunContext()
    try:
        fitted = model.fit(views, config, context)
    except InputError as error:
        return {"refused": str(error)}
    [score] = model.apply(fitted, views, config, context).scores
    return {
        "context": score.context,
        "transfer": _text(score.estimate),
        **{name: _text(value) for name, value in score.baselines.items()},
        score.control_name: _text(score.control),
        **{f"over {name}": _text(value) for name, value in score.differences.items()},
    }


def _text(value: Estimate) -> str:
    return f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})"


if __name__ == "__main__":
    main()
