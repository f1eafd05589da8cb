"""Where the tensors live and in which precision: chosen once, with the reason in a line."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from typing import Literal

import torch

__all__ = ["Choice", "Device", "Precision", "choose", "give_back"]

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True, slots=True)
class Choice:
    device: torch.device
    dtype: torch.dtype  # of attention and, without `integers`, of all matrix products
    integers: bool  # linear layers multiply int8
    batch_frames: int  # encoder frames decoded together, which bounds the memory
    reason: str


def choose(device: Device = "auto", precision: Precision = "auto", *, exact: bool = False) -> Choice:
    """The fastest device and precision this machine has; float32 is the one with a reference to equal.

    exact: not in integers.
    """
    if device == "cuda" or (device == "auto" and torch.cuda.is_available()):
        return _cuda(precision)
    cpu, frames = torch.device("cpu"), 12_288
    if precision != "auto":
        return Choice(cpu, DTYPES[precision], False, frames, f"{precision} was asked for")
    bfloat16 = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    dtype = torch.bfloat16 if bfloat16 else torch.float32
    if torch.cpu._is_vnni_supported() and not exact:
        reason = "this processor multiplies int8 twice as fast as bfloat16, five times as fast as float32"
        return Choice(cpu, dtype, True, frames, reason)
    if bfloat16:
        reason = "this processor multiplies bfloat16 2.5 times as fast as float32"
        return Choice(cpu, dtype, False, frames, reason)
    return Choice(cpu, dtype, False, frames, "this processor has no fast bfloat16")


def _cuda(precision: str) -> Choice:
    device, frames = torch.device("cuda"), 96_000
    if precision == "float32":
        torch.backends.cudnn.allow_tf32 = False  # else the two convolutions would round to 10 bits
    if precision != "auto":
        return Choice(device, DTYPES[precision], False, frames, f"{precision} was asked for")
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return Choice(device, torch.bfloat16, False, frames, "this GPU has bfloat16 units")
    return Choice(device, torch.float16, False, frames, "this GPU has no bfloat16 units")


def give_back(device: torch.device) -> None:
    """Return freed memory to the system: glibc keeps it, and in pieces that fit nothing any more.

    Where the tensors live on a GPU there is little to give, and it would wait.
    """
    if device.type != "cpu":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
