"""Numbers as people write them, and every phrase in both languages with the same gaps to fill."""

from __future__ import annotations

import string

import pytest

from pii_audio.report.words import NAMES, PHRASES, Words

EN, DE = Words("en"), Words("de")


def gaps(phrase: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


@pytest.mark.parametrize("key", PHRASES)
def test_both_languages_fill_in_the_same(key: str) -> None:
    english, german = PHRASES[key]
    assert gaps(english) == gaps(german)


def test_no_phrase_calls_anything_anonymous() -> None:
    claims = [key for key, both in PHRASES.items() if any("anonym" in phrase.lower() for phrase in both)]
    assert claims == ["method_5"], "which says that it is no proof of it"
    assert "not a proof of anonymity" in PHRASES["method_5"][0]


def test_every_name_has_both_languages() -> None:
    assert all(len(both) == 2 and all(both) for both in NAMES.values())


@pytest.mark.parametrize(
    ("k", "english", "german"),
    [
        (1, "1", "1"),
        (1.4, "1.4", "1,4"),
        (9.97, "10", "10"),
        (16.4, "16", "16"),
        (99.9, "100", "100"),
        (41_730, "42,000", "42.000"),
        (1_234_000, "1.2 million", "1,2 Mio."),
        (83_500_000, "84 million", "84 Mio."),
    ],
)
def test_crowds(k: float, english: str, german: str) -> None:
    assert (EN.crowd(k), DE.crowd(k)) == (english, german)


def test_a_crowd_of_one_is_one_person() -> None:
    assert EN.one_of(1.02) == "about one person"
    assert EN.one_of(16) == "one of about 16 people"
    assert EN.crowd(float("inf")) == "everybody"


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0, "0 %"),
        (1e-8, "<\N{NO-BREAK SPACE}0.01 %"),
        (0.0002, "0.02 %"),
        (0.0031, "0.3 %"),
        (0.0999, "10 %"),
        (0.985, "98 %"),
        (0.9977, "99.8 %"),
        (0.99999, ">\N{NO-BREAK SPACE}99.9 %"),
        (1, "100 %"),
    ],
)
def test_percent(share: float, written: str) -> None:
    assert EN.percent(share) == written
    assert DE.percent(share) == written.replace(".", ",")


def test_unknown_types_are_spelled_out() -> None:
    assert EN.name("MEDICAL_LICENSE") == "medical license"


def test_what_is_no_number() -> None:
    assert EN.number(float("nan")) == "–"


@pytest.mark.parametrize(
    ("share", "written"), [(0.998, "99.8"), (0.91, "91"), (0.003, "0.3"), (1.0, "100.0"), (0.0, "0.0")]
)
def test_a_gain_beside_99_8_percent_is_not_100_points(share: float, written: str) -> None:
    assert Words("en").points(share) == written


def test_no_phrase_shows_marks_of_markdown() -> None:
    assert not [key for key, both in PHRASES.items() if "`" in "".join(both)]
