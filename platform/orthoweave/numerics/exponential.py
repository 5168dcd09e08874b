"""An exponential for compiled loops that the processor takes of many numbers at once."""

import math
from collections.abc import Callable
from typing import Any, Final

import numba
import numpy as np
from numba.extending import overload

_LOG2_E: Final = np.float32(1.4426950408889634)
# the natural logarithm of two, in a part of few digits and the rest: Cody and Waite's reduction
_LN2_HIGH: Final = np.float32(0.693359375)
_LN2_LOW: Final = np.float32(-2.12194440e-4)
# 1/k! for k from 6 to 2
_TERMS: Final = tuple(np.float32(1 / math.factorial(k)) for k in range(6, 1, -1))
_T6, _T5, _T4, _T3, _T2 = _TERMS
_LOWEST: Final = np.float32(-87.0)
_HIGHEST: Final = np.float32(88.0)
_ONE: Final = np.float32(1)
_HALF: Final = np.float32(0.5)
_SHIFT: Final = np.int32(23)


def exponential(value: Any) -> Any:
    """Return e to the power of a number.

    In compiled code a float32 is reduced to a power of two and a polynomial of degree six, without
    a branch, so that a loop over it is vectorised: its relative error is below 3e-7, and powers
    below -87 give e^-87. A float64 is left to the system's library.
    """
    return math.exp(value)


@overload(exponential)
def _compiled_exponential(value: Any) -> Callable[[Any], Any]:
    """Return the form of `exponential` for a type of number."""
    if value == numba.types.float32:
        return _single
    return _double


def _double(value: Any) -> Any:
    return math.exp(value)


def _single(value: Any) -> Any:
    bounded = min(max(value, _LOWEST), _HIGHEST)
    power = np.floor(bounded * _LOG2_E + _HALF)
    rest = bounded - power * _LN2_HIGH - power * _LN2_LOW
    series = ((((_T6 * rest + _T5) * rest + _T4) * rest + _T3) * rest + _T2) * rest * rest
    return _scaled(series + rest + _ONE, power)


@numba.njit(inline="always")
def _scaled(value: Any, power: Any) -> Any:
    """Return a number times two to a whole power, by adding to its exponent."""
    bits = np.float32(value).view(np.int32) + (np.int32(power) << _SHIFT)
    return np.int32(bits).view(np.float32)
