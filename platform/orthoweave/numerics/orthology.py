"""Orthology as pairs of genes: consensus of the sources' evidence, cardinality and groups.

*Evidence* is a pair of genes as one source asserts it; the *consensus* of a pair summarises all
evidence, or that of chosen sources. Everything here is a pure function of Arrow tables
with the columns of ``ORTHOLOGOUS_TO``. The relation is symmetric by construction: a pair is stored
once, with its ends in string order, whichever end a source names first.

A *resource* is a method or database that infers orthology, such as OMA; a *source* is a file that
was ingested, such as HCOP's, which passes on what many resources say. Support counts resources, so
that Ensembl Compara through HCOP and Ensembl Compara itself count once.
"""

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa

from orthoweave.errors import UnknownNameError, UsageError
from orthoweave.numerics.resources import resource_name

_PAIR: Final = ["from", "to"]
_SPECIES: Final = ["from_species", "to_species"]


def consensus(evidence: pa.Table) -> pa.Table:
    """Return the consensus of all evidence: one row for each pair of genes, sorted by its ends.

    Parameters
    ----------
    evidence
        Rows of ``ORTHOLOGOUS_TO``, of all sources together; at least `from`, `to`,
        `from_species`, `to_species` and `resources`. Their order does not matter. Rows whose
        `assertion` is ``consensus`` are left aside.

    Returns
    -------
    Table of `from`, `to`, `assertion`, `from_species`, `to_species`, `resources` (sorted union),
    `support_count` (its length), `covering_count` (number of distinct resources with at least one
    pair of these two species: what the support could have been) and `cardinality`.

    Raises
    ------
    UsageError
        If a pair lies within one species: those are paralogs.
    """
    return _arrow(_with_cardinality(_united(_evidence(evidence))))


def select(evidence: pa.Table, sources: Collection[str] = (), min_sources: int = 1) -> pa.Table:
    """Return the consensus of chosen sources: pairs that at least `min_sources` resources support.

    Support and cover are counted among the chosen sources, and cardinality among the pairs that
    are left: a 1:many pair becomes 1:1 when its rival falls below the threshold.

    Parameters
    ----------
    evidence
        As for `consensus`; with the column `source` where ingested sources are to be chosen.
    sources
        Resources (in any spelling) or ingested sources (``hcop_human_mouse``); empty for all.
    min_sources
        Smallest support count, from 1.

    Raises
    ------
    UnknownNameError
        If a source is neither a resource nor an ingested source of the evidence.
    UsageError
        If `min_sources` is below 1.
    """
    if min_sources < 1:
        message = f"min_sources={min_sources!r}: expected a whole number from 1"
        raise UsageError(message)
    rows = _evidence(evidence)
    if sources:
        rows = _of_sources(rows, sources)
    pairs = _united(rows).filter(pl.col("support_count") >= min_sources)
    return _arrow(_with_cardinality(pairs))


def cardinality(pairs: pa.Table) -> pa.Array:
    """Return the cardinality of each pair, read from its `from` end, shape ``(n_pairs,)``.

    Let *a* be the number of partners that `from` has in the species of `to`, and *b* the number
    that `to` has in the species of `from`, over all distinct pairs given. The pair is ``1:1`` if
    both are 1, ``1:many`` if only *a* exceeds 1, ``many:1`` if only *b* does, else ``many:many``.

    Parameters
    ----------
    pairs
        Columns `from`, `to`, `from_species`, `to_species`; each pair of genes in one direction
        only, as the graph stores it. Any number of species.
    """
    frame = _frame(pairs, [*_PAIR, *_SPECIES])
    return _with_cardinality(frame)["cardinality"].to_arrow().cast(pa.string())


def groups(
    pairs: pa.Table, species_of: Mapping[str, str] | None = None
) -> tuple[pa.Table, pa.Table]:
    """Return ortholog groups: connected components of the pairs, each of two genes or more.

    Parameters
    ----------
    pairs
        A consensus; columns `from`, `to` and, where `species_of` is not given, `from_species`
        and `to_species`.
    species_of
        Species key by gene key.

    Returns
    -------
    Rows of ``OrthologGroup`` and rows of ``MEMBER_OF``, both sorted. A group's key is
    ``group:`` and the key of its first member in string order.
    """
    columns = _PAIR if species_of is not None else [*_PAIR, *_SPECIES]
    frame = _frame(pairs, columns)
    members = _members(frame, species_of)
    codes = pl.Enum(members["gene"])
    ends = [frame[end].cast(codes).to_physical().to_numpy() for end in _PAIR]
    shape = (len(members), len(members))
    # imported late: answers do not need it, and it takes a third of a second
    from scipy import sparse
    from scipy.sparse import csgraph

    links = sparse.coo_array((np.ones(len(frame), np.int8), (ends[0], ends[1])), shape=shape)
    _, labels = csgraph.connected_components(links, directed=False)
    # genes are sorted, so the first of a component is its lowest key
    named = members.with_columns(component=pl.Series(labels)).with_columns(
        group="group:" + pl.col("gene").first().over("component")
    )
    found = (
        named.group_by("group")
        .agg(
            n_genes=pl.len().cast(pl.Int64),
            n_species=pl.col("species").n_unique().cast(pl.Int64),
            species=pl.col("species").unique().sort(),
        )
        .sort("group")
        .rename({"group": "id"})
    )
    return _arrow(found), _arrow(
        named.select(pl.col("gene").alias("from"), pl.col("group").alias("to"))
    )


def _members(pairs: pl.DataFrame, species_of: Mapping[str, str] | None) -> pl.DataFrame:
    """Return the distinct genes of the pairs with their species, sorted by key."""
    if species_of is not None:
        genes = pl.concat([pairs["from"], pairs["to"]]).unique().sort()
        species = pl.Series([species_of[gene] for gene in genes], dtype=pl.String)
        return pl.DataFrame({"gene": genes, "species": species})
    ends = [
        pairs.select(pl.col(end).alias("gene"), pl.col(f"{end}_species").alias("species"))
        for end in _PAIR
    ]
    return pl.concat(ends).group_by("gene").agg(pl.col("species").min()).sort("gene")


def _frame(table: pa.Table, columns: list[str]) -> pl.DataFrame:
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        message = f"orthology needs the columns {columns}; {missing} are missing"
        raise UsageError(message)
    return pl.DataFrame(pl.from_arrow(table.select(columns)))


def _evidence(table: pa.Table) -> pl.DataFrame:
    """Return evidence rows with sorted ends; refuse pairs within a species."""
    optional = [name for name in ("assertion", "source") if name in table.column_names]
    rows = _frame(table, [*_PAIR, *_SPECIES, "resources", *optional])
    if "assertion" in optional:
        rows = rows.filter(pl.col("assertion") != "consensus")
    same = rows.filter(pl.col("from_species") == pl.col("to_species"))
    if len(same):
        pair = same.row(0, named=True)
        message = (
            f"{pair['from']!r} and {pair['to']!r} are both of {pair['from_species']}: expected "
            "genes of two species (pairs within a species are paralogs, PARALOGOUS_TO)"
        )
        raise UsageError(message)
    swap = pl.col("from") > pl.col("to")
    ends = [
        pl.when(swap).then(pl.col(other)).otherwise(pl.col(end)).alias(end)
        for pair in (_PAIR, _SPECIES)
        for end, other in (pair, pair[::-1])
    ]
    return rows.with_columns(ends)


def _of_sources(rows: pl.DataFrame, sources: Collection[str]) -> pl.DataFrame:
    """Return the rows of the chosen sources; of others, what chosen resources assert in them."""
    names = pl.Series("name", [""] * len(rows), dtype=pl.String)
    if "source" in rows.columns:
        names = rows["source"].str.strip_prefix("source:").str.split("@").list.first()
    known = set(rows["resources"].explode().drop_nulls().unique()) | set(names.unique()) - {""}
    # a name may be that of a resource and of a source: then it chooses both
    texts = {text: {text.lower(), resource_name(text).lower()} for text in sources}
    unknown = [
        repr(text)
        for text, spellings in texts.items()
        if spellings.isdisjoint(map(str.lower, known))
    ]
    if unknown:
        message = (
            f"no orthology from {', '.join(unknown)}: expected some of {', '.join(sorted(known))}"
        )
        raise UnknownNameError(message)
    wanted = {name for name in known if any(name.lower() in choice for choice in texts.values())}
    chosen = pl.Series(sorted(wanted), dtype=pl.String)
    whole = names.is_in(chosen.implode())
    passed_on = rows.filter(~whole).with_columns(
        pl.col("resources").list.set_intersection(pl.lit(chosen.implode()).first())
    )
    return pl.concat([rows.filter(whole), passed_on.filter(pl.col("resources").list.len() > 0)])


def _united(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each pair with the union of its resources and how many cover it."""
    # pairs by number and resources by code: lists are unfolded without copying gene keys
    pairs = rows.select(*_PAIR, *_SPECIES).unique().sort(_PAIR).with_row_index("pair")
    numbered = rows.join(pairs.select("pair", *_PAIR), on=_PAIR).select("pair", "resources")
    flat = numbered.explode("resources").drop_nulls()
    names = pl.Enum(flat["resources"].unique().sort())
    flat = flat.with_columns(pl.col("resources").cast(names)).unique()
    united = flat.group_by("pair").agg(pl.col("resources").sort())
    counted = (
        pairs.join(united, on="pair", how="left")
        .with_columns(
            pl.col("resources").cast(pl.List(pl.String)).fill_null([]),
            # ends are sorted as gene keys, so a pair of species occurs in both orders
            low=pl.min_horizontal(_SPECIES),
            high=pl.max_horizontal(_SPECIES),
        )
        .with_columns(support_count=pl.col("resources").list.len().cast(pl.Int64))
    )
    covering = (
        flat.join(counted.select("pair", "low", "high"), on="pair")
        .group_by("low", "high")
        .agg(covering_count=pl.col("resources").n_unique().cast(pl.Int64))
    )
    found = counted.join(covering, on=["low", "high"], how="left").sort("pair")
    return found.with_columns(pl.col("covering_count").fill_null(0)).drop("pair", "low", "high")


def _with_cardinality(pairs: pl.DataFrame) -> pl.DataFrame:
    ends = [
        pairs.select(
            pl.col(end).alias("gene"),
            pl.col(f"{other}_species").alias("species"),
            pl.col(other).alias("partner"),
        )
        for end, other in (_PAIR, _PAIR[::-1])
    ]
    partners = pl.concat(ends).group_by("gene", "species").agg(n=pl.col("partner").n_unique())
    counted = pairs
    for end, other in (_PAIR, _PAIR[::-1]):
        counts = partners.rename({"n": f"n_{end}"})
        counted = counted.join(
            counts,
            left_on=[end, f"{other}_species"],
            right_on=["gene", "species"],
            how="left",
            maintain_order="left",
        )
    many_from, many_to = pl.col("n_from") > 1, pl.col("n_to") > 1
    text = (
        pl.when(many_from & many_to)
        .then(pl.lit("many:many"))
        .when(many_from)
        .then(pl.lit("1:many"))
        .when(many_to)
        .then(pl.lit("many:1"))
        .otherwise(pl.lit("1:1"))
    )
    return counted.with_columns(cardinality=text).drop("n_from", "n_to")


def _arrow(frame: pl.DataFrame) -> pa.Table:
    """Return an Arrow table with plain strings and, for a consensus, the schema's column order."""
    if "support_count" in frame.columns:
        frame = frame.with_columns(assertion=pl.lit("consensus")).select(
            *_PAIR,
            "assertion",
            *_SPECIES,
            "resources",
            "support_count",
            "covering_count",
            "cardinality",
        )
    table = frame.to_arrow()
    strings = {pa.large_string(): pa.string(), pa.string_view(): pa.string()}
    lists = {pa.large_list(text): pa.list_(pa.string()) for text in strings}
    kinds = [(f.name, {**strings, **lists}.get(f.type, f.type)) for f in table.schema]
    return table.cast(pa.schema(kinds))
