"""Orthologs of genes in another species: every input kept, cardinality by the sources chosen."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyarrow as pa

from orthoweave.data.orthology import reverse_cardinality, select
from orthoweave.data.resources import resource_name
from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.ids import Species
from orthoweave.queries.answer import table_of
from orthoweave.queries.gateway import Gateway
from orthoweave.queries.genes import understand

SCHEMA: Final = pa.schema(
    [
        ("query", pa.string()), ("gene", pa.string()), ("symbol", pa.string()),
        ("ortholog", pa.string()), ("ortholog_symbol", pa.string()), ("species", pa.string()),
        ("cardinality", pa.string()), ("support_count", pa.int64()),
        ("covering_count", pa.int64()), ("resources", pa.list_(pa.string())),
        ("sources", pa.list_(pa.string())), ("status", pa.string()),
    ]
)  # fmt: skip
_EVIDENCE: Final = pa.schema(
    [
        ("from", pa.string()), ("to", pa.string()), ("from_species", pa.string()),
        ("to_species", pa.string()), ("resources", pa.list_(pa.string())),
        ("source", pa.string()), ("assertion", pa.string()),
    ]
)  # fmt: skip
# OPTIONAL MATCH keeps the engine from each gene it found by key; a plain second MATCH after UNWIND
# reads the whole edge table, 400 ms for six species in place of 1 ms
_PAIRS: Final = """
UNWIND $genes AS gene
MATCH (g:Gene {id: gene})
OPTIONAL MATCH (g)-[o:ORTHOLOGOUS_TO]-(h:Gene)
WITH g, o, h
WHERE h.species IN $species
RETURN g.id AS `from`, h.id AS `to`, g.species AS from_species, h.species AS to_species,
       h.symbol AS symbol, o.assertion AS assertion, o.source AS source, o.resources AS resources,
       o.covering_count AS covering, o.support_count AS support_count,
       o.cardinality AS cardinality
"""
# what each resource and source says anything of, over the whole graph
_COVER: Final = """
MATCH (:Gene)-[o:ORTHOLOGOUS_TO]->(:Gene)
WHERE o.assertion = 'evidence'
UNWIND o.resources AS resource
RETURN DISTINCT o.from_species AS one, o.to_species AS other, o.source AS source, resource
"""


class Orthology:
    """The orthology of one published build. What its sources cover is looked up once."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._cover: list[dict[str, str]] | None = None

    def partners(
        self, genes: Sequence[str], species: Iterable[str], *, min_sources: int = 1,
        sources: Sequence[str] = (),
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Orthologs of gene keys in the species with these keys.

        Each pair is read from the gene asked for: `gene`, `ortholog`, `symbol`, `species`,
        `cardinality`, `support_count`, `covering_count`, `resources`, `sources`.

        Raises
        ------
        UnknownNameError
            If one of `sources` says nothing of orthology in this build.
        UsageError
            If `min_sources` is below 1.
        """
        if min_sources < 1:
            message = f"min_sources={min_sources!r}: expected a whole number from 1"
            raise UsageError(message)
        wanted = sorted(set(species))
        first = self._pairs(sorted(set(genes)), wanted)
        if min_sources == 1 and not sources:
            agreed = [_stored(row) for row in first if row["assertion"] != "evidence"]
        else:
            agreed = self._select(first, sources, min_sources)
        found = self._read_from(first, agreed, sources)
        return sorted(found, key=lambda row: (row["gene"], row["species"], -row["support_count"],
                                              row["ortholog"]))  # fmt: skip

    def covers(self, one: str, other: str) -> bool:
        """Tell whether any source says anything of these two species."""
        return any({row["one"], row["other"]} == {one, other} for row in self._covering())

    def _select(
        self, first: list[dict[str, Any]], sources: Sequence[str], min_sources: int
    ) -> list[dict[str, Any]]:
        """Make the consensus anew of what the chosen sources say."""
        # cardinality needs the partners' own partners in the species asked from
        back = sorted({row["from_species"] for row in first})
        second = self._pairs(sorted({row["to"] for row in first}), back) if first else []
        evidence = [row for row in (*first, *second) if row["assertion"] == "evidence"]
        chosen = self._choose(sources, evidence)
        if chosen is None or not evidence:
            return []
        agreed = select(table_of(_rows(evidence), _EVIDENCE), chosen, min_sources)
        rows: list[dict[str, Any]] = agreed.to_pylist()
        return rows

    def _pairs(self, genes: list[str], species: list[str]) -> list[dict[str, Any]]:
        parameters = {"genes": genes, "species": species}
        found: list[dict[str, Any]] = self._gateway.ask(_PAIRS, parameters).table.to_pylist()
        return found

    def _covering(self) -> list[dict[str, str]]:
        if self._cover is None:
            self._cover = self._gateway.ask(_COVER).table.to_pylist()
        return self._cover

    def _choose(self, sources: Sequence[str], evidence: list[dict[str, Any]]) -> list[str] | None:
        """Those of the chosen sources that say something here; None if they all say nothing."""
        if not sources:
            return []
        everywhere = {name for row in self._covering() for name in _names(row)}
        unknown = [text for text in sources if everywhere.isdisjoint(_spellings(text))]
        if unknown:
            known = sorted({name for row in self._covering() for name in _shown(row)})
            message = f"no orthology from {unknown[0]!r}: expected some of {', '.join(known)}"
            raise UnknownNameError(message)
        here = {name for row in evidence for name in _names_of_evidence(row)}
        return [text for text in sources if not here.isdisjoint(_spellings(text))] or None

    def _read_from(
        self, first: list[dict[str, Any]], agreed: list[dict[str, Any]], sources: Sequence[str]
    ) -> list[dict[str, Any]]:
        pairs = {(row["from"], row["to"]): row for row in agreed}
        wanted = {spelling for text in sources for spelling in _spellings(text)}
        said = defaultdict(set)
        covering = {}
        for row in first:
            key = (row["from"], row["to"])
            if row["assertion"] != "evidence":
                covering[key] = row["covering"]
            elif not sources or not wanted.isdisjoint(_names_of_evidence(row)):
                said[key].add(_source_name(row["source"]))
        found = []
        for row in {(row["from"], row["to"]): row for row in first}.values():
            key = (row["from"], row["to"])
            pair = pairs.get((min(key), max(key)))
            if pair is None:
                continue
            turned = reverse_cardinality(pair["cardinality"])
            covered = self._count_cover(row, sources) if sources else covering.get(key)
            found.append(
                {
                    "gene": row["from"], "ortholog": row["to"], "symbol": row["symbol"],
                    "species": row["to_species"],
                    "cardinality": pair["cardinality"] if key[0] < key[1] else turned,
                    "support_count": pair["support_count"], "covering_count": covered,
                    "resources": pair["resources"], "sources": sorted(said[key]),
                }
            )  # fmt: skip
        return found

    def _count_cover(self, row: dict[str, Any], sources: Sequence[str]) -> int:
        ends = {row["from_species"], row["to_species"]}
        wanted = {spelling for text in sources for spelling in _spellings(text)}
        return len(
            {
                cover["resource"]
                for cover in self._covering()
                if {cover["one"], cover["other"]} == ends and not wanted.isdisjoint(_names(cover))
            }
        )


def ortholog_table(
    orthology: Orthology, catalogue: GeneCatalogue, genes: Sequence[str], source: Species,
    target: Species, *, min_sources: int = 1, sources: Sequence[str] = (),
) -> tuple[pa.Table, tuple[str, ...]]:  # fmt: skip
    """One row for each input and ortholog, inputs without one kept, and notes.

    `status` is ``ortholog``, ``no ortholog`` (none that enough of the chosen sources support),
    ``not covered`` (no source says anything of these two species), ``ambiguous`` or
    ``no such gene``. `cardinality` is read from the gene asked for.

    Raises
    ------
    UsageError
        If both species are the same, or `min_sources` is below 1.
    UnknownNameError
        If one of `sources` says nothing of orthology in this build.
    """
    if source == target:
        message = f"source and target are both {source.common}: orthologs are of two species"
        raise UsageError(message)
    meant = [understand(catalogue, text, source) for text in genes]
    keys = [item.gene for item in meant if item.gene is not None]
    pairs: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pair in orthology.partners(keys, [target.key], min_sources=min_sources, sources=sources):
        pairs[pair["gene"]].append(pair)
    rows: list[dict[str, object]] = []
    for item in meant:
        base: dict[str, object] = {"query": item.query, "gene": item.gene, "symbol": item.symbol}
        base["species"] = target.common
        found = pairs[item.gene] if item.gene else []
        if item.gene is None:
            rows.append(base | {"status": item.status})
        elif not found:
            covered = orthology.covers(source.key, target.key)
            rows.append(base | {"status": "no ortholog" if covered else "not covered"})
        rows += [
            {**pair, **base, "ortholog_symbol": pair["symbol"], "status": "ortholog"}
            for pair in found
        ]
    return table_of(rows, SCHEMA), tuple(note for item in meant if (note := item.note()))


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    """Consensus of all sources, as the build derived it, from the end that it is stored from."""
    ends = {"from": min(row["from"], row["to"]), "to": max(row["from"], row["to"])}
    return ends | {name: row[name] for name in ("cardinality", "support_count", "resources")}


def _rows(evidence: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in _EVIDENCE.names} for row in evidence]


def _source_name(key: str) -> str:
    return key.removeprefix("source:").split("@")[0]


def _spellings(text: str) -> set[str]:
    return {text.lower(), resource_name(text).lower()}


def _shown(row: dict[str, str]) -> tuple[str, str]:
    return row["resource"], _source_name(row["source"])


def _names(row: dict[str, str]) -> set[str]:
    return {name.lower() for name in _shown(row)}


def _names_of_evidence(row: dict[str, Any]) -> set[str]:
    names = (*(row["resources"] or ()), _source_name(row["source"]))
    return {name.lower() for name in names}
