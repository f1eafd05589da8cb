"""When the source speaks against what was heard in a release."""

from __future__ import annotations

import pytest

from pii_audio.runners.witness import plain, words_within
from pii_audio.types import Transcript, Word


def said(text: str) -> Transcript:
    """Each word takes half a second."""
    words, at = [], 0
    for number, word in enumerate(text.split()):
        words.append(Word(at, at + len(word), number / 2, number / 2 + 0.5, 0.2, "de"))
        at += len(word) + 1
    return Transcript("rec-1", text, tuple(words), "de")


def test_words_count_where_a_third_of_them_is_said() -> None:
    heard = said("Emil, merk dir das")
    assert [heard.text[w.start : w.end] for w in words_within(heard, (0.45, 1.2))] == ["merk", "dir"]


@pytest.mark.parametrize(
    ("hearings", "speaks"),
    [
        (("Emil, merk dir das", "Emil, Märkte das bitte"), True),
        (("Emil, merk dir das", "Emil, Bräser das bitte"), False),  # in no dictionary: a name, perhaps
        (("Emil, Reza das bitte", "Emil, merk dir das"), False),
        (("Emil, merk dir das", "Emil,"), False),  # nothing was heard there
    ],
)
def test_the_source_speaks_where_each_hearing_has_words_of_the_language(
    hearings: tuple[str, ...], speaks: bool
) -> None:
    assert plain(map(said, hearings), (0.5, 1.0)) == speaks


def test_a_source_without_a_transcript_says_nothing() -> None:
    assert not plain([None, said("Emil, merk dir das")], (0.5, 1.0))
