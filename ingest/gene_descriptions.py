"""Genes with their symbols, names, summaries, ids and former names.

Several files of one call make one source: NCBI's gene_info with gene_summary, gene2ensembl and
gene_history, for example. Files whose rows are genes are read first; the others add to those
genes, or stand by themselves where there are none.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from orthoweave.files.damage import MAY_BE_MANGLED, mangled_symbols
from orthoweave.genes.combine import Combined, add_genes
from orthoweave.genes.details import GenesOfCatalogue, GenesOfFiles, add_details
from orthoweave.genes.formats import FORMATS, Format
from orthoweave.genes.reading import detect_format, read_descriptions, read_genes, species_in
from orthoweave.genes.resolution import CoverageReport
from orthoweave.jobs import JobContext, Option, SourceInfo, job
from orthoweave.jobs.job import Uses
from orthoweave.species import find_species, known_species

# keys that a report lists before it only counts them
LISTED = 100


def identify(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    """Name the source after the format and the species of its first file of genes."""
    files = _formats(inputs, options)
    path, form = next((file for file in files if file[1].whole), files[0])
    if options["species"] is not None:
        species = {find_species(options["species"]).common}
    else:
        known = {str(species.taxon): species.common for species in known_species()}
        species = {known[taxon] for taxon in species_in(path, form) if taxon in known}
    plain = {"table": "genes", "table_of_one_species": "genes"}.get(form.name, form.name)
    name = f"{plain}_{species.pop()}" if len(species) == 1 else plain
    return SourceInfo(
        name=name,
        license=form.license,
        primary_knowledge_source=form.infores,
        knowledge_level="knowledge_assertion",
        agent_type="manual_agent",
        title=form.about,
    )


def _uses(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> frozenset[Uses]:
    """Return the use of gene tables for files that only add details."""
    whole = any(form.whole for _, form in _formats(inputs, options))
    return frozenset() if whole else frozenset({"gene_tables"})


@job(
    name="gene_descriptions",
    help="genes: symbols, names, summaries, synonyms, ids elsewhere, retired ids",
    inputs=(
        "tab-separated text, plain or gzipped: NCBI gene_info, gene_summary, gene2ensembl, "
        "gene_history (several at once); HGNC's complete set; a table with symbol, ncbi_gene_id, "
        "ensembl_id"
    ),
    writes=("Gene", "IN_TAXON", "Species"),
    options=(
        Option("species", "only genes of this species; needed where the file does not say it"),
        Option(
            "format",
            "format of every file (default: by its columns)",
            choices=tuple(form.name for form in FORMATS),
        ),
        Option(
            "on_duplicate",
            "an id that rows of different symbols claim: refuse the file, or let each row go by "
            "its next id",
            default="error",
            choices=("error", "separate"),
        ),
    ),
    identify=identify,
    also_uses=_uses,
)
def gene_descriptions(context: JobContext) -> None:
    """Write Gene, IN_TAXON and Species, and the reports `genes` and `coverage`."""
    species = None
    if context.options["species"] is not None:
        species = find_species(context.options["species"])
    files = _formats(context.inputs, context.options)
    combined, skipped = Combined(), dict[str, int]()
    separate = context.options["on_duplicate"] == "separate"
    known = GenesOfCatalogue(context.catalogue) if context.catalogue is not None else None
    with context.progress.task("reading genes", len(files)) as task:
        for path, form in sorted(files, key=lambda file: not file[1].whole):
            if form.whole:
                genes = read_genes(path, form, species, skipped)
                add_genes(combined, str(path), genes, separate=separate)
            else:
                rows = read_descriptions(path, form, species, skipped)
                about = GenesOfFiles(combined) if combined.n_rows else known
                add_details(combined, str(path), rows, about)
            task.advance()
    _write(context, combined)
    _report(context, combined, skipped)


def _formats(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> list[tuple[Path, Format]]:
    return [(path, detect_format(path, options["format"])) for path in inputs]


def _write(context: JobContext, combined: Combined) -> None:
    rows = combined.genes.rows()
    context.out.write("Gene", rows)
    context.out.write("IN_TAXON", pa.table({"from": rows["id"], "to": rows["species"]}))
    seen = sorted(combined.genes.by_species(), key=lambda species: species.key)
    context.out.write(
        "Species",
        pa.table(
            {
                "id": pa.array([species.key for species in seen], pa.string()),
                "scientific_name": pa.array([one.scientific for one in seen], pa.string()),
                "common_name": pa.array([species.common for species in seen], pa.string()),
            }
        ),
    )


def _counts(combined: Combined, skipped: dict[str, int]) -> dict[str, Any]:
    """Return the report of genes, by name of each count."""
    genes = combined.genes
    names = genes.names()
    mangled = mangled_symbols(names.filter(names.str.contains(MAY_BE_MANGLED)).to_list())
    prefixes = Counter(key.partition(":")[0] for key in genes)
    return {
        "n_rows": combined.n_rows,
        "n_genes": len(genes),
        "by_species": {
            one.common: n
            for one, n in sorted(genes.by_species().items(), key=lambda item: item[0].taxon)
        },
        "by_key": {prefix: prefixes[prefix] for prefix in sorted(prefixes)},
        "n_without_symbol": len(genes) - genes.with_scalar("symbol"),
        "n_with_summary": genes.with_scalar("summary"),
        "n_retired_ids": sum(len(gene.lists["retired_ids"]) for gene in genes.single().values()),
        "n_without_id": len(combined.without_id),
        "n_merged": len(combined.merged),
        "merged": combined.merged[:LISTED],
        "n_disputed": len(combined.disputed),
        "disputed": combined.disputed[:LISTED],
        "n_unused_details": combined.unused,
        "n_joined_by_symbol": combined.joined,
        "n_damaged_ids": len(combined.damaged_ids),
        "damaged_ids": combined.damaged_ids[:LISTED],
        "skipped_rows": dict(sorted(skipped.items())),
        "mangled": mangled,
    }


def _report(context: JobContext, combined: Combined, skipped: dict[str, int]) -> None:
    """Store the reports `genes` and `coverage`, and print what matters of them."""
    report = _counts(combined, skipped)
    lost = tuple(dict.fromkeys(combined.without_id))
    read = combined.n_rows or len(combined.genes)
    coverage = CoverageReport(
        n_in=read,
        n_matched=read - len(combined.without_id),
        n_ambiguous=0,
        n_redirected=0,
        n_lost=len(combined.without_id),
        lost=lost,
        reasons={"id": read - len(combined.without_id)},
        mangled=(),
    )
    context.out.write_report("genes", report)
    context.out.write_report("coverage", coverage.as_dict())
    context.out.write_lines("lost", list(lost))
    context.progress.note(f"{len(combined.genes):,} genes: {report['by_species']}")
    _note(context, combined, report["mangled"])


def _note(context: JobContext, combined: Combined, mangled: list[str]) -> None:
    """Note which rows of the files were not used, and why."""
    note = context.progress.note
    if mangled:
        note(
            f"{len(mangled):,} names were mangled by a spreadsheet, such as {mangled[0]!r}: they "
            "are kept as the source has them, but never used to find a gene"
        )
    if combined.damaged_ids:
        note(
            f"{len(combined.damaged_ids):,} NCBI ids are damaged, such as "
            f"{combined.damaged_ids[0]!r}: expected whole numbers, such as 3630. They were not "
            "used; export the column as text"
        )
    if combined.unused:
        note(
            f"{combined.unused:,} rows of details are about no known gene and were not used; "
            "their genes need a gene table first"
        )
    if combined.alone:
        note(
            f"{combined.alone:,} rows of details are about species without known genes, and stand "
            "for genes of their own: ingest a gene table of the species, then this again"
        )
