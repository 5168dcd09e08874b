"""Read one end of orthology pairs: a gene's ids, as CURIEs, and its symbol.

Each end becomes seven columns: `species` (key), `taxon` (the species as the file spells it),
`ncbi`, `id` (of the species' authority) and `ensembl` (CURIEs), `symbol` (text), and `original`
(the first of them as the file spells it).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.files.damage import MISSING_WORDS, STRAY
from orthoweave.species import Species, authorities, find_species, known_species

FIELDS: Final = ("species", "taxon", "ncbi", "id", "ensembl", "symbol", "original")

_ENSEMBL: Final = r"^(?i:ENS[A-Z]*G\d{6,})(?:\.\d+)?$"
_BARE: Final = {
    "FB": r"^FBgn\d+$",
    "WB": r"^WBGene\d+$",
    "ZFIN": r"^ZDB-[A-Z]*GENE[A-Z]*-\d+-\d+$",
    "SGD": r"^S\d{9}$",
}
_NCBI: Final = r"^(?:(?i:NCBIGene|GeneID|Entrez):)?0*([1-9]\d{0,11})$"


@dataclass(frozen=True, slots=True)
class End:
    """Columns of a file about one end; of several, the first that is not empty counts."""

    species: Species | None = None
    """The species of all rows, or None if a column holds it."""
    species_column: str = ""
    """Column of taxon ids or names."""
    ncbi: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    """Columns of authority or Ensembl ids, in any mixture."""
    symbol: tuple[str, ...] = ()
    text: str = ""
    """Column of ids or symbols, in any mixture."""


def species_by_word(text: str) -> Species | None:
    """Return the species that a column name or value refers to, or None if it is unknown.

    Examples
    --------
    >>> species_by_word("fruitfly").common, species_by_word("s_cerevisiae").common
    ('fly', 'yeast')
    >>> species_by_word("unicorn") is None
    True
    """
    try:
        return find_species(text)
    except UnknownNameError:
        return None


def end_columns(frame: pl.DataFrame, end: End, side: str) -> list[pl.Expr]:
    """Return the columns of one end of `frame`, named `side` and field; null where unknown."""
    texts = (end.text,) if end.text else ()
    ncbi = _first([_ncbi(_id(name)) for name in (*end.ncbi, *texts)])
    curies = [_id(name) for name in (*end.ids, *texts)]
    ensembl = _first([_ensembl(text) for text in curies])
    authority = _first([_authority(text) for text in curies])
    symbols = [_filled(name) for name in end.symbol]
    if texts:
        unread = pl.all_horizontal(part.is_null() for part in (ncbi, ensembl, authority))
        symbols.append(pl.when(unread).then(_filled(end.text)))
    raw = [_id(name) for name in (*end.ncbi, *end.ids)]
    raw += [_filled(name) for name in (*end.symbol, *texts)]
    species = _species(frame, end)
    columns = (*species, ncbi, authority, ensembl, _first(symbols), _first(raw))
    return [c.alias(f"{side}_{field}") for field, c in zip(FIELDS, columns, strict=True)]


def check_species(pairs: pl.DataFrame, where: str) -> None:
    """Check that Ensembl ids are of the species of their end.

    Raises
    ------
    InputError
        If they are not, as in a file with swapped columns; the message has an example.
    """
    prefixes = {
        species.key: species.ensembl for species in known_species() if species.ensembl[:3] == "ENS"
    }
    for side in ("subject", "object"):
        expected = pl.col(f"{side}_species").replace_strict(prefixes, default=None)
        found = pl.col(f"{side}_ensembl").str.extract(r"^ENSEMBL:(ENS[A-Z]*G)\d")
        wrong = pairs.filter(expected != found)
        if len(wrong):
            row = wrong.row(0, named=True)
            species = find_species(row[f"{side}_species"])
            message = (
                f"{where}: {len(wrong):,} of {len(pairs):,} rows give a gene of {species.common} "
                f"the id {row[f'{side}_ensembl']!r}: expected {species.ensembl}…. Are the species "
                "swapped or mixed?"
            )
            raise InputError(message)


def without_missing(pairs: pl.DataFrame, symbols: Collection[tuple[str, str]]) -> pl.DataFrame:
    """Remove symbols that are words for "missing", except those that name a gene.

    Parameters
    ----------
    symbols
        Species key and symbol of genes whose current symbol is such a word.
    """
    known = sorted(f"{species}\t{symbol}" for species, symbol in symbols)
    for side in ("subject", "object"):
        symbol, original = pl.col(f"{side}_symbol"), pl.col(f"{side}_original")
        named = pl.concat_str([pl.col(f"{side}_species"), symbol], separator="\t").is_in(known)
        missing = _is_missing(symbol) & ~named.fill_null(value=False)
        pairs = pairs.with_columns(pl.when(~missing).then(symbol).alias(f"{side}_symbol"))
        others = [pl.col(f"{side}_{name}") for name in ("symbol", "ncbi", "id", "ensembl")]
        lost = _is_missing(original) & original.ne_missing(symbol)
        pairs = pairs.with_columns(
            pl.when(lost).then(pl.coalesce(others)).otherwise(original).alias(f"{side}_original")
        )
    return pairs


def _is_missing(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase().is_in(sorted(MISSING_WORDS))


def _filled(column: str) -> pl.Expr:
    """Return the text of a column; HCOP writes ``-`` for a missing value."""
    text = pl.col(column).str.strip_chars()
    return pl.when(~text.is_in(["", "-"])).then(text)


def _id(column: str) -> pl.Expr:
    """Return the ids of a column without words for "missing" and stray characters at the ends."""
    text = pl.col(column).str.strip_chars(STRAY)
    return pl.when((text != "") & ~_is_missing(text)).then(text)


def _first(texts: list[pl.Expr]) -> pl.Expr:
    return pl.coalesce(texts) if texts else pl.lit(None, pl.String)


def _ncbi(text: pl.Expr) -> pl.Expr:
    return "NCBIGene:" + text.str.extract(_NCBI)


def _ensembl(text: pl.Expr) -> pl.Expr:
    local = text.str.replace(r"^(?i:ENSEMBL):", "")
    bare = local.str.replace(r"\.\d+$", "").str.to_uppercase()
    return pl.when(local.str.contains(_ENSEMBL)).then("ENSEMBL:" + bare)


def _authority(text: pl.Expr) -> pl.Expr:
    prefixed = rf"^(?:({'|'.join(sorted(authorities().values()))}):)+(\S+)$"
    found = [pl.when(text.str.contains(prefixed)).then(text.str.replace(prefixed, "$1:$2"))]
    for prefix, pattern in _BARE.items():
        found.append(pl.when(text.str.contains(pattern)).then(prefix + ":" + text))
    return pl.coalesce(found)


def _species(frame: pl.DataFrame, end: End) -> tuple[pl.Expr, pl.Expr]:
    """Return the key of the species, null if unknown, and the species as the file spells it."""
    if end.species is not None:
        return pl.lit(end.species.key, pl.String), pl.lit(end.species.common, pl.String)
    words = frame[end.species_column].unique().drop_nulls()
    known = {word: species.key for word in words if (species := species_by_word(word)) is not None}
    text = pl.col(end.species_column)
    return text.replace_strict(known, default=None, return_dtype=pl.String), text.str.strip_chars()
