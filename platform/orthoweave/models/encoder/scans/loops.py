"""The selective scan and its gradient as compiled loops over time, channels and states.

Both take a tile of channels at a time, whose states stay in the processor's cache. Forward, the
states at the start of each block of time are kept and all others forgotten. Backward, a block is
run again from its start, and then gone through from its end.
"""

from typing import Any

import numpy as np

from orthoweave.numerics.compiled import compiled
from orthoweave.numerics.exponential import exponential

TILE = 32
"""Channels that are taken at once."""
BLOCK = 32
"""Steps of time between two states that are kept."""


def _forward(  # noqa: PLR0917 - compiled code takes no keywords
    inputs: Any,
    step: Any,
    decay: Any,
    write: Any,
    read: Any,
    outputs: Any,
    kept: Any,
    first: int,
    last: int,
) -> None:
    """Scan the tiles `first` to `last`, which are numbered through the sequences of a batch.

    Parameters
    ----------
    inputs, step, outputs
        Shape ``(n_batch, length, n_channels)``.
    decay
        Shape ``(n_states, n_channels)``.
    write, read
        Shape ``(n_batch, length, n_states)``.
    kept
        States at the start of each block, ``(n_batch, n_blocks, n_states, n_channels)``.
    """
    length, n_channels = inputs.shape[1], inputs.shape[2]
    n_states = decay.shape[0]
    n_tiles = (n_channels + TILE - 1) // TILE
    state = np.zeros((n_states, TILE), inputs.dtype)
    rates = np.zeros((n_states, TILE), inputs.dtype)
    moves, gains, total = np.zeros((3, TILE), inputs.dtype)
    for item in range(first, last):
        row, start = item // n_tiles, (item % n_tiles) * TILE
        width = min(TILE, n_channels - start)
        state[:] = 0
        rates[:] = 0
        moves[:] = 0
        gains[:] = 0
        rates[:, :width] = decay[:, start : start + width]
        for time in range(length):
            if time % BLOCK == 0:
                kept[row, time // BLOCK, :, start : start + width] = state[:, :width]
            for lane in range(width):
                moves[lane] = step[row, time, start + lane]
                gains[lane] = moves[lane] * inputs[row, time, start + lane]
            total[:] = 0
            for n in range(n_states):
                put, take = write[row, time, n], read[row, time, n]
                for lane in range(TILE):
                    new = exponential(moves[lane] * rates[n, lane]) * state[n, lane]
                    new += gains[lane] * put
                    state[n, lane] = new
                    total[lane] += take * new
            for lane in range(width):
                outputs[row, time, start + lane] = total[lane]


def _run_again(  # noqa: PLR0917 - compiled code takes no keywords
    moves: Any, values: Any, rates: Any, write: Any, states: Any, factors: Any, size: int
) -> None:
    """Fill the states and decays of a block from the state at its start, ``states[0]``."""
    for j in range(size):
        for n in range(rates.shape[0]):
            put = write[j, n]
            for lane in range(TILE):
                factor = exponential(moves[j, lane] * rates[n, lane])
                factors[j, n, lane] = factor
                states[j + 1, n, lane] = (
                    factor * states[j, n, lane] + moves[j, lane] * values[j, lane] * put
                )


run_again = compiled(_run_again, fastmath=True, inline=True)


def _through_block(  # noqa: PLR0917 - compiled code takes no keywords
    tilts: Any,
    moves: Any,
    values: Any,
    rates: Any,
    places: Any,
    states: Any,
    factors: Any,
    later: Any,
    found: Any,
    d_rates: Any,
    size: int,
) -> None:
    """Go back through a block: add to all gradients, and carry that of the state on.

    Parameters
    ----------
    places
        What a step writes and reads, ``(n_steps, n_states)`` each.
    found
        Gradients of inputs and steps, ``(n_steps, TILE)``, then of `places`.
    """
    write, read = places
    d_inputs, d_step, d_write, d_read = found
    d_value, d_move, gains = np.zeros((3, TILE), moves.dtype)
    for j in range(size - 1, -1, -1):
        for lane in range(TILE):
            gains[lane] = moves[j, lane] * values[j, lane]
            d_value[lane] = 0
            d_move[lane] = 0
        for n in range(rates.shape[0]):
            put, take = write[j, n], read[j, n]
            d_put, d_take = moves.dtype.type(0), moves.dtype.type(0)
            for lane in range(TILE):
                d_state = later[n, lane] + tilts[j, lane] * take
                factor = factors[j, n, lane]
                d_power = d_state * states[j, n, lane] * factor
                d_take += tilts[j, lane] * states[j + 1, n, lane]
                d_put += d_state * gains[lane]
                d_move[lane] += d_power * rates[n, lane]
                d_value[lane] += d_state * put
                d_rates[n, lane] += d_power * moves[j, lane]
                later[n, lane] = d_state * factor
            d_write[j, n] += d_put
            d_read[j, n] += d_take
        for lane in range(TILE):
            d_inputs[j, lane] = d_value[lane] * moves[j, lane]
            d_step[j, lane] = d_move[lane] + d_value[lane] * values[j, lane]


through_block = compiled(_through_block, fastmath=True, inline=True)


def _backward(  # noqa: PLR0917 - compiled code takes no keywords
    given: Any, decay: Any, kept: Any, found: Any, d_decay: Any, first: int, last: int
) -> None:
    """Add up the gradients of the sequences `first` to `last` of a batch.

    Channels of one sequence follow each other, as all add to the gradients of `write` and `read`.

    Parameters
    ----------
    given
        Inputs, steps, write, read, and the gradient of the outputs; see `_forward`.
    decay, kept
        See `_forward`.
    found
        Gradients of inputs, steps, write and read, of their shapes; zeros at first.
    d_decay
        Gradient by sequence, ``(n_batch, n_states, n_channels)``.
    """
    inputs, step, write, read, slope = given
    d_inputs, d_step, d_write, d_read = found
    length, n_channels, n_states = inputs.shape[1], inputs.shape[2], decay.shape[0]
    states = np.zeros((BLOCK + 1, n_states, TILE), inputs.dtype)
    factors = np.zeros((BLOCK, n_states, TILE), inputs.dtype)
    rates, later, d_rates = np.zeros((3, n_states, TILE), inputs.dtype)
    moves, values, tilts, d_values, d_moves = np.zeros((5, BLOCK, TILE), inputs.dtype)
    for row in range(first, last):
        for start in range(0, n_channels, TILE):
            end = min(start + TILE, n_channels)
            width = end - start
            # lanes beyond the last channel stay zero
            states[:] = 0
            for scratch in (moves, values, tilts, rates, later, d_rates):
                scratch[:] = 0
            rates[:, :width] = decay[:, start:end]
            for block in range((length - 1) // BLOCK, -1, -1):
                begin = block * BLOCK
                size = min(BLOCK, length - begin)
                states[0, :, :width] = kept[row, block, :, start:end]
                moves[:size, :width] = step[row, begin : begin + size, start:end]
                values[:size, :width] = inputs[row, begin : begin + size, start:end]
                tilts[:size, :width] = slope[row, begin : begin + size, start:end]
                puts = write[row, begin : begin + size]
                run_again(moves, values, rates, puts, states, factors, size)
                through_block(
                    tilts,
                    moves,
                    values,
                    rates,
                    (puts, read[row, begin : begin + size]),
                    states,
                    factors,
                    later,
                    (d_values, d_moves, d_write[row, begin:], d_read[row, begin:]),
                    d_rates,
                    size,
                )
                d_inputs[row, begin : begin + size, start:end] = d_values[:size, :width]
                d_step[row, begin : begin + size, start:end] = d_moves[:size, :width]
            d_decay[row, :, start:end] = d_rates[:, :width]


forward = compiled(_forward, fastmath=True)
backward = compiled(_backward, fastmath=True)
