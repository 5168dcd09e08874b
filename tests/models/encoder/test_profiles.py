"""Profiles: zero, masked and not measured are three states."""

import torch

from orthoweave.models.encoder.profiles import (
    MASKED,
    MISSING,
    OBSERVED,
    PAD,
    Target,
    whole_profiles,
)


def test_whole_profiles_know_what_was_measured(target: Target) -> None:
    """A gene that was not measured is missing; a zero that was measured is observed."""
    whole = whole_profiles(target)
    assert whole.state[0, -1] == MISSING
    assert (whole.state[1:] == OBSERVED).all()
    assert (whole.value[1:] == target.y[1:]).all()
    assert ((whole.value == 0) & whole.observed).any()
    assert whole.gene.shape == target.y.shape
    assert (whole.gene == torch.arange(target.y.shape[1])).all()


def test_hidden_values_cannot_be_read(target: Target) -> None:
    """Hidden pairs have no value; a missing gene stays missing; the rest is as it was."""
    whole = whole_profiles(target)
    mask = torch.zeros_like(target.known)
    mask[:, ::2] = True
    mask[0, -1] = True
    for state in (MASKED, PAD):
        hidden = whole.hide(mask, state)
        assert (hidden.value[mask] == 0).all()
        assert hidden.state[0, -1] == MISSING
        assert (hidden.state[1:][mask[1:]] == state).all()
        assert (hidden.value[~mask] == whole.value[~mask]).all()
        assert (hidden.state[~mask] == whole.state[~mask]).all()
    assert whole.hide(mask, PAD).pad.sum() == mask.sum() - 1
