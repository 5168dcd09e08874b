"""The trained network as weights, and the types that it gives to the cells of another dataset."""

from dataclasses import dataclass

import numpy as np
import torch

from orthoweave.errors import InputError
from orthoweave.models.cross_species_gnn.applying import applied, network_of, parameter_shapes
from orthoweave.models.cross_species_gnn.config import CrossSpeciesConfig
from orthoweave.models.cross_species_gnn.held_out import HEARD, HeldOut
from orthoweave.models.cross_species_gnn.held_out_kept import held_out_arrays, restore_held_out
from orthoweave.models.cross_species_gnn.network import CellTypeNetwork
from orthoweave.models.cross_species_gnn.relations import Relation, by_row
from orthoweave.models.cross_species_gnn.results import Named, calibrated_named
from orthoweave.models.cross_species_gnn.task import expressed_pairs
from orthoweave.models.device import mixed_precision, resolve_device
from orthoweave.models.state import Plain, State, Vocabulary
from orthoweave.views.expression import ExpressionView
from orthoweave.views.orthology import Bipartite
from orthoweave.views.requests import Views


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
    """Probability below which a cell gets no type, where no donor was held out."""
    held_out: HeldOut | None


def state_of(fitted: Named, species: str) -> State:
    """Return the network's parameters and all else that naming other cells takes."""
    values: dict[str, Plain] = {
        "classes": tuple(map(str, fitted.classes)),
        "threshold": float(fitted.threshold),
    }
    arrays = dict(fitted.learnt)
    if fitted.held_out is not None:
        more, names = held_out_arrays(fitted.held_out)
        arrays, values = arrays | more, values | names
    return State(
        arrays,
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
    shapes = parameter_shapes(len(genes), len(classes), width)
    found = {name: state.array(name, *shape) for name, shape in shapes.items()}
    network = network_of(found, len(genes), len(classes), width)
    heard = state.array(HEARD, len(genes), width).astype(np.float32)
    held_out = restore_held_out(state, classes)
    return KeptNetwork(
        state.vocabulary, network, heard, classes, state.share("threshold"), held_out
    )


def pairs_of(kept: KeptNetwork, views: Views, config: CrossSpeciesConfig) -> Bipartite:
    """Return the orthologs of the network's genes that the target measured.

    Raises
    ------
    InputError
        If there are none.
    """
    pairs = _all_pairs(kept, views, config)
    return pairs.among(kept.vocabulary.genes, pairs.target_genes)


def _all_pairs(kept: KeptNetwork, views: Views, config: CrossSpeciesConfig) -> Bipartite:
    """Return the orthologs of all genes that the target measured."""
    target = views.expression("target")
    pairs = views.orthology("orthology").between(kept.vocabulary.species, target.species)
    pairs = pairs.among(pairs.source_genes, target.genes)
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
    device = resolve_device(config.device)
    probability, vectors = _probability(kept, target, pairs, device)
    used = np.isin(kept.vocabulary.genes, pairs.source_genes)
    n_genes = (int(used.sum()), len(pairs.target_genes))
    if config.threshold is None and kept.held_out is not None:
        found = kept.held_out.calibrated(
            probability, target, _all_pairs(kept, views, config), seed=config.seed, device=device
        )
        return calibrated_named(
            found, kept.held_out, genes=kept.vocabulary.genes, n_genes=n_genes, vectors=vectors
        )
    threshold = kept.threshold if config.threshold is None else config.threshold
    return Named(
        kept.classes, probability, threshold, n_genes, (), kept.vocabulary.genes, vectors=vectors
    )


def _probability(
    kept: KeptNetwork, target: ExpressionView, pairs: Bipartite, device: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return class probabilities and vectors of the cells, by cell, float32."""
    values = target.subset(genes=pairs.target_genes).values
    place = {gene: number for number, gene in enumerate(kept.vocabulary.genes)}
    source = np.array([place[gene] for gene in pairs.source_genes], np.int64)[pairs.source_index]
    ends = (pairs.target_index, source)
    return applied(kept.network, kept.heard, values, ends, device)


def hear(network: CellTypeNetwork, source: ExpressionView, device: str) -> np.ndarray:
    """Return what each source gene hears of the source's cells, ``(n_genes, width)``, float32."""
    with torch.no_grad(), mixed_precision(device):
        cells = network.read(Relation(source.values, device), network.genes)
        expressers = Relation(by_row(source.values.T.tocsr()), device)
        return np.asarray(expressers(network.to_genes(cells)).float().cpu().numpy())
