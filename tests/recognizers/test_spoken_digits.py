"""Dictated digits: which digits are meant, and which words said them."""

from __future__ import annotations

import pytest

from pii_audio.recognizers.spoken import digit_runs


@pytest.mark.parametrize(
    ("language", "text", "runs"),
    [
        ("de", "null eins fünf eins, dreiundzwanzig, fünfundvierzig", ["01512345"]),
        ("de", "null zwo zwo eins doppel drei vier", ["0221334"]),
        ("de", "doppelsieben fuenf", ["775"]),
        ("de", "ein und zwanzig und zwei hundert drei und vierzig", ["21", "243"]),
        ("de", "Ich bin sieben und 40, sie siebenund 30", ["47", "37"]),
        ("de", "neunzehnhundertfünfundachtzig", ["1985"]),
        ("de", "8.0331 München und 3,24.103 Kiel", ["80331", "324103"]),
        ("de", "0, 1, 7, 6, 4, 8", ["017648"]),
        ("de", "0176, 48213907", ["017648213907"]),
        ("de", "Gartenweg zwölf, nee, vierzehn", ["14"]),
        ("de", "null eins sieben eins, ähm, drei zwei vier, nein, drei zwei fünf, sechs acht", ["017132568"]),
        ("de", "ein Mann und eine Frau", []),
        ("de", "am dritten Tag", []),
        ("en", "two oh six, five double five, oh one four three", ["2065550143"]),
        ("en", "nine one seven, triple five, zero one", ["91755501"]),
        ("en", "a hundred and twelve dollars and forty cents", ["112", "40"]),
        ("en", "fifty five hundred, zero zero", ["550000"]),
        ("en", "twenty-three forty five", ["2345"]),
        ("en", "Oh, five minutes", ["5"]),
        ("en", "six one seven, um, five five", ["61755"]),
        ("en", "twelve, no wait, fourteen", ["14"]),
        ("en", "a man and a dog", []),
        ("", "1, 2", ["12"]),
    ],
)
def test_digits_that_are_meant(language: str, text: str, runs: list[str]) -> None:
    assert [run.digits for run in digit_runs(text, language)] == runs


def test_a_run_covers_the_words_that_were_said() -> None:
    text = "Im Birkenweg zwölf, nee, vierzehn, bitte."
    (run,) = digit_runs(text, "de")
    assert text[run.start : run.end] == "zwölf, nee, vierzehn"
    assert run.corrected
    assert run.spoken


def test_a_question_ends_a_run() -> None:
    assert [run.digits for run in digit_runs("Was sind drei? Vier fünf.", "de")] == ["3", "45"]
