"""What may be said next: Whisper's rules for timestamps and suppressed tokens, for a whole batch at once.

Source: whisper.decoding (SuppressBlank, SuppressTokens, ApplyTimestampRules). It knows token ids alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["FOREIGN", "UNLIKELY", "Decoded", "Vocabulary", "languages_of", "ruled"]

FOREIGN = 0.8  # a language that was not allowed is heard from this probability on ...
UNLIKELY = 0.05  # ... where all allowed ones together have less than this


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
    languages: Tensor  # ids of the languages allowed; empty: the model has none
    expected: Tensor  # log probability of each of them before anything is heard
    foreign: Tensor  # ids of the others, to be told apart; empty: nothing else is asked
    max_first: int = 50  # the first timestamp is at most 1 s
    step_s: float = 0.02  # between two timestamps


@dataclass(frozen=True, slots=True)
class Decoded:
    language: int  # token id; 0 where the model has no languages
    likely: tuple[float, ...]  # how likely each allowed one is by the sound alone
    tokens: tuple[int, ...]  # sampled, timestamps included, without the end
    log_probabilities: tuple[float, ...]  # one a token
    mean_log_probability: float  # as openai-whisper's avg_logprob
    no_speech: float
    ended: bool  # False: cut at its limit


def languages_of(scores: Tensor, vocabulary: Vocabulary) -> tuple[Tensor, Tensor]:
    """Logits behind the start token [batch, n_vocab] -> ids [batch], likely [batch, allowed languages].

    The id is that of the likeliest language of those allowed, given how often each is expected. Where it is
    certainly none of them it is the one that it is: forced into another, speech becomes nonsense.
    """
    allowed, count = vocabulary.languages, len(vocabulary.languages)
    likely = scores[:, allowed].float().softmax(-1)
    likeliest = allowed[(scores[:, allowed] + vocabulary.expected).argmax(-1)]
    if not len(vocabulary.foreign):
        return likeliest, likely
    shares = scores[:, torch.cat((allowed, vocabulary.foreign))].float().softmax(-1)
    share, other = shares[:, count:].max(-1)
    certain = (share >= FOREIGN) & (shares[:, :count].sum(-1) < UNLIKELY)
    return torch.where(certain, vocabulary.foreign[other], likeliest), likely


def ruled(
    scores: Tensor, first: Tensor, last: Tensor, before: Tensor, latest: Tensor, vocabulary: Vocabulary
) -> Tensor:
    """Logits [batch, n_vocab] with minus infinity, in place, where the rules forbid a token.

    first: nothing has been sampled yet. last, before: the token sampled last and the one before that (any id
    where there is none). latest: the latest timestamp, or the id before <|0.00|>. All [batch].
    A transcript begins with a timestamp; they come in pairs, except before the end, and never go back.
    """
    begin, end = vocabulary.timestamps, vocabulary.end
    spoken, times = scores[:, :begin], scores[:, begin:]
    scores.index_fill_(1, vocabulary.suppressed, -torch.inf)
    timed, paired = last >= begin, before >= begin
    half = timed & ~paired & ~first  # one timestamp of a pair: the other, or the end
    spoken[:, :end].masked_fill_((half | first)[:, None], -torch.inf)
    spoken[:, end:].masked_fill_(first[:, None], -torch.inf)
    ids = torch.arange(begin, scores.shape[1], device=scores.device)
    lowest = torch.where(half, latest, latest + 1).masked_fill(first, begin)
    highest = torch.full_like(latest, scores.shape[1]).masked_fill(first, begin + vocabulary.max_first)
    shut = (ids < lowest[:, None]) | (ids > highest[:, None]) | (timed & paired & ~first)[:, None]
    times.masked_fill_(shut, -torch.inf)
    beaten = times.logsumexp(-1) > spoken.amax(-1)  # all timestamps together beat any other token
    spoken.masked_fill_(beaten[:, None], -torch.inf)
    return scores
