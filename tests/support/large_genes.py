"""Genes of the large world: orthologs from three sources, co-expression, paralogs."""

from typing import Final

import numpy as np
import pyarrow as pa
from tests.support.large_draw import DATASETS, SPECIES, gene_keys, taken, text_lists, with_nulls

_SYNONYMS: Final = ("", "alias", "Alias", "p53-like", "β-like", "it's", "A,B", "10", "9", "IDDM2")
_BIOTYPES: Final = ("protein_coding", "lncRNA", "pseudogene", "")
_RESOURCES: Final = {
    "orthology_a": ("OMA", "PANTHER"),
    "orthology_b": ("Ensembl",),
    "orthology_c": ("Ensembl", "OMA", "ZFIN"),
}
_SHARE: Final = {"orthology_a": 0.9, "orthology_b": 0.7, "orthology_c": 0.3}
_REACH: Final = 30


def gene_sources(
    draw: np.random.Generator, n_genes: int, neighbours: int
) -> dict[str, dict[str, pa.Table]]:
    """Return tables by source: genes, three of orthologs, networks, functional orthologs."""
    keys = gene_keys(n_genes)
    pairs = _orthologs(draw, n_genes)
    return {
        "genes": {"Species": _species(), "Gene": _genes(draw, keys), "IN_TAXON": _taxa(keys)},
        **{name: {"ORTHOLOGOUS_TO": _evidence(draw, keys, pairs, name)} for name in _RESOURCES},
        "networks": {
            "COEXPRESSED_WITH": _coexpression(draw, keys, neighbours),
            "PARALOGOUS_TO": _paralogs(draw, keys),
        },
        "stand_ins": {"FUNCTIONAL_ORTHOLOG_OF": _functional(draw, keys, pairs)},
    }


def _species() -> pa.Table:
    return pa.table(
        {
            "id": [*SPECIES, "NCBITaxon:7955"],
            "scientific_name": ["Homo sapiens", "Mus musculus", "Danio rerio"],
            "common_name": ["human", None, "zebrafish"],
        }
    )


def _genes(draw: np.random.Generator, keys: pa.Array) -> pa.Table:
    each = len(keys) // 2
    symbols = pa.array([f"{form}{number}" for form in ("GN", "Gn") for number in range(each)])
    names = [f"gene {number % each} of {number // each}" for number in range(2 * each)]
    names[::97] = [""] * len(names[::97])
    return pa.table(
        {
            "id": keys,
            "symbol": with_nulls(draw, symbols, 0.03),
            "name": with_nulls(draw, pa.array(names), 0.1),
            "species": taken(SPECIES, np.repeat([0, 1], each)),
            "summary": with_nulls(
                draw, pa.array([f"Summary of {name}: é, β." for name in names]), 0.6
            ),
            "biotype": with_nulls(
                draw, taken(_BIOTYPES, draw.choice(4, 2 * each, p=[0.7, 0.15, 0.1, 0.05])), 0.05
            ),
            "synonyms": text_lists(draw, 2 * each, _SYNONYMS),
            "xrefs": text_lists(draw, 2 * each, ["HGNC:1", "MGI:2", "ENSEMBL:3"], nulls=0.3),
        }
    )


def _taxa(keys: pa.Array) -> pa.Table:
    return pa.table({"from": keys, "to": taken(SPECIES, np.repeat([0, 1], len(keys) // 2))})


def _orthologs(draw: np.random.Generator, n_genes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the row numbers of ortholog pairs: most 1:1, some 1:many, some genes without."""
    gene = np.arange(n_genes)
    kind = draw.choice(4, n_genes, p=[0.6, 0.15, 0.1, 0.15])
    single = gene[kind == 0]
    double = gene[kind == 1]
    many = gene[kind == 2]
    one = np.concatenate([single, double, double, many, many, (many + 1) % n_genes])
    other = np.concatenate(
        [single, double, (double + 7) % n_genes, many, (many + 1) % n_genes, many]
    )
    return one, other + n_genes


def _evidence(
    draw: np.random.Generator, keys: pa.Array, pairs: tuple[np.ndarray, np.ndarray], name: str
) -> pa.Table:
    kept = draw.random(len(pairs[0])) < _SHARE[name]
    one, other = pairs[0][kept], pairs[1][kept]
    number = len(one)
    known = _RESOURCES[name]
    count = draw.integers(1, len(known) + 1, number)
    lists = [list(known[: int(n)]) for n in count]
    return pa.table(
        {
            "from": taken(keys, one),
            "to": taken(keys, other),
            "assertion": ["evidence"] * number,
            "from_species": [SPECIES[0]] * number,
            "to_species": [SPECIES[1]] * number,
            "resources": lists,
            "support_count": count,
            "confidence": with_nulls(
                draw, taken(["high", "low", ""], draw.integers(0, 3, number)), 0.4
            ),
        }
    )


def _coexpression(draw: np.random.Generator, keys: pa.Array, neighbours: int) -> pa.Table:
    """Return pairs of nearby genes, so that there are cycles, and one gene with many edges."""
    each = len(keys) // 2
    one = np.repeat(np.arange(len(keys)), neighbours)
    other = one + draw.integers(1, _REACH + 1, len(one))
    same = one // each == other // each
    hub = np.arange(1, each, 2)
    one = np.concatenate([one[same], np.zeros(len(hub), int)])
    other = np.concatenate([other[same], hub])
    number = len(one)
    kinds = taken(["CL:0000001", "CL:0000002", "CL:0000003"], draw.integers(0, 3, number))
    edges = pa.table(
        {
            "from": taken(keys, one),
            "to": taken(keys, other),
            "dataset": taken(DATASETS, one // each * 2 + draw.integers(0, 2, number)),
            "cell_type": with_nulls(draw, kinds, 0.6),
            "method": taken(["pearson", "spearman"], draw.integers(0, 2, number)),
            "coefficient": draw.uniform(-1, 1, number),
            "n": draw.integers(-3, 2_000, number),
        }
    )
    # identical rows are separate edges
    return pa.concat_tables([edges, edges.take(np.arange(0, number, 50))])


def _paralogs(draw: np.random.Generator, keys: pa.Array) -> pa.Table:
    one = np.arange(0, len(keys) - 3, 5)
    ends = np.concatenate([one, one, one]), np.concatenate([one + 1, one + 2, one + 1])
    return pa.table(
        {
            "from": taken(keys, ends[0]),
            "to": taken(keys, ends[1]),
            "resources": text_lists(draw, len(ends[0]), ["OMA", "PANTHER", ""]),
        }
    )


def _functional(
    draw: np.random.Generator, keys: pa.Array, pairs: tuple[np.ndarray, np.ndarray]
) -> pa.Table:
    """Return orthologs in either direction, some of them twice, and loops."""
    part = draw.permutation(len(pairs[0]))[: max(20, len(pairs[0]) // 3)]
    loops = draw.integers(0, len(keys), max(10, len(part) // 10))
    one = np.concatenate([pairs[0][part], pairs[1][part[::2]], pairs[0][part[::3]], loops])
    other = np.concatenate([pairs[1][part], pairs[0][part[::2]], pairs[1][part[::3]], loops])
    number = len(one)
    return pa.table(
        {
            "from": taken(keys, one),
            "to": taken(keys, other),
            "weight_mean": draw.normal(size=number),
            "weight_sd": draw.random(number),
            "sign_stability": draw.integers(0, 9, number) / 8,
            "importance": draw.random(number),
            "null_percentile": draw.integers(0, 101, number) / 100,
            "phenotype": ["cell type"] * number,
            "context": ["atlas"] * number,
            "n_target": draw.integers(0, 9_999, number),
        }
    )
