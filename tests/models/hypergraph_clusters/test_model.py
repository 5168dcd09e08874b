"""The model from view to tables."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp

from orthoweave.errors import InputError, ScaleError, UsageError
from orthoweave.models.base import ModelResult, RunContext
from orthoweave.models.evaluation import adjusted_rand_index
from orthoweave.models.hypergraph_clusters.clustering import stability
from orthoweave.models.hypergraph_clusters.config import HypergraphClustersConfig, clustered
from orthoweave.models.hypergraph_clusters.model import HypergraphClusters
from orthoweave.models.options import parse_config
from orthoweave.models.registry import find_model
from orthoweave.schema import read_schema
from orthoweave.views.expression import expression_view
from orthoweave.views.hypergraph import HypergraphView, hypergraph_view
from orthoweave.views.requests import HypergraphRequest, Views

MIXOLOGY = Path(__file__).parents[4] / "shared/data/sc_mixology/sc_mixology_3cl.h5ad"
CONFIG = HypergraphClustersConfig(
    dataset="toy", n_clusters=4, dimension=10, seeds=3, permutations=20
)


def view_of(values: sp.csr_matrix, labels: np.ndarray | None = None, **more: Any) -> HypergraphView:
    """View of a dataset named toy."""
    return hypergraph_view(
        expression_view(
            "toy",
            "NCBITaxon:9606",
            keys("toy", values.shape[0]),
            keys("NCBIGene", values.shape[1]),
            values,
            scale="log1p_cp10k",
            labels=labels,
            **more,
        )
    )


def keys(prefix: str, size: int) -> np.ndarray:
    """Keys by number."""
    return np.array([f"{prefix}:{number}" for number in range(size)], dtype=object)


def found(view: HypergraphView, config: HypergraphClustersConfig = CONFIG) -> ModelResult:
    """Fit and apply."""
    model, views = HypergraphClusters(), Views({"hypergraph": view})
    context = RunContext("run:1")
    return model.apply(model.fit(views, config, context), views, config, context)


def named(groups: np.ndarray) -> np.ndarray:
    """Labels of the authors."""
    return np.array([f"type {group}" for group in groups], dtype=object)


@pytest.fixture(scope="module")
def result(cells: Any) -> ModelResult:
    """The model on planted groups with labels."""
    return found(view_of(cells.values, named(cells.groups)))


def test_it_is_registered_and_asks_for_the_hypergraph() -> None:
    """The registry knows it, and it reads log values of the genes that vary most."""
    model = find_model("hypergraph_clusters")
    config = parse_config(model.config_class, {"dataset": "toy", "top_genes": "500"}, "model")
    assert model.views(config) == {"hypergraph": HypergraphRequest("toy", "log1p_cp10k", 500, 3)}


def test_clusters_and_their_cells_are_written(result: ModelResult, cells: Any) -> None:
    """Each cell is in one cluster, sizes add up, and the clusters are the planted groups."""
    clusters, members = result.tables["CellCluster"], result.tables["IN_CLUSTER"]
    assert clusters["id"].to_pylist() == [f"run:1/{number}" for number in range(4)]
    assert members["from"].to_pylist() == [f"toy:{number}" for number in range(160)]
    sizes = dict(zip(*np.unique(members["to"].to_pylist(), return_counts=True), strict=True))
    assert clusters["n_cells"].to_pylist() == [sizes[key] for key in clusters["id"].to_pylist()]
    assert adjusted_rand_index(cells.groups, np.array(members["to"].to_pylist())) > 0.95
    assert clusters["exponent"][0].as_py() == result.measures["exponent"]
    assert clusters["stability"][0].as_py() == result.measures["stability"]


def test_the_embedding_behind_the_clusters_is_written(cells: Any) -> None:
    """The vectors are those of the chosen seed, from which its clusters are found again."""
    config = replace(CONFIG, embedding="skip_gram", n_walks=4, steps=15, scores=False)
    fitted = HypergraphClusters().fit(
        Views({"hypergraph": view_of(cells.values)}), config, RunContext()
    )
    [vectors] = found(view_of(cells.values), config).vectors
    assert (vectors.name, vectors.of, vectors.dataset) == ("cells", "Cell", "toy")
    assert vectors.keys.tolist() == [f"toy:{number}" for number in range(160)]
    np.testing.assert_array_equal(vectors.values, fitted.vectors)
    again = clustered(vectors.values, config, config.seed + fitted.chosen)
    assert adjusted_rand_index(again, fitted.partitions[fitted.chosen]) == 1.0


def test_high_traffic_genes_are_those_the_group_prefers(result: ModelResult, cells: Any) -> None:
    """Genes of a cluster's walks are the planted ones, and hardly any permutation reaches them."""
    members, traffic = result.tables["IN_CLUSTER"], result.tables["HIGH_TRAFFIC"]
    group = dict(zip(members["to"].to_pylist(), cells.groups, strict=True))
    genes = [int(key.removeprefix("NCBIGene:")) for key in traffic["to"].to_pylist()]
    right = [
        gene % 4 == group[cluster]
        for gene, cluster in zip(genes, traffic["from"].to_pylist(), strict=True)
    ]
    assert len(right) > 40
    assert np.mean(right) > 0.9
    assert np.mean(np.array(traffic["percentile"])[right] == 1) > 0.9


def test_the_tables_fit_the_schema(result: ModelResult) -> None:
    """Every column of every table is one that the schema knows, and no required one is missing."""
    schema = read_schema()
    card = HypergraphClusters.card
    assert set(result.tables) == set(card.writes)
    for name, table in result.tables.items():
        kind: Any = schema.nodes.get(name) or schema.edges[name]
        ends = {"id"} if name in schema.nodes else {"from", "to"}
        assert set(table.column_names) == ends | {item.name for item in kind.properties}
        assert kind.derived


def test_the_score_stands_beside_baseline_and_control(result: ModelResult) -> None:
    """ARI of labels is near 1, and near 0 with permuted genes."""
    (score,) = result.scores
    assert score.estimate.value > 0.95
    assert score.baselines["PCA, clustered alike"].value > 0.8
    assert abs(score.control.value) < 0.1


def test_without_labels_there_is_no_score(cells: Any) -> None:
    """Nothing is claimed where nothing can be compared."""
    assert found(view_of(cells.values)).scores == ()
    labelled = view_of(cells.values, named(cells.groups))
    assert found(labelled, replace(CONFIG, scores=False)).scores == ()


def test_the_same_settings_give_the_same_tables(result: ModelResult, cells: Any) -> None:
    """Equal to the last value; another seed may differ."""
    again = found(view_of(cells.values, named(cells.groups)))
    assert all(again.tables[name].equals(table) for name, table in result.tables.items())


def test_sampled_walks_differ_by_seed_and_tell_stability(cells: Any) -> None:
    """With skip-gram each seed walks anew, and stability is over whole pipelines."""
    config = replace(CONFIG, embedding="skip_gram", n_walks=4, steps=15, scores=False)
    views = Views({"hypergraph": view_of(cells.values)})
    fitted = HypergraphClusters().fit(views, config, RunContext())
    assert fitted.partitions.shape == (3, 160)
    assert stability(list(fitted.partitions)) == pytest.approx(
        float(found(view_of(cells.values), config).measures["stability"])
    )


def test_one_seed_has_no_stability(cells: Any) -> None:
    """It is null in the table, and no measure."""
    result = found(view_of(cells.values), replace(CONFIG, seeds=1))
    assert result.tables["CellCluster"]["stability"].null_count == 4
    assert "stability" not in result.measures


def test_leiden_finds_the_number_of_groups(cells: Any) -> None:
    """Without a number of clusters the communities are the planted groups."""
    result = found(view_of(cells.values), replace(CONFIG, n_clusters=None, resolution=0.5))
    members = np.array(result.tables["IN_CLUSTER"]["to"].to_pylist())
    assert adjusted_rand_index(cells.groups, members) > 0.9


def test_walks_without_genes_write_no_traffic(cells: Any) -> None:
    """node2vec passes through no gene and has no exponent."""
    result = found(view_of(cells.values), replace(CONFIG, walk="node2vec"))
    assert set(result.tables) == {"CellCluster", "IN_CLUSTER"}
    assert result.tables["CellCluster"]["exponent"].null_count == 4
    assert (
        "HIGH_TRAFFIC" not in found(view_of(cells.values), replace(CONFIG, traffic_genes=0)).tables
    )


class _Kept:
    """Keeps states in memory and fails after a number of them."""

    def __init__(self, fail_after: int) -> None:
        self.state: dict[str, np.ndarray] | None = None
        self._left = fail_after

    def load(self) -> dict[str, np.ndarray] | None:
        return self.state

    def save(self, state: Mapping[str, np.ndarray]) -> None:
        self.state = dict(state)
        self._left -= 1
        if not self._left:
            raise KeyboardInterrupt


def test_interrupted_work_goes_on(cells: Any) -> None:
    """After Ctrl-C between two clusterings the result is that of work in one go."""
    config = replace(CONFIG, embedding="skip_gram", n_walks=2, steps=10)
    views, model = Views({"hypergraph": view_of(cells.values)}), HypergraphClusters()
    whole = model.fit(views, config, RunContext())
    kept = _Kept(fail_after=2)
    with pytest.raises(KeyboardInterrupt):
        model.fit(views, config, RunContext(checkpoint=kept))
    again = model.fit(views, config, RunContext(checkpoint=kept))
    assert (again.partitions == whole.partitions).all()
    np.testing.assert_allclose(again.occupancy, whole.occupancy)
    np.testing.assert_array_equal(again.vectors, whole.vectors)


def test_depth_that_decides_gets_a_note(plant: Any) -> None:
    """Where walks visit deep cells more often, a note says so."""
    cells = plant(share=0.1)
    values = cells.values.tolil()
    values[:20, :] = np.maximum(values[:20, :].toarray(), 2.5)
    matrix = sp.csr_matrix(values)
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    notes = found(view_of(matrix, totals=totals)).notes
    assert any("clusters may follow sequencing depth" in note for note in notes)


def test_components_reach_the_notes(plant: Any) -> None:
    """A hypergraph in two parts is clustered within each, and the run says so."""
    values = sp.csr_matrix(sp.block_diag([plant(80, 30).values, plant(80, 30, seed=1).values]))
    result = found(view_of(values), replace(CONFIG, n_clusters=8))
    members = np.array(result.tables["IN_CLUSTER"]["to"].to_pylist())
    assert not set(members[:80]) & set(members[80:])
    assert result.measures["n_components"] == 2
    assert "2 connected components of 80, 80 cells" in result.notes[0]


def test_counts_in_the_view_are_refused(cells: Any) -> None:
    """A view whose values are whole numbers reaches no walk."""
    view = view_of(cells.values)
    counts = replace(view, by_cell=view.by_cell.ceil())
    with pytest.raises(ScaleError, match="they look like counts"):
        found(counts)


def test_few_cells_are_refused(cells: Any) -> None:
    """49 cells are too few."""
    with pytest.raises(InputError, match="at least 50 cells"):
        found(view_of(cells.values[:49]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dataset": ""}, "expected a dataset"),
        ({"device": "cuda"}, "runs on the CPU"),
        ({"seeds": 0}, "at least 1 clustering"),
        ({"traffic_genes": -1}, "traffic_genes from 0"),
        ({"permutations": 0}, "permutations from 1"),
        ({"n_walks": 0}, "n_walks: expected"),
        ({"walk": "deepwalk"}, "walk: expected one of"),
    ],
)
def test_senseless_settings_are_refused(change: dict[str, Any], message: str) -> None:
    """Before any view is read."""
    with pytest.raises(UsageError, match=message):
        HypergraphClusters().views(replace(CONFIG, **change))


@pytest.mark.parametrize("n_clusters", [1, 33])
def test_senseless_numbers_of_clusters_are_refused(n_clusters: int, cells: Any) -> None:
    """K is from 2 to a fifth of the cells."""
    with pytest.raises(UsageError, match="expected 2 to 32"):
        found(view_of(cells.values), replace(CONFIG, n_clusters=n_clusters))


def test_the_card_can_be_read_without_heavy_packages() -> None:
    """The model's module imports neither numba nor scikit-learn."""
    import subprocess

    code = (
        "import sys, orthoweave.models.hypergraph_clusters.model; "
        "heavy = {'numba', 'sklearn', 'sknetwork', 'torch'}; print(heavy & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3] / "platform",
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif(not MIXOLOGY.exists(), reason="needs the scMixology data beside the repository")
def test_three_cell_lines_are_found() -> None:
    """ScMixology by Drop-seq: clusters are the three cell lines, and permuted genes find none."""
    import anndata

    from orthoweave.numerics.expression import cell_totals, log_normalise

    data = anndata.read_h5ad(MIXOLOGY)
    # a platform makes clusters too: see the model's page
    chosen = ((data.obs["doublet"] == "singlet") & (data.obs["platform"] == "Drop-seq")).to_numpy()
    counts = sp.csr_matrix(data.X[chosen], dtype=np.float32)
    normal = log_normalise(counts, cell_totals(counts).total)
    mean = np.asarray(normal.mean(axis=0)).ravel()
    spread = np.asarray(normal.multiply(normal).mean(axis=0)).ravel() - mean**2
    values = sp.csr_matrix(normal[:, np.sort(np.argsort(-spread)[:1000])])
    labels = data.obs["cell_line"].astype(str).to_numpy(dtype=object)[chosen]
    config = replace(CONFIG, n_clusters=3, dimension=30)
    (score,) = found(view_of(values, labels), config).scores
    assert score.estimate.value >= 0.95
    assert abs(score.control.value) < 0.02
