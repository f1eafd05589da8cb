"""Greedy decoding of a batch with Whisper's rules for timestamps and suppressed tokens.

Source of the rules: whisper.decoding (SuppressBlank, SuppressTokens, ApplyTimestampRules), here for the whole
batch at once. Sequences that are finished leave the batch. This module moves token ids; it knows no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pii_audio.engine.model import Cache, Cross, Model, decode, logits

__all__ = ["Decoded", "Vocabulary", "greedy", "new_cache"]

LEAVE = 0.5  # finished sequences leave when so much of the batch is left: it costs a copy of the caches
EIGHT = 8  # and to multiples of it: libraries prepare a kernel for every shape they meet, and keep it


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The token ids with a meaning, and those that are never said."""

    start: int  # <|startoftranscript|>
    task: tuple[int, ...]  # what follows the language: <|transcribe|>
    end: int  # <|endoftext|>; every id below is text
    no_speech: int
    no_timestamps: int
    timestamps: int  # id of <|0.00|>
    suppressed: Tensor  # never sampled
    first_suppressed: Tensor  # not sampled as the first text: blank and end
    languages: Tensor  # ids of the languages allowed; empty: the model has none
    max_first: int = 50  # the first timestamp is at most 1 s
    step_s: float = 0.02  # between two timestamps


@dataclass(frozen=True, slots=True)
class Decoded:
    language: int  # token id; 0 where the model has no languages
    tokens: tuple[int, ...]  # sampled, timestamps included, without the end
    log_probabilities: tuple[float, ...]  # one a token
    mean_log_probability: float  # as openai-whisper's avg_logprob
    no_speech: float
    ended: bool  # False: cut at its limit


def new_cache(model: Model, batch: int, length: int) -> Cache:
    dims = model.dims
    shape = (dims.n_text_layer, batch, dims.n_text_head, length, dims.n_text_state // dims.n_text_head)
    dtype = torch.float32 if model.device.type == "cpu" else model.dtype  # one kernel for every length
    return Cache(*(torch.zeros(shape, device=model.device, dtype=dtype) for _ in range(2)))


def greedy(
    model: Model,
    cross: Cross,
    vocabulary: Vocabulary,
    limits: Sequence[int],
    stops: Sequence[float],
    prompt: Sequence[int] = (),
) -> list[Decoded]:
    """Choose the likeliest token again and again.

    limits: most tokens for each sequence. stops: a timestamp at or after this many seconds ends it (infinity:
    the model ends it). prompt: token ids before the start, the same for all.
    """
    batch = len(limits)
    room = len(prompt) + 2 + len(vocabulary.task) + max(limits)
    cache = new_cache(model, batch, min(room, model.dims.n_text_ctx))
    state, x = _start(model, cross, vocabulary, cache, batch, prompt)
    position = len(prompt) + 1 + int(len(vocabulary.languages) > 0) + len(vocabulary.task)
    active = torch.arange(batch, device=model.device)  # rows of the batch that are still in the caches
    alive = torch.ones(batch, dtype=torch.bool, device=model.device)  # which of these go on
    limit = torch.tensor(limits, device=model.device)
    stop = torch.tensor(stops, device=model.device)
    for count in range(1, max(limits) + 1):
        chosen, log_probability = _choose(logits(model, x), state.tokens[active], vocabulary)
        state.add(active[alive], chosen[alive], log_probability[alive])
        late = (chosen - vocabulary.timestamps) * vocabulary.step_s >= stop[active]
        late &= (chosen > vocabulary.timestamps) & (count > 1)
        ended = (chosen == vocabulary.end) | late
        state.ended[active[alive & ended]] = True
        alive &= ~ended & (count < limit[active]) & (position < model.dims.n_text_ctx)
        going = int(alive.sum())
        if not going:
            break
        if going <= LEAVE * len(active):
            rows = alive.long().argsort(descending=True, stable=True)[: -(-going // EIGHT) * EIGHT]
            cache, cross = _keep(cache, cross, rows)
            active, chosen, alive = active[rows], chosen[rows], alive[rows]
        x = decode(model, chosen[:, None], position, cache, cross)[:, 0]
        position += 1
    return state.results(vocabulary)


class _State:
    """What has been sampled so far, row by row of the whole batch."""

    def __init__(self, batch: int, device: torch.device) -> None:
        self.languages = torch.zeros(batch, dtype=torch.long, device=device)
        self.no_speech = torch.zeros(batch, device=device)
        self.tokens = torch.zeros(batch, 0, dtype=torch.long, device=device)
        self.log_probabilities = torch.zeros(batch, 0, device=device)
        self.lengths = torch.zeros(batch, dtype=torch.long, device=device)
        self.ended = torch.zeros(batch, dtype=torch.bool, device=device)

    def add(self, active: Tensor, chosen: Tensor, log_probability: Tensor) -> None:
        self.tokens = torch.nn.functional.pad(self.tokens, (0, 1))
        self.log_probabilities = torch.nn.functional.pad(self.log_probabilities, (0, 1))
        self.tokens[active, -1] = chosen
        self.log_probabilities[active, -1] = log_probability
        self.lengths[active] += 1

    def results(self, vocabulary: Vocabulary) -> list[Decoded]:
        rows = zip(
            self.languages.tolist(),
            self.tokens.tolist(),
            self.log_probabilities.tolist(),
            self.lengths.tolist(),
            self.no_speech.tolist(),
            self.ended.tolist(),
            strict=True,
        )
        results = []
        for language, tokens, log_probabilities, length, no_speech, ended in rows:
            said = length - 1 if tokens[length - 1] == vocabulary.end else length
            mean = sum(log_probabilities[:length]) / (said + 1)
            kept = tuple(tokens[:said]), tuple(log_probabilities[:said])
            results.append(Decoded(language, *kept, mean, no_speech, ended))
        return results


def _start(
    model: Model, cross: Cross, vocabulary: Vocabulary, cache: Cache, batch: int, prompt: Sequence[int]
) -> tuple[_State, Tensor]:
    """The start token tells the language, and after the prompt whether anybody speaks; the task follows.

    The language is asked without the prompt, which has one of its own.
    """
    state = _State(batch, model.device)
    first = torch.tensor([*prompt, vocabulary.start], device=model.device).expand(batch, -1)
    alone = at_start = logits(model, decode(model, first[:, -1:], 0, cache, cross)[:, -1])
    if prompt:
        at_start = logits(model, decode(model, first, 0, cache, cross)[:, -1])
    state.no_speech = at_start.softmax(-1)[:, vocabulary.no_speech]
    follow = torch.tensor(vocabulary.task, dtype=torch.long, device=model.device).expand(batch, -1)
    if len(vocabulary.languages):
        state.languages = vocabulary.languages[alone[:, vocabulary.languages].argmax(-1)]
        follow = torch.cat((state.languages[:, None], follow), 1)
    if not follow.shape[1]:  # English-only models are told nothing more
        return state, decode(model, first[:, -1:], len(prompt), cache, cross)[:, -1]
    return state, decode(model, follow, len(prompt) + 1, cache, cross)[:, -1]


def _choose(scores: Tensor, tokens: Tensor, vocabulary: Vocabulary) -> tuple[Tensor, Tensor]:
    """The likeliest token allowed, its log probability. scores [batch, n_vocab], tokens [batch, sampled]."""
    scores[:, vocabulary.suppressed] = -torch.inf
    if tokens.shape[1] == 0:
        scores[:, vocabulary.first_suppressed] = -torch.inf
        scores[:, : vocabulary.timestamps] = -torch.inf
        scores[:, vocabulary.timestamps + vocabulary.max_first + 1 :] = -torch.inf
    else:
        _forbid(scores, tokens, vocabulary)
    spoken, times = scores[:, : vocabulary.timestamps], scores[:, vocabulary.timestamps :]
    best_text, text = spoken.max(-1)
    best_time, time = times.max(-1)
    time_mass, text_mass = times.logsumexp(-1), spoken.logsumexp(-1)
    timed = time_mass > best_text  # all timestamps together beat any other token
    chosen = torch.where(timed | (best_time > best_text), time + vocabulary.timestamps, text)
    total = torch.where(timed, time_mass, torch.logaddexp(time_mass, text_mass))
    return chosen, scores.gather(1, chosen[:, None])[:, 0] - total


def _forbid(scores: Tensor, tokens: Tensor, vocabulary: Vocabulary) -> None:
    """Timestamps come in pairs, except before the end, and never go back."""
    begin = vocabulary.timestamps
    last = tokens[:, -1] >= begin
    paired = tokens[:, -2] >= begin if tokens.shape[1] > 1 else torch.ones_like(last)
    scores[:, begin:].masked_fill_((last & paired)[:, None], -torch.inf)
    scores[:, : vocabulary.end].masked_fill_((last & ~paired)[:, None], -torch.inf)
    latest = torch.where(tokens >= begin, tokens, begin - 1).amax(1)  # timestamps never decrease
    allowed = torch.where(last & ~paired, latest, latest + 1)
    ids = torch.arange(begin, scores.shape[1], device=scores.device)
    scores[:, begin:].masked_fill_(ids < allowed[:, None], -torch.inf)


def _keep(cache: Cache, cross: Cross, rows: Tensor) -> tuple[Cache, Cross]:
    """The caches of these rows: finished sequences leave the batch."""
    keys, values = [k[rows] for k in cross.keys], [v[rows] for v in cross.values]
    return Cache(cache.keys[:, rows], cache.values[:, rows]), Cross(
        keys, values, cross.bias[rows], cross.frames
    )
