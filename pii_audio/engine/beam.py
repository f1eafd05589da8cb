"""Beam search: several hypotheses of a clip at once, which share its keys and values.

Source: whisper.decoding (BeamSearchDecoder with patience 1, MaximumLikelihoodRanker without length penalty).
Slower than choosing the likeliest token and seldom better on short clips, so it is no default.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor

from pii_audio.engine.decode import prefill
from pii_audio.engine.model import Cache, Cross, Model, decode, logits, new_cache
from pii_audio.engine.rules import Decoded, Vocabulary, ruled

__all__ = ["beam_search"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hypothesis:
    tokens: tuple[int, ...]  # sampled
    values: tuple[float, ...]  # log probability of each
    ended: bool = False

    @property
    def total(self) -> float:
        return sum(self.values)


@dataclass(slots=True)
class Search:
    """What is known of one clip: hypotheses that go on, and finished ones."""

    limit: int
    stop: float
    beams: list[Hypothesis]
    finished: list[Hypothesis] = field(default_factory=list)

    def going(self, count: int) -> bool:
        return len(self.finished) < count and bool(self.beams) and len(self.beams[0].tokens) < self.limit


def beam_search(
    model: Model,
    cross: Cross,
    vocabulary: Vocabulary,
    limits: Sequence[int],
    stops: Sequence[float],
    prompt: Sequence[int],
    beams: int,
) -> list[Decoded]:
    """The best of `beams` hypotheses for each clip in `cross`; limits and stops as in `Slots.start`."""
    clips, device = len(limits), model.device
    begun = prefill(model, cross, vocabulary, clips, prompt)
    start, begin = begun.tokens, begun.tokens.shape[1]
    room = min(begin + max(limits), model.dims.n_text_ctx)
    cache = new_cache(model, clips * beams, room)
    for whole, part in zip(cache, begun.cache, strict=True):
        whole[:, :, :, :begin] = part.repeat_interleave(beams, 1)
    searches = [Search(limit, stop, [Hypothesis((), ())]) for limit, stop in zip(limits, stops, strict=True)]
    tokens = start[:, -1].repeat_interleave(beams)
    for position in range(begin - 1, room - 1):
        at = torch.full((clips * beams, 1), position, device=device)
        x = decode(model, tokens[:, None], at, cache, cross, position + 1)[:, 0]
        scores = logits(model, x)
        first, last, before, latest = _history(searches, beams, vocabulary, device)
        values = ruled(scores, first, last, before, latest, vocabulary).log_softmax(-1)
        origins, said = _advance(searches, values, vocabulary, beams)
        if not any(search.going(beams) for search in searches):
            break
        tokens, index = torch.tensor(said, device=device), torch.tensor(origins, device=device)
        cache = Cache(cache.keys[:, index], cache.values[:, index])
    languages = start[:, len(prompt) + 1].tolist() if len(vocabulary.languages) else [0] * clips
    rows = zip(searches, languages, begun.likely.tolist(), begun.no_speech.tolist(), strict=True)
    return [_best(*row, vocabulary, beams) for row in rows]


def _history(
    searches: Sequence[Search], beams: int, vocabulary: Vocabulary, device: torch.device
) -> tuple[Tensor, ...]:
    """What `ruled` asks of each hypothesis: first, last, before, latest, [clips * beams]."""
    none, rows = vocabulary.timestamps - 1, []
    for search in searches:
        for hypothesis in _filled(search.beams, beams):
            tokens = hypothesis.tokens
            latest = max((token for token in tokens if token > none), default=none)
            before = tokens[-2] if len(tokens) > 1 else vocabulary.timestamps
            rows.append((not tokens, tokens[-1] if tokens else none, before, latest))
    return tuple(torch.tensor(column, device=device) for column in zip(*rows, strict=True))


def _advance(
    searches: Sequence[Search], values: Tensor, vocabulary: Vocabulary, beams: int
) -> tuple[list[int], list[int]]:
    """The likeliest continuations of each clip; from which row each comes, and its token, [clips * beams]."""
    top = values.topk(beams + 1)
    found, ids = top.values.tolist(), top.indices.tolist()
    origins, said = [], []
    for clip, search in enumerate(searches):
        rows = list(range(clip * beams, clip * beams + len(search.beams)))
        if search.going(beams):
            candidates = [
                (
                    Hypothesis(
                        (*h.tokens, token), (*h.values, value), _ends(h, token, search.stop, vocabulary)
                    ),
                    row,
                )
                for row, h in zip(rows, search.beams, strict=True)
                for value, token in zip(found[row], ids[row], strict=True)
                if value > -torch.inf
            ]
            candidates.sort(key=lambda candidate: -candidate[0].total)
            rows = _sort_out(search, candidates, beams)
        origins += _filled(rows, beams) if rows else [clip * beams] * beams
        said += [h.tokens[-1] if h.tokens else 0 for h in _filled(search.beams, beams)]
    return origins, said


def _sort_out(search: Search, candidates: list[tuple[Hypothesis, int]], beams: int) -> list[int]:
    """Those that end are finished, the best of the others go on; the rows these come from."""
    kept: list[tuple[Hypothesis, int]] = []
    for hypothesis, row in candidates:
        if len(kept) == beams:
            break
        if not hypothesis.ended:
            kept.append((hypothesis, row))
        elif len(search.finished) < beams:
            search.finished.append(hypothesis)
    search.beams = [hypothesis for hypothesis, _ in kept] or search.beams
    return [row for _, row in kept]


def _ends(hypothesis: Hypothesis, token: int, stop: float, vocabulary: Vocabulary) -> bool:
    late = token > vocabulary.timestamps and (token - vocabulary.timestamps) * vocabulary.step_s >= stop
    return token == vocabulary.end or (late and bool(hypothesis.tokens))


def _filled(items: Sequence[T], count: int) -> list[T]:
    """The same, the first again until there are so many: every clip has as many rows."""
    return [*items, *[items[0]] * (count - len(items))]


def _best(
    search: Search, language: int, likely: list[float], no_speech: float, vocabulary: Vocabulary, beams: int
) -> Decoded:
    """By mean log probability of the tokens without the end, as openai-whisper ranks."""
    candidates = (search.finished + search.beams)[: max(beams, len(search.finished))]

    def said(hypothesis: Hypothesis) -> int:
        return len(hypothesis.tokens) - (hypothesis.tokens[-1] == vocabulary.end)

    best = max(candidates, key=lambda h: h.total / max(said(h), 1))
    count = said(best)
    mean = best.total / (count + 1)
    said_tokens, said_values = best.tokens[:count], best.values[:count]
    return Decoded(language, tuple(likely), said_tokens, said_values, mean, no_speech, best.ended)
