"""Samples of one patient: refused, averaged or kept apart, as the user says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import scipy.sparse as sp

from orthoweave.errors import InputError, UsageError
from orthoweave.files.matrix_sources import Blocks, MatrixSource
from orthoweave.jobs.parts.obs_columns import known_texts

PATIENTS: Final = ("error", "mean", "separate")
_LISTED: Final = 3


def one_per_patient(
    source: MatrixSource,
    column: str | None,
    how: str,
    *,
    counts: bool,
    must_agree: Sequence[str | None] = (),
) -> MatrixSource:
    """Return a source with one sample for each patient, or with all of them as the user wants.

    Parameters
    ----------
    column
        Column of `obs` with the patients; where there is none, samples of one name are one patient.
    how
        ``error``: refuse several samples of a patient; ``mean``: average them; ``separate``: keep
        all, which then need names of their own.
    counts
        True for counts, which are not averaged.
    must_agree
        Columns that samples of a patient have to agree in. Where they differ in another one, it is
        left empty, with a note.

    Raises
    ------
    InputError
        If a patient has several samples, and `how` is ``error``; or if they do not agree.
    UsageError
        If a mean of counts is asked for.
    """
    obs = source.obs
    names = [str(name) for name in obs.index]
    patients = [
        text if text is not None else name
        for text, name in zip(known_texts(obs, column), names, strict=True)
    ]
    codes, unique = pd.factorize(np.array(patients, dtype=object))
    several = np.flatnonzero(np.bincount(codes) > 1)
    if how == "separate" or not len(several):
        return source
    listed = ", ".join(repr(str(unique[at])) for at in several[:_LISTED])
    _check_averaging(how, len(several), listed, counts=counts)
    merged, differ = _facts(obs, codes, several, must_agree)
    note = f"{len(several):,} patients have several samples, which were averaged: {listed}"
    notes = [note]
    if differ:
        notes.append(f"their samples differ in {', '.join(differ)}: left empty")
    return replace(
        source,
        obs=merged,
        read_blocks=_averaged(source, codes),
        nnz=None,
        notes=(*source.notes, *notes),
    )


def _check_averaging(how: str, n_several: int, listed: str, *, counts: bool) -> None:
    if how == "error":
        message = (
            f"{n_several:,} patients have several samples, such as {listed}: expected one for "
            "each, since survival counts a patient once. Average them with --set patients=mean, or "
            "keep samples of different kinds with --set patients=separate"
        )
        raise InputError(message)
    if counts:
        message = (
            "patients=mean and counts: the mean of counts is not a count, and "
            f"{n_several:,} patients have several samples. Add them up in the file, or keep them "
            "with --set patients=separate"
        )
        raise UsageError(message)


def _facts(
    obs: pd.DataFrame, codes: np.ndarray, several: np.ndarray, must_agree: Sequence[str | None]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the facts on each patient, and the columns in which samples of one differ."""
    first = np.unique(codes, return_index=True)[1]
    merged, differ = obs.iloc[first].copy(), []
    for column in obs.columns:
        texts = np.array(known_texts(obs, column), dtype=object)
        odd = [at for at in several if len(set(texts[codes == at])) > 1]
        if odd and column in must_agree:
            found = ", ".join(sorted(map(repr, set(texts[codes == odd[0]]))))
            message = (
                f"the samples of {str(obs.index[first[odd[0]]])!r} differ in {column!r} ({found}): "
                "expected one value for a patient. Correct the clinical table"
            )
            raise InputError(message)
        if odd:
            values = merged[column].to_numpy(dtype=object, copy=True)
            values[odd] = None
            merged[column] = values
            differ.append(repr(str(column)))
    return merged, differ


def _averaged(source: MatrixSource, codes: np.ndarray) -> Callable[[int], Blocks]:
    """Return a reader of the means of rows of one code; it holds them all in memory."""
    shape = (int(codes.max()) + 1, len(codes))
    parts = (1.0 / np.bincount(codes)[codes], (codes, np.arange(len(codes))))
    weights = sp.csr_matrix(parts, shape=shape)

    def blocks(rows: int) -> Blocks:
        means = sp.csr_matrix((shape[0], source.shape[1]), dtype=np.float64)
        for start, block in source.blocks():
            of_block = weights[:, start : start + block.shape[0]]
            means = sp.csr_matrix(means + of_block @ block.astype(np.float64))
        for start in range(0, shape[0], rows):
            part = sp.csr_matrix(means[start : start + rows].astype(np.float32))
            part.sort_indices()
            yield start, part

    return blocks
