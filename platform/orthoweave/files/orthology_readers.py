"""One reader for each format of orthologs: a file becomes pairs with their resources.

See `orthology_exports` for the formats of R packages and of further web sites.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from orthoweave.errors import InputError, UsageError
from orthoweave.files.biomart import biomart_column
from orthoweave.files.delimited import read_blocks, read_delimited, read_header
from orthoweave.files.orthology_ends import FIELDS, End, end_columns, species_by_word
from orthoweave.species import Species, known_species

# columns named after their species: human_symbol, mouse_entrez_gene, target_ncbi
NAMED_COLUMN: Final = re.compile(
    r"^(.+?)_(ncbi|ncbi_gene_id|entrez_gene|entrez|ensembl|ensembl_gene|ensembl_id|symbol|db_id"
    r"|hgnc_id|mgi_id|rgd_id|zfin_id)\Z"
)
# suffix of a BioMart column that names the other species
TARGET_COLUMN: Final = " gene stable id"

_TAXON_COLUMNS: Final = {"target": "target_taxon_id", "ortholog_species": "ortholog_species"}
_AUTHORITY_COLUMNS: Final = {
    "hgnc_id": "human",
    "mgi_id": "mouse",
    "rgd_id": "rat",
    "zfin_id": "zebrafish",
    "flybase_id": "fly",
    "wormbase_id": "worm",
    "sgd_id": "yeast",
}
_HOMOLOGENE_DATA: Final = ("hid", "taxon_id", "ncbi_gene_id", "symbol", "protein_gi", "protein")
# words in the first line of a plain file that make it a header
_HEADER_WORD: Final = re.compile(
    r"(^|[^a-z])(genes?|symbols?|orthologs?|orthologues?|id|ids|from|to|source|target)(\Z|[^a-z])"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The pairs wanted from a file, and facts that the file itself does not state."""

    start: Species | None = None
    """A species that every pair must have; of a plain file, that of its first column."""
    stop: Species | None = None
    """The other species that every pair must have; of a plain file, that of its second column."""
    species: Collection[Species] = field(default_factory=known_species)
    """Pairs with another species are skipped."""
    header: bool | None = None
    """Whether a plain file has a header line; None to tell by its words."""
    symbols: Collection[tuple[str, str]] = ()
    """Species key and symbol of genes whose symbol is a word for "missing", such as fly's nan."""


@dataclass(frozen=True, slots=True)
class Read:
    """The content of one file."""

    rows: int
    pairs: pl.DataFrame
    """The columns of `OrthologyFile.pairs`, and `wanted`: false for other relations."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Rows that were dropped while reading, by species as the file spells it."""


def is_homologene_data(names: list[str]) -> bool:
    """Return whether a first line is of NCBI's ``homologene.data``, which has no header."""
    return len(names) == len(_HOMOLOGENE_DATA) and all(name.isdigit() for name in names[:3])


def pairs_of(
    frame: pl.DataFrame,
    subject: End,
    other: End,
    *,
    resources: pl.Expr | None = None,
    confidence: pl.Expr | None = None,
    wanted: pl.Expr | None = None,
) -> pl.DataFrame:
    """Return pairs of two ends; `wanted` is false for relations other than orthology."""
    about = {
        "resources": pl.lit(None, pl.List(pl.String)) if resources is None else resources,
        "confidence": pl.lit(None, pl.String) if confidence is None else confidence,
        "wanted": pl.lit(value=True) if wanted is None else wanted,
    }
    ends = end_columns(frame, subject, "subject") + end_columns(frame, other, "object")
    names = [f"{side}_{name}" for side in ("subject", "object") for name in FIELDS]
    return frame.with_columns(*ends, **about).select(*names, *about)


def _read_ncbi(path: Path, wanted: Wanted) -> Read:
    # the complete file has hundreds of species: unwanted ones are dropped while reading
    taxa = sorted(str(taxon) for one in wanted.species for taxon in (one.taxon, *one.taxa))
    columns = ["tax_id", "GeneID", "relationship", "Other_tax_id", "Other_GeneID"]
    kept, left_out = [], Counter[str]()
    for block in read_blocks(path, columns=columns):
        strange = [~pl.col(name).is_in(taxa) for name in ("tax_id", "Other_tax_id")]
        kept.append(block.filter(~pl.any_horizontal(strange)))
        # a row counts once: by its second species if that is not wanted, else by its first
        foreign = pl.when(strange[1]).then("Other_tax_id").when(strange[0]).then("tax_id")
        taxa_left_out = block.select(foreign.alias("taxon"))["taxon"].drop_nulls()
        left_out.update(dict(taxa_left_out.value_counts().iter_rows()))
    frame = pl.concat(kept)
    subject = End(species_column="tax_id", ncbi=("GeneID",))
    other = End(species_column="Other_tax_id", ncbi=("Other_GeneID",))
    relation = pl.col("relationship") == "Ortholog"
    pairs = pairs_of(frame, subject, other, wanted=relation)
    return Read(len(frame) + left_out.total(), pairs, left_out)


def _read_named(path: Path, wanted: Wanted) -> Read:
    """Read columns named after their species, as in HCOP and the packed tables."""
    return pairs_of_named(path, lower_columns(read_delimited(path)))


def pairs_of_named(path: Path, frame: pl.DataFrame) -> Read:
    """Return the pairs of a frame whose columns are named after their species."""
    words = [match[1] for name in frame.columns if (match := NAMED_COLUMN.match(name))]
    ends = [_named_end(word, frame.columns) for word in dict.fromkeys(words)]
    known = [end for end in ends if end.species is not None or end.species_column]
    if len(known) != 2:
        message = (
            f"{path}: one-sided: expected columns of two species, such as human_symbol and "
            f"mouse_symbol, found {', '.join(dict.fromkeys(words))} in {', '.join(frame.columns)}"
        )
        raise InputError(message)
    has = set(frame.columns)
    support = pl.col("support").str.replace_all(r"\s*[,|;]\s*", "|").str.strip_chars(" |")
    kind = pl.col("homology_type").str.starts_with("ortholog")
    pairs = pairs_of(
        frame,
        known[0],
        known[1],
        resources=support.str.split("|") if "support" in has else None,
        confidence=_confidence("orthology_confidence") if "orthology_confidence" in has else None,
        wanted=kind if "homology_type" in has else None,
    )
    return Read(len(frame), pairs)


def _named_end(word: str, columns: list[str]) -> End:
    """Return the columns ``word_…``, and the authority's column that HCOP calls ``mgi_id``."""
    taxon = _TAXON_COLUMNS.get(word, "")
    species = None if taxon in columns else species_by_word(word)
    parts: dict[str, list[str]] = {"ncbi": [], "ids": [], "symbol": []}
    for name in columns:
        match = NAMED_COLUMN.match(name)
        if match and match[1] == word:
            parts[_part(match[2])].append(name)
        elif species is not None and _AUTHORITY_COLUMNS.get(name) == species.common:
            parts["ids"].append(name)
    return End(
        species,
        taxon if taxon in columns else "",
        tuple(parts["ncbi"]),
        tuple(parts["ids"]),
        tuple(parts["symbol"]),
    )


def _part(what: str) -> str:
    if what == "symbol":
        return "symbol"
    return "ncbi" if what.startswith(("ncbi", "entrez")) else "ids"


def _read_biomart(path: Path, wanted: Wanted) -> Read:
    frame = read_delimited(path)
    frame = lower_columns(frame.rename({name: biomart_column(name) for name in frame.columns}))
    if "gene stable id" not in frame.columns:
        message = f"{path}: expected the column 'Gene stable ID', found {', '.join(frame.columns)}"
        raise InputError(message)
    subject = End(
        species_of_ids(frame["gene stable id"]) or wanted.start,
        ids=("gene stable id",),
        symbol=_present(frame, "gene name"),
    )
    if subject.species is None:
        found = next(iter(frame["gene stable id"]), "")
        message = f"{path}: cannot tell the species of {found!r}: say --set from=SPECIES"
        raise UsageError(message)
    words = [
        column.removesuffix(TARGET_COLUMN)
        for column in frame.columns
        if column.endswith(TARGET_COLUMN)
    ]
    others = {word: species_by_word(word) for word in words}
    parts = [
        _biomart_pairs(frame, subject, word, species)
        for word, species in others.items()
        if species is not None
    ]
    if not parts:
        message = (
            f"{path}: one-sided: expected a column '<Species> gene stable ID' of a species that we "
            f"know, found {', '.join(frame.columns)}"
        )
        raise InputError(message)
    return Read(len(frame), pl.concat(parts))


def _biomart_pairs(frame: pl.DataFrame, subject: End, word: str, species: Species) -> pl.DataFrame:
    """Return the pairs with the species whose columns begin with `word`."""
    confidence = next(
        (name for name in frame.columns if name.startswith(f"{word} orthology confidence")), ""
    )
    kind = f"{word} homology type"
    return pairs_of(
        frame,
        subject,
        End(species, ids=(word + TARGET_COLUMN,), symbol=_present(frame, f"{word} gene name")),
        confidence=_confidence(confidence) if confidence else None,
        # a gene without an ortholog has an empty type: it counts as one-sided
        wanted=pl.col(kind).str.contains("^ortholog|^$") if kind in frame.columns else None,
    )


def species_of_ids(ids: pl.Series) -> Species | None:
    """Return the species of the first stable id; None if there is none or it is unknown."""
    prefixes = {species.ensembl: species for species in known_species() if species.ensembl}
    found = ids.str.extract(r"^(ENS[A-Z]*G|FBgn|WBGene)\d").drop_nulls()
    return prefixes.get(found[0]) if len(found) else None


def _read_compara(path: Path, wanted: Wanted) -> Read:
    columns = [
        "gene_stable_id",
        "species",
        "homology_type",
        "homology_gene_stable_id",
        "homology_species",
    ]
    frame = read_delimited(path, columns=columns)
    confident = "is_high_confidence" in frame.columns
    pairs = pairs_of(
        frame,
        End(species_column="species", ids=("gene_stable_id",)),
        End(species_column="homology_species", ids=("homology_gene_stable_id",)),
        confidence=_confidence("is_high_confidence") if confident else None,
        wanted=pl.col("homology_type").str.contains("^ortholog|^within_species_paralog$"),
    )
    return Read(len(frame), pairs)


def _read_mgi(path: Path, wanted: Wanted) -> Read:
    group = "DB Class Key"
    frame = read_delimited(path, columns=[group, "NCBI Taxon ID", "Symbol", "EntrezGene ID"])
    ids = [name for name in ("Mouse MGI ID", "HGNC ID") if name in frame.columns]
    member = End(None, "NCBI Taxon ID", ("EntrezGene ID",), tuple(ids), ("Symbol",))
    # a class asserts orthologs only, not that its genes of one species are paralogs
    return pairs_within_groups(frame, group, member, within_species=False)


def _read_homologene(path: Path, wanted: Wanted) -> Read:
    if is_homologene_data(read_header(path)):
        frame = read_delimited(path, columns=_HOMOLOGENE_DATA, header=False)
    else:
        frame = read_delimited(path, columns=["hid", "taxon_id", "ncbi_gene_id", "symbol"])
    member = End(None, "taxon_id", ("ncbi_gene_id",), (), ("symbol",))
    return pairs_within_groups(frame, "hid", member, within_species=True)


def pairs_within_groups(
    frame: pl.DataFrame, group: str, member: End, *, within_species: bool
) -> Read:
    """Return all pairs of members within each group, each once."""
    fields = [f"subject_{name}" for name in FIELDS]
    members = frame.with_columns(end_columns(frame, member, "subject")).select(group, *fields)
    # unknown species would only add pairs that are skipped afterwards
    unknown = members.filter(pl.col("subject_species").is_null())
    left_out = dict(unknown["subject_taxon"].fill_null("").value_counts().iter_rows())
    members = members.filter(pl.col("subject_species").is_not_null()).with_row_index("number")
    others = members.rename(
        {"number": "other"} | {f"subject_{name}": f"object_{name}" for name in FIELDS}
    )
    pairs = members.join(others, on=group, how="inner", maintain_order="left_right")
    pairs = pairs.filter(pl.col("number") < pl.col("other"))
    if not within_species:
        pairs = pairs.filter(pl.col("subject_species") != pl.col("object_species"))
    pairs = pairs.drop(group, "number", "other").with_columns(
        resources=pl.lit(None, pl.List(pl.String)),
        confidence=pl.lit(None, pl.String),
        wanted=pl.lit(value=True),
    )
    return Read(len(frame), pairs, left_out)


def _read_plain(path: Path, wanted: Wanted) -> Read:
    names = read_header(path)
    if wanted.start is None and wanted.stop is None and len(names) == 2:
        start, stop = (species_by_word(name.strip()) for name in names)
        wanted = replace(wanted, start=start, stop=stop)
    if wanted.start is None or wanted.stop is None:
        message = (
            f"{path} has two columns that do not say their species: say --set from=SPECIES "
            "--set to=SPECIES"
        )
        raise UsageError(message)
    frame = read_delimited(path, columns=["first", "second"], header=False)
    first = frame.row(0) if len(frame) else ()
    told = any(_is_header(text, wanted) for text in first)
    if told if wanted.header is None else wanted.header:
        frame = frame.slice(1)
    ends = (End(wanted.start, text="first"), End(wanted.stop, text="second"))
    return Read(len(frame), pairs_of(frame, *ends))


def _is_header(text: str, wanted: Wanted) -> bool:
    word = text.strip().lower()
    return bool(_HEADER_WORD.search(word)) or species_by_word(word) in (wanted.start, wanted.stop)


def _confidence(column: str) -> pl.Expr:
    return pl.col(column).replace_strict({"1": "high", "0": "low"}, default=None)


def _present(frame: pl.DataFrame, name: str) -> tuple[str, ...]:
    return (name,) if name in frame.columns else ()


def lower_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with its column names in lower case, without white space around them."""
    return frame.rename({name: name.strip().lower() for name in frame.columns})


Reader = Callable[[Path, Wanted], Read]

READERS: Final[dict[str, Reader]] = {
    "ncbi": _read_ncbi,
    "hcop": _read_named,
    "ensembl": _read_named,
    "biomart": _read_biomart,
    "compara": _read_compara,
    "mgi": _read_mgi,
    "homologene": _read_homologene,
    "pairs": _read_named,
    "plain": _read_plain,
}
