"""The trained network as weights, and the types that it gives to the cells of another dataset."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
import torch

from orthoweave.errors import InputError
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.network import CellTypeNetwork
from orthoweave.models.cross_species_gnn.relations import Relation, by_row
from orthoweave.models.cross_species_gnn.results import Named
from orthoweave.models.cross_species_gnn.task import expressed_pairs
from orthoweave.models.device import mixed_precision, resolve_device
from orthoweave.models.state import Plain, State, Vocabulary
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite
from orthoweave.views.requests import Views

HEARD = "heard"
"""Array of what each source gene hears of its cells, since the source is not read again."""


@dataclass(frozen=True, slots=True)
class KeptNetwork:
    """A trained network without the data that it was trained on."""

    vocabulary: Vocabulary
    """Source genes with a vector."""
    network: CellTypeNetwork
    heard: np.ndarray
    """Shape ``(n_source_genes, width)``, float32."""
    classes: np.ndarray
    threshold: float
    held_out_accuracy: float | None


def state_of(fitted: Named, species: str) -> State:
    """Return the network's parameters and all else that naming other cells takes."""
    values: dict[str, Plain] = {
        "classes": tuple(map(str, fitted.classes)),
        "threshold": float(fitted.threshold),
    }
    if fitted.held_out_accuracy is not None:
        values["held_out_accuracy"] = float(fitted.held_out_accuracy)
    return State(
        dict(fitted.learnt),
        Vocabulary(species, fitted.genes),
        "log1p_cp10k",
        "log1p of counts per 10 000 of the cell's total; genes of another species by orthology",
        values,
    )


def restore_network(state: State) -> KeptNetwork:
    """Return the network of a state.

    Raises
    ------
    InputError
        If an array or a value does not fit the others.
    """
    genes, classes = state.vocabulary.genes, state.texts("classes")
    width = state.array("genes", len(genes), None).shape[1]
    if width < 1:
        message = f"weights: array 'genes': expected a width from 1, found {width}"
        raise InputError(message)
    with torch.random.fork_rng(devices=[]):
        network = CellTypeNetwork(len(genes), len(classes), width)
    found = {
        name: torch.from_numpy(state.array(name, *value.shape).astype(np.float32))
        for name, value in network.state_dict().items()
    }
    network.load_state_dict(found)
    network.eval()
    right = state.share("held_out_accuracy") if "held_out_accuracy" in state.values else None
    heard = state.array(HEARD, len(genes), width).astype(np.float32)
    return KeptNetwork(state.vocabulary, network, heard, classes, state.share("threshold"), right)


def pairs_of(kept: KeptNetwork, views: Views, config: CrossSpeciesConfig) -> Bipartite:
    """Return the orthologs of the network's genes that the target measured.

    Raises
    ------
    InputError
        If there are none.
    """
    target, genes = views.expression("target"), kept.vocabulary.genes
    pairs = views.orthology("orthology").between(kept.vocabulary.species, target.species)
    pairs = pairs.among(genes, target.genes)
    if config.kinds != "all":
        one = pairs.cardinality == "1:1"
        pairs = pairs.select(one if config.kinds == "1:1" else ~one)
    return pairs


def name_cells(kept: KeptNetwork, views: Views, config: CrossSpeciesConfig) -> Named:
    """Return the types of the target's cells by a trained network.

    Genes that fewer than 0.5 % of its cells express are left out, as in training.

    Raises
    ------
    InputError
        If no ortholog of the network's genes is expressed.
    """
    target = views.expression("target")
    pairs = expressed_pairs(target, pairs_of(kept, views, config))
    if not pairs.n_edges:
        message = (
            f"no ortholog of a gene of the weights is expressed in {target.dataset!r}: check that "
            "it names its genes as the weights do"
        )
        raise InputError(message)
    probability, vectors = _probability(kept, target, pairs, resolve_device(config.device))
    threshold = kept.threshold if config.threshold is None else config.threshold
    used = np.isin(kept.vocabulary.genes, pairs.source_genes)
    return Named(
        kept.classes,
        probability,
        threshold,
        kept.held_out_accuracy,
        (int(used.sum()), len(pairs.target_genes)),
        (),
        kept.vocabulary.genes,
        vectors=vectors,
    )


def _probability(
    kept: KeptNetwork, target: ExpressionView, pairs: Bipartite, device: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return class probabilities and vectors of the cells, by cell, float32."""
    values = target.subset(genes=pairs.target_genes).values
    place = {gene: number for number, gene in enumerate(kept.vocabulary.genes)}
    source = np.array([place[gene] for gene in pairs.source_genes], np.int64)[pairs.source_index]
    shape = (len(pairs.target_genes), len(kept.vocabulary.genes))
    degree = np.bincount(source, minlength=shape[1])
    ends = (pairs.target_index, source)
    inherits, orthologs = (
        sp.csr_matrix(sp.coo_matrix((weight, ends), shape=shape), dtype=np.float32)
        for weight in (1 / degree[source], np.ones(len(source)))
    )
    network = kept.network.to(device)
    with torch.no_grad(), mixed_precision(device):
        heard = torch.from_numpy(kept.heard).to(device)
        vectors = Relation(inherits, device)(network.genes)
        cells = network.read(Relation(values, device), vectors)
        found = network.gather(
            cells,
            vectors,
            Relation(by_row(values.T.tocsr()), device)(network.to_genes(cells)),
            Relation(by_row(orthologs), device)(heard),
            Relation(by_row(values), device),
        )
        scores = network.classify(found)
    return scores.float().softmax(dim=1).cpu().numpy(), found.float().cpu().numpy()


def hear(network: CellTypeNetwork, source: ExpressionView, device: str) -> np.ndarray:
    """Return what each source gene hears of the source's cells, ``(n_genes, width)``, float32."""
    with torch.no_grad(), mixed_precision(device):
        cells = network.read(Relation(source.values, device), network.genes)
        expressers = Relation(by_row(source.values.T.tocsr()), device)
        return np.asarray(expressers(network.to_genes(cells)).float().cpu().numpy())
