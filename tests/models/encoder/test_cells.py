"""Training cells: held or streamed, with missing genes and labels; empty cells are refused."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from tests.support.pieces import Pieces

from orthoweave.errors import InputError
from orthoweave.models.base import NoCheckpoint, RunContext
from orthoweave.models.encoder.cells import training_cells, with_labels
from orthoweave.models.encoder.embedding import embed
from orthoweave.models.encoder.fitting import new_network, pretrain
from orthoweave.models.encoder.sets import measure_by_recovery
from orthoweave.models.encoder.sizes import set_wced, tiny_wced
from orthoweave.models.training.plan import Plan
from orthoweave.testing.model_tests import MemoryCheckpoint
from orthoweave.views.batches import BatchSource, CellBatches


def _batches() -> CellBatches:
    """Two datasets of 40 and 30 cells over 30 genes; the second did not measure the last five."""
    random = np.random.default_rng(0)
    genes = np.array([f"g{number}" for number in range(30)], object)
    rate = random.gamma(1.0, 1.0, (1, 30)) + 3 * (np.arange(30) % 2 == np.arange(40)[:, None] % 2)
    counts = [random.poisson(rate[:n]).astype(np.float32) for n in (40, 30)]
    sources = []
    for number, one in enumerate(counts):
        place = np.arange(30, dtype=np.int32)
        if number:
            place[25:] = -1
        sources.append(BatchSource(Pieces(sp.csr_matrix(one)), place, one.sum(axis=1), logs=True))
    species = ("NCBITaxon:9606", "NCBITaxon:9606")
    return CellBatches(("a", "b"), genes, "log1p_cp10k", "x", tuple(sources), species)


def test_missing_genes_are_not_zeros() -> None:
    """A gene that a dataset did not measure is unknown in its cells, and the depth is whole."""
    cells = training_cells(_batches(), 0)
    assert cells.held is not None
    target, depth = cells.drawn(cells.held, "cpu")
    second = torch.from_numpy(cells.held.dataset == 1)
    assert target.known[~second].all()
    assert not target.known[second][:, 25:].any()
    assert torch.allclose(depth[0], torch.log1p(torch.tensor(cells.batches.sources[0].totals[0])))
    # log1p of counts per 10 000 of the full total
    total = torch.expm1(target.y[~second]).sum(dim=1)
    assert torch.allclose(total, torch.full_like(total, 1e4), rtol=1e-4)


def test_streamed_cells_are_those_that_are_held() -> None:
    """Both ways each cell comes once an epoch, with its own label."""
    labels = {"kind": (np.arange(40), None)}
    for most in (0, 1000):
        cells = with_labels(training_cells(_batches(), 20, most=most), labels)
        assert (cells.held is None) == (most == 0)
        data = cells.data(16, 0, "cpu")
        drawn = [one for one, _ in data.epoch(0, range(len(data)))]
        found = torch.cat([one.labels["kind"] for one in drawn])
        assert sorted(found[found >= 0].tolist()) == list(range(40))
        assert int((found == -100).sum()) == 30
    held, streamed = (training_cells(_batches(), 20, most=most) for most in (1000, 0))
    assert (held.genes == streamed.genes).all()
    np.testing.assert_allclose(held.statistics.mean, streamed.statistics.mean)


def test_a_vocabulary_among_some_genes() -> None:
    """Only the genes that may be chosen are, in the order of the data."""
    cells = training_cells(_batches(), 0, among=np.array(["g9", "g3", "g28"], object))
    assert cells.genes.tolist() == ["g3", "g9", "g28"]


def test_cells_without_counts_are_refused() -> None:
    """The message counts them, and names the dataset; without them, as it says, all is well."""
    batches = _batches()
    whole, source = batches.sources
    counts = source.pieces.matrix.toarray()  # type: ignore[attr-defined]
    counts[:2] = 0
    broken, mended = (
        replace(source, pieces=Pieces(sp.csr_matrix(left)), totals=left.sum(axis=1))
        for left in (counts, counts[2:])
    )
    with pytest.raises(InputError, match=r"2 of 30 cells of 'b' have no counts.*Leave them out"):
        training_cells(replace(batches, sources=(whole, broken)), 10)
    assert training_cells(replace(batches, sources=(whole, mended)), 10).some(99, 0).cell.size == 68


@pytest.mark.parametrize("most", [0, 1000])
def test_an_interrupted_training_goes_on(most: int) -> None:
    """Held or streamed, a training that was stopped ends with the same parameters."""
    cells = training_cells(_batches(), 20, most=most)
    config = replace(set_wced(), width=4, batch=16, plan=Plan(3, save_seconds=0.0))

    def trained(checkpoint: MemoryCheckpoint | NoCheckpoint) -> np.ndarray:
        network = new_network(config, cells)
        pretrain(network, cells, config, RunContext(checkpoint=checkpoint), device="cpu")
        return network.encoder.second.weight.detach().numpy().copy()

    whole = trained(NoCheckpoint())
    stopped = MemoryCheckpoint(interrupt_after=7)
    with pytest.raises(KeyboardInterrupt):
        trained(stopped)
    assert (trained(MemoryCheckpoint(state=stopped.state)) == whole).all()


def test_vectors_do_not_depend_on_other_cells() -> None:
    """A cell alone has the vector that it has among others, by either encoder."""
    cells = training_cells(_batches(), 20)
    if cells.held is None:
        pytest.fail("the cells are not held")
    known = np.ones(20, bool)
    for config in (replace(set_wced(), width=8), replace(tiny_wced(), width=8)):
        network = new_network(config, cells)
        together = embed(network, cells.held.values, known, totals=np.ones(70))
        alone = embed(network, sp.csr_matrix(cells.held.values[5]), known)
        np.testing.assert_allclose(together[5:6], alone, atol=1e-5)


def test_distances_are_those_of_recovered_profiles() -> None:
    """The head recovers the same from the turned vectors, whose distances are its own."""
    cells = training_cells(_batches(), 20)
    if cells.held is None:
        pytest.fail("the cells are not held")
    network = new_network(replace(set_wced(), width=6), cells)
    head, known = network.objectives[0].head, np.ones(20, bool)
    before = embed(network, cells.held.values, known)
    recovered = before @ head.weight.detach().numpy().T
    measure_by_recovery(network.encoder, head)
    after = embed(network, cells.held.values, known)
    np.testing.assert_allclose(after @ head.weight.detach().numpy().T, recovered, atol=1e-4)
    ratio = [np.linalg.norm(rows[1:] - rows[0], axis=1) for rows in (after, recovered)]
    np.testing.assert_allclose(ratio[0] / ratio[1], (ratio[0] / ratio[1])[0], rtol=1e-3)
