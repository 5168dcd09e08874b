"""The selective scan on a GPU by the kernels of mamba-ssm, where that package is installed."""

from collections.abc import Callable
from functools import cache
from importlib import import_module

import torch

from orthoweave.errors import MissingExtraError

FusedScan = Callable[..., torch.Tensor]


@cache
def fused_function() -> FusedScan | None:
    """Return the scan of mamba-ssm; None if the package cannot be imported."""
    try:
        package = import_module("mamba_ssm.ops.selective_scan_interface")
    except ImportError:
        return None
    found: FusedScan = package.selective_scan_fn
    return found


def fused_scan(
    inputs: torch.Tensor,
    step: torch.Tensor,
    decay: torch.Tensor,
    write: torch.Tensor,
    read: torch.Tensor,
) -> torch.Tensor:
    """Return the outputs of the recurrence; parameters as for `loop_scan`, on a GPU.

    Raises
    ------
    MissingExtraError
        If mamba-ssm is not installed.
    """
    scan = fused_function()
    if scan is None:
        message = (
            "scan='fused' needs the package mamba-ssm, which cannot be imported here: "
            "say scan='auto', or install mamba-ssm for this version of CUDA"
        )
        raise MissingExtraError(message)
    # it takes time as the last axis
    by_channel = [one.transpose(1, 2).contiguous() for one in (inputs, step, write, read)]
    values, moves, puts, takes = by_channel
    return scan(values, moves, decay, puts, takes).transpose(1, 2)
