"""A decoding step as one CUDA graph: where a step takes less than a millisecond, launching it costs more.

Never reached on the CPU. A graph replays the same kernels on the same memory, so it is bound to one `Slots`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from pii_audio.engine.decode import Slots

__all__ = ["captured"]

WARM_UP = 3  # steps that let the libraries choose their kernels before the capture


def captured(slots: Slots) -> Callable[[], None]:
    """`slots.step`, recorded. The slots must be empty: what these steps write, `start` overwrites."""
    side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARM_UP):
            slots.step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        slots.step()
    replay: Callable[[], None] = graph.replay
    return replay
