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
    dtype: torch.dtype  # of the matrix products
    batch_frames: int  # encoder frames decoded together, which bounds the memory
    reason: str


def choose(device: Device = "auto", precision: Precision = "auto") -> Choice:
    """The fastest device and precision this machine has; float32 is the one with a reference to equal."""
    if device == "cuda" or (device == "auto" and torch.cuda.is_available()):
        return _cuda(precision)
    if precision != "auto":
        return Choice(torch.device("cpu"), DTYPES[precision], 12_288, f"{precision} was asked for")
    if torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported():
        reason = "this processor multiplies bfloat16 2.5 times as fast as float32"
        return Choice(torch.device("cpu"), torch.bfloat16, 12_288, reason)
    return Choice(torch.device("cpu"), torch.float32, 12_288, "this processor has no fast bfloat16")


def _cuda(precision: str) -> Choice:
    device = torch.device("cuda")
    if precision == "float32":
        torch.backends.cudnn.allow_tf32 = False  # else the two convolutions would round to 10 bits
    if precision != "auto":
        return Choice(device, DTYPES[precision], 96_000, f"{precision} was asked for")
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return Choice(device, torch.bfloat16, 96_000, "this GPU has bfloat16 units")
    return Choice(device, torch.float16, 96_000, "this GPU has no bfloat16 units")


def give_back(device: torch.device) -> None:
    """Return freed memory to the system: glibc keeps it, and in pieces that fit nothing any more.

    Where the tensors live on a GPU there is little to give, and it would wait.
    """
    if device.type != "cpu":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
