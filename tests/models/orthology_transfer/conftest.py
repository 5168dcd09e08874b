"""A small pair of species in which orthology carries cell types over, and can be spoilt."""

from collections.abc import Callable

import numpy as np
import pytest

from orthoweave.models.orthology_transfer.config import TransferConfig
from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.ontology import OntologyView, no_ontology
from orthoweave.views.orthology import OrthologyView, orthology_view
from orthoweave.views.requests import Views

HUMAN, MOUSE = "NCBITaxon:9606", "NCBITaxon:10090"
N_GENES = 60
TYPES = np.array(["CL:1", "CL:2", "CL:3"], object)


def dataset(name: str, species: str, genes: list[str], seed: int) -> ExpressionView:
    """180 cells of three types and three donors; gene i is a marker of type i mod 3."""
    random = np.random.default_rng(seed)
    kinds = np.arange(180) % 3
    numbers = np.array([int(gene.split("_")[1]) for gene in genes])
    rate = 1 + 6 * (numbers[None, :] % 3 == kinds[:, None])
    return expression_view(
        name,
        species,
        np.array([f"{name}:{i}" for i in range(180)], object),
        np.array(genes, object),
        random.poisson(rate).astype(np.float32),
        scale="counts",
        cell_types=TYPES[kinds],
        donors=np.array([f"{name}{1 + i // 60}" for i in range(180)], object),
    ).log1p_cp10k()


def orthology(extra: int = 12) -> OrthologyView:
    """Gene i of human with gene i of mouse, and `extra` second co-orthologs in mouse."""
    left = [f"H:h_{i}" for i in range(N_GENES)] + [f"H:h_{i}" for i in range(extra)]
    right = [f"M:m_{i}" for i in range(N_GENES)] + [f"M:second_{i}" for i in range(extra)]
    kinds = ["1:many" if int(gene.split("_")[1]) < extra else "1:1" for gene in left]
    return orthology_view(
        np.array(left, object),
        np.array(right, object),
        np.full(len(left), HUMAN, object),
        np.full(len(left), MOUSE, object),
        cardinality=np.array(kinds, object),
        support=np.full(len(left), 5),
        covering=np.full(len(left), 9),
    )


@pytest.fixture(scope="session")
def make_views() -> Callable[..., Views]:
    """Maker of the three views, any of them replaced."""

    def make(**others: ExpressionView | OrthologyView | OntologyView) -> Views:
        mouse = [f"M:m_{i}" for i in range(N_GENES)] + [f"M:second_{i}" for i in range(12)]
        human = [f"H:h_{i}" for i in range(N_GENES)]
        plain: dict[str, ExpressionView | OrthologyView | OntologyView] = {
            "source": dataset("human", HUMAN, human, 1),
            "target": dataset("mouse", MOUSE, mouse, 2),
            "orthology": orthology(),
            "ontology": no_ontology(),
        }
        return Views(plain | others)

    return make


@pytest.fixture(scope="session")
def config() -> TransferConfig:
    """Settings for a fit of seconds."""
    return TransferConfig(
        source="human",
        target="mouse",
        top_genes=50,
        n_target=30,
        epochs=15,
        n_seeds=2,
        n_null=3,
        device="cpu",
    )
