"""Vector indexes of a build: the vectors of all sources of a space, searched as one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orthoweave.builds.assemble import Assembled
from orthoweave.errors import BuildError
from orthoweave.tables.manifest import VECTORS_FOLDER
from orthoweave.tables.tableset import TableSet
from orthoweave.vectors.faiss_index import build_index


def index_vectors(
    found: Assembled, sources: Sequence[TableSet], *, gpu: bool
) -> dict[str, dict[str, Any]]:
    """Write an index for each vector space that a source gives; what they are, by space.

    Vectors of nodes that are not in the graph are left out and counted; of two vectors of one
    node, that of the source with precedence is taken.

    Raises
    ------
    BuildError
        If two sources of a space used different models: their vectors cannot be compared.
    """
    made = {}
    for space in found.schema.vectors.values():
        giving = [source for source in sources if space.name in source.vectors]
        if not giving:
            continue
        about = _same_model(space.name, giving)
        rows, left_out = _rows(giving, space.name, found.paths.get(space.of, []))
        if not rows.num_rows:
            continue
        flat = rows["vector"].combine_chunks().flatten().to_numpy()
        vectors = np.ascontiguousarray(flat.reshape(rows.num_rows, -1))
        target = found.folder / VECTORS_FOLDER / space.name
        target.mkdir(parents=True)
        made[space.name] = {
            **about,
            **build_index(rows["id"].to_pylist(), vectors, target, seed=0, gpu=gpu),
            "left_out": left_out,
        }
    return made


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


def _rows(sources: Sequence[TableSet], space: str, nodes: list[Path]) -> tuple[pa.Table, int]:
    """Ids and vectors sorted by id, one for each node of the graph, and how many were left out."""
    parts = [pq.read_table(path) for source in sources for path in [source.vector_path(space)]]
    rows = pa.concat_tables(parts)
    known = pa.chunked_array(
        [chunk for path in nodes for chunk in pq.read_table(path, columns=["id"])["id"].chunks],
        pa.string(),
    )
    ids = rows["id"].to_numpy()
    _, first = np.unique(ids, return_index=True)
    kept = rows.take(pa.array(first))
    kept = kept.filter(pc.is_in(kept["id"], value_set=known.combine_chunks()))
    return kept, rows.num_rows - kept.num_rows
