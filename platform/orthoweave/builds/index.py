"""Indexes of a build: its genes by name, and one index for the vectors of each space."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orthoweave.builds.assemble import Assembled
from orthoweave.builds.kept import Kept, keep
from orthoweave.builds.parts import Workshop
from orthoweave.errors import BuildError
from orthoweave.genes.build import build_catalogue
from orthoweave.schema import VectorSpace
from orthoweave.storage.durable import text_digest
from orthoweave.storage.engine import parquet
from orthoweave.storage.manifest import GENES_FILE
from orthoweave.storage.run_outputs import run_spaces
from orthoweave.storage.tableset import TableSet, verify_tableset
from orthoweave.text.base import unit_rows
from orthoweave.vectors.faiss_build import build_index
from orthoweave.version import VERSION


def index_vectors(
    workshop: Workshop, found: Assembled, sources: Sequence[TableSet], *, gpu: bool
) -> dict[str, Kept]:
    """Return an index for each vector space that a source or a run has, with its description.

    Vectors of nodes that are not in the graph are left out and counted; of two vectors of one
    node, that of the source with precedence counts. An existing index of the same vectors is
    used again.

    Raises
    ------
    BuildError
        If two sources of a space used different models: their vectors cannot be compared.
    """
    made = {}
    for space in _spaces(workshop, sources):
        giving = [source for source in sources if space.name in source.vectors]
        if not giving:
            continue
        about = _same_model(space.name, giving)
        every = ((source, source.vector_path(space.name)) for source in giving)
        given = [(source, path) for source, path in every if path is not None]
        unknown = _unknown(workshop, given, found.paths(space.of))
        if sum(source.counts[space.name] for source in giving) == len(unknown):
            continue
        recipe = {
            "kind": "vectors",
            "space": space.name,
            "model": about,
            "files": [source.files[path.name] for source, path in given],
            "unknown": text_digest("\n".join(unknown)),
            "gpu": gpu,
            "code": VERSION,
        }
        made[space.name] = keep(
            workshop.layout,
            recipe,
            partial(_index, given, unknown, about, gpu=gpu),
            check=workshop.check,
        )
    return made


def _spaces(workshop: Workshop, sources: Sequence[TableSet]) -> list[VectorSpace]:
    """Return the spaces of the schema, then those of runs, each of which one source gives."""
    of_runs = (space for source in sources for space in run_spaces(source).values())
    return [*workshop.schema.vectors.values(), *of_runs]


def gene_names(workshop: Workshop, found: Assembled) -> Kept | None:
    """Return the catalogue of the graph's genes by name; one of the same genes is used again."""
    slices = found.slices.get("Gene", [])
    if not slices:
        return None

    def make(folder: Path) -> dict[str, Any]:
        build_catalogue([one.parquet for one in slices], folder / GENES_FILE)
        return {}

    recipe = {"kind": "gene names", "code": VERSION, "genes": str(found.content()["Gene"])}
    return keep(workshop.layout, recipe, make, check=workshop.check)


def _index(
    given: Sequence[tuple[TableSet, Path]],
    unknown: Sequence[str],
    about: dict[str, Any],
    folder: Path,
    *,
    gpu: bool,
) -> dict[str, Any]:
    for source, _ in given:
        verify_tableset(source)
    rows, left_out = _rows([path for _, path in given], unknown)
    flat = rows["vector"].combine_chunks().flatten().to_numpy()
    vectors = np.ascontiguousarray(flat.reshape(rows.num_rows, -1))
    if "metric" in about:
        # a run's vectors have any length; by cosine their directions are compared
        vectors = unit_rows(vectors.astype(np.float64))
    built = build_index(rows["id"].to_pylist(), vectors, folder, seed=0, gpu=gpu)
    return {**about, **built, "left_out": left_out}


def _unknown(
    workshop: Workshop, given: Sequence[tuple[TableSet, Path]], nodes: Sequence[Path]
) -> list[str]:
    """Return the keys that have a vector but are not nodes.

    Raises
    ------
    IntegrityError
        If a file is damaged so that it cannot be read; other damage makes another index, for which
        all is verified.
    """
    known = f"SELECT id FROM {parquet(nodes)}" if nodes else "SELECT ''"
    vectors = parquet([path for _, path in given])
    query = f"SELECT DISTINCT id FROM {vectors} WHERE id NOT IN ({known}) ORDER BY id"
    try:
        return [key for (key,) in workshop.engine.sql(query).fetchall()]
    except duckdb.Error:
        for source, _ in given:
            verify_tableset(source)
        raise


def _same_model(space: str, sources: Sequence[TableSet]) -> dict[str, Any]:
    about = sources[0].vectors[space]
    for source in sources[1:]:
        other = source.vectors[space]
        if other != about:
            message = (
                f"vectors of {space} cannot be searched together: source "
                f"{sources[0].source.name!r} used {about['model']!r} (dimension "
                f"{about['dimension']}), {source.source.name!r} {other['model']!r} (dimension "
                f"{other['dimension']}). Make one again with the other's model"
            )
            raise BuildError(message)
    return about


def _rows(paths: Sequence[Path], unknown: Sequence[str]) -> tuple[pa.Table, int]:
    """Return ids and vectors by id, one for each node, and how many vectors were left out."""
    rows = pa.concat_tables([pq.read_table(path) for path in paths])
    ids = rows["id"].to_numpy()
    _, first = np.unique(ids, return_index=True)
    kept = rows.take(pa.array(first))
    kept = kept.filter(pc.invert(pc.is_in(kept["id"], value_set=pa.array(unknown, pa.string()))))
    return kept, rows.num_rows - kept.num_rows
