"""The device of a model: a processor or a GPU, with the same code."""

from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import Any

from orthoweave.errors import MissingExtraError, UsageError


def import_torch() -> ModuleType:
    """Import and return PyTorch.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    """
    try:
        import torch
    except ImportError as error:
        message = (
            "this model needs PyTorch, which is not installed: pip install 'orthoweave[models]'"
        )
        raise MissingExtraError(message) from error
    return torch


def resolve_device(device: str) -> str:
    """Return ``cpu`` or ``cuda`` for a device option; ``auto`` takes a GPU if there is one.

    Raises
    ------
    UsageError
        If a GPU is requested but not available.
    """
    if device not in ("auto", "cpu", "cuda"):
        message = f"device={device!r}: expected auto, cpu or cuda"
        raise UsageError(message)
    if device == "cpu":
        return "cpu"
    has_gpu = bool(import_torch().cuda.is_available())
    if device == "cuda" and not has_gpu:
        message = "device='cuda': no GPU that PyTorch can use was found; say device=cpu or auto"
        raise UsageError(message)
    return "cuda" if has_gpu else "cpu"


def device_of(config: Any) -> str:
    """Return the option `device` of a configuration; ``cpu`` where it has none."""
    return str(getattr(config, "device", "cpu"))


def mixed_precision(device: str) -> AbstractContextManager[object]:
    """Return a context that multiplies matrices in bfloat16 on a GPU and in float32 on a CPU."""
    if device != "cuda":
        return nullcontext()
    torch = import_torch()
    autocast: AbstractContextManager[object] = torch.autocast("cuda", dtype=torch.bfloat16)
    return autocast
