"""Read the rows of a gene table that have the usual form, column by column.

A row has it if its texts are printable ASCII with single spaces, its ids those of NCBI, Ensembl and
its species' authority, and its symbol no word for "missing". Nearly all rows do. The others are
read one by one, by `orthoweave.genes.formats`, which decides what any row means.
"""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from orthoweave.files.damage import MISSING_WORDS
from orthoweave.genes.formats import AUTHORITIES, Description
from orthoweave.ids import curie
from orthoweave.species import Species

TABLES: Final = frozenset({"table", "table_of_one_species"})
"""Names of the formats that are read so."""
SCHEMA: Final = {
    "row": pl.UInt32(),
    "key": pl.String(),
    "taxon": pl.Int64(),
    **dict.fromkeys(("symbol", "name", "biotype"), pl.String()),
    **dict.fromkeys(("ids", "synonyms", "previous_symbols"), pl.List(pl.String())),
}
"""Columns of rows in the usual form: number in the block, key, species, and as in `Description`."""
# no control character or letter beyond ASCII, and no space that cleaning would take away
_ODD: Final = r"[^!-~ ]|^ | \z|  "
_ODD_LIST: Final = rf'{_ODD}| [|"]|[|"] '
_NCBI: Final = "0*[1-9][0-9]{0,11}"
_ENSEMBL: Final = r"(ENS[A-Z]*G[0-9]{6,}(\.[0-9]+)?|FB[a-z]{2}[0-9]{7}|WBGene[0-9]{8})"
_UNIPROT: Final = "[A-Z][0-9][A-Z0-9]{3}[0-9]([A-Z0-9]{4})?(-[0-9]+)?"
_LOCAL: Final = "[A-Za-z-]*[0-9][A-Za-z0-9.-]*"
_OF_LOCUS: Final = "gene with protein product"


def plain_rows(rows: pl.DataFrame, species: Species) -> pl.DataFrame:
    """Return those rows of one species that have the usual form and an id, with their keys.

    Parameters
    ----------
    rows
        Block of a table in one of the formats `TABLES`: texts, empty for a missing value.

    Returns
    -------
    Columns as in `SCHEMA`, in the order of the rows; each list in the order of the file.
    """
    text = _Texts(rows.columns)
    authority = AUTHORITIES.get(species.authority, "")
    prefix = curie(species.authority, "0").removesuffix("0") if authority else ""
    forms = {
        "ncbi_gene_id": _NCBI,
        authority: f"({prefix})?{_LOCAL}",
        "ensembl_id": _ENSEMBL,
        "uniprot": _UNIPROT,
    }
    usual = [text[name].str.contains(rf"^({form}(\|{form})*)?\z") for name, form in forms.items()]
    usual += [
        ~text[name].str.contains(_ODD) for name in ("symbol", "name", "biotype", "locus_type")
    ]
    usual += [~text[name].str.contains(_ODD_LIST) for name in ("synonyms", "previous_symbols")]
    usual.append(~_is_missing(text["symbol"]))
    described = rows.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        pl.all_horizontal(usual).alias("usual"),
        pl.lit(species.taxon, pl.Int64).alias("taxon"),
        text["symbol"].alias("symbol"),
        _unless_missing(text["name"]).alias("name"),
        _unless_missing(_biotype(text)).alias("biotype"),
        _parts(_ids(text, authority, prefix)).alias("ids"),
        *(_listed(text[name]).alias(name) for name in ("synonyms", "previous_symbols")),
    )
    return _with_keys(described.filter("usual"), species).select(*SCHEMA)


def description(row: Mapping[str, Any], species: Species) -> Description:
    """Return what a row of `plain_rows` says."""
    return Description(
        species,
        tuple(row["ids"]),
        row["symbol"],
        row["name"],
        biotype=row["biotype"],
        synonyms=tuple(row["synonyms"]),
        previous_symbols=tuple(row["previous_symbols"]),
    )


class _Texts:
    """The columns of a table by name; a missing one is empty."""

    def __init__(self, columns: list[str]) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> pl.Expr:
        return pl.col(name) if name in self._columns and name else pl.lit("")


def _is_missing(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().is_in(sorted(MISSING_WORDS))


def _unless_missing(text: pl.Expr) -> pl.Expr:
    return pl.when(_is_missing(text)).then(pl.lit("")).otherwise(text)


def _biotype(text: _Texts) -> pl.Expr:
    locus = pl.when(text["locus_type"] == _OF_LOCUS).then(pl.lit("protein_coding"))
    written = text["biotype"]
    return pl.when(written != "").then(written).otherwise(locus.otherwise(text["locus_type"]))


def _ids(text: _Texts, authority: str, prefix: str) -> pl.Expr:
    """Return the CURIEs of a row, separated by ``|``."""
    own = rf"(^|\|)(?:{prefix})?"
    bare = text["ensembl_id"].str.replace_all(r"\.[0-9]+", "")
    ensembl = bare.str.replace_all(r"(^|\|)ENS", "${1}ENSEMBL:ENS")
    ensembl = ensembl.str.replace_all(r"(^|\|)(FB|WB)", "${1}${2}:${2}")
    fields = [
        _prefixed(text["ncbi_gene_id"], "NCBIGene:"),
        _prefixed(text[authority], prefix, own),
        ensembl,
        _prefixed(text["uniprot"], "UniProtKB:"),
    ]
    return pl.concat_str(fields, separator="|")


def _prefixed(text: pl.Expr, prefix: str, start: str = r"(^|\|)") -> pl.Expr:
    named = text.str.replace_all(start, f"${{1}}{prefix}")
    return pl.when(text == "").then(pl.lit("")).otherwise(named)


def _parts(text: pl.Expr) -> pl.Expr:
    """Return the parts between ``|`` that are not empty."""
    return text.str.split("|").list.eval(pl.element().filter(pl.element() != ""))


def _listed(text: pl.Expr) -> pl.Expr:
    return _parts(text.str.strip_chars('"'))


def _with_keys(found: pl.DataFrame, species: Species) -> pl.DataFrame:
    """Add the key of each row, as `orthoweave.genes.combine.gene_key`; drop rows without one."""
    one = pl.col("ids")
    prefixes = ("NCBIGene:", f"{species.authority}:", "ENSEMBL:")
    order = pl.coalesce(
        pl.when(one.str.starts_with(prefix)).then(pl.lit(number))
        for number, prefix in enumerate(prefixes)
        if prefix != ":"
    )
    keys = (
        found.select("row", "ids")
        .explode("ids")
        .with_columns(order=order)
        .drop_nulls("order")
        .sort("row", "order", one.str.len_bytes(), "ids")
        .unique("row", keep="first", maintain_order=True)
        .select("row", key="ids")
    )
    return found.join(keys, on="row", how="inner", maintain_order="left")
