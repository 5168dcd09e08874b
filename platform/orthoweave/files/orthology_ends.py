"""Reads one end of orthology pairs: whichever ids and symbols a file has for a gene, as CURIEs.

Each end becomes six columns: `species` (key), `ncbi`, `id` (of the species' authority) and
`ensembl` (CURIEs), `symbol` (text), and `original` (the first of them as the file spells it).
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.ids import SPECIES, Species, find_species

FIELDS: Final = ("species", "ncbi", "id", "ensembl", "symbol", "original")

_ENSEMBL: Final = r"^(?i:ENS[A-Z]*G\d{6,})(?:\.\d+)?$"
_BARE: Final = {"FB": r"^FBgn\d+$", "WB": r"^WBGene\d+$", "ZFIN": r"^ZDB-[A-Z]*GENE[A-Z]*-\d+-\d+$",
                "SGD": r"^S\d{9}$"}  # fmt: skip
_PREFIXED: Final = r"^(?:(HGNC|MGI|RGD|ZFIN|FB|WB|SGD|Xenbase):)+(\S+)$"
_NCBI: Final = r"^(?:(?i:NCBIGene|GeneID|Entrez):)?(\d+)$"

# words of HCOP and Ensembl for species that we call otherwise
_SPECIES_WORDS: Final = {
    "fruitfly": "fly", "fruit fly": "fly", "c.elegans": "worm", "c. elegans": "worm",
    "c_elegans": "worm", "s.cerevisiae": "yeast", "s_cerevisiae": "yeast",
    "saccharomyces cerevisiae": "yeast", "saccharomyces_cerevisiae": "yeast", "xenopus": "frog",
    "tropical clawed frog": "frog", "drosophila melanogaster (fruit fly)": "fly",
    "caenorhabditis elegans (nematode, n2)": "worm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class End:
    """Columns of a file that tell of one end; the first that is not empty counts."""

    species: Species | None = None
    """The species of all rows, or None if a column tells."""
    species_column: str = ""
    """Column of taxon ids or names."""
    ncbi: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    """Columns of authority or Ensembl ids, in any mixture."""
    symbol: tuple[str, ...] = ()
    text: str = ""
    """Column of ids or symbols, in any mixture."""


def species_by_word(text: str) -> Species | None:
    """Species that a column name or value means, or None if it is none that we know.

    Examples
    --------
    >>> species_by_word("fruitfly").common, species_by_word("anole_lizard")
    ('fly', None)
    """
    word = _SPECIES_WORDS.get(text.strip().lower(), text)
    try:
        return find_species(word)
    except UnknownNameError:
        return None


def end_columns(frame: pl.DataFrame, end: End, side: str) -> list[pl.Expr]:
    """Six columns of one end of `frame`, named `side` and field; null where unknown."""
    texts = (end.text,) if end.text else ()
    ncbi = _first([_ncbi(_filled(name)) for name in (*end.ncbi, *texts)])
    curies = [_filled(name) for name in (*end.ids, *texts)]
    ensembl = _first([_ensembl(text) for text in curies])
    authority = _first([_authority(text) for text in curies])
    symbols = [_filled(name) for name in end.symbol]
    if texts:
        unread = pl.all_horizontal(part.is_null() for part in (ncbi, ensembl, authority))
        symbols.append(pl.when(unread).then(_filled(end.text)))
    raw = [_filled(name) for name in (*end.ncbi, *end.ids, *end.symbol, *texts)]
    columns = (_species(frame, end), ncbi, authority, ensembl, _first(symbols), _first(raw))
    return [c.alias(f"{side}_{field}") for field, c in zip(FIELDS, columns, strict=True)]


def check_species(pairs: pl.DataFrame, where: str) -> None:
    """Raise if Ensembl ids are not of the species that their end is said to be.

    Raises
    ------
    InputError
        With an example: a swapped or mixed-up file.
    """
    prefixes = {species.key: species.ensembl for species in SPECIES if species.ensembl[:3] == "ENS"}
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


def _filled(column: str) -> pl.Expr:
    """Text of a column; HCOP writes ``-`` for nothing."""
    text = pl.col(column).str.strip_chars()
    return pl.when(~text.is_in(["", "-"])).then(text)


def _first(texts: list[pl.Expr]) -> pl.Expr:
    return pl.coalesce(texts) if texts else pl.lit(None, pl.String)


def _ncbi(text: pl.Expr) -> pl.Expr:
    return "NCBIGene:" + text.str.extract(_NCBI).str.strip_chars_start("0")


def _ensembl(text: pl.Expr) -> pl.Expr:
    local = text.str.replace(r"^(?i:ENSEMBL):", "")
    bare = local.str.replace(r"\.\d+$", "").str.to_uppercase()
    return pl.when(local.str.contains(_ENSEMBL)).then("ENSEMBL:" + bare)


def _authority(text: pl.Expr) -> pl.Expr:
    found = [pl.when(text.str.contains(_PREFIXED)).then(text.str.replace(_PREFIXED, "$1:$2"))]
    for prefix, pattern in _BARE.items():
        found.append(pl.when(text.str.contains(pattern)).then(prefix + ":" + text))
    return pl.coalesce(found)


def _species(frame: pl.DataFrame, end: End) -> pl.Expr:
    if end.species is not None:
        return pl.lit(end.species.key, pl.String)
    words = frame[end.species_column].unique().drop_nulls()
    known = {word: found.key for word in words if (found := species_by_word(word)) is not None}
    return pl.col(end.species_column).replace_strict(known, default=None, return_dtype=pl.String)
