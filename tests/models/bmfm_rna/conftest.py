"""Small datasets of one species: four types, each with a module of genes, and three donors."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
from tests.support.pieces import Pieces

from orthoweave.models.bmfm_rna.config import BmfmConfig
from orthoweave.views.batches import BatchSource, CellBatches
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.ontology import OntologyView, no_ontology
from orthoweave.views.requests import Views

HUMAN, MOUSE = "NCBITaxon:9606", "NCBITaxon:10090"
N_CELLS, N_GENES, N_TYPES = 240, 120, 4
TYPES = np.array([f"CL:{number}" for number in range(N_TYPES)], object)
GENES = np.array([f"NCBIGene:{number}" for number in range(N_GENES)], object)


def dataset(
    name: str, seed: int, *, species: str = HUMAN, genes: np.ndarray = GENES
) -> ExpressionView:
    """Return counts of 240 cells; of 120 genes, 15 are high in each type and 60 only noise."""
    random = np.random.default_rng(seed)
    kinds = np.arange(N_CELLS) % N_TYPES
    numbers = np.array([int(gene.split(":")[1]) for gene in genes])
    module = np.where(numbers < 60, numbers % N_TYPES, -1)
    rate = random.gamma(0.5, 1.0, N_GENES)[numbers] * np.where(module >= 0, 0.5, 1.5)
    rate = rate[None, :] + 2.0 * (module[None, :] == kinds[:, None])
    depth = random.uniform(0.5, 2.0, N_CELLS)[:, None]
    return expression_view(
        name,
        species,
        np.array([f"{name}:{number}" for number in range(N_CELLS)], object),
        genes,
        sp.csr_matrix(random.poisson(rate * depth).astype(np.float32)),
        scale="counts",
        cell_types=TYPES[kinds],
        donors=np.array([f"d{1 + number // 80}" for number in range(N_CELLS)], object),
    )


def batches_of(*views: ExpressionView) -> CellBatches:
    """Return batches of the cells of some views, log1p of counts per 10 000."""
    genes = np.array(list(dict.fromkeys(key for view in views for key in view.genes)), object)
    number = {key: place for place, key in enumerate(genes)}
    return CellBatches(
        tuple(view.dataset for view in views),
        genes,
        "log1p_cp10k",
        " ".join(view.digest for view in views),
        tuple(
            BatchSource(
                Pieces(view.values, 50),
                np.array([number[key] for key in view.genes], np.int32),
                view.totals,
                logs=view.scale == "counts",
            )
            for view in views
        ),
        tuple(view.species for view in views),
    )


@pytest.fixture(scope="session")
def source() -> ExpressionView:
    """Return labelled cells."""
    return dataset("one", 1)


@pytest.fixture(scope="session")
def target() -> ExpressionView:
    """Return cells to name, with labels that no model may learn from."""
    return dataset("two", 2)


@pytest.fixture(scope="session")
def make_views(source: ExpressionView, target: ExpressionView) -> Callable[..., Views]:
    """Return the maker of all views, any of them replaced."""

    def make(**others: ExpressionView | CellBatches | OntologyView) -> Views:
        plain: dict[str, ExpressionView | CellBatches | OntologyView] = {
            "pretraining": batches_of(source, target),
            "target": target.log1p_cp10k(),
            "ontology": no_ontology(),
            "source one": source.log1p_cp10k(),
        }
        return Views(plain | {name.replace("_", " "): view for name, view in others.items()})

    return make


@pytest.fixture(scope="session")
def config() -> BmfmConfig:
    """Return settings for a fit of a second."""
    return BmfmConfig(
        datasets=("one", "two"),
        source=("one",),
        target="two",
        labels=5,
        genes=100,
        width=16,
        hidden=32,
        epochs=10,
        batch=60,
        rate=0.004,
        score_seeds=2,
        device="cpu",
    )


@pytest.fixture(scope="session")
def tuned(config: BmfmConfig) -> BmfmConfig:
    """Return settings of a network that is trained on."""
    return replace(config, annotate="tuned", tuning=3, epochs=5)
