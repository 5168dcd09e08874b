"""A small dataset whose markers of a type have texts that are alike."""

from collections.abc import Callable

import numpy as np
import pytest

from orthoweave.views.expression import ExpressionView, expression_view
from orthoweave.views.vector import VectorView

N_CELLS, N_GENES = 90, 80


def _counts(seed: int = 0) -> ExpressionView:
    """Cells of three types; gene i is a marker of type i mod 3; the last genes housekeep."""
    random = np.random.default_rng(seed)
    kinds = np.arange(N_CELLS) % 3
    rate = 0.4 + 3 * (np.arange(N_GENES)[None, :] % 3 == kinds[:, None])
    rate[:, -3:] = 20
    symbols = [f"GENE{i}" for i in range(N_GENES - 3)] + ["MT-CO1", "RPL3", "HBB"]
    return expression_view(
        "d",
        "NCBITaxon:9606",
        np.array([f"d:{i}" for i in range(N_CELLS)], object),
        np.array([f"g{i}" for i in range(N_GENES)], object),
        random.poisson(rate).astype(np.float32),
        scale="counts",
        symbols=np.array(symbols, object),
        cell_types=np.array(["CL:a", "CL:b", "CL:c"], object)[kinds],
        donors=np.array(["one", "two"], object)[np.arange(N_CELLS) // 45],
    )


def _texts(seed: int = 1, n_genes: int = N_GENES) -> VectorView:
    """Gene vectors in which genes of one type are alike, all with a direction in common."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(3, 12))
    vectors = centres[np.arange(n_genes) % 3] + 0.5 * random.normal(size=(n_genes, 12)) + 5
    return VectorView(
        "gene_text",
        "m",
        np.array([f"g{i}" for i in range(n_genes)], object),
        vectors.astype(np.float32),
    )


@pytest.fixture(scope="session")
def counts() -> Callable[..., ExpressionView]:
    """Maker of the dataset."""
    return _counts


@pytest.fixture(scope="session")
def texts() -> Callable[..., VectorView]:
    """Maker of gene vectors."""
    return _texts
