"""Find one key for each gene of a file from its ids and symbols.

For each gene, in this order: the catalogue's gene by NCBI id, by authority id, by Ensembl id; its
gene by current symbol; the file's own NCBI id, also where another row of the file has it for the
same Ensembl id; the file's own authority or Ensembl id. A name that fits several genes equally well
is not used. A gene without any of these is lost, and reported.
"""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from orthoweave.errors import InputError, UsageError
from orthoweave.files.damage import mangled_symbols
from orthoweave.genes.catalogue import GeneCatalogue
from orthoweave.species import Species, find_species

IDS: Final = ("ncbi", "id", "ensembl")
END: Final = ("species", *IDS, "symbol")
# an NCBI id as keys spell it
_NCBI_KEY: Final = r"^NCBIGene:[1-9][0-9]*\z"


@dataclass(frozen=True, slots=True)
class GeneKeys:
    """The key of each distinct gene of a file."""

    ends: pl.DataFrame
    """Columns species, ncbi, id, ensembl, symbol (as in the file), `key` (null if lost),
    `current` (symbol in the catalogue) and `how` (the reason of the key, or why it is null)."""
    report: dict[str, Any]
    """Numbers of distinct genes: n_in, n_matched, n_redirected, n_kept, n_ambiguous, n_lost; the
    lost as texts; by `how` as reasons."""


def find_gene_keys(ends: pl.DataFrame, catalogue: GeneCatalogue | None, where: str) -> GeneKeys:
    """Find the keys of genes given by ids and symbols.

    Parameters
    ----------
    ends
        Columns species (key), ncbi, id, ensembl (CURIEs) and symbol; null where unknown.
    catalogue
        The genes named so far. Without it ids are kept, and genes without ids are lost.
    where
        The file, for messages.

    Raises
    ------
    InputError
        If most ids or symbols of a species belong to another one.
    UsageError
        If a species has genes without ids, and the catalogue names none of its genes.
    """
    distinct = ends.select(END).unique().sort(END)
    if catalogue is not None:
        parts = [
            _resolve_species(rows, catalogue, find_species(str(key)), where)
            for (key,), rows in distinct.group_by("species", maintain_order=True)
        ]
        resolved = pl.concat(parts) if parts else _unresolved(distinct)
    else:
        resolved = _unresolved(distinct)
    keyed = _with_own_ids(resolved).select(*END, "key", "current", "how")
    return GeneKeys(keyed, _report(keyed))


def _unresolved(rows: pl.DataFrame) -> pl.DataFrame:
    null = pl.lit(None, pl.String)
    unknown = pl.lit("unknown")
    return rows.with_columns(key=null, current=null, how=unknown)


def _resolve_species(
    rows: pl.DataFrame, catalogue: GeneCatalogue, species: Species, where: str
) -> pl.DataFrame:
    found = rows
    unfound = pl.lit(value=True)
    for name in (*IDS, "symbol"):
        # a gene found by one id is not looked up by the next
        texts = found.filter(unfound)[name]
        found = found.join(
            _lookup(texts, catalogue, species, name), on=name, how="left", maintain_order="left"
        )
        unfound &= pl.col(f"{name}_key").is_null()
    _check_named(rows, catalogue, species, where)
    _check_symbols(found, catalogue, species, where)
    foreign = _foreign(found, catalogue, species, where)
    has_id = pl.any_horizontal(pl.col(name).is_not_null() for name in IDS)
    # a gene with unknown ids is matched by symbol only if that is a current symbol
    by_symbol = ~has_id | (pl.col("symbol_how") == "symbol")
    chosen = {}
    for part in ("key", "current", "how"):
        by_ids = [
            pl.when(pl.col(f"{n}_key").is_not_null()).then(pl.col(f"{n}_{part}")) for n in IDS
        ]
        symbol = pl.when(pl.col("symbol_key").is_not_null() & by_symbol)
        chosen[part] = pl.coalesce(*by_ids, symbol.then(pl.col(f"symbol_{part}")))
    named = found.with_columns(**chosen)
    how = pl.coalesce("how", _why_unfound(foreign))
    return named.with_columns(how=how).select(*END, "key", "current", "how")


def _why_unfound(foreign: list[str]) -> pl.Expr:
    """Return why a gene has no key: other species, ambiguous or unknown."""
    has_id = pl.any_horizontal(pl.col(name).is_not_null() for name in IDS)
    # the first id decides; an ambiguous text after an unknown id does not matter
    ambiguous = (
        pl.when(pl.col("ncbi").is_not_null())
        .then(pl.col("ncbi_how") == "ambiguous")
        .when(has_id)
        .then(pl.coalesce("id_how", "ensembl_how") == "ambiguous")
        .otherwise(pl.col("symbol_how") == "ambiguous")
    )
    return (
        pl.when(pl.col("ncbi").is_in(foreign))
        .then(pl.lit("other_species"))
        .when(ambiguous)
        .then(pl.lit("ambiguous"))
        .otherwise(pl.lit("unknown"))
    )


def _lookup(
    texts: pl.Series, catalogue: GeneCatalogue, species: Species, name: str
) -> pl.DataFrame:
    """Look up key, current symbol and reason (or ``ambiguous``) of each text.

    An NCBI id that is the key of a gene of the species means that gene, and nothing else.
    """
    wanted = texts.drop_nulls().unique().sort()
    keys = wanted.filter(wanted.str.contains(_NCBI_KEY)).to_list()
    known = catalogue.symbols_of(keys, species)
    by_key = pl.DataFrame(
        [[*known], [*known], [*known.values()], ["id"] * len(known)],
        dict.fromkeys((name, f"{name}_key", f"{name}_current", f"{name}_how"), pl.String),
    )
    others = [text for text in wanted if text not in known]
    return pl.concat([by_key, _resolved(others, catalogue, species, name)])


def _resolved(
    texts: list[str], catalogue: GeneCatalogue, species: Species, name: str
) -> pl.DataFrame:
    """Return what `_lookup` does, whatever the texts."""
    resolution = catalogue.resolve_many(texts, species, on_ambiguous="best")
    rows = pl.DataFrame(pl.from_arrow(resolution.rows)).filter(pl.col("gene").is_not_null())
    single = pl.col("status") != "ambiguous"
    return rows.select(
        pl.col("query").cast(pl.String).alias(name),
        pl.when(single).then("gene").cast(pl.String).alias(f"{name}_key"),
        pl.when(single).then("symbol").cast(pl.String).alias(f"{name}_current"),
        pl.when(single)
        .then("reason")
        .otherwise(pl.lit("ambiguous"))
        .cast(pl.String)
        .alias(f"{name}_how"),
    )


def _foreign(
    found: pl.DataFrame, catalogue: GeneCatalogue, species: Species, where: str
) -> list[str]:
    """Return the NCBI ids that the catalogue has for another species; refuse a swapped file."""
    unknown = found.filter(pl.col("ncbi_key").is_null() & (pl.col("ncbi_how").is_null()))
    texts = unknown["ncbi"].drop_nulls().unique().sort().to_list()
    foreign = sorted(catalogue.resolve_many(texts, on_ambiguous="best").unique())
    n_known = found["ncbi_key"].drop_nulls().n_unique()
    if len(foreign) > n_known:
        other = catalogue.resolve(foreign[0])[0]
        message = (
            f"{where}: {len(foreign):,} ids said to be of {species.common} are of another species, "
            f"such as {foreign[0]!r} ({other.symbol}, {find_species(other.species).common}), and "
            f"{n_known:,} are not. Are the species swapped or mixed?"
        )
        raise InputError(message)
    return foreign


def _check_named(
    rows: pl.DataFrame, catalogue: GeneCatalogue, species: Species, where: str
) -> None:
    """Refuse symbols without ids of a species whose genes have no names yet."""
    alone = rows.filter(pl.all_horizontal(pl.col(name).is_null() for name in IDS))
    if len(alone) and not catalogue.names_genes_of(species):
        message = (
            f"{where} gives {len(alone):,} genes of {species.common} by symbol only, but the "
            f"knowledge base names no genes of {species.common}: ingest gene_descriptions of "
            f"{species.common} first"
        )
        raise UsageError(message)


def _check_symbols(
    found: pl.DataFrame, catalogue: GeneCatalogue, species: Species, where: str
) -> None:
    """Refuse symbols in the spelling of another species, as in a swapped file."""
    alone = found.filter(pl.all_horizontal(pl.col(name).is_null() for name in IDS))
    strange = alone.filter(pl.col("symbol_how").fill_null("") != "symbol")["symbol"]
    strange = strange.drop_nulls().unique().sort()
    here = alone.filter(pl.col("symbol_how") == "symbol")["symbol"].n_unique()
    if len(strange) <= here:
        return
    best = catalogue.resolve_many(strange.to_list(), on_ambiguous="best").rows
    exact = pl.DataFrame(pl.from_arrow(best)).filter(
        (pl.col("reason") == "symbol") & (pl.col("species") != species.key)
    )
    if len(exact) > here:
        row = exact.row(0, named=True)
        message = (
            f"{where}: {len(exact):,} symbols said to be of {species.common} are spelled as in "
            f"another species, such as {row['query']!r} ({find_species(row['species']).common}), "
            f"and {here:,} are not. Are the species swapped?"
        )
        raise InputError(message)


def _with_own_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """Take keys from the file's own ids where the catalogue knows none of them."""
    unknown = pl.col("key").is_null() & (pl.col("how") == "unknown")
    keyed = rows.with_columns(
        key=pl.when(unknown).then("ncbi").otherwise("key"),
        how=pl.when(unknown & pl.col("ncbi").is_not_null()).then(pl.lit("kept")).otherwise("how"),
    )
    for name in ("ensembl", "id"):
        same = (
            keyed.drop_nulls(["key", name])
            .filter(pl.col("ncbi").is_not_null())
            .group_by("species", name)
            .agg(
                n=pl.col("key").n_unique(),
                same=pl.col("key").first(),
                same_symbol=pl.col("current").first(),
            )
            .filter(pl.col("n") == 1)
            .drop("n")
        )
        keyed = keyed.join(same, on=["species", name], how="left", maintain_order="left")
        use = pl.col("key").is_null() & (pl.col("how") == "unknown") & pl.col("same").is_not_null()
        keyed = keyed.with_columns(
            key=pl.when(use).then("same").otherwise("key"),
            current=pl.when(use).then("same_symbol").otherwise("current"),
            how=pl.when(use).then(pl.lit("same_id")).otherwise("how"),
        ).drop("same", "same_symbol")
    own = pl.coalesce("id", "ensembl")
    unknown = pl.col("key").is_null() & (pl.col("how") == "unknown") & own.is_not_null()
    return keyed.with_columns(
        key=pl.when(unknown).then(own).otherwise("key"),
        how=pl.when(unknown).then(pl.lit("kept")).otherwise("how"),
    )


def _report(ends: pl.DataFrame) -> dict[str, Any]:
    lost = ends.filter(pl.col("key").is_null())
    texts = lost.select(pl.coalesce(*IDS, "symbol"))[:, 0].drop_nulls().unique().sort().to_list()
    reasons = {str(how): n for how, n in ends["how"].value_counts().sort("how").iter_rows()}
    n_ambiguous = reasons.get("ambiguous", 0)
    n_kept = reasons.get("kept", 0)
    n_redirected = reasons.get("retired_id", 0)
    return {
        "n_in": len(ends),
        "n_matched": len(ends) - len(lost) - n_kept - n_redirected,
        "n_redirected": n_redirected,
        "n_kept": n_kept,
        "n_ambiguous": n_ambiguous,
        "n_lost": len(lost) - n_ambiguous,
        "lost": texts,
        "reasons": reasons,
        "mangled": mangled_symbols(texts),
    }
