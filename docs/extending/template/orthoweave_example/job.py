"""A job: what a laboratory writes about genes, as a source of its own."""

import pyarrow as pa

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_delimited
from orthoweave.jobs import JobContext, job


@job(
    name="lab_summaries",
    help="a laboratory's own summaries of genes",
    inputs="a table with the columns gene and summary, plain or gzipped",
    writes=("Gene",),
    uses=frozenset({"genes"}),
)
def lab_summaries(context: JobContext) -> None:
    """Write the summaries of genes that have one name only; count the others."""
    [path] = context.inputs
    frame = read_delimited(path, columns=["gene", "summary"])
    resolution = context.genes().resolve_many(frame["gene"].to_list(), on_ambiguous="best")
    context.out.write_report("coverage", resolution.report.as_dict())
    found = resolution.unique()
    if not found:
        message = f"{path}: expected names of genes in the column 'gene', found none that is known"
        raise InputError(message)
    summaries = dict(zip(frame["gene"], frame["summary"], strict=True))
    rows = [
        {"id": key, "species": context.genes().resolve(key)[0].species, "summary": summaries[name]}
        for name, key in found.items()
    ]
    context.out.write("Gene", pa.Table.from_pylist(rows))
