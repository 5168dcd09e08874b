"""The vectors of a space in a published build, as the sources' tables hold them."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orthoweave.errors import InputError
from orthoweave.storage.published import Published
from orthoweave.storage.tableset import read_tableset
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.requests import VectorRequest
from orthoweave.views.vector import VectorView


def read_vectors(published: Published, request: VectorRequest) -> VectorView:
    """Read all vectors of a space; of two vectors of one key, the first source's.

    Raises
    ------
    InputError
        If the build has no such vectors, or they were made by different models.
    IntegrityError
        If a file of them is not what was written.
    """
    parts, models = [], set()
    for source in published.manifest.sources:
        tables = read_tableset(published.layout.tables / source.tables_digest)
        path = tables.vector_path(request.space)
        if path is not None:
            about = tables.vectors[request.space]
            models.add((str(about["model"]), str(about["model_digest"])))
            published.checks.require(path, tables.files[path.name])
            parts.append(pq.read_table(path, columns=["id", "vector"]))
    if not parts:
        known = ", ".join(sorted(published.manifest.vectors)) or "none"
        message = (
            f"build {published.manifest.build} has no vectors {request.space!r}, but {known}: "
            "`orthoweave ingest embeddings` makes those of texts, `orthoweave run` those of a "
            "model; then `orthoweave build`"
        )
        raise InputError(message)
    if len(models) > 1:
        message = (
            f"vectors {request.space!r} were made by different models: "
            f"{', '.join(sorted(name for name, _ in models))}; embed all with one"
        )
        raise InputError(message)
    rows = pa.concat_tables(parts).combine_chunks()
    vectors = rows["vector"].combine_chunks()
    flat = np.asarray(vectors.flatten(), np.float32)
    ids, first = np.unique(rows["id"].to_numpy(zero_copy_only=False), return_index=True)
    return VectorView(
        request.space,
        next(iter(models))[0],
        ids.astype(object),
        flat.reshape(rows.num_rows, -1)[first],
    )


KIND: Final = ViewKind(
    VectorRequest, VectorView, read_vectors, lambda request: Behind(spaces=(request.space,))
)
