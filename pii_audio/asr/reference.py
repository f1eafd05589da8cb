"""Whisper the straightforward way: openai-whisper's own model and decoding, one padded window at a time.

The slow reference that the fast core is tested against. Nothing is random and nothing carries over from one
window to the next: temperature 0, no previous text, the language chosen for each window.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
import whisper
from numpy.typing import NDArray
from torch import Tensor
from whisper.audio import HOP_LENGTH, N_FRAMES, N_SAMPLES, log_mel_spectrogram, pad_or_trim
from whisper.decoding import DecodingOptions, DecodingResult
from whisper.model import Whisper
from whisper.timing import find_alignment
from whisper.tokenizer import Tokenizer

from pii_audio.asr.boundaries import fitted
from pii_audio.asr.guards import is_invented
from pii_audio.asr.languages import language_of
from pii_audio.asr.tokens import check_languages, prompt_of, tokenizer_of
from pii_audio.asr.weights import Weights, load, resolve
from pii_audio.asr.words import TimedToken, words_of
from pii_audio.config import TranscribeConfig
from pii_audio.types import HeardIn, Transcript, Window, Word

__all__ = ["ReferenceTranscriber"]


class ReferenceTranscriber:
    name = "reference"
    batch_s = 1.0  # one window at a time

    def __init__(self, config: TranscribeConfig) -> None:
        """Raises ModelError where the weights cannot be had, ConfigError where they do not fit."""
        device = "cuda" if config.device != "cpu" and torch.cuda.is_available() else "cpu"
        weights, self._model = _loaded(config.model, device)
        self.fingerprint = f"whisper-{weights.name}@{weights.fingerprint[:8]}/reference"
        tokenizer = tokenizer_of(weights.dims)  # loaded once, for whisper.decode too
        check_languages(tokenizer, config.languages)
        self._config = config
        self._beams = config.beam_size if config.beam_size > 1 else None
        self._prompt = prompt_of(tokenizer, config.prompt, weights.dims.n_text_ctx // 2 - 1)

    @torch.inference_mode()
    def transcribe(self, windows: Sequence[Window]) -> list[Transcript]:
        return [self._window(window) for window in windows]

    def _window(self, window: Window) -> Transcript:
        mel = self.log_mel(window.samples)
        result, tokenizer, spoken = self.decode(mel)
        text, words = "", tuple[Word, ...]()
        if not is_invented(result.text, result.avg_logprob, result.no_speech_prob):
            said = [token for token in result.tokens if token < tokenizer.eot]
            frames = min(N_FRAMES, -(-len(window.samples) // HOP_LENGTH))
            tokens = self._timed(said, mel, max(frames, 2), tokenizer, window)
            text, words = words_of(tokens, result.language)
            words = fitted(words, window)
        return Transcript(
            *(window.recording_id, text, words, result.language, window.duration_s, self.fingerprint),
            heard_in=(spoken,) if text else (),
        )

    def log_mel(self, samples: NDArray[np.float32]) -> Tensor:
        """[n_mels, 3000], padded with silence to 30 s."""
        padded = pad_or_trim(torch.tensor(samples, device=self._model.device), N_SAMPLES)
        mel: Tensor = log_mel_spectrogram(padded, self._model.dims.n_mels)
        return mel

    def decode(self, mel: Tensor) -> tuple[DecodingResult, Tokenizer, HeardIn]:
        """mel: [n_mels, 3000]. Greedy, with timestamps, in the language that is spoken."""
        model = self._model
        features = model.embed_audio(mel[None])[0]  # [1500, d_model]
        spoken = self._language(features)
        options = DecodingOptions(
            language=spoken.language, prompt=list(self._prompt), beam_size=self._beams, fp16=False
        )
        return whisper.decode(model, features, options), tokenizer_of(model.dims, spoken.language), spoken

    def _language(self, features: Tensor) -> HeardIn:
        def probabilities() -> dict[str, float]:
            found: dict[str, float] = self._model.detect_language(features)[1]
            return found

        return language_of(self._model.is_multilingual, self._config, probabilities)

    def _timed(
        self, spoken: list[int], mel: Tensor, frames: int, tokenizer: Tokenizer, window: Window
    ) -> list[TimedToken]:
        """Tokens with times: those of the word, as openai-whisper splits words, that a token belongs to."""
        data = tokenizer.encoding.decode_single_token_bytes
        end = window.begin_s + window.duration_s
        return [
            TimedToken(
                data(token),
                min(window.begin_s + float(word.start), end),
                min(window.begin_s + float(word.end), end),
                float(word.probability),
            )
            for word in find_alignment(self._model, tokenizer, spoken, mel, frames)
            for token in word.tokens
            if token < tokenizer.eot
        ]


@lru_cache(maxsize=1)
def _loaded(model: str, device: str) -> tuple[Weights, Whisper]:
    """Weights are read once in a process, whatever the other options are."""
    weights = resolve(model)
    return weights, load(weights, device)
