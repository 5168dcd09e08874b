"""A small pair of species whose genes are in different orders and joined by orthology only."""

from collections.abc import Callable

import numpy as np
import pytest

from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.orthology_transfer.inputs import pairs_between
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.ontology import OntologyView, no_ontology
from orthoweave.views.orthology import Bipartite, OrthologyView, orthology_view
from orthoweave.views.requests import Views

HUMAN, MOUSE = "NCBITaxon:9606", "NCBITaxon:10090"
N_GENES, N_CELLS, EXTRA = 60, 150, 9
TYPES = np.array(["CL:1", "CL:2", "CL:3"], object)


def dataset(
    name: str, species: str, genes: list[str], seed: int, types: np.ndarray | None = None
) -> ExpressionView:
    """Counts of 150 cells of three types and three donors; gene i marks type i mod 3."""
    random = np.random.default_rng(seed)
    kinds = np.arange(N_CELLS) % 3
    numbers = np.array([int(gene.split("_")[1]) for gene in genes])
    rate = 1 + 3 * (numbers[None, :] % 3 == kinds[:, None])
    return expression_view(
        name,
        species,
        np.array([f"{name}:{i}" for i in range(N_CELLS)], object),
        np.array(genes, object),
        random.poisson(rate).astype(np.float32),
        scale="counts",
        cell_types=TYPES[kinds] if types is None else types,
        donors=np.array([f"{name}{1 + i // 50}" for i in range(N_CELLS)], object),
    )


def orthology() -> OrthologyView:
    """Gene i of human with gene i of mouse, and second co-orthologs in mouse of the first nine."""
    left = [f"H:h_{i}" for i in range(N_GENES)] + [f"H:h_{i}" for i in range(EXTRA)]
    right = [f"M:m_{i}" for i in range(N_GENES)] + [f"M:second_{i}" for i in range(EXTRA)]
    kinds = ["1:many" if int(gene.split("_")[1]) < EXTRA else "1:1" for gene in left]
    return orthology_view(
        np.array(left, object),
        np.array(right, object),
        np.full(len(left), HUMAN, object),
        np.full(len(left), MOUSE, object),
        cardinality=np.array(kinds, object),
        support=np.full(len(left), 5),
        covering=np.full(len(left), 9),
    )


MOUSE_GENES = [f"M:second_{i}" for i in range(EXTRA)] + [f"M:m_{i}" for i in range(N_GENES)][::-1]
HUMAN_GENES = [f"H:h_{i}" for i in range(N_GENES)]


@pytest.fixture(scope="session")
def human() -> ExpressionView:
    """Labelled human cells, log1p of counts per 10 000."""
    return dataset("human", HUMAN, HUMAN_GENES, 1).log1p_cp10k()


@pytest.fixture(scope="session")
def mouse() -> ExpressionView:
    """Mouse cells with labels that no model may use, log1p of counts per 10 000."""
    return dataset("mouse", MOUSE, MOUSE_GENES, 2).log1p_cp10k()


@pytest.fixture(scope="session")
def pairs(human: ExpressionView, mouse: ExpressionView) -> Bipartite:
    """Orthologs from human to mouse."""
    return pairs_between(orthology(), human, mouse, "all")


@pytest.fixture(scope="session")
def make_views(human: ExpressionView, mouse: ExpressionView) -> Callable[..., Views]:
    """Maker of the three views, any of them replaced."""

    def make(**others: ExpressionView | OrthologyView | OntologyView) -> Views:
        plain: dict[str, ExpressionView | OrthologyView | OntologyView] = {
            "source": human,
            "target": mouse,
            "orthology": orthology(),
            "ontology": no_ontology(),
        }
        return Views(plain | others)

    return make


@pytest.fixture(scope="session")
def counts() -> ExpressionView:
    """The human cells as counts."""
    return dataset("human", HUMAN, HUMAN_GENES, 1)


@pytest.fixture(scope="session")
def config() -> CrossSpeciesConfig:
    """Settings for a fit of a second."""
    return CrossSpeciesConfig(
        source="human", target="mouse", markers=8, epochs=40, width=8, score_seeds=2, device="cpu"
    )
