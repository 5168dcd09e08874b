"""A job that writes a node type of this package: pathways, from a table of their genes."""

import pyarrow as pa

from orthoweave.errors import InputError
from orthoweave.files.delimited import read_delimited
from orthoweave.jobs import JobContext, job


@job(
    name="lab_pathways",
    help="pathways that a laboratory has defined",
    inputs="a table with the columns pathway, gene and weight, plain or gzipped",
    writes=("Pathway", "IN_PATHWAY"),
    uses=frozenset({"genes"}),
)
def lab_pathways(context: JobContext) -> None:
    """Write a node for each pathway, and an edge from each gene whose name is unique."""
    [path] = context.inputs
    frame = read_delimited(path, columns=["pathway", "gene", "weight"])
    resolution = context.genes().resolve_many(frame["gene"].to_list(), on_ambiguous="best")
    context.out.write_report("coverage", resolution.report.as_dict())
    genes = resolution.unique()
    edges = [
        {"from": genes[gene], "to": f"pathway:{pathway}", "weight": float(weight)}
        for pathway, gene, weight in frame.select("pathway", "gene", "weight").rows()
        if gene in genes
    ]
    if not edges:
        message = f"{path}: expected gene names in the column 'gene', found no known gene"
        raise InputError(message)
    sizes: dict[str, int] = {}
    for edge in edges:
        sizes[edge["to"]] = sizes.get(edge["to"], 0) + 1
    nodes = [
        {"id": key, "name": key.removeprefix("pathway:"), "n_genes": size}
        for key, size in sizes.items()
    ]
    context.out.write("Pathway", pa.Table.from_pylist(nodes))
    context.out.write("IN_PATHWAY", pa.Table.from_pylist(edges))
