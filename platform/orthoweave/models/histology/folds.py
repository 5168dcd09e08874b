"""Each section predicted by others: the model, its forms, plain methods and controls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from orthoweave.errors import InputError
from orthoweave.models.base import RunContext
from orthoweave.models.histology.agreement import EXPRESSED, by_gene, highest
from orthoweave.models.histology.baselines import BASELINES
from orthoweave.models.histology.config import HistologyConfig
from orthoweave.models.histology.fitting import permuted, train
from orthoweave.models.histology.prepared import Prepared

MODEL: Final = "the model"
PLAIN: Final = "no reconstruction"
CONTROL: Final = "spots permuted in training and reference"


@dataclass(frozen=True, slots=True)
class Held:
    """A section that was predicted by others."""

    section: Prepared
    predicted: Mapping[str, np.ndarray]
    """Expression by method, shape ``(n_spots, n_genes)`` each."""
    control: tuple[np.ndarray, ...]
    """The same of the model, one for each fit to permuted spots."""
    highest: Mapping[str, np.ndarray]
    """Numbers of the scored genes, by ``HEG`` and ``HVG``, chosen on training sections or,
    with `` of the test section`` in the name, on the section itself."""

    @property
    def scored(self) -> np.ndarray:
        """Mask of the genes that 10 % of the spots express, shape ``(n_genes,)``."""
        return self.section.detected >= EXPRESSED

    def correlations(self, predicted: np.ndarray, genes: str) -> np.ndarray:
        """Return the correlation of each gene of a choice, ``(n_chosen,)``."""
        chosen = self.highest[genes]
        return by_gene(self.section.values[:, chosen], predicted[:, chosen])


def split(sections: Sequence[Prepared], held_out: str) -> list[tuple[list[int], list[int]]]:
    """Return the numbers of known and of held-out sections of each fold.

    Raises
    ------
    InputError
        If all sections are of one patient and patients are to be held out.
    """
    numbers = range(len(sections))
    if held_out == "section":
        return [([a for a in numbers if a != b], [b]) for b in numbers]
    patients = [_patient(one) for one in sections]
    names = sorted(set(patients))
    if len(names) < 2:
        message = (
            f"held_out=patient: all sections are of {names[0]!r}, expected two patients at least. "
            "held_out=section predicts a section by others of its patient"
        )
        raise InputError(message)
    return [
        ([a for a in numbers if patients[a] != name], [b for b in numbers if patients[b] == name])
        for name in names
    ]


def shared_patients(sections: Sequence[Prepared], held_out: str) -> list[str]:
    """Return a note where folds have one patient on both sides."""
    patients = [_patient(one) for one in sections]
    together = sorted({one for one in patients if patients.count(one) > 1})
    if held_out == "patient" or not together:
        return []
    return [
        f"sections of one patient are on both sides of a fold ({', '.join(together)}): scores are "
        "those of a new section of a known patient; held_out=patient keeps patients apart"
    ]


def _patient(section: Prepared) -> str:
    # as dataset:name; names are compared, since each section is a dataset of its own
    found = str(section.view.patients[0])
    return found.partition(":")[2] or found


def hold_out(
    sections: Sequence[Prepared],
    config: HistologyConfig,
    context: RunContext,
    *,
    with_controls: bool = True,
) -> list[Held]:
    """Return every section as the others predict it, in the order of the folds."""
    found = []
    for number, (known, asked) in enumerate(split(sections, config.held_out)):
        training = [sections[one] for one in known]
        models = {MODEL: train(training, config, context, f"fold {number}")}
        if config.reconstruction:
            plain = replace(config, reconstruction=False)
            models[PLAIN] = train(training, plain, context, f"fold {number}, {PLAIN}")
        shuffled = []
        for draw in range(config.shuffles if with_controls else 0):
            seed = config.seed * 1000 + number * 100 + draw
            mixed = [permuted(one, seed + 7 * at) for at, one in enumerate(training)]
            shuffled.append(train(mixed, config, context, f"fold {number}, permuted {draw}"))
        for one in (sections[at] for at in asked):
            predicted = {name: model.predict(one.pixels) for name, model in models.items()}
            predicted |= {name: method(training, one) for name, method in BASELINES.items()}
            control = tuple(model.predict(one.pixels) for model in shuffled)
            found.append(Held(one, predicted, control, _choices(training, one, config.top)))
    return found


def _choices(training: Sequence[Prepared], asked: Prepared, top: int) -> dict[str, np.ndarray]:
    allowed = asked.detected >= EXPRESSED
    if not allowed.any():
        message = f"{asked.dataset!r}: no learnt gene is in 10 % of its spots: expected some"
        raise InputError(message)
    heg, hvg = highest(np.concatenate([one.values for one in training]), allowed, top)
    own_heg, own_hvg = highest(asked.values, allowed, top)
    test = " of the test section"
    return {"HEG": heg, "HVG": hvg, f"HEG{test}": own_heg, f"HVG{test}": own_hvg}
