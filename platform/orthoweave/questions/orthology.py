"""The orthology of one build: pairs of genes, and the species that each source covers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyarrow as pa

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.gateway.gateway import Gateway
from orthoweave.numerics.cardinality import reverse_cardinality
from orthoweave.numerics.resources import resource_name
from orthoweave.questions.answer import table_of

_EVIDENCE: Final = pa.schema(
    [
        ("from", pa.string()),
        ("to", pa.string()),
        ("from_species", pa.string()),
        ("to_species", pa.string()),
        ("resources", pa.list_(pa.string())),
        ("source", pa.string()),
        ("assertion", pa.string()),
    ]
)
_PAIRS: Final = """
MATCH (g:Gene)-[o:ORTHOLOGOUS_TO]-(h:Gene)
WHERE g.id IN $genes AND h.species IN $species
RETURN g.id AS `from`, h.id AS `to`, g.species AS from_species, h.species AS to_species,
       h.symbol AS symbol, o.assertion AS assertion, o.source AS source, o.resources AS resources,
       o.covering_count AS covering, o.support_count AS support_count,
       o.cardinality AS cardinality
"""
# the pairs of species that each resource and source covers, over the whole graph
_COVER: Final = """
MATCH (:Gene)-[o:ORTHOLOGOUS_TO]->(:Gene)
WHERE o.assertion = 'evidence'
UNWIND o.resources AS resource
RETURN DISTINCT o.from_species AS one, o.to_species AS other, o.source AS source, resource
"""


class Orthology:
    """The orthology of one published build; the species its sources cover are looked up once."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._cover: list[dict[str, str]] | None = None

    def partners(
        self,
        genes: Sequence[str],
        species: Iterable[str],
        *,
        min_sources: int = 1,
        sources: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        """Return the orthologs of genes in some species, both given by key.

        Each pair is read from the gene asked for: `gene`, `ortholog`, `symbol`, `species`,
        `cardinality`, `support_count`, `covering_count`, `resources`, `sources`.

        Raises
        ------
        UnknownNameError
            If one of `sources` has no orthology in this build.
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
        return sorted(
            found,
            key=lambda row: (row["gene"], row["species"], -row["support_count"], row["ortholog"]),
        )

    def covers(self, one: str, other: str) -> bool:
        """Return whether any source has pairs of these two species."""
        return bool(self.covering(one, other))

    def covering(self, one: str, other: str) -> set[str]:
        """Return the resources that have at least one pair of two species, given by key."""
        rows = self._covering()
        return {row["resource"] for row in rows if {row["one"], row["other"]} == {one, other}}

    def _select(
        self, first: list[dict[str, Any]], sources: Sequence[str], min_sources: int
    ) -> list[dict[str, Any]]:
        """Recompute the consensus from the evidence of the chosen sources."""
        # cardinality needs the partners' own partners in the species of the input genes
        back = sorted({row["from_species"] for row in first})
        second = self._pairs(sorted({row["to"] for row in first}), back) if first else []
        evidence = [row for row in (*first, *second) if row["assertion"] == "evidence"]
        chosen = self._choose(sources, evidence)
        if chosen is None or not evidence:
            return []
        # imported late: most answers compute no consensus, and polars takes a quarter of a second
        from orthoweave.numerics.orthology import select

        agreed = select(table_of(_rows(evidence), _EVIDENCE), chosen, min_sources)
        rows: list[dict[str, Any]] = agreed.to_pylist()
        return rows

    def _pairs(self, genes: list[str], species: list[str]) -> list[dict[str, Any]]:
        parameters = {"genes": genes, "species": species}
        found: list[dict[str, Any]] = self._gateway.whole(_PAIRS, parameters).to_pylist()
        return found

    def _covering(self) -> list[dict[str, str]]:
        if self._cover is None:
            self._cover = self._gateway.whole(_COVER).to_pylist()
        return self._cover

    def _choose(self, sources: Sequence[str], evidence: list[dict[str, Any]]) -> list[str] | None:
        """Return the chosen sources that have evidence here; None if none of them has."""
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
                    "gene": row["from"],
                    "ortholog": row["to"],
                    "symbol": row["symbol"],
                    "species": row["to_species"],
                    "cardinality": pair["cardinality"] if key[0] < key[1] else turned,
                    "support_count": pair["support_count"],
                    "covering_count": covered,
                    "resources": pair["resources"],
                    "sources": sorted(said[key]),
                }
            )
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


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    """Return the consensus of the build, read from the end that it is stored from."""
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
