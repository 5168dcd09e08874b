"""Synthetic sources of a laboratory's knowledge base: every column filled, with vectors.

Two species with genes, names and summaries, two resources of orthology, and a dataset of cells for
each species with their types and expression. Recorded as their jobs would, without raw files.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from orthoweave.schema import read_schema
from orthoweave.storage.durable import pending_folder, publish_folder
from orthoweave.storage.layout import Layout, writing
from orthoweave.storage.ledger import Entry, Ledger
from orthoweave.storage.provenance import SourceInfo
from orthoweave.storage.tableset import TableWriter

N_GENES: Final = 20_000
N_TYPES: Final = 60
DIMENSION: Final = 384
PER_CELL: Final = 50
SPECIES: Final = {"human": "NCBITaxon:9606", "mouse": "NCBITaxon:10090"}
_WORDS: Final = (
    "kinase",
    "receptor",
    "channel",
    "transporter",
    "ligase",
    "collagen",
    "zinc",
    "finger",
    "nuclear",
    "homeobox",
    "ribosomal",
    "synaptic",
    "membrane",
    "binding",
    "factor",
    "subunit",
    "alpha",
    "beta",
    "gamma",
    "family",
    "domain",
    "insulin",
    "glucose",
    "calcium",
    "sodium",
)


def record_lab(kb: Path, n_cells: int) -> None:
    """Record all sources, with `n_cells` cells in both datasets together."""
    for number, species in enumerate(SPECIES):
        genes = _genes(species, number)
        ids = genes["Gene"]["id"].to_pylist()
        record(kb, f"genes_{species}", genes)
        record(kb, f"texts_{species}", {}, {"gene_text": (ids, _units(len(ids), number))})
    for number, name in enumerate(("mgi", "hcop")):
        record(kb, name, {"ORTHOLOGOUS_TO": orthologs(range(number, N_GENES - 2000))}, late=True)
    record(
        kb,
        "types",
        {
            "CellType": pa.table(
                {
                    "id": [f"CL:{n:07d}" for n in range(N_TYPES)],
                    "name": [f"type {n}" for n in range(N_TYPES)],
                }
            )
        },
    )
    for number, species in enumerate(SPECIES):
        cells = _cells(species, n_cells // 2, number)
        ids = cells["Cell"]["id"].to_pylist()
        record(kb, f"cells_{species}", cells, late=True)
        vectors = {"cell_text": (ids, _units(len(ids), 9 + number))}
        record(kb, f"vectors_{species}", {}, vectors, late=True)


def record(
    kb: Path,
    name: str,
    tables: Mapping[str, pa.Table],
    vectors: Mapping[str, tuple[list[str], np.ndarray]] | None = None,
    *,
    late: bool = False,
) -> None:
    """Record a source; one that comes `late` resolves genes rather than naming them."""
    layout = Layout(kb)
    source = SourceInfo(name, version="1", license="CC0-1.0")
    with writing(layout):
        with pending_folder(layout.tables, name) as folder:
            with TableWriter(folder, read_schema(), source) as out:
                for table, rows in tables.items():
                    out.write(table, rows)
                for space, (ids, values) in (vectors or {}).items():
                    out.write_vectors(space, ids, values, model="made up", model_digest="0")
                digest, counts = out.finish(), out.counts
            publish_folder(folder, layout.tables / digest)
        depends = {"genes": "none"} if late else {}
        Ledger(layout.ledger).record(
            Entry(name, "1", "made up", digest, depends, {}, [], digest, counts, source.license)
        )


def orthologs(numbers: range, resource: str = "OMA") -> pa.Table:
    """Return evidence that pairs human genes with the mouse genes of the same numbers."""
    pairs = sorted(sorted((_gene("human", n), _gene("mouse", n))) for n in numbers)
    human = [key.startswith("NCBIGene:1") for key, _ in pairs]
    taxa = tuple(SPECIES.values())
    return pa.table(
        {
            "from": [one for one, _ in pairs],
            "to": [other for _, other in pairs],
            "assertion": ["evidence"] * len(pairs),
            "from_species": [taxa[0] if first else taxa[1] for first in human],
            "to_species": [taxa[1] if first else taxa[0] for first in human],
            "resources": [[resource, "Panther"]] * len(pairs),
            "support_count": [2] * len(pairs),
        }
    )


def _gene(species: str, number: int) -> str:
    return f"NCBIGene:{1 + list(SPECIES).index(species)}{number:06d}"


def _genes(species: str, seed: int) -> dict[str, pa.Table]:
    generator = np.random.default_rng(seed)
    words = generator.choice(_WORDS, (N_GENES, 45))
    numbers, taxon = range(N_GENES), SPECIES[species]
    keys = [_gene(species, number) for number in numbers]
    return {
        "Species": pa.table(
            {"id": [taxon], "scientific_name": [species], "common_name": [species]}
        ),
        "Gene": pa.table(
            {
                "id": keys,
                "symbol": [f"G{n}{species[0]}" for n in numbers],
                "name": [" ".join(line[:5]) for line in words],
                "species": [taxon] * N_GENES,
                "summary": [" ".join(line[5:]) for line in words],
                "biotype": ["protein_coding"] * N_GENES,
                "synonyms": [[f"S{n}", f"T{n // 2}"] for n in numbers],
                "previous_symbols": [[f"P{n}"] for n in numbers],
                "xrefs": [[f"ENSEMBL:ENS{species[0].upper()}G{n:011d}"] for n in numbers],
            }
        ),
        "IN_TAXON": pa.table({"from": keys, "to": [taxon] * N_GENES}),
    }


def _cells(species: str, count: int, seed: int) -> dict[str, pa.Table]:
    generator = np.random.default_rng(seed)
    dataset = f"lab_{species}"
    barcodes = [f"AAACCTG{number:09d}-1" for number in range(count)]
    keys = np.array([f"{dataset}:{barcode}" for barcode in barcodes])
    genes = np.array([_gene(species, number) for number in range(N_GENES)])
    # some genes are in many cells, most in few; no gene twice in a cell
    first = (N_GENES * generator.random(count) ** 2).astype(np.int64)[:, None]
    chosen = (first + np.arange(PER_CELL)[None, :] * 397) % N_GENES
    counts = generator.poisson(3, count * PER_CELL).astype(np.float32) + 1
    types = generator.integers(0, N_TYPES, count)
    cells = {
        "id": keys,
        "dataset": [dataset] * count,
        "barcode": barcodes,
        "kind": ["cell"] * count,
        "author_label": [f"label {n}" for n in types],
        "donor": [f"donor {n % 8}" for n in range(count)],
        "total_count": counts.reshape(count, PER_CELL).sum(1, dtype=float),
        "n_genes": np.full(count, PER_CELL),
    }
    expresses = {
        "from": np.repeat(keys, PER_CELL),
        "to": genes[chosen.ravel()],
        "count": counts,
        "value": np.log1p(counts),
        "rank": np.tile(np.arange(1, PER_CELL + 1), count),
    }
    has_type = {"from": keys, "to": [f"CL:{n:07d}" for n in types], "by": ["author"] * count}
    return {
        "Dataset": _dataset(dataset, species, count),
        "Cell": pa.table(cells),
        "EXPRESSES": pa.table(expresses),
        "FROM": pa.table({"from": keys, "to": [dataset] * count}),
        "HAS_TYPE": pa.table(has_type),
        "EXPRESSED_IN": _expression_by_type(dataset, genes, generator),
    }


def _dataset(name: str, species: str, n_cells: int) -> pa.Table:
    about = {
        "id": name,
        "title": name,
        "species": SPECIES[species],
        "n_cells": n_cells,
        "n_genes": N_GENES,
        "matrix": "none",
        "matrix_digest": "0",
        "scale": "counts",
        "normalised": "no",
    }
    return pa.Table.from_pylist([about])


def _expression_by_type(
    dataset: str, genes: np.ndarray, generator: np.random.Generator
) -> pa.Table:
    """Return EXPRESSED_IN: 3,000 genes of each cell type."""
    pairs = generator.integers(0, N_GENES, (N_TYPES, 1)) + np.arange(3000)[None, :]
    types = np.repeat([f"CL:{n:07d}" for n in range(N_TYPES)], 3000)
    rows = {
        "from": genes[pairs.ravel() % N_GENES],
        "to": types,
        "dataset": [dataset] * len(types),
        "mean": generator.random(len(types)),
        "fraction": generator.random(len(types)),
        "n_cells": np.full(len(types), 100),
    }
    return pa.table(rows)


def _units(count: int, seed: int) -> np.ndarray:
    """Return vectors of length 1, shape ``(count, DIMENSION)``, in clusters like those of texts."""
    generator = np.random.default_rng(seed)
    centres = generator.standard_normal((200, DIMENSION), np.float32)
    rows = centres[generator.integers(0, 200, count)]
    rows += 0.7 * generator.standard_normal((count, DIMENSION), np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
