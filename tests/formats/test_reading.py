"""Transcripts that others made: every character but white space gets a word, every word a time."""

from __future__ import annotations

import math
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_audio.errors import FormatError
from pii_audio.formats import jsonl, verbose_json, whisper_json, whisperx
from pii_audio.types import Transcript

WHISPER: dict[str, Any] = {
    "text": " Ruf Anna an. Es ist 17 Uhr.",
    "segments": [
        {
            "id": 0, "start": 0.0, "end": 2.0, "text": " Ruf Anna an.", "avg_logprob": -0.2,
            "words": [
                {"word": " Ruf", "start": 0.1, "end": 0.4, "probability": 0.9},
                {"word": " Anna", "start": 0.4, "end": 0.9, "probability": 0.7},
                {"word": " an.", "start": 0.9, "end": 1.2, "probability": 0.95},
            ],
        },
        {"id": 1, "start": 3.0, "end": 5.0, "text": " Es ist 17 Uhr.", "avg_logprob": -0.5},
    ],
    "language": "de",
}  # fmt: skip

VERBOSE: dict[str, Any] = {
    "task": "transcribe", "language": "english", "duration": 4.5, "text": "Call 0176, please. It's me!",
    "segments": [
        {"id": 0, "start": 0.0, "end": 2.5, "text": " Call 0176, please.", "avg_logprob": -0.1},
        {"id": 1, "start": 2.5, "end": 4.5, "text": " It's me!", "avg_logprob": -0.1},
    ],
    "words": [
        {"word": "Call", "start": 0.2, "end": 0.5}, {"word": "0176", "start": 0.5, "end": 1.5},
        {"word": "please", "start": 1.5, "end": 2.0}, {"word": "It's", "start": 2.6, "end": 3.0},
        {"word": "me", "start": 3.0, "end": 3.3},
    ],
}  # fmt: skip

WHISPERX: dict[str, Any] = {
    "segments": [
        {
            "start": 1.0, "end": 5.0, "text": " Meine Nummer ist 0176 48 21.", "speaker": "SPEAKER_00",
            "words": [
                {"word": "Meine", "start": 1.0, "end": 1.4, "score": 0.8},
                {"word": "Nummer", "start": 1.4, "end": 1.9, "score": 0.8},
                {"word": "ist", "start": 1.9, "end": 2.0, "score": 0.8},
                {"word": "0176"}, {"word": "48"}, {"word": "21."},
            ],
        }
    ],
    "word_segments": [], "language": "de",
}  # fmt: skip


def spoken(transcript: Transcript) -> list[str]:
    return [transcript.text[word.start : word.end] for word in transcript.words]


def check(transcript: Transcript) -> None:
    """What `Transcript` promises."""
    covered = {at for word in transcript.words for at in range(word.start, word.end)}
    wanted = {at for at, character in enumerate(transcript.text) if not character.isspace()}
    assert covered == wanted
    assert sum(word.end - word.start for word in transcript.words) == len(covered), "no overlap"
    for word in transcript.words:
        assert 0 <= word.begin_s <= word.end_s <= transcript.duration_s
        assert 0 <= word.confidence <= 1
        assert math.isfinite(word.end_s)


def test_whisper_json() -> None:
    transcript = whisper_json.read(WHISPER, "rec-1")
    check(transcript)
    assert transcript.text == "Ruf Anna an. Es ist 17 Uhr."
    assert transcript.language == "de"
    assert spoken(transcript) == ["Ruf", "Anna", "an.", "Es", "ist", "17", "Uhr."]
    anna = transcript.words[1]
    assert (anna.begin_s, anna.end_s, anna.confidence) == (0.4, 0.9, 0.7)
    spread = transcript.words[3:]  # a segment without words: its time is shared out
    assert (spread[0].begin_s, spread[-1].end_s) == (3.0, 5.0)
    assert all(word.confidence == pytest.approx(math.exp(-0.5) / 2) for word in spread)
    assert transcript.seconds(20, 22) == (pytest.approx(3 + 2 * 5 / 11), pytest.approx(3 + 2 * 7 / 11))


def test_verbose_json_words_have_no_punctuation() -> None:
    transcript = verbose_json.read(VERBOSE, "rec-1")
    check(transcript)
    assert transcript.text == "Call 0176, please. It's me!"
    assert transcript.language == "en"
    assert transcript.duration_s == 4.5
    assert spoken(transcript) == ["Call", "0176,", "please.", "It's", "me!"]
    assert [word.begin_s for word in transcript.words] == [0.2, 0.5, 1.5, 2.6, 3.0]


def test_verbose_json_with_words_alone() -> None:
    alone = {key: value for key, value in VERBOSE.items() if key != "segments"}
    transcript = verbose_json.read(alone, "rec-1")
    check(transcript)
    assert spoken(transcript) == ["Call", "0176,", "please.", "It's", "me!"]


def test_whisperx_digits_without_times_are_interpolated() -> None:
    transcript = whisperx.read(WHISPERX, "rec-1")
    check(transcript)
    assert spoken(transcript) == ["Meine", "Nummer", "ist", "0176", "48", "21."]
    digits = transcript.words[3:]
    assert digits[0].begin_s == 2.0
    assert digits[-1].end_s == 5.0
    assert all(a.end_s == b.begin_s for a, b in pairwise(digits))
    assert digits[0].confidence == 0.25
    assert transcript.words[0].confidence == 0.8


def test_a_word_without_time_between_two_with() -> None:
    words = [
        {"word": "Am", "start": 0.0, "end": 0.5, "score": 1.0},
        {"word": "3."},
        {"word": "Mai", "start": 1.5, "end": 2.0, "score": 1.0},
    ]
    data = {"segments": [{"start": 0, "end": 9, "text": "Am 3. Mai", "words": words}], "language": "de"}
    third = whisperx.read(data, "rec-1").words[1]
    assert (third.begin_s, third.end_s) == (0.5, 1.5)


def test_a_text_that_its_segments_leave_out_is_not_lost() -> None:
    """Corrected by hand after the fact: what stands in the text counts."""
    corrected = {**WHISPER, "text": "Ruf Frau Anna Peters an. Es ist 17 Uhr."}
    transcript = whisper_json.read(corrected, "rec-1")
    check(transcript)
    assert transcript.text == corrected["text"]
    assert transcript.seconds(9, 13) == (0.4, 0.9)  # Anna is where she was


def test_languages_without_blanks_keep_their_words() -> None:
    words = [
        {"word": w, "start": n, "end": n + 1, "probability": 0.5}
        for n, w in enumerate(["今日", "は", "晴れ"])
    ]
    data = {
        "text": "今日は晴れ。",
        "segments": [{"start": 0, "end": 3, "text": "今日は晴れ。", "words": words}],
        "language": "ja",
    }
    transcript = whisper_json.read(data, "rec-1")
    check(transcript)
    assert spoken(transcript) == ["今日", "は", "晴れ。"]


def test_jsonl_has_no_words() -> None:
    transcript = jsonl.read({"id": 7, "language": "de-DE", "text": "Hallo  Welt\n"}, "rec-1")
    assert (transcript.text, transcript.words, transcript.language) == ("Hallo  Welt\n", (), "de")


def test_no_language_is_told_by_the_words() -> None:
    assert jsonl.read({"text": "Wie wird das Wetter morgen in Berlin?"}, "rec-1").language == "de"
    assert jsonl.read({"text": "What will the weather be like tomorrow?"}, "rec-1").language == "en"


def test_segments_without_words_at_all() -> None:
    data = {"text": "", "segments": [], "language": "en"}
    assert whisper_json.read(data, "rec-1").words == ()
    assert whisper_json.read({**data, "text": "Only text."}, "rec-1").text == "Only text."


@pytest.mark.parametrize(
    ("form", "data"),
    [
        (jsonl, {"text": 5}),
        (jsonl, {"text": None}),
        (whisper_json, {"text": "a", "segments": [{"start": 0}]}),
        (whisper_json, {"text": "a", "segments": [5]}),
        (whisperx, {"segments": [{"text": ["a"]}]}),
        (verbose_json, {"text": {}, "words": []}),
    ],
)
def test_no_text_is_told(form: ModuleType, data: dict[str, Any]) -> None:
    with pytest.raises(FormatError, match="no text"):
        form.read(data, "rec-1")


ODD = st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=3), st.booleans())
TEXT = st.text(max_size=12)
WORDS = st.fixed_dictionaries({"word": st.one_of(TEXT, ODD), "start": ODD, "end": ODD, "probability": ODD})
SEGMENTS = st.fixed_dictionaries(
    {
        "text": TEXT,
        "start": ODD,
        "end": ODD,
        "avg_logprob": ODD,
        "words": st.one_of(ODD, st.lists(WORDS, max_size=4)),
    }
)


@given(st.lists(SEGMENTS, max_size=4), TEXT)
def test_whatever_stands_there_the_promise_holds(segments: list[dict[str, Any]], text: str) -> None:
    for form, data in [
        (whisper_json, {"text": text, "segments": segments, "language": "de"}),
        (verbose_json, {"text": text, "segments": segments, "duration": 3.0, "language": "german"}),
        (whisperx, {"segments": segments, "language": "en"}),
    ]:
        transcript = form.read(data, "rec-1")
        if transcript.words:
            check(transcript)
        transcript.text.encode()
        if form is not whisperx:
            squeezed = "".join(text.split()).encode("utf-8", "replace").decode()
            assert "".join(transcript.text.split()) == squeezed


def test_which_is_which() -> None:
    forms = (verbose_json, whisper_json, whisperx, jsonl)
    first = [
        next(form for form in forms if form.matches(data))
        for data in (VERBOSE, WHISPER, WHISPERX, {"text": ""})
    ]
    assert first == [*forms]
    assert not any(form.matches({"name": "package", "version": "1"}) for form in forms)
