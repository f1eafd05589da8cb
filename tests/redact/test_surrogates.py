"""Other names, towns and numbers: of the same kind, nobody's, and the same ones throughout a set."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import phonenumbers
import pytest

from pii_audio import Config, Transcript, pipeline
from pii_audio.config import RedactConfig
from pii_audio.recognizers.identifiers.checks import is_iban, is_luhn
from pii_audio.redact.numbers import number_like
from pii_audio.redact.pseudonyms import Pseudonyms
from pii_audio.redact.stand_ins import _MEN, _WOMEN
from pii_audio.redact.stretches import leaks
from pii_audio.redact.surrogates import _tables, draw
from pii_audio.redact.text import Redaction, redact
from pii_audio.spelling import fold
from pii_audio.types import Failure, Finding

SURROGATES = RedactConfig(operator="surrogate")


def found(recording: str, text: str, said: str, kind: str) -> Finding:
    start = text.index(said)
    end = start + len(said)
    return Finding(f"{recording}-{start}", recording, kind, start, end, 0.9, "test", text=said)


def texts(
    *lines: tuple[str, list[tuple[str, str]]], language: str = "de", key: bytes | None = None
) -> list[str]:
    """Each text with surrogates for what is marked in it."""
    findings = {
        f"rec-{n:03}": [found(f"rec-{n:03}", text, said, kind) for said, kind in marked]
        for n, (text, marked) in enumerate(lines)
    }
    names = Pseudonyms.of(findings)
    names = replace(names, key=key) if key else names
    names = replace(names, surrogates=draw(names, dict.fromkeys(findings, language), lambda kind: True))
    redacted = []
    for (recording, own), (text, _) in zip(findings.items(), lines, strict=True):
        out = redact(Transcript(recording, text, (), language), own, names, SURROGATES).transcript
        assert leaks(out, [f for each in findings.values() for f in each], SURROGATES) == []
        redacted.append(out.text)
    return redacted


def test_a_person_has_one_name_in_all_its_forms() -> None:
    lines = [
        ("Hier ist Henrike Ostermann.", [("Henrike Ostermann", "PERSON")]),
        ("Ruf Frau Ostermann an.", [("Frau Ostermann", "PERSON")]),
        ("Henrikes Auto", [("Henrikes", "PERSON")]),
        ("Sag Henrike Bescheid.", [("Henrike", "PERSON")]),
    ]
    whole, formal, genitive, bare = texts(*lines)
    match = re.fullmatch(r"Hier ist (\w+) (\w+)\.", whole)
    assert match
    first, last = match.groups()
    assert formal == f"Ruf Frau {last} an."
    assert genitive == f"{first}s Auto"
    assert bare == f"Sag {first} Bescheid."


@pytest.mark.parametrize(
    ("said", "women"),
    [("Henrike", True), ("Malte", False), ("Frau Kim", True), ("Herr Kim", False), ("Oma Hilde", True)],
)
def test_a_name_is_of_the_same_sex(said: str, women: bool) -> None:
    drawn = texts((f"Mit {said} Lange", [(f"{said} Lange", "PERSON")]))[0]
    first = drawn.split()[-2]
    assert (_tables().first["de"][first] >= 50) == women


def test_english_people_have_english_names() -> None:
    drawn = texts(("I am Peter Wilson", [("Peter Wilson", "PERSON")]), language="en")[0]
    *_, first, last = drawn.split()
    assert first in _tables().first["en"]
    assert last in _tables().last["en"]


def test_a_town_is_of_like_size_and_in_the_same_country() -> None:
    for town in ("Soest", "Bremen", "Leeds", "Graz"):
        drawn = texts((f"In {town} regnet es", [(town, "LOCATION")]))[0].split()[1]
        country, people = _tables().sizes[fold(town)]
        assert dict(_tables().towns[country])[drawn] == pytest.approx(people, rel=2)
        assert drawn != town


def test_another_key_draws_others_and_the_same_key_the_same() -> None:
    lines = [(f"Hier ist {name}", [(name, "PERSON")]) for name in ("Malte", "Cem", "Oksana", "Wiebke")]
    once, again, other = (texts(*lines, key=key * 32) for key in (b"a", b"a", b"b"))
    assert once == again
    assert not set(once) & set(other)


def test_nobody_has_a_name_that_is_borne_in_the_set_and_no_two_share_one() -> None:
    usual = [name for name, women in _tables().first["de"].items() if women >= 90][:380]
    lines = [(f"Hier ist {name}", [(name, "PERSON")]) for name in usual]
    drawn = texts(*lines)
    names = [text.removeprefix("Hier ist ") for text in drawn]
    real = [name for name in names if not name.startswith("<")]
    assert not set(map(fold, real)) & set(map(fold, usual))
    found_in = {f"rec-{n:03}": [found(f"rec-{n:03}", t, *m[0])] for n, (t, m) in enumerate(lines)}
    assert len(set(names)) == Pseudonyms.of(found_in).highest["PERSON"]
    assert any(name.startswith("<PERSON_") for name in names), "where there are none left, a placeholder"


def test_what_was_drawn_stays_when_more_people_come() -> None:
    one = {"rec-1": [found("rec-1", "Malte Brandt", "Malte Brandt", "PERSON")]}
    names = Pseudonyms.of(one)
    names = replace(names, surrogates=draw(names, {"rec-1": "de"}, lambda kind: True))
    more = {"rec-0": [found("rec-0", "Cem", "Cem", "PERSON")], **one}
    later = Pseudonyms.of(more, names)
    drawn = draw(later, dict.fromkeys(more, "de"), lambda kind: True)
    assert drawn["PERSON_1"] == names.surrogates["PERSON_1"]
    assert set(drawn) == {"PERSON_1", "PERSON_2"}


@pytest.mark.parametrize("seed", range(5))
def test_numbers_look_right_and_are_nobodys(seed: int) -> None:
    random = Random(seed)

    def one(kind: str, said: str, language: str = "de") -> str:
        made = number_like(kind, said, language, random)
        assert made
        return made

    german = one("PHONE_NUMBER", "+4917648213907")
    assert phonenumbers.is_valid_number(phonenumbers.parse(german, "DE"))
    assert re.fullmatch(r"(030 23125|040 66969|069 90009|089 99998|0221 4710)\d{3}", german)
    british = one("PHONE_NUMBER", "+442071234567", "en").replace(" ", "")
    assert re.fullmatch(r"02079460\d{3}|01174960\d{3}|01614960\d{3}|07700900\d{3}", british)
    assert re.fullmatch(r"\d{3}-555-01\d\d", one("PHONE_NUMBER", "206 555 0143", "en"))
    for iban in ("DE89370400440532013000", "GB29NWBK60161331926819", "NL91ABNA0417164300"):
        made = one("IBAN_CODE", iban).replace(" ", "")
        assert is_iban(made)
        assert made[:2] == iban[:2]
        assert made[4:] != iban[4:]
    card = one("CREDIT_CARD", "4111 1111 1111 1111").replace(" ", "")
    assert is_luhn(card)
    assert card.startswith("400000")
    assert re.fullmatch(r"0\d{10}", one("TAX_ID", "86095742719"))
    assert re.fullmatch(r"\w+@example\.(com|org|net)", one("EMAIL_ADDRESS", "a@web.de"))
    assert one("US_SSN", "123-45-6789").startswith("666-")
    assert one("UK_NHS", "943 476 5919").startswith("999 ")
    assert re.fullmatch(r"\d{1,2}\.\d{1,2}\.\d{4}", one("DATE_OF_BIRTH", "1985-11-03"))
    assert re.fullmatch(r"[A-Z]{2}\d{3}-\d{4}", one("DE_PASSPORT", "AB123-4567"))


def test_what_has_no_other_of_its_kind_gets_a_placeholder() -> None:
    drawn = texts(("Ich bin verheiratet", [("verheiratet", "PARTNER")]))
    assert drawn == ["Ich bin <PARTNER_1>"]
    assert texts(("Ich war bei der Bank", [("Bank", "ORGANIZATION")])) == ["Ich war bei der <ORGANIZATION_1>"]


def test_a_partner_becomes_somebody_else_who_is_close() -> None:
    one, two, three = texts(
        ("Ruf meine Frau an", [("meine Frau", "PARTNER")]),
        ("Schreib meiner Frau", [("meiner Frau", "PARTNER")]),
        ("Das Auto meines Mannes", [("meines Mannes", "PARTNER")]),
    )
    somebody = one.split()[2]
    assert somebody in _WOMEN
    assert (one, two) == (f"Ruf meine {somebody} an", f"Schreib meiner {somebody}")
    assert three.removeprefix("Das Auto meines ").removesuffix("s") in _MEN
    [english] = texts(("Call my wife's office", [("my wife's", "PARTNER")]), language="en")
    assert re.fullmatch(r"Call my \w+'s office", english)
    assert "wife" not in english


@pytest.mark.parametrize("seed", range(8))
def test_a_job_becomes_another(seed: int) -> None:
    german = texts(
        ("Ich bin Lehrerin", [("Lehrerin", "OCCUPATION")]),
        ("ich bin dachdecker", [("dachdecker", "OCCUPATION")]),
        ("Sie ist auch Lehrerin", [("Lehrerin", "OCCUPATION")]),
        key=bytes([seed]) * 32,
    )
    assert re.fullmatch(r"Ich bin [A-ZÄÖÜ]\w+(?:in|frau)", german[0])
    assert re.fullmatch(r"ich bin [a-zäöü]\w+", german[1])
    assert german[0].split()[-1] == german[2].split()[-1] != "Lehrerin"
    [english] = texts(
        ("I am an engineer", [("engineer", "OCCUPATION")]), language="en", key=bytes([seed]) * 32
    )
    assert re.fullmatch(r"I am an [aeiou][\w ]+", english)
    assert "engineer" not in english


def test_a_firm_keeps_its_form() -> None:
    drawn = texts(
        ("Ich arbeite bei Holtmann", [("Holtmann", "ORGANIZATION")]),
        ("Die Wendlinger Maschinen GmbH", [("Wendlinger Maschinen GmbH", "ORGANIZATION")]),
        ("Im Klinikum Ostholstein", [("Klinikum Ostholstein", "ORGANIZATION")]),
    )
    assert re.fullmatch(r"Ich arbeite bei [A-ZÄÖÜ]\w+", drawn[0])
    assert re.fullmatch(r"Die [A-ZÄÖÜ]\w+ GmbH", drawn[1])
    assert re.fullmatch(r"Im Klinikum [A-ZÄÖÜ]\w+", drawn[2])
    assert not re.search("Holtmann|Wendlinger|Maschinen|Ostholstein", " ".join(drawn))


def test_ages_and_their_words() -> None:
    drawn = texts(("Ich bin 34 Jahre alt", [("34 Jahre alt", "AGE")]))[0]
    match = re.fullmatch(r"Ich bin (\d+) Jahre alt", drawn)
    assert match
    assert 1 <= abs(int(match[1]) - 34) <= 3


@pytest.mark.parametrize("operator", ["placeholder", "pseudonym", "surrogate", "mask", "hash", "remove"])
def test_every_operator_on_what_the_recognizers_find(operator: str) -> None:
    lines = [
        "Hier ist Henrike Ostermann aus Wilhelmshaven, ich wohne in der Kastanienallee 12.",
        "Meine IBAN ist DE89 3704 0044 0532 0130 00, geboren am 3.11.1985, Mama weiß das.",
        "Ruf meine Frau an, 0176 48213907, oder henrike@web.de, Kennzeichen WHV-AB 123.",
    ]
    transcripts = [Transcript(f"rec-{n}", line, (), "de") for n, line in enumerate(lines)]
    config = Config.parse({"redact": {"operator": operator}})
    results = pipeline.redact(transcripts, pipeline.recognize(transcripts, config), config)
    assert not [result for result in results if isinstance(result, Failure)]
    said = " ".join(result.transcript.text for result in results if isinstance(result, Redaction))
    for word in ("Henrike", "Ostermann", "Wilhelmshaven", "Kastanienallee", "3704", "1985", "48213907"):
        assert word not in said, word
