r"""The selective scan step by step: the reference that all others are compared with.

With the inputs :math:`x_t`, the steps :math:`\Delta_t > 0`, the decay :math:`A < 0` and what a step
writes and reads, :math:`B_t` and :math:`C_t`,

.. math:: h_t = \exp(\Delta_t A) h_{t-1} + \Delta_t B_t x_t, \qquad y_t = C_t \cdot h_t,

for each channel with a state of its own. Gu and Dao, Mamba, 2023, arXiv:2312.00752.
"""

import torch


def loop_scan(
    inputs: torch.Tensor,
    step: torch.Tensor,
    decay: torch.Tensor,
    write: torch.Tensor,
    read: torch.Tensor,
) -> torch.Tensor:
    """Return the outputs of the recurrence, shape ``(n_batch, length, n_channels)``.

    Tensors are split by time with `unbind`: the gradient of an indexed slice is as large as the
    whole, so that a loop over indexes takes time that grows with the square of the length.

    Parameters
    ----------
    inputs, step
        Shape ``(n_batch, length, n_channels)``.
    decay
        Shape ``(n_channels, n_states)``, below 0.
    write, read
        Shape ``(n_batch, length, n_states)``.
    """
    n_batch, _, n_channels = inputs.shape
    state = inputs.new_zeros(n_batch, n_channels, decay.shape[1])
    outputs = []
    for value, move, put, take in zip(
        inputs.unbind(1), step.unbind(1), write.unbind(1), read.unbind(1), strict=True
    ):
        gain = (move * value)[:, :, None] * put[:, None, :]
        state = torch.exp(move[:, :, None] * decay) * state + gain
        outputs.append((state @ take[:, :, None]).squeeze(-1))
    return torch.stack(outputs, dim=1)
