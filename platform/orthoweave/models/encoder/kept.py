"""Encoders among kept weights: their parameters by name, and the way back."""

from dataclasses import replace

import numpy as np
import torch

from orthoweave.models.encoder.config import EncoderConfig, WholeProfile
from orthoweave.models.encoder.network import ExpressionNetwork, Start, make_network
from orthoweave.models.encoder.statistics import GeneStatistics
from orthoweave.models.state import State

_PART = "encoder."


def encoder_arrays(network: ExpressionNetwork, start: str = "") -> dict[str, np.ndarray]:
    """Return the parameters of an encoder by name; those of its objectives are left out.

    Parameters
    ----------
    start
        Beginning of all names.
    """
    return {
        f"{start}{_PART}{name}": value.detach().cpu().numpy().copy()
        for name, value in network.encoder.state_dict().items()
    }


def restore_encoder(
    state: State, config: EncoderConfig, n_genes: int, start: str = ""
) -> ExpressionNetwork:
    """Return the network with the encoder of a state; its objective is not that of the training.

    Raises
    ------
    InputError
        If an array is missing or has another shape than the configuration says.
    """
    nothing = np.zeros(n_genes, np.float32)
    plain = replace(config, objectives=((WholeProfile(), 1.0),))
    network = make_network(plain, Start(GeneStatistics(nothing, nothing, nothing)), 0)
    network.encoder.load_state_dict(
        {
            name: torch.from_numpy(
                state.array(f"{start}{_PART}{name}", *value.shape).astype(np.float32)
            )
            for name, value in network.encoder.state_dict().items()
        }
    )
    return network.eval()
