"""The order of batches: a function of seed, epoch and place."""

from pathlib import Path

import numpy as np
import pytest

from orthoweave.models.training.data import Data, Shuffled, Streamed, Whole
from orthoweave.storage.layout import Layout
from orthoweave.storage.published import Published, open_published
from orthoweave.views.batches import Batch
from orthoweave.views.reading.batches import open_batches
from orthoweave.views.requests import BatchesRequest


@pytest.fixture(scope="module")
def published(toy_kb: Path) -> Published:
    """The toy world's build."""
    return open_published(Layout(toy_kb))


def _cells(batch: Batch) -> np.ndarray:
    return np.stack([batch.dataset, batch.cell])


def _epoch(data: Data[np.ndarray], number: int, places: range) -> list[list[object]]:
    return [batch.tolist() for batch in data.epoch(number, places)]


def test_any_places_give_the_same_batches(published: Published) -> None:
    """Rows in memory and cells on disk: parts of an epoch are those of the whole."""
    cells = open_batches(published, BatchesRequest(("toy_human", "toy_mouse")))
    rows = np.arange(100, 123)
    sources: list[Data[np.ndarray]] = [
        Shuffled(rows, 5, np.copy, seed=3),
        Streamed(cells, 16, _cells, seed=3, buffer=1),
    ]
    for data in sources:
        n = len(data)
        whole = _epoch(data, 1, range(n))
        assert len(whole) == n > 3
        assert _epoch(data, 1, range(2, n)) == whole[2:]
        assert _epoch(data, 1, range(1, n, 2)) == whole[1::2]
        assert _epoch(data, 2, range(n)) != whole
    drawn = np.concatenate(list(sources[0].epoch(0, range(5))))
    assert sorted(drawn.tolist()) == rows.tolist()


def test_other_seeds_give_other_orders() -> None:
    """Also those below 0."""
    found = [
        _epoch(Shuffled(np.arange(30), 30, np.copy, seed=seed), 0, range(1)) for seed in (0, 1, -1)
    ]
    assert found[0] != found[1] != found[2] != found[0]


def test_one_batch_of_everything() -> None:
    """It comes for each place that is asked for."""
    data = Whole("all")
    assert len(data) == 1
    assert list(data.epoch(7, range(1))) == ["all"]
    assert list(data.epoch(7, range(1, 1, 2))) == []
