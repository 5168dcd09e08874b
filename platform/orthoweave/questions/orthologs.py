"""Orthologs of genes in another species: inputs without any are kept, sources can be chosen."""

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict

import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.genes import Meant, understand_each
from orthoweave.questions.inferred_orthologs import inferred_pairs
from orthoweave.questions.session import Session
from orthoweave.species import AnySpecies, Species, find_species

SCHEMA: Final = pa.schema(
    [
        ("query", pa.string()),
        ("gene", pa.string()),
        ("symbol", pa.string()),
        ("ortholog", pa.string()),
        ("ortholog_symbol", pa.string()),
        ("species", pa.string()),
        ("cardinality", pa.string()),
        ("support_count", pa.int64()),
        ("covering_count", pa.int64()),
        ("resources", pa.list_(pa.string())),
        ("sources", pa.list_(pa.string())),
        ("status", pa.string()),
    ]
)
_THROUGH: Final = pa.field("through", pa.list_(pa.string()))
# the species to which most resources relate all others
_HUB: Final = "human"
_Pairs = Mapping[str, Sequence[Mapping[str, Any]]]


class _Chosen(TypedDict):
    """The resources that count."""

    min_sources: int
    sources: Sequence[str]


def renamed_species(
    renamed: Mapping[str, AnySpecies], here: AnySpecies, there: AnySpecies
) -> tuple[AnySpecies, AnySpecies]:
    """Return both species where the former names `source` and `target` may have been used.

    Raises
    ------
    TypeError
        For any other name.
    """
    unknown = renamed.keys() - {"source", "target"}
    if unknown:
        raise TypeError(f"orthologs() has no argument {min(unknown)!r}")
    if renamed:
        message = "orthologs: write from_species= and to_species= for source= and target="
        warnings.warn(message, DeprecationWarning, stacklevel=3)
    return renamed.get("source", here), renamed.get("target", there)


def orthologs(
    session: Session,
    genes: Sequence[str],
    here: Species,
    there: Species,
    *,
    min_sources: int = 1,
    sources: Sequence[str] = (),
    through: Species | None = None,
) -> Answer:
    """List the orthologs of genes, a row for each pair; a gene without one keeps a row.

    `status` is ``ortholog``, ``inferred`` (only with `through`: both genes have the same ortholog
    in that species), ``no ortholog`` (none with enough support by the chosen sources), ``not
    covered`` (no source covers these two species), ``ambiguous`` or ``no such gene``.
    `cardinality` is read from the gene asked for; an inferred pair has none.

    Raises
    ------
    UsageError
        If two of the species are the same, or `min_sources` is below 1.
    UnknownNameError
        If one of `sources` has no orthology in this build.
    """
    _check_species(here, there, through)
    meant = understand_each(session.genes, genes, here)
    keys = [item.gene for item in meant if item.gene is not None]
    direct = _by_gene(
        session.orthology.partners(keys, [there.key], min_sources=min_sources, sources=sources)
    )
    bridged = keys if through is not None else [key for key in keys if key not in direct]
    hub = through or find_species(_HUB)
    inferred: _Pairs = {}
    if hub not in (here, there):
        chosen: _Chosen = {"min_sources": min_sources, "sources": sources}
        inferred = _by_gene(inferred_pairs(session.orthology, bridged, hub, there, **chosen))
    covering = session.orthology.covering(here.key, there.key)
    shown = inferred if through is not None else {}
    rows = _rows(meant, there, direct, shown, covered=bool(covering))
    notes = [note for item in meant if (note := item.note())]
    if through is None:
        notes += _hints(meant, here, there, covering, inferred)
    asked: dict[str, object] = {
        "genes": list(genes),
        "from_species": here.common,
        "to_species": there.common,
        "min_sources": min_sources,
        "sources": list(sources),
    }
    if through is not None:
        asked["through"] = through.common
    title = f"Orthologs of {here.common} genes in {there.common}"
    schema = SCHEMA if through is None else SCHEMA.append(_THROUGH)
    return session.answer(table_of(rows, schema), title, "orthologs", asked, notes)


def _check_species(here: Species, there: Species, through: Species | None) -> None:
    if here == there:
        message = f"both species are {here.common}: expected two different ones"
        raise UsageError(message)
    if through in (here, there):
        message = (
            f"through={through.common!r} is one of the two species: expected a third one, or none"
        )
        raise UsageError(message)


def _by_gene(pairs: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for pair in pairs:
        found[pair["gene"]].append(pair)
    return dict(found)


def _rows(
    meant: Sequence[Meant], there: Species, direct: _Pairs, inferred: _Pairs, *, covered: bool
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for item in meant:
        base: dict[str, object] = {"query": item.query, "gene": item.gene, "symbol": item.symbol}
        base["species"] = there.common
        if item.gene is None:
            rows.append(base | {"status": item.status})
            continue
        mine = [(pair, "ortholog") for pair in direct.get(item.gene, ())]
        known = {pair["ortholog"] for pair, _ in mine}
        mine += [
            (pair, "inferred")
            for pair in inferred.get(item.gene, ())
            if pair["ortholog"] not in known
        ]
        if not mine:
            rows.append(base | {"status": "no ortholog" if covered else "not covered"})
        rows += [
            {**pair, **base, "ortholog_symbol": pair["symbol"], "status": status}
            for pair, status in mine
        ]
    return rows


def _hints(
    meant: Sequence[Meant], here: Species, there: Species, covering: set[str], inferred: _Pairs
) -> list[str]:
    """Return notes on thin coverage and on orthologs that could be inferred."""
    notes = []
    if len(covering) == 1:
        notes.append(
            f"{here.common} and {there.common} are covered by one resource only "
            f"({min(covering)}): the absence of a pair says little"
        )
    inputs = {item.query for item in meant if item.gene in inferred}
    if inputs:
        verb = "inputs have one" if len(inputs) > 1 else "input has one"
        notes.append(
            f"{len(inputs):,} {verb} through {_HUB} only: list inferred orthologs with "
            f"--through {_HUB} (through={_HUB!r} in Python)"
        )
    return notes
