"""Spoken to written form: numbers go through unharmed, the way back gives whole words, other text stays."""

from __future__ import annotations

import lzma
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_audio.recognizers.spoken import digit_runs, write

SHARED = Path(__file__).parents[3] / "shared" / "data"

DE_UNITS = [
    *["", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"],
    *["dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"],
]
DE_TENS = ["", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
EN_UNITS = [
    *["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"],
    *["twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
]
EN_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def german(n: int, *, last: bool = True) -> str:
    """The German cardinal below a million, written together as Duden does."""
    if n >= 1000:
        return german(n // 1000, last=False) + "tausend" + (german(n % 1000) if n % 1000 else "")
    if n >= 100:
        return DE_UNITS[n // 100] + "hundert" + (german(n % 100, last=last) if n % 100 else "")
    if n >= 20:
        return (DE_UNITS[n % 10] + "und" if n % 10 else "") + DE_TENS[n // 10]
    return "null" if n == 0 else "eins" if n == 1 and last else DE_UNITS[n]


def english(n: int, *, british: bool) -> str:
    if n >= 1000:
        rest = f" {english(n % 1000, british=british)}" if n % 1000 else ""
        return f"{english(n // 1000, british=british)} thousand{rest}"
    if n >= 100:
        link = " and " if british else " "
        return f"{EN_UNITS[n // 100]} hundred" + (
            f"{link}{english(n % 100, british=british)}" if n % 100 else ""
        )
    if n >= 20:
        return EN_TENS[n // 10] + (f" {EN_UNITS[n % 10]}" if n % 10 else "")
    return EN_UNITS[n]


def respelled(word: str) -> str:
    return word.replace("ü", "ue").replace("ö", "oe").replace("ß", "ss")


@settings(max_examples=400, deadline=None)
@given(st.integers(2, 999_999), st.sampled_from([str, str.upper, str.capitalize, respelled]))
def test_german_cardinals_come_back(n: int, spelling: Callable[[str], str]) -> None:
    text = f"Es waren {spelling(german(n))} Schafe."
    assert write(text, "de").text == f"Es waren {n} Schafe."


@settings(max_examples=400, deadline=None)
@given(st.integers(2, 999_999), st.booleans(), st.sampled_from([str, str.upper, str.title]))
def test_english_cardinals_come_back(n: int, british: bool, spelling: Callable[[str], str]) -> None:
    text = f"There were {spelling(english(n, british=british))} sheep."
    assert write(text, "en").text == f"There were {n} sheep."


@settings(max_examples=200, deadline=None)
@given(
    st.text("0123456789", min_size=4, max_size=16),
    st.sampled_from([" ", ", "]),
    st.sampled_from(["de", "en"]),
)
def test_digit_by_digit_comes_back(digits: str, pause: str, language: str) -> None:
    names = ["null", "eins", *DE_UNITS[2:10]] if language == "de" else EN_UNITS
    said = pause.join(names[int(digit)] for digit in digits)
    assert write(f"so: {said}!", language).text == f"so: {digits}!"
    assert [run.digits for run in digit_runs(said, language)] == [digits]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(10, 99), min_size=3, max_size=7))
def test_pairs_come_back(pairs: list[int]) -> None:
    expected = "".join(str(pair) for pair in pairs)
    assert digit_runs(" ".join(german(pair) for pair in pairs), "de")[0].digits == expected
    said = ", ".join(english(pair, british=False) for pair in pairs)
    assert digit_runs(said, "en")[0].digits == expected


WORDS = st.sampled_from(
    [
        "Haus",
        "ist",
        "drei",
        "null",
        "eins",
        "Punkt",
        "at",
        "web",
        "de",
        "K",
        "wie",
        "Otto",
        "elfter",
        "März",
        "nee",
        "äh",
        "doppel",
        "three",
        "oh",
        "dot",
        "com",
        "as",
        "in",
        "Mike",
        "the",
        "second",
        "of",
        "June",
        "forty",
        "DE",
        "12",
        "0176",
        "8.0331",
        "3,24.103",
        "(drei)",
        "„vier“",
        "minus",
        "www",
        "und",
        "hundred",
        "anna@web.de",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(WORDS, max_size=14), st.sampled_from([" ", ", ", ". ", "  "]), st.sampled_from(["de", "en"]))
def test_every_written_span_maps_back_to_whole_words(words: list[str], gap: str, language: str) -> None:
    text = gap.join(words)
    written = write(text, language)
    bounds = {match.span() for match in re.finditer(r"\S+", text)}
    starts = {i for start, end in bounds for i in range(start, end) if not text[start:i].strip("„\"'(")}
    ends = {i for start, end in bounds for i in range(start, end + 1) if not text[i:end].strip(".,:;)“\"'")}
    for match in re.finditer(r"\w+", written.text):
        start, end = written.said(*match.span())
        assert start < end
        assert start in starts
        assert end in ends
    for piece in written.pieces:
        assert written.text[piece.start : piece.end] == piece.written
        assert written.said(piece.start, piece.end) == (piece.said_start, piece.said_end)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["de", "en", "fr"]))
def test_any_text_can_be_written(text: str, language: str) -> None:
    written = write(text, language)
    assert (written.text == text) or written.pieces
    assert write(written.text, language).text is not None


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        (
            "de",
            "Gib acht auf die Katze, zu sieben ist das Mehl.",
            "Gib acht auf die Katze, zu sieben ist das Mehl.",
        ),
        ("de", "Eine Frau und ein Mann", "Eine Frau und ein Mann"),
        ("de", "null eins sieben sechs, doppel drei", "017633"),
        ("de", "im dritten Stock, der zweite Mann", "im 3. Stock, der zweite Mann"),
        ("de", "geboren am dritten elften fünfundachtzig", "geboren am 3.11.1985"),
        ("de", "Gartenweg zwölf, nee, vierzehn.", "Gartenweg 14."),
        ("de", "0, 1, 7, 6, 4, 8", "017648"),
        ("de", "sie wird siebenund 40", "sie wird 47"),
        ("de", "wir waren zwei, drei Wochen da", "wir waren 2, 3 Wochen da"),
        ("de", "I B A N: D E neunundachtzig 3704 0044 0532 0130 00", "Iban: DE89370400440532013000"),
        ("de", "www punkt huber minus bau punkt de", "www.huber-bau.de"),
        ("en", "one of them, oh well", "one of them, oh well"),
        ("en", "born on the second of June nineteen eighty six", "born on 6/2/1986"),
        ("en", "the twenty-third floor, the first door", "the 23rd floor, the first door"),
        ("en", "joe underscore b at gmail dot com", "joe_b@gmail.com"),
        ("en", "N as in Nancy, O, W, A, K", "Nowak"),
        ("en", "triple five, double oh", "55500"),
        ("fr", "two doors", "2 doors"),
    ],
)
def test_written_form(language: str, said: str, written: str) -> None:
    assert write(said, language).text == written


def test_the_way_back_leaves_punctuation_outside() -> None:
    text = "Ja, null eins sieben sechs, doppel drei. Danke."
    written = write(text, "de")
    (piece,) = written.pieces
    start, end = written.said(piece.start + 2, piece.start + 3)
    assert text[start:end] == "null eins sieben sechs, doppel drei"
    assert written.text == "Ja, 017633. Danke."
    assert written.said(written.text.index("Danke"), len(written.text)) == (
        text.index("Danke"),
        len(text) - 1,
    )


def sentences(path: Path, column: int) -> list[str]:
    if not path.exists():
        pytest.skip("the shared data folder is not here")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")
    found: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            found.append([])
        elif not line.startswith("#"):
            found[-1].append(line.split("\t")[column])
    return [" ".join(words) for words in found if words]


SPOKEN = re.compile(
    r"\d|null|zw[eoö]|drei|dritt|vier|fünf|sechs|sieb|\bacht|neun|zehn|\belf|zwanzig|ßig|hundert|tausend|doppel|www|@"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twel|thir|fift|fort|twent|hundred|thousand|\bten"
    r"|zero|nought|double|triple|\b\w\b.*\b\w\b.*\b\w\b|\b\w (?:wie|as in|for|like)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("language", "path", "column"),
    [("de", "ner/germeval2014-de/dev.tsv.xz", 1), ("en", "ner/uner-en/dev.iob2.xz", 1)],
)
def test_text_without_spoken_forms_stays_as_it_is(language: str, path: str, column: int) -> None:
    plain = [text for text in sentences(SHARED / path, column) if not SPOKEN.search(text)]
    assert len(plain) > 500
    for text in plain:
        assert write(text, language).text == text
