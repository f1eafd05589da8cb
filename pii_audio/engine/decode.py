"""Decoding: sequences in slots, each at its own position; finished ones make room for those that wait.

Everything about a sequence is a row of a tensor that is allocated once, so a step runs without a look from
the host and can be one CUDA graph. This module moves token ids; it knows no text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from pii_audio.engine.graphs import captured
from pii_audio.engine.model import Cache, Cross, Model, decode, logits, new_cache, new_cross
from pii_audio.engine.rules import Decoded, Vocabulary, languages_of, ruled

__all__ = ["Slots", "prefill"]

LOOP = 48  # tokens that say the same thing at least three times over: a loop, which would go on to the limit
ROWS = (
    "tokens",
    "log_probabilities",
    "positions",
    "limits",
    "latest",
    "stops",
    "no_speech",
    "likely",
    "alive",
    "ended",
)
UNSEEN = 8  # steps between two looks on a GPU: those past the end of a sequence change nothing
GRAIN = 32  # positions and frames are looked at in multiples of it: libraries keep a kernel for every shape


class Slots:
    """Room for `size` sequences of at most `frames` encoded frames and `most` sampled tokens."""

    def __init__(
        self,
        model: Model,
        vocabulary: Vocabulary,
        prompt: Sequence[int],
        *,
        size: int,
        frames: int,
        groups: int,
        most: int,
    ) -> None:
        self.model, self.vocabulary, self.prompt = model, vocabulary, tuple(prompt)
        self.size, self.frames = size, frames
        self.begin = len(prompt) + 1 + (len(vocabulary.languages) > 0) + len(vocabulary.task)
        self.room = min(self.begin + most, model.dims.n_text_ctx)
        self.cross = new_cross(model, size, frames, groups)
        self.cache = new_cache(model, size, self.room)
        self.end = self.room  # positions of the cache that are looked at
        self._seen = self.cross  # and frames

        def whole(value: int) -> Tensor:
            return torch.full((size,), value, device=model.device)

        self.tokens = torch.zeros(size, self.room + 2, dtype=torch.long, device=model.device)
        self.log_probabilities = torch.zeros(size, self.room + 2, device=model.device)
        self.positions, self.limits = whole(0), whole(0)
        self.latest = whole(vocabulary.timestamps - 1)
        self.likely = torch.zeros(size, len(vocabulary.languages), device=model.device)
        self.stops, self.no_speech = torch.zeros(2, size, device=model.device).unbind()
        self._replay: Callable[[], None] | None = None
        self.alive, self.ended = torch.zeros(2, size, dtype=torch.bool, device=model.device).unbind()

    def start(self, rows: Sequence[int], limits: Sequence[int], stops: Sequence[float], width: int) -> None:
        """Begin anew in these rows, whose clips are in `cross`.

        limits: most tokens for each. stops: a timestamp at or after this many seconds ends it (infinity: the
        model ends it). width: frames of the longest clip in any slot.
        """
        width = min(-(-width // GRAIN) * GRAIN, self.frames)
        if self.model.device.type == "cpu":  # elsewhere a step looks at all of it, to be one graph
            self._seen = self.cross.take(range(self.size), width)
        at = torch.tensor(rows, device=self.model.device)
        begun = prefill(self.model, self.cross.take(rows, width), self.vocabulary, len(rows), self.prompt)
        self.cache.keys[:, at, :, : self.begin] = begun.cache.keys
        self.cache.values[:, at, :, : self.begin] = begun.cache.values
        self.tokens[at, : self.begin] = begun.tokens
        self.no_speech[at], self.likely[at] = begun.no_speech, begun.likely
        self.positions[at], self.latest[at] = self.begin - 1, self.vocabulary.timestamps - 1
        self.limits[at] = torch.tensor(limits, device=self.model.device)
        self.stops[at] = torch.tensor(stops, dtype=torch.float32, device=self.model.device)
        self.alive[at], self.ended[at] = True, False

    def advance(self) -> None:
        """A step on the CPU; on a GPU several, as a graph, because every look waits for it."""
        if self.model.device.type == "cpu":
            self.step()
            return
        for _ in range(UNSEEN):
            self._replay() if self._replay else self.step()

    def record(self) -> None:
        """Make the steps to come a CUDA graph. The slots must be empty."""
        if self.model.device.type == "cuda":
            self._replay = captured(self.step)

    def step(self) -> None:
        """One token more for every sequence that is alive; nothing here waits for the device."""
        vocabulary, position = self.vocabulary, self.positions.clamp(max=self.room - 1)[:, None]
        last, before = (self.tokens.gather(1, at)[:, 0] for at in (position, (position - 1).clamp(min=0)))
        x = decode(self.model, last[:, None], position, self.cache, self._seen, self.end)[:, 0]
        first = self.positions < self.begin
        before = before.masked_fill(self.positions == self.begin, vocabulary.timestamps)
        scores = ruled(logits(self.model, x), first, last, before, self.latest, vocabulary)
        self._add(scores.argmax(-1), scores)

    def _add(self, chosen: Tensor, scores: Tensor) -> None:
        vocabulary, alive, following = self.vocabulary, self.alive, self.positions[:, None] + 1
        value = scores.gather(1, chosen[:, None])[:, 0] - scores.logsumexp(-1)
        self.tokens.scatter_(1, following, chosen[:, None])
        self.log_probabilities.scatter_(1, following, value[:, None])
        timed = chosen >= vocabulary.timestamps
        self.latest.copy_(torch.where(timed, chosen, self.latest))
        late = (chosen - vocabulary.timestamps) * vocabulary.step_s >= self.stops
        late &= (chosen > vocabulary.timestamps) & (self.positions >= self.begin)
        ended = (chosen == vocabulary.end) | late
        self.ended |= alive & ended
        self.positions += alive
        alive &= ~ended & (self.positions - self.begin + 1 < self.limits) & (self.positions < self.room)

    def look(self) -> list[bool]:
        """Which sequences go on; loops do not. Waits for the device; the CPU looks as far as they are."""
        self.alive &= ~looping(self.tokens, self.positions, self.begin, self.vocabulary.timestamps)
        if self.model.device.type == "cpu":
            furthest = int((self.positions * self.alive).max()) + 1
            self.end = min(-(-furthest // GRAIN) * GRAIN, self.room)
        alive: list[bool] = self.alive.tolist()
        return alive

    def results(self, rows: Sequence[int]) -> list[Decoded]:
        """What was sampled in rows that are finished."""
        columns = (
            *(self.tokens, self.log_probabilities, self.positions),
            *(self.likely, self.no_speech, self.ended),
        )
        found = zip(*(column[list(rows)].tolist() for column in columns), strict=True)
        return [self._result(*row) for row in found]

    def _result(
        self,
        tokens: list[int],
        values: list[float],
        position: int,
        likely: list[float],
        no_speech: float,
        ended: bool,
    ) -> Decoded:
        language = tokens[len(self.prompt) + 1] if len(self.vocabulary.languages) else 0
        tokens, values = tokens[self.begin : position + 1], values[self.begin : position + 1]
        said = len(tokens) - (tokens[-1] == self.vocabulary.end)
        mean = sum(values) / (said + 1)
        said_tokens, said_values = tuple(tokens[:said]), tuple(values[:said])
        return Decoded(language, tuple(likely), said_tokens, said_values, mean, no_speech, ended)

    def shrink(self, rows: Sequence[int]) -> None:
        """Only these rows, in this order, are left."""
        at = torch.tensor(rows, device=self.model.device)
        self.cross = self._seen = self._seen.keep(at)
        self.cache = Cache(self.cache.keys[:, at], self.cache.values[:, at])
        for name in ROWS:
            setattr(self, name, getattr(self, name)[at])
        self.size = len(rows)


def looping(tokens: Tensor, positions: Tensor, begin: int, timestamps: int) -> Tensor:
    """Which rows end in LOOP tokens, up to `positions`, that say the same thing over and over: [batch]."""
    at = positions[:, None] - torch.arange(LOOP, device=tokens.device)
    tail = tokens.gather(1, at.clamp(min=0)).clamp(
        max=timestamps
    )  # [batch, LOOP]; when it was said is no matter
    periods = [(tail[:, p:] == tail[:, :-p]).all(1) for p in range(1, LOOP // 3 + 1)]
    return torch.stack(periods).any(0) & (at[:, -1] >= begin)


class Begun(NamedTuple):
    """Sequences before their first sampled token."""

    tokens: Tensor  # [batch, begin]
    likely: Tensor  # [batch, allowed languages]
    no_speech: Tensor  # [batch], probability
    cache: Cache  # of all of them but the last, which is left for the first step


def prefill(model: Model, cross: Cross, vocabulary: Vocabulary, batch: int, prompt: Sequence[int]) -> Begun:
    """Everything up to the first sampled token.

    The start token tells the language and, after the prompt, whether anybody speaks. The language is asked
    without the prompt, which has one of its own.
    """
    first = torch.tensor([*prompt, vocabulary.start], device=model.device).expand(batch, -1)
    follow = torch.tensor(vocabulary.task, dtype=torch.long, device=model.device).expand(batch, -1)
    cache = new_cache(model, batch, first.shape[1] + 1 + follow.shape[1])

    def run(tokens: Tensor, position: int) -> Tensor:
        length = tokens.shape[1]
        at = torch.arange(position, position + length, device=model.device).expand(batch, -1)
        return decode(model, tokens, at, cache, cross, position + length)[:, -1]

    alone = at_start = logits(model, run(first[:, -1:], 0))
    if prompt:
        at_start = logits(model, run(first, 0))
    likely = torch.zeros(batch, 0, device=model.device)
    if len(vocabulary.languages):
        languages, likely = languages_of(alone, vocabulary)
        follow = torch.cat((languages[:, None], follow), 1)
    if follow.shape[1] > 1:
        run(follow[:, :-1], first.shape[1])
    tokens = torch.cat((first, follow), 1)
    begin = tokens.shape[1]
    kept = Cache(cache.keys[:, :, :, :begin], cache.values[:, :, :, :begin])
    return Begun(tokens, likely, at_start.softmax(-1)[:, vocabulary.no_speech], kept)
