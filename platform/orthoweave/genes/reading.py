"""Read gene tables of any known format, for one species or for all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from orthoweave.errors import InputError, UnknownNameError, UsageError
from orthoweave.files.delimited import read_blocks, read_header
from orthoweave.genes.formats import FORMATS, Description, Format
from orthoweave.genes.plain_rows import SCHEMA, TABLES, plain_rows
from orthoweave.species import Species, find_species, known_species


@dataclass(frozen=True, slots=True)
class GeneRows:
    """The rows of a file whose rows are genes."""

    plain: pl.DataFrame
    """Those of the usual form, as `plain_rows` returns them; `row` counts from the file's first."""
    others: list[tuple[int, Description]]
    """The others, with their numbers."""
    species: dict[int, Species]
    """The species of the rows by taxon id."""


def read_genes(
    path: Path, form: Format, species: Species | None, skipped: dict[str, int]
) -> GeneRows:
    """Read a file of genes: the rows of the usual form by columns, the others one by one.

    Parameters
    ----------
    species, skipped
        As for `read_descriptions`, which says the same of each row.

    Raises
    ------
    InputError
        If a species is unknown or has no rows, or the file is damaged.
    """
    found = GeneRows(pl.DataFrame(schema=SCHEMA), [], {})
    parts, first = [found.plain], 0
    for owner, rows in _blocks(path, form, species):
        found.species[owner.taxon] = owner
        plain = plain_rows(rows, owner) if form.name in TABLES else found.plain
        parts.append(plain.with_columns(pl.col("row") + first))
        odd = ~pl.int_range(rows.height, eager=True).is_in(plain["row"].implode())
        for number, row in zip(odd.arg_true(), rows.filter(odd).iter_rows(named=True), strict=True):
            described = form.read(row, owner)
            if described is None:
                skipped[form.name] = skipped.get(form.name, 0) + 1
            else:
                found.others.append((first + number, described))
        first += rows.height
    return replace(found, plain=pl.concat(parts))


def read_descriptions(
    path: Path, form: Format, species: Species | None, skipped: dict[str, int]
) -> Iterator[Description]:
    """Yield the descriptions in a file of a known format.

    Parameters
    ----------
    species
        Only rows of this species; None for all.
    skipped
        Rows that describe no gene are counted here by format.

    Raises
    ------
    InputError
        If a species is unknown or has no rows, or the file is damaged.
    """
    for owner, rows in _blocks(path, form, species):
        for row in rows.iter_rows(named=True):
            description = form.read(row, owner)
            if description is None:
                skipped[form.name] = skipped.get(form.name, 0) + 1
            else:
                yield description


def _blocks(
    path: Path, form: Format, species: Species | None
) -> Iterator[tuple[Species, pl.DataFrame]]:
    """Yield the rows of each species, block by block."""
    if not form.taxon:
        wanted = _only_species(path, form, species)
        blocks = ((wanted, block) for block in read_blocks(path, columns=form.marks))
    else:
        where = {form.taxon: {str(species.taxon)}} if species is not None else None
        blocks = (
            (_species_of(path, taxon), rows)
            for block in read_blocks(path, columns=form.marks, where=where)
            for (taxon,), rows in block.group_by(form.taxon, maintain_order=True)
        )
    found = False
    for owner, rows in blocks:
        found = found or rows.height > 0
        yield owner, rows
    if not found and species is not None and form.whole:
        message = (
            f"{path} has no rows of {species.common} (taxon {species.taxon}): is it the file of "
            "another species?"
        )
        raise InputError(message)


def detect_format(path: Path, name: str | None = None) -> Format:
    """Return the format of a gene table, by the columns in its header or by `name`.

    Raises
    ------
    InputError
        If the columns fit no format; the message lists the formats with their columns.
    """
    columns = set(read_header(path))
    for form in FORMATS:
        if form.name == name or (name is None and columns.issuperset(form.marks)):
            return form
    known = "\n  ".join(f"{form.name}: {', '.join(form.marks)}" for form in FORMATS)
    message = (
        f"{path}: the columns {', '.join(sorted(columns))[:300]} fit no known gene table. "
        f"Expected those of one of\n  {known}"
    )
    raise InputError(message)


def species_in(path: Path, form: Format) -> set[str]:
    """Return the taxon ids in a file's first rows, or that of its format if it has no column."""
    if form.species is not None:
        return {str(form.species.taxon)}
    if not form.taxon or form.taxon not in read_header(path):
        return set()
    for block in read_blocks(path):
        if block.height:
            return set(block[form.taxon].unique())
    return set()


def _only_species(path: Path, form: Format, species: Species | None) -> Species:
    only = form.species or species
    if only is None:
        message = (
            f"{path} does not say its species: expected --set species=… "
            f"(one of {', '.join(known.common for known in known_species())})"
        )
        raise UsageError(message)
    if species is not None and species != only:
        message = (
            f"{path}: {form.about} describes {only.common} genes, but species={species.common!r} "
            "was asked for: leave the option out, or give that species' file"
        )
        raise InputError(message)
    return only


def _species_of(path: Path, taxon: object) -> Species:
    try:
        return find_species(str(taxon))
    except UnknownNameError as error:
        message = (
            f"{path}: {error}. Name the species to read with --set species=…; the rows of others "
            "are then left out"
        )
        raise InputError(message) from error
