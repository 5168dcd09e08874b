"""Baselines of few labels: what they read, and what they must not."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from orthoweave.models.orthology_transfer.baselines import by_nearest_cells, by_target_cells
from orthoweave.models.orthology_transfer.network import Labelled, labelled


def _data(classes: np.ndarray) -> Labelled:
    cells = np.random.default_rng(1).permutation(120)
    return labelled(np.zeros((120, 1), np.float32), classes, cells[12:15], cells[:12], "cpu")


def _components() -> tuple[np.ndarray, np.ndarray]:
    classes = np.arange(120) % 3
    noise = np.random.default_rng(0).normal(size=(120, 4))
    return noise + 3 * (np.arange(4) == classes[:, None]), classes


def test_the_regression_is_scikit_learns() -> None:
    """Balanced, on the cells to learn from and those to stop by, features as they are."""
    components, classes = _components()
    data = _data(classes)
    cells = np.concatenate([data.validation, data.training])
    model = LogisticRegression(class_weight="balanced", max_iter=5000)
    expected = model.fit(components[cells], classes[cells].astype(str)).predict(components)
    assert by_target_cells(components, data).tolist() == expected.astype(int).tolist()
    assert np.mean(by_target_cells(components, data) == classes) > 0.85


def test_labels_of_other_cells_are_not_read() -> None:
    """Permuted labels of all cells but the labelled ones change no prediction."""
    components, classes = _components()
    data = _data(classes)
    others = np.ones(120, bool)
    others[np.concatenate([data.validation, data.training])] = False
    destroyed = classes.copy()
    destroyed[others] = np.random.default_rng(2).permutation(classes[others])
    for method in (by_target_cells, by_nearest_cells):
        found = method(components, _data(destroyed))
        assert found.tolist() == method(components, data).tolist()
