"""Options of text-derived cells."""

from dataclasses import dataclass

from orthoweave.models.options import device_option, option, seed_option
from orthoweave.numerics.cell_vectors import WEIGHTINGS


@dataclass(frozen=True, slots=True)
class CellTextConfig:
    """Options of text-derived cells."""

    dataset: str = option("", "dataset whose cells are described by their genes' texts")
    test_donors: tuple[str, ...] = option((), "donors to test on; empty for the last")
    top_genes: int = option(100, "strongest genes whose texts describe a cell")
    directions: int = option(2, "principal directions to remove from the gene vectors")
    weighting: str = option("log", "weights of a cell's genes", choices=WEIGHTINGS)
    housekeeping: bool = option(
        default=False, help="keep mitochondrial, ribosomal and haemoglobin genes"
    )
    per_class: int = option(10, "labelled cells of each type")
    draws: int = option(20, "draws of labelled cells, at least 2")
    permutations: int = option(20, "gene-text permutations, at least 2")
    genes_per_type: int = option(25, "genes to write for each cell type")
    precision: float = option(0.95, "share of named cells that must be right in trials")
    threshold: float | None = option(
        None, "probability below which a cell gets no type; none to choose it by held-out donors"
    )
    seed: int = seed_option()
    device: str = device_option()
