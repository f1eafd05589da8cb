"""faster-whisper as another transcriber, on the same weights: pip install 'pii-audio[faster-whisper]'.

It reads CTranslate2 models only: the embedded one, or a folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from pii_audio.asr.boundaries import fitted
from pii_audio.asr.guards import is_invented
from pii_audio.asr.languages import language_of
from pii_audio.asr.tokens import check_languages, tokenizer_of
from pii_audio.asr.weights import Weights, ctranslate2_folder, resolve
from pii_audio.asr.words import TimedToken, words_of
from pii_audio.config import TranscribeConfig
from pii_audio.types import HeardIn, Transcript, Window

__all__ = ["FasterWhisperTranscriber"]


class FasterWhisperTranscriber:
    name = "faster-whisper"
    batch_s = 1.0  # one window at a time

    def __init__(self, config: TranscribeConfig, *, compute_type: str = "float32") -> None:
        """Raises ModelError where the weights are absent or no CTranslate2 model, ConfigError as the core."""
        weights, self._model = _loaded(config.model, config.device, compute_type)
        self.fingerprint = f"whisper-{weights.name}@{weights.fingerprint[:8]}/faster-whisper-{compute_type}"
        check_languages(tokenizer_of(weights.dims), config.languages)
        self._config = config
        self._prompt, self._beams = config.prompt or None, config.beam_size

    def transcribe(self, windows: Sequence[Window]) -> list[Transcript]:
        return [self._window(window) for window in windows]

    def _window(self, window: Window) -> Transcript:
        spoken = self._language(window)
        language = spoken.language
        segments, _ = self._model.transcribe(
            window.samples,
            language=language,
            beam_size=self._beams,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=self._prompt,
            word_timestamps=True,
        )
        tokens = [
            TimedToken(
                word.word.encode(),
                window.begin_s + float(word.start),
                window.begin_s + float(word.end),
                float(word.probability),
            )
            for segment in segments
            if not _is_invented(segment)
            for word in segment.words or ()
        ]
        text, words = words_of(tokens, language)
        words = fitted(words, window)
        return Transcript(
            *(window.recording_id, text, words, language, window.duration_s, self.fingerprint),
            heard_in=(spoken,) if text else (),
        )

    def _language(self, window: Window) -> HeardIn:
        def probabilities() -> dict[str, float]:
            return dict(self._model.detect_language(window.samples.astype(np.float32))[2])

        return language_of(self._model.model.is_multilingual, self._config, probabilities)


@lru_cache(maxsize=1)
def _loaded(model: str, device: str, compute_type: str) -> tuple[Weights, WhisperModel]:
    """Weights are read once in a process, whatever the other options are."""
    weights = resolve(model)
    folder = str(ctranslate2_folder(weights))
    return weights, WhisperModel(folder, device=device, compute_type=compute_type, local_files_only=True)


def _is_invented(segment: Segment) -> bool:
    return is_invented(segment.text, segment.avg_logprob, segment.no_speech_prob)
