"""Every scan agrees with the sequential reference, in its values and in all gradients."""

from collections.abc import Callable

import pytest
import torch

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.models.encoder.config import Scan
from orthoweave.models.encoder.scans.blocked import blocked_scan
from orthoweave.models.encoder.scans.choose import selective_scan
from orthoweave.models.encoder.scans.fused import fused_function, fused_scan
from orthoweave.models.encoder.scans.kernel import kernel_scan
from orthoweave.models.encoder.scans.loop import loop_scan

Given = tuple[torch.Tensor, ...]
Make = Callable[..., Given]
SCANS = {"numba": kernel_scan, "blocked": blocked_scan}


def with_gradients(scan: Callable[..., torch.Tensor], given: Given) -> list[torch.Tensor]:
    """Return the outputs, and the gradients of a loss that weighs each output differently."""
    found = scan(*given)
    weights = torch.cos(torch.arange(found.numel(), dtype=found.dtype)).reshape(found.shape)
    return [found.detach(), *torch.autograd.grad((found * weights).sum(), given)]


def distance(first: torch.Tensor, second: torch.Tensor) -> float:
    """Return the largest difference, as a share of the largest value of the second."""
    return float(
        (first - second.to(first.dtype)).detach().abs().max() / second.detach().abs().max()
    )


@pytest.mark.parametrize("scan", SCANS.values(), ids=SCANS.keys())
@pytest.mark.parametrize("length", [1, 31, 32, 77])
def test_agrees_in_double_precision(
    given: Make, scan: Callable[..., torch.Tensor], length: int
) -> None:
    """Values and gradients are those of the reference to twelve digits."""
    tensors = given(length)
    pairs = zip(with_gradients(scan, tensors), with_gradients(loop_scan, tensors), strict=True)
    assert max(distance(*pair) for pair in pairs) < 1e-12


@pytest.mark.parametrize("scan", SCANS.values(), ids=SCANS.keys())
def test_agrees_in_single_precision(given: Make, scan: Callable[..., torch.Tensor]) -> None:
    """In float32 they are within 1e-5 of the reference in float64 on the same numbers."""
    single = given(300, kind=torch.float32)
    double = tuple(one.detach().double().requires_grad_() for one in single)
    pairs = zip(with_gradients(scan, single), with_gradients(loop_scan, double), strict=True)
    assert max(distance(*pair) for pair in pairs) < 1e-5


@pytest.mark.parametrize("scan", [*SCANS.values(), loop_scan], ids=[*SCANS, "loop"])
def test_long_decays_do_not_overflow(given: Make, scan: Callable[..., torch.Tensor]) -> None:
    """A summed decay far beyond the range of float32 gives finite values and gradients."""
    inputs, step, decay, write, read = given(400, kind=torch.float32)
    large = (inputs, step.detach() * 10 + 5, decay.detach() * 20, write, read)
    tensors = tuple(one.detach().requires_grad_() for one in large)
    # the closed form divides by exp(summed decay), which is not a number here
    powers = (large[1].sum(dim=1)[:, :, None] * large[2]).detach()
    assert float(powers.min()) < -1e4
    assert all(bool(torch.isfinite(one).all()) for one in with_gradients(scan, tensors))


def test_a_step_without_length_changes_no_state(given: Make) -> None:
    """Positions of step 0 leave the outputs of later ones as if they were not there."""
    inputs, step, decay, write, read = given(40)
    there = torch.ones(40, dtype=torch.bool)
    there[[3, 4, 20, 39]] = False
    step = step * there[None, :, None]
    whole = kernel_scan(inputs, step, decay, write, read)
    kept = (one[:, there] for one in (inputs, step, write, read))
    values, moves, puts, takes = kept
    assert distance(whole[:, there], kernel_scan(values, moves, decay, puts, takes)) < 1e-12


def test_threads_do_not_change_the_result(given: Make) -> None:
    """Two threads give the bytes of one."""
    tensors = given(64, kind=torch.float32)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = with_gradients(kernel_scan, tensors)
        torch.set_num_threads(2)
        assert all(map(torch.equal, with_gradients(kernel_scan, tensors), alone))
    finally:
        torch.set_num_threads(before)


def test_recomputing_changes_no_gradient(given: Make) -> None:
    """Blocks that are computed again give the gradients of blocks that were kept."""
    tensors = given(50)

    def kept(*parts: torch.Tensor) -> torch.Tensor:
        return blocked_scan(*parts, recompute=False)

    assert all(
        map(torch.equal, with_gradients(kept, tensors), with_gradients(blocked_scan, tensors))
    )


@pytest.mark.parametrize("scan", ["auto", "numba", "blocked", "loop"])
def test_each_way_is_chosen_by_name(given: Make, scan: Scan) -> None:
    """Each name gives the reference's values; half precision is computed in float32."""
    tensors = given(20, kind=torch.float32)
    expected = loop_scan(*tensors)
    assert distance(selective_scan(*tensors, scan=scan), expected) < 1e-5
    half = selective_scan(*(one.bfloat16() for one in tensors), scan=scan)
    assert half.dtype == torch.float32


def test_unknown_ways_are_refused(given: Make) -> None:
    """A name that is none of a way is refused with those that are."""
    with pytest.raises(UsageError, match="expected auto, fused, numba, blocked or loop"):
        selective_scan(*given(4), scan="fast")  # type: ignore[arg-type]


def test_the_kernel_refuses_mixed_types(given: Make) -> None:
    """Tensors of two types are refused."""
    inputs, *others = given(4)
    with pytest.raises(UsageError, match="tensors of one type"):
        kernel_scan(inputs.float(), *others)


def test_the_fused_kernel_needs_its_package(given: Make) -> None:
    """Where mamba-ssm cannot be imported, its name is refused with what to do."""
    if fused_function() is not None:
        pytest.skip("mamba-ssm is installed here")
    with pytest.raises(MissingExtraError, match="mamba-ssm"):
        fused_scan(*given(4))


def test_the_fused_kernel_agrees(given: Make) -> None:
    """On a GPU with mamba-ssm its values and gradients are within 1e-4 of the reference."""
    if fused_function() is None or not torch.cuda.is_available():
        pytest.skip("mamba-ssm needs a GPU, and is not installed or has none here")
    tensors = given(100, kind=torch.float32)
    on_gpu = tuple(one.detach().cuda().requires_grad_() for one in tensors)
    found = [one.cpu() for one in with_gradients(fused_scan, on_gpu)]
    pairs = zip(found, with_gradients(loop_scan, tensors), strict=True)
    assert max(distance(*pair) for pair in pairs) < 1e-4
