"""Reads files of orthologs, in the formats that are in use, into one frame of pairs.

The format is told by the header. Files that list groups give all pairs within each group.
"""

from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import Final

import polars as pl

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_header
from orthoweave.files.orthology_ends import check_species
from orthoweave.files.orthology_readers import (
    NAMED_COLUMN,
    READERS,
    TARGET_COLUMN,
    Wanted,
    is_homologene_data,
)
from orthoweave.ids import find_species

FORMATS: Final = {
    "ncbi": "NCBI gene_orthologs",
    "hcop": "HGNC HCOP (six, fifteen or sixteen columns, or packed with a `support` column)",
    "ensembl": "columns <species>_ensembl, <species>_symbol, homology_type",
    "biomart": "Ensembl BioMart export with `Gene stable ID` and `<Species> gene stable ID`",
    "compara": "Ensembl Compara homologies dump",
    "mgi": "MGI HOM_MouseHumanSequence.rpt or HOM_AllOrganism.rpt",
    "homologene": "HomoloGene: homologene.data, or columns hid, taxon_id, ncbi_gene_id, symbol",
    "pairs": "columns <species>_symbol, <species>_ncbi or <species>_ensembl of two species",
    "plain": "two columns of symbols or ids (--set from=… --set to=…)",
}
_RESOURCE: Final = {"ncbi": "NCBI", "ensembl": "Ensembl", "biomart": "Ensembl",
                    "compara": "Ensembl", "mgi": "MGI", "homologene": "HomoloGene",
                    "hcop": "HCOP"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrthologyFile:
    """Pairs of genes as a file says them."""

    format: str
    resource: str
    """Who asserts the pairs that name no resources; empty if the file does not say."""
    pairs: pl.DataFrame
    """Six columns for each end (`subject_…`, `object_…`), `resources` (null where the file
    names none) and `confidence`."""
    rows: int
    """Rows of the file."""
    skipped: dict[str, int]
    """Numbers of rows that were left out, by reason."""


def detect_format(path: Path) -> str:
    """Format of a file of orthologs, by its first line.

    Raises
    ------
    InputError
        If the file is empty or damaged, or has more than two columns under an unknown header.
    """
    names = read_header(path)
    lowered = {name.strip().lower() for name in names}
    ends = {match[1] for name in lowered if (match := NAMED_COLUMN.match(name))}
    tests = {
        "ncbi": {"tax_id", "geneid", "other_tax_id", "other_geneid"} <= lowered,
        "hcop": "human_entrez_gene" in lowered or ("support" in lowered and bool(ends)),
        "ensembl": "homology_type" in lowered and bool(ends),
        "biomart": any(name.endswith(TARGET_COLUMN) for name in lowered),
        "compara": {"gene_stable_id", "homology_gene_stable_id"} <= lowered,
        "mgi": {"db class key", "ncbi taxon id"} <= lowered,
        "homologene": {"hid", "taxon_id"} <= lowered or is_homologene_data(names),
        "pairs": bool(ends) and len(names) >= 2,
        "plain": len(names) == 2,
    }
    found = next((name for name, fits in tests.items() if fits), None)
    if found is None:
        known = "; ".join(starmap("{}: {}".format, FORMATS.items()))
        message = (
            f"{path} is no file of orthologs that we know: its first line has "
            f"{', '.join(names)[:100]!r}. "
            f"Expected tab-separated columns of one of these formats: {known}"
        )
        raise InputError(message)
    return found


def read_orthology(path: Path, wanted: Wanted, format: str | None = None) -> OrthologyFile:  # noqa: A002 - the word for it
    """Pairs of genes of a file, in any of `FORMATS`; told by its header unless given.

    Raises
    ------
    InputError
        If the file is damaged, has rows of another width, tells of one species only, or of other
        species than those wanted.
    UsageError
        If the format needs to be told the species of its columns.
    """
    kind = format or detect_format(path)
    rows, pairs = READERS[kind](path, wanted)
    skipped: dict[str, int] = {}

    def keep(reason: str, which: pl.Expr) -> None:
        nonlocal pairs
        kept = pairs.filter(which.fill_null(value=False))
        if len(kept) < len(pairs):
            skipped[reason] = len(pairs) - len(kept)
        pairs = kept

    before = len(pairs)
    keep("other_relation", pl.col("wanted"))
    keep(
        "one_sided",
        pl.col("subject_original").is_not_null() & pl.col("object_original").is_not_null(),
    )
    if before and not len(pairs):
        message = (
            f"{path}: one-sided: in none of its {rows:,} rows have both ends a gene. Expected "
            f"pairs of genes of two species ({FORMATS[kind]})"
        )
        raise InputError(message)
    found = _species_found(pairs)
    check_species(pairs, str(path))
    keep("other_species", _wanted_species(wanted))
    if before and not len(pairs):
        message = (
            f"{path}: none of its {rows:,} rows are of the species wanted: expected "
            f"{_names(wanted)}, found {', '.join(found) or 'none that we know'}"
        )
        raise InputError(message)
    if len(pairs) and len(_species_found(pairs)) < 2:
        message = f"{path}: one-sided: expected genes of two species, found only {found[0]}"
        raise InputError(message)
    return OrthologyFile(kind, _RESOURCE.get(kind, ""), pairs.drop("wanted"), rows, skipped)


def _species_found(pairs: pl.DataFrame) -> list[str]:
    """List the common names of the species that the pairs have, in order."""
    keys = pl.concat([pairs["subject_species"], pairs["object_species"]]).drop_nulls().unique()
    return sorted(find_species(key).common for key in keys)


def _wanted_species(wanted: Wanted) -> pl.Expr:
    """Whether a pair is of the species that are wanted."""
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
