"""Selective scans: processor time and memory of a bidirectional Mamba by each way to compute it.

`python -m benchmarks.selective_scans` trains each mixer for one step in a process of its own: 4
blocks, width 128, expansion 2, 16 states, 4 taps, batch 8, length 1,000, float32, forward and
backward of a mean square. Goal of the compiled kernel: at most 4 s of processor time and 1.5 GB.
It writes results/selective_scans.json.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from orthoweave.models.encoder import mamba
from orthoweave.models.encoder.mamba import bissd_mixer, mamba_mixer
from orthoweave.models.encoder.scans.blocked import blocked_scan

RESULT = Path(__file__).parent / "results" / "selective_scans.json"
WIDTH, BATCH, LENGTH, DEPTH = 128, 8, 1000, 4
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to mix a sequence."""

    make: Callable[[int], nn.Module]
    """Makes the mixer of some depth."""
    depth: int = DEPTH
    length: int = LENGTH
    is_mamba: bool = True
    """True for the exact recurrence of Mamba-1."""


def indexed_loop(*given: torch.Tensor) -> torch.Tensor:
    """Return the outputs of the recurrence by a loop over indexes, as most plain code has it."""
    inputs, step, decay, write, read = given
    factors = torch.exp(step[..., None] * decay)
    gains = (step * inputs)[..., None] * write[:, :, None, :]
    state, outputs = torch.zeros_like(gains[:, 0]), []
    for place in range(inputs.shape[1]):
        state = factors[:, place] * state + gains[:, place]
        outputs.append((state @ read[:, place, :, None]).squeeze(-1))
    return torch.stack(outputs, dim=1)


def log_depth(*given: torch.Tensor, chunk: int = 64) -> torch.Tensor:
    """Return the outputs by an associative scan within chunks, computed again for the gradient."""
    inputs, step, decay, write, read = given
    parts, state = [], inputs.new_zeros(inputs.shape[0], inputs.shape[2], decay.shape[1])
    for some in zip(*(one.split(chunk, dim=1) for one in (inputs, step, write, read)), strict=True):
        found, state = torch.utils.checkpoint.checkpoint(
            _one_chunk, decay, state, *some, use_reentrant=False
        )
        parts.append(found)
    return torch.cat(parts, dim=1)


def _one_chunk(
    decay: torch.Tensor,
    state: torch.Tensor,
    inputs: torch.Tensor,
    step: torch.Tensor,
    write: torch.Tensor,
    read: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    factor = torch.exp(step[..., None] * decay)
    gain = (step * inputs)[..., None] * write[:, :, None, :]
    gap = 1
    while gap < inputs.shape[1]:
        early, late = gain[:, :-gap], gain[:, gap:]
        gain = torch.cat([gain[:, :gap], late + factor[:, gap:] * early], dim=1)
        factor = torch.cat([factor[:, :gap], factor[:, gap:] * factor[:, :-gap]], dim=1)
        gap *= 2
    states = gain + factor * state[:, None]
    return (states @ read[..., None]).squeeze(-1), states[:, -1]


class Plain(nn.Module):
    """A mixer of another package or of PyTorch, with the interface of ours."""

    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x: torch.Tensor, pad: torch.Tensor) -> torch.Tensor:
        """Return the mixed positions."""
        del pad
        for layer in self.layers:
            x = layer(x)
        return x


def transformer(depth: int) -> nn.Module:
    """Return layers of a transformer of the same width."""
    return Plain(
        [
            nn.TransformerEncoderLayer(
                WIDTH, 4, 4 * WIDTH, 0.0, "gelu", batch_first=True, norm_first=True
            )
            for _ in range(depth)
        ]
    )


def library_layer(depth: int) -> nn.Module:
    """Return one-directional blocks of transformers by its slow path."""
    from transformers import MambaConfig
    from transformers.models.mamba.modeling_mamba import MambaMixer

    config = MambaConfig(hidden_size=WIDTH, state_size=16, conv_kernel=4, expand=2)
    return Plain([MambaMixer(config, layer_idx=number) for number in range(depth)])


def by_function(scan: Callable[..., torch.Tensor], depth: int) -> nn.Module:
    """Return our mixer with another function as its scan."""

    def chosen(*given: torch.Tensor, scan: str) -> torch.Tensor:
        del scan
        return own(*given)

    own = scan
    setattr(mamba, "selective_scan", chosen)  # noqa: B010 - this process has no other use of it
    return mamba_mixer(WIDTH, depth)


def plain_blocks(*given: torch.Tensor) -> torch.Tensor:
    """Return the outputs by blocks whose states are all kept."""
    return blocked_scan(*given, recompute=False)


VARIANTS = {
    "transformers, slow path, one direction": Variant(library_layer, 1, 125),
    "the same, twice as long": Variant(library_layer, 1, 250),
    "loop over indexes, one block": Variant(partial(by_function, indexed_loop), 1, 250),
    "the same, twice as long, one block": Variant(partial(by_function, indexed_loop), 1, 500),
    "loop by unbind (the reference)": Variant(partial(mamba_mixer, WIDTH, scan="loop")),
    "chunked log-depth scan, recomputed": Variant(partial(by_function, log_depth)),
    "two-level blocks, all kept": Variant(partial(by_function, plain_blocks)),
    "two-level blocks, recomputed": Variant(partial(mamba_mixer, WIDTH, scan="blocked")),
    "compiled kernel": Variant(partial(mamba_mixer, WIDTH, scan="numba")),
    "bissd (scalar decay, chunk 64)": Variant(partial(bissd_mixer, WIDTH), is_mamba=False),
    "transformer, feed-forward 512": Variant(transformer, is_mamba=False),
}


def measure(name: str) -> dict[str, Any]:
    """Return the processor time of the quickest of some steps, and the peak memory of the first."""
    variant = VARIANTS[name]
    torch.set_num_threads(1)
    torch.manual_seed(0)
    mixer = variant.make(variant.depth)
    # the first call compiles
    small = mixer(torch.randn(2, 20, WIDTH), torch.zeros(2, 20, dtype=torch.bool))
    small.square().mean().backward()
    mixer.zero_grad()
    x, pad = torch.randn(BATCH, variant.length, WIDTH), torch.zeros(BATCH, variant.length) > 0
    forward, both, peak = [], [], 0.0
    for repeat in range(REPEATS):
        start = time.process_time()
        found = mixer(x, pad)
        forward.append(time.process_time() - start)
        found.square().mean().backward()
        both.append(time.process_time() - start)
        del found
        mixer.zero_grad()
        if not repeat:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        if both[-1] > 30:
            break
    return {
        "exact": variant.is_mamba,
        "blocks": variant.depth,
        "length": variant.length,
        "parameters": sum(value.numel() for value in mixer.parameters()),
        "forward": round(min(forward), 2),
        "forward_backward": round(min(both), 2),
        "gigabytes": round(peak, 2),
    }


def main() -> None:
    """Measure all variants, each in a process of its own."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
        return
    found = {}
    for name in VARIANTS:
        command = [sys.executable, "-m", "benchmarks.selective_scans", name]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = row = json.loads(result.stdout.splitlines()[-1])
        print(f"{name}: {row}", flush=True)
    own = found["compiled kernel"]
    met = own["forward_backward"] <= 4 and own["gigabytes"] <= 1.5
    print("goal of the kernel (4 s, 1.5 GB):", "met" if met else "missed")
    RESULT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
