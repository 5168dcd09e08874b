"""The selective scan on a CPU by compiled loops; see `loops`."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch

from orthoweave.errors import UsageError
from orthoweave.models.encoder.scans import loops

Work = Callable[[int, int], None]
"""Does the items of a range, given by its first and its end."""


def kernel_scan(
    inputs: torch.Tensor,
    step: torch.Tensor,
    decay: torch.Tensor,
    write: torch.Tensor,
    read: torch.Tensor,
) -> torch.Tensor:
    """Return the outputs of the recurrence; parameters as for `loop_scan`.

    It keeps the inputs and one state in each block of 32 steps, and runs through a block again for
    the gradient. Threads share batch and channels forward, and the batch alone backward; the
    result does not depend on their number.

    Raises
    ------
    UsageError
        If the tensors are on a GPU, or are not of float32 or float64.
    """
    given = (inputs, step, decay, write, read)
    kinds = {one.dtype for one in given}
    if any(one.is_cuda for one in given) or kinds not in ({torch.float32}, {torch.float64}):
        message = (
            f"scan='numba': expected tensors of one type, float32 or float64, on a CPU, found "
            f"{', '.join(sorted(map(str, kinds)))} on {inputs.device}: say scan='auto'"
        )
        raise UsageError(message)
    found: torch.Tensor = _KernelScan.apply(*given)
    return found


class _KernelScan(torch.autograd.Function):
    """The scan with its gradient."""

    @staticmethod
    def forward(context: Any, *given: torch.Tensor) -> torch.Tensor:
        inputs, step, decay, write, read = (_array(one) for one in given)
        n_batch, length, n_channels = inputs.shape
        decay = np.ascontiguousarray(decay.T)
        outputs = np.empty_like(inputs)
        n_blocks = -(-length // loops.BLOCK)
        kept = np.empty((n_batch, n_blocks, *decay.shape), inputs.dtype)

        def work(first: int, last: int) -> None:
            loops.forward(inputs, step, decay, write, read, outputs, kept, first, last)

        _shared_out(work, n_batch * -(-n_channels // loops.TILE))
        context.save_for_backward(*given, torch.from_numpy(kept))
        return torch.from_numpy(outputs)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(context: Any, slope: torch.Tensor) -> tuple[torch.Tensor, ...]:
        saved = context.saved_tensors
        inputs, step, decay, write, read, kept = (_array(one) for one in saved)
        given = (inputs, step, write, read, _array(slope))
        decay = np.ascontiguousarray(decay.T)
        found = tuple(np.zeros_like(one) for one in given[:4])
        d_decay = np.zeros((len(inputs), *decay.shape), decay.dtype)

        def work(first: int, last: int) -> None:
            loops.backward(given, decay, kept, found, d_decay, first, last)

        _shared_out(work, len(inputs))
        d_inputs, d_step, d_write, d_read = map(torch.from_numpy, found)
        return d_inputs, d_step, torch.from_numpy(d_decay.sum(axis=0).T), d_write, d_read


def _array(tensor: torch.Tensor) -> np.ndarray:
    return np.ascontiguousarray(tensor.detach().numpy())


def _shared_out(work: Work, n_items: int) -> None:
    """Do items in as many threads as PyTorch uses."""
    n_threads = min(torch.get_num_threads(), n_items)
    if n_threads < 2:
        work(0, n_items)
        return
    ends = [n_items * number // n_threads for number in range(n_threads + 1)]
    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(work, ends[:-1], ends[1:]))
