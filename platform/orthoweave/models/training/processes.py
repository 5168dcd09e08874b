"""Several processes that train one network together, as ``torchrun`` starts them.

Each process reads, computes and returns the same; the first one, the leader, alone writes.
"""

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from orthoweave.errors import UsageError
from orthoweave.models.device import import_torch, resolve_device


def n_processes() -> int:
    """Return the number of processes that ``torchrun`` started; 1 without it."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Return the number of this process among them, from 0."""
    return int(os.environ.get("RANK", "0")) if n_processes() > 1 else 0


def is_leader() -> bool:
    """Return whether this process is the one that writes."""
    return rank() == 0


@contextmanager
def joined(device: str) -> Iterator[None]:
    """Join the other processes for the length of a block; do nothing where there are none.

    They talk by NCCL on GPUs, of which each process takes one, and by gloo on CPUs.

    Parameters
    ----------
    device
        ``auto``, ``cpu`` or ``cuda``.

    Raises
    ------
    UsageError
        If there are more processes on this machine than GPUs.
    """
    if n_processes() == 1:
        yield
        return
    torch = import_torch()
    kind = resolve_device(device)
    if kind == "cuda":
        own, n_gpus = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
        if own >= n_gpus:
            message = (
                f"process {own + 1} on this machine has no GPU of its own, of {n_gpus}: start as "
                "many processes as GPUs (--nproc-per-node), or say device=cpu"
            )
            raise UsageError(message)
        torch.cuda.set_device(own)
    torch.distributed.init_process_group("nccl" if kind == "cuda" else "gloo")
    try:
        yield
    finally:
        # a module that still shares gradients would keep the group's threads to the end of the
        # process, which then aborts
        gc.collect()
        torch.distributed.destroy_process_group()


def are_joined() -> bool:
    """Return whether this process has joined others."""
    return n_processes() > 1 and import_torch().distributed.is_initialized()


def wait_for_all() -> None:
    """Return when every process has come here; at once where there are no others."""
    if are_joined():
        import_torch().distributed.barrier()


def summed(values: list[float], device: str) -> list[float]:
    """Return the sums of some numbers over all processes."""
    if not are_joined():
        return values
    torch = import_torch()
    found = torch.tensor(values, dtype=torch.float64, device=device)
    torch.distributed.all_reduce(found)
    return [float(value) for value in found]


def from_leader(
    arrays: Mapping[str, np.ndarray] | None, like: Mapping[str, np.ndarray], device: str
) -> dict[str, np.ndarray] | None:
    """Return the leader's arrays in every process; None if it has none.

    Parameters
    ----------
    arrays
        Heeded in the leader only.
    like
        Arrays of the same names, shapes and types.
    """
    if not are_joined():
        return None if arrays is None else dict(arrays)
    torch = import_torch()
    own = arrays if is_leader() else None
    if summed([float(own is not None)], device) == [0.0]:
        return None
    found = {}
    for name, value in sorted(like.items()):
        sent = torch.from_numpy(np.array(value if own is None else own[name])).to(device)
        torch.distributed.broadcast(sent, 0)
        found[name] = sent.cpu().numpy()
    return found
