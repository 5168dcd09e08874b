"""Small graphs drawn from a seed, with everything in them that stores are known to trip over.

Among their nodes are some without edges, among their edges parallel ones and loops, and among
their values nulls, empty and odd text, empty lists and numbers at which halves and signs matter.
"""

import random
from pathlib import Path
from typing import Final

from orthoweave.builds.build import build
from orthoweave.progress import Quiet
from orthoweave.storage.layout import Layout
from orthoweave.testing.sources import Rows, record_source

TEXTS: Final = (
    "",
    "a",
    "A",
    "b",
    "a,b",
    "it's",
    'say "x"',
    "back\\slash",
    "é",
    "β-cell",
    "10",
    "9",
)
"""Values of text properties; each may also be null."""
NUMBERS: Final = (-2.5, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 1.5, 3.0)
"""Values of decimal properties."""
_SPECIES: Final = ("NCBITaxon:9606", "NCBITaxon:10090", "NCBITaxon:7955")
_SHARE_OF_NULLS: Final = 0.25


def build_random_kb(folder: Path, seed: int) -> Path:
    """Publish the graph of a seed as a knowledge base in ``folder/kb``; its path."""
    layout = Layout(folder / "kb")
    record_source(layout.root, f"random_{seed}", random_rows(seed))
    build(layout, Quiet())
    return layout.root


def random_rows(seed: int) -> Rows:
    """Rows by table of the graph of a seed: some tens of nodes of four labels, and their edges.

    Examples
    --------
    >>> random_rows(1) == random_rows(1)
    True
    """
    draw = _Draw(seed)
    genes = [f"NCBIGene:{number}" for number in range(1, draw.whole(6, 10))]
    types = [f"CL:{number:07d}" for number in range(1, draw.whole(5, 7))]
    sets = ["set_a", "set_b"]
    nodes = {
        "Species": [
            {"id": key, "scientific_name": draw.text(), "common_name": draw.maybe_text()}
            for key in _SPECIES
        ],
        "Gene": [draw.gene(key) for key in genes],
        "CellType": [
            {
                "id": key,
                "name": draw.maybe_text(),
                "synonyms": draw.texts(),
                "deprecated": draw.maybe(draw.random.random() < 0.5),
            }
            for key in types
        ],
        "Dataset": [draw.dataset(key) for key in sets],
    }
    edges = {
        "IN_TAXON": [{"from": gene["id"], "to": gene["species"]} for gene in nodes["Gene"]],
        "SUBCLASS_OF": _unique(draw.pairs(types, types, 8)),
        "COEXPRESSED_WITH": [
            draw.coexpression(*ends) for ends in draw.pairs(genes, genes, 14) if ends[0] != ends[1]
        ],
        "EXPRESSED_IN": [draw.expression(*ends) for ends in draw.pairs(genes, types, 16)],
        "MEASURED_IN": [
            {"from": gene, "to": to, "mean": draw.number(), "fraction": 0.5, "column": column}
            for column, (gene, to) in enumerate(draw.pairs(genes, sets, 6))
        ],
    }
    return {**nodes, **edges}


class _Draw:
    """Values drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def number(self) -> float:
        return self.random.choice(NUMBERS)

    def maybe(self, value: object) -> object:
        return None if self.random.random() < _SHARE_OF_NULLS else value

    def maybe_text(self) -> object:
        return self.maybe(self.text())

    def texts(self) -> list[str]:
        return [self.text() for _ in range(self.random.choice((0, 0, 1, 2, 3)))]

    def pairs(self, one: list[str], other: list[str], most: int) -> list[tuple[str, str]]:
        """Ends of edges: with loops, where both are of one kind, and parallel ones."""
        return [
            (self.random.choice(one), self.random.choice(other))
            for _ in range(self.whole(most // 2, most))
        ]

    def gene(self, key: str) -> dict[str, object]:
        return {
            "id": key,
            "symbol": self.maybe_text(),
            "name": self.maybe_text(),
            "species": self.random.choice(_SPECIES),
            "synonyms": self.texts(),
        }

    def dataset(self, key: str) -> dict[str, object]:
        return {
            "id": key,
            "title": self.maybe_text(),
            "species": self.random.choice(_SPECIES),
            "assay": self.maybe_text(),
            "n_cells": self.whole(0, 9),
            "n_genes": self.whole(0, 9),
            "matrix": key,
            "matrix_digest": key,
            "scale": "counts",
            "normalised": "none",
        }

    def coexpression(self, one: str, other: str) -> dict[str, object]:
        start, end = sorted((one, other))
        return {
            "from": start,
            "to": end,
            "dataset": "set_a",
            "cell_type": self.maybe_text(),
            "method": "toy",
            "coefficient": self.number(),
            "n": self.whole(-3, 9),
        }

    def expression(self, gene: str, kind: str) -> dict[str, object]:
        return {
            "from": gene,
            "to": kind,
            "dataset": "set_a",
            "mean": self.number(),
            "fraction": abs(self.number()),
            "n_cells": self.whole(0, 9),
        }


def _unique(pairs: list[tuple[str, str]]) -> list[dict[str, object]]:
    return [{"from": start, "to": end} for start, end in sorted(set(pairs))]
