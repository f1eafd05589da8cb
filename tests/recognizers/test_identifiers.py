"""The identifiers' values, scores, owners and check digits, and how the recognizer behaves as a whole."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pii_audio.recognizers.identifiers import IdentifierRecognizer
from pii_audio.recognizers.identifiers.checks import is_iban, is_luhn, is_pension_number, is_tax_id
from pii_audio.types import Finding, Transcript


def find(text: str, language: str = "de") -> list[Finding]:
    return IdentifierRecognizer().find([Transcript("rec-1", text, (), language)])[0]


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("de", "Mein Handy: null eins sieben sechs, doppel vier, drei zwei eins neun acht", "+491764432198"),
        ("de", "Ruf an: plus neunundvierzig eins fünf eins, zwölf, dreißig, sechs, acht", "+49151123068"),
        ("de", "Meine Nummer ist plus dreiundvierzig, 664 1234567.", "+436641234567"),
        ("de", "null eins sieben eins, drei zwei vier, nein, drei zwei fünf, sechs acht", "+4917132568"),
        ("en", "Call me at two one two, five five five, oh one seven six.", "+12125550176"),
        ("en", "My mobile is oh seven nine double one, one two three, four five six.", "+447911123456"),
        ("de", "IBAN DE neunundachtzig 3704 0044 0532 0130 null null", "DE89370400440532013000"),
        ("en", "My IBAN is GB29 NWBK 6016 1331 9268 19.", "GB29NWBK60161331926819"),
        ("de", "Die Mail ist Lena minus Wolf at Web Punkt de.", "lena-wolf@web.de"),
        ("en", "m as in mike, a, y at icloud dot com", "may@icloud.com"),
        ("de", "Geboren am dritten elften fünfundachtzig.", "1985-11-03"),
        ("de", "Mein Geburtsdatum: null drei elf neunzehnhundertfünfundachtzig", "1985-11-03"),
        ("de", "Ich bin Jahrgang 62.", "1962"),
        ("en", "My birthday is the twenty-second of May.", "--05-22"),
        ("en", "Date of birth is oh three, eleven, eighty five.", "1985-03-11"),
        ("de", "Das Kennzeichen ist M wie Martha, A B eins zwei drei vier.", "MAB1234"),
        ("de", "Ich bin siebenundvierzig Jahre alt.", "47"),
        ("de", "Meine Steuer-ID ist 47 036 892 816.", "47036892816"),
    ],
)  # fmt: skip
def test_values_are_normalized(language: str, text: str, value: str) -> None:
    (finding,) = find(text, language)
    assert finding.value == value


@pytest.mark.parametrize(
    ("text", "score", "reason"),
    [
        ("Buchen Sie ab von DE89 3704 0044 0532 0130 00.", 0.99, "checksum"),
        ("Die IBAN ist DE88 3704 0044 0532 0130 00.", 0.95, "context"),
        ("Meine Handynummer ist 0176 4821397.", 0.95, "context"),
        ("null eins sieben sechs, vier acht zwei eins, drei neun sieben", 0.75, "shape"),
        ("Ich wurde 1962 geboren.", 0.8, "context"),
        ("Sie hat am dritten August Geburtstag.", 0.6, "context"),
    ],
)
def test_scores_say_what_they_rest_on(text: str, score: float, reason: str) -> None:
    (finding,) = find(text)
    assert (finding.score, finding.reason) == (score, reason)


@pytest.mark.parametrize(
    ("language", "text", "subject"),
    [
        ("de", "Meine Nummer ist 0176 4821397.", "speaker"),
        ("de", "Die Nummer von meinem Mann ist 0176 4821397.", "partner"),
        ("de", "Meine Mutter ist dreiundachtzig.", "family"),
        ("de", "Mein Mann ist Mitte fünfzig.", "partner"),
        ("de", "Er ist 45 Jahre alt.", "other"),
        ("en", "My daughter's number is 415 555 0132.", "family"),
        ("en", "I'm thirty four.", "speaker"),
    ],
)
def test_the_owner_is_named(language: str, text: str, subject: str) -> None:
    (finding,) = find(text, language)
    assert finding.subject == subject


def test_a_finding_says_where_it_stands_and_shows_nothing() -> None:
    (finding,) = find("Ja, meine Nummer ist 0176 4821397, danke.")
    assert finding.id == f"rec-1-{finding.start}-{finding.end}-PHONE_NUMBER"
    assert finding.text == "0176 4821397"
    assert "4821397" not in repr(finding)


def test_every_transcript_has_its_own_list() -> None:
    transcripts = [Transcript("rec-1", "", (), "de"), Transcript("rec-2", "I'm 39.", (), "en")]
    assert [[f.recording_id for f in found] for found in IdentifierRecognizer().find(transcripts)] == [
        [],
        ["rec-2"],
    ]


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (is_iban, "DE89370400440532013000"),
        (is_iban, "GB29NWBK60161331926819"),
        (is_iban, "AT611904300234573201"),
        (is_luhn, "4111111111111111"),
        (is_luhn, "378282246310005"),
        (is_tax_id, "86095742719"),
        (is_tax_id, "47036892816"),
        (is_pension_number, "65170839J003"),
    ],
)
def test_check_digits(check: Callable[[str], bool], good: str) -> None:
    assert check(good)
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    assert not check(wrong)
    assert not check(good + "0")
    assert not check("")


VOCABULARY = (
    "ich bin meine nummer ist null eins sieben drei fünfzig doppel nein äh punkt at web de iban DE 89 mail "
    "M AB 1234 geboren am dritten elften 85 Kennzeichen martha jahre alt mit und my number is oh double dot "
    "born in nineteen seventy social card plate com wie 4111 , . ? - 0176 +49 ( ) @"
)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(VOCABULARY.split(" ")), max_size=25), st.sampled_from(["de", "en"]))
def test_findings_are_whole_words_in_order_without_overlap(words: list[str], language: str) -> None:
    text = " ".join(words)
    end = 0
    for finding in find(text, language):
        assert end <= finding.start < finding.end <= len(text)
        assert finding.text == text[finding.start : finding.end]
        assert finding.text.strip() == finding.text
        assert 0 < finding.score <= 1
        end = finding.end


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["de", "en", "nl"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    assert all(finding.text for finding in find(text, language))


def test_it_is_quick() -> None:
    text = "Meine Nummer ist null eins sieben sechs, doppel vier, drei zwei eins, und das Wetter ist gut."
    transcripts = [Transcript(f"rec-{i}", text, (), "de") for i in range(110)]
    IdentifierRecognizer().find(transcripts[:2])
    began = time.process_time()
    IdentifierRecognizer().find(transcripts)
    assert time.process_time() - began < 0.4  # about 0.05 s on one idle core


def test_a_number_longer_than_python_reads_is_found() -> None:
    (found,) = find("1" * 5_000)
    assert (found.start, found.end) == (0, 5_000)
