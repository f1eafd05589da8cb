from __future__ import annotations

import re

import numpy as np
import pytest
from whisper.model import ModelDimensions

from pii_audio.asr.fake import FakeTranscriber
from pii_audio.asr.guards import is_invented, repeats
from pii_audio.asr.join import join
from pii_audio.asr.tokens import tokenizer_of
from pii_audio.asr.words import TimedToken, words_of
from pii_audio.types import Transcript, Window, Word


def spread(text: str) -> list[TimedToken]:
    """Whisper's tokens of a text, each 0.1 s long."""
    encoding = tokenizer_of(ModelDimensions(80, 1500, 512, 8, 6, 51865, 448, 512, 8, 6)).encoding
    return [
        TimedToken(encoding.decode_single_token_bytes(token), i / 10, (i + 1) / 10, 0.5)
        for i, token in enumerate(encoding.encode(text))
    ]


@pytest.mark.parametrize(
    "said",
    [
        " Rufen Sie 0176 48213907 an, bitte!",
        " anna.meier@web.de",
        " Straße, Köln – 5 € 🎂 naïve",
        " ... 3,5 %",
        "x",
    ],
)
def test_every_character_belongs_to_a_word_with_a_time(said: str) -> None:
    text, words = words_of(spread(said), "de")
    assert text == said.strip()
    assert [(word.start, word.end) for word in words] == [match.span() for match in re.finditer(r"\S+", text)]
    assert all(word.begin_s < word.end_s for word in words)
    assert [word.begin_s for word in words] == sorted(word.begin_s for word in words)


def test_a_word_lasts_from_its_first_to_its_last_token() -> None:
    tokens = [
        TimedToken(b" 01", 1.0, 1.2, 0.9),
        TimedToken(b"76", 1.2, 1.5, 0.7),
        TimedToken(b".", 3.0, 9.0, 0.2),
        TimedToken(b" ...", 9.0, 9.5, 0.1),
    ]
    text, words = words_of(tokens, "de")
    assert text == "0176. ..."
    assert words[0] == Word(0, 5, 1.0, 1.5, 0.6, "de")  # the full stop lies in the pause
    assert (words[1].begin_s, words[1].end_s) == (9.0, 9.5)


def test_broken_utf8_keeps_spans_in_step() -> None:
    text, words = words_of([TimedToken(b" K\xc3", 0, 1, 1), TimedToken(b"ln x", 1, 2, 1)], "de")
    assert text == "K\ufffdln x"
    assert [(word.start, word.end) for word in words] == [(0, 4), (5, 6)]


def test_no_tokens_no_words() -> None:
    assert words_of([], "de") == ("", ())


def test_join_shifts_spans_and_keeps_times() -> None:
    word = Word(0, 5, 0.0, 0.5, 1.0, "de")
    two = Word(0, 3, 2.0, 2.1, 1.0, "en"), Word(4, 7, 2.2, 2.4, 1.0, "en")
    parts = [
        Transcript("rec-1", "Hallo", (word,), "de", 1.0, "m"),
        Transcript("rec-1", "", (), "en", 1.0, "m"),
        Transcript("rec-1", "Ich bin", two, "en", 1.0, "m"),
    ]
    whole = join("rec-1", 3.0, parts)
    assert whole.text == "Hallo Ich bin"
    assert [whole.text[w.start : w.end] for w in whole.words] == ["Hallo", "Ich", "bin"]
    assert (whole.language, whole.duration_s, whole.model) == ("en", 3.0, "m")
    assert whole.seconds(6, 13) == (2.0, 2.4)


def test_join_of_nothing() -> None:
    assert join("rec-1", 3.0, []) == Transcript("rec-1", "", (), "", 3.0, "")
    assert join("rec-1", 3.0, [Transcript("rec-1", "", (), "de", 3.0, "m")]).language == "de"


def test_the_fake_says_a_text_once_and_times_its_words() -> None:
    windows = [Window("a", 0.0, np.zeros(16_000, np.float32)), Window("a", 5.0, np.zeros(16_000, np.float32))]
    first, second = FakeTranscriber({"a": "eins zwei"}).transcribe(windows)
    assert [(w.begin_s, w.end_s) for w in first.words] == [(0.0, 0.5), (0.5, 1.0)]
    assert second.text == ""


def test_guards() -> None:
    assert repeats("das ist gut, " * 20)
    assert not repeats("Rufen Sie bitte meine Schwester in Hannover an, sie wohnt in der Lister Meile 7.")
    assert is_invented("Vielen Dank.", -1.2, 0.9)
    assert is_invented("I'm going to do a little bit of the same thing.", -1.8, 0.4)
    assert not is_invented("Vielen Dank.", -0.3, 0.9)
    assert not is_invented("Vielen Dank.", -1.2, 0.1)
