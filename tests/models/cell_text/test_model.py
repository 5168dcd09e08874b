"""Text-derived cells as a model, with its evaluation."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from orthoweave.errors import InputError, UsageError
from orthoweave.models.base import RunContext
from orthoweave.models.cell_text.config import CellTextConfig
from orthoweave.models.cell_text.evaluation import few_label_task
from orthoweave.models.cell_text.model import CellText
from orthoweave.views.expression import ExpressionView
from orthoweave.views.requests import Views
from orthoweave.views.vector import VectorView

MakeCounts = Callable[..., ExpressionView]
MakeTexts = Callable[..., VectorView]
CONFIG = CellTextConfig(
    dataset="d", top_genes=20, directions=0, per_class=3, draws=3, permutations=3, genes_per_type=5
)


def test_types_are_found_by_their_texts(counts: MakeCounts, texts: MakeTexts) -> None:
    """Where texts carry the type it is found, and markers of each type are written."""
    views = Views({"expression": counts(), "genes": texts()})
    model = CellText()
    fitted = model.fit(views, CONFIG, RunContext())
    result = model.apply(fitted, views, CONFIG, RunContext())
    [score] = result.scores
    assert score.estimate.value > 0.9
    assert set(score.baselines) == {
        "PCA-50",
        "nearest cells in PCA-50",
        "Spearman to centroids of markers",
        "random projection",
    }
    table = result.tables["CONTRIBUTES_TO"]
    assert table.num_rows == 15
    for row in table.to_pylist():
        assert int(row["from"][1:]) % 3 == "abc".index(row["to"][-1])
    assert table["rank"].to_pylist()[:5] == [1, 2, 3, 4, 5]
    assert result.measures["genes_with_text"] == 77
    [vectors] = result.vectors
    usable = fitted.cells.usable
    assert vectors.keys.tolist() == views.expression("expression").cells[usable].tolist()
    np.testing.assert_array_equal(vectors.values, fitted.cells.vectors[usable])


def test_the_same_gives_the_same(counts: MakeCounts, texts: MakeTexts) -> None:
    """Two fits write equal tables."""
    views = Views({"expression": counts(), "genes": texts()})
    model = CellText()
    first, second = (
        model.apply(model.fit(views, CONFIG, RunContext()), views, CONFIG, RunContext())
        for _ in range(2)
    )
    assert first.tables["CONTRIBUTES_TO"].equals(second.tables["CONTRIBUTES_TO"])


def test_a_dataset_must_be_named() -> None:
    """The message shows how."""
    with pytest.raises(UsageError, match="--set dataset=baron_human"):
        CellText().views(CellTextConfig())


def test_labelled_and_test_cells_never_meet(counts: MakeCounts) -> None:
    """Draws come from training cells, equally many of each class, and differ by seed."""
    view = counts()
    training = view.donors == "one"
    task = few_label_task(view.cell_types, training, ~training, 4, range(5))
    for draw in task.draws:
        assert training[draw].all()
        assert not set(draw) & set(task.test)
        _, sizes = np.unique(view.cell_types[draw].astype(str), return_counts=True)
        assert set(sizes) == {4}
    assert len({tuple(draw) for draw in task.draws}) == 5


def test_too_few_labels(counts: MakeCounts) -> None:
    """Fewer than two classes with enough cells are refused."""
    view = counts()
    training = np.arange(90) < 6
    with pytest.raises(InputError, match="0 classes have 4 cells"):
        few_label_task(view.cell_types, training, ~training, 4, range(2))


def test_a_dataset_without_types_is_refused(counts: MakeCounts, texts: MakeTexts) -> None:
    """The dataset is named, with the options that give it types."""
    bare = replace(counts(), cell_types=np.full(90, None, object))
    views = Views({"expression": bare, "genes": texts()})
    with pytest.raises(InputError, match=r"d has no cell types.*--set cells=TABLE"):
        CellText().fit(views, CONFIG, RunContext())
