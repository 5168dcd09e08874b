"""Bulk samples by what a run says of them.

Survival by a restored gene or by a risk, and restored genes beside measured ones.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from orthoweave.errors import InputError, UnknownNameError
from orthoweave.questions.answer import Answer, table_of
from orthoweave.questions.genes import require_gene
from orthoweave.questions.runs import find_run, source_of
from orthoweave.questions.samples import AskedGene
from orthoweave.questions.session import Session
from orthoweave.questions.survival import Split, curves_answer
from orthoweave.storage.run_outputs import KeyedArray
from orthoweave.views.reading.run_results import RunResults, results_for
from orthoweave.views.reading.samples import read_samples
from orthoweave.views.requests import SamplesRequest
from orthoweave.views.samples import SamplesView

RESTORED: Final = "restored"
"""Name of the array of a run that holds restored genes."""
_RUNS: Final = pa.schema(
    [("run", pa.string()), ("genes", pa.int64()), ("risk", pa.bool_()), ("dataset", pa.string())]
)
_PAIRS: Final = pa.schema(
    [
        ("sample", pa.string()),
        ("group", pa.string()),
        ("restored", pa.float64()),
        ("measured", pa.float64()),
        ("scale", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class _Of:
    """Results of a run for the samples of a dataset."""

    found: RunResults
    view: SamplesView

    @property
    def array(self) -> KeyedArray | None:
        """Restored genes, if the run has any."""
        return self.found.arrays.get(RESTORED)

    @property
    def risk(self) -> np.ndarray | None:
        """Predicted number of each sample, NaN for none; None if the run predicts labels only."""
        table = self.found.predictions
        if table is None or table["value"].null_count == table.num_rows:
            return None
        values = table["value"].to_numpy(zero_copy_only=False).astype(np.float64)
        return self._aligned(table["cell"].to_numpy(zero_copy_only=False), values)

    def restored(self, gene: str) -> np.ndarray | None:
        """Return a restored gene of each sample, NaN for none; None if it was not restored."""
        array = self.array
        at = np.flatnonzero(array.columns == gene) if array is not None else np.zeros(0, int)
        if array is None or not len(at):
            return None
        return self._aligned(array.rows, array.values[:, at[0]].astype(np.float64))

    def _aligned(self, keys: np.ndarray, values: np.ndarray) -> np.ndarray:
        place = {str(key): number for number, key in enumerate(keys)}
        rows = np.array([place.get(str(cell), -1) for cell in self.view.cells], np.int64)
        return np.where(rows >= 0, values[rows], np.nan)


def sample_runs(session: Session, dataset: str) -> Answer:
    """List the runs that restore genes or predict a number for samples; see `KnowledgeBase`."""
    rows = []
    for found in results_for(session.published, dataset, None):
        array, table = found.arrays.get(RESTORED), found.predictions
        risk = table is not None and table["value"].null_count < table.num_rows
        if array is not None or risk:
            n_genes = 0 if array is None else len(array.columns)
            rows.append({"run": found.run, "genes": n_genes, "risk": risk, "dataset": dataset})
    title = f"Runs on the samples of {dataset}"
    asked = {"dataset": dataset}
    return session.answer(table_of(rows, _RUNS), title, "sample_runs", asked)


def run_survival_curves(
    session: Session,
    run: str,
    dataset: str,
    gene: str | None = None,
    *,
    split: Split = "median",
    group: str | None = None,
) -> Answer:
    """Return curves by a restored gene or a predicted number; see `KnowledgeBase`."""
    said = _of_run(session, run, dataset, gene)
    if gene is None:
        name, values, symbol = "risk", said.risk, "the predicted number"
    else:
        known = require_gene(session.genes, gene, None)
        name, values, symbol = gene, said.restored(known.gene), known.symbol or gene
    if values is None:
        raise _nothing(said.found.run, dataset, gene)
    asked = AskedGene(name, name, symbol, said.view, values)
    parameters = {"run": run, "dataset": dataset, "gene": gene, "split": split, "group": group}
    title = f"Survival by {symbol} of {said.found.run} in {dataset}"
    return curves_answer(session, asked, title, "run_survival_curves", parameters)


def restored_values(session: Session, run: str, dataset: str, gene: str) -> Answer:
    """List a restored gene of each sample beside the measured one; see `KnowledgeBase`."""
    said, known = _of_run(session, run, dataset, gene), require_gene(session.genes, gene, None)
    values, view = said.restored(known.gene), said.view
    if values is None:
        raise _nothing(said.found.run, dataset, gene)
    at = np.flatnonzero(view.genes == known.gene)
    measured = view.values[:, at[0]] if len(at) else np.full(view.n_cells, np.nan)
    rows: list[dict[str, Any]] = [
        {
            "sample": str(cell),
            "group": label,
            "restored": None if np.isnan(mine) else float(mine),
            "measured": None if np.isnan(own) else float(own),
            "scale": view.scale,
        }
        for cell, label, mine, own in zip(view.cells, view.labels, values, measured, strict=True)
    ]
    both = np.isfinite(values) & np.isfinite(measured)
    notes = [f"{said.found.run} restored each sample without reading this gene of it"]
    if both.sum() > 2 and values[both].std() and measured[both].std():
        r = float(np.corrcoef(values[both], measured[both])[0, 1])
        notes.append(f"Pearson's correlation {r:.2f} over {int(both.sum()):,} samples")
    title = f"{known.symbol or gene} restored and measured in {dataset}"
    asked = {"run": run, "dataset": dataset, "gene": gene}
    return session.answer(table_of(rows, _PAIRS), title, "restored_values", asked, notes)


def _of_run(session: Session, run: str, dataset: str, gene: str | None) -> _Of:
    name = source_of(str(find_run(session, run)["run"]))
    genes = () if gene is None else (require_gene(session.genes, gene, None).gene,)
    found = next(iter(results_for(session.published, dataset, [name])), None)
    if found is None or not found:
        raise _nothing(name, dataset, gene)
    view = read_samples(session.published, SamplesRequest(dataset, genes=genes))
    return _Of(found, view)


def _nothing(run: str, dataset: str, gene: str | None) -> InputError | UnknownNameError:
    if gene is None:
        return UnknownNameError(
            f"run {run!r} predicts no number for the samples of {dataset!r}: take a run that does, "
            "as `sample_runs` lists them"
        )
    return InputError(
        f"run {run!r} restores no {gene!r} in {dataset!r}: it may be visible to that run; take "
        "another gene or run"
    )
