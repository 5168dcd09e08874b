"""The selective scan by the way that suits the device."""

import torch

from orthoweave.errors import UsageError
from orthoweave.models.encoder.config import Scan
from orthoweave.models.encoder.scans.blocked import blocked_scan
from orthoweave.models.encoder.scans.fused import fused_function, fused_scan
from orthoweave.models.encoder.scans.loop import loop_scan


def selective_scan(
    inputs: torch.Tensor,
    step: torch.Tensor,
    decay: torch.Tensor,
    write: torch.Tensor,
    read: torch.Tensor,
    *,
    scan: Scan = "auto",
) -> torch.Tensor:
    """Return the outputs of the recurrence of `loop_scan`, in float32 at least.

    Parameters
    ----------
    inputs, step
        Shape ``(n_batch, length, n_channels)``.
    decay
        Shape ``(n_channels, n_states)``, below 0.
    write, read
        Shape ``(n_batch, length, n_states)``.
    scan
        ``auto`` takes the fused kernel on a GPU where its package is installed, compiled loops on a
        CPU, and blocks that are computed again for the gradient elsewhere.

    Raises
    ------
    UsageError
        If the way is unknown, or not for this device.
    MissingExtraError
        If the package of the fused kernel is not installed.
    """
    kind = torch.float64 if inputs.dtype == torch.float64 else torch.float32
    given = [one.to(kind) for one in (inputs, step, decay, write, read)]
    match _chosen(scan, inputs.device.type):
        case "fused":
            return fused_scan(*given)
        case "numba":
            # numba takes half a second to import
            from orthoweave.models.encoder.scans.kernel import kernel_scan

            return kernel_scan(*given)
        case "blocked":
            return blocked_scan(*given)
        case "loop":
            return loop_scan(*given)
        case _:
            message = f"scan={scan!r}: expected auto, fused, numba, blocked or loop"
            raise UsageError(message)


def _chosen(scan: Scan, device: str) -> Scan:
    if scan != "auto":
        return scan
    if device == "cpu":
        return "numba"
    return "fused" if device == "cuda" and fused_function() is not None else "blocked"
