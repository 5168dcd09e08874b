"""Read files of orthologs, in the common formats, into one frame of pairs.

The header determines the format. A file of groups yields all pairs within each group.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import Final

import polars as pl

from orthoweave.errors import InputError
from orthoweave.files.biomart import biomart_column
from orthoweave.files.delimited import read_header
from orthoweave.files.orthology_ends import check_species, species_by_word, without_missing
from orthoweave.files.orthology_exports import EXPORT_READERS, detect_export
from orthoweave.files.orthology_readers import (
    NAMED_COLUMN,
    READERS,
    TARGET_COLUMN,
    Read,
    Wanted,
    is_homologene_data,
)
from orthoweave.species import find_species

FORMATS: Final = {
    "ncbi": "NCBI gene_orthologs",
    "hcop": "HGNC HCOP (six, fifteen or sixteen columns, or packed with a `support` column)",
    "ensembl": "columns <species>_ensembl, <species>_symbol, homology_type",
    "biomart": "Ensembl BioMart export with `Gene stable ID` and `<Species> gene stable ID`",
    "compara": "Ensembl Compara homologies dump",
    "mgi": "MGI HOM_MouseHumanSequence.rpt or HOM_AllOrganism.rpt",
    "homologene": "HomoloGene: homologene.data, or columns hid, taxon_id, ncbi_gene_id, symbol",
    "homologene_r": "tables of the R package homologene",
    "alliance": "Alliance of Genome Resources, combined orthology",
    "babelgene": "tables of the R package babelgene",
    "gprofiler": "g:Profiler g:Orth",
    "orthofinder": "OrthoFinder's pairs of two species (A__v__B.tsv)",
    "ncbi_datasets": "NCBI Datasets gene table with the gene group identifier",
    "oma": "OMA pairs: two genes, 1:1 or 1:many, group (--set from=… --set to=…)",
    "pairs": "columns <species>_symbol, <species>_ncbi or <species>_ensembl of two species",
    "plain": "two columns of symbols or ids (--set from=… --set to=…)",
}
_RESOURCE: Final = {
    "ncbi": "NCBI",
    "ensembl": "Ensembl",
    "biomart": "Ensembl",
    "compara": "Ensembl",
    "mgi": "MGI",
    "homologene": "HomoloGene",
    "homologene_r": "HomoloGene",
    "hcop": "HCOP",
    "alliance": "Alliance",
    "babelgene": "HCOP",
    "gprofiler": "Ensembl",
    "orthofinder": "OrthoFinder",
    "ncbi_datasets": "NCBI",
    "oma": "OMA",
}
_READERS: Final = READERS | EXPORT_READERS
_PROTEIN: Final = (
    r"^(\d+\.)?(ENS[A-Z]*P\d{6,}|[NX]P_\d{5,}|[OPQ]\d[A-Z0-9]{3}\d|[A-Z]{5}\d{5})(\.\d+)?$"
)
_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class OrthologyFile:
    """The pairs of genes in a file."""

    format: str
    resource: str
    """The resource that asserts pairs without resources; empty if the file does not name it."""
    pairs: pl.DataFrame
    """Columns for each end (`subject_…`, `object_…`), `resources` (null where the file names
    none) and `confidence`."""
    rows: int
    """Rows of the file."""
    skipped: dict[str, int]
    """Numbers of rows that were left out, by reason."""
    skipped_species: dict[str, int]
    """Numbers of rows of species that are unknown or not wanted, by species and taxon id."""
    unreadable: tuple[str, ...]
    """Texts in id columns that are not ids of genes."""


def detect_format(path: Path) -> str:
    """Return the format of a file of orthologs, by its first line.

    Raises
    ------
    InputError
        If the file is empty or damaged, or has more than two columns under an unknown header.
    """
    names = read_header(path)
    lowered = {name.strip().lower() for name in names}
    biomart = {biomart_column(name).lower() for name in names}
    ends = {match[1] for name in lowered if (match := NAMED_COLUMN.match(name))}
    tests = {
        "ncbi": {"tax_id", "geneid", "other_tax_id", "other_geneid"} <= lowered,
        "biomart": any(name.endswith(TARGET_COLUMN) for name in biomart),
        "hcop": "human_entrez_gene" in lowered or ("support" in lowered and bool(ends)),
        "ensembl": "homology_type" in lowered and bool(ends),
        "compara": {"gene_stable_id", "homology_gene_stable_id"} <= lowered,
        "mgi": {"db class key", "ncbi taxon id"} <= lowered,
        "homologene": {"hid", "taxon_id"} <= lowered or is_homologene_data(names),
        "pairs": bool(ends) and len(names) >= 2,
        "plain": len(names) == 2,
    }
    name = detect_export(names) or next((name for name, fits in tests.items() if fits), None)
    if name is None:
        known = "; ".join(starmap("{}: {}".format, FORMATS.items()))
        message = (
            f"{path} is not a known file of orthologs: its first line has "
            f"{', '.join(names)[:100]!r}. Expected the columns of one of these formats, separated "
            f"by tabs, commas or semicolons: {known}"
        )
        raise InputError(message)
    return name


def read_orthology(path: Path, wanted: Wanted, form: str | None = None) -> OrthologyFile:
    """Read the pairs of genes of a file, in any of `FORMATS`; the header tells which.

    Raises
    ------
    InputError
        If the file is damaged, has rows of another width, has genes of one species only, of other
        species than those wanted, or ids of proteins.
    UsageError
        If the format needs the species of its columns as options.
    """
    name = form or detect_format(path)
    read = _READERS[name](path, wanted)
    _refuse_proteins(path, read.pairs)
    sieve = _Sieve(without_missing(read.pairs, wanted.symbols))
    sieve.keep("other_relation", pl.col("wanted"))
    both = [pl.col(f"{side}_original").is_not_null() for side in ("subject", "object")]
    sieve.keep("one_sided", pl.all_horizontal(both))
    unreadable = sieve.keep(
        "unreadable_id", pl.all_horizontal(_is_read("subject"), _is_read("object"))
    )
    if read.rows and not len(sieve.pairs) and not read.left_out:
        raise InputError(_no_pairs(path, read, name, _unreadable(unreadable)))
    skipped_species = _keep_wanted(path, sieve, read, wanted)
    return OrthologyFile(
        name,
        _RESOURCE.get(name, ""),
        sieve.pairs.drop("wanted"),
        read.rows,
        sieve.skipped,
        skipped_species,
        _unreadable(unreadable),
    )


class _Sieve:
    """Pairs that are left, and the numbers of those that were dropped by reason."""

    def __init__(self, pairs: pl.DataFrame) -> None:
        self.pairs = pairs
        self.skipped: dict[str, int] = {}

    def keep(self, reason: str, condition: pl.Expr) -> pl.DataFrame:
        """Drop the pairs that do not meet a condition, and return them."""
        holds = condition.fill_null(value=False)
        dropped = self.pairs.filter(~holds)
        if len(dropped):
            self.skipped[reason] = len(dropped)
            self.pairs = self.pairs.filter(holds)
        return dropped


def _keep_wanted(path: Path, sieve: _Sieve, read: Read, wanted: Wanted) -> dict[str, int]:
    """Drop the pairs of other species than those wanted, and count them by species.

    Raises
    ------
    InputError
        If ids are of another species than said, or pairs of two wanted species are not left.
    """
    species = _species_of(sieve.pairs)
    check_species(sieve.pairs, str(path))
    dropped = sieve.keep("other_species", _wanted_species(wanted))
    n_dropped = len(dropped) + sum(read.left_out.values())
    if n_dropped:
        sieve.skipped["other_species"] = n_dropped
    skipped = _skipped_species(dropped, wanted, read.left_out)
    if read.rows and not len(sieve.pairs):
        seen = sorted({*species, *skipped})
        message = (
            f"{path}: none of its {read.rows:,} rows are of the species wanted: expected "
            f"{_names(wanted)}, found {', '.join(seen)[:300] or 'none that is known'}"
        )
        raise InputError(message)
    if len(sieve.pairs) and len(_species_of(sieve.pairs)) < 2:
        message = f"{path}: one-sided: expected genes of two species, found only {species[0]}"
        raise InputError(message)
    return skipped


def _is_read(side: str) -> pl.Expr:
    fields = ("ncbi", "id", "ensembl", "symbol")
    return pl.any_horizontal(pl.col(f"{side}_{name}").is_not_null() for name in fields)


def _unreadable(dropped: pl.DataFrame) -> tuple[str, ...]:
    """Return the texts at the ends of dropped pairs that are not ids."""
    texts = [
        dropped.filter(~_is_read(side))[f"{side}_original"].drop_nulls()
        for side in ("subject", "object")
    ]
    return tuple(pl.concat(texts).unique().sort().head(_LISTED))


def _no_pairs(path: Path, read: Read, name: str, unreadable: tuple[str, ...]) -> str:
    if unreadable:
        return (
            f"{path}: the ids in its {read.rows:,} rows are not ids of genes, such as "
            f"{unreadable[0]!r}: expected ids such as 3630, ENSG00000254647 or HGNC:6081"
        )
    return (
        f"{path}: one-sided: none of its {read.rows:,} rows has a gene at both ends. Expected "
        f"pairs of genes of two species ({FORMATS[name]})"
    )


def _refuse_proteins(path: Path, pairs: pl.DataFrame) -> None:
    for side in ("subject", "object"):
        texts = pairs[f"{side}_original"].drop_nulls()
        proteins = texts.filter(texts.str.contains(_PROTEIN))
        if len(proteins) * 2 > len(texts):
            message = (
                f"{path}: {len(proteins):,} of {len(texts):,} texts are ids of proteins, such as "
                f"{proteins[0]!r}: expected genes. Put the genes in their place first, by "
                f"{_mapping(proteins[0])}, and give the two columns of genes with "
                "--set from=SPECIES --set to=SPECIES"
            )
            raise InputError(message)


def _mapping(protein: str) -> str:
    """Return the public table that says which gene a protein is of."""
    bare = re.sub(r"^\d+\.", "", protein)
    if bare.startswith("ENS"):
        return "BioMart's table of 'Gene stable ID' and 'Protein stable ID' of the same release"
    if re.match(r"^[NX]P_", bare):
        return "NCBI's gene2refseq (protein_accession.version, GeneID)"
    if re.match(r"^[A-Z]{5}\d", bare):
        return "OMA's oma-ensembl.txt or oma-ncbi.txt"
    return "UniProt's ID mapping"


def _species_of(pairs: pl.DataFrame) -> list[str]:
    """Return the common names of the species of pairs, in order."""
    keys = pl.concat([pairs["subject_species"], pairs["object_species"]]).drop_nulls().unique()
    return sorted(find_species(key).common for key in keys)


def _skipped_species(
    dropped: pl.DataFrame, wanted: Wanted, left_out: Mapping[str, int]
) -> dict[str, int]:
    """Count the dropped rows by the species that was not wanted, most frequent first."""
    counts = Counter[str]()
    for text, n in left_out.items():
        counts[_species_label(text)] += n
    keys = [species.key for species in wanted.species]
    for row in dropped.select(
        subject=pl.when(~pl.col("subject_species").is_in(keys).fill_null(value=False)).then(
            pl.col("subject_taxon").fill_null("")
        ),
        object=pl.when(~pl.col("object_species").is_in(keys).fill_null(value=False)).then(
            pl.col("object_taxon").fill_null("")
        ),
    ).iter_rows():
        for text in {text for text in row if text is not None}:
            counts[_species_label(text)] += 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _species_label(text: str) -> str:
    """Return a species by its name and taxon id, either of which may be unknown."""
    species = species_by_word(text)
    if species is not None:
        return f"{species.common} ({species.taxon})"
    return f"taxon {text}" if text.isdigit() else text or "no species"


def _wanted_species(wanted: Wanted) -> pl.Expr:
    """Return the condition that a pair is of the wanted species."""
    sides = ("subject_species", "object_species")
    keys = [species.key for species in wanted.species]
    fits = pl.all_horizontal(pl.col(side).is_in(keys) for side in sides)
    for species in (wanted.start, wanted.stop):
        if species is not None:
            fits &= pl.any_horizontal(pl.col(side) == species.key for side in sides)
    return fits


def _names(wanted: Wanted) -> str:
    ends = [species.common for species in (wanted.start, wanted.stop) if species is not None]
    return " and ".join(ends) or ", ".join(species.common for species in wanted.species)
