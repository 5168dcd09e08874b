"""Expression of genes and their orthologs by cell type, species side by side.

Three things that look alike in other tools are told apart: a gene that was measured and is zero
in a cell type, a gene that the dataset never measured, and a gene without ortholog in a species.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.ids import Species
from orthoweave.queries.answer import table_of
from orthoweave.queries.gateway import Gateway
from orthoweave.queries.genes import Meant, species_name, understand
from orthoweave.queries.orthologs import Orthology

State = Literal["measured", "measured zero", "not measured", "no ortholog"]

SCHEMA: Final = pa.schema(
    [
        ("query", pa.string()), ("species", pa.string()), ("gene", pa.string()),
        ("symbol", pa.string()), ("cardinality", pa.string()), ("dataset", pa.string()),
        ("cell_type", pa.string()), ("name", pa.string()), ("mean", pa.float64()),
        ("fraction", pa.float64()), ("n_cells", pa.int64()), ("state", pa.string()),
    ]
)  # fmt: skip
_OBSERVED: Final = """
MATCH (t:CellType)-[o:OBSERVED_IN]->(d:Dataset)
WHERE d.species IN $species
RETURN d.species AS species, d.id AS dataset, t.id AS cell_type, t.name AS name,
       o.n_cells AS n_cells
"""
# OPTIONAL MATCH for its plan, as in `orthologs`; a row without dataset fits none and does no harm
_MEASURED: Final = """
UNWIND $genes AS gene
MATCH (g:Gene {id: gene})
OPTIONAL MATCH (g)-[m:MEASURED_IN]->(d:Dataset)
RETURN g.id AS gene, d.id AS dataset
"""
_EXPRESSED: Final = """
UNWIND $genes AS gene
MATCH (g:Gene {id: gene})
OPTIONAL MATCH (g)-[e:EXPRESSED_IN]->(t:CellType)
RETURN g.id AS gene, e.dataset AS dataset, t.id AS cell_type, e.mean AS mean,
       e.fraction AS fraction
"""
_SUBCLASSES: Final = """
MATCH (child:CellType)-[:SUBCLASS_OF]->(parent:CellType)
RETURN child.id AS child, parent.id AS parent
"""
_NAMES: Final = "UNWIND $types AS id MATCH (t:CellType {id: id}) RETURN t.id AS id, t.name AS name"


@dataclass(frozen=True, slots=True)
class _Shown:
    """A gene in one species, on behalf of a query."""

    query: str
    species: str
    gene: str | None
    symbol: str | None
    cardinality: str | None


def expression_table(
    gateway: Gateway, orthology: Orthology, catalogue: GeneCatalogue, genes: Sequence[str],
    across: Sequence[Species], *, roll_up: Sequence[str] = (),
) -> tuple[pa.Table, tuple[str, ...]]:  # fmt: skip
    """Expression of each gene and its orthologs in each cell type of each dataset, and notes.

    A text is looked up in all species of `across`; of equally good finds the species named first
    counts. The other species show its orthologs by consensus, all of them where there are
    several. `mean` is the mean over the type's cells of log1p of counts per 10 000, `fraction`
    that of cells with a count above zero. A species without ortholog has one row. Rows come in
    the order of `genes`, then of `across`, then by gene and dataset, the highest means first.

    Parameters
    ----------
    roll_up
        Keys of cell types: each dataset's types are pooled, weighted by their number of cells,
        into those of the given types that they are or are kinds of; types under none are left
        out. A type below two of them counts in both.

    Raises
    ------
    UsageError
        If no species is given.
    """
    if not across:
        message = "across names no species: expected at least one, such as human,mouse"
        raise UsageError(message)
    meant = [_understand(catalogue, text, across) for text in genes]
    shown = [one for item in meant for one in _shown(orthology, item, across)]
    keys = sorted({one.gene for one in shown if one.gene})
    observed = gateway.ask(_OBSERVED, {"species": [one.key for one in across]}).table.to_pylist()
    measured = {
        (row["gene"], row["dataset"])
        for row in gateway.ask(_MEASURED, {"genes": keys}).table.to_pylist()
    }
    values = {
        (row["gene"], row["dataset"], row["cell_type"]): (row["mean"], row["fraction"])
        for row in gateway.ask(_EXPRESSED, {"genes": keys}).table.to_pylist()
    }
    pools = _pools(gateway, observed, roll_up)
    rows = [row for one in shown for row in _rows(one, pools, measured, values)]
    notes = [note for item in meant if (note := item.note())]
    seen = {pool["species"] for pool in pools}
    notes += [f"there is no dataset of {one.common} here" for one in across if one.key not in seen]
    return table_of(rows, SCHEMA), tuple(notes)


def _understand(catalogue: GeneCatalogue, text: str, across: Sequence[Species]) -> Meant:
    """Find the gene in any of the species; among equals, the species named first."""
    found = [understand(catalogue, text, species) for species in across]
    named = [item for item in found if item.candidates]
    if not named:
        return found[0]
    anywhere = understand(catalogue, text)
    best = {one.reason for one in anywhere.candidates}
    return next((item for item in named if item.candidates[0].reason in best), named[0])


def _shown(orthology: Orthology, item: Meant, across: Sequence[Species]) -> list[_Shown]:
    if item.gene is None:
        return []
    home = item.candidates[0].species
    others = [species.key for species in across if species.key != home]
    partners: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pair in orthology.partners([item.gene], others):
        partners[pair["species"]].append(pair)
    shown = []
    for species in across:
        if species.key == home:
            shown.append(_Shown(item.query, home, item.gene, item.symbol, None))
            continue
        pairs = sorted(partners[species.key], key=lambda pair: str(pair["ortholog"]))
        shown += [
            _Shown(item.query, species.key, pair["ortholog"], pair["symbol"], pair["cardinality"])
            for pair in pairs
        ] or [_Shown(item.query, species.key, None, None, None)]
    return shown


def _pools(
    gateway: Gateway, observed: list[dict[str, Any]], roll_up: Sequence[str]
) -> list[dict[str, Any]]:
    """List what rows are about: species, dataset and cell type, with the types in it."""
    if not roll_up:
        pools = [{**row, "members": [(row["cell_type"], row["n_cells"])]} for row in observed]
    else:
        above = _ancestors(gateway)
        named = gateway.ask(_NAMES, {"types": list(roll_up)}).table.to_pylist()
        names = {row["id"]: row["name"] for row in named}
        pooled: dict[tuple[str, str, str], list[tuple[str, int]]] = defaultdict(list)
        for row in observed:
            kinds = {row["cell_type"]} | above.get(row["cell_type"], set())
            for kind in sorted(kinds & set(roll_up)):
                key = (row["species"], row["dataset"], kind)
                pooled[key].append((row["cell_type"], row["n_cells"]))
        pools = [
            {"species": species, "dataset": dataset, "cell_type": kind, "name": names.get(kind),
             "n_cells": sum(n for _, n in members), "members": members}
            for (species, dataset, kind), members in pooled.items()
        ]  # fmt: skip
    return sorted(pools, key=lambda pool: (pool["dataset"], pool["name"] or "", pool["cell_type"]))


def _ancestors(gateway: Gateway) -> dict[str, set[str]]:
    """All kinds that each cell type is, by type."""
    parents: dict[str, set[str]] = defaultdict(set)
    for row in gateway.ask(_SUBCLASSES).table.to_pylist():
        parents[row["child"]].add(row["parent"])
    found: dict[str, set[str]] = {}
    for child in list(parents):
        above: set[str] = set()
        todo = list(parents[child])
        while todo:
            kind = todo.pop()
            if kind not in above:
                above.add(kind)
                todo += parents.get(kind, ())
        found[child] = above
    return found


def _rows(
    one: _Shown, pools: Sequence[Mapping[str, Any]], measured: set[tuple[str, str]],
    values: Mapping[tuple[str, str, str], tuple[float, float]],
) -> list[dict[str, object]]:  # fmt: skip
    base: dict[str, object] = {
        "query": one.query, "species": species_name(one.species), "gene": one.gene,
        "symbol": one.symbol, "cardinality": one.cardinality,
    }  # fmt: skip
    if one.gene is None:
        return [base | {"state": "no ortholog"}]
    own = [pool for pool in pools if pool["species"] == one.species]
    rows: list[dict[str, object]] = []
    for pool in own:
        place = {name: pool[name] for name in ("dataset", "cell_type", "name", "n_cells")}
        if (one.gene, pool["dataset"]) not in measured:
            rows.append(base | place | {"state": "not measured"})
            continue
        mean, fraction = _pooled(one.gene, pool, values)
        state: State = "measured" if fraction > 0 else "measured zero"
        rows.append(base | place | {"mean": mean, "fraction": fraction, "state": state})
    rows.sort(key=_strongest_first)
    return rows or [base | {"state": "not measured"}]


def _strongest_first(row: Mapping[str, Any]) -> tuple[str, bool, float]:
    """Sort by dataset, then by mean from the top, cell types without one last."""
    mean = row.get("mean")
    return row["dataset"], mean is None, -(mean or 0.0)


def _pooled(
    gene: str, pool: Mapping[str, Any],
    values: Mapping[tuple[str, str, str], tuple[float, float]],
) -> tuple[float, float]:  # fmt: skip
    """Mean and fraction over the cells of all types in a pool."""
    total = sum(n for _, n in pool["members"])
    mean = fraction = 0.0
    for kind, n in pool["members"]:
        own_mean, own_fraction = values.get((gene, pool["dataset"], kind), (0.0, 0.0))
        mean += own_mean * n / total
        fraction += own_fraction * n / total
    return mean, fraction
