"""What is read of a text, and where it stood."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pii_audio.plain import Plain

SIGNS = st.sampled_from(
    [*"aZ1 .-é", "\u00fc", "u\u0308", "\u0308", "\u200b", "\u00ad", "\ufeff", "٣", "Ａ", "👩\u200d🚀"]
)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Pe\u200bter", "Peter"),
        ("\ufeffPe\u00adter\u2060", "Peter"),
        ("Mu\u0308ller aus Bu\u0308singen", "Müller aus Büsingen"),
        ("M\u200bu\u200b\u0308ller", "Müller"),
        ("P\u0336e\u0336t\u0336e\u0336r", "Peter"),
        ("０１７６ ٤٩٢", "0176 492"),
        ("Ｐｅｔｅｒ＠ｗｅｂ．ｄｅ", "Peter@web.de"),
        ("𝐏𝐞𝐭𝐞𝐫", "Peter"),
        ("Müller\u2011Lau\u00a0an", "Müller-Lau an"),
        ("5 m² … ½ „ja“ 2\u202f000", "5 m² … ½ „ja“ 2 000"),
        ("שלום", "שלום"),
    ],
)
def test_what_one_sees_is_what_is_read(said: str, read: str) -> None:
    plain = Plain.of(said)
    assert plain.text == read
    start, end = plain.original(0, len(read))
    assert Plain.of(said[start:end]).text == read


def test_a_plain_text_is_itself() -> None:
    for text in ("", "Ruf Peter an.", "Grüße aus Zürich, „ja“ – 5 €", "👍🏽"):
        assert Plain.of(text) == Plain(text)


@given(st.lists(SIGNS).map("".join))
def test_every_character_is_where_it_says(text: str) -> None:
    plain = Plain.of(text)
    assert Plain.of(plain.text).text == plain.text
    assert len(plain.text) <= len(unicodedata.normalize("NFD", text))
    places = [plain.original(i, i + 1) for i in range(len(plain.text))]
    assert places == sorted(places)
    for (start, end), sign in zip(places, plain.text, strict=True):
        assert 0 <= start < end <= len(text)
        assert Plain.of(text[start:end]).text == sign or unicodedata.combining(sign)
