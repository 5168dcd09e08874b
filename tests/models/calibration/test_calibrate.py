"""Calibration on shifts with a known answer: depth, unseen types, noise, other composition."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from tests.models.calibration.conftest import N_GENES, World

from orthoweave.errors import InputError
from orthoweave.models.calibration.calibrate import Calibrated, calibrate
from orthoweave.models.calibration.measures import calibration_measures
from orthoweave.models.calibration.notes import notes
from orthoweave.models.calibration.trials import Unlabelled, run_trials


def calibrated(
    world: World, values: sp.csr_matrix, *, precision: float = 0.95, seed: int = 0
) -> Calibrated:
    """Calibrate for cells of a dataset that measures all genes."""
    asked = world.asked(values)
    trials = run_trials(world.reference, asked, world.own(values), world.folds, seed=seed)
    return calibrate(world.reference, asked, trials, precision=precision, seed=seed)


def test_cells_of_the_same_laboratory_are_near_and_named(world: World) -> None:
    """Most cells are named, nearly all of them rightly."""
    types = np.arange(150) % 3
    found = calibrated(world, world.draw(types, 7))
    assert found.dataset_verdict == "near"
    assert found.named.mean() > 0.8
    right = found.probability.argmax(axis=1) == types
    assert right[found.named].mean() >= 0.95
    assert found.shift.depth == pytest.approx(1, abs=0.05)


def test_fewer_molecules_name_fewer_cells(world: World) -> None:
    """The thinner the cells, the fewer are named, and those still rightly."""
    types = np.arange(150) % 3
    found = [calibrated(world, world.draw(types, 7, total)) for total in (200, 40, 12)]
    named = [one.named.mean() for one in found]
    assert named[0] > named[1] > named[2]
    assert found[1].shift.depth < 0.8
    right = found[1].probability.argmax(axis=1) == types
    assert right[found[1].named].mean() >= 0.95


def test_a_type_that_nobody_trained_on_is_outside(world: World) -> None:
    """Cells of a fourth type are outside, and none of them is named; the others stay inside."""
    types = np.arange(160) % 4
    found = calibrated(world, world.draw(types, 8))
    unseen = types == 3
    assert (found.verdict[unseen] == "outside").mean() > 0.9
    assert found.named[unseen].mean() < 0.05
    assert (found.verdict[~unseen] == "outside").mean() < 0.1
    assert found.named[~unseen].mean() > 0.7
    assert np.isnan(found.certainty[found.verdict == "outside"]).all()


def test_a_dataset_of_unseen_types_is_outside(world: World) -> None:
    """Where most cells are of a type that nobody trained on, so is the dataset."""
    found = calibrated(world, world.draw(np.where(np.arange(100) < 80, 3, 0), 9))
    assert found.dataset_verdict == "outside"
    assert "do not rely on their types" in notes(found, "lab", "known", "network")[0]


def test_a_classifier_that_is_noise_does_not_name(world: World) -> None:
    """Where trials say that the plain classifier does better alone, it names alone."""
    types = np.arange(150) % 3
    values = world.draw(types, 7)
    random = np.random.default_rng(0)

    def noise(cells: sp.csr_matrix) -> np.ndarray:
        return np.asarray(random.dirichlet(np.full(3, 0.05), cells.shape[0]))

    asked = world.asked(values)
    trials = run_trials(world.reference, asked, noise(values), (noise,) * 3, seed=0)
    found = calibrate(world.reference, asked, trials, precision=0.95, seed=0)
    assert found.choice == "plain"
    assert (found.probability.argmax(axis=1) == types).mean() > 0.95
    assert "alone, without the network" in notes(found, "lab", "known", "network")[1]


def test_more_precision_names_fewer_cells(world: World) -> None:
    """What is named at a higher precision is named at a lower one too."""
    values = world.draw(np.arange(150) % 3, 7, 30)
    strict, lenient = (calibrated(world, values, precision=p) for p in (0.99, 0.7))
    assert not (strict.named & ~lenient.named).any()
    assert strict.named.sum() < lenient.named.sum()
    assert strict.named_right >= 0.99 or not strict.named.any()


def test_the_same_seed_gives_the_same_bytes(world: World) -> None:
    """Nothing depends on anything but the arguments, and the labels of asked cells are not one."""
    values = world.draw(np.arange(60) % 3, 7, 60)
    first, second = (calibrated(world, values, seed=3) for _ in range(2))
    assert first.certainty.tobytes() == second.certainty.tobytes()
    assert first.named.tobytes() == second.named.tobytes()
    assert first.verdict.tolist() == second.verdict.tolist()


def test_genes_that_are_not_measured_are_not_read(world: World) -> None:
    """Values of genes outside the mask change nothing."""
    values = world.draw(np.arange(90) % 3, 7)
    found = np.arange(N_GENES) < 24
    kept = sp.csr_matrix(values @ sp.diags(found.astype(np.float32)))
    asked = Unlabelled(kept, found, found)
    trials = run_trials(world.reference, asked, world.own(kept), world.folds, seed=0)
    assert trials.shift.genes == 0.5
    assert all(trial.values[:, 24:].nnz == 0 for trial in trials.simulated)
    again = run_trials(
        replace(world.reference, values=world.reference.values.copy()),
        asked,
        world.own(kept),
        world.folds,
        seed=0,
    )
    assert trials.asked.plain.tobytes() == again.asked.plain.tobytes()


def test_too_few_genes_are_refused(world: World) -> None:
    """A dataset without two of the genes cannot be compared."""
    nothing = np.zeros(N_GENES, bool)
    with pytest.raises(InputError, match="0 genes of the reference are measured"):
        Unlabelled(world.draw(np.zeros(5, int), 1), nothing, nothing)


def test_measures_hold_reliability_where_cells_have_labels(world: World) -> None:
    """The bins of labelled cells are written as text, and absent without labels."""
    types = np.arange(150) % 3
    found = calibrated(world, world.draw(types, 7))
    right = found.probability.argmax(axis=1) == types
    labelled = calibration_measures(found, right, np.ones(150, bool))
    assert '"cells"' in str(labelled["reliability"])
    assert float(labelled["calibration_error"]) < 0.2
    assert sum(int(labelled[f"cells_{one}"]) for one in ("near", "far", "outside")) == 150
    assert "reliability" not in calibration_measures(found, right, np.zeros(150, bool))
