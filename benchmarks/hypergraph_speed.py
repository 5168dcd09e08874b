"""Walks against random.choices, and skip-gram against gensim's, by time on one core.

Walks: the paper's simulation (1,000 cells) and 20,000 cells × 2,000 genes with 300 genes a cell.
Three plain walkers: random.choices over the row of the n × n transitions, as such code is commonly
written; over the cell's genes and the gene's cells; and the latter with sums kept beforehand.
Skip-gram: the same walks, the same settings, and the clusters of both. All by processor time in
this one run. Usage: ``python -m benchmarks.hypergraph_speed``.
"""

import json
import os
import random
import time
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core is measured

import numpy as np
import scipy.sparse as sp
from benchmarks.hypergraph_scale import planted
from benchmarks.paired import paired_bootstrap
from gensim.models import Word2Vec
from tests.support.simulated_cells import SimulatorConfig, log2_counts_per_million, simulate

from orthoweave.models.evaluation import adjusted_rand_index, seed_estimate
from orthoweave.models.hypergraph_clusters.clustering import k_means
from orthoweave.models.hypergraph_clusters.exponent import solve_exponent
from orthoweave.models.hypergraph_clusters.skip_gram import SkipGramConfig, skip_gram
from orthoweave.models.hypergraph_clusters.transitions import Steps, dense_transitions, walk_steps
from orthoweave.models.hypergraph_clusters.walks import dense_walks, sampled_walks

LENGTH, GOAL, SEEDS = 30, 40, 4
Step = Callable[[int], int]


def main() -> None:
    """Measure both, print the tables and write the JSON."""
    walks, skip_grams = measure_walks(), measure_skip_gram()
    result = {"walks": walks, "skip_gram": skip_grams, "goal": GOAL, "cores": os.cpu_count()}
    path = Path(__file__).parent / "results" / "hypergraph_speed.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def measure_walks() -> dict[str, dict[str, float]]:
    """Return steps a second of one core."""
    found: dict[str, dict[str, float]] = {}
    print("| cells | way | steps a second | ours is faster by |\n|---|---|---|---|")
    simulated = log2_counts_per_million(simulate(SimulatorConfig()).counts)
    for name, values in (("1,000", simulated), ("20,000", planted(20_000, 0)[0])):
        exponent = solve_exponent(values)
        steps = walk_steps(values, "diphw", exponent)
        rate = _our_rate(steps, values)
        found[name] = {"ours": rate}
        print(f"| {name} | alias tables | {rate:,.0f} | 1 |", flush=True)
        for way, step in _plain(values, steps, exponent).items():
            slow = _plain_rate(step, values.shape[0])
            found[name][way] = slow
            print(f"| {name} | {way} | {slow:,.0f} | {rate / slow:,.0f} |", flush=True)
    return found


def _our_rate(steps: Steps, values: sp.csr_matrix) -> float:
    n_walks = max(1, 200_000 // values.shape[0])
    sampled_walks(steps, values, n_walks=1, length=2)  # compiled outside the clock
    # the tables are made once however many walks there are, so they are left out
    once = _seconds(lambda: sampled_walks(steps, values, n_walks=n_walks, length=1))
    many = _seconds(lambda: sampled_walks(steps, values, n_walks=n_walks, length=1 + LENGTH))
    return n_walks * values.shape[0] * LENGTH / (many - once)


def _plain(values: sp.csr_matrix, steps: Steps, exponent: float) -> dict[str, Step]:
    genes, gene_weights = _rows(steps.to_gene)
    cells, cell_weights = _rows(steps.to_cell)
    gene_sums = [list(accumulate(row)) for row in gene_weights]
    cell_sums = [list(accumulate(row)) for row in cell_weights]

    def halves(cell: int) -> int:
        (gene,) = random.choices(genes[cell], weights=gene_weights[cell])
        return random.choices(cells[gene], weights=cell_weights[gene])[0]

    def summed(cell: int) -> int:
        (gene,) = random.choices(genes[cell], cum_weights=gene_sums[cell])
        return random.choices(cells[gene], cum_weights=cell_sums[gene])[0]

    ways: dict[str, Step] = {}
    if values.shape[0] <= 2000:
        rows = dense_transitions(values, "diphw", exponent).tolist()
        everybody = range(values.shape[0])
        ways["random.choices over all cells"] = lambda cell: random.choices(
            everybody, weights=rows[cell]
        )[0]
    ways["random.choices over genes, then cells"] = halves
    ways["the same with sums kept"] = summed
    return ways


def _rows(matrix: sp.csr_matrix) -> tuple[list[list[int]], list[list[float]]]:
    cuts = matrix.indptr[1:-1]
    return (
        [part.tolist() for part in np.split(matrix.indices, cuts)],
        [part.tolist() for part in np.split(matrix.data, cuts)],
    )


def _plain_rate(step: Step, n_cells: int) -> float:
    random.seed(0)
    done, started = 0, time.process_time()
    while time.process_time() - started < 1.5:
        cell = random.randrange(n_cells)
        for _ in range(LENGTH):
            cell = step(cell)
        done += LENGTH
    return done / (time.process_time() - started)


def _seconds(work: Callable[[], object]) -> float:
    """Return the best of three times in seconds."""
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def measure_skip_gram() -> dict[str, object]:
    """Return time and agreement of both on the same walks."""
    ours, theirs, seconds, library = [], [], [], []
    for seed in range(SEEDS):
        simulation = simulate(SimulatorConfig(seed=42 + seed))
        values = log2_counts_per_million(simulation.counts)
        walk = ("diphw", "comem_diphw")[seed % 2]
        cells = dense_walks(dense_transitions(values, walk, 50.0), seed=seed).cells
        if not seed:
            skip_gram(cells[:10], len(simulation.module), SkipGramConfig())
        started = time.process_time()
        vectors = skip_gram(cells, len(simulation.module), SkipGramConfig(seed=seed))
        seconds.append(time.process_time() - started)
        ours.append(adjusted_rand_index(simulation.module, k_means(vectors, 30, 0)))
        texts = cells.tolist()
        started = time.process_time()
        model = Word2Vec(texts, vector_size=30, window=5, min_count=0, sg=1, workers=1, seed=seed)
        library.append(time.process_time() - started)
        vectors = np.array([model.wv[cell] for cell in range(len(simulation.module))])
        theirs.append(adjusted_rand_index(simulation.module, k_means(vectors, 30, 0)))
    gain = paired_bootstrap(np.array(ours), np.array(theirs), seed=0)
    ratio = seed_estimate(np.array(library) / np.array(seconds))
    print(
        "\n| skip-gram | processor s | ARI |\n|---|---|---|\n"
        f"| ours | {np.mean(seconds):.1f} | {np.mean(ours):.3f} |\n"
        f"| gensim | {np.mean(library):.1f} | {np.mean(theirs):.3f} |\n"
        f"ours is faster by {ratio.value:.1f} ({ratio.low:.1f} to {ratio.high:.1f}); ARI "
        f"differs by {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
    )
    return {
        "seconds": seconds,
        "gensim_seconds": library,
        "ari": ours,
        "gensim_ari": theirs,
        "ratio": ratio.value,
        "ari_difference": [gain.low, gain.value, gain.high],
    }


if __name__ == "__main__":
    main()
