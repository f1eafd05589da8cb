"""A decoding step as one CUDA graph: where a step takes less than a millisecond, launching it costs more.

Never reached on the CPU. A graph replays the same kernels on the same memory, so it is bound to the slots
whose step it is.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

__all__ = ["captured"]

WARM_UP = 3  # steps that let the libraries choose their kernels before the capture


def captured(step: Callable[[], None]) -> Callable[[], None]:
    """A step of empty slots, recorded: what these steps write is overwritten where a sequence starts."""
    side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARM_UP):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    replay: Callable[[], None] = graph.replay
    return replay
