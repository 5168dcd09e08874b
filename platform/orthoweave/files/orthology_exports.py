"""Read orthologs of R packages, the Alliance, g:Profiler, OrthoFinder, NCBI and OMA."""

import re
from pathlib import Path
from typing import Final

import polars as pl

from orthoweave.errors import InputError, UsageError
from orthoweave.files.delimited import read_delimited, read_header
from orthoweave.files.orthology_ends import End, species_by_word
from orthoweave.files.orthology_readers import (
    Read,
    Reader,
    Wanted,
    lower_columns,
    pairs_of,
    pairs_of_named,
    pairs_within_groups,
    species_of_ids,
)
from orthoweave.species import Species

_OMA_TYPE: Final = re.compile(r"(1|n|m|many):(1|n|m|many)")
_BABELGENE: Final = {"taxon_id": "target_taxon_id", "symbol": "target_symbol"} | {
    "entrez": "target_entrez",
    "ensembl": "target_ensembl",
}
_TAXON_COLUMN: Final = re.compile(r"^X?(\d+)(_ID)?\Z", re.IGNORECASE)


# methods whose pairs people have looked at: always stringent
_CURATED: Final = ("ZFIN", "HGNC")


def detect_export(names: list[str]) -> str | None:
    """Return the format of a first line, if it is read here, else None."""
    lowered = {name.strip().lower() for name in names}
    tests = {
        "alliance": {"gene1id", "gene2id", "gene1speciestaxonid", "algorithms"} <= lowered,
        "babelgene": {"human_symbol", "taxon_id", "symbol", "support"} <= lowered,
        "homologene_r": {"hid", "taxonomy", "gene.id", "gene.symbol"} <= lowered
        or (len(names) > 2 and len(_taxa(names)) == 2),
        "gprofiler": "ortholog_ensg" in lowered,
        "orthofinder": names[:1] == ["Orthogroup"],
        "ncbi_datasets": {"ncbi geneid", "taxonomic id", "gene group identifier"} <= lowered,
        "oma": len(names) in (3, 4) and bool(_OMA_TYPE.fullmatch(names[2].strip())),
    }
    return next((name for name, fits in tests.items() if fits), None)


def _taxa(names: list[str]) -> list[str]:
    """Return the taxon ids that name columns of symbols, in order."""
    matches = [_TAXON_COLUMN.match(name) for name in names]
    ids = {match[1] for match in matches if match and match[2]}
    return [match[1] for match in matches if match and not match[2] and match[1] in ids]


def _read_alliance(path: Path, wanted: Wanted) -> Read:
    frame = lower_columns(read_delimited(path))
    ends = [
        End(None, f"gene{n}speciestaxonid", (), (f"gene{n}id",), (f"gene{n}symbol",))
        for n in (1, 2)
    ]
    best = [
        pl.col(name).str.to_lowercase().str.starts_with("yes") if name in frame.columns else None
        for name in ("isbestscore", "isbestrevscore")
    ]
    methods = pl.col("algorithms").str.split("|")
    confidence = None
    if best[0] is not None and best[1] is not None:
        confidence = _alliance_confidence(methods, best[0], best[1])
    pairs = pairs_of(frame, *ends, resources=methods, confidence=confidence)
    return Read(len(frame), pairs)


def _alliance_confidence(methods: pl.Expr, forward: pl.Expr, back: pl.Expr) -> pl.Expr:
    """Return the stringency of pairs as the Alliance defines its filters, and the best scores.

    Stringent: from three methods on if the pair is the best in one direction, two methods if in
    both, or curated. Moderate: from three methods on, or stringent.
    """
    n = methods.list.unique().list.len()
    curated = pl.any_horizontal(methods.list.contains(name) for name in _CURATED)
    stringent = curated | ((n >= 3) & (forward | back)) | ((n == 2) & forward & back)
    level = (
        pl.when(stringent)
        .then(pl.lit("stringent"))
        .when(n >= 3)
        .then(pl.lit("moderate"))
        .otherwise(pl.lit("below moderate"))
    )
    best = (
        pl.when(forward & back)
        .then(pl.lit("best both ways"))
        .when(forward | back)
        .then(pl.lit("best one way"))
        .otherwise(pl.lit("not best"))
    )
    return pl.concat_str(level, best, separator=", ")


def _read_babelgene(path: Path, wanted: Wanted) -> Read:
    frame = lower_columns(read_delimited(path))
    names = {old: new for old, new in _BABELGENE.items() if old in frame.columns}
    return pairs_of_named(path, frame.rename(names))


def _read_homologene_r(path: Path, wanted: Wanted) -> Read:
    """Read the tables of the R package homologene: its data, or the result of a query."""
    frame = read_delimited(path)
    lowered = lower_columns(frame)
    if "hid" in lowered.columns:
        member = End(None, "taxonomy", ("gene.id",), (), ("gene.symbol",))
        return pairs_within_groups(lowered, "hid", member, within_species=True)
    columns = {
        match[1] + ("_id" if match[2] else ""): name
        for name in frame.columns
        if (match := _TAXON_COLUMN.match(name))
    }
    taxa = [taxon for taxon in columns if f"{taxon}_id" in columns]
    ends = [
        End(_species(path, taxon), "", (columns[f"{taxon}_id"],), (), (columns[taxon],))
        for taxon in taxa
    ]
    return Read(len(frame), pairs_of(frame, *ends))


def _read_gprofiler(path: Path, wanted: Wanted) -> Read:
    frame = lower_columns(read_delimited(path))
    inputs = [name for name in ("initial_ensg", "input_ensg", "converted_alias") if name in frame]
    if not inputs:
        message = f"{path}: expected a column initial_ensg or input_ensg of g:Profiler's g:Orth"
        raise InputError(message)
    start = species_of_ids(frame[inputs[0]]) or wanted.start
    stop = species_of_ids(frame["ortholog_ensg"]) or wanted.stop
    if start is None or stop is None:
        message = f"{path} does not say its species: say --set from=SPECIES --set to=SPECIES"
        raise UsageError(message)
    symbol = ("ortholog_name",) if "ortholog_name" in frame.columns else ()
    ends = (End(start, ids=(inputs[0],)), End(stop, ids=("ortholog_ensg",), symbol=symbol))
    return Read(len(frame), pairs_of(frame, *ends))


def _read_orthofinder(path: Path, wanted: Wanted) -> Read:
    """Read the pairwise orthologs of OrthoFinder: ``Orthologues/…/A__v__B.tsv``."""
    names = read_header(path)
    if len(names) != 3:
        message = (
            f"{path} has the columns {', '.join(names)[:200]}: an orthogroup says that genes are "
            "related, not which are orthologs. Expected a file of pairs of two species, such as "
            "Orthologues/Orthologues_A/A__v__B.tsv"
        )
        raise InputError(message)
    frame = read_delimited(path)
    species = [_species(path, name) for name in names[1:]]
    for name in names[1:]:
        frame = frame.with_columns(pl.col(name).str.split(",")).explode(name)
    frame = frame.with_columns(pl.col(names[1:]).str.strip_chars())
    ends = [End(one, text=name) for one, name in zip(species, names[1:], strict=True)]
    return Read(len(frame), pairs_of(frame, *ends))


def _species(path: Path, text: str) -> Species:
    """Return the species of a taxon id or of a proteome, such as ``Homo_sapiens.GRCh38.pep``."""
    species = species_by_word(text) or species_by_word(text.partition(".")[0])
    if species is None:
        message = (
            f"{path}: the column {text!r} does not name a species that is known: rename it to a "
            "common or scientific name, such as human or Homo_sapiens"
        )
        raise InputError(message)
    return species


def _read_ncbi_datasets(path: Path, wanted: Wanted) -> Read:
    frame = lower_columns(read_delimited(path))
    symbol = ("symbol",) if "symbol" in frame.columns else ()
    member = End(None, "taxonomic id", ("ncbi geneid",), (), symbol)
    grouped = frame.filter(pl.col("gene group identifier").str.strip_chars() != "")
    return pairs_within_groups(grouped, "gene group identifier", member, within_species=False)


def _read_oma(path: Path, wanted: Wanted) -> Read:
    if wanted.start is None or wanted.stop is None:
        message = (
            f"{path} has pairs that do not say their species: say --set from=SPECIES "
            "--set to=SPECIES"
        )
        raise UsageError(message)
    names = ["first", "second", "type", "group"][: len(read_header(path))]
    frame = read_delimited(path, columns=names, header=False)
    ends = (End(wanted.start, text="first"), End(wanted.stop, text="second"))
    return Read(len(frame), pairs_of(frame, *ends))


EXPORT_READERS: Final[dict[str, Reader]] = {
    "alliance": _read_alliance,
    "babelgene": _read_babelgene,
    "homologene_r": _read_homologene_r,
    "gprofiler": _read_gprofiler,
    "orthofinder": _read_orthofinder,
    "ncbi_datasets": _read_ncbi_datasets,
    "oma": _read_oma,
}
