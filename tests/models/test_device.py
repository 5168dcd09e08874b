"""The device of a model, on a machine with or without a GPU."""

import sys

import pytest
import torch

from orthoweave.errors import MissingExtraError, UsageError
from orthoweave.models.device import import_torch, mixed_precision, resolve_device


def test_auto_is_what_there_is() -> None:
    """Auto is a GPU where PyTorch finds one, else the processor."""
    assert resolve_device("auto") == ("cuda" if torch.cuda.is_available() else "cpu")
    assert resolve_device("cpu") == "cpu"


def test_a_gpu_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for a GPU where there is none is an error, not a slow run."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(UsageError, match="no GPU"):
        resolve_device("cuda")
    with pytest.raises(UsageError, match="expected auto, cpu or cuda"):
        resolve_device("tpu")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without PyTorch the error names the extra to install."""
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"orthoweave\[models\]"):
        import_torch()


def test_processor_computes_in_full_precision() -> None:
    """On a processor products stay in float32."""
    with mixed_precision("cpu"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU that PyTorch can use")
def test_gpu_computes_in_bfloat16() -> None:
    """On a GPU products are made in bfloat16."""
    ones = torch.ones(2, 2, device="cuda")
    with mixed_precision("cuda"):
        assert (ones @ ones).dtype == torch.bfloat16
