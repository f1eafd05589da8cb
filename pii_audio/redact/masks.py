"""Which seconds of a recording must go, given what went from its text and where the sound is silent.

These times come from a model's attention and the energy of the sound and may be off by a tenth of a second,
more where the model was unsure of the word. So every stretch is padded, but not with silence: where a padding
ends in a pause, it ends with what sounds. Where the times of a stretch cannot be believed, the whole passage
between two pauses goes; where nothing of it has a time, the whole recording. Speech that is in no word of the
transcript goes as UNHEARD: nobody has looked for personal information there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from math import ceil, floor
from operator import itemgetter

from pii_audio.config import RedactConfig
from pii_audio.formats.release import Masked
from pii_audio.redact.text import Removed
from pii_audio.types import Transcript, Word

__all__ = ["BEEP_HZ", "BEEP_LEVEL", "FADE_S", "UNHEARD", "masks"]

BEEP_HZ, BEEP_LEVEL = 1000.0, 0.1  # amplitude, full scale is 1
FADE_S = 0.01  # of the sound around a masked stretch: fades lie outside it
EARLY_S, LATE_S = 0.05, 0.25  # added to the padding before and behind a word: see benchmarks/redaction.py
SURE = 0.5  # a word's confidence from which on the least padding is enough
DOUBTFUL = 0.05  # below it a word may have been said anywhere near
FASTEST_S = 0.02  # a letter or digit: nobody speaks faster, so such times are wrong
UNHEARD = "UNHEARD"
BEFORE_S, AFTER_S = 0.3, 0.5  # around a word, speech that its times may have missed
SHORTEST_S = 0.4  # of speech without a word; less is a breath, a stutter, an edge
PAUSE_S = 0.5  # that ends a passage
AROUND_S = 2.0  # least that goes on either side of words whose times cannot be believed


def masks(
    transcript: Transcript,
    removed: Sequence[Removed],
    config: RedactConfig,
    spoken: Sequence[tuple[float, float]] = (),
    silent: Sequence[tuple[float, float]] = (),
) -> tuple[Masked, ...]:
    """The seconds to be replaced, in order and without overlap, within [0, duration].

    transcript: the original one, from which `removed` was taken. spoken: [begin, end) in seconds of what a
    detector takes for speech, in order. silent: [begin, end) in seconds of where nothing sounds, in order and
    apart; without any, the padding is whole.
    """
    wanted = [_stretch(transcript, stretch, config, silent) for stretch in removed]
    wanted += (Masked(begin_s, end_s, UNHEARD) for begin_s, end_s in _unheard(transcript, spoken))
    return tuple(_united(wanted, transcript.duration_s))


def _stretch(
    transcript: Transcript,
    removed: Removed,
    config: RedactConfig,
    silent: Sequence[tuple[float, float]],
) -> Masked:
    entity_type = removed.finding.entity_type
    said = [n for n, w in enumerate(transcript.words) if w.start < removed.end and removed.start < w.end]
    if not said:
        return Masked(0.0, transcript.duration_s, entity_type)
    words = [transcript.words[n] for n in said]
    begin_s, end_s = min(w.begin_s for w in words), max(w.end_s for w in words)
    if not _believable(words, transcript):
        first, last = _passage(transcript.words, said[0], said[-1])
        return Masked(min(first, begin_s - AROUND_S), max(last, end_s + AROUND_S), entity_type)
    since_s = max(0.0, begin_s - _padding(words[0], config) - EARLY_S)
    until_s = min(transcript.duration_s, end_s + _padding(words[-1], config) + LATE_S)
    _, sound_s = _silence(silent, since_s)
    silence_s, _ = _silence(silent, until_s)
    return Masked(min(begin_s, sound_s), max(end_s, silence_s), entity_type)


def _silence(silent: Sequence[tuple[float, float]], at_s: float) -> tuple[float, float]:
    """The silence, [begin, end) in seconds, that holds a moment; the moment itself where something sounds."""
    n = bisect_right(silent, at_s, key=itemgetter(0)) - 1
    return silent[n] if n >= 0 and at_s <= silent[n][1] else (at_s, at_s)


def _unheard(transcript: Transcript, spoken: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Speech that lies in no word and is longer than what the times of words may be off by."""
    words = sorted((w.begin_s - BEFORE_S, w.end_s + AFTER_S) for w in transcript.words)
    at = 0
    for begin_s, end_s in spoken:
        while at < len(words) and words[at][1] <= begin_s:
            at += 1
        for word_begin_s, word_end_s in words[at:]:
            if word_begin_s >= end_s:
                break
            if word_begin_s - begin_s >= SHORTEST_S:
                yield begin_s, word_begin_s
            begin_s = max(begin_s, word_end_s)
        if end_s - begin_s >= SHORTEST_S:
            yield begin_s, end_s


def _believable(words: Sequence[Word], transcript: Transcript) -> bool:
    """Whether the words can have been said when they are said to have been."""
    signs = sum(map(str.isalnum, transcript.text[words[0].start : words[-1].end]))
    seconds = words[-1].end_s - words[0].begin_s
    ordered = all(0 <= w.begin_s < w.end_s <= transcript.duration_s + 0.1 for w in words)
    return ordered and seconds >= signs * FASTEST_S and min(w.confidence for w in words) >= DOUBTFUL


def _passage(words: Sequence[Word], first: int, last: int) -> tuple[float, float]:
    """Seconds of all that is said around words [first, last] without a pause."""
    while first > 0 and words[first].begin_s - words[first - 1].end_s < PAUSE_S:
        first -= 1
    while last + 1 < len(words) and words[last + 1].begin_s - words[last].end_s < PAUSE_S:
        last += 1
    begin_s = words[first - 1].end_s if first else 0.0
    end_s = words[last + 1].begin_s if last + 1 < len(words) else float("inf")
    return begin_s, end_s


def _padding(word: Word, config: RedactConfig) -> float:
    """Seconds at an edge that is this word's: between the two paddings, by the word's confidence."""
    doubt = max(0.0, 1 - word.confidence / SURE)
    return config.padding_s + doubt * max(0.0, config.doubtful_padding_s - config.padding_s)


def _united(wanted: Iterable[Masked], duration_s: float) -> Iterator[Masked]:
    """In order, clipped to the recording, rounded outwards to milliseconds; what nearly touches is one."""
    open_: list[Masked] = []
    clipped = (
        m._replace(begin_s=_down(max(0.0, m.begin_s)), end_s=_up(min(duration_s, m.end_s))) for m in wanted
    )
    for mask in sorted(m for m in clipped if m.begin_s < m.end_s):
        if open_ and mask.begin_s <= max(m.end_s for m in open_) + 2 * FADE_S:
            open_.append(mask)
            continue
        if open_:
            yield _one(open_)
        open_ = [mask]
    if open_:
        yield _one(open_)


def _one(masks: Sequence[Masked]) -> Masked:
    longest = max(masks, key=lambda m: m.end_s - m.begin_s)
    return Masked(min(m.begin_s for m in masks), max(m.end_s for m in masks), longest.entity_type)


def _down(seconds: float) -> float:
    return floor(seconds * 1000 + 1e-6) / 1000


def _up(seconds: float) -> float:
    return ceil(seconds * 1000 - 1e-6) / 1000
