"""Whisper on the inference core: the default transcriber.

A clip is heard in a short context first. Where the result is doubtful it is heard again in its full 30 s, and
where that loops, in two halves; what still looks invented is left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from whisper.tokenizer import Tokenizer

from pii_audio.asr.boundaries import fitted
from pii_audio.asr.guards import is_invented, repeats
from pii_audio.asr.join import join
from pii_audio.asr.languages import heard_in
from pii_audio.asr.tokens import check_languages, language_ids, prompt_of, tokenizer_of
from pii_audio.asr.weights import Weights, read, resolve
from pii_audio.asr.words import TimedToken, words_of
from pii_audio.config import TranscribeConfig
from pii_audio.engine.batch import Engine, Spoken, transcribe
from pii_audio.engine.device import Choice, choose, give_back
from pii_audio.engine.model import build
from pii_audio.engine.rules import Decoded, Vocabulary
from pii_audio.types import Transcript, Window, Word

__all__ = ["CoreTranscriber"]

SAMPLE_RATE = 16_000  # Hz
LIKELY_SPEECH = 0.5  # a loop with a no-speech probability below this has speech in it
BATCH_S = {"cpu": 300.0, "cuda": 3600.0}  # seconds of speech that the engine likes to have at once
SHORTEST_S = 2.0  # a window is not cut into pieces shorter than this

MIN_LOG_PROBABILITY = -1.0  # a short context that is less sure is not believed


class CoreTranscriber:
    name = "core"

    def __init__(self, config: TranscribeConfig) -> None:
        """Raises ModelError where the weights cannot be had, ConfigError where they do not fit."""
        choice = choose(config.device, config.precision, exact=config.exact)
        loaded = _loaded(config.model, choice)
        weights, self._tokenizer = loaded.weights, loaded.tokenizer
        check_languages(self._tokenizer, config.languages)
        self._codes = {token: code for code, token in language_ids(self._tokenizer).items()}
        self._exact, self._fallback = config.exact, config.fallback
        self._languages = config.languages or tuple(self._codes.values())
        vocabulary = vocabulary_of(
            self._tokenizer, config.languages, choice.device, config.expected_languages
        )
        prompt = prompt_of(self._tokenizer, config.prompt, weights.dims.n_text_ctx // 2 - 1)
        if prompt:
            prompt = (self._tokenizer.sot_prev, *prompt)
        self._engine = replace(loaded.engine, vocabulary=vocabulary, prompt=prompt, beams=config.beam_size)
        precision = "int8" if choice.integers else str(choice.dtype).removeprefix("torch.")
        precision += "-exact" if config.exact else ""
        self.fingerprint = f"whisper-{weights.name}@{weights.fingerprint[:8]}/core-{precision}"
        self.reason, self.batch_s = choice.reason, BATCH_S[choice.device.type]

    def transcribe(self, windows: Sequence[Window]) -> list[Transcript]:
        heard = self._hear([window.samples for window in windows])
        return [self._transcript(*pair) for pair in zip(windows, heard, strict=True)]

    def _hear(self, clips: Sequence[NDArray[np.float32]]) -> list[Spoken]:
        """A short context first, the full one where that is doubtful."""
        heard = transcribe(self._engine, clips, full=self._exact, doubtful=self._doubtful)
        again = [index for index, spoken in enumerate(heard) if spoken is None]
        full = transcribe(self._engine, [clips[i] for i in again], full=True, doubtful=lambda _: False)
        found = dict(enumerate(heard)) | dict(zip(again, full, strict=True))
        return [spoken for spoken in found.values() if spoken is not None]

    def _doubtful(self, decoded: Decoded) -> bool:
        if self._exact or not self._fallback:
            return False
        unsure = decoded.mean_log_probability < MIN_LOG_PROBABILITY
        return unsure or not decoded.ended or repeats(self._text(decoded.tokens))

    def _transcript(self, window: Window, spoken: Spoken) -> Transcript:
        decoded, text = spoken.decoded, self._text(spoken.text)
        language = self._codes.get(decoded.language, "en")
        words: tuple[Word, ...] = ()
        loops = repeats(text) or not decoded.ended
        if loops and decoded.no_speech < LIKELY_SPEECH and window.duration_s > 2 * SHORTEST_S:
            return self._halves(window)
        if is_invented(text, decoded.mean_log_probability, decoded.no_speech):
            text = ""
        else:
            text, words = words_of(self._tokens(window, spoken), language)
            words = fitted(words, window)
        likely = dict(zip(self._languages, decoded.likely, strict=False))
        return Transcript(
            *(window.recording_id, text, words, language, window.duration_s, self.fingerprint),
            heard_in=(heard_in(language, likely),) if text else (),
        )

    def _halves(self, window: Window) -> Transcript:
        """A loop often ends where the window does: hear it in two, cut where it is quietest."""
        cut = quietest(window.samples)
        later = window.begin_s + cut / SAMPLE_RATE
        parts = (
            Window(window.recording_id, window.begin_s, window.samples[:cut]),
            Window(window.recording_id, later, window.samples[cut:]),
        )
        return replace(
            join(window.recording_id, window.duration_s, self.transcribe(parts)), model=self.fingerprint
        )

    def _tokens(self, window: Window, spoken: Spoken) -> list[TimedToken]:
        data, end = self._tokenizer.encoding.decode_single_token_bytes, window.duration_s
        times = [window.begin_s + min(float(time), end) for time in spoken.begins]
        return [
            TimedToken(data(token), begin, until, probability)
            for token, begin, until, probability in zip(
                spoken.text, times, times[1:], spoken.probabilities, strict=False
            )
        ]

    def _text(self, tokens: Sequence[int]) -> str:
        text: str = self._tokenizer.encoding.decode(
            [token for token in tokens if token < self._tokenizer.eot]
        )
        return text


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What transcribers with other languages, hotwords or modes share; the engine's silence, too."""

    weights: Weights
    tokenizer: Tokenizer
    engine: Engine


@lru_cache(maxsize=1)
def _loaded(model: str, choice: Choice) -> _Loaded:
    """Weights are read once in a process, those of the last model stay."""
    weights = resolve(model)
    built = build(
        *(weights.dims, read(weights).state, weights.alignment_heads, choice.device, choice.dtype),
        integers=choice.integers,
    )
    give_back(torch.device("cpu"))  # the weights as they were read
    tokenizer = tokenizer_of(weights.dims, "en")
    vocabulary = vocabulary_of(tokenizer, (), choice.device)
    return _Loaded(weights, tokenizer, Engine(built, vocabulary, choice.batch_frames))


def vocabulary_of(
    tokenizer: Tokenizer,
    languages: Sequence[str],
    device: torch.device,
    expected: Mapping[str, float] | None = None,
) -> Vocabulary:
    """What the decoder has to know of the tokenizer. Source: whisper.decoding.DecodingTask.

    languages: ISO 639-1, one of which is spoken; none: any; one: that, and nothing else is asked for.
    expected: how often each is spoken, others as seldom as the rarest; nothing: equally often.
    """
    ids = language_ids(tokenizer)
    expected = expected or {}
    rarest = min(expected.values(), default=1.0)
    shares = [math.log(expected.get(code, rarest)) for code in languages or ids] if ids else []
    allowed = [ids[code] for code in languages or ids] if ids else []
    foreign = sorted({*ids.values()} - {*allowed}) if len(allowed) > 1 else []
    special = {tokenizer.transcribe, tokenizer.translate, tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm}
    never = {*tokenizer.non_speech_tokens, *special, tokenizer.no_speech, tokenizer.no_timestamps}
    return Vocabulary(
        start=tokenizer.sot,
        task=tuple(tokenizer.sot_sequence[2:]),
        end=tokenizer.eot,
        no_speech=tokenizer.no_speech,
        no_timestamps=tokenizer.no_timestamps,
        timestamps=tokenizer.timestamp_begin,
        suppressed=torch.tensor(sorted(never), device=device),
        languages=torch.tensor(allowed, dtype=torch.long, device=device),
        expected=torch.tensor(shares, dtype=torch.float32, device=device),
        foreign=torch.tensor(foreign, dtype=torch.long, device=device),
    )


def quietest(samples: NDArray[np.float32]) -> int:
    """The sample in the middle third around which 0.2 s are the quietest."""
    block = SAMPLE_RATE // 5
    first = len(samples) // 3
    energies = [
        (float(np.square(samples[at : at + block]).sum()), at + block // 2)
        for at in range(first, max(first + 1, len(samples) - first - block), block // 4)
    ]
    return min(energies)[1]
