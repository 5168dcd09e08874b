"""Orthologs: the pairs of genes that one source asserts, as evidence.

The consensus of all sources, its cardinality and the ortholog groups are derived when a knowledge
base is built.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from orthoweave.errors import UsageError
from orthoweave.files.orthology_formats import FORMATS, OrthologyFile, detect_format, read_orthology
from orthoweave.files.orthology_readers import Wanted
from orthoweave.ids import name_of_file
from orthoweave.jobs import JobContext, Option, SourceInfo, job
from orthoweave.jobs.parts.gene_ends import END, GeneKeys, find_gene_keys
from orthoweave.numerics.resources import is_known_resource, resource_name
from orthoweave.species import find_species, known_species

# species of skipped rows that are printed; the report has them all
_LISTED_SPECIES = 10
_LICENSES = {
    "ncbi": "public domain",
    "homologene": "public domain",
    "mgi": "CC-BY-4.0",
    "ensembl": "Ensembl: no restriction",
    "biomart": "Ensembl: no restriction",
    "compara": "Ensembl: no restriction",
    "hcop": "HGNC HCOP: free to use",
    "alliance": "CC-BY-4.0",
}
_ORIGINS = {
    "ncbi": "infores:ncbi-gene",
    "homologene": "infores:homologene",
    "mgi": "infores:mgi",
    "ensembl": "infores:ensembl-gene",
    "biomart": "infores:ensembl-gene",
    "compara": "infores:ensembl-gene",
    "hcop": "infores:hgnc",
    "alliance": "infores:agrkb",
}


def _identify(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    form = options["format"] or detect_format(inputs[0])
    name = name_of_file(inputs[0])
    if form not in _ORIGINS:
        return SourceInfo(name=name, title=f"Orthologs: {FORMATS[form]}")
    return SourceInfo(
        name=name,
        license=_LICENSES[form],
        primary_knowledge_source=_ORIGINS[form],
        knowledge_level="prediction",
        agent_type="data_analysis_pipeline",
        title=f"Orthologs: {FORMATS[form]}",
    )


@job(
    name="orthology",
    help="Ortholog pairs of one source, as evidence",
    inputs="one file, plain or gzipped: " + "; ".join(FORMATS.values()),
    writes=("ORTHOLOGOUS_TO", "PARALOGOUS_TO", "Gene", "Species", "IN_TAXON"),
    options=(
        Option("format", "format of the file (default: by its header)", choices=tuple(FORMATS)),
        Option("from", "a species of every pair; of a plain file, that of its first column"),
        Option("to", "the other species of every pair; of a plain file, that of its second column"),
        Option("species", "keep pairs of these only, separated by commas (default: all known)"),
        Option("resource", "resource that asserts the pairs, where the file names none"),
        Option("header", "whether a plain file has a header (default: by its words)", bool),
    ),
    uses=frozenset({"genes"}),
    identify=_identify,
)
def orthology(context: JobContext) -> None:
    """Write the evidence of one file, its genes and a report of what was lost."""
    if len(context.inputs) != 1:
        message = f"expected one file of orthologs for one source, found {len(context.inputs)}"
        raise UsageError(message)
    path = context.inputs[0]
    options = context.options
    names = [text for text in (options["species"] or "").split(",") if text.strip()]
    wanted = Wanted(
        find_species(options["from"]) if options["from"] else None,
        find_species(options["to"]) if options["to"] else None,
        tuple(find_species(text) for text in names) or known_species(),
        options["header"],
        context.catalogue.symbols_like_missing() if context.catalogue is not None else (),
    )
    with context.progress.task(f"orthologs of {path.name}", 3) as task:
        file = read_orthology(path, wanted, options["format"])
        task.advance()
        keys = _keys(context, file)
        task.advance()
        pairs = _evidence(context, file, keys)
        _write(context, pairs, keys)
        task.advance()
    _report(context, file, keys, pairs)


def _keys(context: JobContext, file: OrthologyFile) -> GeneKeys:
    """Find the keys of a file's genes; symbols alone need the gene catalogue."""
    ends = pl.concat([_end(file.pairs, side) for side in ("subject", "object")])
    ids = pl.any_horizontal(pl.col(name).is_not_null() for name in ("ncbi", "id", "ensembl"))
    if len(ends) and not ends.select(ids.any()).item():
        context.genes()
    return find_gene_keys(ends, context.catalogue, str(context.inputs[0]))


def _end(pairs: pl.DataFrame, side: str) -> pl.DataFrame:
    return pairs.select(pl.col(f"{side}_{name}").alias(name) for name in END)


def _evidence(context: JobContext, file: OrthologyFile, keys: GeneKeys) -> pl.DataFrame:
    """Return one row for each pair with sorted ends, united resources and original spellings."""
    pairs = file.pairs
    for side, end in (("subject", "a"), ("object", "b")):
        named = keys.ends.select(
            *(pl.col(name).alias(f"{side}_{name}") for name in END), pl.col("key").alias(end)
        )
        on = [f"{side}_{name}" for name in END]
        pairs = pairs.join(named, on=on, how="left", nulls_equal=True, maintain_order="left")
    asserted = context.options["resource"] or file.resource or _named_after(context.out.source.name)
    pairs = pairs.drop_nulls(["a", "b"]).filter(pl.col("a") != pl.col("b"))
    listed = pairs["resources"].explode().drop_nulls().unique()
    spellings = {text: resource_name(text) for text in listed}
    swap = pl.col("a") > pl.col("b")
    columns = {
        name: pl.when(swap).then(f"{second}").otherwise(f"{first}")
        for name, first, second in (
            ("from", "a", "b"),
            ("to", "b", "a"),
            ("from_species", "subject_species", "object_species"),
            ("to_species", "object_species", "subject_species"),
            ("original_subject", "subject_original", "object_original"),
            ("original_object", "object_original", "subject_original"),
        )
    }
    named_by = pl.col("resources").list.eval(pl.element().filter(pl.element() != ""))
    rows = pairs.select(
        **columns,
        resources=pl.when(named_by.list.len() > 0)
        .then(named_by.list.eval(pl.element().replace(spellings)))
        .otherwise(pl.concat_list(pl.lit(resource_name(asserted)))),
        confidence="confidence",
    )
    return _united(rows)


def _united(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each pair, from rows that may repeat it."""
    united = rows.group_by("from", "to", "from_species", "to_species").agg(
        pl.col("resources").list.explode().unique().sort(),
        pl.col("original_subject").min(),
        pl.col("original_object").min(),
        pl.col("confidence").drop_nulls().unique().sort().str.join(", "),
    )
    return united.with_columns(
        support_count=pl.col("resources").list.len().cast(pl.Int64),
        confidence=pl.when(pl.col("confidence") != "").then("confidence"),
        assertion=pl.lit("evidence"),
    ).sort("from", "to")


def _named_after(source: str) -> str:
    words = source.replace("-", "_").split("_")
    return next((word for word in words if is_known_resource(word)), source)


def _write(context: JobContext, pairs: pl.DataFrame, keys: GeneKeys) -> None:
    """Write the pairs, and the genes and species at their ends."""
    across = pairs.filter(pl.col("from_species") != pl.col("to_species"))
    within = pairs.filter(pl.col("from_species") == pl.col("to_species"))
    out = context.out
    if len(across):
        out.write("ORTHOLOGOUS_TO", across.to_arrow())
    if len(within):
        kept = ("from", "to", "resources", "original_subject", "original_object")
        out.write("PARALOGOUS_TO", within.select(kept).to_arrow())
    used = pl.concat([pairs["from"], pairs["to"]]).unique()
    genes = (
        keys.ends.filter(pl.col("key").is_in(used.implode()))
        .group_by("key")
        .agg(
            pl.coalesce(pl.col("current").min(), pl.col("symbol").min()).alias("symbol"),
            pl.col("species").first(),
        )
        .sort("key")
    )
    if not len(genes):
        return
    out.write("Gene", genes.rename({"key": "id"}).to_arrow())
    taxon = genes.select(pl.col("key").alias("from"), pl.col("species").alias("to"))
    out.write("IN_TAXON", taxon.to_arrow())
    species = [find_species(key) for key in genes["species"].unique().sort()]
    out.write(
        "Species",
        pa.table(
            {
                "id": [known.key for known in species],
                "scientific_name": [known.scientific for known in species],
                "common_name": [known.common for known in species],
            }
        ),
    )


def _report(context: JobContext, file: OrthologyFile, keys: GeneKeys, pairs: pl.DataFrame) -> None:
    """Store the counts of genes and pairs, and print them in a line."""
    lost = keys.ends.filter(pl.col("key").is_null())
    n_paralogs = pairs.filter(pl.col("from_species") == pl.col("to_species")).height
    report = keys.report | {
        "format": file.format,
        "rows": file.rows,
        "skipped_rows": file.skipped,
        "skipped_species": file.skipped_species,
        "unreadable_ids": list(file.unreadable),
        "pairs_read": len(file.pairs),
        "ortholog_pairs": len(pairs) - n_paralogs,
        "paralog_pairs": n_paralogs,
        "catalogue": context.catalogue is not None,
    }
    context.out.write_report("coverage", report)
    names = pl.coalesce("ncbi", "id", "ensembl", "symbol")
    lines = lost.select(pl.concat_str(["species", names, "how"], separator="\t"))[:, 0]
    context.out.write_lines("lost", sorted(line for line in lines if line))
    counts = keys.report
    for text, n in list(file.skipped_species.items())[:_LISTED_SPECIES]:
        context.progress.note(f"skipped {n:,} rows of {text}: not among the species to keep")
    skipped = "".join(f", {n:,} {why.replace('_', ' ')}" for why, n in file.skipped.items())
    context.progress.note(
        f"orthology {context.out.source.name} ({file.format}): {file.rows:,} rows{skipped}; "
        f"{counts['n_in']:,} genes: {counts['n_matched']:,} matched, {counts['n_redirected']:,} "
        f"redirected, {counts['n_kept']:,} kept by their own id, {counts['n_ambiguous']:,} "
        f"ambiguous, {counts['n_lost']:,} lost; {len(pairs) - n_paralogs:,} ortholog pairs, "
        f"{n_paralogs:,} paralog pairs"
    )
