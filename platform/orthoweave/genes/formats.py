"""Formats of gene tables: a row of each becomes a description of a gene in common terms."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from orthoweave.files.damage import is_missing_word
from orthoweave.genes.names import clean, ensembl_curie, is_ncbi_id
from orthoweave.ids import curie
from orthoweave.species import Species, find_species


@dataclass(frozen=True, slots=True)
class Description:
    """The content of one row about one gene; an empty text states nothing."""

    species: Species
    ids: tuple[str, ...] = ()
    """CURIEs of this gene, in any order."""
    symbol: str = ""
    name: str = ""
    summary: str = ""
    biotype: str = ""
    synonyms: tuple[str, ...] = ()
    previous_symbols: tuple[str, ...] = ()
    retired_ids: tuple[str, ...] = ()
    damaged_ids: tuple[str, ...] = ()
    """Texts that stand where NCBI ids should, such as ``1e5``."""


Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Format:
    """The columns by which a gene table is recognised, and the function that reads a row."""

    name: str
    about: str
    marks: tuple[str, ...]
    """Required columns."""
    taxon: str
    """Column of the NCBI taxon id; empty if the file has none."""
    read: Callable[[Row, Species], Description | None]
    """None for a row that describes no gene, such as a placeholder."""
    whole: bool = True
    """True if each row is a gene; otherwise rows add to genes that other files describe."""
    species: Species | None = None
    """The only species of the format."""
    license: str = "not stated"
    infores: str = "infores:orthoweave"


def _listed(text: str) -> tuple[str, ...]:
    """Return the parts of a list separated by ``|``; HGNC puts quotes around its lists."""
    if not text:
        return ()
    parts = (clean(part) for part in text.strip('"').split("|"))
    return tuple(part for part in parts if part)


def _ncbi(text: str) -> tuple[str, ...]:
    """Return the NCBI id in a field as a CURIE; nothing if the field is empty or damaged."""
    return (curie("NCBIGene", text.strip()),) if is_ncbi_id(text) else ()


def _damaged(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts of an NCBI column that are neither ids nor words for "missing"."""
    return tuple(
        text
        for text in texts
        if text.strip() and not is_ncbi_id(text) and not is_missing_word(text)
    )


# dbXrefs of NCBI that name the same gene; the others (MIM, miRBase, …) name something else
_DBXREFS: Final = {"hgnc", "mgi", "rgd", "zfin", "flybase", "wormbase", "sgd", "xenbase"}
# columns of our own tables with the authority's id; only that of the row's species is this gene,
# the others are of its orthologs
AUTHORITIES: Final = {
    "HGNC": "hgnc_id",
    "MGI": "mgi_id",
    "RGD": "rgd_id",
    "ZFIN": "zfin_id",
    "FB": "fb_id",
    "WB": "wb_id",
    "SGD": "sgd_id",
    "Xenbase": "xenbase_id",
}


def _gene_info(row: Row, species: Species) -> Description | None:
    said = {key: "" if value == "-" else value for key, value in row.items()}
    symbol = said["Symbol"]
    if symbol == "NEWENTRY":  # NCBI's word for a record that has no symbol yet
        return None
    official = said.get("Symbol_from_nomenclature_authority", "") or symbol
    ids = list(_ncbi(row["GeneID"]))
    for xref in _listed(said["dbXrefs"]):
        prefix, _, local = xref.partition(":")
        if prefix.lower() == "ensembl":
            ids.append(ensembl_curie(local))
        elif prefix.lower() in _DBXREFS:
            ids.append(curie(prefix, local))
    synonyms = _listed(said["Synonyms"]) + ((symbol,) if symbol != official else ())
    name = said.get("Full_name_from_nomenclature_authority", "") or said["description"]
    biotype = said["type_of_gene"].replace("-", "_")
    return Description(species, tuple(ids), official, name, "", biotype, synonyms)


def _gene_summary(row: Row, species: Species) -> Description | None:
    summary = clean(row["Summary"])
    return Description(species, _ncbi(row["GeneID"]), summary=summary) if summary else None


def _gene2ensembl(row: Row, species: Species) -> Description | None:
    text = row["Ensembl_gene_identifier"]
    if text in ("", "-"):
        return None
    return Description(species, (*_ncbi(row["GeneID"]), ensembl_curie(text)))


def _gene_history(row: Row, species: Species) -> Description | None:
    if row["GeneID"] in ("", "-"):  # discontinued: no gene took its place
        return None
    retired = (curie("NCBIGene", row["Discontinued_GeneID"]),)
    return Description(species, _ncbi(row["GeneID"]), retired_ids=retired)


def _hgnc(row: Row, species: Species) -> Description | None:
    if row.get("status", "Approved") != "Approved":
        return None
    ids = (
        *_ncbi(row["entrez_id"]),
        *(curie("HGNC", text) for text in _listed(row["hgnc_id"])),
        *(ensembl_curie(text) for text in _listed(row["ensembl_gene_id"])),
        *(curie("UniProtKB", text) for text in _listed(row.get("uniprot_ids", ""))),
    )
    return Description(
        species,
        ids,
        row["symbol"],
        row["name"],
        "",
        _locus(row.get("locus_type", "")),
        _listed(row["alias_symbol"]),
        _listed(row["prev_symbol"]),
        damaged_ids=_damaged([row["entrez_id"]]),
    )


def _table(row: Row, species: Species) -> Description | None:
    authority = row.get(AUTHORITIES.get(species.authority, ""), "")
    ncbi = _listed(row["ncbi_gene_id"])
    ids = (
        *(key for text in ncbi for key in _ncbi(text)),
        *(curie(species.authority, text) for text in _present(authority)),
        *(ensembl_curie(text) for text in _present(row["ensembl_id"])),
        *(curie("UniProtKB", text) for text in _present(row.get("uniprot", ""))),
    )
    biotype = row.get("biotype", "") or _locus(row.get("locus_type", ""))
    return Description(
        species,
        ids,
        _symbol(row),
        "" if is_missing_word(row.get("name", "")) else clean(row.get("name", "")),
        "",
        "" if is_missing_word(biotype) else biotype,
        _listed(row.get("synonyms", "")),
        _listed(row.get("previous_symbols", "")),
        damaged_ids=_damaged(ncbi),
    )


def _symbol(row: Row) -> str:
    """Return the symbol of a row; nothing for a word for "missing" that other fields repeat."""
    symbol = clean(row["symbol"])
    if not is_missing_word(symbol):
        return symbol
    repeated = sum(value == symbol for value in row.values()) > 1
    worded = any(letter.isalpha() for letter in symbol)
    return "" if repeated or not worded else symbol


def _present(text: str) -> tuple[str, ...]:
    """Return the ids in a field, without words for "missing"."""
    return tuple(part for part in _listed(text) if not is_missing_word(part))


def _refseq(row: Row, species: Species) -> Description | None:
    return Description(
        species,
        _ncbi(row["ncbi_gene_id"]),
        clean(row["symbol"]),
        summary=clean(row["summary"]),
        damaged_ids=_damaged([row["ncbi_gene_id"]]),
    )


def _locus(locus_type: str) -> str:
    """Return the biotype as Ensembl and NCBI write it for the most common one; else HGNC's."""
    return "protein_coding" if locus_type == "gene with protein product" else locus_type


_NCBI: Final = "public domain"
_AT_NCBI: Final = "infores:ncbi-gene"

FORMATS: Final = (
    Format(
        "gene_info",
        "NCBI gene_info",
        ("tax_id", "GeneID", "Symbol", "Synonyms", "dbXrefs", "description", "type_of_gene"),
        "tax_id",
        _gene_info,
        license=_NCBI,
        infores=_AT_NCBI,
    ),
    Format(
        "gene_summary",
        "NCBI gene_summary",
        ("tax_id", "GeneID", "Source", "Summary"),
        "tax_id",
        _gene_summary,
        whole=False,
        license=_NCBI,
        infores=_AT_NCBI,
    ),
    Format(
        "gene2ensembl",
        "NCBI gene2ensembl",
        ("tax_id", "GeneID", "Ensembl_gene_identifier"),
        "tax_id",
        _gene2ensembl,
        whole=False,
        license=_NCBI,
        infores=_AT_NCBI,
    ),
    Format(
        "gene_history",
        "NCBI gene_history",
        ("tax_id", "GeneID", "Discontinued_GeneID"),
        "tax_id",
        _gene_history,
        whole=False,
        license=_NCBI,
        infores=_AT_NCBI,
    ),
    Format(
        "hgnc",
        "HGNC's complete set",
        (
            "hgnc_id",
            "symbol",
            "name",
            "alias_symbol",
            "prev_symbol",
            "entrez_id",
            "ensembl_gene_id",
        ),
        "",
        _hgnc,
        species=find_species("human"),
        license="CC0-1.0",
        infores="infores:hgnc",
    ),
    Format(
        "refseq_summaries",
        "RefSeq summaries, one row a gene",
        ("taxon_id", "ncbi_gene_id", "symbol", "summary"),
        "taxon_id",
        _refseq,
        whole=False,
        license=_NCBI,
        infores=_AT_NCBI,
    ),
    Format(
        "table",
        "a table of genes, lists separated by |",
        ("taxon_id", "symbol", "ncbi_gene_id", "ensembl_id"),
        "taxon_id",
        _table,
    ),
    Format(
        "table_of_one_species",
        "a table of genes without their species",
        ("symbol", "ncbi_gene_id", "ensembl_id"),
        "",
        _table,
    ),
)
