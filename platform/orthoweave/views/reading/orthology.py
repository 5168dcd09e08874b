"""Consensus orthology of a published build for two or more species."""

from itertools import chain
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from orthoweave.errors import InputError, UsageError
from orthoweave.numerics.cardinality import reverse_cardinality
from orthoweave.numerics.orthology import select
from orthoweave.species import find_species
from orthoweave.storage.published import Published
from orthoweave.views.orthology import OrthologyView, orthology_view
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.requests import OrthologyRequest

_CARDINALITIES = ("1:1", "1:many", "many:1", "many:many")
_PAIR = ["from", "to", "from_species", "to_species"]
_EVIDENCE = [*_PAIR, "assertion", "resources", "source"]
_CONSENSUS = [*_PAIR, "assertion", "support_count", "covering_count", "cardinality"]


def read_orthology(published: Published, request: OrthologyRequest) -> OrthologyView:
    """Read the ortholog pairs of some species that enough of the chosen sources support.

    Support, cover and cardinality are counted among the chosen sources.

    Raises
    ------
    UnknownNameError
        If a species or source is not known.
    UsageError
        If fewer than two species are named, or a cardinality is unknown.
    InputError
        If the build has no pair of these species.
    """
    species = tuple(dict.fromkeys(species_key(published, name) for name in request.species))
    if len(species) < 2:
        message = f"species={request.species!r}: expected two species or more"
        raise UsageError(message)
    pairs = _pairs(published, species, request)
    if request.cardinality:
        pairs = pairs.filter(_of_kind(pairs["cardinality"], request.cardinality))
    if not pairs.num_rows:
        message = (
            f"no orthologs of {' and '.join(species)} in build {published.manifest.build}: ingest "
            "a source of them, or ask for fewer supporting sources"
        )
        raise InputError(message)
    named = {name: pairs[name].to_numpy() for name in pairs.column_names}
    return orthology_view(
        *(named[name] for name in _PAIR),
        cardinality=named["cardinality"],
        support=named["support_count"],
        covering=named["covering_count"],
    )


def species_key(published: Published, text: str) -> str:
    """Return the key of the species that a key, a name or a dataset refers to.

    Raises
    ------
    UnknownNameError
        If it is none of them.
    """
    datasets = published.table("Dataset", ["id", "species"]).to_pylist()
    of_dataset = {row["id"]: row["species"] for row in datasets}
    if text in of_dataset:
        return str(of_dataset[text])
    if text in published.table("Species", ["id"])["id"].to_pylist():
        return text
    return find_species(text).key


def _pairs(published: Published, species: tuple[str, ...], request: OrthologyRequest) -> pa.Table:
    whole = request.min_sources == 1 and not request.sources
    # the build already has the consensus of all sources
    columns, assertion = (_CONSENSUS, "consensus") if whole else (_EVIDENCE, "evidence")
    rows = published.table(
        "ORTHOLOGOUS_TO",
        columns,
        [
            ("assertion", "=", assertion),
            ("from_species", "in", species),
            ("to_species", "in", species),
        ],
    )
    return rows if whole else select(rows, request.sources, request.min_sources)


def _of_kind(cardinality: pa.ChunkedArray, wanted: tuple[str, ...]) -> pa.Array:
    unknown = [kind for kind in wanted if kind not in _CARDINALITIES]
    if unknown:
        message = f"cardinality {unknown[0]!r}: expected some of {', '.join(_CARDINALITIES)}"
        raise UsageError(message)
    kinds = set(chain(wanted, map(reverse_cardinality, wanted)))
    return pc.is_in(cardinality, value_set=pa.array(sorted(kinds), pa.string()))


KIND: Final = ViewKind(
    OrthologyRequest, OrthologyView, read_orthology, lambda _: Behind(tables=("ORTHOLOGOUS_TO",))
)
