"""Text vectors of genes and cell types, and cell vectors made of the vectors of their genes.

The model is one that is installed or lies in a local folder; nothing is downloaded. How cells
get their vectors, and how well search with them works, is written in ``docs/search.md``.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq

from orthoweave.errors import InputError, UsageError
from orthoweave.ids import cell_key
from orthoweave.jobs.job import JobContext, job
from orthoweave.numerics.cell_vectors import WEIGHTINGS, cell_vectors, gene_specificity, top_genes
from orthoweave.options import Option
from orthoweave.settings import read_settings
from orthoweave.storage.durable import pending_folder
from orthoweave.storage.matrix import MatrixReader, open_matrix
from orthoweave.storage.merge import merge_nodes
from orthoweave.storage.provenance import SourceInfo
from orthoweave.text.base import TextEncoder, unit_rows
from orthoweave.text.encoders import find_encoder

SPACES: Final = {"genes": "gene_text", "cells": "cell_text", "cell_types": "cell_type_text"}
# a few synonyms help a search; some terms have dozens, of which many are spellings
SYNONYMS: Final = 5


def identify(inputs: tuple[Path, ...], options: Mapping[str, Any]) -> SourceInfo:
    """One source for the genes, one for the cell types, one for each dataset's cells."""
    what, dataset = options["what"], options["dataset"]
    if (what == "cells") != (dataset is not None):
        message = (
            f"what={what!r} with dataset={dataset!r}: expected a dataset for cells "
            "(--set what=cells --set dataset=…), and none for genes and cell types"
        )
        raise UsageError(message)
    of = f"cells of {dataset}" if dataset else what.replace("_", " ")
    return SourceInfo(
        name=f"embeddings_{what}" + (f"_{dataset}" if dataset else ""),
        knowledge_level="not_provided",
        agent_type="computational_model",
        title=f"vectors of {of} by the text model {Path(options['model']).name}",
    )


@job(
    name="embeddings",
    help="embed genes, cell types or the cells of a dataset for search by meaning",
    inputs="no files: the genes, cell types and datasets that were ingested",
    writes=("gene_text", "cell_text", "cell_type_text"),
    options=(
        Option("what", "what to embed", default="genes", choices=tuple(SPACES)),
        Option("dataset", "dataset whose cells are embedded (what=cells)"),
        Option(
            "model",
            "text encoder: all-MiniLM-L6-v2 or the path of a local model",
            default=read_settings().text_model,
        ),
        Option("device", "where the text encoder computes", default="cpu", choices=("cpu", "cuda")),
        Option("top_genes", "genes that stand for a cell (what=cells)", int, 100),
        Option(
            "weighting",
            "weights of a cell's genes: specific (square root of the count times "
            "the gene's specificity), log or counts",
            default="specific",
            choices=WEIGHTINGS,
        ),
        Option("min_genes", "leave out cells with fewer genes that have a text", int, 3),
    ),
    uses=frozenset({"gene_texts", "cell_types", "dataset"}),
    identify=identify,
    needs_input=False,
)
def embeddings(context: JobContext) -> None:
    """Write the vectors of one space."""
    what = context.options["what"]
    encoder = find_encoder(
        context.options["model"], device=context.options["device"], cache=context.layout.cache
    )
    if what == "cells":
        _embed_cells(context, encoder)
        return
    made = _gene_vectors if what == "genes" else _cell_type_vectors
    ids, vectors = made(context, encoder)
    if not ids:
        needed = "gene_descriptions" if what == "genes" else "cell_ontology"
        message = f"no {what} with a text to embed: run `orthoweave ingest {needed} FILE` first"
        raise UsageError(message)
    _write(context, ids, vectors, encoder)


def _embed_cells(context: JobContext, encoder: TextEncoder) -> None:
    files = context.dataset
    if files is None:
        message = "cells are embedded for one dataset: expected --set dataset=…"
        raise UsageError(message)
    matrix = open_matrix(files.matrix)
    matrix.require_counts(files.name, "an embedding of its cells")
    options = context.options
    gene_vectors, has_text = _column_vectors(context, encoder, matrix)
    factors = has_text.astype(np.float64)
    if options["weighting"] == "specific":
        factors *= gene_specificity((block for _, block in matrix.blocks()), matrix.n_genes)
    left_out: list[str] = []
    counted = covered = 0.0
    with context.progress.task(f"cell vectors of {files.name}", matrix.n_cells) as task:
        for start, counts in matrix.blocks():
            genes = top_genes(
                counts, factors, top=options["top_genes"], weighting=options["weighting"]
            )
            found = cell_vectors(genes, gene_vectors)
            kept = (found.n_genes >= options["min_genes"]) & (found.lengths > 0)
            keys = [
                cell_key(files.name, barcode)
                for barcode in matrix.barcodes[start : start + counts.shape[0]]
            ]
            left_out += [key for key, keep in zip(keys, kept, strict=True) if not keep]
            _write(
                context,
                [key for key, keep in zip(keys, kept, strict=True) if keep],
                found.vectors[kept],
                encoder,
            )
            counted += float(counts.data.sum(dtype=np.float64))
            covered += float(counts.data[has_text[counts.indices]].sum(dtype=np.float64))
            task.advance(counts.shape[0])
    share = covered / counted if counted else 0.0
    context.progress.note(
        f"{files.name}: {matrix.n_cells - len(left_out):,} cell vectors; {share:.1%} of all counts "
        f"are of genes with a text; {len(left_out):,} cells left out (fewer than "
        f"{options['min_genes']} such genes)"
    )
    context.out.write_lines("cells-left-out", left_out)
    context.out.write_report(
        "cell_text",
        {
            "dataset": files.name,
            "weighting": options["weighting"],
            "top_genes": options["top_genes"],
            "cells": matrix.n_cells,
            "left_out": len(left_out),
            "genes_with_text": int(has_text.sum()),
            "share_of_counts": round(share, 6),
            # the factor of each column, from which a hit is explained gene by gene
            "factors": [round(factor, 6) for factor in factors.tolist()],
        },
    )


def _column_vectors(
    context: JobContext, encoder: TextEncoder, matrix: MatrixReader
) -> tuple[np.ndarray, np.ndarray]:
    """Centred gene vectors by column, and which columns have one."""
    wanted = {key for key in matrix.gene_keys if key is not None}
    texts = {key: text for key, text in _gene_texts(context) if key in wanted}
    if not texts:
        message = (
            "none of the dataset's genes has a symbol, name or summary: expected genes from "
            "`orthoweave ingest gene_descriptions FILE`, ingested before the dataset"
        )
        raise InputError(message)
    rows = {key: row for row, key in enumerate(texts)}
    encoded = encoder.encode(list(texts.values()), context.progress)
    encoded = encoded - encoded.mean(axis=0)
    has_text = np.array([key in rows for key in matrix.gene_keys])
    columns = np.zeros((matrix.n_genes, encoded.shape[1]), np.float32)
    columns[has_text] = encoded[[rows[key] for key in matrix.gene_keys if key in rows]]
    return columns, has_text


def _write(context: JobContext, ids: list[str], vectors: np.ndarray, encoder: TextEncoder) -> None:
    space = SPACES[context.options["what"]]
    context.out.write_vectors(space, ids, vectors, model=encoder.name, model_digest=encoder.digest)


def _gene_texts(context: JobContext) -> Iterator[tuple[str, str]]:
    """Key and text of each gene that has one: its symbol, full name and summary."""
    for row in _merged(context, "Gene"):
        symbol, name, summary = (row[column] for column in ("symbol", "name", "summary"))
        head = ": ".join(dict.fromkeys(part for part in (symbol, name) if part))
        text = ". ".join(part for part in (head, summary) if part)
        if text:
            yield row["id"], text


def _gene_vectors(context: JobContext, encoder: TextEncoder) -> tuple[list[str], np.ndarray]:
    texts = dict(_gene_texts(context))
    return list(texts), encoder.encode(list(texts.values()), context.progress)


def _cell_type_vectors(context: JobContext, encoder: TextEncoder) -> tuple[list[str], np.ndarray]:
    """Keys of the cell types that are in use, and half name, half mean of the synonyms."""
    names, synonyms = {}, {}
    for row in _merged(context, "CellType"):
        name = row["name"] or (
            row["id"].rpartition("/")[2] if row["id"].startswith("label:") else None
        )
        if name and not row["deprecated"]:
            names[row["id"]] = name
            others = [text for text in row["synonyms"] or () if text != name]
            synonyms[row["id"]] = others[:SYNONYMS] or [name]
    texts = list(dict.fromkeys([*names.values(), *(t for some in synonyms.values() for t in some)]))
    found = dict(zip(texts, encoder.encode(texts, context.progress), strict=True))
    mixed = [
        found[names[key]] + np.mean([found[t] for t in synonyms[key]], axis=0) for key in names
    ]
    return list(names), unit_rows(np.array(mixed).reshape(len(names), encoder.dimension))


def _merged(context: JobContext, name: str) -> Iterator[dict[str, Any]]:
    """Nodes of all sources, merged as a build merges them."""
    paths = [path for tables in context.upstream if (path := tables.checked_table(name))]
    if not paths:
        return
    with pending_folder(context.layout.cache, "merged") as folder:
        target = folder / "merged.parquet"
        merge_nodes(paths, target, context.schema.nodes[name])
        rows = pq.read_table(target).to_pylist()
    yield from rows
