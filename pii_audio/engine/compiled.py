"""Loops compiled by Numba, and kept for the next start where there is a folder to keep them in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numba

__all__ = ["compiled", "exactly"]


def exactly(function: Callable[..., Any], **how: Any) -> Callable[..., Any]:
    """Compiled as it is written; anew at each start where neither installation nor home can be written to."""
    try:
        made: Callable[..., Any] = numba.njit(cache=True, **how)(function)
    except RuntimeError:  # Numba knows no place to keep it at
        made = numba.njit(**how)(function)
    return made


compiled = partial(exactly, fastmath=True, error_model="numpy", nogil=True)
