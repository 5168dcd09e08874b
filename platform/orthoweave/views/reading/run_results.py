"""Vectors, predictions and arrays of the runs in a published build, by run and dataset."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orthoweave.errors import UnknownNameError
from orthoweave.ids import cell_key
from orthoweave.storage.manifest import BuiltSource
from orthoweave.storage.published import Published
from orthoweave.storage.run_outputs import (
    KeyedArray,
    array_names,
    read_array,
    read_predictions,
    read_space,
    run_spaces,
)
from orthoweave.storage.tableset import TableSet, read_tableset

_CLUSTERS = "IN_CLUSTER"


@dataclass(frozen=True, slots=True)
class RunResults:
    """Results of a run for the cells and genes of one dataset."""

    run: str
    """Name of the run's source."""
    key: str
    """Key of its Run node."""
    predictions: pa.Table | None = None
    """Rows of `orthoweave.storage.run_outputs.PREDICTIONS`."""
    clusters: pa.Table | None = None
    """Columns `cell` and `cluster`, the label of the cluster within its run."""
    vectors: dict[str, KeyedArray] = field(default_factory=dict)
    """By name of the space within the run; columns are numbers from 0."""
    arrays: dict[str, KeyedArray] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Return whether the run has anything on the dataset."""
        return bool(self.vectors or self.arrays) or any(
            table is not None for table in (self.predictions, self.clusters)
        )


def tables_of_run(published: Published, run: str) -> TableSet:
    """Return the tables of a run.

    Parameters
    ----------
    run
        Name of its source or key of its Run node.

    Raises
    ------
    UnknownNameError
        If the build has no such run; the message lists those it has.
    """
    sources = _runs(published)
    for source in sources:
        if run in (source.name, _key(source)):
            return read_tableset(published.layout.tables / source.tables_digest)
    known = ", ".join(source.name for source in sources) or "none"
    message = f"no run {run!r} in build {published.manifest.build}: expected one of {known}"
    raise UnknownNameError(message)


def results_for(
    published: Published, dataset: str, runs: Sequence[str] | None
) -> Iterator[RunResults]:
    """Yield what runs say of a dataset's cells and genes.

    Parameters
    ----------
    runs
        Names or keys of runs, each of which must have something; None for all that have.

    Raises
    ------
    UnknownNameError
        If a run does not exist, or has nothing on the dataset; the message lists those that
        have.
    IntegrityError
        If a file is not what the run wrote.
    """
    published.require_dataset(dataset)
    wanted = [source.name for source in _runs(published)] if runs is None else runs
    for run in dict.fromkeys(wanted):
        found = _results(published, tables_of_run(published, run), dataset)
        if found:
            yield found
        elif runs is not None:
            having = [one.run for one in results_for(published, dataset, None)]
            message = (
                f"run {run!r} has no vectors, predictions, clusters or arrays of {dataset!r}: "
                f"expected one of {', '.join(having) or 'none'}"
            )
            raise UnknownNameError(message)


def _runs(published: Published) -> list[BuiltSource]:
    return [one for one in published.manifest.sources if one.job.startswith("run ")]


def _key(source: BuiltSource) -> str:
    return f"run:{source.name}@{source.version}"


def _results(published: Published, tables: TableSet, dataset: str) -> RunResults:
    prefix = cell_key(dataset, "")
    genes = published.table("MEASURED_IN", ["from"], [("to", "=", dataset)])["from"]
    vectors = {}
    for space, about in run_spaces(tables).items():
        keys, values = read_space(tables, space)
        given = pa.array(keys, pa.string())
        own = pc.starts_with(given, prefix) if about.of == "Cell" else pc.is_in(given, genes)
        there = own.to_numpy(zero_copy_only=False)
        if there.any():
            columns = np.array([str(number) for number in range(values.shape[1])], object)
            name = space.partition(":")[2]
            vectors[name] = KeyedArray(about.of, dataset, keys[there], columns, values[there])
    arrays = {name: read_array(tables, name) for name in array_names(tables)}
    return RunResults(
        tables.source.name,
        f"run:{tables.source.name}@{tables.source.version}",
        _of_cells(read_predictions(tables), prefix),
        _of_cells(_clusters(tables), prefix),
        vectors,
        {name: one for name, one in arrays.items() if one is not None and one.dataset == dataset},
    )


def _clusters(tables: TableSet) -> pa.Table | None:
    path = tables.checked_table(_CLUSTERS)
    if path is None:
        return None
    with pq.ParquetFile(path) as file:
        rows = file.read(["from", "to"])
    # the key of a cluster is that of its run and its label
    label = pc.replace_substring_regex(rows["to"].cast(pa.string()), r"^.*/", "")
    return pa.table({"cell": rows["from"].cast(pa.string()), "cluster": label})


def _of_cells(rows: pa.Table | None, prefix: str) -> pa.Table | None:
    if rows is None:
        return None
    own = rows.filter(pc.starts_with(rows["cell"], prefix))
    return own if own.num_rows else None
