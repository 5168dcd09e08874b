"""Compile a function over numpy arrays with numba; keep the result on disk where possible."""

from collections.abc import Callable
from typing import Any

import numba


def compiled(
    function: Callable[..., Any], *, fastmath: bool = False, inline: bool = False
) -> Callable[..., Any]:
    """Return `function` as machine code, made on first call; it runs without the interpreter lock.

    The machine code is kept beside the module or in the user's cache folder; in an installation
    where neither can be written each process compiles it again.

    Parameters
    ----------
    fastmath
        Whether sums may be taken in another order, so that the processor adds several at once;
        the last digits then depend on the processor.
    inline
        Whether the function is put into each compiled function that calls it: the compiler then
        knows that arrays which the caller has made do not overlap.
    """
    options: dict[str, Any] = {"nogil": True, "fastmath": fastmath}
    if inline:
        options["inline"] = "always"
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba has no folder that it may write to
        return numba.njit(**options)(function)
