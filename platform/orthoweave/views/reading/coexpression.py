"""The co-expression network of a dataset of a published build."""

from typing import Final

import pyarrow.compute as pc

from orthoweave.errors import AmbiguousNameError, InputError
from orthoweave.storage.published import Published
from orthoweave.views.network import NetworkView, network_view
from orthoweave.views.reading.kinds import Behind, ViewKind
from orthoweave.views.requests import NetworkRequest

_COLUMNS = ["from", "to", "dataset", "cell_type", "method", "coefficient", "source"]


def read_network(published: Published, request: NetworkRequest) -> NetworkView:
    """Read the co-expression over all cells of a dataset, as one source made it.

    Raises
    ------
    UnknownNameError
        If the build has no such dataset.
    AmbiguousNameError
        If several sources made one and the request names none.
    InputError
        If there is none.
    """
    dataset = request.dataset
    published.matrix(dataset)
    about = published.table("Dataset", ["id", "species"], [("id", "=", dataset)])
    rows = published.table("COEXPRESSED_WITH", _COLUMNS, [("dataset", "=", dataset)])
    # networks within one cell type are separate networks
    rows = rows.filter(pc.is_null(rows["cell_type"]))
    makers = {key: _name(key) for key in rows["source"].unique().to_pylist()}
    wanted = [key for key, name in makers.items() if request.source in ("", name)]
    if not wanted:
        known = ", ".join(sorted(makers.values())) or "none: ingest with the job coexpression"
        message = f"no co-expression of {dataset!r} by {request.source!r}: there is {known}"
        raise InputError(message)
    if len(wanted) > 1:
        message = (
            f"co-expression of {dataset!r} was made by several sources: say which of "
            f"{', '.join(sorted(makers.values()))}"
        )
        raise AmbiguousNameError(message)
    rows = rows.filter(pc.equal(rows["source"], wanted[0]))
    rows = rows.filter(pc.greater_equal(pc.abs(rows["coefficient"]), request.min_abs))
    genes = published.table("Gene", ["id", "symbol"])
    symbols = dict(zip(genes["id"].to_pylist(), genes["symbol"].to_pylist(), strict=True))
    return network_view(
        dataset,
        about["species"][0].as_py(),
        rows["from"].to_numpy(),
        rows["to"].to_numpy(),
        rows["coefficient"].to_numpy(),
        method=next(iter(rows["method"].to_pylist()), ""),
        symbol_of=symbols,
    )


def _name(source: str) -> str:
    return source.removeprefix("source:").partition("@")[0]


KIND: Final = ViewKind(
    NetworkRequest,
    NetworkView,
    read_network,
    lambda request: Behind((request.dataset,), ("COEXPRESSED_WITH",)),
)
